#include "plugins/ach/group.h"

#include <algorithm>
#include <cmath>

namespace assay::ach {
namespace {

struct Votes {
  std::vector<int> steps;  // of those who rated on the five steps, ascending
  std::size_t not_applicable = 0;
  std::size_t count() const { return steps.size() + not_applicable; }
  double mean() const {
    double sum = 0;
    for (const int s : steps) sum += s;
    return sum / static_cast<double>(steps.size());
  }
};

Votes votes_of(const Matrix& matrix, std::size_t i, std::size_t j) {
  Votes votes;
  for (const auto& [name, ratings] : matrix.analysts) {
    const Rating rating = ratings[i][j];
    if (is_step(rating))
      votes.steps.push_back(step(rating));
    else if (rating == Rating::not_applicable)
      ++votes.not_applicable;
  }
  std::sort(votes.steps.begin(), votes.steps.end());
  return votes;
}

Rating from_step(int s) { return static_cast<Rating>(s + static_cast<int>(Rating::neutral)); }

// NA when more voted so than not; else the mean, halves rounded to the even one of 1 (II) to 5 (CC).
Rating open_synthesis_aggregate(const Votes& votes) {
  if (votes.count() == 0) return Rating::unrated;
  if (votes.not_applicable > votes.steps.size()) return Rating::not_applicable;
  return from_step(static_cast<int>(std::nearbyint(votes.mean() + 3)) - 3);
}

// The larger of the sample deviations of "said NA or not" and of the steps.
double open_synthesis_disagreement(const Votes& votes) {
  const auto n = static_cast<double>(votes.count());
  double applicability = 0, steps = 0;
  if (n >= 2) {
    const double p = static_cast<double>(votes.not_applicable) / n;
    applicability = std::sqrt(n * p * (1 - p) / (n - 1));
  }
  if (votes.steps.size() >= 2) {
    const double mean = votes.mean();
    for (const int s : votes.steps) steps += (s - mean) * (s - mean);
    steps = std::sqrt(steps / static_cast<double>(votes.steps.size() - 1));
  }
  return std::max(applicability, steps);
}

// Population deviation of II -2, I -1.5, N and NA 0, C 1.5, CC 2, in that tool's four classes.
int burton_dispute(const Votes& votes) {
  std::vector<double> values(votes.not_applicable, 0.0);
  for (const int s : votes.steps)
    values.push_back(s == 0 ? 0 : s < 0 ? (s == -2 ? -2 : -1.5) : (s == 2 ? 2 : 1.5));
  if (values.empty()) return 1;
  double mean = 0, sum = 0;
  for (const double v : values) mean += v / static_cast<double>(values.size());
  for (const double v : values) sum += (v - mean) * (v - mean);
  const double deviation = std::sqrt(sum / static_cast<double>(values.size()));
  return deviation <= 0.25 + equal_within   ? 1
         : deviation <= 1 + equal_within    ? 2
         : deviation <= 1.74 + equal_within ? 3
                                            : 4;
}

double spread(const Votes& votes) {
  double sum = 0, pairs = 0;
  for (std::size_t a = 0; a < votes.steps.size(); ++a)
    for (std::size_t b = a + 1; b < votes.steps.size(); ++b) sum += votes.steps[b] - votes.steps[a], ++pairs;
  return pairs > 0 ? sum / pairs / 4 : 0;
}

// On an even count the more inconsistent of the two middle votes: ACH refutes.
Rating lower_median(const Votes& votes) {
  if (votes.count() == 0) return Rating::unrated;
  if (votes.not_applicable > votes.steps.size()) return Rating::not_applicable;
  return from_step(votes.steps[(votes.steps.size() - 1) / 2]);
}

}  // namespace

Group group(const Matrix& matrix) {
  Group result;
  const std::size_t hypotheses = matrix.hypotheses.size(), evidence = matrix.evidence.size();
  std::vector<const Ratings*> ballots;
  result.burton_sum.resize(hypotheses);
  for (const auto& [name, ratings] : matrix.analysts) {
    ballots.push_back(&ratings);
    const Scores own = burton(matrix, ratings);
    for (std::size_t j = 0; j < hypotheses; ++j) result.burton_sum[j] += own[j];
    result.burton.emplace(name, own);
  }
  result.open_synthesis = open_synthesis(ballots, evidence, hypotheses);
  const auto fill = [&](auto& cells, const auto& of) {
    cells.resize(evidence);
    for (std::size_t i = 0; i < evidence; ++i)
      for (std::size_t j = 0; j < hypotheses; ++j) cells[i].push_back(of(votes_of(matrix, i, j)));
  };
  fill(result.open_synthesis_aggregate, open_synthesis_aggregate);
  fill(result.open_synthesis_disagreement, open_synthesis_disagreement);
  fill(result.burton_dispute, burton_dispute);
  fill(result.spread, spread);
  fill(result.aggregate, lower_median);
  Scores weights;
  for (const Evidence& item : matrix.evidence) weights.push_back(weight(item));
  result.weighted_inconsistency = inconsistency(result.aggregate, weights, hypotheses);
  return result;
}

}  // namespace assay::ach
