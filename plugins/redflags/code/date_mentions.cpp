#include "plugins/redflags/code/date_mentions.h"

#include <algorithm>
#include <string>

#include "plugins/redflags/code/credit.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

constexpr std::size_t mentions_max = 600;  // beyond it the rest is not compared

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

// "as the minister said in Bamako on 12 March": the day of the saying, and no event's.
bool dates_saying(const Report& report, const BlockFacts& facts, const Date& date, Extent sentence) {
  constexpr std::uint32_t reach = 5;
  const std::uint32_t from =
      date.words.begin > sentence.begin + reach ? date.words.begin - reach : sentence.begin;
  return facts.has(report.cues.speech, {from, date.words.begin});
}

// "The border has been closed since 3 May": that day it was closed.
bool holds_since(const BlockFacts& facts, const Date& date, Extent sentence) {
  constexpr std::uint32_t reach = 8;
  bool has = false;
  for (std::uint32_t i = date.words.begin; i > sentence.begin && date.words.begin - i < reach && !has;) {
    if (facts.tokens[i].gap != Gap::space) break;
    const std::string word = folded(facts, --i);
    has = word == "has" || word == "have" || word == "had";
  }
  return has && event_at(facts, date, sentence).happening >= 0;
}

// "the cancellation of 13 April": what happened by its noun alone, as if there were one.
bool bare_happening(const BlockFacts& facts, const Date& date, Extent sentence) {
  if (date.words.begin < sentence.begin + 3 || folded(facts, date.words.begin - 1) != "of") return false;
  const Event event = event_at(facts, date, sentence);
  return event.happening >= 0 && event.word + 2 == date.words.begin && folded(facts, event.word - 1) == "the";
}

// "The court order of 14 January": of such papers a report that speaks of two days speaks of one.
WordHash paper_of_day(const BlockFacts& facts, const Date& date, Extent sentence) {
  static const std::vector<WordHash> words = hash_words(
      {"order", "decree", "ruling", "verdict", "judgment", "judgement", "indictment", "treaty", "agreement",
       "contract", "resolution", "decision", "memorandum", "accord", "truce", "ceasefire"});
  if (date.words.begin < sentence.begin + 3 || folded(facts, date.words.begin - 1) != "of") return 0;
  const std::uint32_t word = date.words.begin - 2;
  if (!std::binary_search(words.begin(), words.end(), facts.tokens[word].word)) return 0;
  const std::string before = folded(facts, word - 1);
  const bool bare = before == "the" || before == "its" || before == "this";
  const bool courts = (before == "court" || before == "interim" || before == "supreme") &&
                      word > sentence.begin + 1 && folded(facts, word - 2) == "the";
  return bare || courts ? facts.tokens[word].stem : 0;
}

// Verbs of what the same people do many times: they tell no single event.
bool recurs(const Token& token) {
  static const std::vector<WordHash> words = [] {
    std::vector<WordHash> all;
    for (const std::string_view word :
         {"met",      "held",  "struck", "sent",  "spoke",  "wrote",  "saw",     "found",   "said",
          "began",    "meet",  "visit",  "hold",  "attack", "strike", "publish", "report",  "state",
          "announce", "say",   "warn",   "raise", "cut",    "vote",   "send",    "receive", "test",
          "fire",     "cross", "enter",  "move",  "record", "speak",  "write",   "see",     "find",
          "begin",    "start", "stop",   "open",  "close"})
      all.push_back(hash_word(lemma_of(word)));
    std::sort(all.begin(), all.end());
    return all;
  }();
  return std::binary_search(words.begin(), words.end(), token.lemma);
}

