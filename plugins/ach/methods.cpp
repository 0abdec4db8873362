#include "plugins/ach/methods.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

namespace assay::ach {
namespace {

// 2 for II, 1 for I, 0 for all else: what refutes counts, what fits does not.
double points(Rating rating) { return is_step(rating) && step(rating) < 0 ? -step(rating) : 0; }

double level_factor(std::optional<Level> level, double high) {
  switch (level.value_or(Level::medium)) {
    case Level::low:
      return 1 / high;
    case Level::medium:
      return 1;
    case Level::high:
      return high;
  }
  return 1;
}

// Ties within `equal_within` must not depend on the order of summation, and sorting needs a strict order: so
// compare rounded.
long long rounded(double value) { return std::llround(value / equal_within); }

Indexes best(const Scores& scores, double sign) {
  Indexes leaders;
  if (scores.empty()) return leaders;
  double top = sign * scores.front();
  for (const double score : scores) top = std::max(top, sign * score);
  for (std::size_t j = 0; j < scores.size(); ++j)
    if (sign * scores[j] >= top - equal_within) leaders.push_back(j);
  return leaders;
}

double population_deviation(const Scores& values) {
  if (values.empty()) return 0;
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / n);
}

double binary_entropy(double p) {
  if (p <= 0 || p >= 1) return 0;
  return -p * std::log2(p) - (1 - p) * std::log2(1 - p);
}

// P(item | hypothesis) for a step, its logarithm and its entropy: asked for at every cell of every method.
struct Likelihood {
  explicit Likelihood(double p) : value(p), log(std::log(p)), entropy(binary_entropy(p)) {}
  double value, log, entropy;
};

const Likelihood& likelihood(Rating rating) {
  static const std::array<Likelihood, 5> of_step = {Likelihood(0.05), Likelihood(0.20), Likelihood(0.50),
                                                    Likelihood(0.80), Likelihood(0.95)};
  assert(is_step(rating));
  return of_step[static_cast<std::size_t>(step(rating) + 2)];
}

// The mean logarithm of a row's steps; none when fewer than two cells are steps.
std::optional<double> mean_log(const std::vector<Rating>& row) {
  double sum = 0;
  std::size_t steps = 0;
  for (const Rating rating : row)
    if (is_step(rating)) sum += likelihood(rating).log, ++steps;
  if (steps < 2) return std::nullopt;
  return sum / static_cast<double>(steps);
}

}  // namespace

const char* to_string(Rating rating) {
  static constexpr std::array<const char*, 7> names = {"", "NA", "II", "I", "N", "C", "CC"};
  return names[static_cast<std::size_t>(rating)];
}

std::optional<Rating> rating_from(std::string_view word) {
  for (int i = 1; i <= static_cast<int>(Rating::very_consistent); ++i)
    if (word == to_string(static_cast<Rating>(i))) return static_cast<Rating>(i);
  return std::nullopt;
}

const char* to_string(Level level) {
  static constexpr std::array<const char*, 3> names = {"L", "M", "H"};
  return names[static_cast<std::size_t>(level)];
}

std::optional<Level> level_from(std::string_view word) {
  for (const Level level : {Level::low, Level::medium, Level::high})
    if (word == to_string(level)) return level;
  return std::nullopt;
}

double weight(const Evidence& item) {
  const double high = std::sqrt(2.0);
  // High with low is exactly 1, and equal levels exactly 2, 1 or a half: no rounding may break a tie.
  const auto rank = [](std::optional<Level> level) {
    return static_cast<int>(level.value_or(Level::medium)) - 1;
  };
  switch (rank(item.credibility) + rank(item.relevance)) {
    case -2:
      return 0.5;
    case -1:
      return 1 / high;
    case 0:
      return 1;
    case 1:
      return high;
    default:
      return 2;
  }
}

Scores weights_of(const Matrix& matrix) {
  Scores weights;
  for (const Evidence& item : matrix.evidence) weights.push_back(weight(item));
  return weights;
}

