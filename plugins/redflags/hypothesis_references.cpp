#include "plugins/redflags/hypothesis_references.h"

#include <algorithm>
#include <array>
#include <string>

namespace assay::redflags {
namespace {

constexpr std::array<std::string_view, 8> ordinals{"first", "second", "third",   "fourth",
                                                   "fifth", "sixth",  "seventh", "eighth"};
constexpr std::array<std::string_view, 8> cardinals{"one",  "two", "three", "four",
                                                    "five", "six", "seven", "eight"};
constexpr std::array<std::string_view, 12> nouns{
    "hypothesis",  "hypotheses", "explanation", "explanations", "possibility",    "option",
    "alternative", "theory",     "reading",     "account",      "interpretation", "one"};

bool is_noun(const std::string& word) { return std::find(nouns.begin(), nouns.end(), word) != nouns.end(); }

std::optional<std::size_t> number_of(const std::string& word) {
  if (word.size() == 1 && word[0] >= '1' && word[0] <= '9') return static_cast<std::size_t>(word[0] - '1');
  if (word.size() == 1 && word[0] >= 'a' && word[0] <= 'f') return static_cast<std::size_t>(word[0] - 'a');
  for (std::size_t i = 0; i < cardinals.size(); ++i)
    if (word == cardinals[i]) return i;
  return std::nullopt;
}

class Finder {
 public:
  Finder(const Report& report, const BlockFacts& facts, Extent words)
      : count_(report.hypotheses.size()), facts_(facts), words_(words) {}
  std::vector<Reference> run() {
    for (std::uint32_t i = words_.begin; i < words_.end; ++i) word(i, folded(facts_, i));
    return std::move(found_);
  }

