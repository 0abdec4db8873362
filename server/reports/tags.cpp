#include "server/reports/tags.h"

#include <unordered_set>

#include "server/reports/lines.h"
#include "server/reports/numbering.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t tags_max = 200;
constexpr std::size_t tag_bytes_max = 120;

std::vector<std::string_view> pieces(std::string_view line) {
  const auto split = split_marker(line);
  std::string_view rest = trim(split.kind == MarkerSplit::Kind::hashes ? line : split.rest);
  if (rest.ends_with('.')) rest.remove_suffix(1);
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at <= rest.size();) {
    const std::size_t end = std::min(rest.find_first_of(",;", at), rest.size());
    if (const auto piece = trim(rest.substr(at, end - at)); !piece.empty()) found.push_back(piece);
    at = end + 1;
  }
  return found;
}

}  // namespace

std::vector<std::string> parse_tags(std::string_view lines) {
  std::vector<std::string> tags;
  std::unordered_set<std::string_view> seen;
  for (const auto& line : split_lines(lines))
    for (const auto piece : pieces(line.text))
      if (seen.insert(piece).second) tags.emplace_back(piece);
  return tags;
}

bool looks_like_tags(std::string_view line) {
  if (line.size() > tags_max * tag_bytes_max) return false;
  const auto found = pieces(line);
  if (found.empty() || found.size() > tags_max) return false;
  for (const auto piece : found) {
    if (piece.size() > tag_bytes_max) return false;
    for (const std::string_view stop : {". ", "? ", "! ", "**"})
      if (piece.find(stop) != std::string_view::npos) return false;
  }
  return true;
}

}  // namespace assay::server::reports
