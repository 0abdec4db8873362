#include "plugins/redflags/code/credit.h"

#include <algorithm>
#include <string>

namespace assay::redflags {
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

namespace {

// "Neighbouring states have": a noun in the plural, not a verb.
bool is_plural(const BlockFacts& facts, std::uint32_t verb) {
  static constexpr std::string_view nouns[] = {"states",    "reports",  "claims",  "notes",
                                               "estimates", "accounts", "warnings"};
  static constexpr std::string_view after[] = {"have", "are",   "were",  "will", "may", "should",
                                               "can",  "could", "would", "do",   "did", "had",
                                               "must", "might", "of",    "and"};
  const std::uint32_t next = verb + 1;
  return next < facts.tokens.size() && facts.tokens[next].gap == Gap::space &&
         std::find(std::begin(nouns), std::end(nouns), folded(facts, verb)) != std::end(nouns) &&
         std::find(std::begin(after), std::end(after), folded(facts, next)) != std::end(after);
}

}  // namespace

bool agentless(const BlockFacts& facts, const Hit& verb, Extent sentence) {
  if (verb.last == verb.first + 1 && is_plural(facts, verb.first)) return true;
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

bool speaks(const RuleSet& rules, const BlockFacts& facts, Extent words, Extent sentence, bool promises_too) {
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue == rules.cues().speech && !agentless(facts, hit, sentence) &&
        (promises_too || !facts.has(rules.cues().promise, {hit.first, hit.first + 1})))
      return true;
  }
  return false;
}

bool name_counts(const RuleSet& rules, const BlockFacts& facts, const Name& name, Extent sentence) {
  if (name.words.end < sentence.end && is_plural(facts, name.words.end)) return false;
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
    const std::string word = folded(facts, i);
    // "Maputo has counted on early income": it hopes for it.
    if (facts.has(rules.cues().count_verb, {i, i + 1}))
      return !(word.starts_with("count") && i + 1 < sentence.end && folded(facts, i + 1) == "on");
    if (word != "has" && word != "have" && word != "had" && word != "also" && word != "itself" &&
        word != "now" && word != "officially")
      return false;
  }
  return false;
}

namespace {

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
        any_name(facts, {words.begin, comma},
                 [&](const Name& name) { return name.words.end <= comma && name.words.end + 2 > comma; }))
      return true;
  }
  return false;
}

// "The OSCE field mission counted", "the harbour master logged": a body or an office, by a name or not, right
// before a verb of counting.
bool body_counts(const RuleSet& rules, const BlockFacts& facts, Extent words) {
  static const std::vector<WordHash> verbs =
      hash_words({"counted",   "counts",     "logged",    "logs",     "recorded", "records",  "registered",
                  "registers", "documented", "documents", "measured", "tallied",  "tallies",  "listed",
                  "lists",     "estimated",  "estimates", "surveyed", "detected", "verified", "certified"});
  // Whose work it is to count.
  static const std::vector<WordHash> watchers = hash_words(
      {"post",   "posts",     "station", "stations", "gauge",     "radar",      "sensors",  "team",
       "teams",  "crew",      "crews",   "monitors", "observers", "inspectors", "officers", "enumerators",
       "divers", "surveyors", "patrol",  "patrols",  "hospitals", "clinics",    "auditors", "commissioner"});
  constexpr std::uint32_t reach = 5;
  const CodeCues& cues = rules.cues();
  for (std::uint32_t verb = words.begin + 2; verb < words.end; ++verb) {
    if (!std::binary_search(verbs.begin(), verbs.end(), facts.tokens[verb].word) ||
        facts.tokens[verb].gap != Gap::space)
      continue;
    const Extent noun{verb - 1, verb};
    const bool watches = std::binary_search(watchers.begin(), watchers.end(), facts.tokens[verb - 1].word);
    if (!watches && !facts.has(cues.org_word, noun) && !facts.has(cues.office, noun) &&
        !facts.has(cues.role_noun, noun))
      continue;
    for (std::uint32_t i = verb - 1; i > words.begin && verb - i < reach;) {
      if (facts.tokens[i].gap != Gap::space && facts.tokens[i].shape != Shape::clitic) break;
      const Token& token = facts.tokens[--i];
      const std::string word = folded(facts, i);
      if (word == "the" || word == "its" || word == "their" || token.shape == Shape::clitic ||
          token.shape == Shape::capital || token.shape == Shape::upper)
        return true;
      if (token.function || token.shape != Shape::lower) break;
    }
  }
  return false;
}

