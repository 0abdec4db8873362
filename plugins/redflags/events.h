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
  StemSet place;           // names that follow and are not of `to`: "arrived at Tarn on"
};
Event event_at(const BlockFacts& facts, const Date& date, Extent sentence);

// One stem for nouns that name one thing in different words: a tanker and a ship.
WordHash thing_of(WordHash stem);

}  // namespace assay::redflags
