// The headings and labels of a report's template: a writer did not choose these words, so they are no tags.
#pragma once

#include <cstdint>
#include <string_view>

#include "plugins/tags/stem.h"

namespace assay::tagging {

// Whether a line, its number, bullet, asterisks and final colon put aside, is a heading of the template.
bool is_template_heading(std::string_view line);

// Whether stems in order (phrase_hash) are a heading or label of the template.
bool is_template_phrase(std::uint32_t phrase);

}  // namespace assay::tagging
