#include "plugins/ach/matrix_json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "plugins/ach/group.h"
#include "plugins/ach/methods.h"
#include "plugins/ach/sensitivity.h"

namespace assay::ach {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

[[noreturn]] void fail(const std::string& what) { throw MatrixError(what); }

const json& member(const json& object, const char* name, const std::string& where) {
  const auto found = object.find(name);
  if (found == object.end()) fail(where + " lacks \"" + name + "\"");
  return *found;
}

std::string text_of(const json& value, const std::string& where) {
  if (!value.is_string()) fail(where + " must be a string");
  return value.get<std::string>();
}

const json& array_of(const json& value, const std::string& where) {
  if (!value.is_array()) fail(where + " must be an array");
  return value;
}

std::optional<Level> parse_level(const json& item, const char* name, const std::string& where) {
  const auto found = item.find(name);
  if (found == item.end() || found->is_null()) return std::nullopt;
  const std::string text = text_of(*found, where + "." + name);
  if (const auto level = level_from(text)) return level;
  fail(where + "." + name + " must be \"H\", \"M\", \"L\" or null, not \"" + text + "\"");
}

Evidence parse_evidence(const json& item, const std::string& where) {
  if (!item.is_object()) fail(where + " must be an object");
  Evidence evidence;
  evidence.text = text_of(member(item, "text", where), where + ".text");
  evidence.credibility = parse_level(item, "credibility", where);
  evidence.relevance = parse_level(item, "relevance", where);
  const auto words = [&](const char* name) {
    const auto found = item.find(name);
    return found == item.end() || found->is_null() ? std::string() : text_of(*found, where + "." + name);
  };
  evidence.origin = words("origin");
  evidence.type = words("type");
  evidence.source = words("source");
  evidence.date = words("date");
  evidence.note = words("note");
  if (const auto stance = item.find("stance"); stance != item.end() && !stance->is_null()) {
    const std::string text = text_of(*stance, where + ".stance");
    if (text != "sincere" && text != "deceptive")
      fail(where + ".stance must be \"sincere\" or \"deceptive\"");
    evidence.stance = text == "sincere" ? Stance::sincere : Stance::deceptive;
  }
  return evidence;
}

// `where` is asked for only when something is wrong: a matrix has many cells.
template <class Where>
Rating parse_rating(const json& value, const Where& where) {
  if (value.is_null()) return Rating::unrated;
  if (!value.is_string()) fail(where() + " must be a string or null");
  const auto& text = value.get_ref<const std::string&>();
  if (const auto rating = rating_from(text)) return *rating;
  fail(where() + " must be \"CC\", \"C\", \"N\", \"I\", \"II\", \"NA\" or null, not \"" + text + "\"");
}

Ratings parse_ratings(const json& value, const Matrix& matrix, const std::string& where) {
  array_of(value, where);
  if (value.size() != matrix.evidence.size())
    fail(where + " has " + std::to_string(value.size()) + " rows for " +
         std::to_string(matrix.evidence.size()) + " items");
  Ratings ratings;
  ratings.reserve(value.size());
  for (const json& row : value) {
    const auto here = [&] { return where + "[" + std::to_string(ratings.size()) + "]"; };
    if (!row.is_array()) fail(here() + " must be an array");
    if (row.size() != matrix.hypotheses.size())
      fail(here() + " has " + std::to_string(row.size()) + " cells for " +
           std::to_string(matrix.hypotheses.size()) + " hypotheses");
    std::vector<Rating> cells;
    cells.reserve(row.size());
    for (const json& cell : row)
      cells.push_back(parse_rating(cell, [&] { return here() + "[" + std::to_string(cells.size()) + "]"; }));
    ratings.push_back(std::move(cells));
  }
  return ratings;
}

void parse_priors(const json& file, Matrix& matrix) {
  const std::size_t n = matrix.hypotheses.size();
  const auto found = file.find("priors");
  if (found == file.end() || found->is_null()) {
    matrix.priors.assign(n, 1 / static_cast<double>(n));
    return;
  }
  if (array_of(*found, "priors").size() != n) fail("priors must hold one number a hypothesis");
  double sum = 0;
  for (const json& prior : *found) {
    if (!prior.is_number() || !(prior.get<double>() > 0)) fail("priors must be numbers above 0");
    sum += matrix.priors.emplace_back(prior.get<double>());
  }
  if (!std::isfinite(sum)) fail("priors are too large");
  for (double& prior : matrix.priors) prior /= sum;
}

ordered_json letters(const Ratings& ratings) {
  ordered_json rows = ordered_json::array();
  for (const auto& row : ratings) {
    ordered_json cells = ordered_json::array();
    for (const Rating rating : row)
      cells.push_back(rating == Rating::unrated ? ordered_json() : ordered_json(to_string(rating)));
    rows.push_back(cells);
  }
  return rows;
}

ordered_json to_json(const OpenSynthesis& result) {
  return {{"inconsistency", result.inconsistency},
          {"consistency", result.consistency},
          {"hypothesis_order", result.hypothesis_order},
          {"diagnosticity", result.diagnosticity},
          {"evidence_order", result.evidence_order}};
}

ordered_json to_json(const Group& result) {
  return {{"open_synthesis", to_json(result.open_synthesis)},
          {"os_aggregate", letters(result.open_synthesis_aggregate)},
          {"os_disagreement", result.open_synthesis_disagreement},
          {"burton_per_analyst", result.burton},
          {"burton_group", result.burton_sum},
          {"burton_dispute_level", result.burton_dispute},
          {"spread", result.spread},
          {"aggregate", letters(result.aggregate)},
          {"weighted_inconsistency",
           {{"scores", result.weighted_inconsistency}, {"leaders", highest(result.weighted_inconsistency)}}}};
}

ordered_json led(const Scores& scores) { return {{"scores", scores}, {"leaders", highest(scores)}}; }

ordered_json weighted(const Matrix& matrix, const Ratings& ratings, const Scores& weights) {
  const std::size_t n = matrix.hypotheses.size();
  ordered_json result = led(inconsistency(ratings, weights, n));
  result["loo_flips"] = leave_one_out(ratings, weights, n);
  ordered_json flips = ordered_json::array();
  for (const StepFlip& flip : one_step_flips(ratings, weights, n))
    flips.push_back({flip.item, flip.hypothesis, to_string(flip.to)});
  result["one_step_flips"] = flips;
  ordered_json ranges = ordered_json::array();
  for (const Bounds& range : bounds(matrix, ratings)) ranges.push_back({range.worst, range.best});
  result["bounds"] = ranges;
  return result;
}

ordered_json agreement(const Matrix& matrix, const Ratings& ratings) {
  const auto methods = method_leaders(matrix, ratings);
  ordered_json leaders = ordered_json::object();
  for (const MethodLeaders& method : methods) leaders[method.method] = method.leaders;
  return {{"agree", agree(methods)}, {"leaders", leaders}};
}

ordered_json sensitivity(const Matrix& matrix, const Ratings& ratings, const Scores& weights) {
  const std::size_t n = matrix.hypotheses.size();
  ordered_json flips = ordered_json::array();
  for (const WeightFlip& flip : weight_flips(matrix, ratings))
    flips.push_back({flip.item, flip.relevance ? "relevance" : "credibility", to_string(flip.to)});
  ordered_json distance;
  if (const auto found = flip_distance(ratings, weights, n))
    distance = {{"steps", found->steps}, {"hypothesis", found->hypothesis}, {"exact", true}};
  return {{"weight_step_flips", flips},
          {"flip_distance", distance},
          {"leave_one_origin_out", leave_one_origin_out(matrix, ratings)},
          {"weight_noise",
           {{"seed", noise_seed}, {"draws", noise_draws}, {"share", weight_noise(matrix, ratings)}}}};
}

// What one item says for the leader by Bayes against the runner-up.
ordered_json decibans(const Matrix& matrix, const Ratings& ratings, const Scores& posterior) {
  Indexes order(posterior.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return posterior[a] > posterior[b]; });
  if (order.size() < 2) return nullptr;
  return {{"leader", order[0]},
          {"runner_up", order[1]},
          {"decibans", weight_of_evidence(matrix, ratings, order[0], order[1])}};
}

