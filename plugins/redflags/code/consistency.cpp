// Consistency: the same thing said differently in two places.
#include <algorithm>
#include <array>
#include <bitset>
#include <string>
#include <unordered_map>

#include "plugins/redflags/code_rules.h"
#include "plugins/redflags/hypothesis_references.h"

namespace assay::redflags {
namespace {

constexpr std::size_t mentions_max = 600;  // of a kind: beyond it the rest is not compared

std::string folded(const BlockFacts& facts, std::uint32_t i) {
  return i < facts.tokens.size() ? fold(facts.at(facts.tokens[i])) : std::string();
}

// ---- Confidence and the leading hypothesis

std::string level_in(const BlockFacts& facts, const Hit& hit) {
  for (std::uint32_t i = hit.first; i < hit.last; ++i) {
    const std::string word = folded(facts, i);
    if (word == "low" || word == "moderate" || word == "high") return word;
  }
  return {};
}

void confidence_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  if (!report.confidence || report.confidence->level.empty()) return;
  const auto words = hypothesis_words(report);
  const auto leading = preferred(report, words);
  constexpr ZoneMask zones =
      prose_zones & ~mask(Zone::bluf, Zone::changes, Zone::hypothesis_statement, Zone::hypothesis_title);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    if (!facts.may_have(report.cues.confidence_level)) return;
    for (const Hit& hit : facts.hits) {
      if (hit.cue != report.cues.confidence_level) continue;
      const std::string level = level_in(facts, hit);
      const Extent sentence = facts.sentences[facts.sentence_of_word(hit.first)].words;
      if (level.empty() || level == report.confidence->level || facts.has(report.cues.change_word, sentence))
        continue;
      const auto references = ordinal_references(report, facts, sentence);
      const bool other = std::any_of(references.begin(), references.end(), [&](const Reference& r) {
        return !leading || r.hypothesis != *leading;
      });
      const bool overall = facts.has(report.cues.overall_scope, sentence) || (!references.empty() && leading);
      if (overall && !other)
        out.push_back({rule, report.words(block, {hit.first, hit.last}),
                       Place{report.confidence->block, report.confidence->value},
                       "the level of the bottom line", report.confidence->level, std::nullopt});
    }
  });
}

void bluf_hypothesis_mismatch(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto words = hypothesis_words(report);
  if (words.size() < 2) return;
  const auto leader = bluf_leader(report, words);
  const auto chosen = preferred(report, words);
  if (!leader || !chosen || leader->hypothesis == *chosen) return;
  out.push_back({rule,
                 leader->sentence,
                 report.all(report.hypotheses[*chosen].title),
                 "the one that section 2 prefers",
                 {},
                 std::nullopt});
}

// ---- Likelihoods of one event

int rank_of(const std::string& term) {
  struct Ranked {
    std::string_view start;
    int rank;
  };
  static constexpr std::array<Ranked, 14> terms{{{"almost no", 0},
                                                 {"remote", 0},
                                                 {"very unlikely", 1},
                                                 {"highly improbable", 1},
                                                 {"unlikely", 2},
                                                 {"improbabl", 2},
                                                 {"roughly even", 3},
                                                 {"very likely", 5},
                                                 {"highly probable", 5},
                                                 {"likely", 4},
                                                 {"probabl", 4},
                                                 {"almost certain", 6},
                                                 {"nearly certain", 6},
                                                 {"even ", 3}}};
  for (const Ranked& one : terms)
    if (term.starts_with(one.start)) return one.rank;
  return -1;
}

