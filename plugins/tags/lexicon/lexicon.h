// Lexicon: what a word of English can be and how common it is, made from WordNet 3.0 when the program is
// built (make_lexicon.cpp) and compiled in. Constant; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace assay::tagging {

// How strongly a word is each part of speech: 0 for never, else 1 + 8 log2(1 + times tagged so in WordNet's
// own concordance), at most 255.
struct LexiconWord {
  std::uint32_t text = 0;  // where its bytes begin among the strings
  std::uint8_t length = 0;
  std::uint8_t noun = 0, verb = 0, adjective = 0, adverb = 0;
  std::uint8_t noun_class = 0;  // WordNet's lexicographer file of its first noun sense, 3 to 28; 0 for none
  std::uint8_t inflected = 0;   // bits of InflectedAs
  std::uint8_t name = 0;        // 1: WordNet writes it with a capital alone (China, Pentagon)
};
static_assert(sizeof(LexiconWord) == 12);
enum InflectedAs : std::uint8_t {
  inflected_noun = 1,
  inflected_verb = 2
};  // an irregular plural, an irregular past

class Lexicon {
 public:
  static const Lexicon& english();

  // Lower-case word; null for one that WordNet does not have in this form.
  const LexiconWord* find(std::string_view word) const;
  // In how many of WordNet's glosses a stem occurs: how common it is in general English. Stems that
  // occur in none have 0.
  std::uint32_t glosses_with(std::uint32_t stem) const;
  std::uint32_t glosses() const { return glosses_; }
  // Whether the stems in order, hashed by phrase_hash, are a compound that WordNet lists ("prime minister").
  bool compound(std::uint32_t phrase) const;

 private:
  Lexicon(const unsigned char* data, std::size_t size);
  const LexiconWord* words_ = nullptr;
  const std::uint32_t* stems_ = nullptr;
  const std::uint32_t* counts_ = nullptr;
  const std::uint32_t* compounds_ = nullptr;
  const char* strings_ = nullptr;
  std::uint32_t word_count_ = 0, stem_count_ = 0, compound_count_ = 0, glosses_ = 0;
};

// A sequence of stems as one number: start with 0, add each stem's hash in order. Never 0 after the first.
constexpr std::uint32_t phrase_hash(std::uint32_t before, std::uint32_t stem) {
  std::uint32_t hash = (before * 0x9e3779b1u) ^ stem;
  hash ^= hash >> 15;
  hash *= 0x85ebca6bu;
  hash ^= hash >> 13;
  return hash == 0 ? 1 : hash;
}

}  // namespace assay::tagging
