#include "plugins/tags/models.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <utility>

namespace assay::tagging {
namespace {

constexpr std::size_t judged = 60;  // labels the label model may propose
// The rankers are fitted anew to all lessons after each of the first, then now and then; after that they go
// on from lesson to lesson.
constexpr std::size_t fitted_always = 100, fitted_every = 25, fitted_until = 200;
// One report whose tags are none of its phrases does not mean that phrases are no tags here; so many reports
// do.
constexpr std::size_t phrases_refused_from = 5;
constexpr std::size_t always_until =
    400;  // reports from which the label ranker learns each; later every eighth
constexpr std::size_t later_every = 8;

std::uint32_t set_of(const LessonRow& row) {
  std::uint32_t stem_set = 0;
  for (std::size_t i = 0; i < row.part_count; ++i) stem_set += phrase_hash(1, row.parts[i]);
  return stem_set;
}

void set_phrase_odds(LabelFeatures& features, float log_odds) {
  features[l_phrase] = 1;
  features[l_phrase_odds] = std::clamp(log_odds, -6.0F, 6.0F) / 2;
  features[l_phrase_margin] = features[l_margin];
  features[l_phrase_vote] = features[l_vote];
  features[l_phrase_few] = features[l_few];
  features[l_phrase_nearness] = features[l_nearness];
}

// Calls `add(evidence, label, match)` for each label that the label model proposes, with what matched of it
// in the text or null, and then for each that only matched. `matches`: by label.
template <class Add>
void each_label(const std::vector<LabelEvidence>& proposed, const std::vector<Match>& matches,
                const Add& add) {
  for (const LabelEvidence& evidence : proposed) {
    const auto match = std::lower_bound(matches.begin(), matches.end(), evidence.label,
                                        [](const Match& m, std::uint32_t label) { return m.label < label; });
    add(&evidence, evidence.label,
        match != matches.end() && match->label == evidence.label ? &*match : nullptr);
  }
  for (const Match& match : matches)
    if (std::none_of(proposed.begin(), proposed.end(), [&](const auto& e) { return e.label == match.label; }))
      add(nullptr, match.label, &match);
}

}  // namespace

Models::Models(Vocabulary& vocabulary)
    : vocabulary_(vocabulary), phrases_(phrase_ranker()), known_(label_ranker()) {}

void Models::clear() {
  labels_ = LabelModel();
  odds_ = PhraseOdds();
  phrases_ = phrase_ranker();
  known_ = label_ranker();
  kept_.clear();
  fitted_ = true;
  titles_.clear();
}

Models::Rivals::Rivals(const std::vector<LabelEvidence>& evidence) {
  for (const LabelEvidence& entry : evidence) {
    margin.take(entry.label, entry.margin);
    vote.take(entry.label, entry.vote);
    votes += entry.vote;
  }
}

void Models::Rivals::Best::take(std::uint32_t from, float value) {
  if (value > first) {
    second = std::exchange(first, value);
    label = from;
  } else {
    second = std::max(second, value);
  }
}

// How rare the words are among reports, against what a word of no report would have, so that it means the
// same after ten reports and after ten thousand. `without`: reports, each with all of the words, that do not
// count.
float Models::known_rarity(const std::uint32_t* parts, std::size_t part_count, std::size_t without) const {
  if (part_count == 0 || labels_.lessons() <= without) return 0;
  const float reports = static_cast<float>(labels_.lessons() - without);
  float rarity = 0;
  for (std::size_t i = 0; i < part_count; ++i) {
    const std::size_t with = std::max<std::size_t>(labels_.lessons_with(parts[i]), without) - without;
    rarity += std::log((reports + 1) / (static_cast<float>(with) + 0.5F));
  }
  return rarity / static_cast<float>(part_count) / std::log(2 * (reports + 1)) - 1;
}

void Models::describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count,
                      const Kinds& kinds, Features& features) const {
  if (labels_.lessons() == 0) return;
  features[f_known_rarity] = known_rarity(parts, part_count, 0);
  odds_.describe(key, parts, part_count, kinds, features);
}

LabelFeatures Models::label_features(const LabelEvidence* evidence, std::uint32_t label, const Match* match,
                                     const Rivals& rivals) const {
  LabelFeatures f{};
  const float uses = static_cast<float>(labels_.uses(label));
  const float newcomer = 10 / (10 + static_cast<float>(labels_.lessons()));
  f[l_bias] = 1;
  f[l_margin] = evidence == nullptr ? -1 : std::clamp(evidence->margin, -2.0F, 2.0F);
  f[l_vote] = evidence == nullptr ? 0 : evidence->vote;
  f[l_few] = 1 / (1 + uses);
  f[l_lead] = std::clamp(f[l_margin] - rivals.margin.best_but(label), -2.0F, 2.0F);
  f[l_vote_lead] = f[l_vote] - rivals.vote.best_but(label);
  f[l_unlike] = std::max(0.0F, 1 - rivals.votes);
  f[l_share] = std::log((uses + 1) / (static_cast<float>(labels_.lessons()) + 1)) / 8;
  f[l_nearness] = evidence == nullptr ? 0 : evidence->nearness;
  f[l_newcomer] = newcomer;
  if (match != nullptr) {
    f[l_in_text] = 1;
    f[l_strength] = match->strength / 4;
    f[l_synonym] = match->by_synonym ? 1.0F : 0.0F;
    f[l_in_text_newcomer] = newcomer;
  }
  if (uses == 0) f[l_taxonomy] = 1;
  return f;
}

