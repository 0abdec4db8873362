#include "plugins/tags/lexicon/lexicon.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "plugins/tags/lexicon/format.h"

extern "C" {
extern const unsigned char assay_tags_lexicon_begin[];
extern const unsigned char assay_tags_lexicon_end[];
}

namespace assay::tagging {

const Lexicon& Lexicon::english() {
  static const Lexicon lexicon(assay_tags_lexicon_begin,
                               static_cast<std::size_t>(assay_tags_lexicon_end - assay_tags_lexicon_begin));
  return lexicon;
}

// The bytes were made by this project's own build and are part of the program: a mismatch is a broken build.
Lexicon::Lexicon(const unsigned char* data, std::size_t size) {
  LexiconHeader header;
  if (size < sizeof header) std::abort();
  std::memcpy(&header, data, sizeof header);
  const std::size_t need = sizeof header + header.words * sizeof(LexiconWord) +
                           (std::size_t{header.stems} * 2 + header.compounds) * 4 + header.string_bytes;
  if (header.magic != lexicon_magic || size < need) std::abort();
  const unsigned char* at = data + sizeof header;
  words_ = reinterpret_cast<const LexiconWord*>(at);
  at += header.words * sizeof(LexiconWord);
  stems_ = reinterpret_cast<const std::uint32_t*>(at);
  counts_ = stems_ + header.stems;
  compounds_ = counts_ + header.stems;
  strings_ = reinterpret_cast<const char*>(compounds_ + header.compounds);
  word_count_ = header.words;
  stem_count_ = header.stems;
  compound_count_ = header.compounds;
  glosses_ = header.glosses;
}

const LexiconWord* Lexicon::find(std::string_view word) const {
  const auto text = [this](const LexiconWord& entry) {
    return std::string_view(strings_ + entry.text, entry.length);
  };
  const LexiconWord* end = words_ + word_count_;
  const LexiconWord* found = std::lower_bound(
      words_, end, word, [&](const LexiconWord& entry, std::string_view w) { return text(entry) < w; });
  return found != end && text(*found) == word ? found : nullptr;
}

std::uint32_t Lexicon::glosses_with(std::uint32_t stem) const {
  const std::uint32_t* found = std::lower_bound(stems_, stems_ + stem_count_, stem);
  return found != stems_ + stem_count_ && *found == stem ? counts_[found - stems_] : 0;
}

bool Lexicon::compound(std::uint32_t phrase) const {
  return std::binary_search(compounds_, compounds_ + compound_count_, phrase);
}

}  // namespace assay::tagging
