#include "plugins/tags/terms.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>

namespace assay::tagging {

bool counts_as_term(const Token& token) {
  const Role role = token.word->role;
  return role == Role::content || role == Role::weak || role == Role::pointing || role == Role::filler;
}

Terms terms_of(const Text& text) {
  constexpr float title_occurrences = 3;
  struct Count {
    float occurrences = 0;
    std::uint32_t first = 0;
  };
  boost::unordered_flat_map<std::uint32_t, Count> counts;
  counts.reserve(text.tokens.size());
  std::uint32_t position = 0;
  for (const Token& token : text.tokens) {
    ++position;
    if (!counts_as_term(token)) continue;
    for (std::size_t i = 0; i < token.word->part_count; ++i) {
      auto [at, fresh] = counts.try_emplace(token.word->parts[i]);
      if (fresh) at->second.first = position;
      at->second.occurrences += token.in_title ? title_occurrences : 1;
    }
  }
  struct Entry {
    Term term;
    std::uint32_t first;
  };
  std::vector<Entry> entries;
  entries.reserve(counts.size());
  for (const auto& [stem, count] : counts)
    entries.push_back({{stem, 1 + std::log(count.occurrences)}, count.first});
  if (entries.size() > max_terms) {
    std::nth_element(
        entries.begin(), entries.begin() + max_terms, entries.end(), [](const Entry& a, const Entry& b) {
          return a.term.weight != b.term.weight ? a.term.weight > b.term.weight : a.first < b.first;
        });
    entries.resize(max_terms);
  }
  Terms terms;
  terms.reserve(entries.size());
  for (const Entry& entry : entries) terms.push_back(entry.term);
  std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.stem < b.stem; });
  return terms;
}

}  // namespace assay::tagging
