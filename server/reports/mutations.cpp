#include "server/reports/mutations.h"

#include <array>
#include <string_view>
#include <utility>

namespace assay::server::reports {
namespace {

constexpr std::array<std::string_view, 6> line_ends{"\n", "\n", "\n", "\r\n", "\r", ""};
constexpr std::array<std::string_view, 34> line_starts{"- ",
                                                       "– ",
                                                       "— ",
                                                       "• ",
                                                       "* ",
                                                       "  - ",
                                                       "\t- ",
                                                       "    – ",
                                                       "1. ",
                                                       "2) ",
                                                       "(3) ",
                                                       "H1: ",
                                                       "# ",
                                                       "## ",
                                                       "### ",
                                                       " ",
                                                       "\t",
                                                       "**",
                                                       "7. ",
                                                       "01. ",
                                                       "9999999999. ",
                                                       "0. ",
                                                       "→ ",
                                                       "-",
                                                       "**Assumptions**: ",
                                                       "– **Red Flags:** ",
                                                       "Blind Spots: ",
                                                       "Best Case (20%): ",
                                                       "- Worst Case: ",
                                                       "Published on: ",
                                                       "Intelligence Report: ",
                                                       "> ",
                                                       "| a | b |",
                                                       "Hypothesis 2: "};
constexpr std::array<std::string_view, 30> pieces{"**",
                                                  "****",
                                                  "*",
                                                  ":",
                                                  ": ",
                                                  " ",
                                                  "  ",
                                                  "\t",
                                                  "–",
                                                  "😀",
                                                  "e\u0301",
                                                  "\u200d",
                                                  "\u00a0",
                                                  "\u2028",
                                                  "\ufeff",
                                                  "日本語",
                                                  ", ",
                                                  "; ",
                                                  ". ",
                                                  "(",
                                                  ")",
                                                  "Confidence level: ",
                                                  "low",
                                                  "High;",
                                                  "Confidence: medium.",
                                                  "T",
                                                  "S",
                                                  "L",
                                                  "P",
                                                  "1. "};
constexpr std::array<std::string_view, 10> whole_lines{"",
                                                       "",
                                                       " ",
                                                       "\t",
                                                       "2. Competing Hypotheses",
                                                       "7. Thematic Tags",
                                                       "3. Key Assumptions and Red Flags",
                                                       "8. Sources",
                                                       "Outlook",
                                                       "- Scenario Projections:"};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char byte : text) {
    lines.back() += byte;
    if (byte == '\n') lines.emplace_back();
  }
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

// Where a character starts, at or before `at`.
std::size_t boundary(const std::string& text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0u) == 0x80u) --at;
  return at;
}

}  // namespace

void Mutations::insert_in_line(std::string& line) {
  line.insert(boundary(line, below(line.size() + 1)), pieces[below(pieces.size())]);
}

void Mutations::change(std::vector<std::string>& lines) {
  if (lines.empty()) lines.emplace_back("x\n");
  const std::size_t at = below(lines.size());
  std::string& line = lines[at];
  const auto place = lines.begin() + static_cast<std::ptrdiff_t>(at);
  switch (below(11)) {
    case 0:
      lines.erase(place);
      return;
    case 1:
      std::swap(line, lines[below(lines.size())]);
      return;
    case 2:
      lines.insert(place, std::string(line));
      return;
    case 3:
      lines.insert(place, std::string(whole_lines[below(whole_lines.size())]) + "\n");
      return;
    case 4:
      line.insert(0, line_starts[below(line_starts.size())]);
      return;
    case 5:
      line.resize(boundary(line, below(line.size() + 1)));
      return;  // runs on into the next
    case 6: {
      const std::size_t end = line.find_last_not_of("\r\n") + 1;
      line.replace(end, std::string::npos, line_ends[below(line_ends.size())]);
      return;
    }
    case 7:
      line.erase(0, boundary(line, below(line.size() + 1)));
      return;
    case 8:
      line.insert(line.find_last_not_of("\r\n") + 1, below(2) ? "  " : "\t");
      return;
    default:
      insert_in_line(line);
      return;
  }
}

std::string Mutations::operator()(const std::string& text) {
  auto lines = lines_of(text);
  for (std::size_t left = 1 + below(40); left > 0; --left) change(lines);
  std::string changed = below(12) ? "" : "\xEF\xBB\xBF";
  for (const auto& line : lines) changed += line;
  if (below(3) == 0) changed.resize(changed.find_last_not_of("\r\n") + 1);
  return changed;
}

}  // namespace assay::server::reports