Indexes highest(const Scores& scores) { return best(scores, 1); }
Indexes lowest(const Scores& scores) { return best(scores, -1); }

Scores minus_count(const Ratings& ratings, std::size_t hypotheses) {
  Scores sums(hypotheses);
  for (const auto& row : ratings)
    for (std::size_t j = 0; j < hypotheses; ++j) sums[j] += points(row[j]) > 0 ? 1 : 0;
  return sums;
}

Scores inconsistency(const Ratings& ratings, const Scores& weights, std::size_t hypotheses) {
  Scores sums(hypotheses);
  for (std::size_t i = 0; i < ratings.size(); ++i)
    for (std::size_t j = 0; j < hypotheses; ++j)
      if (const double p = points(ratings[i][j]); p > 0) sums[j] -= p * weights[i];
  return sums;
}

Scores net_score(const Ratings& ratings, std::size_t hypotheses) {
  Scores sums(hypotheses);
  for (const auto& row : ratings)
    for (std::size_t j = 0; j < hypotheses; ++j) sums[j] += is_step(row[j]) ? step(row[j]) : 0;
  return sums;
}

Scores burton(const Matrix& matrix, const Ratings& ratings) {
  Scores sums(matrix.hypotheses.size());
  for (std::size_t i = 0; i < ratings.size(); ++i)
    for (std::size_t j = 0; j < sums.size(); ++j)
      sums[j] += points(ratings[i][j]) * level_factor(matrix.evidence[i].credibility, 2);
  return sums;
}

Scores burton_rows(const Ratings& ratings) {
  Scores sums;
  for (const auto& row : ratings) {
    double sum = 0;
    for (const Rating rating : row) sum += points(rating);
    sums.push_back(sum);
  }
  return sums;
}

std::vector<Bounds> bounds(const Matrix& matrix, const Ratings& ratings) {
  std::vector<Bounds> result(matrix.hypotheses.size());
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const double w = weight(matrix.evidence[i]);
    for (std::size_t j = 0; j < result.size(); ++j) {
      const Rating rating = ratings[i][j];
      result[j].best -= points(rating) * w;
      result[j].worst -= (rating == Rating::unrated ? 2 : points(rating)) * w;
    }
  }
  return result;
}

Indexes undecided(const std::vector<Bounds>& bounds) {
  Scores now;
  for (const Bounds& range : bounds) now.push_back(range.best);
  const Indexes leaders = highest(now);
  double worst = INFINITY;
  for (const std::size_t j : leaders) worst = std::min(worst, bounds[j].worst);
  Indexes rivals;
  for (std::size_t j = 0; j < bounds.size(); ++j)
    if (bounds[j].best > worst + equal_within && !std::binary_search(leaders.begin(), leaders.end(), j))
      rivals.push_back(j);
  return rivals;
}

OpenSynthesis open_synthesis(const std::vector<const Ratings*>& votes, std::size_t evidence,
                             std::size_t hypotheses) {
  OpenSynthesis result;
  result.inconsistency.resize(hypotheses);
  result.consistency.resize(hypotheses);
  std::vector<std::size_t> item_na(evidence), item_unrated(evidence), column_na(hypotheses),
      column_unrated(hypotheses);
  for (std::size_t i = 0; i < evidence; ++i) {
    Scores means;
    for (std::size_t j = 0; j < hypotheses; ++j) {
      double sum = 0;
      std::size_t cast = 0, not_applicable = 0;
      for (const Ratings* ratings : votes) {
        const Rating rating = (*ratings)[i][j];
        if (rating == Rating::unrated) continue;
        ++cast;
        if (rating == Rating::not_applicable) ++not_applicable;
        sum += is_step(rating) ? step(rating) : 0;
      }
      if (cast == 0) {
        ++item_unrated[i], ++column_unrated[j];
        continue;
      }
      if (not_applicable > cast - not_applicable) ++item_na[i], ++column_na[j];
      const double mean = sum / static_cast<double>(cast);
      means.push_back(mean);
      (mean < 0 ? result.inconsistency : result.consistency)[j] += mean * mean;
    }
    result.diagnosticity.push_back(population_deviation(means));
  }
  const auto ordered = [](std::size_t n, const auto& key) {
    Indexes order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    return order;
  };
  result.hypothesis_order = ordered(hypotheses, [&](std::size_t j) {
    return std::tuple(rounded(result.inconsistency[j]), -rounded(result.consistency[j]), column_na[j],
                      column_unrated[j]);
  });
  result.evidence_order = ordered(evidence, [&](std::size_t i) {
    return std::tuple(-rounded(result.diagnosticity[i]), item_na[i], item_unrated[i]);
  });
  return result;
}

