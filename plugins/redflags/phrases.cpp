#include "plugins/redflags/phrases.h"

#include <algorithm>
#include <cctype>

namespace assay::redflags {
namespace {

constexpr std::uint64_t lemma_salt = 0x9e3779b97f4a7c15ull;
constexpr std::uint64_t upper_salt = 0xd1b54a32d192ed03ull;

std::uint64_t mix(std::uint32_t node, std::uint64_t word) {
  std::uint64_t h = word ^ (std::uint64_t{node} * 0xff51afd7ed558ccdull);
  h ^= h >> 31;
  return h == 0 ? 1 : h;
}

// Splits at `mark` outside braces.
std::vector<std::string_view> split_alternatives(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}') --depth;
    if (text[i] != '|' || depth > 0) continue;
    parts.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

// A phrase as what may follow one another: of each part one alternative, as written.
bool split_parts(std::string_view text, std::vector<std::vector<std::string_view>>& parts,
                 PhraseError& error) {
  std::size_t expansions = 1;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    const std::string_view plain = text.substr(0, open);
    if (plain.find('}') != std::string_view::npos) return error.message = "a } without a {", false;
    parts.push_back({plain});
    if (open == text.size()) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return error.message = "a { that is never closed", false;
    if (text.find('{', open + 1) < close) return error.message = "{} inside {}", false;
    parts.push_back(split_alternatives(text.substr(open + 1, close - open - 1)));
    expansions *= parts.back().size();
    if (expansions > PhraseSet::expansions_max)
      return error.message = "stands for more than " + std::to_string(PhraseSet::expansions_max) + " phrases",
             false;
    text.remove_prefix(close + 1);
  }
  return true;
}

}  // namespace

struct PhraseSet::Element {
  enum class Kind { word, gap, number, capital };
  Kind kind = Kind::word;
  std::uint64_t word = 0;  // salted
  unsigned gap = 0;
};

struct PhraseSet::Phrase {
  std::vector<std::vector<std::vector<Element>>> parts;  // of each part its alternatives
  std::vector<bool> join;                                // before which parts alternatives meet
  std::vector<std::uint32_t> met;                        // the node where they do, 0: not made yet
  CueId cue;
  std::uint32_t number;
};

// All that a walk asks of a word, worked out once for the many walks that pass it.
struct PhraseSet::Word {
  std::uint64_t word, lemma, upper;  // as edges tell them
  std::uint64_t bits;                // of all that it may be taken for
  Gap gap;
  bool is_upper, is_number;
  bool capital, capital_first;  // counts as one that starts with a capital; also as the first of a phrase
};

struct PhraseSet::Walk {
  const std::vector<Word>& words;
  std::size_t first;
  std::vector<Hit>& hits;
};

PhraseSet::PhraseSet() : nodes_(1), masks_(1), ends_(1), joins_(1), gaps_(1), edges_(64), starts_(1024) {}

bool PhraseSet::add(CueId cue, std::uint32_t phrase, std::string_view text, PhraseError& error) {
  std::vector<std::vector<std::string_view>> parts;
  if (!split_parts(text, parts, error)) return false;
  Phrase read{std::vector<std::vector<std::vector<Element>>>(parts.size()), {}, {}, cue, phrase};
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (const std::string_view one : parts[i]) {
      read.parts[i].emplace_back();
      if (!read_elements(one, read.parts[i].back(), error)) return false;
    }
  read.join = places_to_join(read.parts);
  read.met.resize(parts.size());
  return insert(read, 0, 0, nullptr, error);
}

// Joins cost a step in every text that comes by, so only where they spare many nodes. Never after an <n>: how
// many words are left of it belongs to the way that led there.
std::vector<bool> PhraseSet::places_to_join(const std::vector<std::vector<std::vector<Element>>>& parts) {
  constexpr std::size_t spared_min = 128;
  // Nodes of all that follows, written out.
  std::vector<std::size_t> rest(parts.size() + 1);
  for (std::size_t i = parts.size(); i-- > 0;)
    for (const auto& alternative : parts[i]) rest[i] += alternative.size() + rest[i + 1];
  std::vector<bool> join(parts.size());
  std::size_t ways = 1;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool after_gap =
        i > 0 && std::any_of(parts[i - 1].begin(), parts[i - 1].end(), [](const auto& alternative) {
          return !alternative.empty() && alternative.back().kind == Element::Kind::gap;
        });
    join[i] = !after_gap && (ways - 1) * rest[i] >= spared_min;
    ways = (join[i] ? 1 : ways) * parts[i].size();
  }
  return join;
}

