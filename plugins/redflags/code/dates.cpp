// Dates: one event on two days, and what is told as past before its day has come.
#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

constexpr std::size_t mentions_max = 600;  // beyond it the rest is not compared

std::string folded(const BlockFacts& facts, std::uint32_t i) {
  return i < facts.tokens.size() ? fold(facts.at(facts.tokens[i])) : std::string();
}

// ---- What happens once

// A class of words for one happening, verbs and nouns alike: whoever was dismissed was not dismissed again
// two days later. What people do many times (meet, publish, attack) is in none.
struct Happening {
  bool to_another;  // done to somebody or something: "they signed the lease", "the lease was signed"
  std::string_view verbs, nouns;
};
constexpr std::array<Happening, 38> happenings{{
    {true, "dismiss sack oust depose", "dismissal sacking ouster"},
    {false, "resign", "resignation"},
    {true, "appoint inaugurate", "appointment inauguration"},
    {true, "elect", ""},
    {true, "arrest detain", "arrest detention"},
    {true, "kill murder assassinate", "killing murder assassination"},
    {false, "die", "death"},
    {true, "kidnap abduct hijack", "kidnapping abduction hijacking"},
    {true, "free", ""},
    {true, "expel deport extradite", "expulsion deportation extradition"},
    {true, "convict", "conviction"},
    {true, "sentence", ""},
    {true, "indict", "indictment"},
    {false, "sink sank sunk capsize", "sinking capsizing"},
    {false, "crash", "crash"},
    {false, "derail", "derailment"},
    {false, "explode detonate", "explosion blast detonation"},
    {false, "collapse", "collapse"},
    {false, "rupture burst", "rupture"},
    {false, "erupt", "eruption"},
    {false, "fail", "failure"},
    {true, "discover detect unearth", "discovery detection"},
    {true, "sign", "signing signature"},
    {true, "ratify", "ratification"},
    {true, "seize impound confiscate capture", "seizure capture confiscation"},
    {true, "steal stole stolen", "theft"},
    {true, "acquire buy bought purchase", "acquisition purchase takeover"},
    {true, "shut close", "shutdown closure"},
    {true, "evacuate", "evacuation"},
    {true, "launch", "launch"},
    {false, "begin began begun start", "beginning start onset"},
    {false, "end expire", ""},
    {false, "arrive", "arrival"},
    {false, "depart sail", "departure"},
    {true, "dissolve", "dissolution"},
    {true, "suspend", "suspension"},
    {true, "file lodge", "filing"},
    {true, "intercept", "interception"},
}};

// Nouns that name one thing in different words.
constexpr std::array<std::string_view, 10> same_things{
    "intrusion breach hack session compromise break-in",
    "agreement accord deal pact treaty",
    "explosion blast",
    "fire blaze",
    "ship vessel tanker carrier freighter trawler ferry boat",
    "plane aircraft jet airliner",
    "firm company",
    "plant factory works",
    "strike walkout stoppage",
    "lorry truck"};

template <class Visit>
void each_word(std::string_view words, Visit visit) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (end > 0) visit(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

struct HappeningWord {
  WordHash lemma;
  std::uint8_t happening;
  bool noun;
};

const HappeningWord* happening_of(const Token& token, bool noun) {
  static const std::vector<HappeningWord> words = [] {
    std::vector<HappeningWord> all;
    for (std::size_t h = 0; h < happenings.size(); ++h)
      for (const bool is_noun : {false, true})
        each_word(is_noun ? happenings[h].nouns : happenings[h].verbs, [&](std::string_view word) {
          all.push_back({hash_word(lemma_of(word)), static_cast<std::uint8_t>(h), is_noun});
        });
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
      return a.lemma != b.lemma ? a.lemma < b.lemma : a.noun < b.noun;
    });
    return all;
  }();
  auto at = std::lower_bound(words.begin(), words.end(), token.lemma,
                             [](const HappeningWord& word, WordHash lemma) { return word.lemma < lemma; });
  for (; at != words.end() && at->lemma == token.lemma; ++at)
    if (at->noun == noun) return &*at;
  return nullptr;
}

WordHash thing_of(WordHash stem) {
  static const std::unordered_map<WordHash, WordHash> things = [] {
    std::unordered_map<WordHash, WordHash> all;
    for (const std::string_view group : same_things) {
      const WordHash first = hash_word(stem_of(group.substr(0, group.find(' '))));
      each_word(group, [&](std::string_view word) { all[hash_word(stem_of(word))] = first; });
    }
    return all;
  }();
  const auto at = things.find(stem);
  return at == things.end() ? stem : at->second;
}

