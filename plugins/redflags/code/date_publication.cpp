// Dates: what is told as past before its day has come.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

// "The count of replanted mounds": behind such a word a participle describes a noun.
bool leads_to_noun(const std::string& word) {
  static constexpr std::array<std::string_view, 24> words{
      "the", "a",  "an",   "its",  "their", "no", "all", "of",  "in",  "with",  "for", "from",
      "on",  "at", "into", "over", "under", "by", "any", "his", "her", "these", "our", "without"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

// "It is assumed that the banks renew their lines", "a signed lease": what is said to be so now, or to be of
// some kind, has not happened.
bool present_participle(const BlockFacts& facts, std::uint32_t word, std::uint32_t from) {
  for (std::uint32_t i = word; i > from && word - i < 3;) {
    const std::string before = folded(facts, --i);
    if (before == "is" || before == "are" || before == "be" || before == "being") return true;
    if (i + 1 == word && leads_to_noun(before)) return true;
    if (!before.ends_with("ly") && before != "not" && before != "also" && before != "still") return false;
  }
  return false;
}

bool tells_past(const Report& report, const BlockFacts& facts, Extent told) {
  for (std::uint32_t i = told.begin; i < told.end; ++i) {
    const Token& token = facts.tokens[i];
    const bool ends_in_ed = token.shape == Shape::lower && token.end - token.begin > 4 && !token.function &&
                            folded(facts, i).ends_with("ed");
    if ((ends_in_ed || facts.has(report.cues.past_verb, {i, i + 1})) &&
        !present_participle(facts, i, told.begin))
      return true;
  }
  return false;
}

// "Agreed on 3 May to hold the vote in June": the word "to", and before it who is to do something.
bool resolved(const BlockFacts& facts, std::uint32_t to, Extent sentence) {
  static const std::vector<WordHash> verbs =
      hash_words({"agreed",    "decided",    "voted",      "ordered",  "asked",    "told",      "allowed",
                  "permitted", "committed",  "chose",      "offered",  "resolved", "undertook", "wanted",
                  "hoped",     "authorised", "authorized", "decision", "plan",     "agreement", "order",
                  "offer",     "promise",    "promised",   "issued",   "timed",    "leased",    "hired",
                  "extended",  "pledge",     "deal",       "request",  "permit",   "leave",     "priced",
                  "meant",     "contracted", "licensed",   "bound",    "designed", "elected",   "appointed"});
  if (folded(facts, to) != "to") return false;
  constexpr std::uint32_t reach = 7;
  for (std::uint32_t i = to; i > sentence.begin && to - i < reach;)
    if (std::binary_search(verbs.begin(), verbs.end(), facts.tokens[--i].word)) return true;
  return false;
}

// "Moved the flight from December to the spring of 2026": that is when it is to be.
bool moved_to(const BlockFacts& facts, const Date& date, Extent sentence) {
  static const std::vector<WordHash> between =
      hash_words({"the",   "of",        "early",  "late",  "mid",    "spring", "summer",  "autumn", "winter",
                  "fall",  "end",       "start",  "last",  "middle", "week",   "quarter", "first",  "second",
                  "third", "beginning", "half",   "month", "days",   "fourth", "rainy",   "dry",    "season",
                  "not",   "about",     "around", "some",  "at",     "as"});
  constexpr std::uint32_t reach = 7;
  for (std::uint32_t i = date.words.begin; i > sentence.begin && date.words.begin - i < reach;) {
    if (facts.tokens[i].gap == Gap::other) return false;
    const std::string word = folded(facts, --i);
    if (word == "to" || word == "into" || word == "till") return true;
    if (!std::binary_search(between.begin(), between.end(), facts.tokens[i].word)) return false;
  }
  return false;
}

// "The election of 23 February", "the 23 February election": of such things the day is known before it comes.
std::optional<Extent> planned_by_nature(const BlockFacts& facts, const Date& date, Extent sentence) {
  static const std::vector<WordHash> nouns = hash_words(
      {"election",   "elections", "vote",       "referendum",   "ballot",      "run-off",      "runoff",
       "poll",       "polls",     "plebiscite", "summit",       "hearing",     "hearings",     "session",
       "sitting",    "congress",  "conference", "talks",        "auction",     "launch",       "deadline",
       "meeting",    "assembly",  "ceremony",   "inauguration", "tournament",  "final",        "festival",
       "parade",     "forum",     "primary",    "primaries",    "trial",       "match",        "convention",
       "exhibition", "games",     "fair",       "handover",     "by-election", "by-elections", "exercise",
       "exercises",  "rally",     "olympics",   "expiry",       "budget"});
  const auto is_noun = [&](std::uint32_t i) {
    return std::binary_search(nouns.begin(), nouns.end(), facts.tokens[i].word);
  };
  constexpr std::uint32_t reach = 9;
  std::uint32_t noun = 0, end = date.words.end;
  if (end < sentence.end && facts.tokens[end].gap == Gap::space && is_noun(end)) {
    noun = date.words.begin, ++end;
  } else {
    // "the presidential election in Poland on 18 May"
    for (std::uint32_t i = date.words.begin;
         i > sentence.begin && date.words.begin - i < reach && noun == 0;) {
      if (facts.tokens[i].gap != Gap::space) return std::nullopt;
      --i;
      if (is_noun(i)) noun = i;
      if (const std::string word = folded(facts, i); noun == 0 && facts.tokens[i].shape == Shape::lower &&
                                                     word != "of" && word != "on" && word != "in" &&
                                                     word != "at" && word != "the" && !word.ends_with("day"))
        return std::nullopt;
    }
    if (noun == 0) return std::nullopt;
  }
  std::uint32_t begin = noun;
  while (begin > sentence.begin && facts.tokens[begin].gap == Gap::space && noun - begin < 6) {
    --begin;
    const std::string word = folded(facts, begin);
    if (word == "the" || word == "its" || word == "their" || word == "this" || word == "a") break;
    if (facts.tokens[begin].function) return std::nullopt;
  }
  // "Held the vote on 3 May": the date is the holding's; "seats in the vote on 3 May": it is the vote's.
  const bool opens = begin <= sentence.begin || facts.tokens[begin - 1].function;
  if (end == date.words.end && date.words.begin > 0 && folded(facts, date.words.begin - 1) != "of" && !opens)
    return std::nullopt;
  return Extent{begin, end};
}

// "The election of 23 February brought", "at the summit of 14 December they agreed": told of as past.
bool told_as_past(const Report& report, const BlockFacts& facts, Extent event, Extent told) {
  // "The exercise of 8 December was announced": what is done to it beforehand.
  static const std::vector<WordHash> arranged = hash_words(
      {"announced",    "called",   "confirmed",  "set",        "agreed",    "fixed",      "postponed",
       "cancelled",    "canceled", "moved",      "listed",     "published", "convened",   "prepared",
       "brought",      "approved", "authorised", "advertised", "arranged",  "threatened", "endangered",
       "overshadowed", "notified", "banned",     "timed"});
  for (std::uint32_t i = event.end; i < std::min(event.end + 4, told.end); ++i)
    if (std::binary_search(arranged.begin(), arranged.end(), facts.tokens[i].word)) return false;
  if (tells_past(report, facts, {event.end, std::min(event.end + 3, told.end)}) &&
      (event.begin <= told.begin + 1 || !facts.tokens[event.begin - 1].function))
    return true;
  if (event.begin <= told.begin) return false;
  const std::string before = folded(facts, event.begin - 1);
  if (before != "at" && before != "during" && before != "after" && before != "since" && before != "in" &&
      before != "following")
    return false;
  const std::uint32_t at = event.begin - 1;
  // "Agreed to govern together after the election of" looks ahead.
  if (before == "after" || before == "since" || before == "following") return at <= told.begin + 1;
  if (before == "at" || before == "during") return true;
  // "won in the election of"; but "candidates in the election of"
  return at <= told.begin + 1 || tells_past(report, facts, {at - 1, at}) ||
         (at > told.begin + 2 && tells_past(report, facts, {at - 3, at - 1}));
}

void date_after_publication(const Report& report, std::uint32_t rule, Drafts& out) {
  if (!report.published) return;
  const Date& published = *report.published;
  constexpr ZoneMask zones = claim_zones | mask(Zone::changes, Zone::custom, Zone::sources);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    for (const Date& date : facts.dates) {
      if ((date.month == 0 && date.year <= published.year) || facts.quoted(date.bytes.begin)) continue;
      Date full = date;
      if (full.year == 0) full.year = published.year;
      const bool after = full.year != published.year     ? full.year > published.year
                         : full.month != published.month ? full.month > published.month
                                                         : full.day > published.day && full.day != 0;
      // Without a year, a date far ahead is last year's, and a month alone may be.
      if (!after || (date.year == 0 && (date.day == 0 || full.month - published.month > 6))) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(date.words.begin)].words;
      const Extent clause = region(facts, date.words, Within::clause);
      const bool opens =
          date.words.begin <= clause.begin + 1 && date.words.end + 8 >= clause.end;  // "On 3 May, ..."
      if (facts.has(report.cues.planned, opens ? sentence : clause)) continue;
      const Extent told = opens ? sentence : clause;
      const bool past = tells_past(report, facts, told);
      // "before the talks of 20 June": still to come.
      bool ahead = false;
      for (std::uint32_t i = date.words.begin; i > sentence.begin && date.words.begin - i < 7;) {
        const std::string word = folded(facts, --i);
        // "the Office for Data Protection" is a name.
        const auto named = holding(facts.names, i);
        if (!named.empty() && named[0].words.begin < i && i + 1 < named[0].words.end) continue;
        ahead = ahead || word == "before" || word == "for" || word == "until" || word == "ahead" ||
                word == "towards" || word == "toward" || word == "pending" || word == "till" ||
                resolved(facts, i, sentence);
      }
      if (ahead || moved_to(facts, date, sentence)) continue;
      if (const auto event = planned_by_nature(facts, date, sentence);
          event && !told_as_past(report, facts, *event, told))
        continue;
      const std::string before =
          date.words.begin > sentence.begin ? folded(facts, date.words.begin - 1) : std::string();
      const bool placed = before == "on" || before == "in" || before == "since" || before == "of" ||
                          before == "early" || before == "late" || before == "mid" || before == "dated" ||
                          before == "the" || before.ends_with("day") || before == "night" ||
                          facts.text[date.bytes.begin > 0 ? date.bytes.begin - 1 : 0] == '(' ||
                          facts.tokens[date.words.begin].gap == Gap::comma ||
                          date.words.begin == sentence.begin;
      if (past && placed)
        out.push_back({rule,
                       {block, date.bytes},
                       report.all(report.in(Zone::published)[0]),
                       "the date of publication",
                       {},
                       std::nullopt});
    }
  });
}

}  // namespace

const std::vector<CodeRule>& publication_rules() {
  static const std::vector<CodeRule> rules{
      {"consistency.date-after-publication", nullptr, date_after_publication}};
  return rules;
}

}  // namespace assay::redflags
