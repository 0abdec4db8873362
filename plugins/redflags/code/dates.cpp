// Dates: one event on two days.
#include <algorithm>
#include <cstdlib>

#include "plugins/redflags/code/date_mentions.h"
#include "plugins/redflags/code/opposites.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

bool differs(const Date& a, const Date& b) {
  if (a.day == 0 || b.day == 0 || a.month == 0 || b.month == 0) return false;
  if (a.year != 0 && b.year != 0 && a.year != b.year) return true;
  return a.month != b.month || a.day != b.day;
}

bool other(const StemSet& a, const StemSet& b) { return !a.empty() && !b.empty() && shared(a, b) == 0; }

bool same_thing(const DateMention& a, const DateMention& b) {
  const std::size_t common = shared(a.thing, b.thing);
  return common >= 2 && common * 10 >= std::max(a.thing.size(), b.thing.size()) * 6;
}

// Two that say so, and are not known to be one.
bool other_sources(const DateMention& a, const DateMention& b) {
  return a.attributed && b.attributed && shared(a.speaker, b.speaker) == 0;
}

// So near that one may be a slip for the other, and not another time.
int days_between(const Date& a, const Date& b) {
  const int years = a.year != 0 && b.year != 0 ? a.year - b.year : 0;
  return std::abs(years * 372 + (a.month - b.month) * 31 + a.day - b.day);
}
bool near_in_time(const Date& a, const Date& b) {
  constexpr int days_max = 40;
  return days_between(a, b) <= days_max;
}

// "The lower house passed the bill", and then the upper house did.
bool other_doers(const Event& a, const Event& b) {
  const std::size_t least = std::min(a.doers.size(), b.doers.size());
  return (a.one_each || b.one_each) && shared(a.doers, b.doers) < least;
}

bool same_happening(const DateMention& a, const DateMention& b) {
  const Event &x = a.event, &y = b.event;
  // Two names, or two places, are two events: General Obe was dismissed, and so was General Kone.
  if (x.happening < 0 || x.happening != y.happening || a.ordinals != b.ordinals || other(x.names, y.names) ||
      other(x.place, y.place) || other_doers(x, y) || other(x.counts, y.counts) ||
      (!x.things.empty() && !y.things.empty() && x.things != y.things) ||
      ((a.since || b.since) && !near_in_time(a.date, b.date)))
    return false;
  // Of licences and talks there may be several: they are told apart by any other word or name, unless the
  // days are so near that one is a slip.
  constexpr int slip_days_max = 10;
  if (!x.things.empty() && !y.things.empty() &&
      (other(a.names, b.names) || (x.to != y.to && days_between(a.date, b.date) > slip_days_max)))
    return false;
  // The shares of a firm and its chief have the firm in common, and are not one.
  return shared(x.to, y.to) * 2 > std::min(x.to.size(), y.to.size());
}

// "The minister resigned", and "the deputy minister resigned".
bool one_is_deputy(const Report& report, const DateMention& a, const DateMention& b) {
  static const std::vector<WordHash> words =
      hash_words({"deputy", "vice", "assistant", "acting", "junior", "shadow"});
  const BlockFacts& facts = report.facts(a.block);
  for (std::uint32_t i = a.before.begin; i + 1 < a.before.end; ++i)
    if (std::binary_search(words.begin(), words.end(), facts.tokens[i].word) &&
        !contains(b.stems, facts.tokens[i].stem) && contains(b.stems, facts.tokens[i + 1].stem))
      return true;
  return false;
}

// "The licence of Kolm Radio", and "the licence of Tarn Radio": names that end alike.
bool sibling_names(const Report& report, const DateMention& a, const DateMention& b) {
  const BlockFacts &x = report.facts(a.block), &y = report.facts(b.block);
  for (const Name& one : beginning_in(x.names, a.before)) {
    const std::uint32_t length = one.words.end - one.words.begin;
    if (length < 2) continue;
    for (const Name& other : beginning_in(y.names, b.before))
      if (other.words.end - other.words.begin == length &&
          x.tokens[one.words.end - 1].stem == y.tokens[other.words.end - 1].stem &&
          !contains(b.stems, x.tokens[one.words.begin].stem) &&
          !contains(a.stems, y.tokens[other.words.begin].stem))
        return true;
  }
  return false;
}

// "The ban on palm exports", and "the ban on nickel exports": before a word that both have, each has its own.
bool other_things(const Report& report, const DateMention& a, const DateMention& b) {
  const BlockFacts &x = report.facts(a.block), &y = report.facts(b.block);
  const auto described = [](const BlockFacts& facts, Extent words, std::uint32_t i) {
    return i > words.begin && facts.tokens[i].gap == Gap::space && !facts.tokens[i - 1].function &&
           facts.tokens[i - 1].shape == Shape::lower && !facts.tokens[i].function;
  };
  for (std::uint32_t i = a.before.begin; i < a.before.end; ++i) {
    if (!described(x, a.before, i)) continue;
    for (std::uint32_t j = b.before.begin; j < b.before.end; ++j)
      if (described(y, b.before, j) && x.tokens[i].stem == y.tokens[j].stem &&
          !contains(b.stems, x.tokens[i - 1].stem) && !contains(a.stems, y.tokens[j - 1].stem))
        return true;
  }
  return false;
}

