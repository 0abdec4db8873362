// The days that a report tells of, and what stands around each.
#pragma once

#include <array>
#include <vector>

#include "plugins/redflags/events.h"
#include "plugins/redflags/report.h"

namespace assay::redflags {

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
  StemSet thing;                          // what the date is said to be the date of
  bool paper = false;                     // the date is that of a paper: "the order of"
  bool bare = false;                      // `event` by its noun alone
  StemSet names_before{}, names_after{};  // of `names`: those before the date, and after it
  bool local = false;                     // of `single`: there may be several such, but one at a place
  std::size_t sentence = 0;               // of the block
  bool several = false;                   // the sentence has other dates: only what is told beside it counts
  bool since = false;                     // "has been closed since 3 May"
  StemSet speaker{};                      // who says so, by name
  StemSet where{};                        // "in Kano" beside the date
  bool assault = false;                   // "the raid of 19 October"
  int phase = 0;                          // 1: the date is when it began, 2: when it ended
  Extent before{};                        // the words that lead to the date
  StemSet lead{};                         // the content words among them
  StemSet agents{};                       // "opened by the prosecutor": who or what did it
};

// Those of the parts that say something, in the order of the zones; days of papers, of saying and of what is
// planned are left out.
std::vector<DateMention> date_mentions(const Report& report);

}  // namespace assay::redflags
