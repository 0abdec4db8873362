// assay plugin test: the examples that rule packs bring with them, test.flags and test.passes, each read as a
// small report of its own (plugins/redflags/README.md).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "plugins/redflags/report_fixture.h"
#include "plugins/redflags/rule_set.h"
#include "server/cli/commands.h"
#include "server/cli/plugin_run.h"
#include "server/cli/plugin_runner.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

using redflags::Rule;

constexpr std::size_t shown_bytes = 200;

struct Tally {
  std::size_t rules = 0, examples = 0, wrong = 0;
};

class PackTests {
 public:
  explicit PackTests(const std::vector<std::string>& files) {
    std::vector<redflags::PackText> packs;
    for (const auto& file : files) packs.push_back({file, read_input(file)});
    redflags::PackError error;
    rules_ = redflags::RuleSet::make(packs, error);
    if (!rules_) throw CommandError(exit_input, error.message);
  }

  Tally run() {
    Tally tally;
    const auto builtin = [](const Rule& rule) {
      const auto& ours = redflags::builtin_packs();
      return std::any_of(ours.begin(), ours.end(), [&](const auto& pack) { return pack.file == rule.file; });
    };
    for (const Rule& rule : rules_->rules()) {
      if (builtin(rule) || !rule.enabled) continue;
      ++tally.rules;
      if (rule.flags.empty() && rule.passes.empty()) note(rule, "it has no examples", "");
      for (const auto& text : rule.flags) judge(rule, text, true, tally);
      for (const auto& text : rule.passes) judge(rule, text, false, tally);
    }
    return tally;
  }

 private:
  void judge(const Rule& rule, const std::string& text, bool flags, Tally& tally) {
    ++tally.examples;
    redflags::Checker checker(rules_, {});
    const redflags::ReportFixture fixture(text);
    const auto findings = checker.check(fixture.input());
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const auto& finding) { return finding.rule == &rule; });
    if ((found != findings.end()) == flags) return;
    ++tally.wrong;
    if (flags) return note(rule, "it should flag, and does not", text);
    const auto words = fixture.text().substr(found->bytes.begin, found->bytes.end - found->bytes.begin);
    note(rule, "it should pass, and flags “" + printable(words) + "”", text);
  }

  static void note(const Rule& rule, const std::string& what, const std::string& text) {
    std::printf("%s:%u: %s: %s%s%s\n", rule.file.c_str(), rule.line, rule.id.c_str(), what.c_str(),
                text.empty() ? "" : ": ", printable(text, shown_bytes).c_str());
  }

  std::shared_ptr<const redflags::RuleSet> rules_;
};

int test_packs(const std::vector<std::string>& files) {
  const auto [rules, examples, wrong] = PackTests(files).run();
  std::printf("%s, %s, %zu not as expected\n", counted(rules, "rule").c_str(),
              counted(examples, "example").c_str(), wrong);
  return wrong == 0 ? exit_fine : exit_no;
}

}  // namespace

void add_plugin_test(CLI::App& plugin, int& exit_code) {
  auto* command = plugin.add_subcommand("test",
                                        "Runs the examples of rule packs, test.flags and test.passes.\n"
                                        "Example: assay plugin test house_rules.toml");
  const auto packs = std::make_shared<std::vector<std::string>>();
  command->add_option("PACK", *packs, "rule packs (.toml)")->required();
  command->callback([packs, &exit_code] { exit_code = test_packs(*packs); });
}

}  // namespace assay::server::cli
