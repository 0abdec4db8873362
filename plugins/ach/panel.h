// Panel: what the matrix on the page is drawn from, as one JSON object. panel_schema says its shape; rows and
// columns are in the order of its `evidence` and `hypotheses`.
#pragma once

#include <string>

#include "plugins/ach/report_matrix.h"

namespace assay::ach {

extern const char* const panel_schema;

std::string panel(const ReportMatrix& report);

}  // namespace assay::ach