std::optional<Scores> likelihoods(const std::vector<Rating>& row) {
  const auto mean = mean_log(row);
  if (!mean) return std::nullopt;
  const double elsewhere = std::exp(*mean);
  Scores result;
  result.reserve(row.size());
  for (const Rating rating : row) result.push_back(is_step(rating) ? likelihood(rating).value : elsewhere);
  return result;
}

double tempering(const Evidence& item) { return weight(item) / 2; }

std::vector<Scores> log_evidence(const Matrix& matrix, const Ratings& ratings) {
  std::vector<Scores> result(ratings.size(), Scores(matrix.hypotheses.size()));
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const auto mean = mean_log(ratings[i]);
    if (!mean) continue;
    const double t = tempering(matrix.evidence[i]);
    for (std::size_t j = 0; j < result[i].size(); ++j)
      result[i][j] = t * (is_step(ratings[i][j]) ? likelihood(ratings[i][j]).log : *mean);
  }
  return result;
}

Scores softmax(Scores logs) {
  if (logs.empty()) return logs;
  const double top = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (double& value : logs) sum += value = std::exp(value - top);
  for (double& value : logs) value /= sum;
  return logs;
}

Scores bayes(const Matrix& matrix, const Ratings& ratings) {
  Scores logs;
  for (const double prior : matrix.priors) logs.push_back(std::log(prior));
  for (const Scores& row : log_evidence(matrix, ratings))
    for (std::size_t j = 0; j < logs.size(); ++j) logs[j] += row[j];
  return softmax(std::move(logs));
}

Scores weight_of_evidence(const Matrix& matrix, const Ratings& ratings, std::size_t a, std::size_t b) {
  Scores decibans;
  for (const Scores& row : log_evidence(matrix, ratings))
    decibans.push_back(10 * (row[a] - row[b]) / std::log(10.0));
  return decibans;
}

Opinion subjective_logic(const Matrix& matrix, const Ratings& ratings) {
  const Scores& base = matrix.priors;
  Opinion fused{Scores(base.size()), 1, {}};
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const auto row = likelihoods(ratings[i]);
    if (!row) continue;
    double sum = 0, uncertainty = INFINITY;
    for (std::size_t j = 0; j < base.size(); ++j) sum += base[j] * (*row)[j];
    // p(j) / a(j) is L(j) / sum: the most uncertain opinion that still projects to p.
    for (const double l : *row) uncertainty = std::min(uncertainty, l / sum);
    const double t = tempering(matrix.evidence[i]);
    const double u = 1 - t * (1 - uncertainty);
    const double k = fused.uncertainty + u - fused.uncertainty * u;
    for (std::size_t j = 0; j < base.size(); ++j) {
      const double belief = t * base[j] * ((*row)[j] / sum - uncertainty);
      fused.belief[j] = (fused.belief[j] * u + belief * fused.uncertainty) / k;
    }
    fused.uncertainty = fused.uncertainty * u / k;
  }
  for (std::size_t j = 0; j < base.size(); ++j)
    fused.projected.push_back(fused.belief[j] + base[j] * fused.uncertainty);
  return fused;
}

