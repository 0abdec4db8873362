// Text: a report's words in order, each with what it is in its sentence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/tags/words.h"

namespace assay::tagging {

enum class Tag : std::uint8_t { other, noun, proper, adjective, past, gerund, verb, adverb, number, of };

struct Token {
  std::uint32_t begin = 0, end = 0;  // bytes of Text::bytes
  const Word* word = nullptr;        // holds until Words::start_document()
  Tag tag = Tag::other;
  bool break_before = false;  // a phrase cannot reach across: punctuation, a new sentence, a new block
  bool sentence_start = false;
  bool capital = false;   // begins with a capital
  bool all_caps = false;  // and has no small letter, and more than one letter
  bool in_title = false;
};

struct Text {
  std::string bytes;  // title and text as one
  std::vector<Token> tokens;
};

// Bytes of a text that are looked at; what follows is not. Longer words than max_word are skipped.
constexpr std::size_t max_text = 1 << 20;
constexpr std::size_t max_word = 60;

// `title` may be empty, and may be the beginning of `text` too: it counts once. Not well-formed UTF-8 breaks
// words and does nothing worse. Lines that are headings of the report template are left out
// (template_headings.h).
Text read_text(Words& words, std::string_view title, std::string_view text);

}  // namespace assay::tagging
