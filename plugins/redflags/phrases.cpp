#include "plugins/redflags/phrases.h"

#include <algorithm>
#include <cctype>

namespace assay::redflags {
namespace {

constexpr std::uint64_t lemma_salt = 0x9e3779b97f4a7c15ull;
constexpr std::uint64_t upper_salt = 0xd1b54a32d192ed03ull;
constexpr std::uint64_t gap_key = 0x6761700000000000ull;  // and the n of <n>: an edge that no word takes

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

struct PhraseSet::Walk {
  const std::vector<Token>& tokens;
  std::size_t first;
  std::vector<Hit>& hits;
};

PhraseSet::PhraseSet() : nodes_(1), ends_(1), joins_(1), edges_(64), starts_(1024) {}

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
    if (first) phrase.met[part] = static_cast<std::uint32_t>(nodes_.size()), nodes_.emplace_back();
    joins_.push_back({phrase.met[part], nodes_[node].joins});
    nodes_[node].joins = static_cast<std::uint32_t>(joins_.size() - 1);
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
  const auto fresh = static_cast<std::uint32_t>(nodes_.size());
  switch (element.kind) {
    case Kind::word:
      return step(node, element.word, true);
    case Kind::gap: {
      // Gaps of different length need nodes of their own: they are told apart by a key that is no word.
      nodes_[node].gap_mask |= 1u << element.gap;
      const std::uint32_t to = step(node, gap_key + element.gap, true);
      nodes_[to].gap_words = element.gap;
      return to;
    }
    case Kind::number:
      if (nodes_[node].number_node == 0) nodes_[node].number_node = fresh, nodes_.emplace_back();
      return nodes_[node].number_node;
    case Kind::capital:
      if (nodes_[node].capital_node == 0) nodes_[node].capital_node = fresh, nodes_.emplace_back();
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
  nodes_[node].words |= std::uint64_t{1} << bit_of(word);
  if (node == 0) starts_[word >> 6 & 0x3ff] |= std::uint64_t{1} << (word & 63);
  const std::uint64_t key = mix(node, word);
  const std::size_t mask = edges_.size() - 1;
  std::size_t i = key & mask;
  while (edges_[i].key != 0) i = (i + 1) & mask;
  edges_[i] = {key, static_cast<std::uint32_t>(nodes_.size())};
  ++edges_used_;
  nodes_.emplace_back();
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

// `gap_left`: how many more words may be passed over before the next one must fit.
void PhraseSet::walk(Walk& walk, std::uint32_t node, std::size_t at, unsigned gap_left) const {
  const Node& here = nodes_[node];
  for (std::uint32_t e = here.ends; e != 0; e = ends_[e].next)
    walk.hits.push_back({ends_[e].cue, ends_[e].phrase, static_cast<std::uint32_t>(walk.first),
                         static_cast<std::uint32_t>(at)});
  for (std::uint32_t j = here.joins; j != 0; j = joins_[j].next) this->walk(walk, joins_[j].to, at, 0);
  if (at >= walk.tokens.size()) return;
  const Token& token = walk.tokens[at];
  const bool first = at == walk.first;
  if (!first && token.gap == Gap::other) return;
  const bool comma = !first && token.gap == Gap::comma && here.gap_words == 0;  // only an <n> may pass it
  const auto follow = [&](std::uint32_t to) {
    if (to != 0) this->walk(walk, to, at + 1, 0);
  };
  if (!comma) {
    const auto try_word = [&](std::uint64_t word) {
      if (may_follow(here, word)) follow(edge(node, word));
    };
    try_word(token.word);
    try_word(token.lemma ^ lemma_salt);
    if (token.shape == Shape::upper) try_word(token.word ^ upper_salt);
  }
  if (!comma && here.number_node != 0 && token.shape == Shape::number) follow(here.number_node);
  // The first word of a sentence has its capital from there, unless all of it is capitals.
  const bool opens = token.gap == Gap::start || token.gap == Gap::other;
  if (!comma && here.capital_node != 0 && !token.function &&
      ((token.shape == Shape::capital && !opens) || (token.shape == Shape::upper && (first || !opens))))
    follow(here.capital_node);
  if (first) return;
  if (gap_left > 0) this->walk(walk, node, at + 1, gap_left - 1);
  for (unsigned words = 1; here.gap_mask >> words != 0; ++words)
    if ((here.gap_mask >> words & 1u) != 0) this->walk(walk, edge(node, gap_key + words), at, words);
}

void PhraseSet::find(const std::vector<Token>& tokens, std::vector<Hit>& hits) const {
  constexpr std::uint32_t none = 0xffffffffu;
  hits.clear();
  std::vector<std::uint32_t> latest(cues_, none);  // of each cue the last of `hits`
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool other = token.shape == Shape::upper || token.shape == Shape::number ||
                       (token.shape == Shape::capital && nodes_[0].capital_node != 0);
    if (!other && !may_start(token.word) && !may_start(token.lemma ^ lemma_salt)) continue;
    const std::size_t from = hits.size();
    Walk walk{tokens, i, hits};
    this->walk(walk, 0, i, 0);
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
