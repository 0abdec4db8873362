#include "plugins/redflags/report_fixture.h"

#include <cstdlib>

namespace assay::redflags {

ReportFixture::ReportFixture(std::string_view lines) {
  const bool notation = [&] {
    const std::size_t mark = lines.find("> ");
    if (mark == std::string_view::npos) return lines.find(">\n") != std::string_view::npos;
    const std::size_t start = lines.find_first_not_of('\n');
    return start != std::string_view::npos &&
                   lines.substr(start, mark - start).find_first_of(" .\n") == std::string_view::npos
               ? true
               : lines.substr(0, mark).find("scenario.") != std::string_view::npos;
  }();
  if (!notation) {
    lines_.push_back({"", std::string(lines), false, 0, 0});
  } else {
    while (!lines.empty()) {
      const std::size_t end = std::min(lines.find('\n'), lines.size());
      if (end > 0) add(lines.substr(0, end));
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
  }
  for (Line& line : lines_) {
    line.begin = static_cast<std::uint32_t>(text_.size());
    text_ += line.words;
    text_ += '\n';
  }
  if (!text_.empty()) text_.pop_back();
}

void ReportFixture::add(std::string_view line) {
  Line made;
  while (!line.empty() && line.front() == '#') {
    made.heading = true;
    ++made.level;
    line.remove_prefix(1);
  }
  if (made.heading) ++made.level;  // a section's heading has level 2, as in the editor
  const std::size_t mark = line.find('>');
  made.section = line.substr(0, mark);
  if (mark != std::string_view::npos) line.remove_prefix(std::min(mark + 2, line.size()));
  if (made.section == "data") {
    data_ = line;
    return;
  }
  if (line.starts_with("@words ")) {
    const int count = std::atoi(std::string(line.substr(7)).c_str());
    for (int i = 0; i < count; ++i) made.words += i == 0 ? "Word" : " word";
  } else {
    made.words = line;
  }
  if (made.section == "head/title") made.heading = true, made.level = 1;
  lines_.push_back(std::move(made));
}

Checker::Input ReportFixture::input() const {
  Checker::Input input{text_, {}, data_};
  std::uint64_t id = 0;
  for (const Line& line : lines_)
    input.blocks.push_back({++id, std::string_view(text_).substr(line.begin, line.words.size()), line.section,
                            line.begin, line.heading, line.level});
  return input;
}

}  // namespace assay::redflags
