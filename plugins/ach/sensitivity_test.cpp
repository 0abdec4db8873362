#include "plugins/ach/sensitivity.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <random>
#include <set>

#include "plugins/ach/group.h"

namespace assay::ach {
namespace {

constexpr Rating CC = Rating::very_consistent, C = Rating::consistent, N = Rating::neutral,
                 I = Rating::inconsistent, II = Rating::very_inconsistent, NA = Rating::not_applicable,
                 none = Rating::unrated;
constexpr Level H = Level::high, M = Level::medium, L = Level::low;

Matrix matrix_of(const Ratings& ratings, const std::vector<std::pair<Level, Level>>& levels = {}) {
  Matrix matrix;
  matrix.ratings = ratings;
  const std::size_t n = ratings.front().size();
  for (std::size_t j = 0; j < n; ++j) matrix.hypotheses.push_back("H" + std::to_string(j + 1));
  matrix.priors.assign(n, 1 / static_cast<double>(n));
  for (std::size_t i = 0; i < ratings.size(); ++i) {
    Evidence item;
    if (!levels.empty()) item.credibility = levels[i].first, item.relevance = levels[i].second;
    matrix.evidence.push_back(item);
  }
  return matrix;
}

Matrix random_matrix(std::mt19937& random, std::size_t items, std::size_t hypotheses) {
  const Rating all[] = {CC, C, N, I, II, NA, none};
  const Level levels[] = {L, M, H};
  Ratings ratings(items);
  std::vector<std::pair<Level, Level>> weights;
  for (auto& row : ratings) {
    for (std::size_t j = 0; j < hypotheses; ++j) row.push_back(all[random() % 7]);
    weights.emplace_back(levels[random() % 3], levels[random() % 3]);
  }
  return matrix_of(ratings, weights);
}

Indexes leaders_of(const Matrix& matrix, const Ratings& ratings) {
  return highest(inconsistency(ratings, weights_of(matrix), matrix.hypotheses.size()));
}

// Every way of changing one step after another, breadth first, until a hypothesis leads that did not.
std::optional<std::size_t> distance_by_search(const Matrix& matrix) {
  const Indexes now = leaders_of(matrix, *matrix.ratings);
  if (now.size() == matrix.hypotheses.size()) return std::nullopt;
  std::set<Ratings> seen{*matrix.ratings};
  std::deque<std::pair<Ratings, std::size_t>> queue{{*matrix.ratings, 0}};
  for (; !queue.empty(); queue.pop_front()) {
    const auto [ratings, steps] = queue.front();
    for (const std::size_t j : leaders_of(matrix, ratings))
      if (std::find(now.begin(), now.end(), j) == now.end()) return steps;
    for (std::size_t i = 0; i < ratings.size(); ++i)
      for (std::size_t j = 0; j < ratings[i].size(); ++j)
        for (const int move : {-1, 1}) {
          if (!is_step(ratings[i][j])) continue;
          const auto to = static_cast<Rating>(static_cast<int>(ratings[i][j]) + move);
          if (to < II || to > CC) continue;
          Ratings next = ratings;
          next[i][j] = to;
          if (seen.insert(next).second) queue.emplace_back(std::move(next), steps + 1);
        }
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("flip distance: on paper") {
  const auto distance = [](const Matrix& matrix) {
    return flip_distance(*matrix.ratings, weights_of(matrix), matrix.hypotheses.size());
  };
  // Two steps up in the second column, or one there and one down in the first.
  CHECK(distance(matrix_of({{C, II}}))->steps == 2);
  CHECK(distance(matrix_of({{N, II}}))->steps == 2);
  CHECK(distance(matrix_of({{C, II}}))->hypothesis == 1);
  // A heavy item is worth two light ones.
  CHECK(distance(matrix_of({{C, I}, {C, II}}, {{H, H}, {L, L}}))->steps == 3);
  CHECK(distance(matrix_of({{I, I}, {C, C}})) == std::nullopt);
}

TEST_CASE("flip distance agrees with searching every way") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 150; ++round) {
    const Matrix matrix = random_matrix(random, 3, 2);
    const auto found = flip_distance(*matrix.ratings, weights_of(matrix), 2);
    const auto wanted = distance_by_search(matrix);
    REQUIRE(found.has_value() == wanted.has_value());
    if (found) REQUIRE(found->steps == *wanted);
  }
}

TEST_CASE("weights, origins and margins agree with scoring the changed matrix anew") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    Matrix matrix = random_matrix(random, 6, 3);
    for (std::size_t i = 0; i < 4; ++i) matrix.evidence[i].origin = i < 2 ? "wire" : "agency";
    const Ratings& ratings = *matrix.ratings;
    const Indexes leaders = leaders_of(matrix, ratings);
    std::size_t flips = 0;
    const auto found = weight_flips(matrix, ratings);
    for (std::size_t i = 0; i < 6; ++i)
      for (const bool relevance : {false, true})
        for (const int move : {-1, 1}) {
          Matrix changed = matrix;
          auto& level = relevance ? changed.evidence[i].relevance : changed.evidence[i].credibility;
          const int to = static_cast<int>(*level) + move;
          if (to < 0 || to > 2) continue;
          level = static_cast<Level>(to);
          if (leaders_of(changed, ratings) == leaders) continue;
          REQUIRE(flips < found.size());
          CHECK(found[flips].item == i);
          CHECK(found[flips].relevance == relevance);
          CHECK(found[flips++].to == *level);
        }
    CHECK(flips == found.size());
    std::vector<std::string> origins;
    for (const std::string origin : {"agency", "wire"}) {
      Ratings rest = ratings;
      for (std::size_t i = 0; i < 6; ++i)
        if (matrix.evidence[i].origin == origin) rest[i].assign(3, none);
      if (leaders_of(matrix, rest) != leaders) origins.push_back(origin);
    }
    CHECK(leave_one_origin_out(matrix, ratings) == origins);
  }
}

