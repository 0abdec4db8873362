#include "plugins/ach/methods.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "plugins/ach/group.h"
#include "plugins/ach/sensitivity.h"

namespace assay::ach {
namespace {

constexpr Rating CC = Rating::very_consistent, C = Rating::consistent, N = Rating::neutral,
                 I = Rating::inconsistent, II = Rating::very_inconsistent, NA = Rating::not_applicable,
                 none = Rating::unrated;
constexpr Level H = Level::high, M = Level::medium, L = Level::low;

struct Item {
  Level credibility, relevance;
  std::vector<Rating> row;
};

Matrix matrix_of(const std::vector<Item>& items) {
  Matrix matrix;
  matrix.ratings.emplace();
  const std::size_t n = items.front().row.size();
  for (std::size_t j = 0; j < n; ++j) matrix.hypotheses.push_back("H" + std::to_string(j + 1));
  matrix.priors.assign(n, 1 / static_cast<double>(n));
  for (const Item& item : items) {
    matrix.evidence.push_back({"", item.credibility, item.relevance, "", std::nullopt});
    matrix.ratings->push_back(item.row);
  }
  return matrix;
}

void check_close(const Scores& got, const Scores& wanted) {
  REQUIRE(got.size() == wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == Approx(wanted[i]).margin(1e-9));
}

}  // namespace

TEST_CASE("weights: exact where levels are opposite or equal") {
  const auto w = [](std::optional<Level> credibility, std::optional<Level> relevance) {
    return weight({"", credibility, relevance, "", std::nullopt});
  };
  CHECK(w(H, H) == 2);
  CHECK(w(L, L) == 0.5);
  CHECK(w(H, L) == 1);
  CHECK(w({}, {}) == 1);
  CHECK(w(H, {}) == std::sqrt(2.0));
}

TEST_CASE("inconsistency: one strong item against two weak ones") {
  const Matrix matrix = matrix_of({{H, H, {II, C}}, {L, L, {C, I}}, {L, M, {N, I}}});
  const Scores scores = inconsistency(*matrix.ratings, weights_of(matrix), 2);
  check_close(scores, {-4, -0.5 - std::sqrt(0.5)});
  CHECK(highest(scores) == Indexes{1});
  CHECK(highest(inconsistency(*matrix.ratings, {1, 1, 1}, 2)) ==
        Indexes{0, 1});  // by count, a tie of two and two
  CHECK(leave_one_out(*matrix.ratings, weights_of(matrix), 2) == Indexes{0});
  check_close(burton(matrix, *matrix.ratings), {4, 1});
}

TEST_CASE("bounds: an unrated cell may still be very inconsistent") {
  const Matrix matrix = matrix_of({{M, M, {I, none}}, {H, H, {C, NA}}});
  const auto ranges = bounds(matrix, *matrix.ratings);
  CHECK(ranges[0].worst == -1);
  CHECK(ranges[0].best == -1);
  CHECK(ranges[1].worst == -2);
  CHECK(ranges[1].best == 0);
  check_close(coverage(*matrix.ratings, 2), {1, 0.5});
}

TEST_CASE("bayes and subjective logic: one item, worked out on paper") {
  const Matrix full = matrix_of({{H, H, {C, I}}});
  check_close(bayes(full, *full.ratings), {0.8, 0.2});
  const Opinion opinion = subjective_logic(full, *full.ratings);
  check_close(opinion.belief, {0.6, 0});
  CHECK(opinion.uncertainty == Approx(0.4));
  check_close(opinion.projected, {0.8, 0.2});
  check_close(mutual_information(*full.ratings), {1 - (-0.8 * std::log2(0.8) - 0.2 * std::log2(0.2))});
  const Matrix half = matrix_of({{M, M, {C, I}}});
  check_close(bayes(half, *half.ratings), {2.0 / 3, 1.0 / 3});
}

TEST_CASE("a row that says nothing moves nothing") {
  for (const auto& row :
       std::vector<std::vector<Rating>>{{C, C, C}, {NA, none, CC}, {none, none, none}, {II, II, NA}}) {
    const Matrix matrix = matrix_of({{H, H, row}});
    check_close(bayes(matrix, *matrix.ratings), {1.0 / 3, 1.0 / 3, 1.0 / 3});
    CHECK(subjective_logic(matrix, *matrix.ratings).uncertainty == Approx(1));
    CHECK(mutual_information(*matrix.ratings).front() == 0);
    CHECK(zero_diagnostic(*matrix.ratings) == Indexes{0});
  }
}

TEST_CASE("group: the lower median refutes where a mean cancels") {
  Matrix matrix = matrix_of({{M, M, {N, N}}});
  matrix.analysts = {{"a", {{II, NA}}}, {"b", {{CC, NA}}}, {"c", {{II, C}}}, {"d", {{CC, none}}}};
  const Group result = group(matrix);
  CHECK(result.aggregate == Ratings{{II, NA}});
  check_close(result.open_synthesis.inconsistency, {0, 0});
  check_close(result.weighted_inconsistency, {-2, 0});
  CHECK(result.spread[0][0] == Approx(16.0 / 6 / 4));
  CHECK(result.burton_dispute == Cells<int>{{4, 2}});
}

TEST_CASE("sensitivity agrees with scoring the changed matrix anew") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const Rating all[] = {CC, C, N, I, II, NA, none};
  const Level levels[] = {L, M, H};
  for (int round = 0; round < 200; ++round) {
    std::vector<Item> items;
    for (int i = 0; i < 6; ++i)
      items.push_back({levels[random() % 3],
                       levels[random() % 3],
                       {all[random() % 7], all[random() % 7], all[random() % 7]}});
    const Matrix matrix = matrix_of(items);
    const Indexes leaders = highest(inconsistency(*matrix.ratings, weights_of(matrix), 3));
    const Indexes by_bayes = highest(bayes(matrix, *matrix.ratings));
    Indexes without, without_bayes;
    for (std::size_t i = 0; i < items.size(); ++i) {
      auto fewer = items;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const Matrix rest = matrix_of(fewer);
      if (highest(inconsistency(*rest.ratings, weights_of(rest), 3)) != leaders) without.push_back(i);
      if (highest(bayes(rest, *rest.ratings)) != by_bayes) without_bayes.push_back(i);
    }
    REQUIRE(leave_one_out(*matrix.ratings, weights_of(matrix), 3) == without);
    REQUIRE(leave_one_out_bayes(matrix, *matrix.ratings) == without_bayes);
    for (const StepFlip& flip : one_step_flips(*matrix.ratings, weights_of(matrix), 3)) {
      Ratings changed = *matrix.ratings;
      changed[flip.item][flip.hypothesis] = flip.to;
      REQUIRE(highest(inconsistency(changed, weights_of(matrix), 3)) != leaders);
    }
  }
}

}  // namespace assay::ach
