// Reasons: how a suggestion looks and why it is made, in words for the writers.
#pragma once

#include <string>
#include <vector>

#include "plugins/tags/models.h"

namespace assay::tagging {

// A candidate as it is written where it first stands, one blank between words; without a possessive ending;
// in small letters where the capital is only a sentence's.
std::string surface(const Text& text, const Candidate& candidate);

std::string reason(const Text& text, const std::vector<Candidate>& candidates, const Terms& terms,
                   const Scored& scored, const Models& models, const Vocabulary& vocabulary);

}  // namespace assay::tagging