void add_methods(const Matrix& matrix, const Ratings& ratings, ordered_json& result) {
  const std::size_t n = matrix.hypotheses.size();
  const Scores weights = weights_of(matrix);
  bool origins = false, stances = false;
  for (const Evidence& item : matrix.evidence) {
    origins |= !item.origin.empty();
    stances |= item.stance.has_value();
  }
  const Scores equal(weights.size(), 1.0);
  result["minus_count"] = {{"scores", minus_count(ratings, n)}};
  result["inconsistency_count"] = led(inconsistency(ratings, equal, n));
  result["inconsistency_count"]["loo_flips"] = leave_one_out(ratings, equal, n);
  result["weighted_inconsistency"] = weighted(matrix, ratings, weights);
  const Scores by_burton = burton(matrix, ratings);
  result["burton_inconsistency"] = {
      {"scores", by_burton}, {"leaders", lowest(by_burton)}, {"row_diagnosticity", burton_rows(ratings)}};
  result["net_score"] = {{"scores", net_score(ratings, n)}};
  result["open_synthesis"] = to_json(open_synthesis({&ratings}, ratings.size(), n));
  const Scores posterior = bayes(matrix, ratings);
  result["bayes"] = {{"posterior", posterior},
                     {"leaders", highest(posterior)},
                     {"loo_flips", leave_one_out_bayes(matrix, ratings)}};
  const Opinion opinion = subjective_logic(matrix, ratings);
  result["subjective_logic"] = {
      {"belief", opinion.belief}, {"uncertainty", opinion.uncertainty}, {"projected", opinion.projected}};
  result["mutual_information"] = {{"bits", mutual_information(ratings)}};
  result["zero_diagnostic"] = {{"rows", zero_diagnostic(ratings)}};
  result["coverage"] = {{"per_hypothesis", coverage(ratings, n)}};
  result["diagnosticity"] = {{"range", ranges(ratings)}, {"marginal", marginal(ratings, weights, n)}};
  result["weight_of_evidence"] = decibans(matrix, ratings, posterior);
  const Indexes rivals = undecided(bounds(matrix, ratings));
  result["decidable"] = {{"decidable", rivals.empty()}, {"rivals", rivals}};
  result["method_agreement"] = agreement(matrix, ratings);
  result["sensitivity"] = sensitivity(matrix, ratings, weights);
  if (stances)
    result["by_stance"] = {{"sincere", led(by_stance(matrix, ratings, Stance::sincere))},
                           {"deceptive", led(by_stance(matrix, ratings, Stance::deceptive))}};
  if (origins) result["origin_collapsed"] = led(origin_collapsed(matrix, ratings));
}

}  // namespace

