// Ratings and levels as people and other programs write them in files.
#pragma once

#include <string>
#include <string_view>

#include "plugins/ach/matrix.h"

namespace assay::ach {

// Lower case (ASCII), without spaces, dots and slashes.
std::string folded_word(std::string_view text);

// Each reads "" as nothing said, and throws MatrixError, `where` first, for words it does not know.
Rating read_rating(std::string_view text, const std::string& where);
std::optional<Level> read_level(std::string_view text, const std::string& where);
std::optional<Stance> read_stance(std::string_view text, const std::string& where);

}  // namespace assay::ach
