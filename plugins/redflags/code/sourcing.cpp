// Sourcing: figures, quotations and claims without a source; reports that lean on one source, or on sources
// that repeat one another.
#include <algorithm>
#include <string>

#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

std::string folded(const BlockFacts& facts, std::uint32_t i) {
  return i < facts.tokens.size() ? fold(facts.at(facts.tokens[i])) : std::string();
}

bool credits(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence) {
  const Extent words = facts.sentences[sentence].words;
  const CodeCues& cues = rules.cues();
  return facts.has(cues.attribution, words) || facts.has(cues.speech, words) ||
         facts.has(cues.source_noun, words);
}

// ---- Figures

// Counts of three digits or more, money, percentages, millions: what one would look up.
bool is_statistic(const RuleSet& rules, const BlockFacts& facts, const Number& number) {
  if (number.unit != Unit::none || number.magnitude) return true;
  const bool integer = facts.at(number.bytes).find('.') == std::string_view::npos;
  if (!integer || number.digits < 3 || number.value < 100) return false;
  const Token& token = facts.tokens[number.words.begin];
  const bool year = number.plain && number.digits == 4 && number.value >= 1900 && number.value <= 2100;
  const bool leading_zero = facts.at(token).starts_with("0");
  if (year || leading_zero) return false;
  // Resolution 1701, Article 155, Flight 370, Route 66: the number is a name's.
  if (number.words.begin > 0 && number.plain) {
    const Token& before = facts.tokens[number.words.begin - 1];
    const Extent sentence = facts.sentences[facts.sentence_of_word(number.words.begin)].words;
    const bool named = (before.shape == Shape::capital || before.shape == Shape::upper) &&
                       number.words.begin - 1 > sentence.begin;
    const std::string word = folded(facts, number.words.begin - 1);
    if (named || token.begin == before.end + 1 - (facts.text[before.end] == '-' ? 0u : 1u) || word == "no" ||
        word == "number" || word == "paragraph" || word == "page" || word == "article" || word == "section" ||
        word == "version" || word == "at" || word == "type" || word == "class" || word == "room")
      return false;
  }
  // Distances, hours and such measure a thing; they count nothing.
  return !facts.has(rules.cues().measure_unit, {number.words.end, number.words.end + 1});
}

void stat_without_source(const RuleSet& rules, const BlockFacts& facts, Zone, std::uint32_t rule,
                         std::vector<LocalFinding>& out) {
  for (const Number& number : facts.numbers) {
    if (!is_statistic(rules, facts, number) || facts.quoted(number.bytes.begin)) continue;
    const std::size_t sentence = facts.sentence_of_word(number.words.begin);
    const Extent words = facts.sentences[sentence].words;
    if (number.unit == Unit::percent && facts.has(rules.cues().probability_word, words)) continue;
    if (credits(rules, facts, sentence) || (sentence > 0 && credits(rules, facts, sentence - 1))) continue;
    if (facts.has(rules.cues().no_source_needed, words)) continue;
    Extent bytes = number.bytes;
    // The figure with its unit.
    if (number.unit == Unit::none && number.words.end < words.end &&
        facts.tokens[number.words.end].gap == Gap::space &&
        facts.tokens[number.words.end].shape == Shape::lower && !facts.tokens[number.words.end].function)
      bytes.end = facts.tokens[number.words.end].end;
    out.push_back({rule, bytes, -1});
  }
}

// ---- Quotations

