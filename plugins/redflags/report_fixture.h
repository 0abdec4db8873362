// ReportFixture: a small report written line by line, for tests: of packs, in C++, and for the benchmark.
//
//   section> words       a block in that section: head/title, bluf, assumptions/redFlag, tags/tag, ...
//   #section> words      a section's heading; ##section> a heading within it
//   data> {...}          the document's maps as JSON
//   @words N             as words: N words of nothing
//
// A text without any such line is one paragraph in no section.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/redflags/checker.h"

namespace assay::redflags {

class ReportFixture {
 public:
  explicit ReportFixture(std::string_view lines);
  Checker::Input input() const;
  const std::string& text() const { return text_; }

 private:
  struct Line {
    std::string section, words;
    bool heading = false;
    std::uint32_t level = 0, begin = 0;
  };
  void add(std::string_view line);
  std::vector<Line> lines_;
  std::string text_, data_;
};

}  // namespace assay::redflags
