// The words that the layout knows: headings of sections, labels of assumptions and scenarios; and labels
// taken off the front of a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/reports/block.h"
#include "server/reports/numbering.h"

namespace assay::server::reports {

// The role that the words of a heading name, by the first keyword in them.
std::optional<SectionRole> role_named(std::string_view heading);

// A line that has the shape of a section's heading: numbered or with hashes, no bold, no final full stop, at
// most eight words. Or, unmarked, the very words of a known heading, or several of its heads joined in any
// order
// ("Outlook and Recommendations").
struct HeadingLine {
  MarkerSplit split;
  std::optional<SectionRole> role;
};
std::optional<HeadingLine> parse_heading_line(std::string_view line);
// The role, for a line that is a heading of a known role whatever stands around it.
std::optional<SectionRole> section_heading_role(std::string_view line);

// A label before a statement: "**L**: S", "**L:** S", "**L** S" or "L: S".
struct LabelledText {
  std::string_view label;
  std::string_view statement;
  std::string form;  // the line with `letter` for the label and S for the statement
  bool bold = false;
};
std::optional<LabelledText> parse_bold_label(std::string_view text, char letter);
std::optional<LabelledText> parse_plain_label(std::string_view text,
                                              char letter);  // one line, up to ten words

std::optional<AssumptionKind> assumption_kind_named(std::string_view label);

struct ScenarioLabel {
  ScenarioCase scenario = ScenarioCase::likely;
  std::string_view words;           // "Best Case"
  std::string_view likelihood;      // what stands in brackets after them
  std::string_view between, after;  // " (" and ")"
};
std::optional<ScenarioLabel> scenario_named(std::string_view label);

}  // namespace assay::server::reports
