#include "plugins/redflags/events.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

namespace assay::redflags {
namespace {

// A class of words for one happening, verbs and nouns alike: whoever was dismissed was not dismissed again
// two days later. What people do many times (meet, publish, attack) is in none.
struct Happening {
  bool to_another;  // done to somebody or something: "they signed the lease", "the lease was signed"
  std::string_view verbs, nouns;
  // Done again and again, but to one thing once: only "the curbs were announced on".
  bool to_the_thing = false;
  // Another may do the same to it on another day: two states sign one treaty, two houses pass one bill.
  bool one_each = false;
};
constexpr std::array<Happening, 44> happenings{{
    {true, "dismiss sack oust depose", "dismissal sacking ouster"},
    {false, "resign", "resignation"},
    {true, "appoint inaugurate", "appointment inauguration", false, true},
    {true, "elect", "", false, true},
    {true, "arrest detain", "arrest detention"},
    {true, "kill murder assassinate", "killing murder assassination"},
    {false, "die", "death"},
    {true, "kidnap abduct hijack seize impound confiscate capture",
     "kidnapping abduction hijacking seizure capture confiscation"},
    {true, "cancel cancelled canceled annul scrap scrapped", "cancellation annulment"},
    {true, "storm", "storming"},
    {true, "free", ""},
    {true, "expel expelled deport extradite", "expulsion deportation extradition", false, true},
    {true, "convict", "conviction"},
    {true, "sentence", ""},
    {true, "indict", "indictment", false, true},
    {false, "sink sank sunk capsize", "sinking capsizing"},
    {false, "crash", "crash"},
    {false, "derail", "derailment"},
    {false, "explode detonate", "explosion blast detonation"},
    {false, "collapse", "collapse"},
    {false, "rupture burst", "rupture"},
    {false, "erupt", "eruption"},
    {false, "fail", "failure"},
    {true, "discover detect unearth", "discovery detection"},
    {true, "sign", "signing signature", false, true},
    {true, "ratify", "ratification", false, true},
    {true, "steal stole stolen", "theft"},
    {true, "acquire buy bought purchase", "acquisition purchase takeover", false, true},
    {true, "shut close", "shutdown closure"},
    {true, "evacuate", "evacuation"},
    {true, "launch", "launch", false, true},
    {false, "begin began begun start", "beginning start onset"},
    {false, "end expire", ""},
    {false, "arrive", "arrival"},
    {false, "depart sail", "departure"},
    {true, "dissolve", "dissolution"},
    {true, "suspend", "suspension", false, true},
    {true, "file lodge", "filing", false, true},
    {true, "intercept", "interception"},
    {true, "announce unveil", "", true, true},
    {true, "impose introduce", "", true, true},
    {true, "lift repeal revoke", "", true, true},
    {true, "enact", "enactment", false, true},
    {false, "", "outage blackout"},
}};

// Verbs that tell of many things, and of a happening only with one of these: a price may drop each day, but
// whoever says that the span dropped says that it collapsed.
struct Narrowed {
  bool to_another;
  std::string_view verbs;
  std::string_view happening;  // a verb or noun of it
  std::string_view things;
  bool same_things = false;     // the budget is passed on one day, and an amendment to it on another
  std::string_view nouns = {};  // that tell it of these things: "the withdrawal of its licence"
};
constexpr std::array<Narrowed, 8> narrowed{{
    {false, "fall fell fallen drop topple tumble", "collapse",
     "span bridge roof wall tower mast crane dam dyke levee pier building block ceiling gallery grandstand "
     "scaffold scaffolding chimney silo gantry viaduct tunnel pylon balcony staircase embankment"},
    {true, "lose lost", "collapse", "span roof wall tower mast pier deck gallery"},
    {true, "take took taken", "kidnap",
     "engineer worker tourist monk priest nun hostage nurse doctor driver crew sailor teacher student pupil "
     "journalist villager miner missionary girl boy surveyor geologist bishop"},
    {true, "pass", "enact",
     "law bill act lease budget amendment motion resolution decree reform agreement tax ban package "
     "moratorium code statute ordinance",
     true},
    {false, "fail", "outage", "service network internet electricity grid telephone connection"},
    {true, "withdraw withdrew withdrawn revoke", "revoke",
     "licence license permit concession accreditation registration certificate mandate", true,
     "withdrawal revocation"},
    {false, "open", "begin", "talk trial hearing inquiry inquest conference congress summit negotiation",
     true},
    {true, "lose lost", "outage", "pressure power", true, "loss"},
}};

// Nouns that name one thing in different words.
constexpr std::array<std::string_view, 12> same_things{
    "intrusion breach hack session compromise break-in",
    "agreement accord deal pact treaty",
    "explosion blast",
    "blockade block roadblock barricade",
    "shooting firefight gunfight shootout skirmish",
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

struct NarrowedWord {
  const Narrowed* row;
  std::uint8_t happening;
  StemSet things;
};

// The rows that have the word, as a verb or as a noun.
const std::vector<NarrowedWord>& narrowed_of(const Token& token, bool noun) {
  using Words = std::unordered_map<WordHash, std::vector<NarrowedWord>>;
  static const auto read = [](bool nouns) {
    Words all;
    for (const Narrowed& row : narrowed) {
      NarrowedWord word{&row, 0, {}};
      for (std::size_t h = 0; h < happenings.size(); ++h)
        for (const std::string_view names : {happenings[h].verbs, happenings[h].nouns})
          each_word(names, [&](std::string_view name) {
            if (name == row.happening) word.happening = static_cast<std::uint8_t>(h);
          });
      each_word(row.things,
                [&](std::string_view thing) { word.things.push_back(thing_of(hash_word(stem_of(thing)))); });
      std::sort(word.things.begin(), word.things.end());
      each_word(nouns ? row.nouns : row.verbs,
                [&](std::string_view one) { all[hash_word(lemma_of(one))].push_back(word); });
    }
    return all;
  };
  static const Words verbs = read(false), nouns = read(true);
  static const std::vector<NarrowedWord> none;
  const Words& words = noun ? nouns : verbs;
  const auto at = words.find(token.lemma);
  return at == words.end() ? none : at->second;
}

// "three" and "eleven" tell how many, and not who.
bool is_count(const Token& token) {
  static const std::vector<WordHash> words =
      hash_words({"three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
                  "thirteen", "fourteen", "fifteen", "twenty", "dozen"});
  return token.shape == Shape::number || std::binary_search(words.begin(), words.end(), token.word);
}

}  // namespace

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

// The date is then that of the speaking, the filming or the visit.
bool spoken_of(const BlockFacts& facts, const Date& date, std::uint32_t noun, Extent sentence) {
  static const std::vector<WordHash> topics =
      hash_words({"of", "about", "over", "against", "to", "for", "with"});
  static const std::vector<WordHash> times =
      hash_words({"time", "day", "night", "morning", "evening", "hour", "wake", "cause", "because", "moment",
                  "eve", "days", "hours", "start", "scale"});
  if (date.words.begin == sentence.begin || folded(facts, date.words.begin - 1) == "of") return false;
  std::uint32_t i = noun;
  while (i > sentence.begin && noun - i < 4 && facts.tokens[i].gap == Gap::space &&
         !facts.tokens[i - 1].function)
    --i;
  if (i == sentence.begin || facts.tokens[i].gap != Gap::space) return false;
  if (facts.tokens[i - 1].function && (folded(facts, i - 1) == "the" || folded(facts, i - 1) == "this" ||
                                       folded(facts, i - 1) == "its" || folded(facts, i - 1) == "their"))
    --i;
  if (i < sentence.begin + 2 || facts.tokens[i].gap != Gap::space) return false;
  const Token& governor = facts.tokens[i - 1];
  if (std::binary_search(topics.begin(), topics.end(), governor.word))
    return !std::binary_search(times.begin(), times.end(), facts.tokens[i - 2].word);
  return !governor.function && folded(facts, i - 1).ends_with("ed");
}

namespace {

class EventReader {
 public:
  EventReader(const BlockFacts& facts, const Date& date, Extent sentence)
      : facts_(facts), date_(date), sentence_(sentence) {}

