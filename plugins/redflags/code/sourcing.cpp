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

// A comma, with a bracket or not, stands before the word: "the Organization (WHO), run on".
bool comma_before(const BlockFacts& facts, std::uint32_t i) {
  const std::uint32_t end = facts.tokens[i - 1].end;
  return facts.text.substr(end, facts.tokens[i].begin - end).find(',') != std::string::npos;
}

// "The river watch, in its bulletin of March, counted": between the one who counts and the verb stands an
// insertion in commas.
bool counts_after_insertion(const RuleSet& rules, const BlockFacts& facts, Extent words) {
  constexpr std::uint32_t reach = 14;
  const CodeCues& cues = rules.cues();
  for (std::uint32_t i = words.begin + 2; i < words.end; ++i) {
    if (facts.tokens[i].gap != Gap::comma || !facts.has(cues.count_verb, {i, i + 1})) continue;
    std::uint32_t comma = i - 1;
    while (comma > words.begin && i - comma < reach && !comma_before(facts, comma)) --comma;
    if (comma == words.begin || !comma_before(facts, comma)) continue;
    const std::uint32_t from = comma > words.begin + 8 ? comma - 8 : words.begin;
    if (facts.has(cues.document_noun, {from, comma}) ||
        std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
          return name.words.begin >= words.begin && name.words.end <= comma && name.words.end + 2 > comma;
        }))
      return true;
  }
  return false;
}

// "..., the auditor general found", at the end or between commas: an insertion that says who does.
bool inserted_source(const BlockFacts& facts, Extent words) {
  static const std::vector<WordHash> verbs = hash_words(
      {"found",     "finds",      "states",   "stated",    "shows",      "show",      "showed",
       "said",      "says",       "noted",    "notes",     "reported",   "reports",   "provides",
       "records",   "recorded",   "wrote",    "writes",    "announced",  "advises",   "advised",
       "confirms",  "confirmed",  "warned",   "held",      "ruled",      "testified", "estimates",
       "estimated", "calculated", "reckons",  "lists",     "listed",     "indicates", "reveals",
       "told",      "observed",   "observes", "specifies", "stipulates", "explains",  "explained"});
  constexpr std::uint32_t reach = 12;
  for (std::uint32_t i = words.begin + 2; i < words.end; ++i) {
    if ((i + 1 < words.end && facts.tokens[i + 1].gap != Gap::comma) ||
        !std::binary_search(verbs.begin(), verbs.end(), facts.tokens[i].word))
      continue;
    for (std::uint32_t from = i; from > words.begin && i - from < reach; --from) {
      if (from < i && facts.tokens[from].gap == Gap::comma) {
        const std::string first = folded(facts, from);
        if (first != "and" && first != "which" && first != "who" && first != "but" && first != "or")
          return true;
        break;
      }
    }
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
         speaks(rules, facts, words, words, !count_only) || inserted_source(facts, words) ||
         counts_after_insertion(rules, facts, words) ||
         std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
           return name.words.begin >= words.begin && name.words.end <= words.end &&
                  name_counts(rules, facts, name, words);
         });
}

// ---- Figures

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
        word == "unit" || word == "hill" || word == "pier" || word == "berth" || word == "order" ||
        word == "port" || word == "bus" || word == "tram" || word == "train" || word == "code" ||
        word == "heading" || word == "lot" || word == "docket" || word == "case" || word == "extension")
      return false;
  }
  // Distances, hours and such measure a thing; they count nothing.
  const std::string unit = folded(facts, number.words.end);
  if (number.value >= 1000 && (unit == "hectares" || unit == "acres")) return true;  // but land is looked up
  return !facts.has(rules.cues().measure_unit, {number.words.end, number.words.end + 1});
}

// "If 400 islanders give up", "prices would have to rise by more than 15 percent": supposed, not counted.
bool is_supposed(const BlockFacts& facts, const Number& number, Extent words) {
  std::uint32_t from = number.words.begin;
  while (from > words.begin && facts.tokens[from].gap == Gap::space) --from;
  const std::string first = folded(facts, from);
  if (first == "if" || first == "should" || first == "suppose" || first == "were" || first == "unless")
    return true;
  constexpr std::uint32_t reach = 8;
  for (std::uint32_t i = number.words.begin; i > from && number.words.begin - i < reach;) {
    --i;
    const std::string word = folded(facts, i);
    if (i > from && folded(facts, i - 1) == "would" &&
        (word == "need" || (word == "have" && folded(facts, i + 1) == "to")))
      return true;
    if (word == "say" && facts.tokens[i].gap == Gap::comma) return true;
    if (word == "should" || word == "must" || word == "ought") return true;  // what there is to be
  }
  return false;
}

