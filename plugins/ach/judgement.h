// Judgement: where the words of a report say which hypothesis leads. English; what it does not understand it
// passes over.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "plugins/ach/report_matrix.h"

namespace assay::ach {

struct TextSpan {
  std::uint32_t begin = 0, end = 0;
  friend bool operator==(const TextSpan&, const TextSpan&) = default;
};

// One block of the text, as far as these rules look at it.
struct TextBlock {
  TextSpan span;
  bool heading = false;
  std::string_view section;
};

struct Claim {
  TextSpan sentence;
  std::size_t hypothesis = 0;
};

// Sentences of the bottom line and of the judgement that prefer one hypothesis over all others, in order.
std::vector<Claim> leader_claims(std::string_view text, const std::vector<TextBlock>& blocks,
                                 const std::vector<ReportHypothesis>& hypotheses);

// The first words that say the analysis was done with a matrix: "Using ACH 2.0".
std::optional<TextSpan> method_claim(std::string_view text, const std::vector<TextBlock>& blocks);

// Sentences of a stretch of text, without the white space around them.
std::vector<TextSpan> sentences(std::string_view text, TextSpan within);

}  // namespace assay::ach
