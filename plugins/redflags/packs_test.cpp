// Every rule of the built-in packs against its own examples.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "plugins/redflags/catalogue.h"
#include "plugins/redflags/report_fixture.h"

namespace assay::redflags {
namespace {

std::shared_ptr<const RuleSet> builtin() {
  PackError error;
  static const auto rules = RuleSet::make({}, error);
  INFO(error.message);
  REQUIRE(rules != nullptr);
  return rules;
}

std::size_t count(const std::string& rule, const std::string& text) {
  Checker checker(builtin(), {});
  const ReportFixture fixture(text);
  std::size_t found = 0;
  for (const Finding& finding : checker.check(fixture.input())) found += finding.rule->id == rule;
  return found;
}

}  // namespace

TEST_CASE("Built-in packs: every rule flags what it should and passes what it should") {
  for (const Rule& rule : builtin()->rules()) {
    if (rule.kind == Kind::matrix) continue;  // their tests are the matrix plugin's
    INFO(rule.id);
    CHECK(rule.flags.size() >= 3);
    CHECK(rule.passes.size() >= 3);
    CHECK(!rule.hint.empty());
    CHECK(!rule.triggers.empty());
    for (const std::string& text : rule.flags) {
      INFO("must flag: " << text);
      CHECK(count(rule.id, text) > 0);
    }
    for (const std::string& text : rule.passes) {
      INFO("must pass: " << text);
      CHECK(count(rule.id, text) == 0);
    }
  }
}

TEST_CASE("Built-in packs: the catalogue is whole") {
  std::size_t errors = 0, warnings = 0, hints = 0, matrix = 0;
  for (const Rule& rule : builtin()->rules()) {
    errors += rule.severity == Severity::error;
    warnings += rule.severity == Severity::warning;
    hints += rule.severity == Severity::hint;
    matrix += rule.kind == Kind::matrix;
  }
  CHECK(builtin()->rules().size() == 77);
  CHECK(errors == 13);
  CHECK(warnings == 40);
  CHECK(hints == 24);
  CHECK(matrix == 9);
}

TEST_CASE("docs/rules.md is what the packs say") {
  std::ifstream file(ASSAY_REDFLAGS_PAGE, std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  CHECK((page == catalogue(*builtin())));  // if not: redflags_catalogue > docs/rules.md
}

}  // namespace assay::redflags