 private:
  void add(std::size_t hypothesis, std::uint32_t word) {
    if (hypothesis < count_) found_.push_back({hypothesis, word});
  }
  void word(std::uint32_t i, const std::string& text) {
    if (text == "former") return add(0, i);
    if (text == "latter") return add(count_ - 1, i);
    // "the last of the three", "the last hypothesis"
    if (text == "last" && i > words_.begin && folded(facts_, i - 1) == "the" &&
        (is_noun(folded(facts_, i + 1)) || (folded(facts_, i + 1) == "of" && folded(facts_, i + 2) == "the" &&
                                            number_of(folded(facts_, i + 3)))))
      return add(count_ - 1, i);
    // "Number two limps behind"
    if (text == "number") {
      const std::string next = folded(facts_, i + 1);
      const auto number = number_of(next);
      if (number && i + 1 < words_.end && (next[0] < 'a' || next.size() > 1)) add(*number, i + 1);
      return;
    }
    if (text.size() == 2 && text[0] == 'h' && text[1] >= '1' && text[1] <= '9')
      return add(static_cast<std::size_t>(text[1] - '1'), i);
    if (text == "hypothesis" || text == "hypotheses" || text == "explanation") {
      // "hypothesis 2", "hypotheses 2 and 3"; "hypothesis a" is an article
      for (std::uint32_t next = i + 1; next < std::min(i + 6, words_.end); ++next) {
        const std::string after = folded(facts_, next);
        const auto number = number_of(after);
        const bool letter = number && after[0] >= 'a' && after.size() == 1;
        if (number && (!letter || facts_.tokens[next].shape == Shape::capital))
          add(*number, next);
        else if (after != "and" && after != "or" && after != "to")
          break;
      }
      return;
    }
    if (is_bare_number(i)) return add(static_cast<std::size_t>(text[0] - '1'), i);
    for (std::size_t n = 0; n < ordinals.size(); ++n)
      if (text == ordinals[n]) return ordinal(i, n);
  }
  bool is_digit(std::uint32_t i) const {
    const Token& token = facts_.tokens[i];
    return token.shape == Shape::number && token.end == token.begin + 1;
  }
  // "Preference: 1 over 2 and 3", "for 1: the fee was named": a number that stands for a hypothesis.
  bool is_bare_number(std::uint32_t i) const {
    if (i == words_.begin || !is_digit(i)) return false;
    const std::string before = folded(facts_, i - 1);
    const std::string next = i + 1 < words_.end ? folded(facts_, i + 1) : std::string();
    if (next == "over" || next == "above") return i + 2 < words_.end && is_digit(i + 2);
    if (before == "over" || before == "above") return i > words_.begin + 1 && is_digit(i - 2);
    if (before == "and" || before == "or")
      return i > words_.begin + 1 && is_digit(i - 2) && is_bare_number(i - 2);
    return (before == "for" || before == "against" || before == "on") &&
           facts_.text[facts_.tokens[i].end] == ':';
  }
  // "the first hypothesis", "than the first,", "the first two", "the first and the third"
  void ordinal(std::uint32_t i, std::size_t n) {
    const std::string next =
        i + 1 < words_.end && facts_.tokens[i + 1].gap == Gap::space ? folded(facts_, i + 1) : std::string();
    if (const auto several = number_of(next); several && *several >= 1 && n == 0 && next.size() > 1) {
      for (std::size_t k = 0; k <= *several; ++k) add(k, i);
      return;
    }
    const bool article = i > 0 && (folded(facts_, i - 1) == "the" || folded(facts_, i - 1) == "our");
    const bool joined = i > 1 && (folded(facts_, i - 1) == "and" || folded(facts_, i - 1) == "or");
    // "First: two items for", "the second unlikely, the third less so"
    const bool heads = facts_.text[facts_.tokens[i].end] == ':';
    const bool rated =
        article && (number_of(next) || next == "likely" || next == "unlikely" || next == "very" ||
                    next == "none" || next == "neither" || next == "nothing" || next == "all");
    // "the first and the third concern the same days"
    const bool paired = article && i > 3 && joins_ordinal(i - 2);
    if (heads || rated || paired || is_noun(next) ||
        ((article || joined) && (next.empty() || facts_.tokens[i + 1].function)) ||
        (article && ends_verb(i + 1)))
      add(n, i);
  }
  // The "and" of "the first and the third".
  bool joins_ordinal(std::uint32_t i) const {
    const std::string before = folded(facts_, i - 1);
    return folded(facts_, i) == "and" && folded(facts_, i - 2) == "the" &&
           std::find(ordinals.begin(), ordinals.end(), before) != ordinals.end();
  }
  // "the first explains ...", "against the third speaks ...": a verb in the third person, or in the past,
  // follows.
  bool ends_verb(std::uint32_t i) const {
    const std::string word = folded(facts_, i);
    if (word == "best" || word == "better") return true;
    return word.size() > 3 && ((word.ends_with("s") && !word.ends_with("ss")) || word.ends_with("ed"));
  }

  std::size_t count_;
  const BlockFacts& facts_;
  Extent words_;
  std::vector<Reference> found_;
};

// The hypothesis whose own words a passage shares most, if that is plain.
std::optional<std::size_t> by_words(const std::vector<HypothesisWords>& words, const StemSet& all,
                                    std::size_t own_min) {
  // "The third pier" tells one pier from the next, and no hypothesis from another.
  static const StemSet counts = [] {
    StemSet stems;
    for (const std::string_view word : ordinals) stems.push_back(hash_word(stem_of(word)));
    for (const std::string_view word : cardinals) stems.push_back(hash_word(stem_of(word)));
    std::sort(stems.begin(), stems.end());
    return stems;
  }();
  const StemSet passage = without(all, counts);
  std::optional<std::size_t> best;
  std::size_t best_score = 0, second = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    // A word of its title that another one's statement has as well tells little.
    const StemSet common = without(words[i].title_own, words[i].own);
    const std::size_t score =
        2 * shared(passage, without(words[i].title_own, common)) + shared(passage, words[i].own);
    if (score > best_score)
      second = best_score, best_score = score, best = i;
    else
      second = std::max(second, score);
  }
  if (!best || best_score < second + 2 || shared(passage, words[*best].own) < own_min) return std::nullopt;
  return best;
}

// The one whose whole title a passage says, where it says nothing that another has alone: "cathode makers are
// stockpiling", of "Stockpiling".
std::optional<std::size_t> by_title(const std::vector<HypothesisWords>& words, const StemSet& passage) {
  std::optional<std::size_t> named;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (shared(passage, words[i].own) == 0 && shared(passage, words[i].title_own) == 0) continue;
    const bool whole = !words[i].title.empty() && words[i].title_own == words[i].title &&
                       shared(passage, words[i].title) == words[i].title.size();
    if (named || !whole) return std::nullopt;
    named = i;
  }
  return named;
}

}  // namespace