// A happening beside a date, and to whom.
struct Event {
  int happening = -1;  // none
  StemSet to;          // content words
  StemSet names;       // those of `to` that are a name's, titles left out
  StemSet place;       // names that follow and are not of `to`: "arrived at Tarn on"
};

class EventReader {
 public:
  EventReader(const BlockFacts& facts, const Date& date, Extent sentence)
      : facts_(facts), date_(date), sentence_(sentence) {}

  Event run() {
    constexpr std::uint32_t reach = 12;
    for (std::uint32_t i = date_.words.begin; i > sentence_.begin && date_.words.begin - i < reach;) {
      --i;
      if (facts_.tokens[i + 1].gap == Gap::other) break;
      if (read(i)) return std::move(event_);
      if (breaks(i)) break;
    }
    // "On 3 June the tanker sank."
    const bool opens = date_.words.begin <= sentence_.begin + 1;
    for (std::uint32_t i = date_.words.end; opens && i < sentence_.end && i - date_.words.end < reach; ++i) {
      if (facts_.tokens[i].gap == Gap::other) break;
      if (!noun(i) && read(i)) return std::move(event_);
    }
    return {};
  }

 private:
  std::string word(std::uint32_t i) const { return folded(facts_, i); }
  bool noun(std::uint32_t i) const {
    if (i == sentence_.begin) return true;
    const std::string before = word(i - 1);
    return before == "the" || before == "a" || before == "its" || before == "his" || before == "her" ||
           before == "their" || before == "this" || facts_.tokens[i - 1].shape == Shape::clitic;
  }
  // Joins another clause.
  bool breaks(std::uint32_t i) const {
    static constexpr std::array<std::string_view, 11> joints{"because", "after",   "when",    "since",
                                                             "where",   "while",   "before",  "but",
                                                             "until",   "whereas", "although"};
    return facts_.tokens[i].function && std::find(joints.begin(), joints.end(), word(i)) != joints.end();
  }
  bool passive(std::uint32_t verb) const {
    for (std::uint32_t i = verb; i > sentence_.begin && verb - i < 3;) {
      const std::string before = word(--i);
      if (before == "was" || before == "were" || before == "been" || before == "is" || before == "are" ||
          before == "being" || before == "be")
        return true;
      if (!before.ends_with("ly") && !facts_.tokens[i].function) return false;
    }
    return false;
  }
  bool read(std::uint32_t i) {
    if (facts_.quoted(facts_.tokens[i].begin)) return false;
    const bool as_noun = noun(i) || happening_of(facts_.tokens[i], false) == nullptr;
    const HappeningWord* found = happening_of(facts_.tokens[i], as_noun);
    if (found == nullptr) return false;
    const bool before_date = i < date_.words.begin;
    const Extent after{i + 1, before_date ? date_.words.begin : end_of_clause(i + 1)};
    if (as_noun) {
      take(after), take(before(i));
    } else if (!happenings[found->happening].to_another || passive(i) || !has_content(after)) {
      take(before(i));
      take_names(after, event_.place);
    } else {
      take(after);
    }
    for (StemSet* set : {&event_.to, &event_.names, &event_.place}) {
      std::sort(set->begin(), set->end());
      set->erase(std::unique(set->begin(), set->end()), set->end());
    }
    event_.happening = found->happening;
    return true;
  }
  std::uint32_t end_of_clause(std::uint32_t i) const {
    while (i < sentence_.end && facts_.tokens[i].gap == Gap::space) ++i;
    return i;
  }
  Extent before(std::uint32_t verb) const {
    constexpr std::uint32_t reach = 7;
    std::uint32_t i = verb;
    while (i > sentence_.begin && verb - i < reach && facts_.tokens[i].gap != Gap::other && !breaks(i - 1))
      --i;
    if (i <= date_.words.begin && verb >= date_.words.end) i = date_.words.end;
    return {std::max(i, facts_.label), verb};
  }
  bool has_content(Extent words) const {
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (!facts_.tokens[i].function) return true;
    return false;
  }
  void take(Extent words) {
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (!facts_.tokens[i].function && facts_.tokens[i].shape != Shape::clitic &&
          facts_.tokens[i].shape != Shape::number)
        event_.to.push_back(thing_of(facts_.tokens[i].stem));
    take_names(words, event_.names);
  }
  void take_names(Extent words, StemSet& to) const {
    for (const Name& name : facts_.names)
      for (std::uint32_t i = std::max(name.words.begin, words.begin); i < std::min(name.words.end, words.end);
           ++i)
        if (!facts_.tokens[i].function && i > sentence_.begin) to.push_back(facts_.tokens[i].stem);
  }

