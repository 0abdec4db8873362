// What a list row and a download need to know of a report.
#include "server/reports/lines.h"
#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t name_bytes_max = 120;
constexpr std::size_t title_points_max = 80;
constexpr std::string_view unsafe_in_names = "/\\:*?\"<>|";

std::size_t words_in(const std::vector<Block>& blocks) {
  std::size_t words = 0;
  for (const auto& block : blocks) words += count_words(plain(block.words)) + words_in(block.blocks);
  return words;
}

// The first line that says anything.
std::string first_words(const std::vector<Block>& blocks) {
  for (const auto& block : blocks) {
    std::string text = plain(block.words);
    if (is_blank(text)) text = first_words(block.blocks);
    if (!is_blank(text)) return text;
  }
  return {};
}

std::string shortened(const std::string& text) {
  std::size_t at = 0;
  const std::string_view line = trim(std::string_view(text).substr(0, text.find_first_of("\r\n")));
  for (std::size_t points = 0; points < title_points_max && at < line.size(); ++points)
    next_character(line, at);
  return std::string(line.substr(0, at)) + (at < line.size() ? "…" : "");
}

std::string shown_title(const Report& report) {
  for (const auto& title : {report.title, report.report_title})
    if (!is_blank(title)) return title;
  const std::string words = shortened(first_words(report.blocks));
  return words.empty() ? "Untitled report" : words;
}

}  // namespace

ReportSummary summarise(const Report& report) {
  return {shown_title(report), report.outlet, report.published, report.tags, words_in(report.blocks)};
}

std::string file_name(const Report& report) {
  std::string name;
  const std::string title_shown = shown_title(report);
  const std::string_view title = title_shown;
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
