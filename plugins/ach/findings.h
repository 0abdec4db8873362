// The matrix.* rules: what is wrong between a report's matrix, its evidence and its words.
#pragma once

#include <assay/plugin.hpp>
#include <string_view>
#include <vector>

#include "plugins/ach/judgement.h"
#include "plugins/ach/report_matrix.h"

namespace assay::ach {

// In the order of the rules; each marks words of the text: the row's own where they stand there, else the
// heading of the hypotheses. Empty for a text without blocks.
std::vector<Finding> matrix_findings(std::string_view text, const std::vector<TextBlock>& blocks,
                                     const ReportMatrix& report);

}  // namespace assay::ach
