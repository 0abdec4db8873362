// Figures without a source.
#include <algorithm>
#include <string>

#include "plugins/redflags/code/credit.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

// Regulation 2024/1157, CVE-2025-31337, § 2332: a stroke, a hyphen or a sign joins the number to others or to
// a name, as no count is.
bool is_reference(const BlockFacts& facts, const Number& number) {
  const std::uint32_t begin = facts.tokens[number.words.begin].begin;
  const auto before = [&](std::string_view mark) {
    return begin >= mark.size() && facts.text.compare(begin - mark.size(), mark.size(), mark) == 0;
  };
  const std::string_view after = std::string_view(facts.text).substr(number.bytes.end);
  const bool stroke_after = after.size() > 1 && after[0] == '/' && after[1] >= '0' && after[1] <= '9';
  const bool stroke_before =
      begin > 1 && before("/") && facts.text[begin - 2] >= '0' && facts.text[begin - 2] <= '9';
  if (stroke_after || stroke_before || before("\u00A7") || before("\u00A7 ") || before("\u00A7\u00A0") ||
      before("#"))
    return true;
  return before("-") && number.words.begin > 0 &&
         facts.tokens[number.words.begin].begin == facts.tokens[number.words.begin - 1].end + 1;
}

// "The Rhine rule of 1868": what may stand before a year.
bool after_preposition(const BlockFacts& facts, std::uint32_t word) {
  static constexpr std::string_view before[] = {"of",     "in",    "since", "from",  "until",
                                                "before", "after", "by",    "around"};
  return word > 0 &&
         std::find(std::begin(before), std::end(before), folded(facts, word - 1)) != std::end(before);
}

// Behind a word of what bears numbers, or behind a capital within its sentence.
bool is_part_of_name(const BlockFacts& facts, const Number& number) {
  static const std::vector<WordHash> bearers = hash_words(
      {"no",        "number",   "paragraph",  "page",      "article",  "section",    "version", "at",
       "type",      "class",    "room",       "flight",    "route",    "resolution", "highway", "line",
       "law",       "decree",   "regulation", "form",      "channel",  "unit",       "hill",    "pier",
       "berth",     "order",    "port",       "bus",       "tram",     "train",      "code",    "regiment",
       "battalion", "brigade",  "division",   "squadron",  "camp",     "school",     "block",   "house",
       "heading",   "hull",     "buoy",       "kilometre", "quay",     "platform",   "track",   "wagon",
       "well",      "borehole", "gate",       "mast",      "tower",    "sector",     "plot",    "model",
       "exhibit",   "invoice",  "licence",    "permit",    "batch",    "sample",     "site",    "station",
       "patent",    "lot",      "docket",     "case",      "extension"});
  if (number.words.begin == 0 || !number.plain) return false;
  const Token& token = facts.tokens[number.words.begin];
  const Token& before = facts.tokens[number.words.begin - 1];
  const Extent sentence = facts.sentences[facts.sentence_of_word(number.words.begin)].words;
  const bool named = (before.shape == Shape::capital || before.shape == Shape::upper) &&
                     number.words.begin - 1 > std::max(sentence.begin, facts.label);
  const bool joined = token.begin == before.end + 1 - (facts.text[before.end] == '-' ? 0u : 1u);
  return named || joined || std::binary_search(bearers.begin(), bearers.end(), before.word);
}

