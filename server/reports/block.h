// Block: the text of a report as a value: the nodes of docs/schema.md without the CRDT around them. What the
// importer makes, what is written into a document, what is read back from one, and what every export is made
// from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::server::reports {

// A half-open range of the report's plain text, in Unicode code points of the file as stored (a CR LF counts
// two).
struct Range {
  std::size_t start = 0;
  std::size_t end = 0;
  bool operator==(const Range&) const = default;
};

enum class NodeKind {
  section,
  heading,
  paragraph,
  bullet_list,
  ordered_list,
  list_item,
  blockquote,
  code_block,
  table,
  table_row,
  table_header,
  table_cell,
  hypothesis,
  assumption_list,
  scenario,
  tag_list,
  unknown,  // a newer client's: exported as the text in it
};

enum class SectionRole {
  bluf,
  hypotheses,
  assumptions,
  implications,
  recommendations,
  entities,
  tags,
  sources,
  changes,
  custom,
};
enum class AssumptionKind { assumption, red_flag, blind_spot };
enum class ScenarioCase { best, worst, likely };
enum class ConfidenceLevel { low, moderate, high };

// A stretch of one line: words with one formatting, or an atom that stands among them.
struct Inline {
  enum class Kind { words, hard_break, confidence, entity_mention, unknown };
  Kind kind = Kind::words;
  std::string text;  // words: the words. confidence, entity_mention, unknown: what it prints
  bool bold = false;
  std::string href;                                   // words under a link
  ConfidenceLevel level = ConfidenceLevel::moderate;  // confidence
  std::string entity;                                 // entity_mention: the id
  // Formats other than bold and link that hold here, by name ("italic", ...): kept on the way to JSON.
  std::vector<std::string> marks;
  bool operator==(const Inline&) const = default;
};

// One node. Which members mean something depends on `kind`, as the table in docs/schema.md says; an absent
// optional is the default of that table.
struct Block {
  NodeKind kind = NodeKind::paragraph;
  std::string id;                     // empty: none yet
  std::string lead;                   // blank lines before it, byte for byte
  std::optional<std::string> eol;     // its line end where it differs from the report's
  std::optional<std::string> marker;  // indent, bullet or number and space
  std::optional<std::string> form;    // hypothesis, assumption_list, scenario
  std::optional<std::string> label;   // assumption_list, scenario
  std::optional<std::string> source;  // tag_list
  // Of a numbered block: its number is not the one that counting gives, and stays as `marker` says.
  bool number_kept = false;
  SectionRole role = SectionRole::custom;
  AssumptionKind assumption = AssumptionKind::assumption;
  ScenarioCase scenario = ScenarioCase::likely;
  std::string likelihood;
  std::string name;           // unknown: the node's name
  int level = 2;              // heading
  int start = 1;              // ordered_list
  std::vector<Inline> words;  // heading, paragraph, code_block
  std::vector<Block> blocks;  // the others
  bool operator==(const Block&) const = default;
};

// Names as they stand in the document.
std::string_view to_string(NodeKind kind);  // Block::name for unknown
std::string_view to_string(SectionRole role);
std::string_view to_string(AssumptionKind kind);
std::string_view to_string(ScenarioCase scenario);
std::string_view to_string(ConfidenceLevel level);
std::optional<NodeKind> parse_node_kind(std::string_view name);
std::optional<SectionRole> parse_section_role(std::string_view name);
std::optional<AssumptionKind> parse_assumption_kind(std::string_view name);
std::optional<ScenarioCase> parse_scenario_case(std::string_view name);
std::optional<ConfidenceLevel> parse_confidence_level(std::string_view name);
// "Assumptions", "Best Case", "Moderate": what is printed where the document says nothing else.
std::string_view default_label(AssumptionKind kind);
std::string_view default_label(ScenarioCase scenario);
std::string_view default_label(ConfidenceLevel level);

// The words of a line without any formatting; atoms as they print.
std::string plain(const std::vector<Inline>& words);

}  // namespace assay::server::reports
