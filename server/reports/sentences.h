// Sentences of running prose: ended by . ? or ! before a space and a capital, but not after an abbreviation
// or an initial, not in a number, and not inside quotation marks.
#pragma once

#include <string_view>
#include <vector>

namespace assay::server::reports {

// Trimmed, none empty, borrowed from `text`. Linear in its length.
std::vector<std::string_view> split_sentences(std::string_view text);

}  // namespace assay::server::reports
