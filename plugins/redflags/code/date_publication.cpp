// Dates: what is told as past before its day has come.
#include <algorithm>
#include <array>
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
                  "extended",  "pledge",     "deal",       "request",  "permit",   "leave"});
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
