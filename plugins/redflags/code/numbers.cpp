// Numbers: the same thing counted, or the same sum given, in two ways.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <unordered_map>

#include "plugins/redflags/code/number_mentions.h"
#include "plugins/redflags/code/opposites.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

// "The central bank put", and "the central bank covers six months, its bulletin says".
bool same_body(const NumberMention& a, const NumberMention& b) {
  if (!a.body.empty() && a.body == b.body) return true;
  const auto speaks_of = [](const NumberMention& one, const NumberMention& other) {
    return !one.body.empty() && other.own_paper && shared(one.body, other.told) == one.body.size();
  };
  return speaks_of(a, b) || speaks_of(b, a);
}

// Two that say so: who they are, or what papers, is told and differs.
bool other_source(const NumberMention& a, const NumberMention& b) {
  if (same_body(a, b)) return false;
  if (!a.attributed || !b.attributed || shared(a.speaker, b.speaker) > 0) return false;
  // "The Ministry of Energy", and then "the same ministry".
  if (shared(a.speaker, b.same_as) > 0 || shared(b.speaker, a.same_as) > 0) return false;
  // "the Rivers State Fire Service", and then "the fire service": who bears no name of its own.
  if ((a.speaker.empty() || b.speaker.empty()) &&
      (shared(a.speaker, b.context) >= 2 || shared(b.speaker, a.context) >= 2))
    return false;
  return (!a.speaker.empty() && !b.speaker.empty()) || shared(a.papers, b.papers) == 0;
}

// "Some 200" is 197, and "two hundred" 186: a round number stands for those near it.
bool rounds_to(const NumberMention& a, const NumberMention& b) {
  const auto round = [](double value) {
    double unit = 1;
    while (unit * 10 <= value) unit *= 10;
    return value >= 10 &&
           value == unit / 10 * static_cast<double>(static_cast<long long>(value * 10 / unit)) &&
           (unit > 10 || static_cast<long long>(value) % 10 == 0);
  };
  const double most = std::max(a.high, b.high), apart = std::abs(a.value - b.value);
  return (a.rounded || b.rounded) && (round(a.value) || round(b.value)) && apart <= most * 0.1;
}

// The report has told of so many, and then speaks of "the" more of them: a slip, if the two are near. Fewer
// may be some of the many.
bool more_of_the_same(const NumberMention& a, const NumberMention& b) {
  if (a.bare_measure || b.bare_measure) return false;
  if (!b.definite || a.changes || b.changes || a.unit != Unit::none || b.unit != Unit::none) return false;
  if (a.value < 10 || b.value <= a.high || b.value > a.value * 1.6) return false;
  if (other_source(a, b)) return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  return a.head == b.head && shared(a.phrase, b.phrase) >= (b.of_it ? 2u : 1u);
}

// The concession of 9,400 hectares, which elsewhere has 8,900.
bool same_measure(const NumberMention& a, const NumberMention& b) {
  if (a.bare_measure || b.bare_measure) {
    if (!a.bare_measure || !b.bare_measure || !b.article || shared(a.context, b.context) < 4) return false;
  }
  // Of two places or two days each has its own.
  const bool dated = !a.dates.empty() && !b.dates.empty();
  if ((dated && !(a.dates[0] == b.dates[0])) ||
      (!a.places.empty() && !b.places.empty() && shared(a.places, b.places) == 0))
    return false;
  // "A release of 52 million in May": there may be several, but not at one place in one month.
  if ((a.indefinite || b.indefinite) && (!dated || shared(a.context, b.context) < 2 || other_source(a, b)))
    return false;
  return a.unit == Unit::none && b.unit == Unit::none && !a.measure.empty() && a.measure == b.measure &&
         !a.changes_near && !b.changes_near && !a.provided && !b.provided &&
         !(a.attributed && b.attributed && !a.speaker.empty() && !b.speaker.empty() &&
           shared(a.speaker, b.speaker) == 0);
}

