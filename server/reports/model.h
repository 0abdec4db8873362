// Model: what a report says, by its layout: the bottom line, the hypotheses, the assumptions one a sentence,
// and so on. Derived from the blocks and derivable again at any time; the text stays the truth.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/reports/report.h"

namespace assay::server::reports {

struct Confidence {
  std::optional<ConfidenceLevel> level;  // none: the words name no single level
  std::string raw;                       // as written
  std::string basis;                     // "based on ...", as far as the same sentence says it
};

struct BottomLine {
  std::string text;
  std::string leading_sentence;    // "The most supported hypothesis is that ..."
  std::string leading_hypothesis;  // the id of the one it means, if that is plain
  std::optional<Confidence> confidence;
  std::string action;  // what follows "Recommended action:"
};

struct Hypothesis {
  std::string id;
  std::size_t ordinal = 0;  // from 1
  std::string title, statement;
};

struct Judgement {
  std::string text;
  std::string preferred_hypothesis;  // id, if it names one by number
  std::string method;                // "ACH 2.0", as claimed
};

struct Entry {
  std::string text;
  std::string label;  // implications: what stands in bold before it
  std::string actor;  // recommendations: who should
  std::string block;  // id of the block that says it
};

struct Scenario {
  ScenarioCase scenario = ScenarioCase::likely;
  std::string label, likelihood, text, block;
};

struct SectionSummary {
  SectionRole role = SectionRole::custom;
  std::string id, heading, excerpt;
  std::size_t blocks = 0;  // below the heading; a list counts as its items
};

struct Model {
  BottomLine bluf;
  std::vector<Hypothesis> hypotheses;
  Judgement judgement;
  std::vector<Entry> assumptions, red_flags, blind_spots;  // one a sentence
  std::vector<Entry> implications, recommendations;
  std::vector<Scenario> scenarios;
  std::string entities_note;  // the entities section's prose
  std::vector<SectionSummary> sections;
};

Model derive_model(const Report& report);

// All words of a block and of those in it, a line each.
std::string block_text(const Block& block);

}  // namespace assay::server::reports
