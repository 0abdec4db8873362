// What a list row and a download need to know of a report.
#include "server/reports/lines.h"
#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t name_bytes_max = 120;
constexpr std::string_view unsafe_in_names = "/\\:*?\"<>|";

std::size_t words_in(const std::vector<Block>& blocks) {
  std::size_t words = 0;
  for (const auto& block : blocks) words += count_words(plain(block.words)) + words_in(block.blocks);
  return words;
}

}  // namespace

ReportSummary summarise(const Report& report) {
  return {report.title, report.outlet, report.published, report.tags, words_in(report.blocks)};
}

std::string file_name(const Report& report) {
  std::string name;
  const std::string_view title = report.title;
  for (std::size_t at = 0; at < title.size();) {
    const std::size_t start = at;
    const auto character = next_character(title, at);
    const bool unsafe =
        character < 0x20 || character == 0x7f || unsafe_in_names.find(title[start]) != std::string_view::npos;
    const std::string_view part = unsafe ? " " : title.substr(start, at - start);
    if (name.size() + part.size() > name_bytes_max) break;
    if (part != " " || (!name.empty() && !name.ends_with(' '))) name += part;
  }
  while (name.ends_with(' ') || name.ends_with('.')) name.pop_back();
  name.erase(0, std::min(name.find_first_not_of(". "), name.size()));
  return name.empty() ? "report" : name;
}

}  // namespace assay::server::reports
