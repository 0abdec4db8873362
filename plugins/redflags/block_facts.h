// What can be read from one block alone: its words, sentences, quotations, numbers, dates, names, and where
// the cues of the rules stand. Depends on nothing but the block's text and the rule set, so it is kept while
// the block stays as it is.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/redflags/phrases.h"
#include "plugins/redflags/words.h"

namespace assay::redflags {

// Half-open, in bytes of the block's text, or in words: as the member's name says.
struct Extent {
  std::uint32_t begin = 0, end = 0;
  bool empty() const { return begin == end; }
  friend bool operator==(const Extent&, const Extent&) = default;
};

struct Sentence {
  Extent bytes;  // without the spaces around it
  Extent words;
  Extent hits;   // of `BlockFacts::hits`: those that start in it
  Extent stems;  // of `BlockFacts::sentence_stems`
};

struct Date {
  int year = 0, month = 0, day = 0;  // 0: not said
  Extent bytes, words;
  friend auto operator<=>(const Date& a, const Date& b) {
    if (auto c = a.year <=> b.year; c != 0) return c;
    if (auto c = a.month <=> b.month; c != 0) return c;
    return a.day <=> b.day;
  }
  friend bool operator==(const Date& a, const Date& b) {
    return a.year == b.year && a.month == b.month && a.day == b.day;
  }
};

enum class Unit : std::uint8_t { none, percent, currency };

struct Number {
  double value = 0;
  double high = 0;  // of a range such as "20 to 40 percent"; else as value
  Unit unit = Unit::none;
  bool magnitude = false;  // thousand, million, billion
  bool plain = true;       // digits alone: no thousands separator, no decimals, no magnitude
  std::uint8_t digits = 0;
  Extent bytes, words;  // with sign, currency, magnitude and percent
};

// A run of capitalised words that names somebody or something.
struct Name {
  Extent bytes, words;      // without article and title
  std::uint32_t title = 0;  // words before it that are a person's title or role ("Deputy Minister")
  bool starts_sentence = false;
};

struct BlockFacts {
  std::string text;
  std::vector<Token> tokens;
  std::vector<Sentence> sentences;
  std::vector<Hit> hits;
  std::vector<Extent> quotes;  // bytes, quotation marks included
  // Each in the order of the text, none within another:
  std::vector<Date> dates;
  std::vector<Number> numbers;
  std::vector<Name> names;
  // So many words open the block as its label ("Public Trust: ..."): they head what follows and say nothing.
  std::uint32_t label = 0;
  std::array<std::uint64_t, 8> cue_bits{};  // of `hits`, by the low bits of the cue
  // Stems of the words that say something, sorted, each once: of the block, and of each sentence.
  std::vector<WordHash> stems, sentence_stems;

  std::string_view at(Extent bytes) const {
    return std::string_view(text).substr(bytes.begin, bytes.end - bytes.begin);
  }
  std::string_view at(const Token& token) const { return at(Extent{token.begin, token.end}); }
  Extent bytes_of(Extent words) const { return {tokens[words.begin].begin, tokens[words.end - 1].end}; }
  std::size_t sentence_of_word(std::uint32_t word) const;
  std::size_t sentence_of_byte(std::uint32_t byte) const;
  // Index of the first hit that starts at this word or after it.
  std::size_t first_hit(std::uint32_t word) const;
  // The first hit of `cue` that starts in these words.
  const Hit* find(CueId cue, Extent words) const;
  const Hit* find(CueId cue) const { return find(cue, {0, static_cast<std::uint32_t>(tokens.size())}); }
  bool has(CueId cue, Extent words) const { return find(cue, words) != nullptr; }
  // False: the block has no hit of the cue. Most blocks have few of the cues, and most questions end here.
  bool may_have(CueId cue) const { return (cue_bits[cue / 64 % cue_bits.size()] >> (cue % 64) & 1) != 0; }
  bool quoted(std::uint32_t byte) const;
};

// Those of a block's dates, numbers or names that begin in these words, or that hold this word.
template <class Found>
std::span<const Found> beginning_in(const std::vector<Found>& list, Extent words) {
  const auto before = [](const Found& one, std::uint32_t word) { return one.words.begin < word; };
  const auto first = std::lower_bound(list.begin(), list.end(), words.begin, before);
  const auto last = std::lower_bound(first, list.end(), std::max(words.begin, words.end), before);
  return {first, last};
}
template <class Found>
std::span<const Found> holding(const std::vector<Found>& list, std::uint32_t word) {
  const auto upto = beginning_in(list, {0, word + 1});
  return !upto.empty() && word < upto.back().words.end ? upto.last(1) : upto.first(0);
}

template <class Fits>
bool any_name(const BlockFacts& facts, Extent words, Fits fits) {
  const auto names = beginning_in(facts.names, words);
  return std::any_of(names.begin(), names.end(), fits);
}

// The word in small letters with plain marks; empty behind the last.
std::string folded(const BlockFacts& facts, std::uint32_t token);

// The parts, each from the ones before it.
void find_quotes(std::string_view text, std::vector<Extent>& quotes);
void find_label(BlockFacts& facts);
void find_sentences(BlockFacts& facts);
void find_dates(BlockFacts& facts);
void find_numbers(BlockFacts& facts);
void find_names(BlockFacts& facts);
void find_stems(BlockFacts& facts);

}  // namespace assay::redflags
