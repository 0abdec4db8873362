#include "plugins/redflags/phrase_builder.h"

#include <algorithm>
#include <bit>
#include <compare>
#include <map>

namespace assay::redflags {
namespace {

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
    if (expansions > PhraseBuilder::expansions_max)
      return error.message =
                 "stands for more than " + std::to_string(PhraseBuilder::expansions_max) + " phrases",
             false;
    text.remove_prefix(close + 1);
  }
  return true;
}

}  // namespace

struct PhraseBuilder::Element {
  enum class Kind { word, gap, number, capital };
  Kind kind = Kind::word;
  std::uint64_t word = 0;  // salted
  unsigned gap = 0;
};

struct PhraseBuilder::Phrase {
  std::vector<std::vector<std::vector<Element>>> parts;  // of each part its alternatives
  std::vector<bool> join;                                // before which parts alternatives meet
  std::vector<std::uint32_t> met;                        // the node where they do, 0: not made yet
  CueId cue;
  std::uint32_t number;
};

bool PhraseBuilder::add(CueId cue, std::uint32_t phrase, std::string_view text, PhraseError& error) {
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
std::vector<bool> PhraseBuilder::places_to_join(const std::vector<std::vector<std::vector<Element>>>& parts) {
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

bool PhraseBuilder::read_elements(std::string_view text, std::vector<Element>& elements, PhraseError& error) {
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
bool PhraseBuilder::insert(Phrase& phrase, std::size_t part, std::uint32_t node, const Element* last,
                           PhraseError& error) {
  if (part == phrase.parts.size()) {
    if (last == nullptr) return error.message = "there is no word in it", false;
    if (last->kind == Element::Kind::gap) return error.message = "starts or ends with <n>", false;
    bool there = false;
    ends_.each(nodes_[node].ends, [&](const auto& end) { there = there || end.cue == phrase.cue; });
    if (!there) ends_.add(nodes_[node].ends, {phrase.cue, phrase.number});
    return true;
  }
  if (phrase.join[part] && last != nullptr && last->kind != Element::Kind::gap) {
    const bool first = phrase.met[part] == 0;
    if (first) phrase.met[part] = add_node();
    joins_.add(nodes_[node].joins, phrase.met[part]);
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

std::uint32_t PhraseBuilder::follow(std::uint32_t node, const Element& element) {
  using Kind = Element::Kind;
  switch (element.kind) {
    case Kind::word:
      return step(node, element.word);
    case Kind::gap: {
      // Gaps of different length need nodes of their own.
      std::uint32_t to = 0;
      gaps_.each(nodes_[node].gaps, [&](const Gap& gap) { to = gap.words == element.gap ? gap.to : to; });
      if (to != 0) return to;
      to = add_node();
      gaps_.add(nodes_[node].gaps, {to, element.gap});
      return to;
    }
    case Kind::number:
      if (nodes_[node].number == 0) {
        const std::uint32_t to = add_node();
        nodes_[node].number = to;
      }
      return nodes_[node].number;
    case Kind::capital:
      if (nodes_[node].capital == 0) {
        const std::uint32_t to = add_node();
        nodes_[node].capital = to;
      }
      return nodes_[node].capital;
  }
  return node;
}

std::uint32_t PhraseBuilder::step(std::uint32_t node, std::uint64_t word) {
  const auto [at, made] = edges_.try_emplace({node, word});
  if (made) at->second = add_node();
  return at->second;
}

// ---- Building

// The set under way. Nodes that go on at the same others share one that has all that those have: a walk looks
// there once, not at each of them. Those come behind the nodes of the builder.
struct PhraseBuilder::Layout {
  struct Edge {
    std::uint32_t node;
    std::uint64_t word;
    std::uint32_t to;
    auto operator<=>(const Edge&) const = default;
  };
  explicit Layout(const PhraseBuilder& from) : builder(from) {
    edges.reserve(builder.edges_.size());
    for (const auto& [key, to] : builder.edges_) edges.push_back({key.node, key.word, to});
    std::sort(edges.begin(), edges.end());
  }

  // All that a phrase goes on at without a word in between.
  void add_joined(std::uint32_t node, Nodes& to) const {
    builder.joins_.each(builder.nodes_[node].joins, [&](std::uint32_t join) {
      if (std::find(to.begin(), to.end(), join) != to.end()) return;
      to.push_back(join);
      add_joined(join, to);
    });
  }
  void share() {
    const std::size_t own = builder.nodes_.size(), own_edges = edges.size();
    std::map<Nodes, std::uint32_t> made;
    shared.resize(own);
    for (std::uint32_t node = 0; node < own; ++node) {
      if (builder.nodes_[node].joins == 0) continue;
      Nodes joined;
      add_joined(node, joined);
      std::sort(joined.begin(), joined.end());
      const auto [at, fresh] = made.try_emplace(joined, static_cast<std::uint32_t>(own + groups.size()));
      shared[node] = at->second;
      if (!fresh) continue;
      groups.push_back(joined);
      for (const std::uint32_t join : joined) {
        const auto end = edges.begin() + static_cast<std::ptrdiff_t>(own_edges);
        const auto first = std::lower_bound(edges.begin(), end, Edge{join, 0, 0});
        for (std::size_t e = static_cast<std::size_t>(first - edges.begin());
             e < own_edges && edges[e].node == join; ++e)
          edges.push_back({at->second, edges[e].word, edges[e].to});
      }
    }
    std::sort(edges.begin(), edges.end());
  }
  PhraseSet::Ref list(const Nodes& nodes) {
    if (nodes.size() < 2) return nodes.empty() ? 0 : nodes[0];
    const auto at = static_cast<PhraseSet::Ref>(set.lists_.size());
    set.lists_.push_back(static_cast<PhraseSet::Ref>(nodes.size()));
    set.lists_.insert(set.lists_.end(), nodes.begin(), nodes.end());
    return at | PhraseSet::is_list;
  }
  void place(const Nodes& of, std::uint32_t shares) {
    PhraseSet::Node node;
    node.ends = static_cast<std::uint32_t>(set.ends_.size());
    node.gaps = static_cast<std::uint32_t>(set.gaps_.size());
    node.shared = shares;
    Nodes numbers, capitals;
    for (const std::uint32_t one : of) {
      const Node& from = builder.nodes_[one];
      builder.ends_.each(from.ends, [&](const PhraseSet::End& end) { set.ends_.push_back(end); });
      builder.gaps_.each(from.gaps, [&](const Gap& gap) { set.gaps_.push_back({gap.to, gap.words, 0}); });
      if (from.number != 0) numbers.push_back(from.number);
      if (from.capital != 0) capitals.push_back(from.capital);
    }
    node.number = list(numbers);
    node.capital = list(capitals);
    set.nodes_.push_back(node);
  }
  void place_nodes() {
    set.nodes_.clear();
    set.nodes_.reserve(builder.nodes_.size() + groups.size() + 1);
    for (std::uint32_t node = 0; node < builder.nodes_.size(); ++node) place({node}, shared[node]);
    for (const Nodes& group : groups) place(group, 0);
    place({}, 0);  // where the last one's ends and gaps end
    for (const PhraseSet::End& end : set.ends_) set.cues_ = std::max(set.cues_, end.cue + 1);
  }
  void place_edges() {
    std::size_t count = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) count += begins(i);
    set.edges_.assign(std::bit_ceil(2 * count + 1), {});
    set.filter_.assign(std::max<std::size_t>(std::bit_ceil(8 * count + 1) / 64, 1), 0);
    const std::size_t mask = set.edges_.size() - 1;
    for (std::size_t i = 0; i < edges.size();) {
      const std::uint64_t key = PhraseSet::key_of(edges[i].node, edges[i].word);
      const std::uint64_t bit = set.filter_place(key);
      set.filter_[bit >> 6] |= std::uint64_t{1} << (bit & 63);
      Nodes to;
      do to.push_back(edges[i++].to);
      while (i < edges.size() && !begins(i));
      std::size_t slot = key & mask;
      while (set.edges_[slot].key != 0) slot = (slot + 1) & mask;
      set.edges_[slot] = {key, list(to)};
    }
  }
  // Whether the edge is the first for its node and word.
  bool begins(std::size_t i) const {
    return i == 0 || edges[i].node != edges[i - 1].node || edges[i].word != edges[i - 1].word;
  }
  // What a node has besides edges is told wherever one leads to it.
  void tell() {
    std::vector<std::uint64_t> masks(set.nodes_.size());
    for (const Edge& edge : edges) masks[edge.node] |= PhraseSet::bit_of(edge.word);
    const auto told = [&](PhraseSet::Ref& to) {
      if (to == 0 || (to & PhraseSet::is_list) != 0) return;
      const PhraseSet::Node &node = set.nodes_[to & PhraseSet::index],
                            &next = set.nodes_[(to & PhraseSet::index) + 1];
      if (node.ends < next.ends) to |= PhraseSet::has_ends;
      if (node.gaps < next.gaps || node.number != 0 || node.capital != 0 || node.shared != 0)
        to |= PhraseSet::has_more;
    };
    for (PhraseSet::Skip& gap : set.gaps_) {
      const PhraseSet::Node &node = set.nodes_[gap.to], &next = set.nodes_[gap.to + 1];
      gap.mask = masks[gap.to] | (node.number != 0 ? PhraseSet::number_bit : 0) |
                 (node.capital != 0 ? PhraseSet::capital_bit : 0) |
                 (node.gaps < next.gaps ? PhraseSet::gap_bit : 0);
    }
    for (PhraseSet::Edge& edge : set.edges_) told(edge.to);
    for (PhraseSet::Node& node : set.nodes_) {
      told(node.number);
      told(node.capital);
    }
    for (std::size_t i = 0; i < set.lists_.size(); i += set.lists_[i] + 1)
      for (std::size_t n = 1; n <= set.lists_[i]; ++n) told(set.lists_[i + n]);
  }

  const PhraseBuilder& builder;
  std::vector<Edge> edges;  // by node and word, of which one may lead to several
  std::vector<std::uint32_t> shared;
  std::vector<Nodes> groups;
  PhraseSet set;
};

PhraseSet PhraseBuilder::build() const {
  Layout layout(*this);
  layout.share();
  layout.place_nodes();
  layout.place_edges();
  layout.tell();
  return std::move(layout.set);
}

}  // namespace assay::redflags
