// RuleSet: the rules of all packs and the one automaton they share. Immutable once made; any thread.
// Instances with the same settings share one.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/redflags/block_facts.h"
#include "plugins/redflags/rule.h"

namespace re2 {
class RE2;
}

namespace assay::redflags {

struct PackText {
  std::string file;
  std::string text;
};

struct Pack {
  std::string id, title, language, file;
  std::size_t rules = 0;
};

// "file:line: reason"
struct PackError {
  std::string message;
};

// The named lists that rules written in C++ look for. Each stands in the built-in packs under this name.
// clang-format off
#define ASSAY_REDFLAGS_LISTS(X) \
  X(attribution) X(speech) X(source_noun) X(anonymous) X(vague_subject) X(reliance) \
  X(corroboration) X(cross_citation) X(hedge) X(likelihood) X(row_two) X(confidence_level) \
  X(confidence_word) X(reason) X(prefer) X(back_reference) X(motive) X(contrast) X(combination) \
  X(null_hypothesis) X(past_verb) X(planned) X(overall_scope) X(org_word) X(person_verb) \
  X(generic_tag) X(probability_word) X(measure_unit) X(negation) X(known_acronym) X(generic_stem) \
  X(present_claim) X(action_label) X(most_supported) X(other_hypotheses) X(not_independent) \
  X(no_source_needed) X(change_word) X(role_noun) X(not_entity) X(own_document) X(demonym) \
  X(listing_verb) X(no_entities) X(quote_ok) X(ordinal_event) X(change_of_number) X(place_word) \
  X(count_verb) X(no_information) X(speaks_for) X(speaks_against) X(undecided) X(office) X(firm_noun) \
  X(thing_noun) X(common_body) X(change_nearby) X(promise) \
  X(document_noun) X(firm_example) X(firm_plural) X(inscription) X(opinion_verb) X(approximately) X(firm_partner) X(indicator) X(combination_title) \
  X(figure_credit) X(derived)
// clang-format on
struct CodeCues {
#define ASSAY_REDFLAGS_LIST(name) CueId name = no_cue;
  ASSAY_REDFLAGS_LISTS(ASSAY_REDFLAGS_LIST)
#undef ASSAY_REDFLAGS_LIST
};

class RuleSet {
 public:
  static constexpr std::size_t pack_bytes_max = 4u << 20, packs_max = 1'000, rules_max = 20'000;

  // The built-in packs, then `packs`. A pack that cannot be read, or repeats a rule's id, refuses all.
  static std::shared_ptr<const RuleSet> make(const std::vector<PackText>& packs, PackError& error);

  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Pack>& packs() const { return packs_; }
  const CodeCues& cues() const { return code_cues_; }
  // Rules that a hit of the cue may set off.
  const std::vector<std::uint32_t>& triggered_by(CueId cue) const { return by_cue_[cue]; }
  std::optional<std::uint32_t> find(std::string_view id) const;

  // Words, sentences, values, names and hits of one block.
  void read_block(std::string_view text, WordCache& cache, BlockFacts& facts) const;

  ~RuleSet();
  RuleSet(const RuleSet&) = delete;
  RuleSet& operator=(const RuleSet&) = delete;

 private:
  friend class PackReader;
  RuleSet();
  void find_patterns(BlockFacts& facts) const;
  void join_patterns();
  bool fitting_patterns(const std::string& text, std::vector<int>& numbers) const;

  struct Pattern {
    CueId cue = no_cue;
    std::uint32_t phrase = 0;
    std::unique_ptr<re2::RE2> expression;
  };
  std::vector<Rule> rules_;
  std::vector<Pack> packs_;
  std::map<std::string, std::uint32_t, std::less<>> by_id_;
  PhraseSet phrases_;
  std::vector<Pattern> patterns_;
  // All patterns as one automaton, which says in one pass over a block which of them fit anywhere; none if
  // they are too many for its memory.
  struct AnyPattern;
  std::unique_ptr<const AnyPattern> any_pattern_;
  std::vector<std::vector<std::uint32_t>> by_cue_;
  CodeCues code_cues_{};
};

// The packs that are compiled in, by file name.
const std::vector<PackText>& builtin_packs();

}  // namespace assay::redflags
