// Phrase odds: how often a phrase, its first or last word, its words, its parts of speech, what stands beside
// it and the like were taken as a tag when they were there to be taken.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "plugins/tags/lesson.h"

namespace assay::tagging {

class PhraseOdds {
 public:
  // Where the counts of a row are; holds for good.
  struct Places {
    std::uint32_t phrase = 0, head = 0, first = 0;  // 0: it has none
    std::array<std::uint32_t, max_phrase_parts> words{};
    std::array<std::uint32_t, kind_count> kinds{};
  };

  Places learn(const LessonRow& row);
  // The learned features of a candidate: log odds against those of any candidate, / 4; 0 for never seen.
  void describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count, const Kinds& kinds,
                Features& features) const;
  // The same for rows that were learned, as if their lesson had not been: what it says of itself is no
  // evidence.
  void describe_without(std::vector<LessonRow>& rows, const std::vector<Places>& places);
  // Phrases that were never a tag, and learn() will count such no more. There are too many of them.
  void forget_untagged();

 private:
  struct Count {
    float yes = 0, no = 0;
  };
  using Index = boost::unordered_flat_map<std::uint32_t, std::uint32_t>;
  std::uint32_t place(Index& index, std::uint32_t name);
  std::uint32_t find(const Index& index, std::uint32_t name) const;
  void count(const LessonRow& row, const Places& places, float sign);
  void describe(const Places& places, std::size_t part_count, Features& features) const;
  float log_odds(std::uint32_t place) const;

  std::vector<Count> counts_ = std::vector<Count>(1);  // the first: of all
  Index phrases_, heads_, firsts_, words_;
  std::array<Index, kind_count> kinds_;
  bool only_tagged_ = false;
};

}  // namespace assay::tagging
