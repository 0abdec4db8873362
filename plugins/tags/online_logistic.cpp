#include "plugins/tags/online_logistic.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay::tagging {
namespace {

constexpr int newton_steps = 3, fit_steps = 20, bounded_steps = 2, halvings = 2;
// Nats of likelihood: a step that should gain less is the last. Of few rows a nat is much.
constexpr double fit_close = 2, fit_close_per_row = 0.002;
constexpr std::size_t coarse = 6, coarse_least = 2000;
constexpr std::size_t lane = 8;          // inputs that are multiplied at a time
constexpr std::size_t block_rows = 256;  // rows that are added up in single precision

// Solves A x = b in place of b; A: lower triangle of a positive definite n x n matrix, overwritten.
void solve(std::vector<double>& a, std::vector<double>& b, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
}

// to[0, n) += factor * from[0, n), n a multiple of lane.
void add_scaled(float* __restrict to, const float* __restrict from, float factor, std::size_t n) {
  for (std::size_t i = 0; i < n; i += lane)
    for (std::size_t k = 0; k < lane; ++k) to[i + k] += factor * from[i + k];
}

// ln(1 + e^x)
double soft_plus(double x) { return x > 30 ? x : std::log1p(std::exp(x)); }

}  // namespace

OnlineLogistic::OnlineLogistic(std::span<const float> defaults, std::span<const float> deviations,
                               double memory)
    : n_(defaults.size()),
      memory_(memory),
      weights_(defaults.begin(), defaults.end()),
      mean_(defaults.begin(), defaults.end()),
      prior_(mean_),
      precision_(n_ * n_, 0) {
  for (std::size_t i = 0; i < n_; ++i) {
    const double deviation = static_cast<double>(deviations[i]);
    prior_precision_.push_back(1 / (deviation * deviation));
    precision_[i * n_ + i] = prior_precision_[i];
  }
}

float OnlineLogistic::score(const float* inputs) const {
  float sum = 0;
  for (std::size_t i = 0; i < n_; ++i) sum += weights_[i] * inputs[i];
  return sum;
}

double OnlineLogistic::differentiate(std::span<const Row> rows, bool bounded) {
  const std::size_t width = (n_ + lane - 1) / lane * lane;
  factor_ = precision_;
  gradient_.assign(n_, 0);
  double least = 0;
  for (std::size_t i = 0; i < n_; ++i)
    for (std::size_t j = 0; j < n_; ++j)
      gradient_[i] -= (i >= j ? precision_[i * n_ + j] : precision_[j * n_ + i]) * (mean_[j] - start_[j]);
  for (std::size_t i = 0; i < n_; ++i) least -= (mean_[i] - start_[i]) * gradient_[i] / 2;
  padded_.assign(width, 0);
  for (std::size_t begin = 0; begin < rows.size(); begin += block_rows) {
    block_.assign(n_ * width, 0);
    for (const Row& row : rows.subspan(begin, std::min(block_rows, rows.size() - begin))) {
      std::copy(row.inputs, row.inputs + n_, padded_.begin());
      double sum = 0;
      for (std::size_t i = 0; i < n_; ++i) sum += mean_[i] * static_cast<double>(row.inputs[i]);
      const double p = 1 / (1 + std::exp(-sum));
      const double importance = static_cast<double>(row.importance);
      const double error = importance * ((row.yes ? 1 : 0) - p);
      const double bend = bounded && std::abs(sum) > 1e-3 ? std::tanh(sum / 2) / (2 * sum) : p * (1 - p);
      const auto curve = static_cast<float>(importance * bend);
      least += importance * soft_plus(row.yes ? -sum : sum);
      for (std::size_t i = 0; i < n_; ++i) {
        const float input = row.inputs[i];
        if (input == 0) continue;
        gradient_[i] += error * static_cast<double>(input);
        add_scaled(&block_[i * width], padded_.data(), curve * input, (i + lane) / lane * lane);
      }
    }
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j <= i; ++j) factor_[i * n_ + j] += static_cast<double>(block_[i * width + j]);
  }
  return least;
}

double OnlineLogistic::objective(std::span<const Row> rows, const std::vector<double>& mean) const {
  double least = 0;
  for (std::size_t i = 0; i < n_; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      least += (i == j ? 0.5 : 1) * precision_[i * n_ + j] * (mean[i] - start_[i]) * (mean[j] - start_[j]);
  for (const Row& row : rows) {
    double sum = 0;
    for (std::size_t i = 0; i < n_; ++i) sum += mean[i] * static_cast<double>(row.inputs[i]);
    least += static_cast<double>(row.importance) * soft_plus(row.yes ? -sum : sum);
  }
  return least;
}

void OnlineLogistic::publish() {
  for (std::size_t i = 0; i < n_; ++i) weights_[i] = static_cast<float>(mean_[i]);
}

void OnlineLogistic::learn(std::span<const Row> rows) {
  if (rows.empty()) return;
  for (double& value : precision_) value *= memory_;
  for (std::size_t i = 0; i < n_; ++i) precision_[i * n_ + i] += (1 - memory_) * prior_precision_[i];
  start_ = mean_;
  for (int step = 0; step < newton_steps; ++step) {
    differentiate(rows, false);
    std::vector<double> hessian = factor_;
    solve(factor_, gradient_, n_);
    if (step + 1 == newton_steps) precision_ = std::move(hessian);
    // A step that would throw a weight far away is cut: the surface is flat out there.
    for (std::size_t i = 0; i < n_; ++i) mean_[i] += std::clamp(gradient_[i], -2.0, 2.0);
  }
  publish();
}

void OnlineLogistic::fit(std::span<const Row> rows) {
  mean_ = start_ = prior_;
  precision_.assign(n_ * n_, 0);
  for (std::size_t i = 0; i < n_; ++i) precision_[i * n_ + i] = prior_precision_[i];
  // Most of the way with a share of the rows, which stand for the others.
  if (rows.size() >= coarse_least) {
    std::vector<Row> some;
    for (std::size_t i = 0; i < rows.size(); i += coarse) {
      some.push_back(rows[i]);
      some.back().importance *= static_cast<float>(coarse);
    }
    descend(some);
  }
  descend(rows);
  precision_ = hessian_;  // but for the last small step
  publish();
}

// Newton's method until a step gains nothing to speak of. Where the surface is so flat that a step leads far
// away and up, the next steps take the least parabola that lies above it (Jaakkola and Jordan 2000): they
// always gain.
void OnlineLogistic::descend(std::span<const Row> rows) {
  std::vector<double> next(n_);
  const double close = std::min(fit_close, fit_close_per_row * static_cast<double>(rows.size()));
  int bounded = 0;
  for (int step = 0; step < fit_steps; ++step) {
    const double before = differentiate(rows, bounded > 0);
    hessian_ = factor_;
    const std::vector<double> gradient = gradient_;
    solve(factor_, gradient_, n_);
    // What the step would gain if the surface were the parabola it is taken for.
    const double hoped = std::inner_product(gradient.begin(), gradient.end(), gradient_.begin(), 0.0) / 2;
    double share = 1, gain = 0;
    for (int halved = 0; halved < halvings; ++halved, share /= 2) {
      for (std::size_t i = 0; i < n_; ++i) next[i] = mean_[i] + share * gradient_[i];
      gain = before - objective(rows, next);
      if (gain > 0) break;
    }
    if (gain > 0) mean_ = next;
    if (bounded == 0 && hoped < close) break;
    bounded = share < 1 ? bounded_steps : std::max(bounded - 1, 0);
  }
}

}  // namespace assay::tagging
