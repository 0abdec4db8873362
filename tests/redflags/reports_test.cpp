// The rules on whole reports: those written clean give no error and no warning, those written with flaws give
// each of them, at the words meant. `NAME.expected` has a line `rule | words within the mark` for each flaw;
// a line that starts with `?` may be found or not. quality.mjs counts what is found and missed.
#include <algorithm>

#include "tests/redflags/checked_report.h"

namespace {

using namespace assay::redflags_test;
using assay::redflags::Severity;

bool fits(const Mark& mark, const std::string& rule, const std::string& words) {
  return mark.rule == rule &&
         (mark.words.find(words) != std::string::npos || words.find(mark.words) != std::string::npos);
}

std::vector<std::filesystem::path> reports(const std::string& start) {
  std::vector<std::filesystem::path> paths;
  for (const auto& folder : std::filesystem::directory_iterator(ASSAY_REDFLAGS_REPORTS)) {
    if (!folder.path().filename().string().starts_with("reports")) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".txt" && entry.path().filename().string().starts_with(start))
        paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

TEST_CASE("Clean reports: no error, no warning") {
  REQUIRE(reports("clean").size() >= 481);
  for (const auto& path : reports("clean")) {
    INFO(path.filename());
    for (const Mark& mark : check(file_text(path))) {
      if (mark.severity == Severity::hint) continue;
      INFO(mark.rule << ": " << mark.words);
      CHECK(false);
    }
  }
}

TEST_CASE("Flawed reports: each flaw that was put in, and no other error or warning") {
  REQUIRE(reports("flawed").size() >= 216);
  for (const auto& path : reports("flawed")) {
    INFO(path.filename());
    auto marks = check(file_text(path));
    std::ifstream expected(std::filesystem::path(path).replace_extension(".expected"));
    REQUIRE(expected.good());
    std::vector<std::string> lines;
    for (std::string line; std::getline(expected, line);) lines.push_back(line);
    std::stable_partition(lines.begin(), lines.end(),
                          [](const std::string& line) { return !line.starts_with("?"); });
    for (std::string line : lines) {
      const bool optional = line.starts_with("? ");
      if (optional) line.erase(0, 2);
      const std::size_t bar = line.find(" | ");
      REQUIRE(bar != std::string::npos);
      const std::string rule = line.substr(0, bar), words = line.substr(bar + 3);
      INFO("expected " << line);
      const auto at =
          std::find_if(marks.begin(), marks.end(), [&](const Mark& mark) { return fits(mark, rule, words); });
      CHECK((optional || at != marks.end()));
      if (at != marks.end()) marks.erase(at);
    }
    for (const Mark& mark : marks) {
      if (mark.severity == Severity::hint) continue;
      INFO("not expected " << mark.rule << ": " << mark.words);
      CHECK(false);
    }
  }
}
