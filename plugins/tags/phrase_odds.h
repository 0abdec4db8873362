// Phrase odds: how often a phrase, a last word or a word was taken as a tag when it was there to be taken.
#pragma once

#include <cstdint>

#include <boost/unordered/unordered_flat_map.hpp>

#include "plugins/tags/lesson.h"

namespace assay::tagging {

class PhraseOdds {
 public:
  void learn(const LessonRow& row);
  // Sets the three learned features of a candidate: log odds against those of any candidate, / 4; 0 for never
  // seen.
  void describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count,
                Features& features) const;
  std::uint32_t times_tag(std::uint32_t key) const;

 private:
  struct Count {
    float yes = 0, no = 0;
  };
  float log_odds(const boost::unordered_flat_map<std::uint32_t, Count>& counts, std::uint32_t name) const;
  Count all_;
  boost::unordered_flat_map<std::uint32_t, Count> phrases_, heads_, words_;
};

}  // namespace assay::tagging
