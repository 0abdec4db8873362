// The rules as a page for readers.
#pragma once

#include <string>

#include "plugins/redflags/rule_set.h"

namespace assay::redflags {

// Markdown, a table a group, in the order of the packs.
std::string catalogue(const RuleSet& rules);

}  // namespace assay::redflags
