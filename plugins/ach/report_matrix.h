// ReportMatrix: the matrix that a report's maps hold, read from what the host shows a plugin. Anybody's
// client may have written those maps, so nothing in them is taken on trust: what does not fit is left out,
// never guessed.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/ach/matrix.h"

namespace assay::ach {

struct ReportHypothesis {
  std::string id;
  std::string title;
  std::uint32_t begin = 0, end = 0;  // the title's bytes in the text; equal: not there
};

struct ReportMatrix {
  std::vector<ReportHypothesis> hypotheses;  // in the order of the text
  std::vector<std::string> evidence;         // ids, in the order of the rows
  Matrix matrix;                             // analysts by user id; `ratings` is what they say together
  std::size_t rated = 0;                     // cells of `ratings` that somebody rated
  bool too_large = false;                    // over rows_max or analysts_max: what is over is left out

  std::size_t cells() const { return evidence.size() * hypotheses.size(); }
  // Whether there is enough of it to say what it shows: rivals, evidence, and half of the cells rated.
  bool ready() const { return hypotheses.size() >= 2 && rated > 0 && 2 * rated >= cells(); }
};

inline constexpr std::size_t hypotheses_max = 50, rows_max = 1000, analysts_max = 100;

// `data` as the host gives it; `text_size` bounds the spans. Anything that is no such object is an empty
// matrix.
ReportMatrix read_report_matrix(std::string_view data, std::size_t text_size);

}  // namespace assay::ach
