#include "server/reports/block.h"

#include <array>

namespace assay::server::reports {
namespace {

template <class Value>
using Names = std::pair<Value, std::string_view>;

constexpr std::array<Names<NodeKind>, 16> node_names{{
    {NodeKind::section, "section"},
    {NodeKind::heading, "heading"},
    {NodeKind::paragraph, "paragraph"},
    {NodeKind::bullet_list, "bulletList"},
    {NodeKind::ordered_list, "orderedList"},
    {NodeKind::list_item, "listItem"},
    {NodeKind::blockquote, "blockquote"},
    {NodeKind::code_block, "codeBlock"},
    {NodeKind::table, "table"},
    {NodeKind::table_row, "tableRow"},
    {NodeKind::table_header, "tableHeader"},
    {NodeKind::table_cell, "tableCell"},
    {NodeKind::hypothesis, "hypothesis"},
    {NodeKind::assumption_list, "assumptionList"},
    {NodeKind::scenario, "scenario"},
    {NodeKind::tag_list, "tagList"},
}};
constexpr std::array<Names<SectionRole>, 10> role_names{{
    {SectionRole::bluf, "bluf"},
    {SectionRole::hypotheses, "hypotheses"},
    {SectionRole::assumptions, "assumptions"},
    {SectionRole::implications, "implications"},
    {SectionRole::recommendations, "recommendations"},
    {SectionRole::entities, "entities"},
    {SectionRole::tags, "tags"},
    {SectionRole::sources, "sources"},
    {SectionRole::changes, "changes"},
    {SectionRole::custom, "custom"},
}};
constexpr std::array<Names<AssumptionKind>, 3> assumption_names{{
    {AssumptionKind::assumption, "assumption"},
    {AssumptionKind::red_flag, "redFlag"},
    {AssumptionKind::blind_spot, "blindSpot"},
}};
constexpr std::array<Names<ScenarioCase>, 3> scenario_names{{
    {ScenarioCase::best, "best"},
    {ScenarioCase::worst, "worst"},
    {ScenarioCase::likely, "likely"},
}};
constexpr std::array<Names<ConfidenceLevel>, 3> confidence_names{{
    {ConfidenceLevel::low, "low"},
    {ConfidenceLevel::moderate, "moderate"},
    {ConfidenceLevel::high, "high"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [known, name] : table)
    if (known == value) return name;
  return {};
}

template <class Value, class Table>
std::optional<Value> value_in(const Table& table, std::string_view name) {
  for (const auto& [value, known] : table)
    if (known == name) return value;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(NodeKind kind) { return name_in(node_names, kind); }
std::string_view to_string(SectionRole role) { return name_in(role_names, role); }
std::string_view to_string(AssumptionKind kind) { return name_in(assumption_names, kind); }
std::string_view to_string(ScenarioCase scenario) { return name_in(scenario_names, scenario); }
std::string_view to_string(ConfidenceLevel level) { return name_in(confidence_names, level); }

std::optional<NodeKind> parse_node_kind(std::string_view name) {
  return value_in<NodeKind>(node_names, name);
}
std::optional<SectionRole> parse_section_role(std::string_view name) {
  return value_in<SectionRole>(role_names, name);
}
std::optional<AssumptionKind> parse_assumption_kind(std::string_view name) {
  return value_in<AssumptionKind>(assumption_names, name);
}
std::optional<ScenarioCase> parse_scenario_case(std::string_view name) {
  return value_in<ScenarioCase>(scenario_names, name);
}
std::optional<ConfidenceLevel> parse_confidence_level(std::string_view name) {
  return value_in<ConfidenceLevel>(confidence_names, name);
}

std::string_view default_label(AssumptionKind kind) {
  switch (kind) {
    case AssumptionKind::assumption:
      return "Assumptions";
    case AssumptionKind::red_flag:
      return "Red Flags";
    case AssumptionKind::blind_spot:
      return "Blind Spots";
  }
  return {};
}

std::string_view default_label(ScenarioCase scenario) {
  switch (scenario) {
    case ScenarioCase::best:
      return "Best Case";
    case ScenarioCase::worst:
      return "Worst Case";
    case ScenarioCase::likely:
      return "Most Likely";
  }
  return {};
}

std::string_view default_label(ConfidenceLevel level) {
  switch (level) {
    case ConfidenceLevel::low:
      return "Low";
    case ConfidenceLevel::moderate:
      return "Moderate";
    case ConfidenceLevel::high:
      return "High";
  }
  return {};
}

std::string plain(const std::vector<Inline>& words) {
  std::string text;
  for (const auto& part : words)
    text += part.kind == Inline::Kind::hard_break ? std::string("\n") : part.text;
  return text;
}

}  // namespace assay::server::reports