void quote_without_attribution(const RuleSet& rules, const BlockFacts& facts, Zone, std::uint32_t rule,
                               std::vector<LocalFinding>& out) {
  for (const Extent& quote : facts.quotes) {
    std::uint32_t first = 0;
    while (first < facts.tokens.size() && facts.tokens[first].begin < quote.begin) ++first;
    std::uint32_t last = first;
    while (last < facts.tokens.size() && facts.tokens[last].end <= quote.end) ++last;
    if (last - first < 4) continue;
    const std::size_t sentence = facts.sentence_of_word(first);
    const Extent words = facts.sentences[sentence].words;
    const auto credited = [&](Extent part) {
      return part.begin < part.end &&
             (facts.has(rules.cues().speech, part) || facts.has(rules.cues().attribution, part) ||
              facts.has(rules.cues().own_document, part) || facts.has(rules.cues().source_noun, part) ||
              facts.has(rules.cues().quote_ok, part));
    };
    // Titles: each long word of the quotation has a capital.
    std::uint32_t capitals = 0, counted = 0;
    for (std::uint32_t i = first; i < last; ++i)
      if (!facts.tokens[i].function)
        ++counted,
            capitals += facts.tokens[i].shape == Shape::capital || facts.tokens[i].shape == Shape::upper;
    if (counted > 0 && capitals == counted) continue;
    const bool colon =
        quote.begin >= 2 &&
        facts.text.find(':', words.begin < first ? facts.tokens[first - 1].end : 0) < quote.begin &&
        first > words.begin;
    if (credited({words.begin, first}) || credited({last, words.end}) || colon) continue;
    // A sentence that is all quotation, after one that names the speaker.
    if (sentence > 0 && first == words.begin && last == words.end &&
        credited(facts.sentences[sentence - 1].words))
      continue;
    out.push_back({rule, quote, -1});
  }
}

void unsourced_claim(const RuleSet& rules, const BlockFacts& facts, Zone zone, std::uint32_t rule,
                     std::vector<LocalFinding>& out) {
  if (zone == Zone::hypothesis_statement) return;  // a hypothesis is no claim
  for (std::size_t s = 0; s < facts.sentences.size(); ++s)
    if (credits(rules, facts, s)) return;
  for (const Sentence& sentence : facts.sentences) {
    const bool named = std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
      return name.words.begin >= sentence.words.begin && name.words.begin < sentence.words.end &&
             !name.starts_sentence;
    });
    const CodeCues& cues = rules.cues();
    if (!named || !facts.has(cues.past_verb, sentence.words) || facts.has(cues.hedge, sentence.words) ||
        facts.has(cues.likelihood, sentence.words) || facts.has(cues.prefer, sentence.words) ||
        facts.has(cues.back_reference, sentence.words))
      continue;
    out.push_back({rule, sentence.bytes, -1});
  }
}

// ---- The report as a whole

StemSet outlet_stems(const Report& report) {
  if (report.outlet.empty()) return {};
  const BlockFacts& facts = report.facts(report.in(Zone::title)[0]);
  StemSet stems;
  for (const Token& token : facts.tokens)
    if (token.begin >= report.outlet.begin && !token.function) stems.push_back(token.stem);
  std::sort(stems.begin(), stems.end());
  return stems;
}

// Whether a sentence credits somebody other than the outlet: a named speaker, or documents of some kind.
bool other_source(const Report& report, const BlockFacts& facts, const Sentence& sentence,
                  const StemSet& outlet) {
  const CodeCues& cues = report.cues;
  if (facts.has(cues.anonymous, sentence.words) || facts.has(cues.vague_subject, sentence.words))
    return false;
  const bool speaks = facts.has(cues.speech, sentence.words) || facts.has(cues.attribution, sentence.words);
  const bool document = facts.has(cues.source_noun, sentence.words);
  if (!speaks && !document) return false;
  bool outlet_named = facts.has(cues.own_document, sentence.words), other_named = false;
  for (const Name& name : facts.names) {
    if (name.words.begin < sentence.words.begin || name.words.begin >= sentence.words.end) continue;
    const StemSet stems = content_stems(facts, name.words);
    if (!outlet.empty() && shared(stems, outlet) * 2 > outlet.size())
      outlet_named = true;
    else if (!name.starts_sentence || name.words.end - name.words.begin > 1)
      other_named = true;
  }
  if (outlet_named) return false;
  return other_named || document || speaks;
}

