#include "plugins/redflags/code/number_mentions.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <string>
#include <unordered_map>

#include "plugins/redflags/code/credit.h"

namespace assay::redflags {
namespace {

constexpr std::size_t mentions_max = 600;  // beyond it the rest is not compared

double word_value(const std::string& word) {
  static constexpr std::array<std::string_view, 19> words{
      "two",     "three",     "four",     "five",     "six",      "seven",    "eight",
      "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen", "fifteen",
      "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word) return static_cast<double>(i + 2);
  return 0;
}

// What befalls people and things in numbers.
const std::vector<WordHash>& fates() {
  static const std::vector<WordHash> words = hash_words(
      {"killed",       "dead",         "died",      "wounded",   "injured",   "hurt",        "missing",
       "arrested",     "detained",     "kidnapped", "abducted",  "expelled",  "evacuated",   "drowned",
       "rescued",      "captured",     "seized",    "stolen",    "sunk",      "destroyed",   "shot",
       "hospitalised", "hospitalized", "infected",  "displaced", "treated",   "burned",      "burnt",
       "trapped",      "evicted",      "charged",   "convicted", "sentenced", "hanged",      "freed",
       "released",     "dismissed",    "suspended", "revoked",   "cancelled", "closed",      "shut",
       "damaged",      "withdrawn",    "frozen",    "blocked",   "impounded", "confiscated", "intercepted",
       "grounded",     "looted",       "hacked",    "culled",    "poisoned",  "deported",    "quarantined",
       "scrapped",     "stranded",     "vaccinated"});
  return words;
}
}  // namespace

bool is_fate(const Token& token) { return std::binary_search(fates().begin(), fates().end(), token.word); }

namespace {

// One word for what befell them, however it is told: "the suspension of seven permits", "the 14 dead miners".
WordHash fate_of(const Token& token, bool noun) {
  static const auto table = [](std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
    std::unordered_map<WordHash, WordHash> all;
    for (const auto& [one, other] : pairs) all[hash_word(one)] = hash_word(other);
    return all;
  };
  static const auto nouns = table({{"suspension", "suspended"},
                                   {"revocation", "revoked"},
                                   {"cancellation", "cancelled"},
                                   {"closure", "closed"},
                                   {"seizure", "seized"},
                                   {"arrest", "arrested"},
                                   {"detention", "arrested"},
                                   {"killing", "killed"},
                                   {"death", "killed"},
                                   {"deaths", "killed"},
                                   {"murder", "killed"},
                                   {"dismissal", "dismissed"},
                                   {"sacking", "dismissed"},
                                   {"expulsion", "expelled"},
                                   {"evacuation", "evacuated"},
                                   {"abduction", "abducted"},
                                   {"kidnapping", "abducted"},
                                   {"destruction", "destroyed"},
                                   {"rescue", "rescued"},
                                   {"deportation", "deported"},
                                   {"withdrawal", "withdrawn"},
                                   {"freeing", "freed"},
                                   {"release", "freed"},
                                   {"interception", "intercepted"},
                                   {"confiscation", "seized"},
                                   {"theft", "stolen"},
                                   {"conviction", "convicted"},
                                   {"sinking", "sunk"},
                                   {"loss", "lost"},
                                   {"cull", "culled"}});
  static const auto words = table({{"dead", "killed"},
                                   {"died", "killed"},
                                   {"hurt", "injured"},
                                   {"wounded", "injured"},
                                   {"detained", "arrested"},
                                   {"kidnapped", "abducted"},
                                   {"released", "freed"},
                                   {"shut", "closed"},
                                   {"confiscated", "seized"},
                                   {"impounded", "seized"}});
  const auto& known = noun ? nouns : words;
  const auto at = known.find(token.word);
  if (at != known.end()) return at->second;
  return !noun && is_fate(token) ? token.word : 0;
}

class NumberMentions {
 public:
  explicit NumberMentions(const Report& report) : report_(report) {}
  std::vector<NumberMention> run() {
    constexpr ZoneMask zones = mask(
        Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::hypothesis_statement, Zone::assumption,
        Zone::red_flag, Zone::blind_spot, Zone::implications, Zone::recommendations, Zone::custom);
    report_.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
      for (const Number& number : facts.numbers)
        add(block, facts, number.words, number.bytes, number.value, number.high, number.unit);
      for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
        const Token& token = facts.tokens[i];
        if (token.shape == Shape::number || token.end - token.begin > 9 || token.end - token.begin < 3)
          continue;
        const double value = number_words(token.word);
        if (value == 0 || !holding(facts.numbers, i).empty()) continue;
        // "twenty-five" is one number.
        const double ones = i + 1 < facts.tokens.size() && facts.tokens[i + 1].begin == token.end + 1 &&
                                    facts.text[token.end] == '-' && value >= 20 && value <= 90
                                ? unit_of(facts.tokens[i + 1].word)
                                : 0;
        const std::uint32_t last = ones > 0 ? i + 1 : i;
        add(block, facts, {i, last + 1}, {token.begin, facts.tokens[last].end}, value + ones, value + ones,
            Unit::none);
        i = last;
      }
    });
    return std::move(mentions_);
  }