// "the explosion on", with the article: the one that the report is about.
bool single_event(const BlockFacts& facts, std::uint32_t word, Extent sentence) {
  static const std::vector<WordHash> words = hash_words(
      {"explosion", "blast",     "fire",     "crash",      "collapse",   "coup",          "breach",
       "spill",     "accident",  "sinking",  "outage",     "blackout",   "verdict",       "ruling",
       "decree",    "election",  "run-off",  "referendum", "eruption",   "quake",         "earthquake",
       "collision", "launch",    "landing",  "murder",     "killing",    "assassination", "resignation",
       "death",     "failure",   "rupture",  "leak",       "burst",      "shutdown",      "theft",
       "robbery",   "hijacking", "arrest",   "seizure",    "ambush",     "massacre",      "derailment",
       "grounding", "disaster",  "incident", "shooting",   "bombing",    "flood",         "landslide",
       "signing",   "split",     "merger",   "takeover",   "bankruptcy", "heist",         "poisoning"});
  if (!std::binary_search(words.begin(), words.end(), facts.tokens[word].word)) return false;
  // "The patrol opened fire" is no blaze.
  if (folded(facts, word) == "fire") return word > sentence.begin && folded(facts, word - 1) == "the";
  for (std::uint32_t i = word; i > sentence.begin && word - i < 3;) {
    const std::string before = folded(facts, --i);
    if (before == "the" || before == "this" || before == "its") return true;
    if (facts.tokens[i].function) return false;
  }
  return false;
}
// Events of which there can be several in a report, and one at a place on a day: "the clash at the Tarra
// checkpoint".
bool local_event(const BlockFacts& facts, std::uint32_t word, Extent sentence) {
  static const std::vector<WordHash> words = hash_words(
      {"clash",         "attack", "raid",     "assault",    "strike",     "protest", "march",    "riot",
       "meeting",       "vote",   "hearing",  "visit",      "launch",     "test",    "breakout", "escape",
       "demonstration", "rally",  "sighting", "overflight", "inspection", "search",  "break-in"});
  if (!std::binary_search(words.begin(), words.end(), facts.tokens[word].word) || word == sentence.begin)
    return false;
  const std::string before = folded(facts, word - 1);
  return before == "the" ||
         (word > sentence.begin + 1 && !facts.tokens[word - 1].function && folded(facts, word - 2) == "the");
}

// "The raid of 19 October": by its noun alone. Of these a report that speaks of one tells one day.
bool bare_assault(const BlockFacts& facts, const Date& date, Extent sentence) {
  static const std::vector<WordHash> words =
      hash_words({"raid", "assault", "breakout", "escape", "break-in", "riot", "attack", "overflight"});
  const std::uint32_t of = date.words.begin;
  return of >= sentence.begin + 3 && folded(facts, of - 1) == "of" &&
         std::binary_search(words.begin(), words.end(), facts.tokens[of - 2].word) &&
         folded(facts, of - 3) == "the";
}

// "the explosion at the grain depot on", "the exchange of fire at the canal on": the one event, with its
// place between it and the date.
struct PlacedEvent {
  WordHash kind = 0;   // 0: there is none
  bool local = false;  // there may be several such, but one at a place
};
PlacedEvent placed_event(const BlockFacts& facts, const Date& date, Extent sentence) {
  static const std::vector<WordHash> links =
      hash_words({"on", "at", "in", "near", "off", "of", "the", "a", "an", "outside", "by", "from", "along"});
  static const WordHash shooting = thing_of(hash_word(stem_of("shooting")));
  constexpr std::uint32_t reach = 9;
  for (std::uint32_t i = date.words.begin; i > sentence.begin && date.words.begin - i < reach;) {
    const Token& after = facts.tokens[i];
    if (after.gap != Gap::space) return {};
    --i;
    const Token& token = facts.tokens[i];
    const bool single = single_event(facts, i, sentence);
    if (single || local_event(facts, i, sentence))
      return spoken_of(facts, date, i, sentence) ? PlacedEvent{} : PlacedEvent{thing_of(token.stem), !single};
    if (i >= sentence.begin + 3 && folded(facts, i) == "fire" && folded(facts, i - 1) == "of" &&
        folded(facts, i - 2) == "exchange" && folded(facts, i - 3) == "the")
      return {shooting, false};
    if (token.function && !std::binary_search(links.begin(), links.end(), token.word)) return {};
  }
  return {};
}
std::uint32_t near_date(Extent sentence, const Date& date) {
  return date.words.begin > sentence.begin + 8 ? date.words.begin - 8 : sentence.begin;
}
// A clause that follows tells of others: "lost its link on 30 January, the station at Tarn took over".
std::uint32_t near_end(const BlockFacts& facts, Extent sentence, const Date& date) {
  const bool opens = date.words.begin <= sentence.begin + 1;
  std::uint32_t i = date.words.end;
  while (i < std::min(date.words.end + 8, sentence.end) && (opens || facts.tokens[i].gap == Gap::space)) ++i;
  return i;
}

// Somebody says it; but "the curbs were announced on" is the event itself.
bool attributed(const Report& report, const BlockFacts& facts, Extent sentence, const Event& event) {
  if (facts.has(report.cues.attribution, sentence)) return true;
  for (std::size_t h = facts.first_hit(sentence.begin);
       h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h)
    if (facts.hits[h].cue == report.cues.speech && (event.happening < 0 || facts.hits[h].first != event.word))
      return true;
  return false;
}

