// Lines of a text, each with the bytes that ended it; and the checks a text has to pass to be one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/reports/block.h"

namespace assay::server::reports {

struct Line {
  std::string_view text;  // without its end
  std::string_view eol;   // "\n", "\r\n", "\r", or empty at the end of the text
  std::size_t start = 0;  // byte offset of `text` in the whole
  std::string_view whole() const { return {text.data(), text.size() + eol.size()}; }
};

// Borrows from `text`. A text that ends in a line end has no empty line after it.
std::vector<Line> split_lines(std::string_view text);
// The line end that most lines have; "\n" when there is none, or a draw.
std::string_view usual_eol(const std::vector<Line>& lines);

bool is_blank(std::string_view text);  // spaces and tabs only
std::string_view trim(std::string_view text);
std::string_view leading_space(std::string_view text);
// ASCII letters in lower case; nothing else changes, so offsets stay.
std::string fold(std::string_view text);
bool starts_with_folded(std::string_view text, std::string_view lower_case_prefix);
std::size_t count_words(std::string_view text);  // as Unicode divides words, for every script

// The character at `at`, which moves on behind it; negative where the bytes are no UTF-8.
std::int32_t next_character(std::string_view text, std::size_t& at);
// Where the first byte stands that belongs to no UTF-8 character.
std::optional<std::size_t> find_malformed_utf8(std::string_view bytes);
std::size_t code_points(std::string_view utf8);

// Turns ascending byte ranges of `text` into code points, in one pass. Ranges may touch but not overlap.
std::vector<Range> to_code_points(std::string_view text, const std::vector<Range>& byte_ranges);

}  // namespace assay::server::reports