Matrix parse_matrix(std::string_view text) {
  json file;
  try {
    file = json::parse(text);
  } catch (const json::exception& error) {
    // "[json.exception.parse_error.101] parse error at line 1, ...": the number is for programmers.
    const std::string_view what = error.what();
    const auto words = what.find("] ");
    fail("not JSON: " + std::string(words == what.npos ? what : what.substr(words + 2)));
  }
  if (!file.is_object()) fail("the file must hold one object");
  Matrix matrix;
  if (const auto title = file.find("title"); title != file.end() && title->is_string())
    matrix.title = title->get<std::string>();
  for (const json& name : array_of(member(file, "hypotheses", "the matrix"), "hypotheses"))
    matrix.hypotheses.push_back(
        text_of(name, "hypotheses[" + std::to_string(matrix.hypotheses.size()) + "]"));
  if (matrix.hypotheses.empty()) fail("hypotheses is empty");
  if (matrix.hypotheses.size() > file_hypotheses_max)
    fail("more than " + std::to_string(file_hypotheses_max) + " hypotheses");
  for (const json& item : array_of(member(file, "evidence", "the matrix"), "evidence"))
    matrix.evidence.push_back(
        parse_evidence(item, "evidence[" + std::to_string(matrix.evidence.size()) + "]"));
  parse_priors(file, matrix);
  std::size_t cells = 0;
  const auto parse = [&](const json& value, const std::string& where) {
    cells += matrix.evidence.size() * matrix.hypotheses.size();
    if (cells > cells_max) fail("more than " + std::to_string(cells_max) + " cells");
    return parse_ratings(value, matrix, where);
  };
  if (const auto found = file.find("ratings"); found != file.end() && !found->is_null())
    matrix.ratings = parse(*found, "ratings");
  if (const auto found = file.find("analyst_ratings"); found != file.end() && !found->is_null()) {
    if (!found->is_object()) fail("analyst_ratings must be an object");
    for (const auto& [name, value] : found->items())
      matrix.analysts.emplace(name, parse(value, "analyst_ratings." + name));
  }
  if (!matrix.ratings && matrix.analysts.empty()) fail("neither ratings nor analyst_ratings is there");
  return matrix;
}

