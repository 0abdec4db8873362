#include "server/reports/new_id.h"

#include <sodium.h>

#include <array>
#include <cstdlib>

namespace assay::server::reports {

std::string new_id() {
  if (sodium_init() < 0) std::abort();
  constexpr std::size_t bytes = 16;
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(bytes, variant)> text{};
  std::array<unsigned char, bytes> random{};
  do {
    randombytes_buf(random.data(), random.size());
    sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), variant);
  } while (text[0] == '-' || text[0] == '_');
  return text.data();
}

}  // namespace assay::server::reports