// Counts of three digits or more, money, percentages, millions: what one would look up.
bool is_statistic(const RuleSet& rules, const BlockFacts& facts, const Number& number) {
  if (number.unit != Unit::none || number.magnitude) return true;
  const bool integer = facts.at(number.bytes).find('.') == std::string_view::npos;
  if (!integer || number.digits < 3 || number.value < 100) return false;
  const Token& token = facts.tokens[number.words.begin];
  if (is_reference(facts, number)) return false;
  const bool year =
      number.plain && number.digits == 4 && number.value <= 2100 &&
      (number.value >= 1900 || (number.value >= 1500 && after_preposition(facts, number.words.begin)));
  const bool leading_zero = facts.at(token).starts_with("0");
  if (year || leading_zero) return false;
  // "Law 21,639 sets a deadline"
  const std::string of_law = number.words.begin > 0 ? folded(facts, number.words.begin - 1) : std::string();
  if (of_law == "law" || of_law == "act" || of_law == "decree" || of_law == "resolution" ||
      of_law == "ordinance")
    return false;
  // Resolution 1701, Article 155, Flight 370, Route 66: the number is a name's.
  if (is_part_of_name(facts, number)) return false;
  // "A 400-tonne press": what it is like.
  static const std::vector<WordHash> sizes =
      hash_words({"tonne", "ton", "kilogram", "page", "litre", "liter", "barrel", "seat", "bed", "room",
                  "watt", "kilowatt", "megawatt", "gigawatt", "volt", "gallon"});
  if (number.words.end < facts.tokens.size() && facts.text[facts.tokens[number.words.end].begin - 1] == '-' &&
      std::binary_search(sizes.begin(), sizes.end(), facts.tokens[number.words.end].word))
    return false;
  // Distances, hours and such measure a thing; they count nothing.
  const std::string unit = folded(facts, number.words.end);
  if (number.value >= 1000 && (unit == "hectares" || unit == "acres")) return true;  // but land is looked up
  return !facts.has(rules.cues().measure_unit, {number.words.end, number.words.end + 1});
}

// "If 400 islanders give up", "prices would have to rise by more than 15 percent": supposed, not counted.
bool is_supposed(const BlockFacts& facts, const Number& number, Extent words) {
  std::uint32_t from = number.words.begin;
  while (from > words.begin && facts.tokens[from].gap == Gap::space) --from;
  const auto supposes = [&](std::uint32_t word) {
    const std::string first = folded(facts, word);
    return first == "if" || first == "should" || first == "suppose" || first == "were" || first == "unless" ||
           (first == "had" && word == words.begin);
  };
  if (supposes(from) || supposes(words.begin)) return true;
  constexpr std::uint32_t reach = 8;
  for (std::uint32_t i = number.words.begin; i > from && number.words.begin - i < reach;) {
    --i;
    const std::string word = folded(facts, i);
    if (i > from && folded(facts, i - 1) == "would" &&
        (word == "need" || (word == "have" && folded(facts, i + 1) == "to")))
      return true;
    if (word == "say" && facts.tokens[i].gap == Gap::comma) return true;
    if (word == "should" || word == "must" || word == "ought") return true;  // what there is to be
    // "The fare could go to about 55 euros": nobody has counted it yet.
    if ((word == "could" || word == "might") && i > words.begin) return true;
  }
  return false;
}

// "Fewer than 2,000 of them": a part of what the sentences before have counted.
bool is_part(const BlockFacts& facts, const Number& number) {
  const std::string next = folded(facts, number.words.end + 1);
  return folded(facts, number.words.end) == "of" &&
         (next == "them" || next == "these" || next == "those" || next == "whom" || next == "which");
}

// "It is very likely that imports end above 11 million tonnes": a forecast of the writer's own.
bool is_forecast(const RuleSet& rules, const BlockFacts& facts, const Number& number, Extent words) {
  const Hit* hit = facts.find(rules.cues().likelihood, words);
  if (hit == nullptr) return false;
  for (std::uint32_t i = hit->last; i < number.words.begin; ++i)
    if (const std::string word = folded(facts, i); word == "which" || word == "who" || word == "whose" ||
                                                   word == "because" || word == "since" || word == "after" ||
                                                   word == "and" || word == "as")
      return false;
  return hit->first < number.words.begin || hit->first <= number.words.end + 8;
}

