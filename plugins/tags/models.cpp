#include "plugins/tags/models.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>

namespace assay::tagging {
namespace {

constexpr std::size_t judged = 60;  // labels the label model may propose
constexpr std::size_t always_until =
    400;  // reports from which the label ranker learns each; later every eighth
constexpr std::size_t later_every = 8;

std::uint32_t set_of(const LessonRow& row) {
  std::uint32_t stem_set = 0;
  for (std::size_t i = 0; i < row.part_count; ++i) stem_set += phrase_hash(1, row.parts[i]);
  return stem_set;
}

}  // namespace

Models::Models(Vocabulary& vocabulary)
    : vocabulary_(vocabulary), phrases_(phrase_ranker()), known_(label_ranker()) {}

void Models::clear() {
  labels_ = LabelModel();
  odds_ = PhraseOdds();
  phrases_ = phrase_ranker();
  known_ = label_ranker();
  titles_.clear();
}

void Models::describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count,
                      Features& features) const {
  if (labels_.lessons() == 0) return;
  const float reports = static_cast<float>(labels_.lessons());
  float rarity = 0;
  for (std::size_t i = 0; i < part_count; ++i)
    rarity += std::log((reports + 1) / (static_cast<float>(labels_.lessons_with(parts[i])) + 0.5F));
  // Against what a word of no report would have, so that it means the same after ten reports and after ten
  // thousand.
  features[f_known_rarity] =
      part_count == 0 ? 0 : rarity / static_cast<float>(part_count) / std::log(2 * (reports + 1)) - 1;
  odds_.describe(key, parts, part_count, features);
}

LabelFeatures Models::label_features(const LabelEvidence* evidence, std::uint32_t label, const Match* match,
                                     const float* phrase_odds) const {
  LabelFeatures f{};
  const float uses = static_cast<float>(labels_.uses(label));
  const float newcomer = 10 / (10 + static_cast<float>(labels_.lessons()));
  f[l_bias] = 1;
  f[l_margin] = evidence == nullptr ? -1 : std::clamp(evidence->margin, -2.0F, 2.0F);
  f[l_vote] = evidence == nullptr ? 0 : evidence->vote;
  f[l_few] = 1 / (1 + uses);
  f[l_newcomer] = newcomer;
  if (match != nullptr) {
    f[l_in_text] = 1;
    f[l_strength] = match->strength / 4;
    f[l_synonym] = match->by_synonym ? 1.0F : 0.0F;
    f[l_in_text_newcomer] = newcomer;
  }
  if (phrase_odds != nullptr) {
    f[l_phrase] = 1;
    f[l_phrase_odds] = std::clamp(*phrase_odds, -6.0F, 6.0F) / 2;
  }
  if (uses == 0) f[l_taxonomy] = 1;
  return f;
}

