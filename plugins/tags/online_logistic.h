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

  // Goes on from what it knows: a few Newton steps.
  void learn(std::span<const Row> rows);
  // Begins again from the defaults and takes all rows at once, to the optimum; learn() can go on from there.
  void fit(std::span<const Row> rows);
  // The log odds.
  float score(const float* inputs) const;
  std::span<const float> weights() const { return weights_; }

 private:
  // Fills gradient_ and factor_, the Hessian's lower triangle, at mean_; returns the objective, which is to
  // be least. `bounded`: instead of the Hessian that of a parabola that touches the objective there and lies
  // above it elsewhere.
  double differentiate(std::span<const Row> rows, bool bounded);
  double objective(std::span<const Row> rows, const std::vector<double>& mean) const;
  void descend(std::span<const Row> rows);
  void publish();

  std::size_t n_;
  double memory_;
  std::vector<float> weights_;  // what score() uses: mean_ in single precision
  std::vector<double> mean_, prior_, prior_precision_, precision_;  // precision_: n x n, lower triangle
  std::vector<double> factor_, hessian_, gradient_, start_;
  std::vector<float> block_, padded_;  // working space
};

}  // namespace assay::tagging
