// One automaton for the phrases of all rules of all packs: a trie over words, walked from each word of a
// block. Its cost depends on the text, hardly on how many phrases there are. phrase_builder.h makes it and
// says what a phrase is. Immutable; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "plugins/redflags/words.h"

namespace assay::redflags {

using CueId = std::uint32_t;
inline constexpr CueId no_cue = 0xffffffffu;

// Where a cue was found in a block: words [first, last).
struct Hit {
  CueId cue = no_cue;
  std::uint32_t phrase = 0;  // which of the cue's phrases, in the order they were added
  std::uint32_t first = 0, last = 0;
};

class PhraseSet {
 public:
  PhraseSet() = default;
  // All hits in the words, the longest of those of one cue that overlap, in order of their first word.
  void find(const std::vector<Token>& tokens, std::vector<Hit>& hits) const;

 private:
  friend class PhraseBuilder;
  // A node by its number, with what it has besides edges in the upper bits, so that most are never looked at;
  // or the number of a list of nodes.
  using Ref = std::uint32_t;
  static constexpr Ref has_ends = 1u << 31, has_more = 1u << 30, is_list = 1u << 29, index = is_list - 1;
  // Ends and gaps are those from here up to the next node's.
  struct Node {
    Ref number = 0, capital = 0;  // what a number, a word with a capital leads to; 0: nothing
    Ref shared = 0;               // a node whose edges, ends and gaps are this one's, too
    std::uint32_t ends = 0, gaps = 0;
  };
  struct End {
    CueId cue;
    std::uint32_t phrase;
  };
  // An <n> leads to `to`, from where the next word may be `words` further. `mask`: of what leads on from
  // there a bit for some of the words, and one for each other kind of word.
  struct Skip {
    Ref to;
    std::uint32_t words;
    std::uint64_t mask;
  };
  struct Edge {
    std::uint64_t key = 0;
    Ref to = 0;
  };
  struct Word;
  struct Walk;

  static std::uint64_t bit_of(std::uint64_t word) {
    const auto place = (word ^ word >> 23) & 63;
    return std::uint64_t{1} << (place < 61 ? place : place - 32);
  }
  static constexpr std::uint64_t number_bit = std::uint64_t{1} << 61, capital_bit = std::uint64_t{1} << 62,
                                 gap_bit = std::uint64_t{1} << 63;
  static std::uint64_t key_of(std::uint32_t node, std::uint64_t word) {
    std::uint64_t key = word ^ (std::uint64_t{node} * 0xff51afd7ed558ccdull);
    key ^= key >> 31;
    return key == 0 ? 1 : key;
  }
  // An edge's place among the bits of `filter_`.
  std::uint64_t filter_place(std::uint64_t key) const { return key >> 24 & (filter_.size() * 64 - 1); }
  // What the edge leads to, 0 if there is none.
  Ref edge(std::uint32_t node, std::uint64_t word) const {
    const std::uint64_t key = key_of(node, word), place = filter_place(key);
    return (filter_[place >> 6] >> (place & 63) & 1) != 0 ? find_edge(key) : 0;
  }
  Ref find_edge(std::uint64_t key) const;
  static Word word_of(const Token& token);
  void start(Walk& walk) const;
  void enter(Walk& walk, Ref to, std::size_t at) const;
  void visit(Walk& walk, std::uint32_t node, std::size_t at) const;
  void lead(Walk& walk, std::uint32_t node, std::size_t at) const;
  void skip(Walk& walk, const Skip& gap, std::size_t at) const;

  std::vector<Node> nodes_{2};  // the root, and where the last one's ends and gaps end
  std::vector<End> ends_;
  std::vector<Skip> gaps_;
  std::vector<Ref> lists_;  // each begins with its length
  std::vector<Edge> edges_{1};
  std::vector<std::uint64_t> filter_ =
      std::vector<std::uint64_t>(1);  // most words lead nowhere, which it knows
  CueId cues_ = 0;                    // above all there are
};

// How edges tell a word from its inflections and from the same letters written as capitals.
inline constexpr std::uint64_t lemma_salt = 0x9e3779b97f4a7c15ull;
inline constexpr std::uint64_t upper_salt = 0xd1b54a32d192ed03ull;

}  // namespace assay::redflags
