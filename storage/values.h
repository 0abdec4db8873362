// Values of the column families. Each starts with the version of its own layout; whoever holds a decoded
// value need not check it again. `decode` returns none for bytes that are no such value. RocksDB keeps a
// checksum over every block and every record of its log, so there is none here. docs/storage.md has the
// layouts byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/room_store.h"

namespace assay::storage {

// What is known of a room's log without reading it. In `rooms`.
struct RoomSummary {
  std::uint64_t last_sequence = 0;
  std::int64_t created_ms = 0, changed_ms = 0;
  std::uint64_t log_bytes = 0;            // of updates after the checkpoint
  std::uint64_t checkpoint_sequence = 0;  // 0: there is none

  bool operator==(const RoomSummary&) const = default;
  std::string encode() const;
  static std::optional<RoomSummary> decode(std::string_view bytes);
};

// In `updates`. The sequence is the key's.
std::string encode_entry(const LogEntry& entry);
std::optional<LogEntry> decode_entry(std::uint64_t sequence, std::string_view bytes);

// In `checkpoints`. The sequence is the key's.
std::string encode_checkpoint(const Checkpoint& checkpoint);
std::optional<Checkpoint> decode_checkpoint(std::uint64_t sequence, std::string_view bytes);

// In `records`.
std::string encode_record(std::string_view value);
std::optional<std::string> decode_record(std::string_view bytes);

}  // namespace assay::storage
