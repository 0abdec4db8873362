#include "plugins/redflags/declarative.h"

#include <algorithm>
#include <array>
#include <string>

namespace assay::redflags {
namespace {

Extent clause(const BlockFacts& facts, Extent words) {
  const Sentence& sentence = facts.sentences[facts.sentence_of_word(words.begin)];
  std::uint32_t begin = words.begin, end = words.end;
  while (begin > sentence.words.begin && facts.tokens[begin].gap == Gap::space) --begin;
  while (end < sentence.words.end && facts.tokens[end].gap == Gap::space) ++end;
  return {begin, end};
}

bool has_value(const BlockFacts& facts, Extent words, std::uint8_t values, Extent not_in) {
  const auto any = [&](const auto& list, auto good) {
    const auto there = beginning_in(list, words);
    return std::any_of(there.begin(), there.end(), [&](const auto& one) {
      return (one.words.begin < not_in.begin || one.words.begin >= not_in.end) && good(one);
    });
  };
  return ((values & value_date) != 0 && any(facts.dates, [](const Date&) { return true; })) ||
         ((values & value_number) != 0 && any(facts.numbers, [](const Number&) { return true; })) ||
         ((values & value_percent) != 0 &&
          any(facts.numbers, [](const Number& n) { return n.unit == Unit::percent; })) ||
         ((values & value_name) != 0 && any(facts.names, [](const Name& n) { return !n.starts_sentence; }));
}

constexpr std::uint32_t look_back = 64;  // words: an exception is no longer than this

bool overlaps(const Hit& a, const Hit& b) { return a.first < b.last && b.first < a.last; }

// Rules that start from a hit of their cue, on one block.
class Local {
 public:
  Local(const RuleSet& rules, const BlockFacts& facts, std::vector<LocalFinding>& out)
      : rules_(rules), facts_(facts), out_(out) {}

  void hit(std::uint32_t index, const Hit& hit) {
    const Rule& rule = rules_.rules()[index];
    const Extent words{hit.first, hit.last};
    if (exempt(rule, hit)) return;
    switch (rule.kind) {
      case Kind::phrase:
      case Kind::pattern:
        if (rule.distance == 0) return add(index, words);
        if (!follows_one(rule, hit)) add(index, {words.begin, end_of_run(rule, hit)});
        return;
      case Kind::swap:
        return add(index, words, static_cast<std::int32_t>(hit.phrase));
      case Kind::cooccur:
        if (rule.with == no_cue)
          add(index, words);
        else if (const Hit* other = companion(rule, hit))
          add(index, words, -1, other);
        return;
      case Kind::require:
        if (satisfied(rule, hit) || (rule.distance > 0 && follows_one(rule, hit))) return;
        return add(index, {words.begin, rule.distance > 0 ? end_of_run(rule, hit) : words.end});
      default:
        return;
    }
  }
  void limit(std::uint32_t index) {
    const Rule& rule = rules_.rules()[index];
    std::vector<Hit> run;
    Extent current{0, 0};
    const auto close = [&] {
      const auto count = static_cast<std::int64_t>(run.size());
      if (!run.empty() && rule.max >= 0 && count > rule.max) add(index, {run.front().first, run.back().last});
      run.clear();
    };
    for (const Hit& hit : facts_.hits) {
      if (hit.cue != rule.any || exempt(rule, hit)) continue;
      const Extent here = region(facts_, {hit.first, hit.last}, rule.within);
      if (run.empty() || !(here == current)) close(), current = here;
      run.push_back(hit);
    }
    close();
  }
  void repeat(std::uint32_t index) {
    const Rule& rule = rules_.rules()[index];
    const auto& tokens = facts_.tokens;
    for (std::uint32_t i = 0; i < tokens.size(); ++i) {
      if (tokens[i].function || tokens[i].end - tokens[i].begin < rule.words_min ||
          tokens[i].shape == Shape::number)
        continue;
      if (rule.except != no_cue && facts_.has(rule.except, {i, i + 1})) continue;
      const std::uint32_t from = i > rule.distance ? i - rule.distance : 0;
      for (std::uint32_t j = from; j < i; ++j)
        if (tokens[j].lemma == tokens[i].lemma) {
          add(index, {i, i + 1});
          break;
        }
    }
  }

