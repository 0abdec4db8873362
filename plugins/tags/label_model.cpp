#include "plugins/tags/label_model.h"

#include <algorithm>
#include <cmath>

#include "plugins/tags/lexicon/lexicon.h"

namespace assay::tagging {
namespace {

constexpr float regularisation = 1.0F;  // AROW's r
constexpr float start_bias = -1.0F;     // a label is not there unless something speaks for it
constexpr float bias_input = 1.0F;
constexpr std::size_t rehearsed = 3;  // old lessons repeated at each new one
// A tag used once has no classifier, its report's vote stands for it; one used less often than `settled`
// learns from reports that lack it only about stems it knows. Else tags that never come again would fill the
// memory.
constexpr std::uint32_t classified = 2, settled = 4;
constexpr std::size_t most_weights =
    2'000'000;  // then no more from reports that lack a tag; and twice as many in all
constexpr std::size_t neighbours = 24;
constexpr float prior_reports = 30;   // how many reports general English counts for in the idf
constexpr float common_share = 0.2F;  // stems in more lessons than that find no neighbours
constexpr std::uint32_t common_least = 50;

// The lesson to rehearse, from 0 to n - 1, equally likely each: SplitMix64 of where we are.
std::size_t pick(std::size_t step, std::size_t turn, std::size_t n) {
  std::uint64_t z = (static_cast<std::uint64_t>(step) * 8 + turn + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<std::size_t>((z ^ (z >> 31)) % n);
}

}  // namespace

std::uint32_t LabelModel::lessons_with(std::uint32_t stem) const {
  const auto found = stems_.find(stem);
  return found == stems_.end() ? 0 : found->second.lessons;
}

// ln of reports by reports with the stem, where general English stands for some reports.
float LabelModel::idf(const Stem& stem) const {
  const float n = static_cast<float>(lessons_.size());
  return std::log((n + prior_reports + 1) /
                  (static_cast<float>(stem.lessons) + prior_reports * stem.prior + 0.5F));
}

// The tf-idf vector of length 1; stems never seen count in the length with the idf they would have.
void LabelModel::weigh(const Terms& terms, Terms& out) {
  out.clear();
  float square = 0;
  for (const Term& term : terms) {
    auto [at, fresh] = stems_.try_emplace(term.stem);
    if (fresh) {
      const Lexicon& lexicon = Lexicon::english();
      at->second.prior =
          static_cast<float>(lexicon.glosses_with(term.stem)) / static_cast<float>(lexicon.glosses());
    }
    const float weight = term.weight * std::max(0.0F, idf(at->second));
    square += weight * weight;
    out.push_back({term.stem, weight});
  }
  const float scale = square > 0 ? 1 / std::sqrt(square) : 0;
  for (Term& term : out) term.weight *= scale;
}

void LabelModel::grow(std::uint32_t label) {
  if (label < uses_.size()) return;
  const std::size_t size = label + 1;
  uses_.resize(size, 0);
  first_.resize(size, 0);
  bias_.resize(size, start_bias);
  bias_variance_.resize(size, 1);
  margin_.resize(size, 0);
  variance_.resize(size, 0);
  step_.resize(size, 0);
  stamp_.resize(size, 0);
  votes_.resize(size, 0);
  vote_at_.resize(size, 0);
}

// Adds up, for every label with a weight on one of x's stems, w.x and what its variance differs from 1 on x.
void LabelModel::add_margins(const Terms& x) {
  for (const Term& term : x) {
    const auto found = stems_.find(term.stem);
    if (found == stems_.end()) continue;
    const float square = term.weight * term.weight;
    for (const Weight& weight : found->second.weights) {
      if (stamp_[weight.label] != now_) {
        stamp_[weight.label] = now_;
        margin_[weight.label] = bias_[weight.label] * bias_input;
        variance_[weight.label] = 0;
        touched_.push_back(weight.label);
      }
      margin_[weight.label] += weight.mean * term.weight;
      variance_[weight.label] += (weight.variance - 1) * square;
    }
  }
}

void LabelModel::clear_margins() {
  touched_.clear();
  ++now_;
}

// Crammer, Kulesza, Dredze 2009, diagonal: a label whose margin is under 1 (over -1 if it is not there) moves
// as far as its uncertainty on x allows, and grows surer of x's stems.
void LabelModel::step(const Terms& x, std::span<const std::uint32_t> labels,
                      std::span<const std::uint32_t> refused) {
  clear_margins();
  add_margins(x);
  for (const auto list : {labels, refused})
    for (const std::uint32_t label : list)
      if (stamp_[label] != now_ && uses_[label] >= classified) {
        stamp_[label] = now_;
        margin_[label] = bias_[label] * bias_input;
        variance_[label] = 0;
        touched_.push_back(label);
      }
  float length = 0;
  for (const Term& term : x) length += term.weight * term.weight;
  std::size_t moved = 0;
  for (const std::uint32_t label : touched_) {
    const bool there = std::find(labels.begin(), labels.end(), label) != labels.end();
    const float y = there ? 1.0F : -1.0F;
    const float loss = 1 - y * margin_[label];
    if (loss <= 0) {
      step_[label] = 0;
      continue;
    }
    const float confidence = length + variance_[label] + bias_variance_[label] * bias_input * bias_input;
    const float beta = 1 / (confidence + regularisation);
    const float alpha = loss * beta;
    // Kept for the stems: the step, and beta for the variances.
    step_[label] = y * alpha;
    variance_[label] = beta;
    bias_[label] += y * alpha * bias_variance_[label] * bias_input;
    bias_variance_[label] -= beta * bias_variance_[label] * bias_variance_[label] * bias_input * bias_input;
    touched_[moved++] = label;
  }
  touched_.resize(moved);
  if (moved == 0) return;
  for (const Term& term : x) {
    if (term.weight == 0) continue;
    Stem& stem = stems_[term.stem];
    ++now_;
    const float square = term.weight * term.weight;
    std::size_t found = 0;
    // stamp_ marks, in this pass, the labels that already have a weight here.
    for (Weight& weight : stem.weights) {
      if (step_[weight.label] == 0) continue;
      stamp_[weight.label] = now_;
      ++found;
      weight.mean += step_[weight.label] * weight.variance * term.weight;
      weight.variance -= variance_[weight.label] * weight.variance * weight.variance * square;
    }
    if (found == moved) continue;
    for (const std::uint32_t label : touched_) {
      if (stamp_[label] == now_ || weights_ >= 2 * most_weights) continue;
      if (step_[label] < 0 && (uses_[label] < settled || weights_ >= most_weights)) continue;
      stem.weights.push_back({label, step_[label] * term.weight, 1 - variance_[label] * square});
      ++weights_;
    }
  }
  for (const std::uint32_t label : touched_) step_[label] = 0;
}

void LabelModel::learn(const Terms& terms, std::span<const std::uint32_t> labels,
                       std::span<const std::uint32_t> refused) {
  for (const auto list : {labels, refused})
    for (const std::uint32_t label : list) grow(label);
  const std::size_t number = lessons_.size();
  for (const std::uint32_t label : labels)
    if (++uses_[label] == 1) first_[label] = static_cast<std::uint32_t>(number);
  weigh(terms, x_);  // makes the stems that are new
  for (const Term& term : terms) ++stems_[term.stem].lessons;
  weigh(terms, x_);
  for (const Term& term : x_)
    stems_[term.stem].postings.push_back({static_cast<std::uint32_t>(number), term.weight});
  lessons_.push_back({terms, {labels.begin(), labels.end()}, {refused.begin(), refused.end()}});
  step(x_, lessons_.back().labels, lessons_.back().refused);
  const auto rehearse = [this](std::size_t lesson) {
    const Taught& old = lessons_[lesson];
    weigh(old.terms, x_);
    step(x_, old.labels, old.refused);
  };
  for (const std::uint32_t label : labels)
    if (uses_[label] == classified) rehearse(first_[label]);
  for (std::size_t turn = 0; turn < rehearsed && number > 0; ++turn) rehearse(pick(number, turn, number));
}

void LabelModel::find_neighbours(const Terms& x, std::vector<LabelEvidence>& out) {
  nearness_.resize(lessons_.size(), 0);
  near_.clear();
  const auto common =
      std::max(common_least, static_cast<std::uint32_t>(common_share * static_cast<float>(lessons_.size())));
  for (const Term& term : x) {
    const auto found = stems_.find(term.stem);
    if (found == stems_.end() || found->second.lessons > common) continue;
    for (const Posting& posting : found->second.postings) {
      if (nearness_[posting.lesson] == 0) near_.push_back(posting.lesson);
      nearness_[posting.lesson] += term.weight * posting.weight;
    }
  }
  const std::size_t count = std::min(neighbours, near_.size());
  const auto nearer = [this](std::uint32_t a, std::uint32_t b) {
    return nearness_[a] != nearness_[b] ? nearness_[a] > nearness_[b] : a > b;
  };
  std::partial_sort(near_.begin(), near_.begin() + static_cast<std::ptrdiff_t>(count), near_.end(), nearer);
  float total = 0.02F;  // so that far neighbours are not sure of anything
  for (std::size_t i = 0; i < count; ++i) total += nearness_[near_[i]] * nearness_[near_[i]];
  ++now_;
  for (std::size_t i = 0; i < count; ++i) {
    const float near = nearness_[near_[i]];
    for (const std::uint32_t label : lessons_[near_[i]].labels) {
      if (stamp_[label] != now_) {
        stamp_[label] = now_;
        vote_at_[label] = static_cast<std::uint32_t>(out.size());
        LabelEvidence evidence;
        evidence.label = label;
        evidence.margin = bias_[label] * bias_input;
        evidence.nearest = near_[i];
        evidence.nearness = near;
        out.push_back(evidence);
      }
      out[vote_at_[label]].vote += near * near / total;
    }
  }
  for (const std::uint32_t lesson : near_) nearness_[lesson] = 0;
}

void LabelModel::judge(const Terms& terms, std::size_t limit, std::vector<LabelEvidence>& out) {
  out.clear();
  if (lessons_.empty()) return;
  Terms x;
  // Like weigh(), but a stem never seen is not remembered.
  float square = 0;
  const Stem unknown;
  for (const Term& term : terms) {
    const auto found = stems_.find(term.stem);
    const float weight = term.weight * std::max(0.0F, idf(found == stems_.end() ? unknown : found->second));
    square += weight * weight;
    if (found != stems_.end()) x.push_back({term.stem, weight});
  }
  const float scale = square > 0 ? 1 / std::sqrt(square) : 0;
  for (Term& term : x) term.weight *= scale;
  find_neighbours(x, out);
  clear_margins();
  add_margins(x);
  for (LabelEvidence& evidence : out)
    if (stamp_[evidence.label] == now_) {
      evidence.margin = margin_[evidence.label];
      stamp_[evidence.label] = now_ - 1;
    }
  for (const std::uint32_t label : touched_)
    if (stamp_[label] == now_ && margin_[label] > -0.9F) {
      LabelEvidence evidence;
      evidence.label = label;
      evidence.margin = margin_[label];
      out.push_back(evidence);
    }
  touched_.clear();
  const auto better = [](const LabelEvidence& a, const LabelEvidence& b) {
    const float left = a.margin + 2 * a.vote, right = b.margin + 2 * b.vote;
    return left != right ? left > right : a.label < b.label;
  };
  const std::size_t count = std::min(limit, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count), out.end(), better);
  out.resize(count);
}

std::uint32_t LabelModel::strongest(const Terms& terms, std::uint32_t label) const {
  std::uint32_t best = 0;
  float most = 0;
  for (const Term& term : terms) {
    const auto found = stems_.find(term.stem);
    if (found == stems_.end()) continue;
    for (const Weight& weight : found->second.weights) {
      if (weight.label != label) continue;
      const float says = weight.mean * term.weight * std::max(0.0F, idf(found->second));
      if (says > most) {
        most = says;
        best = term.stem;
      }
    }
  }
  return best;
}

}  // namespace assay::tagging
