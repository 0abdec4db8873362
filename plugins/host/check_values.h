// One check as values: what a plugin is shown and what it said. Both ends of the socket between the server
// and a plugin's process speak in these. Offsets are bytes of UTF-8 into the view's text.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace assay::checks {

struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

// As assay_block of <assay/plugin.h>; `kind` is one of its ASSAY_PARAGRAPH ... values.
struct ViewBlock {
  std::uint64_t id = 0;
  Span span;
  std::uint32_t kind = 1;
  std::uint32_t level = 0;
  std::string section;
};

// A frozen view of one document at one revision. Immutable once shared.
struct View {
  std::uint64_t revision = 0;
  std::string language;
  std::string text;
  std::vector<ViewBlock> blocks;
  std::string data;  // the report's maps as JSON: {meta, entities, tags, evidence, ratings}
};

struct Edit {
  Span span;
  std::string replacement;
};
struct Fix {
  std::string title;
  std::vector<Edit> edits;
};
struct Related {
  Span span;
  std::string message;
};

enum class Severity : std::uint8_t { hint = 1, warning = 2, error = 3 };

struct Finding {
  Severity severity = Severity::hint;
  Span span;
  std::string rule, message, hint, help_url;
  float confidence = 1;
  std::vector<Fix> fixes;
  std::vector<Related> related;
};
struct Score {
  float value = 0, low = 0, high = 1;
  std::string name, label;
  Span span;
};
struct Suggestion {
  float confidence = 0;
  std::string kind, value, label;
};

enum class Outcome : std::uint8_t {
  complete,     // findings are those of the blocks asked about (incremental) or of the whole text
  cancelled,    // no longer wanted; nothing else in the answer counts
  unsupported,  // not for this plugin
  failed,       // the plugin said so: `message`
  timed_out,    // killed after budget and grace
  crashed,      // its process ended
  refused,      // its answer could not be read: treated as a crash
  unavailable,  // no such plugin, switched off, or restarting
};

struct Answer {
  Outcome outcome = Outcome::unavailable;
  std::string message;
  bool incremental = false;  // findings replace those of the blocks in `changed` only
  std::size_t left_out = 0;  // blocks that it was not shown, because they ended it twice
  std::vector<Finding> findings;
  std::vector<Score> scores;
  std::vector<Suggestion> suggestions;
  std::string panel;  // JSON that was parsed once, or empty
  std::chrono::nanoseconds took{0};
};

}  // namespace assay::checks
