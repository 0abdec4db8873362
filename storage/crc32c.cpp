#include "storage/crc32c.h"

#include <rocksdb/file_checksum.h>

#include <string>

namespace assay::storage {

// What the public headers offer of it is the checksum of a file, as four bytes, big-endian.
std::uint32_t crc32c(std::string_view bytes) {
  static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  const auto checksum = factory->CreateFileChecksumGenerator({});
  checksum->Update(bytes.data(), bytes.size());
  checksum->Finalize();
  std::uint32_t value = 0;
  for (const char byte : checksum->GetChecksum()) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace assay::storage
