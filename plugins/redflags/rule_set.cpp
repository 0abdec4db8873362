#include "plugins/redflags/rule_set.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

#include "plugins/redflags/pack_reader.h"

namespace assay::redflags {

struct RuleSet::AnyPattern {
  re2::RE2::Set set;
};

RuleSet::RuleSet() = default;
RuleSet::~RuleSet() = default;

std::shared_ptr<const RuleSet> RuleSet::make(const std::vector<PackText>& packs, PackError& error) {
  std::shared_ptr<RuleSet> set(new RuleSet);
  PackReader reader(*set);
  try {
    if (packs.size() > packs_max)
      throw PackReader::Refused{"more than " + std::to_string(packs_max) + " packs"};
    for (const PackText& pack : builtin_packs()) reader.read(pack, true);
    for (const PackText& pack : packs) reader.read(pack, false);
    reader.finish();
    set->join_patterns();
  } catch (const PackReader::Refused& refused) {
    error.message = refused.message;
    return nullptr;
  }
  return set;
}

std::optional<std::uint32_t> RuleSet::find(std::string_view id) const {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return std::nullopt;
  return at->second;
}

void RuleSet::read_block(std::string_view text, WordCache& cache, BlockFacts& facts) const {
  facts.text = text;
  tokenise(facts.text, cache, facts.tokens);
  find_quotes(facts.text, facts.quotes);
  phrases_.find(facts.tokens, facts.hits);
  find_patterns(facts);
  for (const Hit& hit : facts.hits)
    facts.cue_bits[hit.cue / 64 % facts.cue_bits.size()] |= std::uint64_t{1} << hit.cue % 64;
  find_label(facts);
  find_sentences(facts);
  find_dates(facts);
  find_numbers(facts);
  find_names(facts);
  find_stems(facts);
}

void RuleSet::join_patterns() {
  constexpr std::int64_t memory_max = std::int64_t{16} << 20;
  re2::RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_max_mem(memory_max);
  auto all = std::make_unique<AnyPattern>(AnyPattern{re2::RE2::Set(options, re2::RE2::UNANCHORED)});
  for (const Pattern& pattern : patterns_)
    if (all->set.Add(pattern.expression->pattern(), nullptr) < 0) return;
  if (!patterns_.empty() && all->set.Compile()) any_pattern_ = std::move(all);
}

// The numbers of the patterns that fit anywhere; false if that could not be found out.
bool RuleSet::fitting_patterns(const std::string& text, std::vector<int>& numbers) const {
  if (!any_pattern_) return false;
  re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
  const bool any = any_pattern_->set.Match(text, &numbers, &error);
  std::sort(numbers.begin(), numbers.end());
  return any || error.kind == re2::RE2::Set::kNoError;
}

// Patterns see the text with its typographic marks made plain; a match counts from the first word it touches
// to the last.
void RuleSet::find_patterns(BlockFacts& facts) const {
  if (patterns_.empty() || facts.tokens.empty()) return;
  std::vector<std::uint32_t> offsets;
  const bool ascii = std::all_of(facts.text.begin(), facts.text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const std::string folded = ascii ? std::string() : fold(facts.text, &offsets, false);
  const std::string& text = ascii ? facts.text : folded;
  const auto original = [&](std::size_t at) { return ascii ? static_cast<std::uint32_t>(at) : offsets[at]; };
  bool found = false;
  std::vector<int> fitting;
  const bool known = fitting_patterns(text, fitting);
  const std::size_t count = known ? fitting.size() : patterns_.size();
  for (std::size_t n = 0; n < count; ++n) {
    const Pattern& pattern = patterns_[known ? static_cast<std::size_t>(fitting[n]) : n];
    re2::StringPiece match;
    for (std::size_t at = 0;
         at < text.size() &&
         pattern.expression->Match(text, at, text.size(), re2::RE2::UNANCHORED, &match, 1);) {
      const auto begin = static_cast<std::size_t>(match.data() - text.data());
      const std::size_t end = begin + match.size();
      const auto& tokens = facts.tokens;
      const auto first = std::lower_bound(tokens.begin(), tokens.end(), original(begin),
                                          [](const Token& t, std::uint32_t b) { return t.end <= b; });
      const auto last = std::lower_bound(first, tokens.end(), original(end),
                                         [](const Token& t, std::uint32_t e) { return t.begin < e; });
      // Whole words only: by Unicode, which the expression's own \b is not.
      if (first < last && first->begin >= original(begin) && std::prev(last)->end <= original(end)) {
        facts.hits.push_back({pattern.cue, pattern.phrase, static_cast<std::uint32_t>(first - tokens.begin()),
                              static_cast<std::uint32_t>(last - tokens.begin())});
        found = true;
      }
      at = end > begin ? end : begin + 1;
    }
  }
  if (found)
    std::stable_sort(facts.hits.begin(), facts.hits.end(), [](const Hit& a, const Hit& b) {
      return a.first != b.first ? a.first < b.first : a.cue < b.cue;
    });
}

}  // namespace assay::redflags