// "Fewer than 2,000 of them": a part of what the sentences before have counted.
bool is_part(const BlockFacts& facts, const Number& number) {
  const std::string next = folded(facts, number.words.end + 1);
  return folded(facts, number.words.end) == "of" &&
         (next == "them" || next == "these" || next == "those" || next == "whom" || next == "which");
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
    if (sentence > 1 && is_part(facts, number) && credits(rules, facts, sentence - 2)) continue;
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

// ---- Quotations

// "Lund called it", "the letter reads"; but "it has been called" names nobody.
bool introduced(const RuleSet& rules, const BlockFacts& facts, Extent words, Extent sentence) {
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == rules.cues().inscription ||
        (facts.hits[h].cue == rules.cues().quote_ok && !agentless(facts, facts.hits[h], sentence)))
      return true;
  return false;
}

// "For Mayor Lund the plan is", "the analyst Ruiz regards it as": an opinion is said to be somebody's.
bool holds_opinion(const RuleSet& rules, const BlockFacts& facts, Extent before) {
  return std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
    if (name.words.begin < before.begin || name.words.end > before.end) return false;
    const std::uint32_t first = name.words.begin - std::min(name.title, name.words.begin);
    const std::string opening = first > before.begin ? folded(facts, first - 1) : std::string();
    const bool person = name.title > 0 || name.words.end - name.words.begin > 1;
    return (person && first == before.begin + 1 && (opening == "for" || opening == "to")) ||
           facts.has(rules.cues().opinion_verb, {name.words.end, std::min(name.words.end + 1, before.end)});
  });
}

// "The letter reads: ..."; but "the mood is bitter: ..." names nobody who speaks.
bool colon_introduces(const RuleSet& rules, const BlockFacts& facts, Extent before) {
  const CodeCues& cues = rules.cues();
  for (const CueId cue : {cues.document_noun, cues.source_noun, cues.own_document, cues.role_noun,
                          cues.office, cues.org_word, cues.person_verb})
    if (facts.has(cue, before)) return true;
  for (std::uint32_t i = before.begin; i < before.end; ++i)
    if (const std::string word = folded(facts, i);
        word == "he" || word == "she" || word == "they" || word == "his" || word == "her" || word == "their")
      return true;
  return std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
    return name.words.begin >= before.begin && name.words.end <= before.end && !name.starts_sentence;
  });
}

// A hit of the cue that does not run on into the quotation: "summed up as “the state has lost ...”".
bool has_before(const BlockFacts& facts, CueId cue, Extent part) {
  for (std::size_t h = facts.first_hit(part.begin); h < facts.hits.size() && facts.hits[h].first < part.end;
       ++h)
    if (facts.hits[h].cue == cue && facts.hits[h].last <= part.end) return true;
  return false;
}

// “...” (council minutes, 13 May)
bool source_in_brackets(const RuleSet& rules, const BlockFacts& facts, Extent quote, Extent after) {
  const std::string_view rest = std::string_view(facts.text).substr(quote.end);
  if (!rest.starts_with(" (") || after.begin >= after.end) return false;
  const std::size_t close = facts.text.find(')', quote.end);
  Extent inside{after.begin, after.begin};
  while (inside.end < after.end && facts.tokens[inside.end].begin < close) ++inside.end;
  return facts.has(rules.cues().document_noun, inside) ||
         std::any_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
           return name.words.begin >= inside.begin && name.words.end <= inside.end;
         });
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
        first > words.begin && !label &&
        colon_introduces(rules, facts, {std::max(words.begin, facts.label), first});
    if (credited({words.begin, first}) || credited({last, words.end}) || colon ||
        holds_opinion(rules, facts, said_in(facts, sentence)) ||
        source_in_brackets(rules, facts, quote, {last, words.end}))
      continue;
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

// "The weighbridge at San Antonio records": the name says where, and does not count.
bool is_whereabouts(const BlockFacts& facts, const Name& name) {
  const std::string before = name.words.begin > 0 ? folded(facts, name.words.begin - 1) : std::string();
  return before == "at" || before == "in" || before == "near" || before == "off" || before == "outside" ||
         before == "around";
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
                  !is_whereabouts(facts, name) && name_counts(report.rules, facts, name, sentence.words);
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
  report.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
    said = said || facts.find(report.cues.reliance) != nullptr;
    for (const Sentence& sentence : facts.sentences)
      if (names_outlet(report, facts, sentence, outlet))
        add_stems(documents, documents_in(report, facts, sentence.words));
  });
  if (said) return;
  report.each(crediting, [&](std::uint32_t, const BlockFacts& facts) {
    for (const Sentence& sentence : facts.sentences)
      others = others || (!facts.has(report.cues.action_label, sentence.words) &&
                          !facts.has(report.cues.indicator, sentence.words) &&
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
