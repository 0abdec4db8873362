// Keys of the column families, as types. Encoded, they sort as bytes the way rooms are read: a room's entries
// stand together and in order, rooms by the bytes of their names, records by kind and then key.
//
// A name inside a longer key is written so that no name is the beginning of another: its bytes, each 00 as 00
// FF, then 00 01. Numbers are eight bytes, big-endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::storage {

// [first, end): every key of a group, for a bounded iterator.
struct KeyRange {
  std::string first, end;
};

// In `updates` and `checkpoints`: one entry, or one checkpoint, of a room.
struct EntryKey {
  std::string room;
  std::uint64_t sequence = 0;

  std::string encode() const;
  static std::optional<EntryKey> decode(std::string_view bytes);
  static KeyRange all_of(std::string_view room);
};

// In `records`.
struct RecordKey {
  std::string kind, key;

  std::string encode() const;
  static std::optional<RecordKey> decode(std::string_view bytes);
  static KeyRange all_of(std::string_view kind, std::string_view prefix);
};

}  // namespace assay::storage
