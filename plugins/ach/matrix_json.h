// A matrix from JSON, and everything that can be said of it as JSON: the input and output of `assay ach`.
#pragma once

#include <stdexcept>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "plugins/ach/matrix.h"

namespace assay::ach {

// What is wrong with the file and where in it, in one line.
class MatrixError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline constexpr std::size_t cells_max = 1'000'000;  // evidence times hypotheses times analysts

// Of a file; the sensitivities compare each with each.
inline constexpr std::size_t file_hypotheses_max = 1'000;

// Throws MatrixError. Ratings are "CC", "C", "N", "I", "II", "NA" or null; levels "H", "M", "L" or null.
Matrix parse_matrix(std::string_view json);

// The file that parse_matrix reads back to the same matrix.
nlohmann::ordered_json to_json(const Matrix& matrix);

// Every method that applies, with the sensitivities; indexes from 0, bounds as [worst, best].
nlohmann::ordered_json scores(const Matrix& matrix);

}  // namespace assay::ach