  Event run() {
    constexpr std::uint32_t reach = 12;
    for (std::uint32_t i = date_.words.begin; i > sentence_.begin && date_.words.begin - i < reach;) {
      --i;
      // Another date, or another deed between the two: the event is none of this date's.
      if (facts_.tokens[i + 1].gap == Gap::other || !holding(facts_.dates, i).empty()) break;
      if (read(i)) return std::move(event_);
      const bool beside_date = i + 1 == date_.words.begin;  // "has been closed since 3 May"
      if ((breaks(i) && !beside_date) || tells_other(i)) break;
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
  // By hash: asked of each word before each date of a report, where folding would cost most of a check.
  bool is_one(std::uint32_t i, const std::vector<WordHash>& words) const {
    return std::binary_search(words.begin(), words.end(), facts_.tokens[i].word);
  }
  bool noun(std::uint32_t i) const {
    if (i == sentence_.begin) return true;
    static const std::vector<WordHash> articles =
        hash_words({"the", "a", "its", "his", "her", "their", "this"});
    return is_one(i - 1, articles) || facts_.tokens[i - 1].shape == Shape::clitic;
  }
  // Joins another clause.
  bool breaks(std::uint32_t i) const {
    static const std::vector<WordHash> joints =
        hash_words({"because", "after", "when", "since", "where", "while", "before", "but", "until",
                    "whereas", "although"});
    return facts_.tokens[i].function && is_one(i, joints);
  }
  // "The tanker sank and divers found the hull on 5 June": the date is the finding's.
  bool tells_other(std::uint32_t i) const {
    static const std::vector<WordHash> verbs = hash_words(
        {"found", "took",  "made", "went", "came",    "left",   "saw",  "gave",   "held",  "met",  "told",
         "said",  "put",   "sent", "led",  "brought", "won",    "lost", "wrote",  "spoke", "rose", "fell",
         "says",  "stood", "ran",  "drew", "hit",     "struck", "set",  "became", "got"});
    return std::binary_search(verbs.begin(), verbs.end(), facts_.tokens[i].word);
  }
  bool passive(std::uint32_t verb) const {
    static const std::vector<WordHash> forms_of_be =
        hash_words({"was", "were", "been", "is", "are", "being", "be"});
    for (std::uint32_t i = verb; i > sentence_.begin && verb - i < 3;) {
      if (is_one(--i, forms_of_be)) return true;
      if (!facts_.tokens[i].function && !word(i).ends_with("ly")) return false;
    }
    return false;
  }
  bool read(std::uint32_t i) {
    if (facts_.quoted(facts_.tokens[i].begin)) return false;
    if (read_phrase(i)) return true;
    const bool as_noun = noun(i) || happening_of(facts_.tokens[i], false) == nullptr;
    for (const NarrowedWord& found : narrowed_of(facts_.tokens[i], noun(i))) {
      take_around(i, noun(i), found.row->to_another);
      event_.things = things_at(i, found);
      if (!event_.things.empty()) return done(found.happening, i);
      event_ = {};
    }
    const HappeningWord* found = happening_of(facts_.tokens[i], as_noun);
    if (found == nullptr) return false;
    if (happenings[found->happening].to_the_thing && !(passive(i) && names_the_thing(before(i))))
      return false;
    if (as_noun && i < date_.words.begin && spoken_of(facts_, date_, i, sentence_)) return false;
    if (!as_noun && found->happening == begin_ && begins_happening(i)) return true;
    take_around(i, as_noun, happenings[found->happening].to_another);
    return done(found->happening, i);
  }
  static int kind(std::string_view name) {
    for (std::size_t h = 0; h < happenings.size(); ++h)
      if (happenings[h].verbs.starts_with(name) || happenings[h].nouns.starts_with(name))
        return static_cast<int>(h);
    return -1;
  }
  static int begin_kind() {
    static const int begin = kind("begin");
    return begin;
  }
  // "The outage began": it is the outage that happened.
  bool begins_happening(std::uint32_t verb) {
    if (verb < sentence_.begin + 2) return false;
    const HappeningWord* found = happening_of(facts_.tokens[verb - 1], true);
    if (found == nullptr || word(verb - 2) != "the") return false;
    event_.bare = true;
    return done(found->happening, verb);
  }
  // "Dockers have been on strike since", "walked out", "the station fell silent": what no single word tells.
  bool read_phrase(std::uint32_t i) {
    static const WordHash strike = thing_of(hash_word(stem_of("strike")));
    static constexpr std::array<std::string_view, 3> silent{"silent", "dark", "offline"};
    static const int outage = kind("outage");
    static const std::vector<WordHash> openings =
        hash_words({"on", "walked", "downed", "fell", "went", "gone", "fallen"});
    if (i + 1 >= sentence_.end || i == sentence_.begin || !is_one(i, openings)) return false;
    const std::string one = word(i);
    const bool on_strike = one == "on" && word(i + 1) == "strike";
    const bool walks_out =
        (one == "walked" && word(i + 1) == "out") || (one == "downed" && word(i + 1) == "tools");
    const bool silenced = (one == "fell" || one == "went" || one == "gone" || one == "fallen") &&
                          std::find(silent.begin(), silent.end(), word(i + 1)) != silent.end();
    if (!on_strike && !walks_out && !silenced) return false;
    take(before(i));
    if (!silenced) event_.to.push_back(strike);
    return done(silenced ? outage : begin_, i);
  }
  // The row's things among what the verb is said of: of "took samples from the crew" the samples alone.
  StemSet things_at(std::uint32_t verb, const NarrowedWord& verb_is) const {
    const bool object = verb_is.row->to_another && !passive(verb);
    Extent words = object ? Extent{verb + 1, sentence_.end} : before(verb);
    if (object) {
      std::uint32_t end = words.begin;
      while (end < words.end && facts_.tokens[end].function) ++end;
      while (end < words.end && !facts_.tokens[end].function && facts_.tokens[end].gap == Gap::space) ++end;
      // "the amendment to the budget": both
      for (std::uint32_t i = end; verb_is.row->same_things && i < date_.words.begin && i < end + 3; ++i)
        if (!facts_.tokens[i].function) end = i + 1;
      words.end = end;
    }
    StemSet things;
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (const WordHash thing = thing_of(facts_.tokens[i].stem); contains(verb_is.things, thing))
        things.push_back(thing);
    std::sort(things.begin(), things.end());
    if (things.empty() || verb_is.row->same_things) return things;
    return {0};
  }
  void take_around(std::uint32_t i, bool as_noun, bool to_another) {
    const bool before_date = i < date_.words.begin;
    const Extent after{i + 1, before_date ? date_.words.begin : end_of_clause(i + 1)};
    if (as_noun) {
      take(after), take(before(i));
    } else if (!to_another || passive(i) || !has_content(after)) {
      take(before(i));
      take_names(after, event_.place);
    } else {
      take(after);
      const StemSet to = std::exchange(event_.to, {}), names = event_.names;
      take(before(i));
      event_.doers = std::exchange(event_.to, to), event_.names = names;
    }
  }
  bool done(int happening, std::uint32_t i) {
    for (StemSet* set : {&event_.to, &event_.names, &event_.place, &event_.doers, &event_.counts}) {
      std::sort(set->begin(), set->end());
      set->erase(std::unique(set->begin(), set->end()), set->end());
    }
    event_.happening = happening;
    event_.one_each = happenings[static_cast<std::size_t>(happening)].one_each;
    event_.word = i;
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
    // "Two engineers of the firm Sahel Works were taken": whose they are ends with whom.
    for (std::uint32_t of = i; of < std::min(i + 2, verb); ++of)
      if (of > sentence_.begin && word(of) == "of" && facts_.tokens[of].gap == Gap::space) i = of - 1;
    if (i <= date_.words.begin && verb >= date_.words.end) i = date_.words.end;
    return {std::max(i, facts_.label), verb};
  }
  bool names_the_thing(Extent words) const {
    static const std::vector<WordHash> articles = hash_words({"the", "these", "this", "its"});
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (is_one(i, articles)) return true;
    return false;
  }
  bool has_content(Extent words) const {
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (!facts_.tokens[i].function) return true;
    return false;
  }
  void take(Extent words) {
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (is_count(facts_.tokens[i]))
        event_.counts.push_back(facts_.tokens[i].word);
      else if (!facts_.tokens[i].function && facts_.tokens[i].shape != Shape::clitic)
        event_.to.push_back(thing_of(facts_.tokens[i].stem));
    take_names(words, event_.names);
  }
  void take_names(Extent words, StemSet& to) const {
    for (const Name& name : beginning_in(facts_.names, {sentence_.begin, words.end}))
      for (std::uint32_t i = std::max(name.words.begin, words.begin); i < std::min(name.words.end, words.end);
           ++i)
        if (!facts_.tokens[i].function && i > sentence_.begin) to.push_back(facts_.tokens[i].stem);
  }

  const int begin_ = begin_kind();
  const BlockFacts& facts_;
  const Date& date_;
  Extent sentence_;
  Event event_;
};

}  // namespace

Event event_at(const BlockFacts& facts, const Date& date, Extent sentence) {
  return EventReader(facts, date, sentence).run();
}

}  // namespace assay::redflags
