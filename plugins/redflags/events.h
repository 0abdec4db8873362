// Events: what happened on a date, and to whom, as the words beside the date tell it. Whoever was dismissed
// was not dismissed again two days later, so two dates of one such event conflict.
#pragma once

#include "plugins/redflags/report.h"

namespace assay::redflags {

// A happening beside a date, and to whom.
struct Event {
  int happening = -1;      // none
  std::uint32_t word = 0;  // that tells it
  StemSet to;              // content words
  StemSet names;           // those of `to` that are a name's, titles left out
  StemSet counts;          // how many: the seizure of 12 boats is not that of 14
  StemSet place;           // names that follow and are not of `to`: "arrived at Tarn on"
  StemSet doers;           // who did it to another, where that is told
  StemSet things;          // those that the verb had to be said of; {0}: it does not matter which
  bool bare = false;       // by its noun alone, as if there were one: "the outage began"
  bool one_each = false;   // others may do the same to it on another day
};
Event event_at(const BlockFacts& facts, const Date& date, Extent sentence);

// "A video of the ambush on", "condemned the raid on": the happening's noun at `noun`, with a date behind it
// that is not its own.
bool spoken_of(const BlockFacts& facts, const Date& date, std::uint32_t noun, Extent sentence);

// One stem for nouns that name one thing in different words: a tanker and a ship.
WordHash thing_of(WordHash stem);

}  // namespace assay::redflags