 private:
  bool excepted(CueId except, const Hit& hit) const {
    if (!facts_.may_have(except)) return false;
    for (std::size_t i = facts_.first_hit(hit.first > look_back ? hit.first - look_back : 0);
         i < facts_.hits.size(); ++i) {
      const Hit& other = facts_.hits[i];
      if (other.first >= hit.last) return false;
      if (other.cue == except && overlaps(other, hit)) return true;
    }
    return false;
  }
  // "The Puppet server", "the group Evil Corp": capitals that no sentence begins with.
  bool is_name(Extent words) const {
    const Gap gap = facts_.tokens[words.begin].gap;
    if (words.begin == facts_.sentences[facts_.sentence_of_word(words.begin)].words.begin ||
        (gap != Gap::space && gap != Gap::comma))
      return false;
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (facts_.tokens[i].shape != Shape::capital) return false;
    return true;
  }
  bool exempt(const Rule& rule, const Hit& hit) const {
    const Extent words{hit.first, hit.last};
    if (goes_on(facts_, hit)) return true;
    // A match that runs into a quotation or out of it holds words that are not the report's own.
    if (rule.quoted != Quoted::check &&
        (facts_.quoted(facts_.tokens[hit.first].begin) || facts_.quoted(facts_.tokens[hit.last - 1].begin))) {
      const Extent sentence = facts_.sentences[facts_.sentence_of_word(hit.first)].words;
      if (rule.quoted == Quoted::skip || facts_.has(rules_.cues().attribution, sentence) ||
          facts_.has(rules_.cues().speech, sentence))
        return true;
    }
    if (rule.except != no_cue && excepted(rule.except, hit)) return true;
    if (rule.not_names && is_name(words)) return true;
    if (rule.unless == no_cue && rule.unless_values == 0) return false;
    const Extent around = region(facts_, words, rule.unless_within);
    return (rule.unless != no_cue && facts_.has(rule.unless, around)) ||
           has_value(facts_, around, rule.unless_values, words);
  }
  // Whether a match stands so near before this one, in its sentence, that both say one thing.
  bool follows_one(const Rule& rule, const Hit& hit) const {
    const std::uint32_t begin = facts_.sentences[facts_.sentence_of_word(hit.first)].words.begin;
    for (std::size_t i = facts_.first_hit(begin); i < facts_.hits.size() && facts_.hits[i].first < hit.first;
         ++i)
      if (facts_.hits[i].cue == hit.cue && facts_.hits[i].last + rule.distance >= hit.first &&
          !exempt(rule, facts_.hits[i]))
        return true;
    return false;
  }
  std::uint32_t end_of_run(const Rule& rule, const Hit& hit) const {
    const std::uint32_t end = facts_.sentences[facts_.sentence_of_word(hit.first)].words.end;
    std::uint32_t last = hit.last;
    for (std::size_t i = facts_.first_hit(hit.first); i < facts_.hits.size() && facts_.hits[i].first < end;
         ++i)
      if (facts_.hits[i].cue == hit.cue && facts_.hits[i].first <= last + rule.distance &&
          !exempt(rule, facts_.hits[i]))
        last = std::max(last, facts_.hits[i].last);
    return last;
  }
  const Hit* companion(const Rule& rule, const Hit& hit) const {
    const Extent around = region(facts_, {hit.first, hit.last}, rule.within);
    for (std::size_t i = facts_.first_hit(around.begin); i < facts_.hits.size(); ++i) {
      const Hit& other = facts_.hits[i];
      if (other.first >= around.end) break;
      if (other.cue != rule.with || overlaps(other, hit)) continue;
      if (rule.except != no_cue && excepted(rule.except, other)) continue;
      if (rule.ordered && other.first < hit.last) continue;
      const std::uint32_t between = other.first >= hit.last ? other.first - hit.last : hit.first - other.last;
      if (rule.distance == 0 || between <= rule.distance) return &other;
    }
    return nullptr;
  }
  bool satisfied(const Rule& rule, const Hit& hit) const {
    const Extent around = region(facts_, {hit.first, hit.last}, rule.within);
    if (has_value(facts_, around, rule.with_values, {hit.first, hit.last})) return true;
    if (rule.with == no_cue) return false;
    for (std::size_t i = facts_.first_hit(around.begin); i < facts_.hits.size(); ++i) {
      const Hit& other = facts_.hits[i];
      if (other.first >= around.end) break;
      if (other.cue != rule.with || (other.first >= hit.first && other.last <= hit.last)) continue;
      const Extent sentence = facts_.sentences[facts_.sentence_of_word(other.first)].words;
      const bool own = hit.first >= sentence.begin && hit.first < sentence.end;
      if (rule.with_unless == no_cue || own || !facts_.has(rule.with_unless, sentence)) return true;
    }
    return false;
  }
  bool determines(std::uint32_t i) const {
    static constexpr std::array<std::string_view, 22> words{
        "a",   "an",    "the",  "one", "two",   "three", "four", "five", "several", "some", "another",
        "his", "these", "this", "her", "those", "that",  "its",  "our",  "their",   "no",   "any"};
    const std::string word = fold(facts_.at(facts_.tokens[i]));
    return std::find(words.begin(), words.end(), word) != words.end();
  }
  // The article or number of the noun that starts at `first`, if nothing but adjectives stands between.
  std::uint32_t article_before(std::uint32_t first) const {
    constexpr std::uint32_t reach = 4;
    const std::uint32_t begin = facts_.sentences[facts_.sentence_of_word(first)].words.begin;
    for (std::uint32_t i = first; i > begin && first - i < reach && !determines(i);) {
      if (facts_.tokens[i].gap != Gap::space) break;
      --i;
      if (determines(i)) return i;
      if (facts_.tokens[i].function || facts_.has(rules_.cues().past_verb, {i, i + 1}) ||
          facts_.has(rules_.cues().speech, {i, i + 1}))
        break;
    }
    return first;
  }
  void add(std::uint32_t index, Extent words, std::int32_t replacement = -1, const Hit* other = nullptr) {
    const Rule& rule = rules_.rules()[index];
    if (rule.article) words.begin = article_before(words.begin);
    Extent bytes = facts_.bytes_of(words);
    switch (rule.marks) {
      case Marks::match:
        break;
      case Marks::sentence:
        bytes = facts_.sentences[facts_.sentence_of_word(words.begin)].bytes;
        break;
      case Marks::block:
        bytes = {0, static_cast<std::uint32_t>(facts_.text.size())};
        break;
      case Marks::to_companion:
        if (other != nullptr)
          bytes = facts_.bytes_of({std::min(words.begin, other->first), std::max(words.end, other->last)});
        break;
    }
    // Of matches that lie one within the other, the longest: a phrase, and the pattern around it.
    constexpr std::size_t reach = 8;
    for (std::size_t i = out_.size(); i > 0 && out_.size() - i < reach;) {
      LocalFinding& made = out_[--i];
      if (made.rule != index) continue;
      if (made.bytes.begin <= bytes.begin && bytes.end <= made.bytes.end) return;
      if (bytes.begin <= made.bytes.begin && made.bytes.end <= bytes.end) {
        made = {index, bytes, replacement};
        return;
      }
    }
    out_.push_back({index, bytes, replacement});
  }