// "Embrapa sequenced both and found them": a name, what it did, and then that it counts.
bool counts_in_second_verb(const BlockFacts& facts, Extent words) {
  static const std::vector<WordHash> verbs =
      hash_words({"found", "counted", "measured", "put", "logged", "recorded", "estimated", "calculated",
                  "reckoned", "listed", "dated", "valued", "traced"});
  constexpr std::uint32_t reach = 16;
  for (const Name& name : beginning_in(facts.names, words)) {
    const std::uint32_t verb = name.words.end;
    if (name.words.begin > words.begin + 1 || verb + 2 >= words.end || facts.tokens[verb].function ||
        facts.tokens[verb].shape != Shape::lower || facts.tokens[verb].gap != Gap::space ||
        !folded(facts, verb).ends_with("ed"))
      continue;
    for (std::uint32_t i = verb + 1; i + 1 < std::min(words.end, verb + reach); ++i)
      if (facts.tokens[i].gap == Gap::space && folded(facts, i) == "and" &&
          std::binary_search(verbs.begin(), verbs.end(), facts.tokens[i + 1].word))
        return true;
  }
  return false;
}

// "..., the auditor general found", at the end or between commas: an insertion that says who does.
bool inserted_source(const BlockFacts& facts, Extent words) {
  static const std::vector<WordHash> verbs =
      hash_words({"weighed",    "measured",  "logged",   "tallied",   "calculates", "reckoned",  "registered",
                  "checked",    "certified", "assessed", "believes",  "thinks",     "expects",   "claims",
                  "claimed",    "insists",   "argues",   "concedes",  "admits",     "recalls",   "found",
                  "finds",      "states",    "stated",   "shows",     "show",       "showed",    "said",
                  "says",       "noted",     "notes",    "reported",  "reports",    "provides",  "records",
                  "recorded",   "wrote",     "writes",   "announced", "advises",    "advised",   "confirms",
                  "confirmed",  "warned",    "held",     "ruled",     "testified",  "estimates", "estimated",
                  "calculated", "reckons",   "lists",    "listed",    "indicates",  "reveals",   "adds",
                  "added",      "counts",    "counted",  "told",      "observed",   "observes",  "specifies",
                  "stipulates", "explains",  "explained"});
  constexpr std::uint32_t reach = 12;
  for (std::uint32_t i = words.begin + 2; i < words.end; ++i) {
    // "..., the union added on 7 November", "..., the ministry states in its answer"
    const std::string link = i + 2 < words.end ? folded(facts, i + 1) : std::string();
    const bool dated = (link == "on" && facts.tokens[i + 2].shape == Shape::number) ||
                       (link == "in" && facts.tokens[i + 2].function);
    if ((i + 1 < words.end && facts.tokens[i + 1].gap != Gap::comma && !dated) ||
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

}  // namespace

Extent said_in(const BlockFacts& facts, std::size_t sentence) {
  const Extent words = facts.sentences[sentence].words;
  return {std::min(std::max(words.begin, facts.label), words.end), words.end};
}

namespace {

// "The offer document filed with the authority on 18 June values the masts at", "the newspaper values the
// loss at", "a survey of 2024 looked at 1,200 homes": a paper or the outlet, and further on the verb.
bool paper_counts(const RuleSet& rules, const BlockFacts& facts, Extent words) {
  static const std::vector<WordHash> verbs = hash_words(
      {"values",  "valued",   "puts",     "put",        "shows",     "show",     "showed",  "lists",
       "listed",  "gives",    "gave",     "records",    "recorded",  "states",   "stated",  "sets",
       "names",   "prices",   "priced",   "estimates",  "estimated", "counts",   "counted", "looked",
       "covers",  "covered",  "asked",    "reached",    "examined",  "sampled",  "reckons", "reports",
       "says",    "quotes",   "assesses", "assessed",   "compared",  "compares", "follows", "followed",
       "tested",  "took",     "finds",    "found",      "mentions",  "has",      "allots",  "allocates",
       "assigns", "foresees", "grants",   "prescribes", "caps"});
  constexpr std::uint32_t reach = 14;
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h) {
    if (facts.hits[h].cue != rules.cues().document_noun && facts.hits[h].cue != rules.cues().own_document)
      continue;
    for (std::uint32_t i = facts.hits[h].last; i < std::min(words.end, facts.hits[h].last + reach); ++i) {
      if (facts.tokens[i].gap != Gap::space) break;
      if (std::binary_search(verbs.begin(), verbs.end(), facts.tokens[i].word)) return true;
    }
  }
  return false;
}

}  // namespace

bool credits(const RuleSet& rules, const BlockFacts& facts, std::size_t sentence, bool count_only) {
  const Extent words = said_in(facts, sentence);
  const CodeCues& cues = rules.cues();
  return facts.has(cues.attribution, words) || facts.has(cues.source_noun, words) ||
         facts.has(cues.figure_credit, words) || speaks(rules, facts, words, words, !count_only) ||
         inserted_source(facts, words) || counts_in_second_verb(facts, words) ||
         paper_counts(rules, facts, words) || body_counts(rules, facts, words) ||
         counts_after_insertion(rules, facts, words) || any_name(facts, words, [&](const Name& name) {
           return name.words.end <= words.end && name_counts(rules, facts, name, words);
         });
}

StemSet outlet_stems(const Report& report) {
  if (report.outlet.empty()) return {};
  const BlockFacts& facts = report.facts(report.in(Zone::title)[0]);
  StemSet stems;
  for (const Token& token : facts.tokens)
    if (token.begin >= report.outlet.begin && !token.function) stems.push_back(token.stem);
  std::sort(stems.begin(), stems.end());
  return stems;
}

// "Armenpress, the agency of Armenia, wrote": where the insertion before the verb begins; else the verb.
static std::uint32_t before_insertion(const BlockFacts& facts, std::uint32_t verb, std::uint32_t from) {
  constexpr std::uint32_t reach = 12;
  if (verb <= from + 2 || facts.tokens[verb].gap != Gap::comma) return verb;
  for (std::uint32_t i = verb - 1; i > from && verb - i < reach; --i)
    if (facts.tokens[i].gap == Gap::comma) return i;
  return verb;
}

// The name before the verb of saying, or after "according to"; "he" is the last one named.
StemSet speaker_of(const Report& report, const BlockFacts& facts, Extent sentence) {
  for (std::size_t h = facts.first_hit(sentence.begin);
       h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue != report.cues.speech && hit.cue != report.cues.attribution) continue;
    const std::string before = hit.first > sentence.begin ? folded(facts, hit.first - 1) : std::string();
    const bool pronoun = before == "he" || before == "she" || before == "it" || before == "they";
    const std::uint32_t verb = before_insertion(facts, hit.first, sentence.begin);
    const Name* found = nullptr;
    for (const Name& name : beginning_in(facts.names, sentence)) {
      if (name.words.end > sentence.end) continue;
      if (hit.cue == report.cues.speech && name.words.end <= verb && (pronoun || name.words.end + 4 > verb))
        found = &name;
      // "Moldovagaz put the volume at"
      if (hit.cue == report.cues.attribution && found == nullptr && name.words.begin >= hit.first &&
          name.words.begin < hit.last + 4)
        found = &name;
    }
    if (found != nullptr) return content_stems(facts, found->words);
  }
  for (const Name& name : beginning_in(facts.names, sentence))
    if (name.words.end <= sentence.end && name_counts(report.rules, facts, name, sentence))
      return content_stems(facts, name.words);
  // "The newspaper counted": the outlet that the title names.
  return facts.has(report.cues.own_document, sentence) ? outlet_stems(report) : StemSet{};
}

}  // namespace assay::redflags
