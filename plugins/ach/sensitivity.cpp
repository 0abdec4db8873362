#include "plugins/ach/sensitivity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace assay::ach {
namespace {

double penalty(Rating rating) { return is_step(rating) && step(rating) < 0 ? step(rating) : 0; }

// Who leads now, asked again and again of scores that differ a little.
class Leaders {
 public:
  explicit Leaders(const Scores& scores) : leads_(scores.size()) {
    for (const std::size_t j : highest(scores)) leads_[j] = true;
  }
  bool changed_by(const Scores& scores) const {
    const double top = *std::max_element(scores.begin(), scores.end()) - equal_within;
    for (std::size_t j = 0; j < scores.size(); ++j)
      if ((scores[j] >= top) != leads_[j]) return true;
    return false;
  }
  bool lead(std::size_t j) const { return leads_[j]; }
  bool all() const { return std::find(leads_.begin(), leads_.end(), false) == leads_.end(); }

 private:
  std::vector<bool> leads_;
};

// The leaders' margin over the best of the others; both must exist.
double margin(const Scores& scores, const Leaders& leaders) {
  double leading = -std::numeric_limits<double>::infinity(), rest = leading;
  for (std::size_t j = 0; j < scores.size(); ++j)
    (leaders.lead(j) ? leading : rest) = std::max(leaders.lead(j) ? leading : rest, scores[j]);
  return leading - rest;
}

// least[c]: the most that one column can lose in c steps, for c up to `most`.
Scores losses(const Ratings& ratings, const Scores& weights, std::size_t j, std::size_t most) {
  Scores best(most + 1, 0.0);
  std::size_t reach = 0;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    if (!is_step(ratings[i][j]) || ratings[i][j] == Rating::very_inconsistent) continue;
    // Steps down to neutral gain nothing; each one below costs the item's weight.
    const std::size_t free = static_cast<std::size_t>(std::max(step(ratings[i][j]), 0));
    const std::size_t paid = step(ratings[i][j]) < 0 ? 1 : 2;
    reach = std::min(most, reach + free + paid);
    for (std::size_t c = reach; c > free; --c)
      for (std::size_t p = 1; p <= paid && free + p <= c; ++p)
        best[c] = std::max(best[c], best[c - free - p] + static_cast<double>(p) * weights[i]);
  }
  for (std::size_t c = 1; c <= most; ++c) best[c] = std::max(best[c], best[c - 1]);
  return best;
}

// The gains of single steps that raise one column, largest first.
Scores gains(const Ratings& ratings, const Scores& weights, std::size_t j) {
  Scores steps;
  for (std::size_t i = 0; i < ratings.size(); ++i)
    for (double p = penalty(ratings[i][j]); p < 0; ++p) steps.push_back(weights[i]);
  std::sort(steps.begin(), steps.end(), std::greater<>());
  return steps;
}

// Hypotheses side by side, as many as add up in registers; the last block's surplus lanes are 0 and not read.
// Members, since the compiler keeps an array of sums in memory, which takes three times as long.
constexpr std::size_t lanes = 4, factors = 5;
struct Lanes {
  double a = 0, b = 0, c = 0, d = 0;
  void add(const Lanes& row, double weight) {
    a += row.a * weight, b += row.b * weight, c += row.c * weight, d += row.d * weight;
  }
};

// Rows that contradict anything, apart from their weights, small enough to stay in the nearest cache.
struct NoisyRows {
  std::vector<std::array<double, factors>> weights;  // the item's weight times each factor
  std::vector<Lanes> penalties;                      // of the first block of hypotheses, then of the next
};

