// Whether RocksDB's write-ahead log is whole, read record by record. RocksDB itself passes over the rest of a
// 32 KiB block without a word when it meets zeros or a length that does not fit near the end of a file, and
// so over synced writes. Every write is synced before the next begins, so a power cut can spoil the last one
// only: where a sound record begins behind the damage, what is damaged had been synced.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::storage {

struct WalFile {
  std::uint64_t number = 0;
  std::string bytes;
};

// So many bytes of the file of that number.
struct WalPosition {
  std::uint64_t number = 0, bytes = 0;
  bool operator==(const WalPosition&) const = default;
};

struct WalVerdict {
  enum class Kind {
    whole,
    torn,  // the last write is not whole: it was never finished, or is damaged and nothing shows that it was
    damaged,  // synced writes are damaged or gone
  };
  Kind kind = Kind::whole;
  std::string why;                  // unless whole: where and what
  std::uint64_t dropped = 0;        // torn: bytes at the end that are left out
  std::vector<WalPosition> ends;    // torn: up to where each of the files that are not whole can be read
  std::uint64_t next_sequence = 0;  // RocksDB's, after what can be read; 0: there is nothing
};

// `live`: the files whose content is in no table yet, in order; `oldest`: the first number that counts as
// live. `acknowledged`, where it is known: what was reported durable is at least this.
WalVerdict check_wal(const std::vector<WalFile>& live, std::uint64_t oldest,
                     const std::optional<WalPosition>& acknowledged);

// "000123.log"
std::string wal_name(std::uint64_t number);
std::optional<std::uint64_t> parse_wal_name(const std::string& name);

}  // namespace assay::storage
