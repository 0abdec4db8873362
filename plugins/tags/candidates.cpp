#include "plugins/tags/candidates.h"

#include <algorithm>
#include <cmath>

#include "plugins/tags/template_headings.h"

namespace assay::tagging {
namespace {

constexpr std::size_t max_candidates = 4000;

bool is_head(const Token& token) {
  return token.tag == Tag::noun || token.tag == Tag::proper ||
         (token.tag == Tag::gerund && token.word->noun > 0);
}
// What may stand inside a noun phrase, before its head.
bool is_inside(const Token& token) {
  switch (token.tag) {
    case Tag::noun:
    case Tag::proper:
    case Tag::adjective:
      return true;
    case Tag::past:
      return token.word->adjective > 0 || token.word->noun > 0 || token.word->part_count > 1;
    case Tag::gerund:
      return token.word->adjective > 0 || token.word->noun > 0 || token.word->part_count > 1;
    default:
      return false;
  }
}
// "Apollo 13", "G7 summit": a number may end a phrase that begins with a name.
bool meaningful(const Word& word) { return word.text.size() > 1; }

// Whether no word of the same sentence follows without punctuation between.
bool ends_here(const Text& text, std::size_t end) {
  return end >= text.tokens.size() || text.tokens[end].break_before || text.tokens[end].sentence_start;
}

template <std::size_t n>
bool ends_in(std::string_view word, const std::string_view (&endings)[n]) {
  return std::any_of(endings, endings + n,
                     [word](std::string_view ending) { return word.ends_with(ending); });
}
constexpr std::string_view act_endings[] = {"tion", "sion", "tions", "ment", "ments", "ing", "ance", "ence"};
constexpr std::string_view doer_endings[] = {"er", "ers", "or", "ors", "ist"};
constexpr std::string_view kind_endings[] = {"ity", "ness", "ism", "ics", "ies", "logy"};

float as_float(std::size_t n) { return static_cast<float>(n); }

}  // namespace

std::vector<Candidate> CandidateFinder::find(const Text& text) {
  counts_.clear();
  index_.clear();
  found_.clear();
  for (const Token& token : text.tokens)
    if (token.word->role == Role::content || token.word->role == Role::weak || token.tag == Tag::proper)
      for (std::size_t i = 0; i < token.word->part_count; ++i) ++counts_[token.word->parts[i]];
  const std::size_t size = text.tokens.size();
  for (std::size_t begin = 0; begin < size;) {
    if (!is_inside(text.tokens[begin])) {
      const Token& token = text.tokens[begin];
      if (token.tag == Tag::verb && token.word->role == Role::content) {
        add(text, begin, begin + 1, false, true);
      }
      ++begin;
      continue;
    }
    std::size_t end = begin + 1;
    while (end < size && !text.tokens[end].break_before && is_inside(text.tokens[end])) ++end;
    run(text, begin, end);
    name_of_name(text, begin, end);
    begin = end;
  }
  // Rank by frequency: candidates of one frequency share a rank.
  std::vector<std::uint32_t> frequencies;
  frequencies.reserve(found_.size());
  for (const Candidate& candidate : found_) frequencies.push_back(candidate.occurrences);
  std::sort(frequencies.begin(), frequencies.end(), std::greater<>());
  for (Candidate& candidate : found_) {
    const auto rank =
        std::lower_bound(frequencies.begin(), frequencies.end(), candidate.occurrences, std::greater<>()) -
        frequencies.begin();
    describe(text, candidate);
    candidate.features[f_frequency_rank] = std::log1p(static_cast<float>(rank)) / 6;
  }
  return std::move(found_);
}

// A run of words that can be a noun phrase: it and each part of it that ends in a noun.
void CandidateFinder::run(const Text& text, std::size_t begin, std::size_t end) {
  std::size_t whole_end = end;
  while (whole_end > begin && !is_head(text.tokens[whole_end - 1])) --whole_end;
  std::size_t parts = 0;
  for (std::size_t i = begin; i < whole_end; ++i) parts += text.tokens[i].word->part_count;
  const bool whole_fits = parts <= max_phrase_parts;
  for (std::size_t i = begin; i < end; ++i) {
    std::size_t taken = 0;
    for (std::size_t j = i; j < whole_end; ++j) {
      taken += text.tokens[j].word->part_count;
      if (taken > max_phrase_parts) break;
      if (!is_head(text.tokens[j])) continue;
      const bool whole = i == begin && j + 1 == whole_end;
      add(text, i, j + 1, !whole && whole_fits);
    }
    if (!is_head(text.tokens[i]) && text.tokens[i].word->role == Role::content)
      add(text, i, i + 1, i + 1 < whole_end, true);
  }
}

// "Bank of America", "State of the Union": a run that ends in a name, joined to the name behind it.
void CandidateFinder::name_of_name(const Text& text, std::size_t begin, std::size_t end) {
  const std::size_t size = text.tokens.size();
  const auto is_name = [&](std::size_t i) { return text.tokens[i].tag == Tag::proper; };
  if (!is_name(end - 1) || end >= size || text.tokens[end].tag != Tag::of || text.tokens[end].break_before)
    return;
  std::size_t first = end;
  while (first > begin && is_name(first - 1)) --first;
  std::size_t next = end + 1;
  if (next < size && text.tokens[next].word->role == Role::determiner && !text.tokens[next].break_before)
    ++next;
  std::size_t last = next;
  while (last < size && is_name(last) && !text.tokens[last].break_before) ++last;
  if (last > next && last - first <= max_phrase_parts) add(text, first, last, false);
}

void CandidateFinder::add(const Text& text, std::size_t begin, std::size_t end, bool nested, bool alone) {
  std::uint32_t key = 0, stem_set = 0;
  std::size_t parts = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const Word& word = *text.tokens[i].word;
    for (std::size_t k = 0; k < word.part_count; ++k, ++parts) {
      key = phrase_hash(key, word.parts[k]);
      stem_set += phrase_hash(1, word.parts[k]);
    }
  }
  if (end - begin == 1 && (!meaningful(*text.tokens[begin].word) || parts == 0)) return;
  const auto [at, fresh] = index_.try_emplace(key, static_cast<std::uint32_t>(found_.size()));
  if (fresh) {
    if (found_.size() >= max_candidates || is_template_phrase(key)) {
      index_.erase(at);
      return;
    }
    Candidate made;
    made.alone = alone;
    made.key = key;
    made.stem_set = stem_set;
    made.token = static_cast<std::uint32_t>(begin);
    made.tokens = static_cast<std::uint16_t>(end - begin);
    made.parts = static_cast<std::uint16_t>(parts);
    std::size_t at_part = 0;
    for (std::size_t i = begin; i < end; ++i)
      for (std::size_t k = 0; k < text.tokens[i].word->part_count && at_part < made.stems.size(); ++k)
        made.stems[at_part++] = text.tokens[i].word->parts[k];
    found_.push_back(made);
  }
  Candidate& candidate = found_[at->second];
  ++candidate.occurrences;
  if (candidate.alone && !alone) {  // here it is a noun: that is how it is shown
    candidate.alone = false;
    candidate.token = static_cast<std::uint32_t>(begin);
    candidate.tokens = static_cast<std::uint16_t>(end - begin);
  }
  candidate.nested += nested;
  candidate.last_token = static_cast<std::uint32_t>(begin);
  if (text.tokens[begin].in_title) candidate.features[f_title] = 1;
  note_standing(text, begin, end, candidate);
}

