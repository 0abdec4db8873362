// Finds the words an anchor points at: the twin of web/src/anchors/resolve.ts, held to it by the cases that
// both read.
//
// 1. The range that the relative positions give, if its words are at least 60 % like the quote.
// 2. Else the quote's occurrence with the best context: in the block, else in the section, else in the
// report. Compared
//    without white space; a short quote needs some of its context too.
// 3. Else nothing: an orphan.
//
// Offsets count UTF-16 units. Pure. [any thread]
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::checks {

struct UnitRange {
  std::size_t start = 0, end = 0;
  bool operator==(const UnitRange&) const = default;
};

struct AnchorBlock {
  std::optional<std::string> id, section;
  UnitRange range;
};
struct AnchorText {
  std::u16string text;
  std::vector<AnchorBlock> blocks;  // in order
};
struct Anchor {
  std::u16string quote, before, after;
  std::optional<std::string> block, section;
};
struct AnchorFound {
  UnitRange range;
  bool by_quote = false;
};

std::optional<AnchorFound> resolve_anchor(const AnchorText& in, const Anchor& anchor,
                                          std::optional<UnitRange> positions);

// 1 for equal strings, 0 for strings with nothing in common: 1 less the edit distance over the longer length.
double likeness(std::u16string_view a, std::u16string_view b);
inline constexpr double likeness_min = 0.6;

// Of valid UTF-8.
std::u16string to_utf16(std::string_view utf8);

}  // namespace assay::checks
