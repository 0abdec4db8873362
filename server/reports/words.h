// Words of a line: bold between ** and **, the level of confidence in a bottom line; and back to the very
// same bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/reports/block.h"

namespace assay::server::reports {

// Bold where `text` has it in pairs. Whatever cannot be said so that words_text gives the same bytes stays
// words.
std::vector<Inline> parse_words(std::string_view text);
// The same, with a `confidence` where "Confidence level: X" names a level.
std::vector<Inline> parse_bluf_words(std::string_view text);

// As it stands in plain text; a hard break is `eol`. A link prints its words, and its target where they
// differ.
std::string words_text(const std::vector<Inline>& words, std::string_view eol = "\n");

// "Low", "moderate", "MEDIUM" and the like.
std::optional<ConfidenceLevel> confidence_named(std::string_view word);
// What a confidence prints: its label while that says the level, else the level's own word.
std::string confidence_text(ConfidenceLevel level, std::string_view label);

// "confidence level: x": where x stands in `folded` (see fold), from the first such phrase at or after
// `from`.
struct ConfidencePhrase {
  std::size_t value_start = 0, value_end = 0;
};
std::optional<ConfidencePhrase> find_confidence(std::string_view folded, std::size_t from = 0);

}  // namespace assay::server::reports
