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

// Words that may stand between a speaker, or a form of "to be", and the verb.
std::uint32_t before_verb(const BlockFacts& facts, std::uint32_t verb, std::uint32_t from) {
  std::uint32_t i = verb;
  while (i > from && verb - i < 3) {
    const std::string word = folded(facts, i - 1);
    if (word != "also" && word != "since" && word != "now" && word != "has" && word != "have" &&
        word != "had" && word != "later" && word != "then" && !word.ends_with("ly"))
      break;
    --i;
  }
  return i;
}

// "It was reported that": nobody is named who did, unless "by" follows.
bool agentless(const BlockFacts& facts, const Hit& verb, Extent sentence) {
  const std::uint32_t i = before_verb(facts, verb.first, sentence.begin);
  if (i == sentence.begin) return false;
  const std::string word = folded(facts, i - 1);
  if (word != "is" && word != "are" && word != "was" && word != "were" && word != "been" && word != "being" &&
      word != "be")
    return false;
  const std::string own = folded(facts, verb.first);
  if (own.ends_with("ing") || own.starts_with("quot") || own.starts_with("cit")) return false;
  for (std::uint32_t next = verb.last; next < std::min(verb.last + 8, sentence.end); ++next)
    if (folded(facts, next) == "by" || (next == verb.last && folded(facts, next) == "in")) return false;
  return true;
}

bool speaks(const RuleSet& rules, const BlockFacts& facts, Extent words, Extent sentence,
            bool promises_too = true) {
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue == rules.cues().speech && !agentless(facts, hit, sentence) &&
        (promises_too || !facts.has(rules.cues().promise, {hit.first, hit.first + 1})))
      return true;
  }
  return false;
}

// "Avinord counts", "the Ministry of Health has put": a name with a verb of counting or saying.
bool name_counts(const RuleSet& rules, const BlockFacts& facts, const Name& name, Extent sentence) {
  // "The Climate Centre (CC) puts the inflow at": its short name stands between.
  const std::uint32_t brackets = name.words.end;
  const bool shortened = brackets < sentence.end && facts.tokens[brackets].shape == Shape::upper &&
                         facts.text[facts.tokens[brackets].begin - 1] == '(' &&
                         facts.text[facts.tokens[brackets].end] == ')';
  const std::uint32_t from = brackets + (shortened ? 1 : 0);
  for (std::uint32_t i = from; i < std::min(from + 3, sentence.end); ++i) {
    // "The operator, Skog AS, logged 412 calls."
    const bool comma = facts.tokens[i].gap == Gap::comma && i == name.words.end;
    const bool closes = shortened && i == from;
    if (facts.tokens[i].gap != Gap::space && !comma && !closes) return false;
    if (facts.has(rules.cues().count_verb, {i, i + 1})) return true;
    const std::string word = folded(facts, i);
    if (word != "has" && word != "have" && word != "had" && word != "also" && word != "itself" &&
        word != "now" && word != "officially")
      return false;
  }
  return false;
}

// The words of a sentence without the label that opens the block.
Extent said_in(const BlockFacts& facts, std::size_t sentence) {
  const Extent words = facts.sentences[sentence].words;
  return {std::min(std::max(words.begin, facts.label), words.end), words.end};
}

bool credits(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence, bool count_only = false) {
  const Extent words = said_in(facts, sentence);
  const CodeCues& cues = rules.cues();
  return facts.has(cues.attribution, words) || facts.has(cues.source_noun, words) ||
         speaks(rules, facts, words, words, !count_only) ||
         std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
           return name.words.begin >= words.begin && name.words.end <= words.end &&
                  name_counts(rules, facts, name, words);
         });
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
  // "Law 21,639 sets a deadline"
  const std::string of_law = number.words.begin > 0 ? folded(facts, number.words.begin - 1) : std::string();
  if (of_law == "law" || of_law == "act" || of_law == "decree" || of_law == "resolution" ||
      of_law == "ordinance")
    return false;
  // Resolution 1701, Article 155, Flight 370, Route 66: the number is a name's.
  if (number.words.begin > 0 && number.plain) {
    const Token& before = facts.tokens[number.words.begin - 1];
    const Extent sentence = facts.sentences[facts.sentence_of_word(number.words.begin)].words;
    const bool named = (before.shape == Shape::capital || before.shape == Shape::upper) &&
                       number.words.begin - 1 > std::max(sentence.begin, facts.label);
    const std::string word = folded(facts, number.words.begin - 1);
    if (named || token.begin == before.end + 1 - (facts.text[before.end] == '-' ? 0u : 1u) || word == "no" ||
        word == "number" || word == "paragraph" || word == "page" || word == "article" || word == "section" ||
        word == "version" || word == "at" || word == "type" || word == "class" || word == "room" ||
        word == "flight" || word == "route" || word == "resolution" || word == "highway" || word == "line" ||
        word == "law" || word == "decree" || word == "regulation" || word == "form" || word == "channel" ||
        word == "unit" || word == "hill" || word == "pier" || word == "berth" || word == "order")
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
    const Extent words = said_in(facts, sentence);
    if (number.unit == Unit::percent && facts.has(rules.cues().probability_word, words)) continue;
    // Who promises a sum has named it; who promises something to 3,500 people has not counted them.
    const bool count_only = number.unit == Unit::none && !number.magnitude;
    if (credits(rules, facts, sentence, count_only) || (sentence > 0 && credits(rules, facts, sentence - 1)))
      continue;
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

// "Lund called it", "the letter reads"; but "it has been called" names nobody.
bool introduced(const RuleSet& rules, const BlockFacts& facts, Extent words, Extent sentence) {
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == rules.cues().quote_ok && !agentless(facts, facts.hits[h], sentence)) return true;
  return false;
}

