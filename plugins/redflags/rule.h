// Rule: one red flag as a pack describes it, read and checked, with its phrases already in the automaton.
// What each member means to a pack's author is said in README.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/redflags/phrases.h"
#include "plugins/redflags/zones.h"

namespace assay::redflags {

enum class Kind : std::uint8_t {
  phrase,
  pattern,
  swap,
  limit,
  repeat,
  pair,
  require,
  cooccur,
  field,
  section,
  metric,
  code,
  matrix
};
enum class Severity : std::uint8_t { hint = 1, warning = 2, error = 3 };
enum class Within : std::uint8_t { clause, sentence, next, previous, around, paragraph, section, document };
enum class Quoted : std::uint8_t { check, skip, skip_attributed };
enum class Marks : std::uint8_t { match, sentence, block, to_companion };

// Things that are no phrase and still may stand in for one: `unless_value`.
inline constexpr std::uint8_t value_date = 1, value_number = 2, value_percent = 4, value_name = 8;

struct Rule {
  std::string id, message, hint, help, standard, risk, triggers, marks_text, profile = "core";
  std::string file;
  std::uint32_t line = 0;
  Severity severity = Severity::hint;
  Kind kind = Kind::phrase;
  bool enabled = true;
  ZoneMask zones = prose_zones;
  Quoted quoted = Quoted::check;
  Marks marks = Marks::match;
  bool not_defined = false;  // not for an acronym that the report defines
  bool not_names = false;    // not for words that all have capitals within a sentence
  bool once = false;         // only the first in the document
  bool article = false;      // the mark starts at the article before the match

  CueId any = no_cue;     // phrase, swap, limit, require, cooccur (first), pair (first)
  CueId with = no_cue;    // cooccur and pair (second), require (what must be there)
  CueId except = no_cue;  // a hit that overlaps one of these is none
  CueId unless = no_cue;  // none in `unless_within`
  Within unless_within = Within::sentence;
  std::uint8_t unless_values = 0, with_values = 0;
  Within within = Within::sentence;  // cooccur, require, limit
  std::uint32_t distance = 0;        // cooccur: at most so many words between; 0: any
  bool ordered = false;              // cooccur: `with` comes after `any`
  CueId with_unless = no_cue;        // require: a sentence with one of these does not count as the companion
  CueId with_next = no_cue;          // require: a companion too, but only in the sentence that follows
  CueId also = no_cue;  // require: any sentence of the document with one of these may hold the companion
  std::uint32_t words_min = 0;      // repeat: words shorter than so many letters do not count
  std::int64_t max = -1, min = -1;  // limit, metric, section
  std::string field, metric;
  std::vector<std::string> allowed, parts;  // field; section: zones that must all be there
  Role role = Role::none;                   // section, metric
  std::vector<std::string> replacements;    // swap, by phrase
  std::vector<std::string> suppressed_by;
  std::vector<std::string> flags, passes;  // tests
  std::uint32_t code = 0;                  // of Kind::code: index of the function
};

}  // namespace assay::redflags