bool PhraseSet::read_elements(std::string_view text, std::vector<Element>& elements, PhraseError& error) {
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = std::min(text.find(' ', i), text.size());
    const std::string_view piece = text.substr(i, end - i);
    i = end + 1;
    if (piece.empty()) continue;
    if (piece == "#") {
      elements.push_back({Element::Kind::number, 0, 0});
    } else if (piece == "^") {
      elements.push_back({Element::Kind::capital, 0, 0});
    } else if (piece == "'s") {  // a word of its own in a text, but read alone it would be the letter
      elements.push_back({Element::Kind::word, hash_word(piece), 0});
    } else if (piece.size() == 3 && piece[0] == '<' && piece[2] == '>' && piece[1] >= '1' &&
               piece[1] <= '8') {
      elements.push_back({Element::Kind::gap, 0, static_cast<unsigned>(piece[1] - '0')});
    } else {
      const bool lemma = piece[0] == '~';
      if (piece.find_first_of("<>~#^|", lemma ? 1 : 0) != std::string_view::npos) {
        error.message = "cannot read '" + std::string(piece) + "' (write <1> to <8> for up to so many words)";
        return false;
      }
      tokenise(piece.substr(lemma ? 1 : 0), words_, tokens);
      for (const Token& token : tokens)
        elements.push_back({Element::Kind::word,
                            lemma                         ? token.lemma ^ lemma_salt
                            : token.shape == Shape::upper ? token.word ^ upper_salt
                                                          : token.word,
                            0});
    }
  }
  return true;
}

// One alternative of each part in turn, from `node` on. `last`: the element before, if any.
bool PhraseSet::insert(Phrase& phrase, std::size_t part, std::uint32_t node, const Element* last,
                       PhraseError& error) {
  if (part == phrase.parts.size()) {
    if (last == nullptr) return error.message = "there is no word in it", false;
    if (last->kind == Element::Kind::gap) return error.message = "starts or ends with <n>", false;
    end_at(node, phrase.cue, phrase.number);
    return true;
  }
  if (phrase.join[part] && last != nullptr && last->kind != Element::Kind::gap) {
    const bool first = phrase.met[part] == 0;
    if (first) phrase.met[part] = add_node();
    joins_.push_back({phrase.met[part], nodes_[node].joins});
    nodes_[node].joins = static_cast<std::uint32_t>(joins_.size() - 1);
    masks_[node] |= other_bit;
    if (!first) return true;
    node = phrase.met[part];
  }
  for (const std::vector<Element>& alternative : phrase.parts[part]) {
    std::uint32_t to = node;
    const Element* end = last;
    for (const Element& element : alternative) {
      if (end == nullptr && element.kind == Element::Kind::gap)
        return error.message = "starts or ends with <n>", false;
      if (nodes_.size() > nodes_max) return error.message = "too many phrases in all packs together", false;
      to = follow(to, element);
      end = &element;
    }
    if (!insert(phrase, part + 1, to, end, error)) return false;
  }
  return true;
}

std::uint32_t PhraseSet::follow(std::uint32_t node, const Element& element) {
  using Kind = Element::Kind;
  switch (element.kind) {
    case Kind::word:
      return step(node, element.word, true);
    case Kind::gap: {
      // Gaps of different length need nodes of their own.
      for (std::uint32_t g = nodes_[node].gaps; g != 0; g = gaps_[g].next)
        if (gaps_[g].words == element.gap) return gaps_[g].to;
      const std::uint32_t to = add_node();
      gaps_.push_back({to, element.gap, nodes_[node].gaps});
      nodes_[node].gaps = static_cast<std::uint32_t>(gaps_.size() - 1);
      masks_[node] |= other_bit;
      return to;
    }
    case Kind::number:
      if (nodes_[node].number_node == 0) {
        const std::uint32_t to = add_node();
        nodes_[node].number_node = to;
        masks_[node] |= number_bit;
      }
      return nodes_[node].number_node;
    case Kind::capital:
      if (nodes_[node].capital_node == 0) {
        const std::uint32_t to = add_node();
        nodes_[node].capital_node = to;
        masks_[node] |= capital_bit;
      }
      return nodes_[node].capital_node;
  }
  return node;
}

void PhraseSet::end_at(std::uint32_t node, CueId cue, std::uint32_t phrase) {
  for (std::uint32_t e = nodes_[node].ends; e != 0; e = ends_[e].next)
    if (ends_[e].cue == cue) return;
  cues_ = std::max(cues_, cue + 1);
  ends_.push_back({cue, phrase, nodes_[node].ends});
  nodes_[node].ends = static_cast<std::uint32_t>(ends_.size() - 1);
  masks_[node] |= other_bit;
}

std::uint32_t PhraseSet::edge(std::uint32_t node, std::uint64_t word) const {
  const std::uint64_t key = mix(node, word);
  const std::size_t mask = edges_.size() - 1;
  for (std::size_t i = key & mask; edges_[i].key != 0; i = (i + 1) & mask)
    if (edges_[i].key == key) return edges_[i].to;
  return 0;
}

