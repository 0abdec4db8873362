#include "plugins/tags/ranker.h"

namespace assay::tagging {
namespace {

struct Default {
  std::uint8_t feature;
  float weight, deviation;
};

// README.md says where these come from.
constexpr Default phrase_defaults[] = {
    {f_bias, -2.3F, 0.45F},
    {f_word_frequency, 0.0F, 0.85F},
    {f_phrase_frequency, 1.2F, 0.15F},
    {f_frequency_rank, -1.55F, 1.05F},
    {f_first_position, -2.5F, 1.2F},
    {f_relative_position, -0.1F, 0.6F},
    {f_title, -0.05F, 0.3F},
    {f_words_1, -1.7F, 2.35F},
    {f_words_2, 0.45F, 0.6F},
    {f_words_3, -0.05F, 0.55F},
    {f_words_4, -1.25F, 1.2F},
    {f_nested, -0.75F, 0.2F},
    {f_nested_single, 0.6F, 0.3F},
    {f_covers, 0.0F, 0.3F},
    {f_rarity, -0.5F, 0.75F},
    {f_rarity_least, 0.95F, 0.25F},
    {f_rarity_single, 1.35F, 1.25F},
    {f_weight, 0.0F, 0.7F},
    {f_spread, -0.05F, 0.5F},
    {f_proper, -0.35F, 0.1F},
    {f_acronym, 0.25F, 0.45F},
    {f_unknown, -0.3F, 0.1F},
    {f_compound, 0.3F, 0.15F},
    {f_adjective_first, 0.0F, 0.1F},
    {f_past_inside, -0.3F, 0.2F},
    {f_gerund, -0.2F, 0.25F},
    {f_plural, -0.1F, 0.15F},
    {f_number, 0.0F, 0.5F},
    {f_weak, -0.45F, 0.25F},
    {f_hyphen, -1.1F, 1.75F},
    {f_verb_alone, -1.4F, 0.8F},
    {f_adjective_alone, -1.25F, 0.7F},
    {f_class_act, 0.0F, 0.1F},
    {f_class_person, -0.1F, 0.25F},
    {f_class_place, -0.05F, 0.2F},
    {f_class_time_quantity, -0.45F, 0.2F},
    {f_class_thought, 0.0F, 0.1F},
    {f_class_thing, 0.0F, 0.3F},
    {f_class_state, 0.0F, 0.2F},
    {f_class_group, -0.05F, 0.1F},
    {f_known_rarity, 0.2F, 0.1F},
    {f_rarity_first, 0.3F, 0.65F},
    {f_rarity_head, -0.1F, 0.1F},
    {f_short, -1.45F, 0.55F},
    {f_name, 0.75F, 0.35F},
    {f_name_single, 1.0F, 0.45F},
    {f_after_determiner, 0.45F, 0.1F},
    {f_after_preposition, 0.55F, 0.1F},
    {f_after_of, 0.5F, 0.1F},
    {f_after_verb, 0.3F, 0.2F},
    {f_after_break, 0.05F, 0.15F},
    {f_sentence_first, 0.35F, 0.3F},
    {f_before_preposition, 0.2F, 0.1F},
    {f_before_of, -0.1F, 0.25F},
    {f_before_verb, 0.25F, 0.1F},
    {f_before_break, 0.35F, 0.2F},
    {f_whole, 1.45F, 1.25F},
    {f_lead, -0.3F, 0.55F},
    {f_early, 0.05F, 0.35F},
    {f_letters, 2.1F, 1.55F},
    {f_capital_head, -0.3F, 0.1F},
    {f_ending_act, 0.2F, 0.1F},
    {f_ending_doer, 0.05F, 0.1F},
    {f_ending_kind, 0.2F, 0.15F},
    {f_was_tag, 1.3F, 0.8F},
    {f_head_tag, 0.15F, 0.15F},
    {f_word_tag, 0.75F, 0.75F},
    {f_first_tag, 0.25F, 0.1F},
    {f_pattern_tag, -0.1F, 0.25F},
    {f_before_tag, 0.5F, 0.4F},
    {f_after_tag, 0.65F, 0.4F},
    {f_ending_tag, 0.3F, 0.35F},
    {f_class_tag, -0.05F, 0.1F},
    {f_classes_tag, 0.2F, 0.2F},
};

constexpr Default label_defaults[] = {
    {l_bias, -5.0F, 0.7F},
    {l_margin, 1.35F, 0.35F},
    {l_vote, 1.95F, 1.0F},
    {l_few, -0.85F, 0.45F},
    {l_in_text, 1.6F, 0.5F},
    {l_strength, 0.6F, 0.35F},
    {l_synonym, 0.0F, 1.0F},
    {l_phrase, 2.85F, 0.7F},
    {l_phrase_odds, 1.7F, 0.25F},
    {l_taxonomy, 0.5F, 1.5F},
    {l_newcomer, -0.65F, 0.3F},
    {l_in_text_newcomer, 0.3F, 0.35F},
    {l_nearness, -0.1F, 0.3F},
    {l_phrase_margin, -0.7F, 0.25F},
    {l_phrase_vote, -0.1F, 0.5F},
    {l_phrase_few, 0.45F, 0.3F},
    {l_phrase_nearness, 0.05F, 0.35F},
    {l_lead, 0.0F, 1.0F},
    {l_vote_lead, 0.0F, 1.0F},
    {l_unlike, 0.0F, 1.0F},
    {l_share, 0.0F, 1.0F},
};

template <std::size_t size, std::size_t n>
OnlineLogistic make(const Default (&defaults)[n], double memory) {
  std::array<float, size> weights{}, deviations{};
  deviations.fill(1.0F);
  for (const Default& entry : defaults) {
    weights[entry.feature] = entry.weight;
    deviations[entry.feature] = entry.deviation;
  }
  return OnlineLogistic(weights, deviations, memory);
}

}  // namespace

OnlineLogistic phrase_ranker() { return make<feature_count>(phrase_defaults, 0.998); }
OnlineLogistic label_ranker() { return make<label_feature_count>(label_defaults, 0.998); }

}  // namespace assay::tagging
