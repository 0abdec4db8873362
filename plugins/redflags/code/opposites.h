// Words of which two sentences that each have their own tell of two things.
#pragma once

#include "plugins/redflags/block_facts.h"

namespace assay::redflags {

// "In the north tunnel", and "in the south tunnel"; "before the cut", and "since the cut"; "arrived on", and
// "left on": of a class one has one word and the other another. What both have tells nothing apart.
bool opposed(const BlockFacts& a, Extent x, const BlockFacts& b, Extent y);

}  // namespace assay::redflags