std::uint32_t PhraseSet::step(std::uint32_t node, std::uint64_t word, bool make) {
  if (const std::uint32_t to = edge(node, word); to != 0 || !make) return to;
  if (edges_used_ * 2 >= edges_.size()) rehash(edges_.size() * 2);
  masks_[node] |= bit_of(word);
  if (node == 0) starts_[word >> 6 & 0x3ff] |= std::uint64_t{1} << (word & 63);
  const std::uint64_t key = mix(node, word);
  const std::size_t mask = edges_.size() - 1;
  std::size_t i = key & mask;
  while (edges_[i].key != 0) i = (i + 1) & mask;
  edges_[i] = {key, add_node()};
  ++edges_used_;
  return edges_[i].to;
}

void PhraseSet::rehash(std::size_t slots) {
  std::vector<Edge> old(slots);
  old.swap(edges_);
  for (const Edge& edge : old) {
    if (edge.key == 0) continue;
    std::size_t i = edge.key & (slots - 1);
    while (edges_[i].key != 0) i = (i + 1) & (slots - 1);
    edges_[i] = edge;
  }
}

PhraseSet::Word PhraseSet::word_of(const Token& token) {
  Word word{};
  word.word = token.word;
  word.lemma = token.lemma ^ lemma_salt;
  word.upper = token.word ^ upper_salt;
  word.is_upper = token.shape == Shape::upper;
  word.is_number = token.shape == Shape::number;
  word.gap = token.gap;
  word.capital = !token.function && (token.shape == Shape::capital || word.is_upper);
  word.bits = bit_of(word.word) | bit_of(word.lemma) | (word.is_upper ? bit_of(word.upper) : 0) |
              (word.is_number ? number_bit : 0) | (word.capital ? capital_bit : 0);
  // The first word of a sentence has its capital from there, unless all of it is capitals.
  const bool opens = token.gap == Gap::start || token.gap == Gap::other;
  word.capital_first = word.capital && (word.is_upper || !opens);
  return word;
}

// Walks on from the node, where the word `at` is the next, if it may lead anywhere: nearly always not.
inline void PhraseSet::enter(Walk& walk, std::uint32_t node, std::size_t at) const {
  const std::uint64_t bits = at < walk.words.size() ? walk.words[at].bits : 0;
  if ((masks_[node] & (bits | other_bit)) != 0) this->walk(walk, node, at);
}

void PhraseSet::walk(Walk& walk, std::uint32_t node, std::size_t at) const {
  const Node& here = nodes_[node];
  for (std::uint32_t e = here.ends; e != 0; e = ends_[e].next)
    walk.hits.push_back({ends_[e].cue, ends_[e].phrase, static_cast<std::uint32_t>(walk.first),
                         static_cast<std::uint32_t>(at)});
  for (std::uint32_t j = here.joins; j != 0; j = joins_[j].next) enter(walk, joins_[j].to, at);
  if (at >= walk.words.size()) return;
  if (at == walk.first) return lead(walk, node, at);
  if (walk.words[at].gap == Gap::other) return;
  if (walk.words[at].gap != Gap::comma) lead(walk, node, at);  // only an <n> may pass it
  for (std::uint32_t g = here.gaps; g != 0; g = gaps_[g].next) skip(walk, gaps_[g], at);
}

void PhraseSet::skip(Walk& walk, const Skip& gap, std::size_t at) const {
  const std::uint64_t mask = masks_[gap.to];
  const std::size_t end = std::min(walk.words.size(), at + gap.words + 1);
  for (; at < end && walk.words[at].gap != Gap::other; ++at) {
    if ((mask & (walk.words[at].bits | other_bit)) == 0) continue;
    lead(walk, gap.to, at);
    for (std::uint32_t g = nodes_[gap.to].gaps; g != 0; g = gaps_[g].next) skip(walk, gaps_[g], at);
  }
}

// Where the word leads from the node.
void PhraseSet::lead(Walk& walk, std::uint32_t node, std::size_t at) const {
  const std::uint64_t mask = masks_[node];
  const Word& word = walk.words[at];
  const auto go = [&](std::uint32_t to) {
    if (to != 0) enter(walk, to, at + 1);
  };
  if ((mask & bit_of(word.word)) != 0) go(edge(node, word.word));
  if ((mask & bit_of(word.lemma)) != 0) go(edge(node, word.lemma));
  if (word.is_upper && (mask & bit_of(word.upper)) != 0) go(edge(node, word.upper));
  if (word.is_number) go(nodes_[node].number_node);
  if (at == walk.first ? word.capital_first : word.capital) go(nodes_[node].capital_node);
}

void PhraseSet::find(const std::vector<Token>& tokens, std::vector<Hit>& hits) const {
  constexpr std::uint32_t none = 0xffffffffu;
  hits.clear();
  std::vector<std::uint32_t> latest(cues_, none);  // of each cue the last of `hits`
  std::vector<Word> words;
  words.reserve(tokens.size());
  for (const Token& token : tokens) words.push_back(word_of(token));
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    const bool other = word.is_upper || word.is_number || (word.capital_first && nodes_[0].capital_node != 0);
    if (!other && !may_start(word.word) && !may_start(word.lemma)) continue;
    const std::size_t from = hits.size();
    Walk walk{words, i, hits};
    this->walk(walk, 0, i);
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