void single_source(const Report& report, std::uint32_t rule, Drafts& out) {
  if (report.outlet.empty() || !report.is_report) return;
  const StemSet outlet = outlet_stems(report);
  std::size_t listed = 0;
  for (const std::uint32_t block : report.in(Zone::sources)) listed += !report.facts(block).tokens.empty();
  if (listed >= 2) return;
  bool said = false, others = false;
  constexpr ZoneMask zones = mask(Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::assumption,
                                  Zone::red_flag, Zone::blind_spot, Zone::assumptions_other,
                                  Zone::implications, Zone::changes, Zone::custom, Zone::sources);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    said = said || facts.find(report.cues.reliance) != nullptr;
    // What is said of sources among red flags and blind spots assesses them.
    if (others ||
        (mask(report.blocks[block].zone) & mask(Zone::red_flag, Zone::blind_spot, Zone::assumption)) != 0)
      return;
    for (const Sentence& sentence : facts.sentences)
      others = others || (!facts.has(report.cues.action_label, sentence.words) &&
                          other_source(report, facts, sentence, outlet));
  });
  if (!said && !others)
    out.push_back({rule, {report.in(Zone::title)[0], report.outlet}, std::nullopt, {}, {}, std::nullopt});
}

void circular_reporting(const Report& report, std::uint32_t rule, Drafts& out) {
  constexpr ZoneMask zones = claim_zones | mask(Zone::sources, Zone::custom, Zone::changes);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    if (facts.find(report.cues.cross_citation) == nullptr ||
        facts.find(report.cues.not_independent) != nullptr)
      return;
    for (const Hit& hit : facts.hits) {
      if (hit.cue != report.cues.corroboration) continue;
      const Extent around = region(facts, {hit.first, hit.last}, Within::around);
      const Hit* citation = facts.find(report.cues.cross_citation, around);
      if (citation == nullptr) continue;
      out.push_back({rule,
                     report.words(block, {hit.first, hit.last}),
                     report.words(block, {citation->first, citation->last}),
                     "here one source cites another",
                     {},
                     std::nullopt});
      return;
    }
  });
}

void stale_evidence(const Report& report, std::uint32_t rule, Drafts& out) {
  if (!report.published) return;
  report.each(mask(Zone::bluf, Zone::judgement, Zone::implications), [&](std::uint32_t block,
                                                                         const BlockFacts& facts) {
    for (const Date& date : facts.dates) {
      if (date.year == 0 || date.year > report.published->year) continue;
      const int months = (report.published->year - date.year) * 12 +
                         (date.month == 0 ? 0 : report.published->month - date.month);
      // A bare year before a noun names the thing: the 2019 protocol.
      if (date.month == 0 && (date.words.begin == 0 || (folded(facts, date.words.begin - 1) != "in" &&
                                                        folded(facts, date.words.begin - 1) != "of" &&
                                                        folded(facts, date.words.begin - 1) != "from")))
        continue;
      if (date.month == 0 ? report.published->year - date.year < 2 : months <= 12) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(date.words.begin)].words;
      if (facts.has(report.cues.present_claim, sentence) && !facts.has(report.cues.past_verb, sentence))
        out.push_back({rule, {block, date.bytes}, std::nullopt, {}, {}, std::nullopt});
    }
  });
}

}  // namespace

const std::vector<CodeRule>& sourcing_rules() {
  static const std::vector<CodeRule> rules{
      {"sourcing.stat-without-source", stat_without_source, nullptr},
      {"sourcing.quote-without-attribution", quote_without_attribution, nullptr},
      {"sourcing.unsourced-claim", unsourced_claim, nullptr},
      {"sourcing.single-source", nullptr, single_source},
      {"sourcing.circular-reporting", nullptr, circular_reporting},
      {"sourcing.stale-evidence", nullptr, stale_evidence}};
  return rules;
}

}  // namespace assay::redflags