// Counts what an occurrence stands between.
void CandidateFinder::note_standing(const Text& text, std::size_t begin, std::size_t end,
                                    Candidate& candidate) {
  const auto count = [&](Feature feature) { ++candidate.standing[feature - f_after_determiner]; };
  const auto acts = [](const Token& token) {
    return token.tag == Tag::verb || token.word->role == Role::auxiliary;
  };
  const Token& first = text.tokens[begin];
  if (begin == 0 || first.sentence_start) {
    count(f_sentence_first);
  } else if (first.break_before) {
    count(f_after_break);
  } else {
    const Token& before = text.tokens[begin - 1];
    if (before.word->role == Role::determiner)
      count(f_after_determiner);
    else if (before.tag == Tag::of)
      count(f_after_of);
    else if (before.word->role == Role::preposition)
      count(f_after_preposition);
    else if (acts(before))
      count(f_after_verb);
  }
  if (ends_here(text, end)) {
    count(f_before_break);
  } else {
    const Token& after = text.tokens[end];
    if (after.tag == Tag::of)
      count(f_before_of);
    else if (after.word->role == Role::preposition)
      count(f_before_preposition);
    else if (acts(after))
      count(f_before_verb);
  }
}

void CandidateFinder::describe_kinds(const Text& text, Candidate& c) {
  const Token* const first = &text.tokens[c.token];
  const Token& last = first[c.tokens - 1];
  const auto set = [&c](Feature feature, std::uint32_t kind) {
    c.kinds[feature - f_pattern_tag] = static_cast<std::uint16_t>(kind ^ (kind >> 16));
  };
  // A name, or a part of speech and what WordNet says of the noun.
  const auto kind_of = [](const Token& token) {
    return token.tag == Tag::proper
               ? 1U
               : 256U * static_cast<std::uint32_t>(token.tag) + token.word->noun_class + 2U;
  };
  std::uint32_t pattern = 0;
  for (const Token* token = first; token <= &last; ++token)
    pattern = phrase_hash(pattern, static_cast<std::uint32_t>(token->tag) + 1);
  set(f_pattern_tag, pattern);
  const auto neighbour = [](const Token& token) {
    return token.word->part_count == 0 ? 1 : token.word->parts[0];
  };
  const bool opens = c.token == 0 || first->sentence_start || first->break_before;
  set(f_before_tag, opens ? 2 : neighbour(first[-1]));
  const std::size_t end = c.token + c.tokens;
  set(f_after_tag, ends_here(text, end) ? 2 : neighbour(text.tokens[end]));
  std::string_view ending = last.word->text;
  if (last.word->plural && ending.size() > 3 && ending.ends_with('s')) ending.remove_suffix(1);
  set(f_ending_tag, stem_hash(ending.substr(ending.size() - std::min<std::size_t>(ending.size(), 3))));
  set(f_class_tag, kind_of(last));
  set(f_classes_tag, phrase_hash(kind_of(last), c.tokens == 1 ? 0 : kind_of(*first)));
}