  const BlockFacts& facts_;
  const Date& date_;
  Extent sentence_;
  Event event_;
};

// "The engineer's last working day was 14 March", "after his last working day, 21 March, ...": what the date
// is the date of.
StemSet dated_thing(const BlockFacts& facts, const Date& date, Extent sentence) {
  constexpr std::uint32_t reach = 9;
  std::uint32_t end = date.words.begin;
  if (end <= sentence.begin + 1) return {};
  const std::string last = folded(facts, end - 1);
  const bool apposition = facts.tokens[end].gap == Gap::comma &&
                          (date.words.end >= sentence.end || facts.tokens[date.words.end].gap != Gap::space);
  if (!apposition) {
    if (last != "was" && last != "is") return {};
    --end;
  }
  StemSet stems;
  for (std::uint32_t i = end; i > sentence.begin && end - i < reach;) {
    const Token& token = facts.tokens[--i];
    if (!token.function && token.shape != Shape::clitic) stems.push_back(thing_of(token.stem));
    if (token.gap == Gap::other || (token.gap == Gap::comma && i < end)) break;
  }
  std::sort(stems.begin(), stems.end());
  stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
  return stems;
}

// "the State Gazette of 9 September", "the bulletin dated 22 August": a document's date, and no event's.
bool dates_document(const BlockFacts& facts, const Date& date, Extent sentence) {
  if (date.words.begin < sentence.begin + 2) return false;
  const std::string before = folded(facts, date.words.begin - 1);
  return before == "of" || before == "dated";
}

// ---- Mentions

struct DateMention {
  Place place;
  Date date;
  std::uint32_t block;
  std::array<WordHash, 2> near{};  // the content words next to it
  StemSet stems;                   // of the sentence
  bool attributed = false;
  bool single = false;  // near[0] is what a report knows one of: "the explosion on 14 November"
  StemSet names;        // near it, titles left out
  bool recurs = false;  // it tells what happens again and again: "met on 3 May"
  StemSet ordinals;
  bool planned = false;  // what the sentence speaks of is still to come
  Event event;
  StemSet thing;  // what the date is said to be the date of
};

bool differs(const Date& a, const Date& b) {
  if (a.day == 0 || b.day == 0 || a.month == 0 || b.month == 0) return false;
  if (a.year != 0 && b.year != 0 && a.year != b.year) return true;
  return a.month != b.month || a.day != b.day;
}

// Verbs of what the same people do many times: they tell no single event.
bool recurs(const Token& token) {
  static const std::vector<WordHash> words = [] {
    std::vector<WordHash> all;
    for (const std::string_view word :
         {"meet",     "visit", "hold",  "attack", "strike", "publish", "report", "state",
          "announce", "say",   "warn",  "raise",  "cut",    "vote",    "send",   "receive",
          "test",     "fire",  "cross", "enter",  "move",   "record",  "speak",  "write",
          "see",      "find",  "begin", "start",  "stop",   "open",    "close"})
      all.push_back(hash_word(lemma_of(word)));
    std::sort(all.begin(), all.end());
    return all;
  }();
  return std::binary_search(words.begin(), words.end(), token.lemma);
}

