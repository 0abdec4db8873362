// The index of a report's entities section: who and what its prose or its lists name.
#pragma once

#include <vector>

#include "server/reports/report.h"

namespace assay::server::reports {

// Each name once, in order; without ids. Guesses a type from headings and titles, else "organisation".
std::vector<Entity> find_entities(const std::vector<Block>& blocks);

}  // namespace assay::server::reports