StemHolders::StemHolders(const std::vector<HypothesisWords>& words, StemSet HypothesisWords::*set) {
  for (std::size_t i = 0; i < words.size(); ++i)
    for (const WordHash stem : words[i].*set) {
      Holders& holders = held_[stem];
      if (holders.count < holders.who.size()) holders.who[holders.count] = i;
      ++holders.count;
    }
}

StemSet StemHolders::held_once(const StemSet& stems) const {
  StemSet own;
  for (const WordHash stem : stems)
    if (held_.at(stem).count == 1) own.push_back(stem);
  return own;
}

std::size_t StemHolders::takes_from(std::size_t hypothesis, const StemSet& stems, std::size_t least) const {
  std::unordered_map<std::size_t, std::size_t> taken;
  for (const WordHash stem : stems)
    if (const auto at = held_.find(stem); at != held_.end() && at->second.count == 2)
      ++taken[at->second.who[0] == hypothesis ? at->second.who[1] : at->second.who[0]];
  return static_cast<std::size_t>(
      std::count_if(taken.begin(), taken.end(), [&](const auto& one) { return one.second >= least; }));
}

std::vector<HypothesisWords> hypothesis_words(const Report& report) {
  std::vector<HypothesisWords> words(report.hypotheses.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i].title = content_stems(report.facts(report.hypotheses[i].title));
    StemCollector all;
    all.add(words[i].title);
    for (const std::uint32_t block : report.hypotheses[i].statement)
      all.add(content_stems(report.facts(block)));
    words[i].all = all.take();
  }
  const StemHolders titles(words, &HypothesisWords::title), all(words, &HypothesisWords::all);
  for (HypothesisWords& one : words) {
    one.title_own = titles.held_once(one.title);
    one.own = all.held_once(one.all);
  }
  return words;
}

std::vector<Reference> ordinal_references(const Report& report, const BlockFacts& facts, Extent words) {
  return Finder(report, facts, words).run();
}

std::vector<std::uint32_t> judgement_blocks(const Report& report) {
  std::vector<std::uint32_t> blocks = report.in(Zone::judgement);
  const auto& other = report.in(Zone::hypotheses_other);
  blocks.insert(blocks.end(), other.begin(), other.end());
  std::sort(blocks.begin(), blocks.end());
  return blocks;
}

// Where the words end that are said for something: "a matter of money and not of a change of builder".
// `verdict`: "than the second" and "over the second" say against what.
static std::uint32_t before_contrast(const BlockFacts& facts, Extent words, bool verdict) {
  for (std::uint32_t i = words.begin + 1; i < words.end; ++i) {
    const std::string word = folded(facts, i), before = folded(facts, i - 1);
    const bool joined = before == "and" || before == "but" || facts.tokens[i].gap == Gap::comma;
    if ((word == "than" && (verdict || before == "rather")) || (word == "over" && verdict) ||
        (word == "not" && joined) || (word == "of" && before == "instead") || word == "whereas")
      return i;
  }
  return words.end;
}

// "The outturn is the best in four years": years are ranked, and no hypotheses.
static bool ranks_years(const BlockFacts& facts, Extent after) {
  if (after.end <= after.begin + 1) return false;
  const std::string link = folded(facts, after.begin);
  if (link != "in" && link != "since" && link != "for") return false;
  for (std::uint32_t i = after.begin + 1; i < std::min(after.begin + 4, after.end); ++i)
    if (const std::string word = folded(facts, i); facts.tokens[i].shape == Shape::number ||
                                                   word == "years" || word == "decades" || word == "months" ||
                                                   word == "memory")
      return true;
  return false;
}