TEST_CASE("marginal: what an item adds to the lead") {
  const Matrix matrix = matrix_of({{C, II}, {I, C}, {II, II}});
  const Scores result = marginal(*matrix.ratings, weights_of(matrix), 2);
  CHECK(result == Scores{2, -1, 0});
  const Matrix tied = matrix_of({{C, II}, {II, C}});
  CHECK(marginal(*tied.ratings, weights_of(tied), 2) == Scores{0, 0});
}

TEST_CASE("weight noise: shares of the draws, the same for everybody") {
  // Whatever the weights, the second is contradicted and the first is not.
  const Matrix sure = matrix_of({{C, II}, {N, I}});
  CHECK(weight_noise(sure, *sure.ratings) == Scores{1, 0});
  // Two equal items against each other: 5 of 25 draws tie, the others split.
  const Matrix even = matrix_of({{I, C}, {C, I}});
  const Scores shares = weight_noise(even, *even.ratings);
  CHECK(shares[0] == Approx(0.6).margin(0.05));
  CHECK(shares[1] == Approx(0.6).margin(0.05));
  CHECK(shares == weight_noise(even, *even.ratings));
  CHECK(shares != weight_noise(even, *even.ratings, noise_seed + 1));
}

TEST_CASE("undecided: while a leader's unrated cells could let another pass") {
  const auto rivals = [](const Ratings& ratings) {
    const Matrix matrix = matrix_of(ratings);
    return undecided(bounds(matrix, ratings));
  };
  CHECK(rivals({{I, II}, {none, C}}) == Indexes{1});
  CHECK(rivals({{I, II}, {C, none}}).empty());
  CHECK(rivals({{C, II}, {NA, C}}).empty());
}

TEST_CASE("method agreement: one strong item against three weak ones") {
  const Matrix split = matrix_of({{II, C}, {C, I}, {C, I}, {C, I}}, {{H, H}, {L, L}, {L, L}, {L, L}});
  const auto methods = method_leaders(split, *split.ratings);
  CHECK_FALSE(agree(methods));
  CHECK(methods[0].leaders == Indexes{0});
  CHECK(methods[1].leaders == Indexes{1});
  const Matrix plain = matrix_of({{C, II}, {C, I}});
  CHECK(agree(method_leaders(plain, *plain.ratings)));
  CHECK(ranges(*plain.ratings) == std::vector<int>{3, 2});
  CHECK(ranges({{NA, none}, {I, I}}) == std::vector<int>{0, 0});
}

TEST_CASE("weight of evidence: decibans of the tempered ratio") {
  const Matrix matrix = matrix_of({{C, I}, {C, I}}, {{H, H}, {M, M}});
  const Scores result = weight_of_evidence(matrix, *matrix.ratings, 0, 1);
  CHECK(result[0] == Approx(10 * std::log10(4.0)));
  CHECK(result[1] == Approx(5 * std::log10(4.0)));
}

namespace {

// Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve units,
// five values.
Matrix reliability_data(const std::vector<std::string>& observers) {
  Matrix matrix;
  const std::size_t units = observers.front().size();
  matrix.hypotheses.assign(1, "unit");
  matrix.evidence.assign(units, {});
  for (std::size_t a = 0; a < observers.size(); ++a) {
    Ratings ratings;
    for (const char value : observers[a])
      ratings.push_back({value == '.' ? none : static_cast<Rating>(static_cast<int>(II) + (value - '1'))});
    matrix.analysts.emplace(std::string(1, static_cast<char>('A' + a)), ratings);
  }
  return matrix;
}

}  // namespace

TEST_CASE("ordinal alpha: the published worked example") {
  const Matrix matrix = reliability_data({"123321412...", "1233224125.3", ".3332342251.", "12332441251."});
  CHECK(*ordinal_alpha(matrix) == Approx(0.815).margin(0.0005));
}

TEST_CASE("ordinal alpha: agreement, opposition, nothing to compare") {
  CHECK(*ordinal_alpha(reliability_data({"12345", "12345"})) == Approx(1));
  CHECK(*ordinal_alpha(reliability_data({"15", "51"})) < 0);
  CHECK_FALSE(ordinal_alpha(reliability_data({"33", "33"})).has_value());
  CHECK_FALSE(ordinal_alpha(reliability_data({"1.", ".2"})).has_value());
}

TEST_CASE("leave one analyst out: who decides the result") {
  Matrix matrix = matrix_of({{N, N}, {N, N}});
  matrix.analysts = {{"ann", {{C, II}, {C, C}}}, {"bob", {{C, II}, {C, C}}}, {"cem", {{C, C}, {II, C}}}};
  // The lower median: two of three say II to the second; without Ann one of two still does, and II is the
  // lower.
  CHECK(aggregate(matrix) == Ratings{{C, II}, {C, C}});
  CHECK(leave_one_analyst_out(matrix) == std::vector<std::string>{"ann", "bob"});
  const std::string cem = "cem";
  CHECK(aggregate(matrix, &cem) == Ratings{{C, II}, {C, C}});
}

}  // namespace assay::ach