// "The reservoir held 412 million on 1 May", and "held 355 million on 1 June": a reading has its day.
bool two_readings(const Report& report, const DateMention& a, const DateMention& b) {
  const BlockFacts &x = report.facts(a.block), &y = report.facts(b.block);
  for (const Number& one : x.numbers) {
    if (one.words.begin < x.sentences[a.sentence].words.begin || one.words.end > a.before.end) continue;
    for (const Number& other : y.numbers)
      if (other.words.begin >= y.sentences[b.sentence].words.begin && other.words.end <= b.before.end &&
          one.value != other.value && one.unit == other.unit && one.words.end < a.before.end &&
          other.words.end < b.before.end && x.tokens[one.words.end].stem == y.tokens[other.words.end].stem)
        return true;
  }
  return false;
}

bool same_event(const Report& report, const DateMention& a, const DateMention& b) {
  if ((a.block == b.block && a.sentence == b.sentence) || other(a.where, b.where)) return false;
  if (a.phase != 0 && b.phase != 0 && a.phase != b.phase) return false;
  if (opposed(report.facts(a.block), a.before, report.facts(b.block), b.before) ||
      other(a.agents, b.agents) || sibling_names(report, a, b) || one_is_deputy(report, a, b) ||
      one_is_deputy(report, b, a))
    return false;
  if (a.several || b.several) return same_happening(a, b) && !other_sources(a, b);
  // The same words again, of the same names, whoever says so and whatever else the sentence plans.
  if (shared(a.stems, b.stems) >= 5 && shared(a.names_before, b.names_before) >= 2 &&
      a.near[0] == b.near[0] && a.ordinals == b.ordinals)
    return true;
  if (a.paper && b.paper && a.near[0] == b.near[0]) return true;
  if (a.assault && b.assault && a.near[0] == b.near[0] && !other_sources(a, b)) return true;
  if ((a.bare || b.bare) && a.event.happening == b.event.happening && !other_sources(a, b) &&
      near_in_time(a.date, b.date))
    return true;
  if (a.ordinals != b.ordinals || other_sources(a, b)) return false;
  if (same_thing(a, b)) return true;
  // Two names, or two places, are two events: General Obe was dismissed, and so was General Kone.
  if (other(a.event.names, b.event.names) || other(a.event.place, b.event.place)) return false;
  if (a.event.happening >= 0 && a.event.happening == b.event.happening && !a.event.to.empty() &&
      !b.event.to.empty())
    return same_happening(a, b);
  if (a.planned || b.planned) return false;
  // The same one event by its bare name; what follows the date may tell of other things.
  if (a.single && b.single && a.near[0] == b.near[0] && near_in_time(a.date, b.date) &&
      !other(a.names_before, b.names_before) &&
      (!(a.local || b.local) || shared(a.names_before, b.names_before) > 0))
    return true;
  if (other(a.names, b.names)) return false;
  bool head = false;
  for (const WordHash x : a.near)
    for (const WordHash y : b.near) head = head || (x != 0 && x == y);
  // "The governor issued the ban on", and "the ban, which the governor issued on".
  head = head || (contains(b.lead, a.near[0]) && contains(a.lead, b.near[0]) && shared(a.lead, b.lead) >= 3);
  if (!head || other_things(report, a, b) || two_readings(report, a, b)) return false;
  const std::size_t common = shared(a.stems, b.stems);
  const std::size_t needed = a.recurs || b.recurs ? 4 : 2;
  return common >= needed &&
         static_cast<double>(common) >= 0.34 * static_cast<double>(std::min(a.stems.size(), b.stems.size()));
}

// The noun in its plural: the report knows several.
bool speaks_of_several(const Report& report, WordHash stem) {
  bool several = false;
  report.each(body_zones, [&](std::uint32_t, const BlockFacts& facts) {
    for (std::uint32_t i = 0; i < facts.tokens.size() && !several; ++i)
      several = thing_of(facts.tokens[i].stem) == stem && facts.text[facts.tokens[i].end - 1] == 's';
  });
  return several;
}

void date_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  std::vector<DateMention> mentions = date_mentions(report);
  const auto told = [&](int happening) {
    return std::count_if(mentions.begin(), mentions.end(),
                         [&](const DateMention& one) { return one.event.happening == happening; });
  };
  // Told of more than twice, a happening is likely to be several.
  for (DateMention& mention : mentions) {
    mention.paper =
        mention.paper && std::count_if(mentions.begin(), mentions.end(), [&](const DateMention& one) {
                           return one.paper && one.near[0] == mention.near[0];
                         }) == 2;
  }
  // The same noun a few days apart, told of twice and never as one of several.
  for (DateMention& mention : mentions) {
    constexpr int slip_days_max = 5;
    const auto same = [&](const DateMention& one) { return one.near[0] == mention.near[0]; };
    mention.assault =
        mention.assault && std::count_if(mentions.begin(), mentions.end(), same) == 2 &&
        std::all_of(mentions.begin(), mentions.end(),
                    [&](const DateMention& one) {
                      return !same(one) ||
                             (one.assault && days_between(one.date, mention.date) <= slip_days_max);
                    }) &&
        !speaks_of_several(report, mention.near[0]);
  }
  for (DateMention& mention : mentions) mention.bare = mention.bare && told(mention.event.happening) == 2;
  for (std::size_t j = 1; j < mentions.size(); ++j)
    for (std::size_t i = 0; i < j; ++i)
      if (differs(mentions[i].date, mentions[j].date) && same_event(report, mentions[i], mentions[j])) {
        out.push_back({rule, mentions[j].place, mentions[i].place, "the other date", {}, std::nullopt});
        break;
      }
}

}  // namespace

const std::vector<CodeRule>& date_rules() {
  static const std::vector<CodeRule> rules{{"consistency.date-conflict", nullptr, date_conflict}};
  return rules;
}

}  // namespace assay::redflags
