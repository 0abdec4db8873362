#include "plugins/ach/matrix_json.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace assay::ach {

TEST_CASE("a matrix file: what is wrong is said, with the place") {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {
      {"{", "not JSON"},
      {"[]", "one object"},
      {R"({"evidence": []})", "lacks \"hypotheses\""},
      {R"({"hypotheses": [], "evidence": []})", "hypotheses is empty"},
      {R"({"hypotheses": ["a"], "evidence": [{"text": "x", "credibility": "X"}], "ratings": [["C"]]})",
       "evidence[0].credibility"},
      {R"({"hypotheses": ["a"], "evidence": [{"text": "x"}], "ratings": []})", "0 rows for 1 items"},
      {R"({"hypotheses": ["a"], "evidence": [{"text": "x"}], "ratings": [["C", "C"]]})",
       "2 cells for 1 hypotheses"},
      {R"({"hypotheses": ["a"], "evidence": [{"text": "x"}], "ratings": [["maybe"]]})", "ratings[0][0]"},
      {R"({"hypotheses": ["a"], "evidence": [{"text": "x"}], "ratings": null})",
       "neither ratings nor analyst_ratings"},
      {R"({"hypotheses": ["a"], "evidence": [{"text": "x"}], "priors": [0], "ratings": [["C"]]})", "above 0"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    CHECK_THROWS_WITH(parse_matrix(c.text), Catch::Contains(c.says));
  }
}

TEST_CASE("scores: the keys that apply, and no others") {
  const auto one = scores(parse_matrix(
      R"({"hypotheses": ["a", "b"], "evidence": [{"text": "x", "origin": "wire"}, {"text": "y", "origin": "wire"}],
    "ratings": [["I", "C"], ["II", null]]})"));
  CHECK(one["origin_collapsed"]["scores"] == nlohmann::json({-2, 0}));
  CHECK(one["weighted_inconsistency"]["bounds"] == nlohmann::json({{-3, -3}, {-2, 0}}));
  CHECK_FALSE(one.contains("by_stance"));
  CHECK_FALSE(one.contains("group"));
  const auto group = scores(parse_matrix(
      R"({"hypotheses": ["a"], "evidence": [{"text": "x"}], "ratings": null, "analyst_ratings": {"dana": [["I"]]}})"));
  CHECK(group["group"]["burton_group"] == nlohmann::json({1}));
  CHECK_FALSE(group.contains("bayes"));
}

}  // namespace assay::ach
