// Candidates: the phrases of a text that could be tags, each with what speaks for and against it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "plugins/tags/text.h"

namespace assay::tagging {

// What a ranker looks at, all near 0 to 1. README.md says why each is there.
enum Feature : std::uint8_t {
  f_bias,
  f_word_frequency,     // mean over its words of ln(1 + occurrences in the text) / 4
  f_phrase_frequency,   // ln(occurrences) / 3
  f_frequency_rank,     // ln(1 + rank among candidates by occurrences) / 6
  f_first_position,     // ln(1 + words before its first occurrence) / 8
  f_relative_position,  // words before its first occurrence / words
  f_title,
  f_words_1,
  f_words_2,
  f_words_3,
  f_words_4,        // or more
  f_nested,         // share of its occurrences that lie within a longer candidate
  f_nested_single,  // the same if it is one word
  f_covers,         // a part of it occurs more often than it does: ln ratio / 3
  f_rarity,         // mean over its words of ln(glosses / glosses with the word) / 12
  f_rarity_least,
  f_rarity_single,  // f_rarity if it is one word
  f_weight,         // mean of ln(1 + occurrences) x rarity / 24: tf-idf
  f_spread,         // (last - first position) / words
  f_proper,         // share of words that are names
  f_acronym,
  f_unknown,   // share of words the lexicon does not have
  f_compound,  // WordNet lists it
  f_adjective_first,
  f_past_inside,  // "proposed method", "united nations"
  f_gerund,       // begins or ends with one
  f_plural,
  f_number,
  f_weak,  // contains a word that says little
  f_hyphen,
  f_verb_alone,
  f_adjective_alone,
  f_class_act,
  f_class_person,
  f_class_place,
  f_class_time_quantity,
  f_class_thought,  // cognition, communication
  f_class_thing,    // artifact, substance, body, food, plant, animal
  f_class_state,    // attribute, state, feeling, relation, motive
  f_class_group,
  f_known_rarity,  // learned: mean of ln(reports / reports with the word) / 8; f_rarity before there are
                   // reports
  f_rarity_first,  // of its first word, if it has several
  f_rarity_head,   // of its last word, if it has several
  f_short,         // one or two letters
  f_name,          // all of it is a name, and it has several words
  f_name_single,   // it is one word and a name
  // How it stands in its sentences: the share of its occurrences.
  f_after_determiner,
  f_after_preposition,
  f_after_of,
  f_after_verb,
  f_after_break,     // punctuation, but no new sentence
  f_sentence_first,  // it begins a sentence
  f_before_preposition,
  f_before_of,
  f_before_verb,
  f_before_break,  // punctuation or the end of the sentence
  f_whole,         // ln(1 + occurrences that lie within no longer candidate) / 3
  f_lead,          // among the first 25 words
  f_early,         // among the first 100
  f_letters,       // bytes / 30
  f_capital_head,  // its last word has a capital
  f_ending_act,    // its last word ends as those for acts do (-tion, -ment, -ing, -ance), for doers (-er,
                   // -ist),
  f_ending_doer,   // for kinds and qualities (-ity, -ness, -ics)
  f_ending_kind,
  // Learned: log odds of being a tag, / 4, of
  f_was_tag,      // this very phrase
  f_head_tag,     // its last word among last words
  f_word_tag,     // the mean for each of its words among words
  f_first_tag,    // its first word among first words of several
  f_pattern_tag,  // its parts of speech
  f_before_tag,   // the word before it
  f_after_tag,    // the word after it
  f_ending_tag,   // the last three letters of its last word
  f_class_tag,    // the noun class of its last word
  f_classes_tag,  // and of its first
  feature_count
};
using Features = std::array<float, feature_count>;

constexpr std::size_t max_phrase_parts = 5;

// What else a phrase has in common with others, each a number below 65536: f_pattern_tag and those after it
// learn from it.
constexpr std::size_t kind_count = f_classes_tag - f_pattern_tag + 1;
using Kinds = std::array<std::uint16_t, kind_count>;

struct Candidate {
  std::uint32_t key = 0;       // phrase_hash of its stems in order
  std::uint32_t stem_set = 0;  // the same whatever their order
  std::uint32_t token = 0;     // its first occurrence, and how many tokens it is
  std::uint16_t tokens = 0;
  std::uint16_t parts = 0;
  std::array<std::uint32_t, max_phrase_parts> stems{};  // the first of its parts
  std::uint32_t occurrences = 0, nested = 0, last_token = 0;
  std::array<std::uint16_t, f_before_break - f_after_determiner + 1> standing{};  // occurrences
  Kinds kinds{};                                                                  // where it occurs first
  bool alone = false;  // a single word that is no noun
  Features features{};
};

class CandidateFinder {
 public:
  // Candidates in order of first occurrence, one a key, at most 4,000; learned features are 0.
  std::vector<Candidate> find(const Text& text);
  // Occurrences of each stem in the text that was last given to find().
  const boost::unordered_flat_map<std::uint32_t, std::uint32_t>& counts() const { return counts_; }

 private:
  void run(const Text& text, std::size_t begin, std::size_t end);
  void name_of_name(const Text& text, std::size_t begin, std::size_t end);
  void add(const Text& text, std::size_t begin, std::size_t end, bool nested, bool alone = false);
  static void note_standing(const Text& text, std::size_t begin, std::size_t end, Candidate& candidate);
  static void describe_kinds(const Text& text, Candidate& candidate);
  void describe(const Text& text, Candidate& candidate) const;

  boost::unordered_flat_map<std::uint32_t, std::uint32_t> counts_, index_;
  std::vector<Candidate> found_;
};

}  // namespace assay::tagging