// A hit of the cue that does not run on into the quotation: "summed up as “the state has lost ...”".
bool has_before(const BlockFacts& facts, CueId cue, Extent part) {
  for (std::size_t h = facts.first_hit(part.begin); h < facts.hits.size() && facts.hits[h].first < part.end;
       ++h)
    if (facts.hits[h].cue == cue && facts.hits[h].last <= part.end) return true;
  return false;
}

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
             (speaks(rules, facts, part, words) || has_before(facts, rules.cues().attribution, part) ||
              facts.has(rules.cues().own_document, part) || facts.has(rules.cues().source_noun, part) ||
              introduced(rules, facts, part, words));
    };
    // Titles: each long word of the quotation has a capital.
    std::uint32_t capitals = 0, counted = 0;
    for (std::uint32_t i = first; i < last; ++i)
      if (!facts.tokens[i].function)
        ++counted,
            capitals += facts.tokens[i].shape == Shape::capital || facts.tokens[i].shape == Shape::upper;
    if (counted > 0 && capitals == counted) continue;
    // "The letter reads: ..."; but the label of an item ("Market: ...") is no speaker, unless it is a title
    // and name.
    const bool label = words.begin == 0 && first <= 4 &&
                       std::none_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
                         return name.words.end <= first && name.title > 0;
                       });
    const bool colon =
        quote.begin >= 2 &&
        facts.text.find(':', words.begin < first ? facts.tokens[first - 1].end : 0) < quote.begin &&
        first > words.begin && !label;
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

// The documents that words speak of, as stems of their nouns.
StemSet documents_in(const Report& report, const BlockFacts& facts, Extent words) {
  StemSet stems;
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == report.cues.document_noun)
      stems.push_back(facts.tokens[facts.hits[h].first].stem);
  std::sort(stems.begin(), stems.end());
  return stems;
}

// "A dealer would testify", "banks may welcome an audit": what is only thought of is no source.
bool supposed(const BlockFacts& facts, std::uint32_t word, std::uint32_t from) {
  constexpr std::uint32_t reach = 6;
  for (std::uint32_t i = word; i > from && word - i < reach && facts.tokens[i].gap == Gap::space;) {
    const std::string before = folded(facts, --i);
    if (before == "would" || before == "will" || before == "may" || before == "might" || before == "could" ||
        before == "should")
      return true;
  }
  return false;
}

bool names_outlet(const Report& report, const BlockFacts& facts, const Sentence& sentence,
                  const StemSet& outlet) {
  if (facts.has(report.cues.own_document, sentence.words)) return true;
  return std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
    return name.words.begin >= sentence.words.begin && name.words.begin < sentence.words.end &&
           shared(content_stems(facts, name.words), outlet) * 2 > outlet.size();
  });
}

// Whether a sentence credits somebody other than the outlet: a named speaker, or documents of some kind that
// are not those which the outlet told of.
bool other_source(const Report& report, const BlockFacts& facts, const Sentence& sentence,
                  const StemSet& outlet, const StemSet& documents) {
  const CodeCues& cues = report.cues;
  if (facts.has(cues.anonymous, sentence.words) || facts.has(cues.vague_subject, sentence.words) ||
      names_outlet(report, facts, sentence, outlet))
    return false;
  bool document = facts.has(cues.attribution, sentence.words), speaker = false;
  for (std::size_t h = sentence.hits.begin; h < sentence.hits.end && !document; ++h)
    document = facts.hits[h].cue == cues.source_noun &&
               !supposed(facts, facts.hits[h].first, sentence.words.begin) &&
               shared(documents_in(report, facts, {facts.hits[h].first, facts.hits[h].last}), documents) == 0;
  for (std::size_t h = sentence.hits.begin; h < sentence.hits.end && !speaker; ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue != cues.speech || facts.has(cues.no_information, {hit.first, hit.first + 1}) ||
        agentless(facts, hit, sentence.words) || supposed(facts, hit.first, sentence.words.begin))
      continue;
    const std::uint32_t subject = before_verb(facts, hit.first, sentence.words.begin);
    const std::string word = subject > sentence.words.begin ? folded(facts, subject - 1) : std::string();
    // "It adds that": whoever was named before.
    speaker = word != "it" && word != "he" && word != "she" && word != "they" && word != "we";
  }
  return document || speaker || std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
           return name.words.begin >= sentence.words.begin && name.words.begin < sentence.words.end &&
                  name_counts(report.rules, facts, name, sentence.words);
         });
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
  // What is said of sources among red flags and blind spots assesses them.
  constexpr ZoneMask crediting = zones & ~mask(Zone::red_flag, Zone::blind_spot, Zone::assumption);
  StemSet documents;
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    said = said || facts.find(report.cues.reliance) != nullptr;
    if ((mask(report.blocks[block].zone) & crediting) == 0) return;
    for (const Sentence& sentence : facts.sentences)
      if (names_outlet(report, facts, sentence, outlet))
        add_stems(documents, documents_in(report, facts, sentence.words));
  });
  if (said) return;
  report.each(crediting, [&](std::uint32_t, const BlockFacts& facts) {
    for (const Sentence& sentence : facts.sentences)
      others = others || (!facts.has(report.cues.action_label, sentence.words) &&
                          other_source(report, facts, sentence, outlet, documents));
  });
  if (!others)
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
      // "Two papers have", "separately verified": one claim.
      Extent claim{hit.first, hit.last};
      for (const Hit& next : facts.hits)
        if (next.cue == report.cues.corroboration && next.first >= claim.begin &&
            next.first <= claim.end + 2 && next.last > claim.end &&
            facts.sentence_of_word(next.first) == facts.sentence_of_word(hit.first))
          claim.end = next.last;
      out.push_back({rule,
                     report.words(block, claim),
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
