// Online logistic regression that knows how sure it is: Laplace's approximation carried from lesson to lesson
// (Spiegelhalter and Lauritzen 1990), so that defaults are a prior and a few reports can move them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay::tagging {

class OnlineLogistic {
 public:
  struct Row {
    const float* inputs;  // as many as there are weights
    bool yes;
    float importance;
  };

  // One default and one standard deviation a weight. `memory` below 1 lets old lessons fade into the prior.
  OnlineLogistic(std::span<const float> defaults, std::span<const float> deviations, double memory);

  void learn(std::span<const Row> rows);
  // The log odds.
  float score(const float* inputs) const;
  std::span<const float> weights() const { return weights_; }

 private:
  std::size_t n_;
  double memory_;
  std::vector<float> weights_;                              // what score() uses: mean_ in single precision
  std::vector<double> mean_, prior_precision_, precision_;  // precision_: n x n, lower triangle
  std::vector<double> factor_, gradient_, start_;
};

}  // namespace assay::tagging
