// The lines above the first section: title with outlet, "Published on:", "Intelligence Report:". Any may be
// missing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/reports/lines.h"

namespace assay::server::reports {

struct HeaderFields {
  std::string title, outlet, published, report_title;
  bool operator==(const HeaderFields&) const = default;
};

// One line of it, taken apart so that a new value can be put in. A blank line is `other`.
struct HeaderLine {
  enum class Kind { other, title, published, report_title };
  Kind kind = Kind::other;
  std::string_view before, value, after, eol;
};

struct Header {
  HeaderFields fields;
  std::vector<HeaderLine> lines;  // borrow from the text
  std::size_t line_count =
      0;  // how many of the lines given belong to it; ends with a labelled line or the title
  bool published_unreadable = false;  // there is a date, and it is none
};

// Reads the header off the front of a report's lines. `alone`: the lines are a header and nothing else, so
// the first one need not prove that it is no prose.
Header parse_header(const std::vector<Line>& lines, bool alone = false);

// The header's bytes for `fields`: `imported` itself while it says the same, else the same lines with the
// values that changed. Every line ends, but the last only if it did in `imported` or there is none.
std::string header_text(const HeaderFields& fields, std::string_view imported, std::string_view eol);

// "2025-10-09", "9 October 2025" or "October 9, 2025" as ISO date; empty when it is no date.
std::string parse_date(std::string_view text);

}  // namespace assay::server::reports
