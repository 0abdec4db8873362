#include "storage/values.h"

#include <cassert>

#include "storage/bytes.h"

namespace assay::storage {
namespace {

constexpr char version = 1;  // of all four layouts; each may move on alone

void append_bytes(std::string& out, const Bytes& bytes) { out.append(bytes.begin(), bytes.end()); }

Bytes to_bytes(std::string_view text) { return Bytes(text.begin(), text.end()); }

// The bytes after the version, if it is ours and at least `size` follow.
std::optional<std::string_view> body(std::string_view bytes, std::size_t size) {
  if (bytes.size() < 1 + size || bytes[0] != version) return std::nullopt;
  return bytes.substr(1);
}

}  // namespace

std::string RoomSummary::encode() const {
  std::string out(1, version);
  append_u64(out, last_sequence);
  append_u64(out, static_cast<std::uint64_t>(created_ms));
  append_u64(out, static_cast<std::uint64_t>(changed_ms));
  append_u64(out, log_bytes);
  append_u64(out, checkpoint_sequence);
  return out;
}

std::optional<RoomSummary> RoomSummary::decode(std::string_view bytes) {
  const auto rest = body(bytes, 40);
  if (!rest || rest->size() != 40) return std::nullopt;
  RoomSummary out;
  out.last_sequence = read_u64(*rest);
  out.created_ms = static_cast<std::int64_t>(read_u64(rest->substr(8)));
  out.changed_ms = static_cast<std::int64_t>(read_u64(rest->substr(16)));
  out.log_bytes = read_u64(rest->substr(24));
  out.checkpoint_sequence = read_u64(rest->substr(32));
  if (out.checkpoint_sequence > out.last_sequence) return std::nullopt;
  return out;
}

std::string encode_entry(const LogEntry& entry) {
  assert(entry.user.size() <= 0xffff);
  std::string out(1, version);
  out.reserve(11 + entry.user.size() + entry.update.size());
  append_u64(out, static_cast<std::uint64_t>(entry.time_ms));
  append_u16(out, static_cast<std::uint16_t>(entry.user.size()));
  out.append(entry.user);
  append_bytes(out, entry.update);
  return out;
}

std::optional<LogEntry> decode_entry(std::uint64_t sequence, std::string_view bytes) {
  const auto rest = body(bytes, 10);
  if (!rest) return std::nullopt;
  const std::size_t user_size = read_u16(rest->substr(8));
  if (rest->size() < 10 + user_size) return std::nullopt;
  return LogEntry{sequence, static_cast<std::int64_t>(read_u64(*rest)),
                  std::string(rest->substr(10, user_size)), to_bytes(rest->substr(10 + user_size))};
}

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  std::string out(1, version);
  out.reserve(1 + checkpoint.state.size());
  append_bytes(out, checkpoint.state);
  return out;
}

std::optional<Checkpoint> decode_checkpoint(std::uint64_t sequence, std::string_view bytes) {
  const auto rest = body(bytes, 0);
  if (!rest) return std::nullopt;
  return Checkpoint{sequence, to_bytes(*rest)};
}

std::string encode_record(std::string_view value) {
  std::string out(1, version);
  return out.append(value);
}

std::optional<std::string> decode_record(std::string_view bytes) {
  const auto rest = body(bytes, 0);
  if (!rest) return std::nullopt;
  return std::string(*rest);
}

}  // namespace assay::storage