void CandidateFinder::describe(const Text& text, Candidate& c) const {
  Features& f = c.features;
  const float tokens = as_float(text.tokens.size());
  float frequency = 0, weight = 0, rarity = 0, least = 100, most_count = 0;
  float proper = 0, unknown = 0;
  const Token* const first = &text.tokens[c.token];
  const Token& last = first[c.tokens - 1];
  for (const Token* token = first; token <= &last; ++token) {
    const Word& word = *token->word;
    float log_counts = 0;
    for (std::size_t k = 0; k < word.part_count; ++k) {
      const auto found = counts_.find(word.parts[k]);
      const float count = found == counts_.end() ? 1.0F : static_cast<float>(found->second);
      most_count = std::max(most_count, count);
      log_counts += std::log1p(count);
    }
    frequency += log_counts;
    rarity += word.rarity * as_float(word.part_count);
    weight += log_counts * word.rarity;
    least = std::min(least, word.rarity);
    proper += token->tag == Tag::proper ? 1.0F : 0.0F;
    unknown += word.known ? 0.0F : 1.0F;
    if (word.part_count > 1) f[f_hyphen] = 1;
    if (token->tag == Tag::past) f[f_past_inside] = 1;
    if (word.role == Role::weak) f[f_weak] = token == &last ? 1.0F : std::max(f[f_weak], 0.4F);
    if (token->all_caps && word.text.size() <= 6) f[f_acronym] = 1;
    if (token->tag == Tag::number) f[f_number] = 1;
  }
  const float parts = as_float(std::max<std::size_t>(c.parts, 1));
  f[f_bias] = 1;
  f[f_word_frequency] = frequency / parts / 4;
  f[f_phrase_frequency] = std::log(as_float(c.occurrences)) / 3;
  f[f_first_position] = std::log1p(as_float(c.token)) / 8;
  f[f_relative_position] = as_float(c.token) / tokens;
  f[std::min<std::size_t>(c.parts, 4) + f_words_1 - 1] = 1;
  f[f_nested] = as_float(c.nested) / as_float(c.occurrences);
  f[f_covers] = std::log(std::max(1.0F, most_count / as_float(c.occurrences))) / 3;
  f[f_rarity] = rarity / parts / 12;
  f[f_rarity_least] = least / 12;
  f[f_weight] = weight / parts / 24;
  if (c.parts == 1) {
    f[f_nested_single] = f[f_nested];
    f[f_rarity_single] = f[f_rarity];
    if (first->word->role == Role::weak) f[f_weak] = 2;
  }
  if (c.tokens > 1) {
    f[f_rarity_first] = first->word->rarity / 12;
    f[f_rarity_head] = last.word->rarity / 12;
  } else if (first->word->text.size() <= 2) {
    f[f_short] = 1;
  }
  f[f_spread] = as_float(c.last_token - c.token) / tokens;
  f[f_proper] = proper / as_float(c.tokens);
  if (proper == as_float(c.tokens)) f[c.parts > 1 ? f_name : f_name_single] = 1;
  f[f_unknown] = unknown / as_float(c.tokens);
  for (std::size_t i = 0; i < c.standing.size(); ++i)
    f[f_after_determiner + i] = as_float(c.standing[i]) / as_float(c.occurrences);
  f[f_whole] = std::log1p(as_float(c.occurrences - c.nested)) / 3;
  f[f_lead] = c.token < 25 ? 1.0F : 0.0F;
  f[f_early] = c.token < 100 ? 1.0F : 0.0F;
  std::size_t letters = 0;
  for (const Token* token = first; token <= &last; ++token) letters += token->word->text.size() + 1;
  f[f_letters] = as_float(letters) / 30;
  f[f_capital_head] = last.capital ? 1.0F : 0.0F;
  f[f_ending_act] = ends_in(last.word->text, act_endings) ? 1.0F : 0.0F;
  f[f_ending_doer] = ends_in(last.word->text, doer_endings) ? 1.0F : 0.0F;
  f[f_ending_kind] = ends_in(last.word->text, kind_endings) ? 1.0F : 0.0F;
  describe_kinds(text, c);
  bool compound = false;
  if (c.parts > 1) compound = Lexicon::english().compound(c.key);
  f[f_compound] = compound ? 1.0F : 0.0F;
  if (c.tokens > 1 && first->tag == Tag::adjective) f[f_adjective_first] = 1;
  if (first->tag == Tag::gerund || last.tag == Tag::gerund) f[f_gerund] = 1;
  if (last.word->plural) f[f_plural] = 1;
  if (c.alone) f[first->tag == Tag::adjective ? f_adjective_alone : f_verb_alone] = 1;
  if (last.tag == Tag::proper || c.alone) return;
  switch (last.word->noun_class) {  // WordNet's lexicographer files, lexnames(5WN)
    case 4:
      f[f_class_act] = 1;
      break;
    case 18:
      f[f_class_person] = 1;
      break;
    case 15:
    case 17:
      f[f_class_place] = 1;
      break;
    case 28:
    case 23:
      f[f_class_time_quantity] = 1;
      break;
    case 9:
    case 10:
      f[f_class_thought] = 1;
      break;
    case 5:
    case 6:
    case 8:
    case 13:
    case 20:
    case 27:
      f[f_class_thing] = 1;
      break;
    case 7:
    case 26:
    case 12:
    case 24:
    case 16:
      f[f_class_state] = 1;
      break;
    case 14:
      f[f_class_group] = 1;
      break;
    default:
      break;
  }
}

}  // namespace assay::tagging
