#include "storage/keys.h"

#include "storage/bytes.h"

namespace assay::storage {
namespace {

constexpr char escape = '\0', escaped_nul = '\xff', terminator = '\x01';

void append_name(std::string& out, std::string_view name) {
  for (const char c : name) {
    out.push_back(c);
    if (c == escape) out.push_back(escaped_nul);
  }
  out.push_back(escape);
  out.push_back(terminator);
}

// Takes one name off the front of `rest`.
std::optional<std::string> take_name(std::string_view& rest) {
  std::string name;
  while (rest.size() >= 2 || (!rest.empty() && rest[0] != escape)) {
    const char c = rest[0];
    rest.remove_prefix(1);
    if (c == escape) {
      const char next = rest[0];
      rest.remove_prefix(1);
      if (next == terminator) return name;
      if (next != escaped_nul) return std::nullopt;
    }
    name.push_back(c);
  }
  return std::nullopt;
}

// The first key after all that start with `prefix`, which must not be all FF; a terminator sees to that.
std::string after_prefix(std::string prefix) {
  while (prefix.back() == '\xff') prefix.pop_back();
  prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  return prefix;
}

}  // namespace

std::string EntryKey::encode() const {
  std::string out;
  out.reserve(room.size() + 10);
  append_name(out, room);
  append_u64(out, sequence);
  return out;
}

std::optional<EntryKey> EntryKey::decode(std::string_view bytes) {
  auto name = take_name(bytes);
  if (!name || bytes.size() != 8) return std::nullopt;
  return EntryKey{std::move(*name), read_u64(bytes)};
}

KeyRange EntryKey::all_of(std::string_view room) {
  std::string first;
  append_name(first, room);
  return {first, after_prefix(first)};
}

std::string RecordKey::encode() const {
  std::string out;
  append_name(out, kind);
  return out + key;
}

std::optional<RecordKey> RecordKey::decode(std::string_view bytes) {
  auto kind = take_name(bytes);
  if (!kind) return std::nullopt;
  return RecordKey{std::move(*kind), std::string(bytes)};
}

KeyRange RecordKey::all_of(std::string_view kind, std::string_view prefix) {
  std::string first;
  append_name(first, kind);
  first.append(prefix);
  return {first, after_prefix(first)};
}

}  // namespace assay::storage