void likelihood_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  struct Mention {
    Place place;
    StemSet stems;
    int rank;
  };
  std::vector<Mention> mentions;
  report.each(mask(Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::implications),
              [&](std::uint32_t block, const BlockFacts& facts) {
                if (!facts.may_have(report.cues.likelihood)) return;
                for (const Hit& hit : facts.hits) {
                  if (hit.cue != report.cues.likelihood || mentions.size() >= mentions_max) continue;
                  const int rank = rank_of(fold(facts.at(facts.bytes_of({hit.first, hit.last}))));
                  if (rank < 0) continue;
                  mentions.push_back(
                      {report.words(block, {hit.first, hit.last}),
                       content_stems(facts, region(facts, {hit.first, hit.last}, Within::clause)), rank});
                }
              });
  for (std::size_t j = 1; j < mentions.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) {
      const Mention &a = mentions[i], &b = mentions[j];
      if (std::abs(a.rank - b.rank) < 2 || (a.place.block == b.place.block && a.place.bytes == b.place.bytes))
        continue;
      const std::size_t common = shared(a.stems, b.stems);
      if (common < 3 ||
          static_cast<double>(common) < 0.7 * static_cast<double>(std::min(a.stems.size(), b.stems.size())))
        continue;
      out.push_back({rule, b.place, a.place, "here it is said otherwise", std::string(report.text(a.place)),
                     std::nullopt});
      break;
    }
}

// ---- Numbers

struct NumberMention {
  Place place;
  double value = 0, high = 0;
  Unit unit = Unit::none;
  StemSet phrase;  // what is counted
  WordHash head = 0;
  StemSet context;  // the other content words of the sentence
  bool attributed = false;
  StemSet speaker;  // whose number it is, by name
  std::vector<Date> dates;
  Extent number, counted;  // words
  bool changes = false;    // it is said to have changed, or to count others: rose, another, of them
  bool complete = false;
  // "the 51 inmates who", "the delay of 17 freight trains": speaks of what the report has told of.
  bool definite = false, of_it = false;
};

double word_value(const std::string& word) {
  static constexpr std::array<std::string_view, 19> words{
      "two",     "three",     "four",     "five",     "six",      "seven",    "eight",
      "nine",    "ten",       "eleven",   "twelve",   "thirteen", "fourteen", "fifteen",
      "sixteen", "seventeen", "eighteen", "nineteen", "twenty"};
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == word) return static_cast<double>(i + 2);
  return 0;
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
        if (value == 0 || std::any_of(facts.numbers.begin(), facts.numbers.end(), [&](const Number& number) {
              return number.words.begin <= i && i < number.words.end;
            }))
          continue;
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
    if (i == from || facts.has(report_.cues.measure_unit, {from, from + 1})) return;
    mention.head = facts.tokens[from].stem;
    mention.number = words;
    mention.counted = {from, i};
    mention.place = {block, {bytes.begin, facts.tokens[i - 1].end}};
    mentions_.push_back(std::move(mention));
  }

  const Report& report_;
  std::vector<NumberMention> mentions_;
};

// The name before the verb of saying, or after "according to"; "he" is the last one named.
StemSet speaker_of(const Report& report, const BlockFacts& facts, Extent sentence) {
  for (std::size_t h = facts.first_hit(sentence.begin);
       h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue != report.cues.speech && hit.cue != report.cues.attribution) continue;
    const std::string before = hit.first > sentence.begin ? folded(facts, hit.first - 1) : std::string();
    const bool pronoun = before == "he" || before == "she" || before == "it" || before == "they";
    const Name* found = nullptr;
    for (const Name& name : facts.names) {
      if (name.words.begin < sentence.begin || name.words.end > sentence.end) continue;
      if (hit.cue == report.cues.speech && name.words.end <= hit.first &&
          (pronoun || name.words.end + 4 > hit.first))
        found = &name;
      if (hit.cue == report.cues.attribution && found == nullptr && name.words.begin >= hit.first &&
          name.words.begin < hit.last + 4)
        found = &name;
    }
    if (found != nullptr) return content_stems(facts, found->words);
  }
  return {};
}

