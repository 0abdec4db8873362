// Group: several analysts' ratings of one matrix. Everybody's own ranking first, then what they say together.
#pragma once

#include "plugins/ach/methods.h"

namespace assay::ach {

template <class T>
using Cells = std::vector<std::vector<T>>;  // [evidence][hypothesis]

struct Group {
  OpenSynthesis open_synthesis;
  Cells<Rating> open_synthesis_aggregate;     // unrated where nobody voted
  Cells<double> open_synthesis_disagreement;  // 0 for fewer than two votes
  std::map<std::string, Scores> burton;       // each analyst's own score
  Scores burton_sum;                          // that tool's group score: who rates more counts more
  Cells<int> burton_dispute;                  // 1 consensus, 2 mild, 3 large, 4 extreme
  Cells<double> spread;                       // mean pairwise distance of the steps / 4: 0 to 1
  Ratings aggregate;                          // ours: the lower median of the steps, NA by majority
  Scores weighted_inconsistency;              // of our aggregate
};

Group group(const Matrix& matrix);

// Our aggregate alone, of all analysts or of all but one.
Ratings aggregate(const Matrix& matrix, const std::string* without = nullptr);
Cells<double> spread(const Matrix& matrix);

// Analysts without whom the leaders by our aggregate differ; by name. To know who is a matter for who leads
// the team, not for everybody.
std::vector<std::string> leave_one_analyst_out(const Matrix& matrix);

// How far the analysts agree over the whole matrix: Krippendorff's alpha with the ordinal difference
// (Krippendorff, Content Analysis, 2004, chapter 11) over cells that two or more rated on the five steps. 1:
// full agreement, 0: as chance would have it. None when there is no such cell, or when all of them say the
// same step and nothing varies.
std::optional<double> ordinal_alpha(const Matrix& matrix);

}  // namespace assay::ach
