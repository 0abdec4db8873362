// Matrices in and out of files: our JSON, CSV, and the files of PARC ACH 2.0. Text is UTF-8; everything read
// is bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/ach/matrix.h"
#include "plugins/ach/matrix_json.h"

namespace assay::ach {

enum class FileKind { json, csv, parc };

// By its first bytes: gzip or `<` is PARC's, `{` is JSON, anything else CSV.
FileKind kind_of(std::string_view bytes);

// Any of the three. Throws MatrixError. `notes` is given what was read all the same and may not be meant so.
Matrix read_matrix(std::string_view bytes, std::vector<std::string>* notes = nullptr);

// A line an item: `evidence`, then any of `type`, `source`, `date`, `origin`, `stance`, `credibility`,
// `relevance`, `note`, `analyst`, then the hypotheses by name, in any order. Commas, semicolons or tabs; RFC
// 4180 quotes. Ratings are CC, C, N, I, II, NA (N/A, "C C", ++ and the like are understood), empty for
// unrated. With `analyst` the lines of one item are several people's ratings of it. Throws MatrixError with
// the line. Of a line with fewer cells than the first, the rest is unrated; of one with more, what is beyond
// is passed over: both are noted.
Matrix parse_csv(std::string_view text, std::vector<std::string>* notes = nullptr);
// The same layout, commas and CRLF. Words that a spreadsheet would run as a formula get an apostrophe before
// them, which reading takes off again.
std::string to_csv(const Matrix& matrix);

// XML as PARC ACH writes it (`.ach`), also gzipped (`.achz`), UTF-8 or UTF-16: names of hypotheses and
// evidence, notes, type, date, credibility, relevance, values. Established from what Burton's Open Source ACH
// reads of such files; PARC published no description, so what that program does not read is not known here.
// Unlike it, an empty value stays unrated. Throws MatrixError.
Matrix parse_parc(std::string_view bytes);

inline constexpr std::size_t file_bytes_max = 64u << 20;  // after decompression

}  // namespace assay::ach