void Models::learn(Words& words, const Lesson& lesson) {
  // First what the models say of the report before they learn it: what they are right and wrong about is what
  // the label ranker learns.
  std::vector<std::uint32_t> labels, refused;
  for (const std::string& tag : lesson.tags) {
    const std::uint32_t label = vocabulary_.find(words, tag);
    if (label != Vocabulary::none()) labels.push_back(label);
  }
  const std::size_t before = labels_.lessons();
  std::vector<LabelRow> label_rows_before;
  if (before < always_until || before % later_every == 0) label_rows_before = label_rows(lesson, labels);
  const bool keep = before < fitted_until;
  if (!keep) learn_online(lesson, std::move(label_rows_before));
  Kept kept;
  for (const LessonRow& row : lesson.rows) {
    const PhraseOdds::Places places = odds_.learn(row);
    if (keep) kept.places.push_back(places);
  }
  labels.clear();
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
  if (!keep) return;
  kept.rows = lesson.rows;
  kept.labels = std::move(label_rows_before);
  kept_.push_back(std::move(kept));
  if (kept_.size() < fitted_always) {
    fitted_ = false;
  } else if (kept_.size() % fitted_every == 0) {
    fit();
    if (kept_.size() < fitted_until) return;
    kept_ = {};
    odds_.forget_untagged();
  }
}

void Models::refresh() {
  if (!fitted_) fit();
}

void Models::fit() {
  fitted_ = true;
  std::vector<OnlineLogistic::Row> inputs;
  for (Kept& kept : kept_) {
    const bool counts =
        kept_.size() >= phrases_refused_from ||
        std::any_of(kept.rows.begin(), kept.rows.end(), [](const LessonRow& row) { return row.yes; });
    odds_.describe_without(kept.rows, kept.places);
    for (LessonRow& row : kept.rows) {
      row.features[f_known_rarity] = known_rarity(row.parts.data(), row.part_count, 1);
      if (counts) inputs.push_back({row.features.data(), row.yes, row.importance});
    }
  }
  phrases_.fit(inputs);
  inputs.clear();
  for (Kept& kept : kept_)
    for (LabelRow& label : kept.labels) {
      if (label.row != Vocabulary::none())
        set_phrase_odds(label.features, phrases_.score(kept.rows[label.row].features.data()));
      inputs.push_back({label.features.data(), label.yes, 1});
    }
  known_.fit(inputs);
}

void Models::learn_online(const Lesson& lesson, std::vector<LabelRow> labels) {
  std::vector<LessonRow> rows = lesson.rows;
  std::vector<OnlineLogistic::Row> inputs;
  for (LessonRow& row : rows) {
    describe(row.key, row.parts.data(), row.part_count, row.kinds, row.features);
    inputs.push_back({row.features.data(), row.yes, row.importance});
  }
  std::vector<OnlineLogistic::Row> label_inputs;
  for (LabelRow& label : labels) {
    if (label.row != Vocabulary::none())
      set_phrase_odds(label.features, phrases_.score(rows[label.row].features.data()));
    label_inputs.push_back({label.features.data(), label.yes, 1});
  }
  known_.learn(label_inputs);
  phrases_.learn(inputs);
}

// `labels`: those of its tags that were known before.
std::vector<Models::LabelRow> Models::label_rows(const Lesson& lesson,
                                                 const std::vector<std::uint32_t>& labels) {
  labels_.judge(lesson.terms, judged, evidence_);
  const Rivals rivals(evidence_);
  const std::vector<Match> matches = vocabulary_.match(lesson.terms);
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> by_set;
  for (std::uint32_t i = 0; i < lesson.rows.size(); ++i) by_set.try_emplace(set_of(lesson.rows[i]), i);
  std::vector<LabelRow> rows;
  const bool all_rows = std::none_of(lesson.rows.begin(), lesson.rows.end(),
                                     [](const LessonRow& row) { return !row.yes && row.importance > 3; });
  const auto add = [&](const LabelEvidence* evidence, std::uint32_t label, const Match* match) {
    const auto found = by_set.find(vocabulary_.stem_set(label));
    // It may be a candidate whose row was not kept: nothing to be learned from.
    if (found == by_set.end() && match != nullptr && !match->by_synonym && !all_rows) return;
    LabelRow row;
    row.features = label_features(evidence, label, match, rivals);
    row.row = found == by_set.end() ? Vocabulary::none() : found->second;
    row.yes = std::find(labels.begin(), labels.end(), label) != labels.end();
    rows.push_back(row);
  };
  each_label(evidence_, matches, add);
  return rows;
}

std::vector<Scored> Models::score(std::vector<Candidate>& candidates, const Terms& terms) {
  std::vector<Scored> out;
  out.reserve(candidates.size() + judged);
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> by_set;
  for (std::uint32_t i = 0; i < candidates.size(); ++i) {
    Candidate& candidate = candidates[i];
    describe(candidate.key, candidate.stems.data(), std::min<std::size_t>(candidate.parts, max_phrase_parts),
             candidate.kinds, candidate.features);
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
  const Rivals rivals(evidence_);
  std::vector<Match> matches = vocabulary_.match(terms);

  const auto add = [&](const LabelEvidence* evidence, std::uint32_t label, const Match* match) {
    const std::uint32_t stem_set = vocabulary_.stem_set(label);
    const auto found = by_set.find(stem_set);
    LabelFeatures features = label_features(evidence, label, match, rivals);
    if (found != by_set.end()) set_phrase_odds(features, out[found->second].log_odds);
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
  each_label(evidence_, matches, add);
  std::sort(out.begin(), out.end(), [](const Scored& a, const Scored& b) {
    return a.log_odds != b.log_odds ? a.log_odds > b.log_odds : a.candidate < b.candidate;
  });
  return out;
}

}  // namespace assay::tagging
