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

}  // namespace assay::ach
