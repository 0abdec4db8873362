// The three ways in which text is counted: bytes here, UTF-16 units in shared documents, code points in
// files. All take valid UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::checks {

constexpr bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

inline std::size_t utf16_units(std::string_view utf8) {
  std::size_t units = 0;
  for (const char byte : utf8) units += !is_continuation(byte) + (static_cast<unsigned char>(byte) >= 0xF0);
  return units;
}

inline std::size_t code_points(std::string_view utf8) {
  std::size_t points = 0;
  for (const char byte : utf8) points += !is_continuation(byte);
  return points;
}

// The last, or first, `units` UTF-16 units of a text; a surrogate pair is not cut.
inline std::string_view last_units(std::string_view utf8, std::size_t units) {
  std::size_t begin = utf8.size();
  for (std::size_t at = utf8.size(); at-- > 0;) {
    if (is_continuation(utf8[at])) continue;
    const std::size_t width = static_cast<unsigned char>(utf8[at]) >= 0xF0 ? 2 : 1;
    if (width > units) break;
    units -= width;
    begin = at;
  }
  return utf8.substr(begin);
}

inline std::string_view first_units(std::string_view utf8, std::size_t units) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    const std::size_t width = static_cast<unsigned char>(utf8[at]) >= 0xF0 ? 2 : 1;
    if (width > units) break;
    units -= width;
    ++at;
    while (at < utf8.size() && is_continuation(utf8[at])) ++at;
  }
  return utf8.substr(0, at);
}

}  // namespace assay::checks
