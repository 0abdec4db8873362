#include "plugins/tags/phrase_odds.h"

#include <algorithm>
#include <cmath>

namespace assay::tagging {

std::uint32_t PhraseOdds::place(Index& index, std::uint32_t name) {
  const auto [at, fresh] = index.try_emplace(name, static_cast<std::uint32_t>(counts_.size()));
  if (fresh) counts_.emplace_back();
  return at->second;
}

std::uint32_t PhraseOdds::find(const Index& index, std::uint32_t name) const {
  const auto found = index.find(name);
  return found == index.end() ? 0 : found->second;
}

void PhraseOdds::count(const LessonRow& row, const Places& places, float sign) {
  const float amount = sign * row.importance;
  const auto add = [&](std::uint32_t place) { (row.yes ? counts_[place].yes : counts_[place].no) += amount; };
  add(0);
  for (const std::uint32_t place : {places.phrase, places.head, places.first})
    if (place != 0) add(place);
  for (std::size_t i = 0; i < row.part_count; ++i) add(places.words[i]);
  for (const std::uint32_t place : places.kinds) add(place);
}

PhraseOdds::Places PhraseOdds::learn(const LessonRow& row) {
  Places places;
  if (row.part_count == 0) return places;
  places.phrase = only_tagged_ && !row.yes ? find(phrases_, row.key) : place(phrases_, row.key);
  places.head = place(heads_, row.parts[row.part_count - 1]);
  if (row.part_count > 1) places.first = place(firsts_, row.parts[0]);
  for (std::size_t i = 0; i < row.part_count; ++i) places.words[i] = place(words_, row.parts[i]);
  for (std::size_t i = 0; i < kind_count; ++i) places.kinds[i] = place(kinds_[i], row.kinds[i]);
  count(row, places, 1);
  return places;
}

float PhraseOdds::log_odds(std::uint32_t place) const {
  const Count &all = counts_[0], &count = counts_[place];
  if (place == 0 || count.yes + count.no == 0 || all.yes == 0 || all.no == 0) return 0;
  constexpr float doubt = 3;  // as if every name had been met so often with the usual outcome
  const float usual = all.yes / (all.yes + all.no);
  const float odds = (count.yes + doubt * usual) / (count.no + doubt * (1 - usual));
  return std::clamp(std::log(odds * (1 - usual) / usual) / 4, -1.9F, 1.9F);
}

void PhraseOdds::describe(const Places& places, std::size_t part_count, Features& features) const {
  if (part_count == 0) return;
  features[f_was_tag] = log_odds(places.phrase);
  features[f_head_tag] = log_odds(places.head);
  features[f_first_tag] = log_odds(places.first);
  float sum = 0;
  for (std::size_t i = 0; i < part_count; ++i) sum += log_odds(places.words[i]);
  features[f_word_tag] = sum / static_cast<float>(part_count);
  for (std::size_t i = 0; i < kind_count; ++i) features[f_pattern_tag + i] = log_odds(places.kinds[i]);
}

void PhraseOdds::describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count,
                          const Kinds& kinds, Features& features) const {
  if (part_count == 0) return;
  Places places;
  places.phrase = find(phrases_, key);
  places.head = find(heads_, parts[part_count - 1]);
  if (part_count > 1) places.first = find(firsts_, parts[0]);
  for (std::size_t i = 0; i < part_count; ++i) places.words[i] = find(words_, parts[i]);
  for (std::size_t i = 0; i < kind_count; ++i) places.kinds[i] = find(kinds_[i], kinds[i]);
  describe(places, part_count, features);
}

void PhraseOdds::describe_without(std::vector<LessonRow>& rows, const std::vector<Places>& places) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].part_count > 0) count(rows[i], places[i], -1);
  for (std::size_t i = 0; i < rows.size(); ++i) describe(places[i], rows[i].part_count, rows[i].features);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].part_count > 0) count(rows[i], places[i], 1);
}

void PhraseOdds::forget_untagged() {
  only_tagged_ = true;
  erase_if(phrases_, [this](const auto& entry) { return counts_[entry.second].yes == 0; });
}

}  // namespace assay::tagging
