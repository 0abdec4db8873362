// Stems: words of one family under one name, by the Snowball project's English stemmer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sb_stemmer;

namespace assay::tagging {

// The name of a stem wherever it is kept: FNV-1a of its bytes. Never 0.
std::uint32_t stem_hash(std::string_view stem);

// Not thread-safe: one a thread.
class Stemmer {
 public:
  Stemmer();
  ~Stemmer();
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;

  // The stem of a lower-case word in UTF-8. The view holds until the next call.
  std::string_view stem(std::string_view word);

 private:
  sb_stemmer* stemmer_;
};

}  // namespace assay::tagging