// "The 41 branches of the bank", and then "all 37 branches": a whole has one number.
bool same_whole(const NumberMention& a, const NumberMention& b) {
  if (!(a.total || b.total) || !a.article || !b.article || a.changes_near || b.changes_near ||
      a.unit != Unit::none || b.unit != Unit::none || a.head != b.head)
    return false;
  if (other_source(a, b) || a.relative != b.relative) return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  if (shared(a.phrase, b.phrase) * 2 < std::max(a.phrase.size(), b.phrase.size())) return false;
  return a.of.empty() || b.of.empty() || shared(a.of, b.of) > 0;
}

// "Five guards were wounded", and then "the eight wounded guards": what befell them is the same.
bool same_casualties(const Report& report, const NumberMention& a, const NumberMention& b) {
  if (!(b.article || b.toll) || a.changes_near || b.changes_near || a.unit != Unit::none ||
      b.unit != Unit::none || a.head != b.head || a.high >= 1000 || b.high >= 1000 || other_source(a, b))
    return false;
  // Of the next day, the date may be the slip.
  if (!a.dates.empty() && !b.dates.empty() &&
      (a.dates[0].month != b.dates[0].month || std::abs(a.dates[0].day - b.dates[0].day) > 1))
    return false;
  // "The two wounded guards who": some of them.
  if (b.narrowed && b.value < a.value) return false;
  const WordHash x = fate(report, a);
  return x != 0 && x == fate(report, b);
}

// "Four lots were quarantined", and no word more in its clause: nothing tells them from others.
bool bare_fate(const Report& report, const NumberMention& mention) {
  const BlockFacts& facts = report.facts(mention.place.block);
  const Extent sentence = facts.sentences[facts.sentence_of_word(mention.number.begin)].words;
  const std::uint32_t verb = mention.counted.end;
  if (mention.number.begin != std::max(sentence.begin, facts.label) || verb + 1 >= sentence.end ||
      folded(facts, verb) != "were" || !is_fate(facts.tokens[verb + 1]))
    return false;
  static const std::vector<WordHash> tells_where =
      hash_words({"in", "at", "on", "by", "near", "from", "all", "one", "two", "half", "most"});
  const bool ends = verb + 2 == sentence.end || (facts.tokens[verb + 2].gap != Gap::space &&
                                                 !std::binary_search(tells_where.begin(), tells_where.end(),
                                                                     facts.tokens[verb + 2].word));
  return ends && !mention.attributed && mention.dates.empty();
}

// "Kano: six lots were quarantined": the label says where, if the report has it for a name.
bool label_names(const Report& report, const NumberMention& mention) {
  const BlockFacts& facts = report.facts(mention.place.block);
  const StemSet label = content_stems(facts, {0, facts.label});
  bool named = false;
  report.each(body_zones, [&](std::uint32_t, const BlockFacts& other) {
    for (const Name& name : other.names)
      named = named || (!name.starts_sentence && name.words.begin >= other.label &&
                        shared(content_stems(other, name.words), label) > 0);
  });
  return named;
}

bool same_bare_fate(const Report& report, const NumberMention& a, const NumberMention& b) {
  return a.head == b.head && a.phrase == b.phrase && bare_fate(report, a) && bare_fate(report, b) &&
         report.facts(a.place.block).tokens[a.counted.end + 1].word ==
             report.facts(b.place.block).tokens[b.counted.end + 1].word &&
         !label_names(report, a) && !label_names(report, b);
}

// "Five dishes on the northern ridge", and then "the seven dishes on the northern ridge": what tells them
// from others of their kind is the same.
bool same_place(const Report& report, const NumberMention& a, const NumberMention& b) {
  if (!b.article || b.value < a.value || a.changes_near || b.changes_near || a.unit != Unit::none ||
      b.unit != Unit::none || a.bare_measure || b.bare_measure || a.head != b.head || a.phrase != b.phrase ||
      other_source(a, b) || std::max(a.high, b.high) > 4 * std::min(a.value, b.value))
    return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  const auto where = [&](const NumberMention& mention) -> StemSet {
    constexpr std::uint32_t reach = 4;
    const BlockFacts& facts = report.facts(mention.place.block);
    const std::uint32_t end = facts.sentences[facts.sentence_of_word(mention.number.begin)].words.end;
    std::uint32_t i = mention.counted.end;
    if (i >= end || !mention.narrowed) return {};
    while (i < end && i < mention.counted.end + 2 && facts.tokens[i].function) ++i;
    const std::uint32_t from = i;
    while (i < end && i < from + reach && !facts.tokens[i].function && facts.tokens[i].gap == Gap::space) ++i;
    return content_stems(facts, {from, i});
  };
  const StemSet x = where(a), y = where(b);
  return shared(x, y) >= 2;
}

