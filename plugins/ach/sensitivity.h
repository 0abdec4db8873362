// Sensitivity: what would change the leaders by weighted inconsistency. Linear in the size of the matrix for
// each question, because column sums are kept and one row is taken out or changed at a time. Weights are one
// an item.
#pragma once

#include <cstdint>

#include "plugins/ach/methods.h"

namespace assay::ach {

// Items whose removal changes the set of leaders by weighted inconsistency, with these weights.
Indexes leave_one_out(const Ratings& ratings, const Scores& weights, std::size_t hypotheses);
// The same by Bayes.
Indexes leave_one_out_bayes(const Matrix& matrix, const Ratings& ratings);

struct StepFlip {
  std::size_t item = 0, hypothesis = 0;
  Rating to = Rating::unrated;
};
// One-step changes of a single rating (II-I-N-C-CC) that change the leaders; by item, hypothesis, then the
// lower step first.
std::vector<StepFlip> one_step_flips(const Ratings& ratings, const Scores& weights, std::size_t hypotheses);

struct WeightFlip {
  std::size_t item = 0;
  bool relevance = false;  // else its credibility
  Level to = Level::medium;
};
// Changes of one item's credibility or relevance by one level that change the leaders; by item, credibility
// first, then the lower level first. An absent level moves from medium.
std::vector<WeightFlip> weight_flips(const Matrix& matrix, const Ratings& ratings);

// Origins that more than one item names, or one, whose removal with all their items changes the leaders; by
// name.
std::vector<std::string> leave_one_origin_out(const Matrix& matrix, const Ratings& ratings);

struct FlipDistance {
  std::size_t steps = 0;
  std::size_t hypothesis = 0;  // the one that then leads: the first of those that need so few
};
// The fewest one-step changes of single ratings after which a hypothesis that does not lead now is among the
// leaders. Exact, not a bound: the columns are independent but for the gap between them, so each column's
// cheapest way to lose so much is a knapsack over its steps. None when all lead.
std::optional<FlipDistance> flip_distance(const Ratings& ratings, const Scores& weights,
                                          std::size_t hypotheses);

inline constexpr std::size_t noise_draws = 1000;
inline constexpr std::uint32_t noise_seed =
    20051;  // the same everywhere, so that everybody sees the same figure
// Share of draws in which each hypothesis is among the leaders, each item's weight multiplied by one of 1/2,
// 1/sqrt(2), 1, sqrt(2), 2, all equally likely. Shares add up to more than 1 where draws end in ties.
Scores weight_noise(const Matrix& matrix, const Ratings& ratings, std::uint32_t seed = noise_seed,
                    std::size_t draws = noise_draws);

// How much each item adds to the lead: the margin of the present leaders over the best of the others, less
// the same margin without the item. Above 0: the item carries the lead. All 0 where all lead.
Scores marginal(const Ratings& ratings, const Scores& weights, std::size_t hypotheses);

}  // namespace assay::ach
