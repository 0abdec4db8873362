// CRC-32C, as RocksDB's log has it: RocksDB's own.
#pragma once

#include <cstdint>
#include <string_view>

namespace assay::storage {

std::uint32_t crc32c(std::string_view bytes);

}  // namespace assay::storage
