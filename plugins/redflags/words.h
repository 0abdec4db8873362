// Words of a block: where they stand and what they are compared by. Pure; any thread, given a WordCache of
// its own.
//
// A word is a run of letters, digits and marks, with an apostrophe or a decimal point inside; "'s" is a word
// of its own, so that "India's" and "India" are one. Words are compared by 64-bit hashes of their folded
// form: no table of strings has to be shared, and a set of rules stays immutable.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace assay::redflags {

using WordHash = std::uint64_t;

enum class Shape : std::uint8_t {
  lower,
  capital,  // the first letter is a capital
  upper,    // two letters or more, all capitals (a final "s" may be small)
  number,   // starts with a digit
  clitic,   // 's
};

// What stands between a word and the one before it.
enum class Gap : std::uint8_t { start, space, comma, other };

struct Token {
  std::uint32_t begin = 0, end = 0;  // bytes in the block
  WordHash word = 0;                 // exact, case folded
  WordHash lemma = 0;                // without inflection: "secures" is "secure", but not "security"
  WordHash stem = 0;                 // Porter 2
  Gap gap = Gap::start;
  Shape shape = Shape::lower;
  bool function = false;  // the, of, is, should, ...: says nothing about the subject
};

// The lemma and stem of each word met so far. Bounded: it forgets everything when it is full. One thread at a
// time.
class WordCache {
 public:
  struct Entry {
    WordHash word = 0, lemma = 0, stem = 0;
    bool function = false;
  };
  WordCache();
  ~WordCache();
  WordCache(const WordCache&) = delete;
  WordCache& operator=(const WordCache&) = delete;
  const Entry& look_up(WordHash word, std::string_view folded);

 private:
  struct Stemmer;
  void grow();
  std::vector<Entry> slots_;
  std::size_t used_ = 0;
  Stemmer* stemmer_;
};

// Fills `tokens` with the words of `text` (valid UTF-8), in order.
void tokenise(std::string_view text, WordCache& cache, std::vector<Token>& tokens);

// Case folded (simple folding, one code point to one), curly apostrophes made straight, dashes made "-",
// no-break spaces made spaces. `offsets`, if given, gets for every byte of the result the byte of `text` it
// came from, and the end.
std::string fold(std::string_view text, std::vector<std::uint32_t>* offsets = nullptr, bool fold_case = true);

WordHash hash_word(std::string_view folded);
// The hashes of folded words, sorted, for std::binary_search.
std::vector<WordHash> hash_words(std::initializer_list<std::string_view> folded);
// The key of a word without its inflection: same for "carry", "carries", "carried", "carrying".
std::string lemma_of(std::string_view folded);
std::string stem_of(std::string_view folded);

}  // namespace assay::redflags