NoisyRows noisy_rows(const Matrix& matrix, const Ratings& ratings) {
  // Weights are powers of sqrt(2), and so are the factors: from a table, the same product is the same number.
  std::array<double, 9> powers{};
  for (std::size_t t = 0; t < powers.size(); ++t)
    powers[t] = std::ldexp(t % 2 == 0 ? 1 : std::sqrt(2.0), static_cast<int>(t / 2) - 2);
  NoisyRows rows;
  Indexes contradicting;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    if (std::none_of(ratings[i].begin(), ratings[i].end(), [](Rating r) { return penalty(r) < 0; })) continue;
    contradicting.push_back(i);
    const auto rank = static_cast<std::size_t>(std::lround(2 * std::log2(weight(matrix.evidence[i]))) + 2);
    auto& weights = rows.weights.emplace_back();
    for (std::size_t f = 0; f < factors; ++f) weights[f] = powers[rank + f];
  }
  for (std::size_t first = 0; first < matrix.hypotheses.size(); first += lanes) {
    for (const std::size_t i : contradicting) {
      const auto cell = [&](std::size_t lane) {
        return first + lane < ratings[i].size() ? penalty(ratings[i][first + lane]) : 0;
      };
      rows.penalties.push_back({cell(0), cell(1), cell(2), cell(3)});
    }
  }
  return rows;
}

}  // namespace

Indexes leave_one_out(const Ratings& ratings, const Scores& weights, std::size_t hypotheses) {
  const Scores sums = inconsistency(ratings, weights, hypotheses);
  const Leaders leaders(sums);
  Indexes flips;
  Scores without(hypotheses);
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    for (std::size_t j = 0; j < hypotheses; ++j) without[j] = sums[j] - penalty(ratings[i][j]) * weights[i];
    if (leaders.changed_by(without)) flips.push_back(i);
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
  const Leaders leaders(sums);
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
        if (leaders.changed_by(sums)) flips.push_back({i, j, to});
        sums[j] = before;
      }
    }
  }
  return flips;
}

std::vector<WeightFlip> weight_flips(const Matrix& matrix, const Ratings& ratings) {
  const std::size_t n = matrix.hypotheses.size();
  const Scores sums = inconsistency(ratings, weights_of(matrix), n);
  const Leaders leaders(sums);
  std::vector<WeightFlip> flips;
  Scores changed(n);
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    for (const bool relevance : {false, true}) {
      for (const int move : {-1, 1}) {
        Evidence item;  // the weight needs its levels alone
        item.credibility = matrix.evidence[i].credibility;
        item.relevance = matrix.evidence[i].relevance;
        auto& level = relevance ? item.relevance : item.credibility;
        const int to = static_cast<int>(level.value_or(Level::medium)) + move;
        if (to < static_cast<int>(Level::low) || to > static_cast<int>(Level::high)) continue;
        level = static_cast<Level>(to);
        const double difference = weight(item) - weight(matrix.evidence[i]);
        for (std::size_t j = 0; j < n; ++j) changed[j] = sums[j] + penalty(ratings[i][j]) * difference;
        if (leaders.changed_by(changed)) flips.push_back({i, relevance, *level});
      }
    }
  }
  return flips;
}

std::vector<std::string> leave_one_origin_out(const Matrix& matrix, const Ratings& ratings) {
  const std::size_t n = matrix.hypotheses.size();
  const Scores sums = inconsistency(ratings, weights_of(matrix), n);
  const Leaders leaders(sums);
  std::map<std::string, Scores> without;
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    const Evidence& item = matrix.evidence[i];
    if (item.origin.empty()) continue;
    Scores& rest = without.try_emplace(item.origin, sums).first->second;
    for (std::size_t j = 0; j < n; ++j) rest[j] -= penalty(ratings[i][j]) * weight(item);
  }
  std::vector<std::string> flips;
  for (const auto& [origin, rest] : without)
    if (leaders.changed_by(rest)) flips.push_back(origin);
  return flips;
}

