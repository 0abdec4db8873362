#include "plugins/ach/group.h"

#include <algorithm>
#include <array>
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

Votes votes_of(const Matrix& matrix, std::size_t i, std::size_t j, const std::string* without = nullptr) {
  Votes votes;
  for (const auto& [name, ratings] : matrix.analysts) {
    if (without && name == *without) continue;
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

double spread_of(const Votes& votes) {
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

template <class T, class Of>
Cells<T> cells_of(const Matrix& matrix, const std::string* without, const Of& of) {
  Cells<T> cells(matrix.evidence.size());
  for (std::size_t i = 0; i < cells.size(); ++i)
    for (std::size_t j = 0; j < matrix.hypotheses.size(); ++j)
      cells[i].push_back(of(votes_of(matrix, i, j, without)));
  return cells;
}

}  // namespace

Ratings aggregate(const Matrix& matrix, const std::string* without) {
  return cells_of<Rating>(matrix, without, lower_median);
}

Cells<double> spread(const Matrix& matrix) { return cells_of<double>(matrix, nullptr, spread_of); }

std::vector<std::string> leave_one_analyst_out(const Matrix& matrix) {
  const Scores weights = weights_of(matrix);
  const auto leaders = [&](const std::string* without) {
    return highest(inconsistency(aggregate(matrix, without), weights, matrix.hypotheses.size()));
  };
  const Indexes all = leaders(nullptr);
  std::vector<std::string> flips;
  for (const auto& [name, ratings] : matrix.analysts)
    if (leaders(&name) != all) flips.push_back(name);
  return flips;
}

std::optional<double> ordinal_alpha(const Matrix& matrix) {
  static constexpr std::size_t steps = 5;
  std::array<std::array<double, steps>, steps> coincidences{};
  std::array<double, steps> totals{};
  double n = 0;
  for (std::size_t i = 0; i < matrix.evidence.size(); ++i) {
    for (std::size_t j = 0; j < matrix.hypotheses.size(); ++j) {
      const Votes votes = votes_of(matrix, i, j);
      const std::size_t m = votes.steps.size();
      if (m < 2) continue;
      for (std::size_t a = 0; a < m; ++a)
        for (std::size_t b = 0; b < m; ++b)
          if (a != b)
            coincidences[static_cast<std::size_t>(votes.steps[a] + 2)]
                        [static_cast<std::size_t>(votes.steps[b] + 2)] += 1 / static_cast<double>(m - 1);
    }
  }
  for (std::size_t c = 0; c < steps; ++c)
    for (std::size_t k = 0; k < steps; ++k) totals[c] += coincidences[c][k], n += coincidences[c][k];
  double observed = 0, expected = 0;
  for (std::size_t c = 0; c < steps; ++c) {
    double between = totals[c] / 2;
    for (std::size_t k = c + 1; k < steps; ++k) {
      // The ordinal difference: how many values lie between two ranks, the ends by half.
      between += totals[k] / 2;
      observed += coincidences[c][k] * between * between;
      expected += totals[c] * totals[k] * between * between;
      between += totals[k] / 2;
    }
  }
  if (n == 0 || expected == 0) return std::nullopt;
  return 1 - (n - 1) * observed / expected;
}

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
  result.open_synthesis_aggregate = cells_of<Rating>(matrix, nullptr, open_synthesis_aggregate);
  result.open_synthesis_disagreement = cells_of<double>(matrix, nullptr, open_synthesis_disagreement);
  result.burton_dispute = cells_of<int>(matrix, nullptr, burton_dispute);
  result.spread = spread(matrix);
  result.aggregate = aggregate(matrix);
  result.weighted_inconsistency = inconsistency(result.aggregate, weights_of(matrix), hypotheses);
  return result;
}

}  // namespace assay::ach