bool opens_sentence(const BlockFacts& facts, const Date& date, Extent sentence) {
  constexpr std::uint32_t reach = 6;
  const std::uint32_t first = std::max(sentence.begin, facts.label);
  const std::string word = folded(facts, first);
  return (word == "after" || word == "since" || word == "following") && date.words.begin > first + 1 &&
         date.words.begin <= first + reach && folded(facts, first + 1) == "the";
}

// "Arrested on 3 May in Kano", "arrested in Lagos on 9 June": the place that stands next to the date.
StemSet place_beside(const BlockFacts& facts, const Date& date, Extent sentence) {
  const auto leads_to = [&](std::uint32_t word) {
    const std::string link = folded(facts, word);
    return link == "in" || link == "at" || link == "near";
  };
  for (const Name& name : beginning_in(facts.names, sentence)) {
    const bool before = name.words.end < date.words.begin && name.words.end + 2 >= date.words.begin;
    const bool after =
        name.words.begin == date.words.end + 1 && facts.tokens[date.words.end].gap == Gap::space;
    if ((before || after) && name.words.begin > sentence.begin && leads_to(name.words.begin - 1))
      return content_stems(facts, name.words);
  }
  return {};
}

// "The outage began on", "ended on": 1 and 2; 0 if neither is said beside the date, or both.
int phase_at(const BlockFacts& facts, Extent near) {
  static const std::vector<WordHash> begins = hash_words(
      {"began", "begins", "begin", "started", "starts", "start", "opened", "beginning", "onset", "outbreak"});
  static const std::vector<WordHash> ends =
      hash_words({"ended", "ends", "end", "stopped", "finished", "over", "lifted", "restored", "subsided",
                  "ceased", "closed", "concluded", "extinguished", "repaired"});
  int phase = 0;
  for (std::uint32_t i = near.begin; i < near.end; ++i) {
    if (std::binary_search(begins.begin(), begins.end(), facts.tokens[i].word)) phase |= 1;
    if (std::binary_search(ends.begin(), ends.end(), facts.tokens[i].word)) phase |= 2;
  }
  return phase == 3 ? 0 : phase;
}

// "Opened on 3 June by the prosecutor": the words behind a "by" that follows a participle or a date.
StemSet agents_in(const BlockFacts& facts, Extent sentence) {
  constexpr std::uint32_t reach = 4;
  static const WordHash by = hash_word("by");
  StemSet stems;
  for (std::uint32_t i = sentence.begin + 1; i + 1 < sentence.end; ++i) {
    if (facts.tokens[i].word != by || !beginning_in(facts.dates, {i + 1, i + 2}).empty()) continue;
    std::uint32_t end = i + 1;
    while (end < std::min(sentence.end, i + 1 + reach) && facts.tokens[end].gap == Gap::space &&
           (!facts.tokens[end].function || end == i + 1))
      ++end;
    add_stems(stems, content_stems(facts, {i + 1, end}));
  }
  return stems;
}

}  // namespace