ordered_json to_json(const Matrix& matrix) {
  ordered_json result = ordered_json::object();
  if (!matrix.title.empty()) result["title"] = matrix.title;
  result["hypotheses"] = matrix.hypotheses;
  const double even = 1 / static_cast<double>(matrix.hypotheses.size());
  if (std::any_of(matrix.priors.begin(), matrix.priors.end(),
                  [&](double p) { return std::abs(p - even) > 1e-12; }))
    result["priors"] = matrix.priors;
  result["evidence"] = ordered_json::array();
  for (const Evidence& item : matrix.evidence) {
    ordered_json entry = {{"text", item.text}};
    if (item.credibility) entry["credibility"] = to_string(*item.credibility);
    if (item.relevance) entry["relevance"] = to_string(*item.relevance);
    if (item.stance) entry["stance"] = *item.stance == Stance::sincere ? "sincere" : "deceptive";
    const std::pair<const char*, const std::string*> words[] = {{"origin", &item.origin},
                                                                {"type", &item.type},
                                                                {"source", &item.source},
                                                                {"date", &item.date},
                                                                {"note", &item.note}};
    for (const auto& [name, text] : words)
      if (!text->empty()) entry[name] = *text;
    result["evidence"].push_back(std::move(entry));
  }
  result["ratings"] = matrix.ratings ? letters(*matrix.ratings) : ordered_json();
  for (const auto& [name, ratings] : matrix.analysts) result["analyst_ratings"][name] = letters(ratings);
  return result;
}

ordered_json scores(const Matrix& matrix) {
  ordered_json result = ordered_json::object();
  if (matrix.ratings) add_methods(matrix, *matrix.ratings, result);
  if (!matrix.analysts.empty()) {
    const Group together = group(matrix);
    ordered_json& said = result["group"] = to_json(together);
    for (const auto& [name, ratings] : matrix.analysts)
      said["per_analyst"][name] = led(inconsistency(ratings, weights_of(matrix), matrix.hypotheses.size()));
    const auto alpha = ordinal_alpha(matrix);
    said["ordinal_alpha"] = alpha ? ordered_json(*alpha) : ordered_json();
    said["leave_one_analyst_out"] = leave_one_analyst_out(matrix);
    add_methods(matrix, together.aggregate, said["of_aggregate"]);
  }
  return result;
}

}  // namespace assay::ach
