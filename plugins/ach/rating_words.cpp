#include "plugins/ach/rating_words.h"

#include "plugins/ach/matrix_json.h"

namespace assay::ach {
namespace {

struct Word {
  std::string_view word;
  Rating rating;
};
constexpr Word known[] = {{"cc", Rating::very_consistent},
                          {"++", Rating::very_consistent},
                          {"veryconsistent", Rating::very_consistent},
                          {"c", Rating::consistent},
                          {"+", Rating::consistent},
                          {"consistent", Rating::consistent},
                          {"n", Rating::neutral},
                          {"0", Rating::neutral},
                          {"neutral", Rating::neutral},
                          {"i", Rating::inconsistent},
                          {"-", Rating::inconsistent},
                          {"inconsistent", Rating::inconsistent},
                          {"ii", Rating::very_inconsistent},
                          {"--", Rating::very_inconsistent},
                          {"veryinconsistent", Rating::very_inconsistent},
                          {"na", Rating::not_applicable},
                          {"notapplicable", Rating::not_applicable}};

}  // namespace

std::string folded_word(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != ' ' && c != '.' && c != '/' && c != '\t')
      result += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return result;
}

Rating read_rating(std::string_view text, const std::string& where) {
  const std::string word = folded_word(text);
  if (word.empty()) return Rating::unrated;
  for (const Word& one : known)
    if (one.word == word) return one.rating;
  throw MatrixError(where + ": \"" + std::string(text.substr(0, 40)) +
                    "\" is no rating (CC, C, N, I, II, NA or nothing)");
}

std::optional<Level> read_level(std::string_view text, const std::string& where) {
  const std::string word = folded_word(text);
  if (word.empty()) return std::nullopt;
  if (word == "h" || word == "high") return Level::high;
  if (word == "m" || word == "medium" || word == "moderate") return Level::medium;
  if (word == "l" || word == "low") return Level::low;
  throw MatrixError(where + ": \"" + std::string(text.substr(0, 40)) + "\" is no level (H, M, L or nothing)");
}

std::optional<Stance> read_stance(std::string_view text, const std::string& where) {
  const std::string word = folded_word(text);
  if (word.empty()) return std::nullopt;
  if (word == "sincere") return Stance::sincere;
  if (word == "deceptive") return Stance::deceptive;
  throw MatrixError(where + ": \"" + std::string(text.substr(0, 40)) +
                    "\" is no reading (sincere, deceptive or nothing)");
}

}  // namespace assay::ach
