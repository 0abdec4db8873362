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

// Sections 1 to 5: what a report says, as against what it lists.
inline constexpr ZoneMask body_zones =
    mask(Zone::bluf, Zone::hypothesis_title, Zone::hypothesis_statement, Zone::judgement,
         Zone::hypotheses_other, Zone::assumption, Zone::red_flag, Zone::blind_spot, Zone::assumptions_other,
         Zone::implications, Zone::recommendations) |
    scenario_zones;

// Null for an id that has no code here.
const CodeRule* code_rule(std::string_view id);

// The groups, a file each.
const std::vector<CodeRule>& structure_rules();
const std::vector<CodeRule>& sourcing_rules();
const std::vector<CodeRule>& figure_rules();
const std::vector<CodeRule>& language_rules();
const std::vector<CodeRule>& logic_rules();
const std::vector<CodeRule>& consistency_rules();
const std::vector<CodeRule>& number_rules();
const std::vector<CodeRule>& date_rules();
const std::vector<CodeRule>& publication_rules();
const std::vector<CodeRule>& entity_rules();
const std::vector<CodeRule>& listed_entity_rules();
const std::vector<CodeRule>& tag_rules();

}  // namespace assay::redflags
