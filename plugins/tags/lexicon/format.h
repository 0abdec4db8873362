// How the compiled-in lexicon lies in memory: this header, words sorted by their bytes, stems (sorted
// hashes), a count a stem, compounds (sorted hashes), strings. In the byte order of the machine that built
// it, which is the one that runs it.
#pragma once

#include <cstdint>

namespace assay::tagging {

constexpr std::uint32_t lexicon_magic = 0x31584c41;  // "ALX1"
struct LexiconHeader {
  std::uint32_t magic = lexicon_magic;
  std::uint32_t words = 0, stems = 0, compounds = 0, glosses = 0, string_bytes = 0;
  std::uint32_t reserved[2] = {0, 0};
};

}  // namespace assay::tagging
