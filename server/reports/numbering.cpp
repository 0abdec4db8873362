#include "server/reports/numbering.h"

#include <array>

#include "server/reports/lines.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t number_digits_max = 9;
constexpr std::array<std::string_view, 13> bullets{"-", "–", "—", "•", "*", "·", "‣",
                                                   "◦", "▪", "●", "○", "■", "→"};
constexpr std::array<std::string_view, 2> hypothesis_labels{"hypothesis ", "h"};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

std::uint32_t to_number(std::string_view digits) {
  std::uint32_t number = 0;
  for (const char digit : digits) number = number * 10 + static_cast<std::uint32_t>(digit - '0');
  return number;
}

std::size_t columns(std::string_view indent) {
  std::size_t column = 0;
  for (const char byte : indent) column = byte == '\t' ? (column / 4 + 1) * 4 : column + 1;
  return column;
}

// How long the bullet or number is that `text` starts with, without the space after it; 0 for none.
std::size_t mark_length(std::string_view text, MarkerSplit& split) {
  for (const auto bullet : bullets) {
    if (!text.starts_with(bullet)) continue;
    split.kind = MarkerSplit::Kind::bullet;
    return bullet.size();
  }
  if (text.starts_with('#')) {
    const std::size_t hashes = std::min(text.find_first_not_of('#'), text.size());
    if (hashes > 6) return 0;
    split.kind = MarkerSplit::Kind::hashes;
    split.hashes = hashes;
    return hashes;
  }
  std::size_t at = text.starts_with('(') ? 1 : 0;
  split.kind = MarkerSplit::Kind::number;
  for (const auto label : hypothesis_labels) {
    if (!starts_with_folded(text, label) || digits_at(text, label.size()) == 0) continue;
    split.kind = MarkerSplit::Kind::label;
    at = label.size();
    break;
  }
  const std::size_t digits = digits_at(text, at);
  if (digits == 0 || digits > number_digits_max) return 0;
  split.number = to_number(text.substr(at, digits));
  at += digits;
  if (at == text.size()) return 0;
  const bool closed =
      text[at] == '.' || text[at] == ')' || (split.kind == MarkerSplit::Kind::label && text[at] == ':');
  if (!closed || (text.starts_with('(') && text[at] != ')')) return 0;
  return at + 1;
}

}  // namespace

MarkerSplit split_marker(std::string_view line) {
  MarkerSplit split;
  const std::string_view indent = leading_space(line);
  split.indent = columns(indent);
  const std::string_view text = line.substr(indent.size());
  const std::size_t length = mark_length(text, split);
  const std::size_t space = leading_space(text.substr(length)).size();
  if (length == 0 || space == 0 || length + space == text.size()) {
    return {MarkerSplit::Kind::none, indent, text, split.indent, 0, 0};
  }
  split.marker = line.substr(0, indent.size() + length + space);
  split.rest = line.substr(split.marker.size());
  return split;
}

std::optional<NumberedMarker> split_number(std::string_view marker) {
  std::size_t at = 0;
  while (at < marker.size() && !is_digit(marker[at])) ++at;
  const std::size_t digits = digits_at(marker, at);
  if (digits == 0 || digits > number_digits_max) return std::nullopt;
  return NumberedMarker{marker.substr(0, at), to_number(marker.substr(at, digits)),
                        marker.substr(at + digits)};
}

std::string Numbering::next(std::string_view marker, bool kept) {
  const auto numbered = split_number(marker);
  if (!numbered) return std::string(marker);
  const std::uint32_t number = kept ? numbered->number : next_;
  next_ = number + 1;
  if (kept) return std::string(marker);
  return std::string(numbered->prefix) + std::to_string(number) + std::string(numbered->suffix);
}

}  // namespace assay::server::reports
