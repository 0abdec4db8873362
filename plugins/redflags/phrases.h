// One automaton for the phrases of all rules of all packs: a trie over words, walked from each word of a
// block. Its cost depends on the text, hardly on how many phrases there are. Where a phrase has many
// alternatives one after another, they meet and go on as one: written out they would be tens of thousands.
//
// A phrase is words, and between them:
//   {a|b c|}   one of these; an empty one makes the group optional
//   ~word      any inflection of the word: ~say is says, said, saying
//   <3>        up to three words of any kind
//   #          a number written in digits
//   ^          a word that starts with a capital
// Capitals count only in words of two capitals or more (WHO is not "who"). Between the words of a match stand
// spaces or hyphens, and also commas within <n>. Immutable once built; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
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

struct PhraseError {
  std::string message;
};

class PhraseSet {
 public:
  static constexpr std::size_t expansions_max = 20'000;  // of one phrase
  static constexpr std::size_t nodes_max = 2'000'000;
  static constexpr unsigned gap_max = 8;

  PhraseSet();
  // Adds one phrase to a cue. False with the reason if it is none; the set is then as before, or holds some
  // of its alternatives: do not use it.
  bool add(CueId cue, std::uint32_t phrase, std::string_view text, PhraseError& error);

  // All hits in the words, the longest of those of one cue that overlap, in order of their first word.
  void find(const std::vector<Token>& tokens, std::vector<Hit>& hits) const;

 private:
  struct Element;
  struct Phrase;
  struct Node {
    std::uint64_t words = 0;      // bit `bit_of(word)`: a word may lead on from here; most tries end at it
    std::uint32_t gap_words = 0;  // of a node that <n> leads to: the n
    std::uint32_t gap_mask = 0;   // bit n: an <n> leads on from here
    std::uint32_t number_node = 0, capital_node = 0;
    std::uint32_t ends = 0;   // first of `ends_`, 0: none
    std::uint32_t joins = 0;  // first of `joins_`, 0: none
  };
  struct End {
    CueId cue;
    std::uint32_t phrase;
    std::uint32_t next;
  };
  // A phrase goes on at `to`, where all alternatives before it meet.
  struct Join {
    std::uint32_t to;
    std::uint32_t next;
  };
  struct Edge {
    std::uint64_t key = 0;
    std::uint32_t to = 0;
  };
  struct Walk;

  std::uint32_t step(std::uint32_t node, std::uint64_t word, bool make);
  std::uint32_t edge(std::uint32_t node, std::uint64_t word) const;
  static unsigned bit_of(std::uint64_t word) { return static_cast<unsigned>((word ^ word >> 23) & 63); }
  bool may_follow(const Node& node, std::uint64_t word) const {
    return (node.words >> bit_of(word) & 1) != 0;
  }
  bool may_start(std::uint64_t word) const { return (starts_[word >> 6 & 0x3ff] >> (word & 63) & 1) != 0; }
  bool read_elements(std::string_view text, std::vector<Element>& elements, PhraseError& error);
  bool insert(Phrase& phrase, std::size_t part, std::uint32_t node, const Element* last, PhraseError& error);
  static std::vector<bool> places_to_join(const std::vector<std::vector<std::vector<Element>>>& parts);
  std::uint32_t follow(std::uint32_t node, const Element& element);
  void end_at(std::uint32_t node, CueId cue, std::uint32_t phrase);
  void rehash(std::size_t slots);
  void walk(Walk& walk, std::uint32_t node, std::size_t at, unsigned gap_left) const;

  WordCache words_;  // of `add` alone
  std::vector<Node> nodes_;
  std::vector<End> ends_;
  std::vector<Join> joins_;
  std::vector<Edge> edges_;
  std::size_t edges_used_ = 0;
  CueId cues_ = 0;  // above all that were added
  // Which words may start a phrase, by the low bits of their hash: most words end here.
  std::vector<std::uint64_t> starts_;
};

}  // namespace assay::redflags
