// Builds the automaton of all phrases. Where a phrase has many alternatives one after another, they meet and
// go on as one: written out they would be tens of thousands.
//
// A phrase is words, and between them:
//   {a|b c|}   one of these; an empty one makes the group optional
//   ~word      any inflection of the word: ~say is says, said, saying
//   <3>        up to three words of any kind
//   #          a number written in digits
//   ^          a word that starts with a capital
// Capitals count only in words of two capitals or more (WHO is not "who"). Between the words of a match stand
// spaces or hyphens, and also commas within <n>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/redflags/phrases.h"
#include "plugins/redflags/words.h"

namespace assay::redflags {

struct PhraseError {
  std::string message;
};

class PhraseBuilder {
 public:
  static constexpr std::size_t expansions_max = 20'000;  // of one phrase
  static constexpr std::size_t nodes_max = 2'000'000;
  static constexpr unsigned gap_max = 8;

  // Adds one phrase to a cue. False with the reason if it is none; what was added is then as before, or holds
  // some of its alternatives: do not build of it.
  bool add(CueId cue, std::uint32_t phrase, std::string_view text, PhraseError& error);
  PhraseSet build() const;

 private:
  struct Element;
  struct Phrase;
  struct Gap {
    std::uint32_t to = 0;
    std::uint32_t words = 0;
  };
  // What some nodes have, of each the last one first; 0 is the end.
  template <class T>
  struct Chains {
    struct Link {
      T value;
      std::uint32_t next;
    };
    void add(std::uint32_t& head, const T& value) {
      links.push_back({value, head});
      head = static_cast<std::uint32_t>(links.size() - 1);
    }
    template <class Visit>
    void each(std::uint32_t head, const Visit& visit) const {
      for (; head != 0; head = links[head].next) visit(links[head].value);
    }
    std::vector<Link> links = std::vector<Link>(1);
  };
  struct Node {
    std::uint32_t number = 0, capital = 0;
    std::uint32_t ends = 0, gaps = 0;
    std::uint32_t joins = 0;  // where the phrase goes on, all alternatives before it being one
  };
  using Nodes = std::vector<std::uint32_t>;
  struct Layout;

  bool read_elements(std::string_view text, std::vector<Element>& elements, PhraseError& error);
  bool insert(Phrase& phrase, std::size_t part, std::uint32_t node, const Element* last, PhraseError& error);
  static std::vector<bool> places_to_join(const std::vector<std::vector<std::vector<Element>>>& parts);
  std::uint32_t follow(std::uint32_t node, const Element& element);
  std::uint32_t step(std::uint32_t node, std::uint64_t word);
  std::uint32_t add_node() {
    nodes_.emplace_back();
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  WordCache words_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
  Chains<PhraseSet::End> ends_;
  Chains<Gap> gaps_;
  Chains<std::uint32_t> joins_;
  struct From {
    std::uint32_t node;
    std::uint64_t word;
    bool operator==(const From&) const = default;
  };
  struct FromHash {
    std::size_t operator()(const From& from) const { return PhraseSet::key_of(from.node, from.word); }
  };
  std::unordered_map<From, std::uint32_t, FromHash> edges_;
};

}  // namespace assay::redflags
