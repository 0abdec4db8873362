// What a plugin's process answered, judged: it is input, not truth.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugins/host/check_values.h"

namespace assay::checks {

// What is wrong with this answer about this view, in one sentence; nothing when it may be used: spans lie in
// the text and on code points, edits of a fix do not overlap, text is valid UTF-8, numbers are finite, links
// are http(s), the panel is JSON of bounded depth. Puts findings into the order of their spans. Any thread.
std::optional<std::string> judge_answer(const View& view, Answer& answer);

// Valid UTF-8 without surrogates. Any thread.
bool is_utf8(std::string_view text);

// The same text with a replacement character for each byte that is no UTF-8 and a space for each control
// character, cut to so many bytes: a plugin's words stay on their line of the log.
std::string as_utf8(std::string_view text, std::size_t bytes_max);

}  // namespace assay::checks
