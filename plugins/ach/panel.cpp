#include "plugins/ach/panel.h"

#include <nlohmann/json.hpp>

#include "plugins/ach/group.h"
#include "plugins/ach/methods.h"
#include "plugins/ach/sensitivity.h"

namespace assay::ach {

const char* const panel_schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["hypotheses", "evidence", "tooLarge", "rated", "group", "analysts"],
  "properties": {
    "hypotheses": {"type": "array", "items": {"type": "string"}},
    "evidence": {"type": "array", "items": {"type": "string"}},
    "tooLarge": {"type": "boolean"},
    "rated": {"type": "integer"},
    "group": {"oneOf": [{"type": "null"}, {"type": "object", "required": [
        "scores", "leaders", "bounds", "coverage", "rivals", "methods", "agree", "bits", "range", "marginal", "zero",
        "aggregate", "spread", "alpha", "flips", "noise", "oneAnalystDecides"],
      "properties": {
        "scores": {"$ref": "#/$defs/numbers"}, "leaders": {"$ref": "#/$defs/indexes"},
        "bounds": {"type": "array", "items": {"$ref": "#/$defs/numbers"}},
        "coverage": {"$ref": "#/$defs/numbers"}, "rivals": {"$ref": "#/$defs/indexes"},
        "methods": {"type": "object", "additionalProperties": {"$ref": "#/$defs/indexes"}}, "agree": {"type": "boolean"},
        "bits": {"$ref": "#/$defs/numbers"}, "range": {"$ref": "#/$defs/numbers"},
        "marginal": {"$ref": "#/$defs/numbers"}, "zero": {"$ref": "#/$defs/indexes"},
        "aggregate": {"type": "array", "items": {"type": "array", "items": {"enum": ["CC", "C", "N", "I", "II", "NA", null]}}},
        "spread": {"type": "array", "items": {"$ref": "#/$defs/numbers"}},
        "alpha": {"type": ["number", "null"]},
        "flips": {"type": "object", "required": ["leaveOneOut", "origins", "weights", "steps", "distance"]},
        "noise": {"$ref": "#/$defs/numbers"}, "oneAnalystDecides": {"type": "boolean"}}}]},
    "analysts": {"type": "object", "additionalProperties": {"type": "object", "required": ["scores", "leaders", "bounds", "coverage"]}}
  },
  "$defs": {
    "numbers": {"type": "array", "items": {"type": "number"}},
    "indexes": {"type": "array", "items": {"type": "integer", "minimum": 0}}
  }
})json";

namespace {

using nlohmann::ordered_json;

// More flips than anybody reads; the count says how many there are.
constexpr std::size_t flips_shown = 200;

ordered_json letters(const Ratings& ratings) {
  ordered_json rows = ordered_json::array();
  for (const auto& row : ratings) {
    ordered_json cells = ordered_json::array();
    for (const Rating rating : row)
      cells.push_back(rating == Rating::unrated ? ordered_json() : ordered_json(to_string(rating)));
    rows.push_back(std::move(cells));
  }
  return rows;
}

ordered_json ranges_of(const std::vector<Bounds>& bounds) {
  ordered_json result = ordered_json::array();
  for (const Bounds& range : bounds) result.push_back({range.worst, range.best});
  return result;
}

ordered_json standing(const Matrix& matrix, const Ratings& ratings) {
  const std::size_t n = matrix.hypotheses.size();
  const Scores scores = inconsistency(ratings, weights_of(matrix), n);
  return {{"scores", scores},
          {"leaders", highest(scores)},
          {"bounds", ranges_of(bounds(matrix, ratings))},
          {"coverage", coverage(ratings, n)}};
}

ordered_json flips_of(const Matrix& matrix, const Ratings& ratings) {
  const std::size_t n = matrix.hypotheses.size();
  const Scores weights = weights_of(matrix);
  ordered_json by_weight = ordered_json::array(), by_step = ordered_json::array(), distance;
  for (const WeightFlip& flip : weight_flips(matrix, ratings)) {
    if (by_weight.size() == flips_shown) break;
    by_weight.push_back({flip.item, flip.relevance ? "relevance" : "credibility", to_string(flip.to)});
  }
  const auto steps = one_step_flips(ratings, weights, n);
  for (const StepFlip& flip : steps) {
    if (by_step.size() == flips_shown) break;
    by_step.push_back({flip.item, flip.hypothesis, to_string(flip.to)});
  }
  if (const auto found = flip_distance(ratings, weights, n))
    distance = {{"steps", found->steps}, {"hypothesis", found->hypothesis}};
  return {{"leaveOneOut", leave_one_out(ratings, weights, n)},
          {"origins", leave_one_origin_out(matrix, ratings)},
          {"weights", by_weight},
          {"steps", by_step},
          {"stepCount", steps.size()},
          {"distance", distance}};
}

ordered_json group_of(const Matrix& matrix) {
  const Ratings& ratings = *matrix.ratings;
  ordered_json result = standing(matrix, ratings);
  result["rivals"] = undecided(bounds(matrix, ratings));
  const auto methods = method_leaders(matrix, ratings);
  ordered_json& leaders = result["methods"] = ordered_json::object();
  for (const MethodLeaders& method : methods) leaders[method.method] = method.leaders;
  result["agree"] = agree(methods);
  result["bits"] = mutual_information(ratings);
  result["range"] = ranges(ratings);
  result["marginal"] = marginal(ratings, weights_of(matrix), matrix.hypotheses.size());
  result["zero"] = zero_diagnostic(ratings);
  result["aggregate"] = letters(ratings);
  result["spread"] = spread(matrix);
  const auto alpha = ordinal_alpha(matrix);
  result["alpha"] = alpha ? ordered_json(*alpha) : ordered_json();
  result["flips"] = flips_of(matrix, ratings);
  result["noise"] = weight_noise(matrix, ratings);
  // That one does is for everybody; who it is, for nobody here.
  result["oneAnalystDecides"] = matrix.analysts.size() > 1 && !leave_one_analyst_out(matrix).empty();
  bool origins = false, stances = false;
  for (const Evidence& item : matrix.evidence)
    origins |= !item.origin.empty(), stances |= item.stance.has_value();
  if (origins) result["originCollapsed"] = highest(origin_collapsed(matrix, ratings));
  if (stances)
    result["byStance"] = {{"sincere", highest(by_stance(matrix, ratings, Stance::sincere))},
                          {"deceptive", highest(by_stance(matrix, ratings, Stance::deceptive))}};
  return result;
}

}  // namespace

std::string panel(const ReportMatrix& report) {
  ordered_json result = {{"hypotheses", ordered_json::array()},
                         {"evidence", report.evidence},
                         {"tooLarge", report.too_large},
                         {"rated", report.rated},
                         {"group", nullptr},
                         {"analysts", ordered_json::object()}};
  for (const ReportHypothesis& hypothesis : report.hypotheses) result["hypotheses"].push_back(hypothesis.id);
  if (report.cells() > 0) {
    if (report.rated > 0) result["group"] = group_of(report.matrix);
    for (const auto& [user, ratings] : report.matrix.analysts)
      result["analysts"][user] = standing(report.matrix, ratings);
  }
  return result.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace assay::ach
