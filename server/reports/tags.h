// Thematic tags: the words between commas or semicolons, in the layout one line without a full stop.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::server::reports {

// Each tag once, in order. Lines may start with a bullet or a number; the last full stop goes; empty tags go.
std::vector<std::string> parse_tags(std::string_view lines);
// Whether a line can be one of tags: not too many, none too long, no sentences.
bool looks_like_tags(std::string_view line);

}  // namespace assay::server::reports
