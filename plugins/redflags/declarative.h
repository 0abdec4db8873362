// The rules that are data. Local ones need one block alone, and their results are kept with it; the others
// look at the report.
#pragma once

#include <vector>

#include "plugins/redflags/report.h"

namespace assay::redflags {

struct LocalFinding {
  std::uint32_t rule = 0;
  Extent bytes;
  std::int32_t replacement = -1;  // index of Rule::replacements
};

bool is_local(const Rule& rule);
// Adds what the local declarative rules say of a block in `zone`.
void run_local(const RuleSet& rules, const BlockFacts& facts, Zone zone, std::vector<LocalFinding>& out);
// Adds what the other declarative rules say of the report.
void run_document(const Report& report, Drafts& out);

// Whether the last word of a phrase is only the first half of another: "its own interest-rate path" is no
// interest. A single word goes on as it likes: "regime-backed".
bool goes_on(const BlockFacts& facts, const Hit& hit);

// Words of the stretch that `within` means around these words.
Extent region(const BlockFacts& facts, Extent words, Within within);

}  // namespace assay::redflags
