// Words: what is known of each distinct word of the texts read so far, worked out once.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>

#include "plugins/tags/lexicon/lexicon.h"
#include "plugins/tags/stem.h"

namespace assay::tagging {

// What a closed-class word does; everything else is `content`.
enum class Role : std::uint8_t {
  content,
  determiner,   // the, this, every; possessives
  pointing,     // an adjective that points instead of describing: "particular", "new"; no tag begins with one
  preposition,  // of, in, against
  conjunction,
  pronoun,
  auxiliary,  // is, has, will, to
  to,
  adverb,  // not, very, also
  number,  // 12, 3.5, seven
  weak,    // content, but says nothing when it stands alone: "case", "number", "use"
  filler,  // content by form, but part of no tag: "mr", "percent", "said"
};

constexpr std::size_t max_parts = 4;

struct Word {
  std::string text;  // lower case
  Role role = Role::content;
  // How likely it is each, relative weights; from the lexicon, else from its form.
  float noun = 0, verb = 0, adjective = 0, adverb = 0;
  bool past = false, gerund = false, plural = false, known = false;
  bool name = false;  // of itself: "China"
  std::uint8_t noun_class = 0;
  // The stems of its parts: "web-based" has two. Words of more parts count as their first four.
  std::uint8_t part_count = 0;
  std::array<std::uint32_t, max_parts> parts{};
  float rarity = 0;  // mean over parts of ln(glosses / glosses with it)
};

// One a thread. Holds at most `limit` words: start_document() empties it when it is full, so references from
// word() hold until then.
class Words {
 public:
  explicit Words(std::size_t limit = 100'000);
  void start_document();
  const Word& word(std::string_view lower);

 private:
  Word describe(std::string_view lower);
  void describe_form(Word& word) const;

  std::size_t limit_;
  Stemmer stemmer_;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::deque<Word> words_;  // stable addresses: the map's keys are views of Word::text
  boost::unordered_flat_map<std::string_view, const Word*, Hash, std::equal_to<>> index_;
};

}  // namespace assay::tagging