  const RuleSet& rules_;
  const BlockFacts& facts_;
  std::vector<LocalFinding>& out_;
};

}  // namespace

bool goes_on(const BlockFacts& facts, const Hit& hit) {
  if (hit.last < hit.first + 2 || hit.last >= facts.tokens.size() ||
      facts.tokens[hit.last].gap != Gap::space || facts.tokens[hit.last].shape == Shape::number)
    return false;
  const std::string_view between =
      facts.at(Extent{facts.tokens[hit.last - 1].end, facts.tokens[hit.last].begin});
  return between == "-" || between == "\u2010" || between == "\u2011";
}

Extent region(const BlockFacts& facts, Extent words, Within within) {
  const auto count = facts.sentences.size();
  const std::size_t own = facts.sentence_of_word(words.begin);
  std::size_t first = own, last = own;
  switch (within) {
    case Within::clause:
      return clause(facts, words);
    case Within::sentence:
      break;
    case Within::next:
      last = std::min(own + 1, count - 1);
      break;
    case Within::previous:
      first = own > 0 ? own - 1 : 0;
      break;
    case Within::around:
      first = own > 0 ? own - 1 : 0;
      last = std::min(own + 1, count - 1);
      break;
    case Within::paragraph:
    case Within::section:
    case Within::document:
      return {0, static_cast<std::uint32_t>(facts.tokens.size())};
  }
  return {facts.sentences[first].words.begin, facts.sentences[last].words.end};
}

bool is_local(const Rule& rule) {
  const bool near = rule.within < Within::section;
  switch (rule.kind) {
    case Kind::phrase:
    case Kind::pattern:
    case Kind::swap:
    case Kind::repeat:
      return true;
    case Kind::cooccur:
      return near;
    case Kind::limit:
      return near && rule.max >= 0;
    case Kind::require:
      return near && rule.any != no_cue && rule.also == no_cue;
    default:
      return false;
  }
}

void run_local(const RuleSet& rules, const BlockFacts& facts, Zone zone, std::vector<LocalFinding>& out) {
  if (facts.tokens.empty()) return;
  Local local(rules, facts, out);
  std::vector<std::uint32_t> limits;
  for (const Hit& hit : facts.hits)
    for (const std::uint32_t index : rules.triggered_by(hit.cue)) {
      const Rule& rule = rules.rules()[index];
      if ((rule.zones & mask(zone)) == 0 || !is_local(rule)) continue;
      if (rule.kind == Kind::limit) {
        if (std::find(limits.begin(), limits.end(), index) == limits.end()) limits.push_back(index);
      } else {
        local.hit(index, hit);
      }
    }
  for (const std::uint32_t index : limits) local.limit(index);
  for (std::uint32_t i = 0; i < rules.rules().size(); ++i)
    if (const Rule& rule = rules.rules()[i];
        rule.kind == Kind::repeat && rule.enabled && (rule.zones & mask(zone)) != 0)
      local.repeat(i);
}

}  // namespace assay::redflags
