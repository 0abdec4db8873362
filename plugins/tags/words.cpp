#include "plugins/tags/words.h"

#include <algorithm>
#include <cmath>

#include "plugins/tags/function_words.h"

namespace assay::tagging {
namespace {

float weight(std::uint8_t level) {
  // Back from the lexicon's logarithm; a part of speech that was never met in the concordance still counts a
  // little.
  return level == 0 ? 0.0F : std::exp2(static_cast<float>(level - 1) / 8.0F) - 0.5F;
}

bool ends(std::string_view word, std::string_view tail, std::size_t least_before = 2) {
  return word.size() >= tail.size() + least_before && word.ends_with(tail);
}

void take(Word& word, const LexiconWord& entry, float share) {
  word.known = true;
  word.noun += share * weight(entry.noun);
  word.verb += share * weight(entry.verb);
  word.adjective += share * weight(entry.adjective);
  word.adverb += share * weight(entry.adverb);
  if (word.noun_class == 0) word.noun_class = entry.noun_class;
}

// The lemmas a regular ending may hide, first that the lexicon has as `part` (WordNet's morphy, rules of
// detachment).
struct Detachment {
  std::string_view ending, instead;
};
constexpr Detachment noun_endings[] = {{"s", ""},      {"ses", "s"},   {"xes", "x"},   {"zes", "z"},
                                       {"ches", "ch"}, {"shes", "sh"}, {"men", "man"}, {"ies", "y"}};
constexpr Detachment verb_s_endings[] = {{"s", ""}, {"ies", "y"}, {"es", "e"}, {"es", ""}};
constexpr Detachment past_endings[] = {{"ed", "e"}, {"ed", ""}, {"ied", "y"}};
constexpr Detachment gerund_endings[] = {{"ing", "e"}, {"ing", ""}};

template <std::size_t n>
const LexiconWord* detach(std::string_view word, const Detachment (&rules)[n],
                          std::uint8_t LexiconWord::*part) {
  for (const Detachment& rule : rules) {
    if (!ends(word, rule.ending)) continue;
    std::string lemma(word.substr(0, word.size() - rule.ending.size()));
    lemma += rule.instead;
    const LexiconWord* found = Lexicon::english().find(lemma);
    if (found != nullptr && found->*part != 0) return found;
    // A doubled consonant: "planned", "cutting".
    if (rule.instead.empty() && rule.ending != "s" && lemma.size() > 3 &&
        lemma.back() == lemma[lemma.size() - 2]) {
      lemma.pop_back();
      found = Lexicon::english().find(lemma);
      if (found != nullptr && found->*part != 0) return found;
    }
  }
  return nullptr;
}

}  // namespace

Words::Words(std::size_t limit) : limit_(limit) {}

void Words::start_document() {
  if (words_.size() < limit_) return;
  index_.clear();
  words_.clear();
}

const Word& Words::word(std::string_view lower) {
  const auto found = index_.find(lower);
  if (found != index_.end()) return *found->second;
  words_.push_back(describe(lower));
  const Word& added = words_.back();
  index_.emplace(std::string_view(added.text), &added);
  return added;
}

Word Words::describe(std::string_view lower) {
  Word word;
  word.text = lower;
  const Lexicon& lexicon = Lexicon::english();
  // Stems of the parts between hyphens and the like; possessive endings do not count.
  std::string_view base = lower;
  for (const std::string_view tail : {"'s", "\xE2\x80\x99s", "'", "\xE2\x80\x99"})
    if (ends(base, tail, 1)) {
      base.remove_suffix(tail.size());
      break;
    }
  float rarity = 0;
  std::size_t begin = 0;
  std::string_view last = base;
  while (begin <= base.size() && word.part_count < max_parts) {
    const std::size_t end = std::min(base.find_first_of("-./&+'", begin), base.size());
    const std::string_view part = base.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty()) continue;
    last = part;
    const std::uint32_t stem = stem_hash(stemmer_.stem(part));
    word.parts[word.part_count++] = stem;
    rarity += std::log((1.0F + static_cast<float>(lexicon.glosses())) /
                       (1.0F + static_cast<float>(lexicon.glosses_with(stem))));
  }
  if (word.part_count > 0) word.rarity = rarity / static_cast<float>(word.part_count);
  word.role = function_role(base);
  const unsigned char first = base.empty() ? 0 : static_cast<unsigned char>(base.front());
  if (first >= '0' && first <= '9') {
    const bool digits_only = std::all_of(base.begin(), base.end(), [](char c) {
      return (c >= '0' && c <= '9') || c == '.' || c == ',' || c == '-' || c == '/' || c == ':' || c == '%';
    });
    if (digits_only) word.role = Role::number;
  }
  if (const LexiconWord* entry = lexicon.find(base)) {
    take(word, *entry, 1);
    word.name = entry->name != 0;
    if ((entry->inflected & inflected_noun) != 0) word.plural = true;
    if ((entry->inflected & inflected_verb) != 0) word.past = true;
  }
  if (const LexiconWord* entry = detach(base, noun_endings, &LexiconWord::noun)) {
    if (base.back() == 's' && !ends(base, "ss")) {
      word.plural = true;
      word.known = true;
      word.noun += 0.8F * weight(entry->noun);
      if (word.noun_class == 0) word.noun_class = entry->noun_class;
    }
  }
  if (const LexiconWord* entry = detach(base, verb_s_endings, &LexiconWord::verb)) {
    word.known = true;
    word.verb += 0.2F * weight(entry->verb);
  }
  if (const LexiconWord* entry = detach(base, past_endings, &LexiconWord::verb)) {
    word.known = word.past = true;
    word.verb += 0.5F * weight(entry->verb);
  }
  if (const LexiconWord* entry = detach(base, gerund_endings, &LexiconWord::verb)) {
    word.known = word.gerund = true;
    word.verb += 0.5F * weight(entry->verb);
  }
  if (!word.known && last != base) {  // a compound: what its last part is
    const LexiconWord* entry = lexicon.find(last);
    if (ends(last, "ed") || ends(last, "ing")) {
      word.adjective += 1;
    } else if (entry != nullptr) {
      word.noun += entry->noun != 0 ? 1.0F : 0.0F;
      word.adjective += entry->adjective != 0 || entry->noun != 0 ? 1.0F : 0.0F;
      word.noun_class = entry->noun_class;
    }
    if (word.noun + word.adjective == 0) word.noun = word.adjective = 1;
  } else if (!word.known) {
    describe_form(word);
  }
  return word;
}

// A word the lexicon does not know, judged by its ending.
void Words::describe_form(Word& word) const {
  const std::string_view text = word.text;
  if (ends(text, "ly", 3)) {
    word.adverb = 1;
  } else if (ends(text, "ed", 3)) {
    word.past = true;
    word.verb = 1;
  } else if (ends(text, "ing", 3)) {
    word.gerund = true;
    word.verb = 1;
    word.noun = 0.5F;
  } else if (ends(text, "ous") || ends(text, "ical") || ends(text, "ive") || ends(text, "able") ||
             ends(text, "ible") || ends(text, "less") || ends(text, "ful") || ends(text, "ian") ||
             ends(text, "al", 4) || ends(text, "ic", 3)) {
    word.adjective = 1;
    word.noun = 0.3F;
  } else {
    word.noun = 1;
  }
}

}  // namespace assay::tagging
