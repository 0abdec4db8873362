// The numbers that a report counts or measures things by, and what stands around each.
#pragma once

#include <vector>

#include "plugins/redflags/report.h"

namespace assay::redflags {

struct NumberMention {
  Place place;
  double value = 0, high = 0;
  Unit unit = Unit::none;
  StemSet phrase;  // what is counted
  WordHash head = 0;
  StemSet context;  // the other content words of the sentence
  bool attributed = false;
  StemSet papers;   // the reports, logs and such in its sentence
  StemSet speaker;  // whose number it is, by name
  std::vector<Date> dates;
  Extent number, counted;  // words
  bool changes_near = false;
  bool toll = false;                    // "put the toll at 14"
  bool article = false, total = false;  // "the eight guards", "all 37 branches"
  StemSet of;                           // "the 41 branches of the bank": the bank
  bool changes = false;  // it is said to have changed, or to count others: rose, another, of them
  bool complete = false, narrowed = false;  // narrowed: "of", "in", "who" follows
  // "the 51 inmates who", "the delay of 17 freight trains": speaks of what the report has told of.
  bool definite = false, of_it = false;
  bool relative = false;      // "the two birds that were not tested": some of those counted
  bool rounded = false;       // "some 200", "two hundred"
  bool provided = false;      // "should keep salts for 200 patients": what there ought to be
  bool part = false;          // "of the pensioners, 410": some of what was counted
  bool bare_measure = false;  // "nine hours": of nothing named
  StemSet measure;            // of a sum: the reserves that stand at it, with their adjectives
  StemSet same_as;            // "the same ministry": who is meant again
  WordHash link = 0;          // "to the north": the preposition behind what is counted
  StemSet whither;            // and what it leads to
  StemSet seasons;            // "in winter"
  bool can = false;           // "can carry 8,000 tonnes": what may be, and not what was
  StemSet body;               // "the central bank put": whose number it is, without a name
  bool own_paper = false;     // "the central bank covers six months, its bulletin says": whom it speaks of
  StemSet places;             // "in Kolm district": the names behind such a word
  StemSet told{};             // all content words of the sentence
  bool indefinite = false;    // "a release of 52 million": of what is measured there may be several
};

// Those of the parts that say something, in the order of the zones; what `complete` fills in is not there
// yet.
std::vector<NumberMention> number_mentions(const Report& report);
// What stands around the number: only asked for where another number counts the same.
void complete(const Report& report, NumberMention& mention);
// "Quarantined", "arrested": what befalls people and things in numbers.
bool is_fate(const Token& token);
// What befell those counted, in one word however it is told; 0: nothing.
WordHash fate(const Report& report, const NumberMention& mention);

}  // namespace assay::redflags
