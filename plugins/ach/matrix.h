// Matrix: evidence against hypotheses, as analysts rate it (Analysis of Competing Hypotheses).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::ach {

// Unrated is not neutral (nobody looked), and neither is not applicable (the item cannot bear on the
// hypothesis).
enum class Rating {
  unrated,
  not_applicable,
  very_inconsistent,
  inconsistent,
  neutral,
  consistent,
  very_consistent
};
enum class Level { low, medium, high };
enum class Stance { sincere, deceptive };  // the two readings of a statement that may be a deception

// Whether a rating is one of the five steps from very inconsistent to very consistent.
constexpr bool is_step(Rating rating) { return rating >= Rating::very_inconsistent; }
// -2 (very inconsistent) to 2. Only for steps.
constexpr int step(Rating rating) { return static_cast<int>(rating) - static_cast<int>(Rating::neutral); }
// "CC", "C", "N", "I", "II", "NA", or "" for unrated.
const char* to_string(Rating rating);
// The other way; none for any other word, "" included.
std::optional<Rating> rating_from(std::string_view word);
// "L", "M", "H".
const char* to_string(Level level);
std::optional<Level> level_from(std::string_view word);

struct Evidence {
  std::string text;
  std::optional<Level> credibility, relevance;  // absent counts as medium
  std::string origin;            // items of one origin repeat one report; empty: an origin of its own
  std::optional<Stance> stance;  // absent: counts in both readings
  std::string type = {};  // as written: report, assumption, imagery and so on; "assumption" has a meaning
  std::string source = {}, date = {}, note = {};  // for people; no score looks at them
};

using Ratings = std::vector<std::vector<Rating>>;  // [evidence][hypothesis], rectangular

struct Matrix {
  std::string title = {};
  std::vector<std::string> hypotheses;
  std::vector<double> priors;  // one a hypothesis, above 0, sum 1; uniform unless given
  std::vector<Evidence> evidence;
  std::optional<Ratings> ratings;
  std::map<std::string, Ratings> analysts;  // everybody's own ratings, by name
};

}  // namespace assay::ach
