// Lesson: what one report taught, small enough to keep for ever and enough to learn it again. Everything the
// models know is a function of the lessons in order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/tags/candidates.h"
#include "plugins/tags/label_model.h"

namespace assay::tagging {

// A candidate of the report: one the writers took, one they did not.
struct LessonRow {
  std::uint32_t key = 0;  // phrase_hash of its parts
  std::uint8_t part_count = 0;
  std::array<std::uint32_t, max_phrase_parts> parts{};  // stems
  Kinds kinds{};
  bool yes = false;
  float importance = 1;  // how many candidates it stands for
  Features features{};   // as quantised() left them; learned ones 0
};

struct Lesson {
  std::string report;  // its name
  std::string title;   // for the reason of a suggestion, cut to 120 bytes
  Terms terms;         // weights as quantised() left them
  std::vector<std::string> tags, refused;
  std::vector<LessonRow> rows;
};

constexpr std::size_t max_name = 256, max_tag = 200, max_tags = 100, max_rows = 200;

// The nearest value that a record can hold. What is learned is always quantised first, so that learning a
// record again gives the same model.
float quantised_weight(float weight);
void quantise(Features& features);

// A record: its format's version in its first byte, then as README.md says. At most 68 kB.
std::string encode(const Lesson& lesson);
// Nothing for bytes that are no record. Of one in format 1 the candidates are left out: they were described
// by other features.
std::optional<Lesson> decode(std::string_view bytes);

}  // namespace assay::tagging
