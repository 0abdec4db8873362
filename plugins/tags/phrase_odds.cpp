#include "plugins/tags/phrase_odds.h"

#include <algorithm>
#include <cmath>

namespace assay::tagging {

void PhraseOdds::learn(const LessonRow& row) {
  if (row.part_count == 0) return;
  const auto count = [&](Count& counted) { (row.yes ? counted.yes : counted.no) += row.importance; };
  count(all_);
  // A phrase that was never a tag need not be remembered as one that was not.
  if (row.yes)
    count(phrases_[row.key]);
  else if (const auto found = phrases_.find(row.key); found != phrases_.end())
    count(found->second);
  count(heads_[row.parts[row.part_count - 1]]);
  for (std::size_t i = 0; i < row.part_count; ++i) count(words_[row.parts[i]]);
}

float PhraseOdds::log_odds(const boost::unordered_flat_map<std::uint32_t, Count>& counts,
                           std::uint32_t name) const {
  const auto found = counts.find(name);
  if (found == counts.end() || all_.yes == 0 || all_.no == 0) return 0;
  constexpr float doubt = 3;  // as if every name had been met so often with the usual outcome
  const float usual = all_.yes / (all_.yes + all_.no);
  const Count& count = found->second;
  const float odds = (count.yes + doubt * usual) / (count.no + doubt * (1 - usual));
  return std::clamp(std::log(odds * (1 - usual) / usual) / 4, -1.9F, 1.9F);
}

void PhraseOdds::describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count,
                          Features& features) const {
  if (part_count == 0) return;
  features[f_was_tag] = log_odds(phrases_, key);
  features[f_head_tag] = log_odds(heads_, parts[part_count - 1]);
  float sum = 0;
  for (std::size_t i = 0; i < part_count; ++i) sum += log_odds(words_, parts[i]);
  features[f_word_tag] = sum / static_cast<float>(part_count);
}

std::uint32_t PhraseOdds::times_tag(std::uint32_t key) const {
  const auto found = phrases_.find(key);
  return found == phrases_.end() ? 0 : static_cast<std::uint32_t>(found->second.yes);
}

}  // namespace assay::tagging
