// Sensitivity: what would change the leaders. Linear in the size of the matrix for each question, because
// column sums are kept and one row is taken out or changed at a time.
#pragma once

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

}  // namespace assay::ach