 private:
  static double number_words(WordHash word) {
    static const std::vector<std::pair<WordHash, double>> table = [] {
      std::vector<std::pair<WordHash, double>> all;
      for (const std::string_view name :
           {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"})
        all.emplace_back(hash_word(name), word_value(std::string(name)));
      double tens = 30;
      for (const std::string_view name : {"thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"})
        all.emplace_back(hash_word(name), tens), tens += 10;
      all.emplace_back(hash_word("dozen"), 12);
      std::sort(all.begin(), all.end());
      return all;
    }();
    // Nearly every word is none of them, as these bits say.
    static const std::bitset<1024> bits = [] {
      std::bitset<1024> all;
      for (const auto& [known, value] : table) all.set(known % all.size());
      return all;
    }();
    if (!bits.test(word % bits.size())) return 0;
    const auto at = std::lower_bound(table.begin(), table.end(), std::pair<WordHash, double>{word, 0});
    return at != table.end() && at->first == word ? at->second : 0;
  }
  static double unit_of(WordHash word) {
    static const WordHash one = hash_word("one");
    const double value = word == one ? 1 : number_words(word);
    return value < 10 ? value : 0;
  }
  void add(std::uint32_t block, const BlockFacts& facts, Extent words, Extent bytes, double value,
           double high, Unit unit) {
    if (mentions_.size() >= mentions_max || facts.quoted(bytes.begin)) return;
    const Extent sentence = facts.sentences[facts.sentence_of_word(words.begin)].words;
    NumberMention mention;
    mention.value = value;
    mention.high = high;
    mention.unit = unit;
    std::uint32_t i = words.end;
    // "40 percent of the fleet": the fleet
    if (unit == Unit::percent || unit == Unit::currency) {
      while (i < sentence.end && i < words.end + 3 && facts.tokens[i].function) ++i;
      if (i == words.end && unit == Unit::percent) return;
    }
    const std::uint32_t from = i;
    while (i < sentence.end && i < from + 3 && facts.tokens[i].gap == Gap::space &&
           !facts.tokens[i].function && facts.tokens[i].shape != Shape::number &&
           facts.tokens[i].shape != Shape::clitic)
      ++i;
    const std::uint32_t measured =
        unit == Unit::currency ? measured_by(facts, words.begin, sentence.begin) : words.begin;
    if (measured < words.begin) {
      mention.head = facts.tokens[measured].stem;
      mention.measure = adjectives(facts, measured, sentence.begin);
      mention.number = words;
      mention.counted = {from, from};
      mention.place = {block, bytes};
      mentions_.push_back(std::move(mention));
      return;
    }
    if (i > from && facts.has(report_.cues.measure_unit, {from, from + 1})) {
      // "the concession of 9,400 hectares": what is measured counts for what is counted.
      std::uint32_t thing = thing_measured(facts, words.begin, sentence.begin);
      if (thing == words.begin) {
        thing = thing_measured(facts, words.begin, sentence.begin, true);
        mention.indefinite = thing != words.begin;
      }
      if (thing == words.begin) thing = measured_after(facts, from, sentence.end);
      // "For six hours": what else the sentence tells must do.
      mention.bare_measure = thing == from;
      if (mention.bare_measure && facts.text[facts.tokens[from].begin - 1] != ' ')
        return;  // "a seven-year lease"
      mention.head = facts.tokens[thing].stem;
      mention.measure = {facts.tokens[from].stem};
      mention.number = words;
      mention.counted = {from, from + 1};
      mention.place = {block, {bytes.begin, facts.tokens[from].end}};
      mentions_.push_back(std::move(mention));
      return;
    }
    // "Borehole 6 gave": its name, which counts nothing.
    if (i == from ||
        (i == from + 1 && unit == Unit::none && words.begin > sentence.begin &&
         facts.tokens[words.begin].gap == Gap::space && !facts.tokens[words.begin - 1].function &&
         facts.has(report_.cues.past_verb, {from, i}) && !is_fate(facts.tokens[from])))
      return;
    // "14 injured workers" are workers.
    mention.head = facts.tokens[from + 1 < i && is_fate(facts.tokens[from]) ? from + 1 : from].stem;
    mention.number = words;
    mention.counted = {from, i};
    mention.place = {block, {bytes.begin, facts.tokens[i - 1].end}};
    mentions_.push_back(std::move(mention));
  }

  // "Gross reserves at the end of April stood at": the word before a sum that it is the sum of; else the
  // sum's.
  static std::uint32_t measured_by(const BlockFacts& facts, std::uint32_t number, std::uint32_t begin) {
    static const std::vector<WordHash> words = hash_words(
        {"reserves", "reserve",     "debt",    "debts",     "budget",   "deficit",      "surplus",
         "loan",     "loans",       "revenue", "revenues",  "receipts", "exports",      "imports",
         "arrears",  "fine",        "ransom",  "loss",      "losses",   "damage",       "damages",
         "cost",     "costs",       "price",   "bill",      "turnover", "profit",       "capital",
         "assets",   "liabilities", "subsidy", "subsidies", "grant",    "bail",         "bond",
         "deposits", "investment",  "sales",   "output",    "spending", "compensation", "payment"});
    constexpr std::uint32_t reach = 9;
    for (std::uint32_t i = number; i > begin && number - i < reach;) {
      // "$41.9 billion": the sign stands before the number.
      if (facts.tokens[i].gap == Gap::other && i != number) break;
      --i;
      if (std::binary_search(words.begin(), words.end(), facts.tokens[i].word)) return i;
    }
    return number;
  }
  // "450 million cubic metres of the swap": the thing behind the unit; else the unit.
  static std::uint32_t measured_after(const BlockFacts& facts, std::uint32_t unit, std::uint32_t end) {
    constexpr std::uint32_t reach = 3;
    for (std::uint32_t i = unit + 1; i + 2 < end && i <= unit + reach && facts.tokens[i].gap == Gap::space;
         ++i) {
      if (folded(facts, i) != "of") continue;
      const std::string article = folded(facts, i + 1);
      const Token& thing = facts.tokens[i + 2];
      const bool named = article == "the" || article == "its" || article == "this";
      return named && thing.shape == Shape::lower && !thing.function ? i + 2 : unit;
    }
    return unit;
  }
  // "the concession of", "gave the concession as", "the pipeline, which measures some": the thing with its
  // article, right before a number that measures it; else the number.
  static std::uint32_t thing_measured(const BlockFacts& facts, std::uint32_t number, std::uint32_t begin,
                                      bool indefinite = false) {
    static const std::vector<WordHash> links =
        hash_words({"of", "as", "at", "is", "was", "covers", "covered", "measures", "measured", "spans",
                    "some", "about", "nearly", "roughly", "around", "almost", "over"});
    std::uint32_t i = number;
    while (i > begin && number - i < 3 && facts.tokens[i].gap == Gap::space &&
           std::binary_search(links.begin(), links.end(), facts.tokens[i - 1].word))
      --i;
    if (i == number || i < begin + 2 || facts.tokens[i].gap != Gap::space) return number;
    const std::uint32_t thing = i - 1;
    if (facts.tokens[thing].function || facts.tokens[thing].shape != Shape::lower) return number;
    for (std::uint32_t back = 1; back <= 2 && thing >= begin + back; ++back) {
      const std::string article = folded(facts, thing - back);
      if (indefinite ? article == "a" || article == "an"
                     : article == "the" || article == "its" || article == "their" || article == "this")
        return thing;
    }
    return number;
  }
  // "gross" of "gross reserves": gross and net reserves are two sums.
  static StemSet adjectives(const BlockFacts& facts, std::uint32_t word, std::uint32_t begin) {
    StemSet stems;
    for (std::uint32_t i = word; i > begin && word - i < 1 && facts.tokens[i].gap == Gap::space;) {
      const Token& token = facts.tokens[--i];
      if (token.function || token.shape == Shape::number || token.shape == Shape::clitic) break;
      stems.push_back(token.stem);
    }
    std::sort(stems.begin(), stems.end());
    return stems;
  }

  const Report& report_;
  std::vector<NumberMention> mentions_;
};

}  // namespace

std::vector<NumberMention> number_mentions(const Report& report) { return NumberMentions(report).run(); }

namespace {

// "..., the port's list shows": who says so, behind the last comma.
Extent closing_source(const Report& report, const BlockFacts& facts, Extent words) {
  std::uint32_t i = words.end;
  while (i > words.begin && facts.tokens[i - 1].gap != Gap::comma) --i;
  if (i <= words.begin + 1) return {words.end, words.end};
  const Extent last{i - 1, words.end};
  // "..., according to the ITU circular of 14 May": a paper of that name counts one thing once.
  if (!beginning_in(facts.names, last).empty() || !beginning_in(facts.dates, last).empty())
    return {words.end, words.end};
  const CodeCues& cues = report.cues;
  return facts.has(cues.speech, last) || facts.has(cues.document_noun, last) ||
                 facts.has(cues.source_noun, last) || facts.has(cues.attribution, last)
             ? last
             : Extent{words.end, words.end};
}

// "[S2]" is the paper that the mark stands for.
bool is_mark(const BlockFacts& facts, const Hit& hit) {
  const std::uint32_t begin = facts.tokens[hit.first].begin;
  return begin > 0 && facts.text[begin - 1] == '[';
}

// "Watch for an inflow above 60 cubic metres", "the rains are back once it passes 60": what would have to be
// reached, and was not counted.
bool is_threshold(const Report& report, const BlockFacts& facts, const NumberMention& mention,
                  Extent sentence) {
  static const std::vector<WordHash> reached =
      hash_words({"above",     "below",  "over", "under",   "beyond", "exceeds", "exceed",
                  "exceeding", "passes", "pass", "reaches", "reach",  "than",    "tops",
                  "hits",      "least",  "most", "falls",   "rises",  "drops",   "climbs"});
  static const std::vector<WordHash> supposing =
      hash_words({"if", "once", "when", "until", "unless", "would", "watch", "should", "whenever"});
  constexpr std::uint32_t near = 3;
  bool bound = false;
  for (std::uint32_t i = mention.number.begin; i > sentence.begin && mention.number.begin - i < near;)
    bound = std::binary_search(reached.begin(), reached.end(), facts.tokens[--i].word) || bound;
  if (!bound) return false;
  if (facts.has(report.cues.indicator, sentence)) return true;
  for (std::uint32_t i = sentence.begin; i < sentence.end; ++i)
    if (std::binary_search(supposing.begin(), supposing.end(), facts.tokens[i].word)) return true;
  return false;
}

}  // namespace

namespace {

// "The central bank put", "the ministry says": the words between the article and the verb.
StemSet body_that_says(const Report& report, const BlockFacts& facts, Extent sentence) {
  constexpr std::uint32_t reach = 4;
  const CodeCues& cues = report.cues;
  for (std::uint32_t verb = sentence.begin + 2; verb < sentence.end; ++verb) {
    if (facts.tokens[verb].gap != Gap::space || facts.tokens[verb].function ||
        !(facts.has(cues.speech, {verb, verb + 1}) || facts.has(cues.count_verb, {verb, verb + 1})))
      continue;
    for (std::uint32_t i = verb; i > sentence.begin && verb - i < reach;) {
      const Token& token = facts.tokens[--i];
      if (i + 1 < verb && (folded(facts, i) == "the" || folded(facts, i) == "its"))
        return folded(facts, i) == "the" ? content_stems(facts, {i + 1, verb}) : StemSet{};
      if (token.function || token.shape != Shape::lower) break;
    }
  }
  return {};
}

// "Its bulletin says", "according to its own table".
bool has_own_paper(const Report& report, const BlockFacts& facts, Extent sentence) {
  for (std::uint32_t i = sentence.begin; i + 1 < sentence.end; ++i)
    if (const std::string word = folded(facts, i);
        (word == "its" || word == "their") &&
        (facts.has(report.cues.document_noun, {i + 1, std::min(i + 3, sentence.end)})))
      return true;
  return false;
}

}  // namespace

void complete(const Report& report, NumberMention& mention) {
  if (mention.complete) return;
  mention.complete = true;
  const BlockFacts& facts = report.facts(mention.place.block);
  const Extent sentence = facts.sentences[facts.sentence_of_word(mention.number.begin)].words;
  constexpr std::uint32_t near = 3;
  const Extent around{std::max(sentence.begin, mention.number.begin - std::min(near, mention.number.begin)),
                      std::min(sentence.end, mention.counted.end)};
  for (std::size_t h = facts.first_hit(around.begin);
       h < facts.hits.size() && facts.hits[h].first < around.end; ++h)
    // "withdrawals from the 41 branches" changes nothing.
    if (facts.hits[h].cue == report.cues.change_nearby && facts.hits[h].last <= around.end &&
        !(folded(facts, facts.hits[h].first) == "from" && facts.hits[h].first + 1 < mention.number.begin))
      mention.changes_near = true;
  // "71 percent of capacity": what is counted tells of no change.
  const auto tells_change = [&](Extent words) {
    for (std::size_t h = facts.first_hit(words.begin);
         h < facts.hits.size() && facts.hits[h].first < words.end; ++h)
      // "Fell short of their needs": nothing changed.
      if (facts.hits[h].cue == report.cues.change_of_number && facts.hits[h].last <= words.end &&
          (facts.hits[h].last >= sentence.end || folded(facts, facts.hits[h].last) != "short"))
        return true;
    return false;
  };
  mention.changes = tells_change({sentence.begin, mention.number.begin}) ||
                    tells_change({mention.counted.end, sentence.end}) ||
                    facts.has(report.cues.change_nearby, around);
  mention.phrase = content_stems(facts, mention.counted);
  mention.context = without(content_stems(facts, sentence),
                            content_stems(facts, {mention.number.begin, mention.counted.begin + 1}));
  // Who says so, and in what paper, is no thing that two numbers have in common.
  for (std::size_t h = facts.first_hit(sentence.begin);
       h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h)
    if (facts.hits[h].cue == report.cues.speech || facts.hits[h].cue == report.cues.document_noun)
      mention.context =
          without(mention.context, content_stems(facts, {facts.hits[h].first, facts.hits[h].last}));
  const Extent source = closing_source(report, facts, {mention.number.end, sentence.end});
  if (!source.empty()) mention.context = without(mention.context, content_stems(facts, source));
  const bool counted = any_name(facts, sentence, [&](const Name& name) {
    return name.words.end <= sentence.end && name_counts(report.rules, facts, name, sentence);
  });
  mention.attributed =
      counted || facts.has(report.cues.attribution, sentence) || facts.has(report.cues.speech, sentence);
  mention.speaker = speaker_of(report, facts, sentence);
  mention.body = body_that_says(report, facts, sentence);
  mention.own_paper = has_own_paper(report, facts, sentence);
  mention.told = content_stems(facts, sentence);
  for (const Name& name : beginning_in(facts.names, sentence)) {
    if (name.words.begin == sentence.begin) continue;
    const std::string link = folded(facts, name.words.begin - 1);
    if (link == "in" || link == "at" || link == "near" || link == "from" || link == "off")
      add_stems(mention.places, content_stems(facts, name.words));
  }
  for (std::size_t h = facts.first_hit(sentence.begin);
       h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h)
    if (const bool mark = is_mark(facts, facts.hits[h]);
        mark || facts.hits[h].cue == report.cues.document_noun) {
      mention.papers.push_back(facts.tokens[facts.hits[h].first].stem);
      mention.attributed = mention.attributed || mark;
    }
  std::sort(mention.papers.begin(), mention.papers.end());
  // "SNAI said on 12 April" dates what was said.
  const auto dates_saying = [&](const Date& date) {
    return date.words.begin >= sentence.begin + 2 &&
           facts.has(report.cues.speech, {date.words.begin - 2, date.words.begin});
  };
  for (const Date& date : beginning_in(facts.dates, sentence))
    if (!dates_saying(date)) mention.dates.push_back(date);
  const auto word = [&](std::uint32_t back) {
    return mention.number.begin >= sentence.begin + back ? folded(facts, mention.number.begin - back)
                                                         : std::string();
  };
  static constexpr std::array<std::string_view, 12> narrows{"of",    "in",   "at",   "on",  "from", "under",
                                                            "along", "with", "near", "for", "to",   "by"};
  mention.rounded = facts.has(report.cues.approximately, around) ||
                    fold(facts.at(facts.tokens[mention.number.end - 1])) == "hundred" ||
                    fold(facts.at(facts.tokens[mention.number.end - 1])) == "thousand";
  constexpr std::uint32_t reach = 8;
  for (std::uint32_t i = mention.number.begin; i > sentence.begin && mention.number.begin - i < reach;) {
    const std::string one = folded(facts, --i);
    if (one == "how" || one == "which" || one == "that" || one == "why") break;
    if (one == "should" || one == "must" || one == "ought" || one == "foresees" || one == "requires" ||
        one == "guarantees" || one == "promises" || one == "stipulates" || one == "allots" ||
        one == "allocates" || one == "assigns" || one == "prescribes" || one == "entitles" ||
        one == "budgeted")
      mention.provided = true;
  }
  mention.provided = mention.provided || is_threshold(report, facts, mention, sentence);
  const std::uint32_t opening = std::min(std::max(sentence.begin, facts.label), mention.number.begin);
  if (const std::string first = folded(facts, opening); first == "of" || first == "among")
    mention.part = opening + 1 < mention.number.begin;
  const std::string next = folded(facts, mention.counted.end);
  const bool narrowed =
      mention.counted.end < sentence.end && std::find(narrows.begin(), narrows.end(), next) != narrows.end();
  if (mention.counted.end < sentence.end && facts.tokens[mention.counted.end].function &&
      facts.tokens[mention.counted.end].gap == Gap::space && (narrowed || next == "through")) {
    mention.link = facts.tokens[mention.counted.end].word;
    mention.whither =
        content_stems(facts, {mention.counted.end + 1, std::min(sentence.end, mention.counted.end + 4)});
  }
  static const std::vector<WordHash> season_words =
      hash_words({"winter", "summer", "spring", "autumn", "monsoon"});
  for (std::uint32_t i = sentence.begin; i < sentence.end; ++i) {
    const Token& token = facts.tokens[i];
    if (std::binary_search(season_words.begin(), season_words.end(), token.word))
      mention.seasons.push_back(token.stem);
    if (i + 1 < sentence.end && folded(facts, i) == "same" && facts.tokens[i + 1].gap == Gap::space)
      mention.same_as.push_back(facts.tokens[i + 1].stem);
  }
  for (StemSet* set : {&mention.seasons, &mention.same_as}) std::sort(set->begin(), set->end());
  for (std::uint32_t back = 1; back <= 3; ++back)
    mention.can = mention.can || word(back) == "can" || word(back) == "could" || word(back) == "will";
  mention.total = word(1) == "all" || (word(1) == "the" && word(2) == "all");
  mention.toll = word(1) == "at" &&
                 (word(2) == "toll" || word(2) == "number" || word(2) == "count" || word(2) == "figure");
  mention.article = mention.total || word(1) == "the" || word(1) == "its" || word(1) == "their";
  if (next == "of")
    mention.of =
        content_stems(facts, {mention.counted.end + 1, std::min(sentence.end, mention.counted.end + 5)});
  mention.of_it = word(1) == "of" && word(3) == "the";
  mention.relative = next == "that" || next == "which" || next == "who" || next == "whose";
  mention.narrowed = narrowed || next == "who" || next == "that" || next == "which" || next == "whose" ||
                     next == "held" || next == "owned";
  mention.definite = !narrowed && (word(1) == "the" || mention.of_it);
}

WordHash fate(const Report& report, const NumberMention& mention) {
  const BlockFacts& facts = report.facts(mention.place.block);
  const Extent sentence = facts.sentences[facts.sentence_of_word(mention.number.begin)].words;
  for (std::uint32_t i = mention.number.end; i < std::min(sentence.end, mention.number.end + 5); ++i)
    if (const WordHash found = fate_of(facts.tokens[i], false); found != 0) return found;
  // "injured 11 workers", "the suspension of seven permits"
  if (mention.number.begin <= sentence.begin) return 0;
  if (mention.number.begin > sentence.begin + 1 && folded(facts, mention.number.begin - 1) == "of")
    return fate_of(facts.tokens[mention.number.begin - 2], true);
  return fate_of(facts.tokens[mention.number.begin - 1], false);
}

}  // namespace assay::redflags