// "2,830 freed workers", and then "2,380 freed workers": the same digits in another order are a slip of the
// pen.
bool same_digits(const NumberMention& a, const NumberMention& b) {
  if (a.phrase.size() < 2 || a.phrase != b.phrase || a.head != b.head || a.unit != b.unit || a.bare_measure ||
      b.bare_measure || a.changes_near || b.changes_near || other_source(a, b))
    return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  const auto digits = [](double value) {
    std::string all = std::to_string(static_cast<long long>(value));
    std::sort(all.begin(), all.end());
    return all;
  };
  return a.value >= 10 && a.value == a.high && b.value == b.high && a.value < 1e15 && b.value < 1e15 &&
         digits(a.value) == digits(b.value);
}

// The same sum of one day or month, and both from one document or neither from any.
bool same_sum(const NumberMention& a, const NumberMention& b) {
  if (a.unit != Unit::currency || b.unit != Unit::currency || a.measure.empty() || a.measure != b.measure ||
      a.changes_near || b.changes_near || a.provided || b.provided)
    return false;
  const auto of_one_time = [&] {
    for (const Date& x : a.dates)
      for (const Date& y : b.dates)
        if (x.month == y.month && x.day == y.day && (x.year == y.year || x.year == 0 || y.year == 0) &&
            x.month != 0)
          return true;
    return a.dates.empty() && b.dates.empty();
  };
  if (!of_one_time()) return false;
  const StemSet &x = a.papers, &y = b.papers;
  const bool one_document = shared(x, y) > 0 || shared(a.speaker, b.speaker) > 0 || same_body(a, b);
  if ((a.attributed || !x.empty()) && (b.attributed || !y.empty()) && !one_document) return false;
  return shared(a.context, b.context) >= (a.dates.empty() ? 2u : 1u);
}

bool same_quantity(const NumberMention& a, const NumberMention& b) {
  if (a.bare_measure || b.bare_measure || a.changes || b.changes || a.unit != b.unit || a.phrase.empty() ||
      other_source(a, b))
    return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  // "To the north", and "to the south"; in winter, and in summer; what it can carry, and what it carried.
  if ((a.link == b.link && !a.whither.empty() && !b.whither.empty() && shared(a.whither, b.whither) == 0) ||
      a.seasons != b.seasons || a.can != b.can)
    return false;
  // "12 people in Kolm district", and "19 people in Varn district"
  if (!a.places.empty() && !b.places.empty() && shared(a.places, b.places) == 0) return false;
  // Of one thing nobody counts four times as many by a slip.
  if (std::max(a.high, b.high) > 4 * std::min(a.value, b.value)) return false;
  const std::size_t same = shared(a.phrase, b.phrase);
  if (a.head != b.head || same < std::min({a.phrase.size(), b.phrase.size(), std::size_t{2}})) return false;
  const std::size_t context = shared(a.context, b.context);
  const bool large = a.value >= 100 && b.value >= 100;
  return context >= 3 || (context >= 2 && (large || a.value > 12 || b.value > 12));
}