// What stands around the number: only asked for where another number counts the same.
void complete(const Report& report, NumberMention& mention) {
  if (mention.complete) return;
  mention.complete = true;
  const BlockFacts& facts = report.facts(mention.place.block);
  const Extent sentence = facts.sentences[facts.sentence_of_word(mention.number.begin)].words;
  constexpr std::uint32_t near = 3;
  const Extent around{std::max(sentence.begin, mention.number.begin - std::min(near, mention.number.begin)),
                      std::min(sentence.end, mention.counted.end)};
  mention.changes =
      facts.has(report.cues.change_of_number, sentence) || facts.has(report.cues.change_nearby, around);
  mention.phrase = content_stems(facts, mention.counted);
  mention.context = without(content_stems(facts, sentence),
                            content_stems(facts, {mention.number.begin, mention.counted.begin + 1}));
  mention.attributed =
      facts.has(report.cues.attribution, sentence) || facts.has(report.cues.speech, sentence);
  mention.speaker = speaker_of(report, facts, sentence);
  // "SNAI said on 12 April" dates what was said.
  const auto dates_saying = [&](const Date& date) {
    return date.words.begin >= sentence.begin + 2 &&
           facts.has(report.cues.speech, {date.words.begin - 2, date.words.begin});
  };
  for (const Date& date : facts.dates)
    if (date.words.begin >= sentence.begin && date.words.begin < sentence.end && !dates_saying(date))
      mention.dates.push_back(date);
  const auto word = [&](std::uint32_t back) {
    return mention.number.begin >= sentence.begin + back ? folded(facts, mention.number.begin - back)
                                                         : std::string();
  };
  static constexpr std::array<std::string_view, 12> narrows{"of",    "in",   "at",   "on",  "from", "under",
                                                            "along", "with", "near", "for", "to",   "by"};
  const std::string next = folded(facts, mention.counted.end);
  const bool narrowed =
      mention.counted.end < sentence.end && std::find(narrows.begin(), narrows.end(), next) != narrows.end();
  mention.of_it = word(1) == "of" && word(3) == "the";
  mention.definite = !narrowed && (word(1) == "the" || mention.of_it);
}

// The report has told of so many, and then speaks of "the" more of them: a slip, if the two are near. Fewer
// may be some of the many.
bool more_of_the_same(const NumberMention& a, const NumberMention& b) {
  if (!b.definite || a.changes || b.changes || a.unit != Unit::none || b.unit != Unit::none) return false;
  if (a.value < 10 || b.value <= a.high || b.value > a.value * 1.6) return false;
  if (a.attributed && b.attributed && shared(a.speaker, b.speaker) == 0) return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  return a.head == b.head && shared(a.phrase, b.phrase) >= (b.of_it ? 2u : 1u);
}

bool same_quantity(const NumberMention& a, const NumberMention& b) {
  if (a.changes || b.changes || a.unit != b.unit || a.phrase.empty() ||
      (a.attributed && b.attributed && shared(a.speaker, b.speaker) == 0))
    return false;
  if (!a.dates.empty() && !b.dates.empty() && !(a.dates[0] == b.dates[0])) return false;
  const std::size_t same = shared(a.phrase, b.phrase);
  if (a.head != b.head || same < std::min({a.phrase.size(), b.phrase.size(), std::size_t{2}})) return false;
  const std::size_t context = shared(a.context, b.context);
  const bool large = a.value >= 100 && b.value >= 100;
  return context >= 3 || (context >= 2 && (large || a.value > 12 || b.value > 12));
}

void number_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  auto mentions = NumberMentions(report).run();
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
      if (!same_quantity(a, b) && !more_of_the_same(a, b)) continue;
      out.push_back(
          {rule, b.place, a.place, "the other number", std::string(report.text(a.place)), std::nullopt});
      break;
    }
    earlier.push_back(j);
  }
}

}  // namespace

const std::vector<CodeRule>& consistency_rules() {
  static const std::vector<CodeRule> rules{
      {"consistency.confidence-conflict", nullptr, confidence_conflict},
      {"consistency.bluf-hypothesis-mismatch", nullptr, bluf_hypothesis_mismatch},
      {"consistency.likelihood-conflict", nullptr, likelihood_conflict},
      {"consistency.number-conflict", nullptr, number_conflict}};
  return rules;
}

}  // namespace assay::redflags
