// The plugin `ach`: the report's matrix in, findings and what the matrix on the page shows out.
#include <assay/plugin.hpp>

#include "plugins/ach/findings.h"
#include "plugins/ach/panel.h"
#include "plugins/ach/report_matrix.h"

namespace {

class Ach {
 public:
  Ach(assay::Host, std::string_view) {}

  void check(assay::Check& check) {
    const assay::Document& document = check.document();
    const auto report = assay::ach::read_report_matrix(document.data(), document.text().size());
    std::vector<assay::ach::TextBlock> blocks;
    for (const assay_block& block : document.blocks())
      blocks.push_back({{block.span.begin, block.span.end},
                        block.kind == ASSAY_HEADING && assay::Document::section(block) != "hypotheses/title",
                        assay::Document::section(block)});
    check.panel(assay::ach::panel(report));
    check.stop_if_cancelled();
    for (const assay::Finding& finding : assay::ach::matrix_findings(document.text(), blocks, report))
      check.finding(finding);
  }
};

}  // namespace

ASSAY_PLUGIN(Ach, .id = "ach", .name = "Competing hypotheses", .version = "1.0.0",
             .panel_schema = assay::ach::panel_schema, .capabilities = ASSAY_WANTS_DATA)