// "The bridge carries 9,000 vehicles", and "the detour carries 4,000": the same verb, and another subject.
bool other_subjects(const Report& report, const NumberMention& a, const NumberMention& b) {
  const auto subject = [&](const NumberMention& mention) -> std::pair<WordHash, WordHash> {
    const BlockFacts& facts = report.facts(mention.place.block);
    const std::uint32_t verb = mention.number.begin - 1;
    const Extent words = facts.sentences[facts.sentence_of_word(mention.number.begin)].words;
    const std::uint32_t first = std::max(words.begin, facts.label);
    if (mention.number.begin < first + 3 || facts.tokens[verb].function ||
        facts.tokens[verb].gap != Gap::space || facts.tokens[mention.number.begin].gap != Gap::space)
      return {0, 0};
    const Token& noun = facts.tokens[verb - 1];
    const std::string article = folded(facts, verb - 2);
    if (noun.function || noun.shape != Shape::lower || verb - 2 != first || article != "the") return {0, 0};
    return {noun.stem, facts.tokens[verb].stem};
  };
  const auto x = subject(a), y = subject(b);
  return x.first != 0 && y.first != 0 && x.first != y.first && x.second == y.second;
}

// "14 aircraft of the older type", and "31 aircraft in all".
bool part_and_whole(const Report& report, const NumberMention& a, const NumberMention& b) {
  const auto in_all = [&](const NumberMention& mention) {
    const BlockFacts& facts = report.facts(mention.place.block);
    const std::uint32_t next = mention.counted.end;
    if (next >= facts.tokens.size()) return false;
    const std::string word = folded(facts, next);
    return word == "altogether" || word == "overall" ||
           (word == "in" && next + 1 < facts.tokens.size() &&
            (folded(facts, next + 1) == "all" || folded(facts, next + 1) == "total"));
  };
  return (in_all(b) && a.narrowed && a.value < b.value) || (in_all(a) && b.narrowed && b.value < a.value);
}

// "In the north tunnel", and "in the south tunnel": each sentence has its own of a pair.
bool in_opposites(const Report& report, const NumberMention& a, const NumberMention& b) {
  const auto sentence = [&](const NumberMention& mention) {
    const BlockFacts& facts = report.facts(mention.place.block);
    return facts.sentences[facts.sentence_of_word(mention.number.begin)].words;
  };
  return opposed(report.facts(a.place.block), sentence(a), report.facts(b.place.block), sentence(b));
}

void number_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  auto mentions = number_mentions(report);
  std::stable_sort(mentions.begin(), mentions.end(), [](const NumberMention& a, const NumberMention& b) {
    return a.place.block != b.place.block ? a.place.block < b.place.block
                                          : a.place.bytes.begin < b.place.bytes.begin;
  });
  // Only numbers of the same thing can conflict.
  std::unordered_map<WordHash, std::vector<std::size_t>> by_head;
  for (std::size_t j = 0; j < mentions.size(); ++j) {
    NumberMention& b = mentions[j];
    auto& earlier = by_head[b.head];
    for (const std::size_t i : earlier) {
      NumberMention& a = mentions[i];
      if (a.value <= b.high && b.value <= a.high) continue;
      // Two counts in one sentence count two things.
      const BlockFacts& facts = report.facts(b.place.block);
      if (a.place.block == b.place.block &&
          facts.sentence_of_byte(a.place.bytes.begin) == facts.sentence_of_byte(b.place.bytes.begin))
        continue;
      complete(report, a);
      complete(report, b);
      if (rounds_to(a, b) || a.part || b.part || ((a.provided || b.provided) && !b.definite && !b.article))
        continue;
      if (!same_quantity(a, b) && !more_of_the_same(a, b) && !same_casualties(report, a, b) &&
          !same_whole(a, b) && !same_measure(a, b) && !same_sum(a, b) && !same_place(report, a, b) &&
          !same_digits(a, b) && !same_bare_fate(report, a, b))
        continue;
      if (in_opposites(report, a, b) || other_subjects(report, a, b) || part_and_whole(report, a, b))
        continue;
      out.push_back(
          {rule, b.place, a.place, "the other number", std::string(report.text(a.place)), std::nullopt});
      break;
    }
    earlier.push_back(j);
  }
}

}  // namespace

const std::vector<CodeRule>& number_rules() {
  static const std::vector<CodeRule> rules{{"consistency.number-conflict", nullptr, number_conflict}};
  return rules;
}

}  // namespace assay::redflags