void Models::learn(Words& words, const Lesson& lesson) {
  std::vector<std::uint32_t> labels, refused;
  // First what the models would have said of the report: what they are right and wrong about is what the
  // rankers learn.
  std::vector<LessonRow> rows = lesson.rows;
  for (LessonRow& row : rows) describe(row.key, row.parts.data(), row.part_count, row.features);
  std::vector<std::uint32_t> known;
  for (const std::string& tag : lesson.tags) {
    const std::uint32_t label = vocabulary_.find(words, tag);
    if (label != Vocabulary::none()) known.push_back(label);
  }
  if (labels_.lessons() < always_until || labels_.lessons() % later_every == 0) {
    Lesson described = lesson;
    described.rows = rows;
    learn_labels(described, known);
  }
  std::vector<OnlineLogistic::Row> inputs;
  inputs.reserve(rows.size());
  for (const LessonRow& row : rows) inputs.push_back({row.features.data(), row.yes, row.importance});
  phrases_.learn(inputs);
  for (const LessonRow& row : lesson.rows) odds_.learn(row);
  for (const std::string& tag : lesson.tags) {
    const std::uint32_t label = vocabulary_.learn(words, tag);
    if (std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
  }
  for (const std::string& tag : lesson.refused) {
    const std::uint32_t label = vocabulary_.find(words, tag);
    if (label != Vocabulary::none() && std::find(labels.begin(), labels.end(), label) == labels.end())
      refused.push_back(label);
  }
  labels_.learn(lesson.terms, labels, refused);
  titles_.push_back(lesson.title);
}

// `labels`: those of its tags that were known before. The rows are described.
void Models::learn_labels(const Lesson& lesson, const std::vector<std::uint32_t>& labels) {
  labels_.judge(lesson.terms, judged, evidence_);
  const std::vector<Match> matches = vocabulary_.match(lesson.terms);
  boost::unordered_flat_map<std::uint32_t, float> phrase_odds;  // by stem set
  for (const LessonRow& row : lesson.rows)
    phrase_odds.try_emplace(set_of(row), phrases_.score(row.features.data()));
  std::vector<LabelFeatures> features;
  std::vector<std::uint32_t> names;
  const bool all_rows = std::none_of(lesson.rows.begin(), lesson.rows.end(),
                                     [](const LessonRow& row) { return !row.yes && row.importance > 3; });
  const auto add = [&](const LabelEvidence* evidence, std::uint32_t label, const Match* match) {
    const auto found = phrase_odds.find(vocabulary_.stem_set(label));
    // It may be a candidate whose row was not kept: nothing to be learned from.
    if (found == phrase_odds.end() && match != nullptr && !match->by_synonym && !all_rows) return;
    features.push_back(
        label_features(evidence, label, match, found == phrase_odds.end() ? nullptr : &found->second));
    names.push_back(label);
  };
  for (const LabelEvidence& evidence : evidence_) {
    const auto match = std::lower_bound(matches.begin(), matches.end(), evidence.label,
                                        [](const Match& m, std::uint32_t label) { return m.label < label; });
    add(&evidence, evidence.label,
        match != matches.end() && match->label == evidence.label ? &*match : nullptr);
  }
  for (const Match& match : matches)
    if (std::none_of(evidence_.begin(), evidence_.end(),
                     [&](const auto& e) { return e.label == match.label; }))
      add(nullptr, match.label, &match);
  std::vector<OnlineLogistic::Row> rows;
  for (std::size_t i = 0; i < features.size(); ++i)
    rows.push_back(
        {features[i].data(), std::find(labels.begin(), labels.end(), names[i]) != labels.end(), 1});
  known_.learn(rows);
}

std::vector<Scored> Models::score(std::vector<Candidate>& candidates, const Terms& terms) {
  std::vector<Scored> out;
  out.reserve(candidates.size() + judged);
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> by_set;
  for (std::uint32_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    describe(candidate.key, candidate.stems.data(), std::min<std::size_t>(candidate.parts, max_phrase_parts),
             candidate.features);
    Scored scored;
    scored.log_odds = phrases_.score(candidate.features.data());
    scored.stem_set = candidate.stem_set;
    scored.candidate = i;
    const auto [at, fresh] = by_set.try_emplace(candidate.stem_set, static_cast<std::uint32_t>(out.size()));
    if (fresh)
      out.push_back(scored);
    else if (out[at->second].log_odds < scored.log_odds)
      out[at->second] = scored;
  }
  labels_.judge(terms, judged, evidence_);
  const std::vector<Match> matches = vocabulary_.match(terms);
  const auto add = [&](const LabelEvidence* evidence, std::uint32_t label, const Match* match) {
    const std::uint32_t stem_set = vocabulary_.stem_set(label);
    const auto found = by_set.find(stem_set);
    const float* phrase = found == by_set.end() ? nullptr : &out[found->second].log_odds;
    const LabelFeatures features = label_features(evidence, label, match, phrase);
    Scored scored;
    if (found != by_set.end()) scored = out[found->second];
    scored.log_odds = known_.score(features.data());
    scored.stem_set = stem_set;
    scored.label = label;
    if (evidence != nullptr) scored.evidence = *evidence;
    if (match != nullptr) scored.match = *match;
    if (found != by_set.end() && out[found->second].label == Vocabulary::none())
      out[found->second] = scored;
    else
      out.push_back(scored);
  };
  for (const LabelEvidence& evidence : evidence_) {
    const auto match = std::lower_bound(matches.begin(), matches.end(), evidence.label,
                                        [](const Match& m, std::uint32_t label) { return m.label < label; });
    add(&evidence, evidence.label,
        match != matches.end() && match->label == evidence.label ? &*match : nullptr);
  }
  for (const Match& match : matches)
    if (std::none_of(evidence_.begin(), evidence_.end(),
                     [&](const auto& e) { return e.label == match.label; }))
      add(nullptr, match.label, &match);
  std::sort(out.begin(), out.end(), [](const Scored& a, const Scored& b) {
    return a.log_odds != b.log_odds ? a.log_odds > b.log_odds : a.candidate < b.candidate;
  });
  return out;
}

}  // namespace assay::tagging