std::optional<FlipDistance> flip_distance(const Ratings& ratings, const Scores& weights,
                                          std::size_t hypotheses) {
  const Scores sums = inconsistency(ratings, weights, hypotheses);
  const Leaders leaders(sums);
  if (leaders.all()) return std::nullopt;
  const double top = *std::max_element(sums.begin(), sums.end());
  // A column without a contradiction stands at 0, and nothing stands higher: raising alone always gets there,
  // and so bounds every other way.
  std::vector<Scores> raise(hypotheses);
  FlipDistance found{std::numeric_limits<std::size_t>::max(), 0};
  for (std::size_t k = 0; k < hypotheses; ++k) {
    if (leaders.lead(k)) continue;
    raise[k] = gains(ratings, weights, k);
    double score = sums[k];
    std::size_t steps = 0;
    while (score < top - equal_within && steps < raise[k].size()) score += raise[k][steps++];
    if (steps < found.steps) found = {steps, k};
  }
  std::vector<Scores> lose;
  for (std::size_t j = 0; j < hypotheses; ++j) lose.push_back(losses(ratings, weights, j, found.steps));
  for (std::size_t k = 0; k < hypotheses; ++k) {
    if (leaders.lead(k)) continue;
    double score = sums[k];
    for (std::size_t raised = 0; raised < found.steps && raised <= raise[k].size(); ++raised) {
      if (raised > 0) score += raise[k][raised - 1];
      std::size_t steps = raised;
      for (std::size_t j = 0; j < hypotheses && steps < found.steps; ++j) {
        if (j == k) continue;
        const double gap = sums[j] - score - equal_within;
        if (gap <= 0) continue;
        steps +=
            static_cast<std::size_t>(std::lower_bound(lose[j].begin(), lose[j].end(), gap) - lose[j].begin());
      }
      if (steps < found.steps) found = {steps, k};
    }
  }
  return found;
}

Scores weight_noise(const Matrix& matrix, const Ratings& ratings, std::uint32_t seed, std::size_t draws) {
  const std::size_t n = matrix.hypotheses.size(), blocks = (n + lanes - 1) / lanes;
  const NoisyRows rows = noisy_rows(matrix, ratings);
  const std::size_t count = rows.weights.size();
  std::mt19937 random(seed);
  std::vector<std::size_t> leads(n);
  Scores weights(count), sums(blocks * lanes);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    // Four digits to the base of 5 from one number: their shares are even to one part in six million.
    std::uint32_t fraction = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (i % 4 == 0) fraction = static_cast<std::uint32_t>(random());
      const std::uint64_t wide = std::uint64_t{fraction} * factors;
      weights[i] = rows.weights[i][wide >> 32];
      fraction = static_cast<std::uint32_t>(wide);
    }
    for (std::size_t block = 0; block < blocks; ++block) {
      Lanes sum{}, other{};  // two, so that one addition need not wait for the one before
      const Lanes* row = rows.penalties.data() + block * count;
      std::size_t i = 0;
      for (; i + 1 < count; i += 2) sum.add(row[i], weights[i]), other.add(row[i + 1], weights[i + 1]);
      if (i < count) sum.add(row[i], weights[i]);
      sum.add(other, 1);
      double* out = &sums[block * lanes];
      out[0] = sum.a, out[1] = sum.b, out[2] = sum.c, out[3] = sum.d;
    }
    const double top =
        *std::max_element(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(n)) - equal_within;
    for (std::size_t j = 0; j < n; ++j) leads[j] += sums[j] >= top ? 1 : 0;
  }
  Scores result;
  for (const std::size_t led : leads) result.push_back(static_cast<double>(led) / static_cast<double>(draws));
  return result;
}

Scores marginal(const Ratings& ratings, const Scores& weights, std::size_t hypotheses) {
  const Scores sums = inconsistency(ratings, weights, hypotheses);
  const Leaders leaders(sums);
  Scores result(ratings.size());
  if (leaders.all()) return result;
  const double now = margin(sums, leaders);
  Scores without(hypotheses);
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    for (std::size_t j = 0; j < hypotheses; ++j) without[j] = sums[j] - penalty(ratings[i][j]) * weights[i];
    result[i] = now - margin(without, leaders);
  }
  return result;
}

}  // namespace assay::ach
