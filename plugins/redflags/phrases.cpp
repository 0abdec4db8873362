#include "plugins/redflags/phrases.h"

#include <algorithm>

namespace assay::redflags {

// All that a walk asks of a word, worked out once for the many walks that pass it.
struct PhraseSet::Word {
  std::uint64_t word, lemma, upper;  // as edges tell them
  std::uint64_t bits;                // of all that it may be taken for
  Gap gap;
  bool is_upper, is_number;
  bool capital, capital_first;  // counts as one that starts with a capital; also as the first of a phrase
  bool goes_on() const { return gap != Gap::other && gap != Gap::comma; }
};

struct PhraseSet::Walk {
  const std::vector<Word>& words;
  std::size_t first;
  std::vector<Hit>& hits;
};

PhraseSet::Word PhraseSet::word_of(const Token& token) {
  Word word{};
  word.word = token.word;
  word.lemma = token.lemma ^ lemma_salt;
  word.upper = token.word ^ upper_salt;
  word.is_upper = token.shape == Shape::upper;
  word.is_number = token.shape == Shape::number;
  word.gap = token.gap;
  word.capital = !token.function && (token.shape == Shape::capital || word.is_upper);
  word.bits = gap_bit | bit_of(word.word) | bit_of(word.lemma) | (word.is_upper ? bit_of(word.upper) : 0) |
              (word.is_number ? number_bit : 0) | (word.capital ? capital_bit : 0);
  // The first word of a sentence has its capital from there, unless all of it is capitals.
  const bool opens = token.gap == Gap::start || token.gap == Gap::other;
  word.capital_first = word.capital && (word.is_upper || !opens);
  return word;
}

PhraseSet::Ref PhraseSet::find_edge(std::uint64_t key) const {
  const std::size_t mask = edges_.size() - 1;
  for (std::size_t i = key & mask; edges_[i].key != 0; i = (i + 1) & mask)
    if (edges_[i].key == key) return edges_[i].to;
  return 0;
}

// The first word of a phrase: what stands before it is all one.
void PhraseSet::start(Walk& walk) const {
  lead(walk, 0, walk.first);
  const Word& word = walk.words[walk.first];
  if (word.is_number) enter(walk, nodes_[0].number, walk.first + 1);
  if (word.capital_first) enter(walk, nodes_[0].capital, walk.first + 1);
}

// Goes on where `to` says, if anywhere; the word `at` is the next.
inline void PhraseSet::enter(Walk& walk, Ref to, std::size_t at) const {
  if (to == 0) return;
  if ((to & is_list) != 0) {
    const Ref* const list = &lists_[to & index];
    for (Ref i = 1; i <= list[0]; ++i) enter(walk, list[i], at);
  } else if ((to & (has_ends | has_more)) != 0) {
    visit(walk, to & index, at);
  } else if (at < walk.words.size() && walk.words[at].goes_on()) {
    lead(walk, to & index, at);
  }
}

void PhraseSet::visit(Walk& walk, std::uint32_t node, std::size_t at) const {
  const Node& here = nodes_[node];
  const Node& next = nodes_[node + 1];
  for (std::uint32_t e = here.ends; e < next.ends; ++e)
    walk.hits.push_back({ends_[e].cue, ends_[e].phrase, static_cast<std::uint32_t>(walk.first),
                         static_cast<std::uint32_t>(at)});
  if (here.shared != 0) visit(walk, here.shared & index, at);
  if (at >= walk.words.size() || walk.words[at].gap == Gap::other) return;
  if (walk.words[at].goes_on()) {
    lead(walk, node, at);
    if (walk.words[at].is_number) enter(walk, here.number, at + 1);
    if (walk.words[at].capital) enter(walk, here.capital, at + 1);
  }
  for (std::uint32_t g = here.gaps; g < next.gaps; ++g) skip(walk, gaps_[g], at);
}

// Where the word itself leads from the node.
inline void PhraseSet::lead(Walk& walk, std::uint32_t node, std::size_t at) const {
  const Word& word = walk.words[at];
  const Ref exact = edge(node, word.word), lemma = edge(node, word.lemma);
  enter(walk, exact, at + 1);
  enter(walk, lemma, at + 1);
  if (word.is_upper) enter(walk, edge(node, word.upper), at + 1);
}

// Commas may be passed here alone.
void PhraseSet::skip(Walk& walk, const Skip& gap, std::size_t at) const {
  const std::uint32_t node = gap.to & index;
  const std::size_t end = std::min(walk.words.size(), at + gap.words + 1);
  for (; at < end && walk.words[at].gap != Gap::other; ++at) {
    const Word& word = walk.words[at];
    if ((gap.mask & word.bits) == 0) continue;
    lead(walk, node, at);
    if (word.is_number) enter(walk, nodes_[node].number, at + 1);
    if (word.capital) enter(walk, nodes_[node].capital, at + 1);
    for (std::uint32_t g = nodes_[node].gaps; g < nodes_[node + 1].gaps; ++g) skip(walk, gaps_[g], at);
  }
}

void PhraseSet::find(const std::vector<Token>& tokens, std::vector<Hit>& hits) const {
  constexpr std::uint32_t none = 0xffffffffu;
  hits.clear();
  std::vector<std::uint32_t> latest(cues_, none);  // of each cue the last of `hits`
  std::vector<Word> words;
  words.reserve(tokens.size());
  for (const Token& token : tokens) words.push_back(word_of(token));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t from = hits.size();
    Walk walk{words, i, hits};
    start(walk);
    if (hits.size() == from) continue;
    // The hits that start here: the longest of each cue, of equals the first phrase.
    std::sort(hits.begin() + static_cast<std::ptrdiff_t>(from), hits.end(), [](const Hit& a, const Hit& b) {
      if (a.cue != b.cue) return a.cue < b.cue;
      return a.last != b.last ? a.last > b.last : a.phrase < b.phrase;
    });
    // Of the hits of one cue that overlap, the longest; of equals the first.
    std::size_t kept = from;
    for (std::size_t h = from; h < hits.size(); ++h) {
      const Hit hit = hits[h];
      if (std::uint32_t& before = latest[hit.cue]; before != none && hit.first < hits[before].last) {
        if (hit.last - hit.first <= hits[before].last - hits[before].first) continue;
        hits[before].cue = no_cue;
      }
      latest[hit.cue] = static_cast<std::uint32_t>(kept);
      hits[kept++] = hit;
    }
    hits.resize(kept);
  }
  std::erase_if(hits, [](const Hit& hit) { return hit.cue == no_cue; });
}

}  // namespace assay::redflags
