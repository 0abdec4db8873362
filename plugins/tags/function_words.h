// The closed classes of English, and words that are content by form but never a tag.
#pragma once

#include <string_view>

#include "plugins/tags/words.h"

namespace assay::tagging {

// The role of a lower-case word; Role::content for one in no list.
Role function_role(std::string_view word);

}  // namespace assay::tagging
