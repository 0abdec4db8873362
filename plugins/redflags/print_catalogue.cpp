// redflags_catalogue: prints docs/rules.md.
#include <cstdio>

#include "plugins/redflags/catalogue.h"

int main() {
  assay::redflags::PackError error;
  const auto rules = assay::redflags::RuleSet::make({}, error);
  if (!rules) return std::fprintf(stderr, "%s\n", error.message.c_str()), 1;
  std::fputs(catalogue(*rules).c_str(), stdout);
  return 0;
}
