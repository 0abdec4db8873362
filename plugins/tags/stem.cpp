#include "plugins/tags/stem.h"

#include <libstemmer.h>

#include <limits>
#include <new>

namespace assay::tagging {

std::uint32_t stem_hash(std::string_view stem) {
  std::uint32_t hash = 2166136261u;
  for (const char c : stem) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash == 0 ? 1 : hash;
}

Stemmer::Stemmer() : stemmer_(sb_stemmer_new("english", "UTF_8")) {
  if (stemmer_ == nullptr) throw std::bad_alloc();
}
Stemmer::~Stemmer() { sb_stemmer_delete(stemmer_); }

std::string_view Stemmer::stem(std::string_view word) {
  if (word.size() > 256) return word;  // no word of any language; and the stemmer counts in int
  // sb_symbol is unsigned char: the same bytes.
  const auto* in = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* out = sb_stemmer_stem(stemmer_, in, static_cast<int>(word.size()));
  if (out == nullptr) return word;
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(sb_stemmer_length(stemmer_))};
}

}  // namespace assay::tagging
