// Which hypothesis a passage speaks of: by ordinal ("the second", "hypothesis 2", "H2", "the latter") or by
// its words.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>
#include <vector>

#include "plugins/redflags/report.h"

namespace assay::redflags {

struct HypothesisWords {
  StemSet all;        // title and statement
  StemSet title;      // of the title
  StemSet title_own;  // of the title, in no other hypothesis's title
  StemSet own;        // of title and statement, in no other hypothesis
};
std::vector<HypothesisWords> hypothesis_words(const Report& report);

// Which hypotheses a stem stands in; a stem of three or more tells none of them from the rest.
class StemHolders {
 public:
  StemHolders(const std::vector<HypothesisWords>& words, StemSet HypothesisWords::*set);
  // Those of a hypothesis's own stems that no other has.
  StemSet held_once(const StemSet& stems) const;
  // From how many others it takes `least` or more of these stems, each of which that one and no third has.
  std::size_t takes_from(std::size_t hypothesis, const StemSet& stems, std::size_t least) const;

 private:
  struct Holders {
    std::size_t count = 0;
    std::array<std::size_t, 2> who{};
  };
  std::unordered_map<WordHash, Holders> held_;
};

struct Reference {
  std::size_t hypothesis = 0;
  std::uint32_t word = 0;  // where in the block
};
// By ordinal alone, in order of the words.
std::vector<Reference> ordinal_references(const Report& report, const BlockFacts& facts, Extent words);

// The one that section 2 prefers; none if it names none or that is not plain.
std::optional<std::size_t> preferred(const Report& report, const std::vector<HypothesisWords>& words);

struct BlufLeader {
  std::size_t hypothesis = 0;
  Place sentence;
};
// The one that the bottom line's "most supported hypothesis" means.
std::optional<BlufLeader> bluf_leader(const Report& report, const std::vector<HypothesisWords>& words);
// The sentence of the bottom line that names the leading hypothesis, whichever it means.
std::optional<Place> leading_sentence(const Report& report);

// Blocks of section 2 that weigh the hypotheses.
std::vector<std::uint32_t> judgement_blocks(const Report& report);

}  // namespace assay::redflags
