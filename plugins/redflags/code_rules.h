// The rules that no pack can say: each a function on the report, or on one block alone. They speak only of
// what they were given, keep no state, and any thread may call them.
#pragma once

#include <string_view>
#include <vector>

#include "plugins/redflags/declarative.h"
#include "plugins/redflags/report.h"

namespace assay::redflags {

struct CodeRule {
  std::string_view id;
  // One of the two. `rule` is the index to report under.
  void (*local)(const RuleSet& rules, const BlockFacts& facts, Zone zone, std::uint32_t rule,
                std::vector<LocalFinding>& out) = nullptr;
  void (*document)(const Report& report, std::uint32_t rule, Drafts& out) = nullptr;
};

// Null for an id that has no code here.
const CodeRule* code_rule(std::string_view id);

// The groups, a file each.
const std::vector<CodeRule>& structure_rules();
const std::vector<CodeRule>& sourcing_rules();
const std::vector<CodeRule>& language_rules();
const std::vector<CodeRule>& logic_rules();
const std::vector<CodeRule>& consistency_rules();
const std::vector<CodeRule>& entity_rules();

}  // namespace assay::redflags