// "A fast build would be favoured by the builder's presence": so far it is not.
static bool is_conditional(const BlockFacts& facts, Extent verdict) {
  for (std::uint32_t i = verdict.begin > 3 ? verdict.begin - 3 : 0; i < verdict.end; ++i)
    if (const std::string word = folded(facts, i); word == "would" || word == "could" || word == "might")
      return true;
  return false;
}

// "The company leads the consortium": what is led or won is told, and no hypothesis leads.
static bool has_object(const BlockFacts& facts, const Hit& verdict) {
  const std::string verb = folded(facts, verdict.last - 1);
  if ((verb != "leads" && verb != "wins") || verdict.last >= facts.tokens.size()) return false;
  const std::string next = folded(facts, verdict.last);
  return facts.tokens[verdict.last].gap == Gap::space &&
         (next == "the" || next == "a" || next == "an" || next == "its" || next == "their" || next == "to");
}

std::optional<std::size_t> preferred(const Report& report, const std::vector<HypothesisWords>& words) {
  for (const std::uint32_t block : judgement_blocks(report)) {
    const BlockFacts& facts = report.facts(block);
    for (const Sentence& sentence : facts.sentences) {
      const Hit* prefer = facts.find(report.cues.prefer, sentence.words);
      if (prefer == nullptr || ranks_years(facts, {prefer->last, sentence.words.end}) ||
          facts.has(report.cues.negation, {prefer->first > 2 ? prefer->first - 2 : 0, prefer->first + 1}) ||
          (prefer->first > 0 && folded(facts, prefer->first - 1) == "less") ||
          is_conditional(facts, {prefer->first, prefer->last}) || has_object(facts, *prefer))
        continue;
      const auto references = ordinal_references(report, facts, sentence.words);
      // The one nearest before the verdict is its subject; without one, the first after it its object.
      std::optional<std::size_t> before, after;
      for (const Reference& reference : references) {
        if (reference.word < prefer->first)
          before = reference.hypothesis;
        else if (!after)
          after = reference.hypothesis;
      }
      if (before) return before;
      if (after) return after;
      const std::uint32_t end = before_contrast(facts, {prefer->last - 1, sentence.words.end}, true);
      // "The budget hypothesis is preferred, because the congress": its subject first.
      for (const std::uint32_t last : {prefer->last, end})
        if (const auto named = by_words(words, content_stems(facts, {sentence.words.begin, last}), 1))
          return named;
    }
  }
  return std::nullopt;
}

std::optional<Place> leading_sentence(const Report& report) {
  for (const std::uint32_t block : report.in(Zone::bluf)) {
    const BlockFacts& facts = report.facts(block);
    if (const Hit* hit = facts.find(report.cues.most_supported))
      return report.sentence(block, facts.sentence_of_word(hit->first));
  }
  return std::nullopt;
}

std::optional<BlufLeader> bluf_leader(const Report& report, const std::vector<HypothesisWords>& words) {
  for (const std::uint32_t block : report.in(Zone::bluf)) {
    const BlockFacts& facts = report.facts(block);
    const Hit* hit = facts.find(report.cues.most_supported);
    if (hit == nullptr) continue;
    const std::size_t sentence = facts.sentence_of_word(hit->first);
    const Extent after{hit->last,
                       before_contrast(facts, {hit->last, facts.sentences[sentence].words.end}, false)};
    // "is that the first closure was an accident and the second a mistake": what it says is counted there.
    const bool tells = hit->last < facts.tokens.size() && folded(facts, hit->last) == "that";
    const Extent naming{facts.sentences[sentence].words.begin,
                        tells ? hit->last : facts.sentences[sentence].words.end};
    if (const auto references = ordinal_references(report, facts, naming); !references.empty())
      return BlufLeader{references.front().hypothesis, report.sentence(block, sentence)};
    const StemSet said = content_stems(facts, after);
    auto named = by_words(words, said, 2);
    if (!named && !facts.has(report.cues.negation, after)) named = by_title(words, said);
    if (named) return BlufLeader{*named, report.sentence(block, sentence)};
  }
  return std::nullopt;
}

}  // namespace assay::redflags
