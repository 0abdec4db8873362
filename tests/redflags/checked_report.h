// What the red flags say of a whole report, as `assay check` would.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "plugins/redflags/checker.h"
#include "server/checks/file_view.h"
#include "server/reports/report.h"

namespace assay::redflags_test {

struct Mark {
  std::string rule, words;
  redflags::Severity severity;
};

inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<Mark> check(const std::string& text) {
  redflags::PackError error;
  static const auto rules = redflags::RuleSet::make({}, error);
  INFO(error.message);
  REQUIRE(rules != nullptr);
  const auto file = checks::FileView::read(text);
  REQUIRE(file);
  const checks::View& view = *file->view();
  redflags::Checker::Input input{view.text, {}, view.data};
  for (const auto& block : view.blocks)
    input.blocks.push_back(
        {block.id, std::string_view(view.text).substr(block.span.begin, block.span.end - block.span.begin),
         block.section, block.span.begin, block.kind == 2, block.level});
  redflags::Checker checker(rules, {});
  std::vector<Mark> marks;
  for (const auto& finding : checker.check(input))
    marks.push_back({finding.rule->id,
                     view.text.substr(finding.bytes.begin, finding.bytes.end - finding.bytes.begin),
                     finding.rule->severity});
  return marks;
}

}  // namespace assay::redflags_test
