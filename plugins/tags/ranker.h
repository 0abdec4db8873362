// Rankers: how likely a phrase of the text is a tag, and how likely a known tag is one of this text's. Both
// are online logistic regressions whose defaults hold before anything was learned.
#pragma once

#include <array>
#include <cstdint>

#include "plugins/tags/candidates.h"
#include "plugins/tags/online_logistic.h"

namespace assay::tagging {

OnlineLogistic phrase_ranker();

// What is said for a known tag.
enum LabelFeature : std::uint8_t {
  l_bias,
  l_margin,  // of the label model, -2 to 2
  l_vote,
  l_few,       // 1 / (1 + times taught)
  l_in_text,   // its words or a synonym's are in the text
  l_strength,  // how often, as its rarest word: Match::strength / 4
  l_synonym,
  l_phrase,       // it is a candidate of the phrase ranker, too
  l_phrase_odds,  // and these are its log odds, -6 to 6, / 2
  l_taxonomy,     // it is in the taxonomy and was never taught
  l_newcomer,     // few reports were learned: 10 / (10 + reports)
  l_in_text_newcomer,
  l_nearness,  // cosine of the nearest report that has it
  // Once more if it is a candidate: its odds say most then.
  l_phrase_margin,
  l_phrase_vote,
  l_phrase_few,
  l_phrase_nearness,
  l_lead,       // its margin less that of the best other label
  l_vote_lead,  // the same for votes
  l_unlike,     // what is missing of all votes to 1: no report is near, or those near have no tags
  l_share,      // ln of the share of reports that have it, / 8
  label_feature_count
};
using LabelFeatures = std::array<float, label_feature_count>;

OnlineLogistic label_ranker();

}  // namespace assay::tagging
