#include "plugins/ach/sensitivity.h"

#include <cmath>

namespace assay::ach {
namespace {

double penalty(Rating rating) { return is_step(rating) && step(rating) < 0 ? step(rating) : 0; }

}  // namespace

Indexes leave_one_out(const Ratings& ratings, const Scores& weights, std::size_t hypotheses) {
  const Scores sums = inconsistency(ratings, weights, hypotheses);
  const Indexes leaders = highest(sums);
  Indexes flips;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    Scores without = sums;
    for (std::size_t j = 0; j < hypotheses; ++j) without[j] -= penalty(ratings[i][j]) * weights[i];
    if (highest(without) != leaders) flips.push_back(i);
  }
  return flips;
}

Indexes leave_one_out_bayes(const Matrix& matrix, const Ratings& ratings) {
  const auto rows = log_evidence(matrix, ratings);
  Scores sums;
  for (const double prior : matrix.priors) sums.push_back(std::log(prior));
  for (const Scores& row : rows)
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += row[j];
  const Indexes leaders = highest(softmax(sums));
  Indexes flips;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Scores without = sums;
    for (std::size_t j = 0; j < sums.size(); ++j) without[j] -= rows[i][j];
    if (highest(softmax(std::move(without))) != leaders) flips.push_back(i);
  }
  return flips;
}

std::vector<StepFlip> one_step_flips(const Ratings& ratings, const Scores& weights, std::size_t hypotheses) {
  Scores sums = inconsistency(ratings, weights, hypotheses);
  const Indexes leaders = highest(sums);
  std::vector<StepFlip> flips;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    for (std::size_t j = 0; j < hypotheses; ++j) {
      const Rating now = ratings[i][j];
      if (!is_step(now)) continue;
      for (const int move : {-1, 1}) {
        const auto to = static_cast<Rating>(static_cast<int>(now) + move);
        if (to < Rating::very_inconsistent || to > Rating::very_consistent) continue;
        const double before = sums[j];
        sums[j] += (penalty(to) - penalty(now)) * weights[i];
        if (highest(sums) != leaders) flips.push_back({i, j, to});
        sums[j] = before;
      }
    }
  }
  return flips;
}

}  // namespace assay::ach
