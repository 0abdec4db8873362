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
    std::uint32_t number_node = 0, capital_node = 0;
    std::uint32_t ends = 0;   // first of `ends_`, 0: none
    std::uint32_t joins = 0;  // first of `joins_`, 0: none
    std::uint32_t gaps = 0;   // first of `gaps_`, 0: none
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
  // An <n> leads to `to`, from where the next word may be `words` further.
  struct Skip {
    std::uint32_t to;
    unsigned words;
    std::uint32_t next;
  };
  struct Edge {
    std::uint64_t key = 0;
    std::uint32_t to = 0;
  };
  struct Word;
  struct Walk;

  std::uint32_t step(std::uint32_t node, std::uint64_t word, bool make);
  std::uint32_t edge(std::uint32_t node, std::uint64_t word) const;
  // Of what leads on from a node: a bit for some of the words, one for each other kind of word, and one where
  // no word is asked for.
  static std::uint64_t bit_of(std::uint64_t word) {
    const auto place = (word ^ word >> 23) & 63;
    return std::uint64_t{1} << (place < 61 ? place : place - 32);
  }
  static constexpr std::uint64_t number_bit = std::uint64_t{1} << 61, capital_bit = std::uint64_t{1} << 62,
                                 other_bit = std::uint64_t{1} << 63;
  bool may_start(std::uint64_t word) const { return (starts_[word >> 6 & 0x3ff] >> (word & 63) & 1) != 0; }
  bool read_elements(std::string_view text, std::vector<Element>& elements, PhraseError& error);
  bool insert(Phrase& phrase, std::size_t part, std::uint32_t node, const Element* last, PhraseError& error);
  static std::vector<bool> places_to_join(const std::vector<std::vector<std::vector<Element>>>& parts);
  std::uint32_t follow(std::uint32_t node, const Element& element);
  void end_at(std::uint32_t node, CueId cue, std::uint32_t phrase);
  void rehash(std::size_t slots);
  static Word word_of(const Token& token);
  std::uint32_t add_node() {
    masks_.push_back(0);
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  void enter(Walk& walk, std::uint32_t node, std::size_t at) const;
  void walk(Walk& walk, std::uint32_t node, std::size_t at) const;
  void skip(Walk& walk, const Skip& gap, std::size_t at) const;
  void lead(Walk& walk, std::uint32_t node, std::size_t at) const;

  WordCache words_;  // of `add` alone
  std::vector<Node> nodes_;
  std::vector<std::uint64_t> masks_;  // of each node what may lead on from it: most tries end there
  std::vector<End> ends_;
  std::vector<Join> joins_;
  std::vector<Skip> gaps_;
  std::vector<Edge> edges_;
  std::size_t edges_used_ = 0;
  CueId cues_ = 0;  // above all that were added
  // Which words may start a phrase, by the low bits of their hash: most words end here.
  std::vector<std::uint64_t> starts_;
};

}  // namespace assay::redflags