// "the explosion on", with the article: the one that the report is about.
bool single_event(const BlockFacts& facts, std::uint32_t word, Extent sentence) {
  static const std::vector<WordHash> words = [] {
    std::vector<WordHash> all;
    for (const std::string_view name :
         {"explosion", "blast",     "fire",     "crash",      "collapse",   "coup",          "breach",
          "spill",     "accident",  "sinking",  "outage",     "blackout",   "verdict",       "ruling",
          "decree",    "election",  "run-off",  "referendum", "eruption",   "quake",         "earthquake",
          "collision", "launch",    "landing",  "murder",     "killing",    "assassination", "resignation",
          "death",     "failure",   "rupture",  "leak",       "burst",      "shutdown",      "theft",
          "robbery",   "hijacking", "arrest",   "seizure",    "ambush",     "massacre",      "derailment",
          "grounding", "disaster",  "incident", "shooting",   "bombing",    "flood",         "landslide",
          "signing",   "split",     "merger",   "takeover",   "bankruptcy", "heist",         "poisoning"})
      all.push_back(hash_word(name));
    std::sort(all.begin(), all.end());
    return all;
  }();
  if (!std::binary_search(words.begin(), words.end(), facts.tokens[word].word)) return false;
  for (std::uint32_t i = word; i > sentence.begin && word - i < 3;) {
    const std::string before = folded(facts, --i);
    if (before == "the" || before == "this" || before == "its") return true;
    if (facts.tokens[i].function) return false;
  }
  return false;
}
std::uint32_t near_date(Extent sentence, const Date& date) {
  return date.words.begin > sentence.begin + 8 ? date.words.begin - 8 : sentence.begin;
}
std::uint32_t near_end(Extent sentence, const Date& date) {
  return std::min(date.words.end + 6, sentence.end);
}

void collect_dates(const Report& report, std::vector<DateMention>& mentions) {
  constexpr ZoneMask zones =
      mask(Zone::title, Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::hypothesis_statement,
           Zone::assumption, Zone::red_flag, Zone::blind_spot, Zone::implications, Zone::custom);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    for (const Date& date : facts.dates) {
      if (date.day == 0 || mentions.size() >= mentions_max) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(date.words.begin)].words;
      // Several dates in a sentence are a sequence or a range.
      const auto inside = [&](const Date& d) {
        return d.words.begin >= sentence.begin && d.words.begin < sentence.end &&
               !dates_document(facts, d, sentence);
      };
      if (std::count_if(facts.dates.begin(), facts.dates.end(), inside) > 1 ||
          facts.has(report.cues.planned, region(facts, date.words, Within::clause)))
        continue;
      const std::string before =
          date.words.begin > sentence.begin ? folded(facts, date.words.begin - 1) : std::string();
      if (before == "to" || before == "until" || before == "by" || before == "before" || before == "after" ||
          before == "since" || before == "from" || before == "of" || before == "and" || before == "through")
        continue;
      DateMention mention{{block, date.bytes},
                          date,
                          block,
                          {},
                          without(content_stems(facts, sentence), content_stems(facts, date.words)),
                          false,
                          false,
                          {},
                          false,
                          {},
                          facts.has(report.cues.planned, sentence),
                          EventReader(facts, date, sentence).run(),
                          dated_thing(facts, date, sentence)};
      for (std::uint32_t i = near_date(sentence, date); i < date.words.begin; ++i)
        mention.recurs = mention.recurs || recurs(facts.tokens[i]);
      for (const Name& name : facts.names)
        for (std::uint32_t i = std::max(name.words.begin, near_date(sentence, date));
             i < std::min(name.words.end, near_end(sentence, date)); ++i)
          if (i > sentence.begin && !facts.tokens[i].function && facts.tokens[i].shape != Shape::number)
            mention.names.push_back(facts.tokens[i].stem);
      std::sort(mention.names.begin(), mention.names.end());
      for (std::uint32_t i = date.words.begin; i-- > sentence.begin && date.words.begin - i <= 4;) {
        if (facts.tokens[i + 1].gap == Gap::other) break;
        if (!facts.tokens[i].function) {
          mention.near[0] = facts.tokens[i].stem;
          mention.single = single_event(facts, i, sentence);
          break;
        }
      }
      if (date.words.end < sentence.end && facts.tokens[date.words.end].gap == Gap::space &&
          !facts.tokens[date.words.end].function)
        mention.near[1] = facts.tokens[date.words.end].stem;
      mention.attributed =
          facts.has(report.cues.attribution, sentence) || facts.has(report.cues.speech, sentence);
      // "The second leg failed on 12 October": what tells one event of a kind from the next.
      for (std::size_t h = facts.first_hit(near_date(sentence, date));
           h < facts.hits.size() && facts.hits[h].first < std::min(date.words.end + 8, sentence.end); ++h) {
        const Hit& hit = facts.hits[h];
        if (hit.cue == report.cues.ordinal_event &&
            (folded(facts, hit.first) == "again" ||
             (hit.last < sentence.end && !facts.tokens[hit.last].function)))
          mention.ordinals.push_back(facts.tokens[hit.first].stem);
      }
      std::sort(mention.ordinals.begin(), mention.ordinals.end());
      mentions.push_back(std::move(mention));
    }
  });
}

