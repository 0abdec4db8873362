#include "plugins/redflags/events.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace assay::redflags {
namespace {

// A class of words for one happening, verbs and nouns alike: whoever was dismissed was not dismissed again
// two days later. What people do many times (meet, publish, attack) is in none.
struct Happening {
  bool to_another;  // done to somebody or something: "they signed the lease", "the lease was signed"
  std::string_view verbs, nouns;
  // Done again and again, but to one thing once: only "the curbs were announced on".
  bool to_the_thing = false;
};
constexpr std::array<Happening, 42> happenings{{
    {true, "dismiss sack oust depose", "dismissal sacking ouster"},
    {false, "resign", "resignation"},
    {true, "appoint inaugurate", "appointment inauguration"},
    {true, "elect", ""},
    {true, "arrest detain", "arrest detention"},
    {true, "kill murder assassinate", "killing murder assassination"},
    {false, "die", "death"},
    {true, "kidnap abduct hijack seize impound confiscate capture",
     "kidnapping abduction hijacking seizure capture confiscation"},
    {true, "cancel cancelled canceled annul scrap scrapped", "cancellation annulment"},
    {true, "storm", "storming"},
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
    {true, "announce unveil", "", true},
    {true, "impose introduce", "", true},
    {true, "lift repeal revoke", "", true},
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

namespace {

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
    if (happenings[found->happening].to_the_thing && !(passive(i) && names_the_thing(before(i))))
      return false;
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
    if (i <= date_.words.begin && verb >= date_.words.end) i = date_.words.end;
    return {std::max(i, facts_.label), verb};
  }
  bool names_the_thing(Extent words) const {
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (const std::string one = word(i); one == "the" || one == "these" || one == "this" || one == "its")
        return true;
    return false;
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
    for (const Name& name : beginning_in(facts_.names, {sentence_.begin, words.end}))
      for (std::uint32_t i = std::max(name.words.begin, words.begin); i < std::min(name.words.end, words.end);
           ++i)
        if (!facts_.tokens[i].function && i > sentence_.begin) to.push_back(facts_.tokens[i].stem);
  }

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