Scores mutual_information(const Ratings& ratings) {
  Scores bits;
  for (const auto& row : ratings) {
    double sum = 0, entropy = 0, n = 0;
    for (const Rating rating : row)
      if (is_step(rating)) sum += likelihood(rating).value, entropy += likelihood(rating).entropy, ++n;
    bits.push_back(n < 2 ? 0 : std::max(0.0, binary_entropy(sum / n) - entropy / n));
  }
  return bits;
}

Indexes zero_diagnostic(const Ratings& ratings) {
  Indexes rows;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    std::vector<Rating> steps;
    for (const Rating rating : ratings[i])
      if (is_step(rating)) steps.push_back(rating);
    if (steps.size() < 2 ||
        std::all_of(steps.begin(), steps.end(), [&](Rating r) { return r == steps.front(); }))
      rows.push_back(i);
  }
  return rows;
}

std::vector<int> ranges(const Ratings& ratings) {
  std::vector<int> result;
  for (const auto& row : ratings) {
    int low = 2, high = -2;
    for (const Rating rating : row)
      if (is_step(rating)) low = std::min(low, step(rating)), high = std::max(high, step(rating));
    result.push_back(std::max(high - low, 0));
  }
  return result;
}

Scores coverage(const Ratings& ratings, std::size_t hypotheses) {
  Scores shares(hypotheses);
  if (ratings.empty()) return shares;
  for (const auto& row : ratings)
    for (std::size_t j = 0; j < hypotheses; ++j) shares[j] += row[j] != Rating::unrated ? 1 : 0;
  for (double& share : shares) share /= static_cast<double>(ratings.size());
  return shares;
}

std::vector<MethodLeaders> method_leaders(const Matrix& matrix, const Ratings& ratings) {
  const std::size_t n = matrix.hypotheses.size();
  const OpenSynthesis order = open_synthesis({&ratings}, ratings.size(), n);
  Indexes first;
  for (std::size_t j = 0; j < n && n > 0; ++j) {
    const std::size_t best = order.hypothesis_order.front();
    if (rounded(order.inconsistency[j]) == rounded(order.inconsistency[best]) &&
        rounded(order.consistency[j]) == rounded(order.consistency[best]))
      first.push_back(j);
  }
  return {{"inconsistency_count", highest(inconsistency(ratings, Scores(ratings.size(), 1.0), n))},
          {"weighted_inconsistency", highest(inconsistency(ratings, weights_of(matrix), n))},
          {"burton_inconsistency", lowest(burton(matrix, ratings))},
          {"open_synthesis", first},
          {"bayes", highest(bayes(matrix, ratings))},
          {"subjective_logic", highest(subjective_logic(matrix, ratings).projected)}};
}

bool agree(const std::vector<MethodLeaders>& methods) {
  return std::all_of(methods.begin(), methods.end(),
                     [&](const MethodLeaders& m) { return m.leaders == methods.front().leaders; });
}

Scores by_stance(const Matrix& matrix, const Ratings& ratings, Stance stance) {
  Scores weights;
  for (const Evidence& item : matrix.evidence)
    weights.push_back(item.stance.value_or(stance) == stance ? weight(item) : 0);
  return inconsistency(ratings, weights, matrix.hypotheses.size());
}

Scores origin_collapsed(const Matrix& matrix, const Ratings& ratings) {
  Scores sums(matrix.hypotheses.size());
  std::map<std::string, Scores> strongest;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const Evidence& item = matrix.evidence[i];
    Scores* group = nullptr;
    if (!item.origin.empty()) group = &strongest.try_emplace(item.origin, Scores(sums.size())).first->second;
    for (std::size_t j = 0; j < sums.size(); ++j) {
      const double penalty = points(ratings[i][j]) * weight(item);
      if (group)
        (*group)[j] = std::max((*group)[j], penalty);
      else
        sums[j] -= penalty;
    }
  }
  for (const auto& [origin, penalties] : strongest)
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] -= penalties[j];
  return sums;
}

}  // namespace assay::ach
