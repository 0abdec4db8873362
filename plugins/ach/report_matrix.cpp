#include "plugins/ach/report_matrix.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "plugins/ach/group.h"

namespace assay::ach {
namespace {

using nlohmann::json;

const json& member(const json& object, const char* name) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string words(const json& object, const char* name) {
  const json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::vector<ReportHypothesis> read_hypotheses(const json& list, std::size_t text_size) {
  std::vector<ReportHypothesis> result;
  if (!list.is_array()) return result;
  for (const json& item : list) {
    ReportHypothesis hypothesis{words(item, "id"), words(item, "title")};
    const auto known = [&](const ReportHypothesis& other) { return other.id == hypothesis.id; };
    if (hypothesis.id.empty() || std::any_of(result.begin(), result.end(), known)) continue;
    const json& span = member(item, "span");
    if (span.is_array() && span.size() == 2 && span[0].is_number_unsigned() && span[1].is_number_unsigned() &&
        span[0] <= span[1] && span[1] <= text_size) {
      hypothesis.begin = span[0].get<std::uint32_t>();
      hypothesis.end = span[1].get<std::uint32_t>();
    }
    result.push_back(std::move(hypothesis));
  }
  return result;
}

Evidence read_evidence(const json& item) {
  Evidence evidence;
  evidence.text = words(item, "text");
  evidence.credibility = level_from(words(item, "credibility"));
  evidence.relevance = level_from(words(item, "relevance"));
  evidence.origin = words(item, "origin");
  const std::string stance = words(item, "stance");
  if (stance == "sincere") evidence.stance = Stance::sincere;
  if (stance == "deceptive") evidence.stance = Stance::deceptive;
  evidence.type = words(item, "type");
  evidence.source = words(item, "source");
  evidence.date = words(item, "date");
  return evidence;
}

// By `order`, then by id, as the page shows them.
std::vector<std::pair<std::string, const json*>> rows_in_order(const json& map) {
  std::vector<std::pair<std::string, const json*>> rows;
  if (!map.is_object()) return rows;
  for (const auto& [id, item] : map.items())
    if (item.is_object()) rows.emplace_back(id, &item);
  const auto order = [](const json* item) {
    const json& value = member(*item, "order");
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::max();
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto& a, const auto& b) { return order(a.second) < order(b.second); });
  return rows;
}

template <class Find>
std::optional<std::size_t> index_of(const std::map<std::string, std::size_t, std::less<>>& indexes, Find id) {
  const auto found = indexes.find(id);
  if (found == indexes.end()) return std::nullopt;
  return found->second;
}

// Keys are `user/evidence/hypothesis`.
void read_ratings(const json& map, ReportMatrix& result) {
  if (!map.is_object()) return;
  std::map<std::string, std::size_t, std::less<>> rows, columns;
  for (std::size_t i = 0; i < result.evidence.size(); ++i) rows.emplace(result.evidence[i], i);
  for (std::size_t j = 0; j < result.hypotheses.size(); ++j) columns.emplace(result.hypotheses[j].id, j);
  for (const auto& [key, entry] : map.items()) {
    const std::string_view path = key;
    const std::size_t last = path.rfind('/');
    const std::size_t first = last == 0 || last == path.npos ? path.npos : path.rfind('/', last - 1);
    if (first == path.npos || first == 0) continue;
    const auto row = index_of(rows, path.substr(first + 1, last - first - 1));
    const auto column = index_of(columns, path.substr(last + 1));
    const auto rating = rating_from(words(entry, "value"));
    if (!row || !column || !rating) continue;
    const std::string user(path.substr(0, first));
    auto& analysts = result.matrix.analysts;
    auto analyst = analysts.find(user);
    if (analyst == analysts.end()) {
      if (analysts.size() == analysts_max) {
        result.too_large = true;
        continue;
      }
      const Ratings blank(rows.size(), std::vector<Rating>(columns.size(), Rating::unrated));
      analyst = analysts.emplace(user, blank).first;
    }
    analyst->second[*row][*column] = *rating;
  }
}

}  // namespace

ReportMatrix read_report_matrix(std::string_view text, std::size_t text_size) {
  ReportMatrix result;
  const json data = json::parse(text, nullptr, false);
  if (!data.is_object()) return result;
  result.hypotheses = read_hypotheses(member(data, "hypotheses"), text_size);
  auto rows = rows_in_order(member(data, "evidence"));
  result.too_large = rows.size() > rows_max || result.hypotheses.size() > hypotheses_max;
  if (rows.size() > rows_max) rows.resize(rows_max);
  if (result.hypotheses.size() > hypotheses_max) result.hypotheses.resize(hypotheses_max);
  for (const ReportHypothesis& hypothesis : result.hypotheses)
    result.matrix.hypotheses.push_back(hypothesis.title);
  result.matrix.priors.assign(result.hypotheses.size(),
                              1 / std::max(1.0, static_cast<double>(result.hypotheses.size())));
  for (const auto& [id, item] : rows) {
    result.evidence.push_back(id);
    result.matrix.evidence.push_back(read_evidence(*item));
  }
  read_ratings(member(data, "ratings"), result);
  result.matrix.ratings = aggregate(result.matrix);
  for (const auto& row : *result.matrix.ratings)
    result.rated += static_cast<std::size_t>(
        std::count_if(row.begin(), row.end(), [](Rating rating) { return rating != Rating::unrated; }));
  return result;
}

}  // namespace assay::ach
