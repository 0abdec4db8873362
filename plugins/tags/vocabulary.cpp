#include "plugins/tags/vocabulary.h"

#include <algorithm>

#include "plugins/tags/terms.h"

namespace assay::tagging {
namespace {

constexpr std::size_t max_known_parts = 8;

}  // namespace

TagStems stems_of(Words& words, std::string_view tag) {
  TagStems stems;
  Text text = read_text(words, "", tag);
  for (const Token& token : text.tokens)
    for (std::size_t i = 0; i < token.word->part_count; ++i) {
      stems.parts.push_back(token.word->parts[i]);
      if (counts_as_term(token)) stems.content.push_back(token.word->parts[i]);
    }
  if (stems.parts.empty()) stems.parts.push_back(stem_hash(tag));  // no letters: its own bytes
  for (const std::uint32_t part : stems.parts) {
    stems.key = phrase_hash(stems.key, part);
    stems.stem_set += phrase_hash(1, part);
  }
  return stems;
}

void Vocabulary::clear_learned() {
  std::vector<Label> labels(labels_.begin(), labels_.begin() + static_cast<std::ptrdiff_t>(taxonomy_size_));
  labels_ = std::move(labels);
  for (Label& label : labels_) label.spellings.resize(1);
  erase_if(by_set_, [this](const auto& entry) { return entry.second >= taxonomy_size_; });
  phrases_.resize(taxonomy_phrases_);
  for (auto& [stem, phrases] : by_stem_)
    std::erase_if(phrases, [this](std::uint32_t phrase) { return phrase >= taxonomy_phrases_; });
}

void Vocabulary::index(const TagStems& stems, std::uint32_t label, bool synonym) {
  if (stems.content.empty() || stems.content.size() > max_known_parts) return;
  by_stem_[stems.content.back()].push_back(static_cast<std::uint32_t>(phrases_.size()));
  phrases_.push_back({stems.content, label, synonym});
}

void Vocabulary::add_taxonomy(Words& words, const TaxonomyEntry& entry) {
  const auto number = static_cast<std::uint32_t>(labels_.size());
  const auto [at, fresh] = exact_.try_emplace(entry.tag, number);
  if (!fresh) return;
  Label label;
  label.spellings.push_back({entry.tag, 0});
  label.text = entry.label;
  label.taxonomy = true;
  const TagStems stems = stems_of(words, entry.tag);
  label.stem_set = stems.stem_set;
  labels_.push_back(std::move(label));
  taxonomy_size_ = labels_.size();
  by_set_.try_emplace(stems.stem_set, number);
  index(stems, number, false);
  if (!entry.label.empty()) index(stems_of(words, entry.label), number, true);
  for (const std::string& other : entry.alt)
    if (!other.empty()) index(stems_of(words, other), number, true);
  taxonomy_phrases_ = phrases_.size();
}

std::uint32_t Vocabulary::find_set(std::uint32_t stem_set) const {
  const auto found = by_set_.find(stem_set);
  return found == by_set_.end() ? none() : found->second;
}

std::uint32_t Vocabulary::find(Words& words, std::string_view tag) const {
  const auto found = exact_.find(std::string(tag));
  return found != exact_.end() ? found->second : find_set(stems_of(words, tag).stem_set);
}

std::uint32_t Vocabulary::learn(Words& words, std::string_view tag) {
  std::uint32_t number = none();
  const auto exact = exact_.find(std::string(tag));
  if (exact != exact_.end()) {
    number = exact->second;
  } else {
    const TagStems stems = stems_of(words, tag);
    number = find_set(stems.stem_set);
    if (number == none()) {
      number = static_cast<std::uint32_t>(labels_.size());
      Label label;
      label.stem_set = stems.stem_set;
      labels_.push_back(std::move(label));
      by_set_.emplace(stems.stem_set, number);
      index(stems, number, false);
    }
  }
  auto& spellings = labels_[number].spellings;
  const auto known =
      std::find_if(spellings.begin(), spellings.end(), [&](const Spelling& s) { return s.text == tag; });
  if (known != spellings.end())
    ++known->uses;
  else if (spellings.size() < 8)
    spellings.push_back({std::string(tag), 1});
  return number;
}

const std::string& Vocabulary::spelling(std::uint32_t label) const {
  const Label& known = labels_[label];
  if (known.taxonomy) return known.spellings.front().text;
  return std::max_element(known.spellings.begin(), known.spellings.end(),
                          [](const Spelling& a, const Spelling& b) { return a.uses < b.uses; })
      ->text;
}

std::vector<Match> Vocabulary::match(const Terms& terms) const {
  std::vector<Match> found;
  const auto weight_of = [&terms](std::uint32_t stem) {
    const auto at =
        std::lower_bound(terms.begin(), terms.end(), stem,
                         [](const Term& term, std::uint32_t wanted) { return term.stem < wanted; });
    return at != terms.end() && at->stem == stem ? at->weight : 0.0F;
  };
  for (const Term& term : terms) {
    const auto phrases = by_stem_.find(term.stem);
    if (phrases == by_stem_.end()) continue;
    for (const std::uint32_t number : phrases->second) {
      const Phrase& phrase = phrases_[number];
      float strength = term.weight;
      for (const std::uint32_t stem : phrase.stems) strength = std::min(strength, weight_of(stem));
      if (strength > 0) found.push_back({phrase.label, strength, phrase.synonym});
    }
  }
  // One a label: the strongest, its own name before a synonym.
  std::sort(found.begin(), found.end(), [](const Match& a, const Match& b) {
    if (a.label != b.label) return a.label < b.label;
    return a.strength != b.strength ? a.strength > b.strength : a.by_synonym < b.by_synonym;
  });
  found.erase(std::unique(found.begin(), found.end(),
                          [](const Match& a, const Match& b) { return a.label == b.label; }),
              found.end());
  return found;
}

}  // namespace assay::tagging
