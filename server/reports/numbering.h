// Markers: the indent, bullet or number and space before the words of a line; and how numbered siblings are
// counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::server::reports {

// A marker at the start of a line.
struct MarkerSplit {
  enum class Kind { none, bullet, number, label, hashes };  // label: "H1: ", "Hypothesis 2. "
  Kind kind = Kind::none;
  std::string_view marker;  // with indent and the space after it; with `none` the indent alone
  std::string_view rest;
  std::size_t indent = 0;    // columns; a tab goes to the next multiple of four
  std::uint32_t number = 0;  // number, label
  std::size_t hashes = 0;    // hashes
};
MarkerSplit split_marker(std::string_view line);

// A marker taken apart around its number. None when it has no number, or one of more than nine digits.
struct NumberedMarker {
  std::string_view prefix;
  std::uint32_t number = 0;
  std::string_view suffix;
};
std::optional<NumberedMarker> split_number(std::string_view marker);

// Counts through siblings: the number in a marker is only its style, unless it is kept.
class Numbering {
 public:
  explicit Numbering(std::uint32_t start = 1) : next_(start) {}
  // The marker as printed. A marker without a number prints as it is and does not count.
  std::string next(std::string_view marker, bool kept);

 private:
  std::uint32_t next_;
};

}  // namespace assay::server::reports
