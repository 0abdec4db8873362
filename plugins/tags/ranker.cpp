#include "plugins/tags/ranker.h"

namespace assay::tagging {
namespace {

struct Default {
  std::uint8_t feature;
  float weight, deviation;
};

// README.md says where these come from.
constexpr Default phrase_defaults[] = {
    {f_bias, -1.5F, 1.5F},
    {f_word_frequency, 2.2F, 1.5F},
    {f_phrase_frequency, 1.4F, 1.5F},
    {f_frequency_rank, 0.0F, 1.5F},
    {f_first_position, -2.3F, 1.5F},
    {f_relative_position, 0.0F, 1.0F},
    {f_title, -0.2F, 1.0F},
    {f_words_1, -2.6F, 1.5F},
    {f_words_2, 0.9F, 1.0F},
    {f_words_3, 1.0F, 1.0F},
    {f_words_4, 0.7F, 1.0F},
    {f_nested, -1.2F, 1.0F},
    {f_nested_single, 0.2F, 1.0F},
    {f_covers, -0.5F, 1.0F},
    {f_rarity, 0.0F, 1.5F},
    {f_rarity_least, 0.3F, 1.5F},
    {f_rarity_single, 2.9F, 1.5F},
    {f_rarity_first, 0.6F, 1.5F},
    {f_rarity_head, 0.0F, 1.5F},
    {f_weight, 0.0F, 1.5F},
    {f_spread, 0.4F, 1.0F},
    {f_proper, 0.3F, 1.0F},
    {f_acronym, 0.0F, 1.0F},
    {f_unknown, -0.3F, 1.0F},
    {f_compound, 0.3F, 1.0F},
    {f_adjective_first, 0.0F, 1.0F},
    {f_past_inside, -0.2F, 1.0F},
    {f_gerund, -0.2F, 1.0F},
    {f_plural, 0.0F, 1.0F},
    {f_weak, -0.6F, 1.0F},
    {f_hyphen, 0.0F, 1.0F},
    {f_short, -0.6F, 1.0F},
    {f_verb_alone, -1.4F, 1.0F},
    {f_adjective_alone, -0.9F, 1.0F},
    {f_class_act, 0.15F, 0.5F},
    {f_class_person, 0.0F, 0.5F},
    {f_class_place, 0.0F, 0.5F},
    {f_class_time_quantity, -0.4F, 0.5F},
    {f_class_thought, 0.1F, 0.5F},
    {f_class_thing, 0.15F, 0.5F},
    {f_class_state, 0.1F, 0.5F},
    {f_class_group, 0.0F, 0.5F},
    {f_known_rarity, 0.0F, 1.5F},
    {f_was_tag, 2.0F, 1.5F},
    {f_head_tag, 1.0F, 1.5F},
    {f_word_tag, 1.0F, 1.5F},
};

constexpr Default label_defaults[] = {
    {l_bias, -0.5F, 0.5F},    {l_margin, 2.0F, 0.7F},   {l_vote, 2.0F, 1.0F},
    {l_few, 0.0F, 1.0F},      {l_in_text, 0.5F, 1.0F},  {l_strength, 0.5F, 1.0F},
    {l_synonym, 0.0F, 1.0F},  {l_phrase, 0.5F, 1.0F},   {l_phrase_odds, 0.6F, 0.7F},
    {l_taxonomy, 0.5F, 1.5F}, {l_newcomer, 0.0F, 1.0F}, {l_in_text_newcomer, 0.5F, 1.0F},
};

template <std::size_t size, std::size_t n>
OnlineLogistic make(const Default (&defaults)[n], float doubt, double memory) {
  std::array<float, size> weights{}, deviations{};
  deviations.fill(1.0F);
  for (const Default& entry : defaults) {
    weights[entry.feature] = entry.weight;
    deviations[entry.feature] = entry.deviation * doubt;
  }
  return OnlineLogistic(weights, deviations, memory);
}

}  // namespace

OnlineLogistic phrase_ranker() { return make<feature_count>(phrase_defaults, 0.6F, 0.998); }
OnlineLogistic label_ranker() { return make<label_feature_count>(label_defaults, 1.0F, 0.998); }

}  // namespace assay::tagging