bool other(const StemSet& a, const StemSet& b) { return !a.empty() && !b.empty() && shared(a, b) == 0; }

bool same_thing(const DateMention& a, const DateMention& b) {
  const std::size_t common = shared(a.thing, b.thing);
  return common >= 2 && common * 10 >= std::max(a.thing.size(), b.thing.size()) * 6;
}

bool same_event(const DateMention& a, const DateMention& b) {
  if (a.ordinals != b.ordinals || (a.attributed && b.attributed)) return false;
  if (same_thing(a, b)) return true;
  // Two names, or two places, are two events: General Obe was dismissed, and so was General Kone.
  if (other(a.event.names, b.event.names) || other(a.event.place, b.event.place)) return false;
  if (a.event.happening >= 0 && a.event.happening == b.event.happening && !a.event.to.empty() &&
      !b.event.to.empty())
    // The shares of a firm and its chief have the firm in common, and are not one.
    return shared(a.event.to, b.event.to) * 2 > std::min(a.event.to.size(), b.event.to.size());
  if (a.planned || b.planned || other(a.names, b.names)) return false;
  bool head = false;
  for (const WordHash x : a.near)
    for (const WordHash y : b.near) head = head || (x != 0 && x == y);
  if (!head) return false;
  // The same one event by its bare name.
  if (a.single && b.single && a.near[0] == b.near[0]) return true;
  const std::size_t common = shared(a.stems, b.stems);
  const std::size_t needed = a.recurs || b.recurs ? 4 : 2;
  return common >= needed &&
         static_cast<double>(common) >= 0.34 * static_cast<double>(std::min(a.stems.size(), b.stems.size()));
}

void date_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  std::vector<DateMention> mentions;
  collect_dates(report, mentions);
  for (std::size_t j = 1; j < mentions.size(); ++j)
    for (std::size_t i = 0; i < j; ++i)
      if (differs(mentions[i].date, mentions[j].date) && same_event(mentions[i], mentions[j])) {
        out.push_back({rule, mentions[j].place, mentions[i].place, "the other date", {}, std::nullopt});
        break;
      }
}

void date_after_publication(const Report& report, std::uint32_t rule, Drafts& out) {
  if (!report.published) return;
  const Date& published = *report.published;
  constexpr ZoneMask zones = claim_zones | mask(Zone::changes, Zone::custom, Zone::sources);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    for (const Date& date : facts.dates) {
      if (date.month == 0 && date.year <= published.year) continue;
      Date full = date;
      if (full.year == 0) full.year = published.year;
      const bool after = full.year != published.year     ? full.year > published.year
                         : full.month != published.month ? full.month > published.month
                                                         : full.day > published.day && full.day != 0;
      // Without a year, a date far ahead is last year's.
      if (!after || (date.year == 0 && full.month - published.month > 6)) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(date.words.begin)].words;
      const Extent clause = region(facts, date.words, Within::clause);
      const bool opens =
          date.words.begin <= clause.begin + 1 && date.words.end + 8 >= clause.end;  // "On 3 May, ..."
      if (facts.has(report.cues.planned, opens ? sentence : clause)) continue;
      const Extent told = opens ? sentence : clause;
      bool past = facts.has(report.cues.past_verb, told);
      for (std::uint32_t i = told.begin; i < told.end && !past; ++i)
        past = facts.tokens[i].shape == Shape::lower && facts.tokens[i].end - facts.tokens[i].begin > 4 &&
               !facts.tokens[i].function && folded(facts, i).ends_with("ed");
      // "before the talks of 20 June": still to come.
      bool ahead = false;
      for (std::uint32_t i = date.words.begin; i > sentence.begin && date.words.begin - i < 7;) {
        const std::string word = folded(facts, --i);
        ahead = ahead || word == "before" || word == "for" || word == "until" || word == "ahead" ||
                word == "towards" || word == "toward" || word == "pending" || word == "till";
      }
      if (ahead) continue;
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

const std::vector<CodeRule>& date_rules() {
  static const std::vector<CodeRule> rules{
      {"consistency.date-conflict", nullptr, date_conflict},
      {"consistency.date-after-publication", nullptr, date_after_publication}};
  return rules;
}

}  // namespace assay::redflags