// "Can carry 320 passengers": what a thing is made for is no count.
bool is_capacity(const BlockFacts& facts, const Number& number, Extent words) {
  if (number.magnitude || number.unit != Unit::none) return false;
  static const std::vector<WordHash> verbs =
      hash_words({"hold",     "carry",   "store",   "seat",   "handle", "take",        "house",    "lift",
                  "load",     "process", "produce", "supply", "treat",  "accommodate", "serve",    "land",
                  "berth",    "sleep",   "pump",    "build",  "make",   "refine",      "assemble", "move",
                  "generate", "mill",    "smelt",   "train",  "screen", "scan",        "crush",    "host"});
  constexpr std::uint32_t reach = 5;
  for (std::uint32_t i = number.words.begin; i > words.begin + 1 && number.words.begin - i < reach; --i) {
    if (facts.tokens[i].gap != Gap::space) return false;
    if (folded(facts, i - 2) == "can" &&
        std::binary_search(verbs.begin(), verbs.end(), facts.tokens[i - 1].word))
      return true;
  }
  return false;
}

// "There are 214 names on it": on the list that the sentence before speaks of.
bool is_in_paper_before(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence) {
  if (sentence == 0 || !facts.has(rules.cues().document_noun, facts.sentences[sentence - 1].words))
    return false;
  const Extent words = facts.sentences[sentence].words;
  for (std::uint32_t i = words.begin; i + 1 < words.end; ++i) {
    const std::string link = folded(facts, i), pronoun = folded(facts, i + 1);
    if ((link == "on" || link == "in" || link == "from" || link == "by") &&
        (pronoun == "it" || pronoun == "them" || pronoun == "this" || pronoun == "these"))
      return true;
  }
  return false;
}

// A sentence that opens with the mark of a source, or says whose the figures before it are: "Source:
// customs", "These are the figures of the customs service".
bool credits_before(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence) {
  const Extent words = facts.sentences[sentence].words;
  if (words.begin >= words.end) return false;
  const std::uint32_t first = words.begin;
  if (facts.text[facts.sentences[sentence].bytes.begin] == '[')
    return facts.has(rules.cues().figure_credit, {first, first + 1});
  const std::string word = folded(facts, first), next = folded(facts, first + 1);
  if (word == "source" || word == "sources") return true;
  const bool points_back =
      word == "this" || word == "these" || word == "those" || word == "both" ||
      (word == "the" && (next.starts_with("figure") || next.starts_with("number") || next == "count"));
  return points_back && credits(rules, facts, sentence);
}

// "It found mould in a third", "Its second table has ...": goes on about whom or what the sentence before
// names.
bool goes_on(const BlockFacts& facts, std::size_t sentence) {
  static const std::vector<WordHash> openings =
      hash_words({"it", "its", "he", "she", "his", "her", "they", "their"});
  const Extent words = facts.sentences[sentence].words;
  if (words.begin >= words.end) return false;
  const bool same = words.begin + 1 < words.end && folded(facts, words.begin) == "the" &&
                    folded(facts, words.begin + 1) == "same";
  return same || std::binary_search(openings.begin(), openings.end(), facts.tokens[words.begin].word);
}

// Whether a sentence is credited, or goes on about one that is.
bool credited_from_before(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence) {
  constexpr std::size_t reach = 3;
  for (std::size_t back = 0; back <= reach; ++back) {
    if (credits(rules, facts, sentence - back)) return true;
    if (back == sentence || !goes_on(facts, sentence - back)) return false;
  }
  return false;
}

// "Lost 2.6% (Bloomberg fixing)", "212 drawings (police statement, 30 October)": a bracket behind the figure
// that names a paper, a body or whoever has a name. One word alone is the short name of what stands before
// it.
bool sourced_in_brackets(const RuleSet& rules, const BlockFacts& facts, const Number& number, Extent words) {
  const std::string_view text = std::string_view(facts.text).substr(0, facts.tokens[words.end - 1].end + 1);
  const std::size_t open = text.find('(', number.bytes.end);
  const std::size_t close = open == std::string_view::npos ? open : text.find(')', open);
  if (close == std::string_view::npos) return false;
  Extent inside{number.words.end, number.words.end};
  while (inside.begin < words.end && facts.tokens[inside.begin].begin < open) ++inside.begin;
  inside.end = inside.begin;
  while (inside.end < words.end && facts.tokens[inside.end].begin < close) ++inside.end;
  if (inside.end < inside.begin + 2) return false;
  const CodeCues& cues = rules.cues();
  return facts.has(cues.document_noun, inside) || facts.has(cues.org_word, inside) ||
         facts.has(cues.office, inside) || any_name(facts, inside, [&](const Name& name) {
           return name.words.begin == inside.begin && name.words.end <= inside.end;
         });
}

