#include "server/reports/lines.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace assay::server::reports {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0u) == 0x80u; }

}  // namespace

// ICU's macro narrows inside; it is checked there.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
std::int32_t next_character(std::string_view text, std::size_t& at) {
  auto position = static_cast<std::int64_t>(at);
  const auto size = static_cast<std::int64_t>(text.size());
  UChar32 character = 0;
  U8_NEXT(text.data(), position, size, character);
  at = static_cast<std::size_t>(position);
  return character;
}
#pragma GCC diagnostic pop

std::vector<Line> split_lines(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    std::size_t next = end;
    if (next < text.size()) next += text.substr(next, 2) == "\r\n" ? 2 : 1;
    lines.push_back({text.substr(at, end - at), text.substr(end, next - end), at});
    at = next;
  }
  return lines;
}

std::string_view usual_eol(const std::vector<Line>& lines) {
  std::size_t lf = 0, crlf = 0, cr = 0;
  for (const auto& line : lines) {
    lf += line.eol == "\n";
    crlf += line.eol == "\r\n";
    cr += line.eol == "\r";
  }
  if (crlf > lf && crlf >= cr) return "\r\n";
  return cr > lf ? "\r" : "\n";
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view leading_space(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
}

std::string fold(std::string_view text) {
  std::string folded(text);
  for (char& byte : folded)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  return folded;
}

bool starts_with_folded(std::string_view text, std::string_view lower_case_prefix) {
  return fold(text.substr(0, lower_case_prefix.size())) == lower_case_prefix;
}

std::size_t count_words(std::string_view text) {
  // Letters and digits in a row are a word, and so is each ideograph. Marks, apostrophes and hyphens inside
  // continue one.
  std::size_t count = 0;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const UChar32 character = next_character(text, at);
    if (character < 0) continue;
    if (u_hasBinaryProperty(character, UCHAR_IDEOGRAPHIC)) {
      ++count;
      inside = false;
    } else if (u_isalnum(character)) {
      count += !inside;
      inside = true;
    } else if (inside) {
      const auto type = u_charType(character);
      inside = type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || character == '\'' ||
               character == 0x2019 || character == '-';
    }
  }
  return count;
}

std::optional<std::size_t> find_malformed_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t start = at;
    if (next_character(bytes, at) < 0) return start;
  }
  return std::nullopt;
}

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return !is_continuation(c); }));
}

std::vector<Range> to_code_points(std::string_view text, const std::vector<Range>& byte_ranges) {
  std::vector<Range> ranges;
  ranges.reserve(byte_ranges.size());
  std::size_t at = 0, points = 0;
  const auto advance = [&](std::size_t to) {
    assert(to >= at && to <= text.size());
    points += code_points(text.substr(at, to - at));
    at = to;
    return points;
  };
  for (const auto& range : byte_ranges) {
    const std::size_t start = advance(range.start);
    ranges.push_back({start, advance(range.end)});
  }
  return ranges;
}

}  // namespace assay::server::reports
