#include "plugins/tags/online_logistic.h"

#include <algorithm>
#include <cmath>

namespace assay::tagging {
namespace {

constexpr int newton_steps = 3;

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

}  // namespace

OnlineLogistic::OnlineLogistic(std::span<const float> defaults, std::span<const float> deviations,
                               double memory)
    : n_(defaults.size()),
      memory_(memory),
      weights_(defaults.begin(), defaults.end()),
      mean_(defaults.begin(), defaults.end()),
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

void OnlineLogistic::learn(std::span<const Row> rows) {
  if (rows.empty()) return;
  for (double& value : precision_) value *= memory_;
  for (std::size_t i = 0; i < n_; ++i) precision_[i * n_ + i] += (1 - memory_) * prior_precision_[i];
  start_ = mean_;
  std::vector<std::size_t> used;
  for (int step = 0; step < newton_steps; ++step) {
    factor_ = precision_;
    gradient_.assign(n_, 0);
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = 0; j < n_; ++j)
        gradient_[i] -= (i >= j ? precision_[i * n_ + j] : precision_[j * n_ + i]) * (mean_[j] - start_[j]);
    for (const Row& row : rows) {
      double sum = 0;
      used.clear();
      for (std::size_t i = 0; i < n_; ++i)
        if (row.inputs[i] != 0) {
          used.push_back(i);
          sum += mean_[i] * static_cast<double>(row.inputs[i]);
        }
      const double p = 1 / (1 + std::exp(-sum));
      const double importance = static_cast<double>(row.importance);
      const double error = importance * ((row.yes ? 1 : 0) - p), curve = importance * p * (1 - p);
      for (std::size_t a = 0; a < used.size(); ++a) {
        const std::size_t i = used[a];
        const double input = static_cast<double>(row.inputs[i]);
        gradient_[i] += error * input;
        for (std::size_t b = 0; b <= a; ++b)
          factor_[i * n_ + used[b]] += curve * input * static_cast<double>(row.inputs[used[b]]);
      }
    }
    std::vector<double>& hessian = factor_;
    if (step + 1 == newton_steps) {
      std::vector<double> keep = hessian;
      solve(hessian, gradient_, n_);
      precision_ = std::move(keep);
    } else {
      solve(hessian, gradient_, n_);
    }
    // A step that would throw a weight far away is cut: the surface is flat out there.
    for (std::size_t i = 0; i < n_; ++i) mean_[i] += std::clamp(gradient_[i], -2.0, 2.0);
  }
  for (std::size_t i = 0; i < n_; ++i) weights_[i] = static_cast<float>(mean_[i]);
}

}  // namespace assay::tagging