// Whether any sentence before the one asked of is credited. To be asked in order of the sentences, so that a
// block is read once however many figures it has.
class EarlierCredit {
 public:
  EarlierCredit(const RuleSet& rules, const BlockFacts& facts) : rules_(rules), facts_(facts) {}
  bool before(std::size_t sentence) {
    while (!any_ && read_ < sentence) any_ = credits(rules_, facts_, read_++);
    return any_;
  }

 private:
  const RuleSet& rules_;
  const BlockFacts& facts_;
  std::size_t read_ = 0;
  bool any_ = false;
};

// How far a credit reaches. A bottom line sums up, and its one credit stands for all of its figures, wherever
// in it; a paragraph of sections 2 and 3 argues from what it has named; an item of section 4 adds claims of
// its own, and is held to what stands beside the figure.
bool covered_by_paragraph(const BlockFacts& facts, Zone zone, std::size_t sentence, EarlierCredit& earlier) {
  if (zone == Zone::bluf) return earlier.before(facts.sentences.size());
  return zone != Zone::implications && earlier.before(sentence);
}

// Whether the figure, told in this sentence, is credited: there or in the sentence before; a mark may stand
// behind the full stop, and what is reckoned from others stands on the credit of any sentence before.
bool is_credited(const RuleSet& rules, const BlockFacts& facts, const Number& number, std::size_t sentence,
                 EarlierCredit& earlier) {
  // Who promises a sum has named it; who promises something to 3,500 people has not counted them.
  const bool count_only = number.unit == Unit::none && !number.magnitude;
  if (credits(rules, facts, sentence, count_only) ||
      (sentence > 0 && (credited_from_before(rules, facts, sentence - 1) ||
                        facts.has(rules.cues().document_noun, said_in(facts, sentence - 1)))))
    return true;
  if (sourced_in_brackets(rules, facts, number, facts.sentences[sentence].words)) return true;
  if (sentence + 1 < facts.sentences.size() && credits_before(rules, facts, sentence + 1)) return true;
  return (is_part(facts, number) || facts.has(rules.cues().derived, said_in(facts, sentence))) &&
         earlier.before(sentence);
}

void stat_without_source(const RuleSet& rules, const BlockFacts& facts, Zone zone, std::uint32_t rule,
                         std::vector<LocalFinding>& out) {
  EarlierCredit earlier(rules, facts);
  for (const Number& number : facts.numbers) {
    if (!is_statistic(rules, facts, number) || facts.quoted(number.bytes.begin)) continue;
    const std::size_t sentence = facts.sentence_of_word(number.words.begin);
    const Extent words = said_in(facts, sentence);
    if (number.unit == Unit::percent && facts.has(rules.cues().probability_word, words)) continue;
    if (is_capacity(facts, number, words) || is_in_paper_before(rules, facts, sentence)) continue;
    if (is_credited(rules, facts, number, sentence, earlier) ||
        covered_by_paragraph(facts, zone, sentence, earlier) || is_forecast(rules, facts, number, words))
      continue;
    if (facts.has(rules.cues().no_source_needed, words) || is_supposed(facts, number, words)) continue;
    Extent bytes = number.bytes;
    // The figure with its unit.
    if (number.unit == Unit::none && number.words.end < words.end &&
        facts.tokens[number.words.end].gap == Gap::space &&
        facts.tokens[number.words.end].shape == Shape::lower && !facts.tokens[number.words.end].function)
      bytes.end = facts.tokens[number.words.end].end;
    out.push_back({rule, bytes, -1});
  }
}

}  // namespace

const std::vector<CodeRule>& figure_rules() {
  static const std::vector<CodeRule> rules{{"sourcing.stat-without-source", stat_without_source, nullptr}};
  return rules;
}

}  // namespace assay::redflags