std::vector<DateMention> date_mentions(const Report& report) {
  std::vector<DateMention> mentions;
  constexpr ZoneMask zones = mask(Zone::title, Zone::bluf, Zone::judgement, Zone::hypotheses_other,
                                  Zone::hypothesis_statement, Zone::assumption, Zone::red_flag,
                                  Zone::blind_spot, Zone::implications, Zone::recommendations, Zone::custom);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    for (const Date& date : facts.dates) {
      if (date.day == 0 || mentions.size() >= mentions_max) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(date.words.begin)].words;
      // Several dates in a sentence are a sequence or a range.
      const auto inside = [&](const Date& d) {
        return !dates_document(facts, d, sentence) &&
               (&d == &date || !dates_saying(report, facts, d, sentence));
      };
      const auto dates = beginning_in(facts.dates, sentence);
      const bool several = std::count_if(dates.begin(), dates.end(), inside) > 1;
      const Event event = event_at(facts, date, sentence);
      // "The tanker sank, the ministry said on 5 June": the day of the saying.
      const bool says = dates_saying(report, facts, date, sentence) &&
                        folded(facts, date.words.begin - 1) != "of" &&
                        (event.happening < 0 || !facts.has(report.cues.speech, {event.word, event.word + 1}));
      if ((several && event.happening < 0) || says ||
          (facts.has(report.cues.planned, region(facts, date.words, Within::clause)) &&
           !bare_assault(facts, date, sentence)))
        continue;
      const std::string before =
          date.words.begin > sentence.begin ? folded(facts, date.words.begin - 1) : std::string();
      if (before == "to" || before == "until" || before == "by" || before == "before" || before == "after" ||
          (before == "since" && !holds_since(facts, date, sentence)) || before == "from" ||
          (before == "of" && placed_event(facts, date, sentence).kind == 0 &&
           paper_of_day(facts, date, sentence) == 0 && !bare_happening(facts, date, sentence)) ||
          before == "and" || before == "through")
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
                          event,
                          dated_thing(facts, date, sentence)};
      mention.sentence = facts.sentence_of_word(date.words.begin);
      mention.several = several;
      mention.since = before == "since";
      mention.assault = bare_assault(facts, date, sentence);
      mention.phase = phase_at(facts, {near_date(sentence, date), date.words.begin});
      mention.before = {std::max(near_date(sentence, date), std::min(facts.label, date.words.begin)),
                        date.words.begin};
      mention.lead = content_stems(facts, mention.before);
      mention.agents = agents_in(facts, sentence);
      mention.speaker = speaker_of(report, facts, sentence);
      for (std::uint32_t i = near_date(sentence, date); i < date.words.begin; ++i)
        mention.recurs = mention.recurs || recurs(facts.tokens[i]);
      const std::uint32_t behind = near_end(facts, sentence, date);
      for (const Name& name : beginning_in(facts.names, sentence))
        for (std::uint32_t i = std::max(name.words.begin, near_date(sentence, date));
             i < std::min({name.words.end, behind, date.words.end + 6}); ++i)
          if (i > sentence.begin && !facts.tokens[i].function && facts.tokens[i].shape != Shape::number)
            (i < date.words.begin ? mention.names_before : mention.names_after)
                .push_back(facts.tokens[i].stem);
      mention.names = mention.names_before;
      mention.names.insert(mention.names.end(), mention.names_after.begin(), mention.names_after.end());
      for (StemSet* names : {&mention.names, &mention.names_before}) std::sort(names->begin(), names->end());
      for (std::uint32_t i = date.words.begin; i-- > sentence.begin && date.words.begin - i <= 4;) {
        if (facts.tokens[i + 1].gap == Gap::other) break;
        if (!facts.tokens[i].function) {
          mention.near[0] = facts.tokens[i].stem;
          if (const PlacedEvent placed = placed_event(facts, date, sentence); placed.kind != 0)
            mention.near[0] = placed.kind, mention.single = true, mention.local = placed.local;
          break;
        }
      }
      if (date.words.end < sentence.end && facts.tokens[date.words.end].gap == Gap::space &&
          !facts.tokens[date.words.end].function)
        mention.near[1] = facts.tokens[date.words.end].stem;
      if (const WordHash paper = paper_of_day(facts, date, sentence); paper != 0)
        mention.near[0] = paper, mention.paper = true;
      mention.bare = mention.event.bare || bare_happening(facts, date, sentence);
      // "After the collapse on 19 January the police detained two, their spokesman said": when it was, the
      // report itself tells.
      mention.attributed =
          attributed(report, facts, sentence, mention.event) && !opens_sentence(facts, date, sentence);
      // "The second leg failed on 12 October": what tells one event of a kind from the next.
      for (std::size_t h = facts.first_hit(near_date(sentence, date));
           h < facts.hits.size() && facts.hits[h].first < behind; ++h) {
        const Hit& hit = facts.hits[h];
        if (hit.cue == report.cues.ordinal_event &&
            (folded(facts, hit.first) == "again" ||
             (hit.last < sentence.end && !facts.tokens[hit.last].function)))
          mention.ordinals.push_back(facts.tokens[hit.first].stem);
      }
      if (const std::string next =
              date.words.end < sentence.end ? folded(facts, date.words.end) : std::string();
          next == "too" || (next == "as" && folded(facts, date.words.end + 1) == "well"))
        mention.ordinals.push_back(facts.tokens[date.words.end].stem);
      std::sort(mention.ordinals.begin(), mention.ordinals.end());
      mention.where = place_beside(facts, date, sentence);
      mentions.push_back(std::move(mention));
    }
  });
  return mentions;
}

}  // namespace assay::redflags
