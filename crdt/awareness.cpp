#include "crdt/awareness.h"

#include "crdt/bytes.h"

namespace assay::crdt {

Result<std::vector<AwarenessEntry>> decode_awareness(ByteView bytes, const AwarenessLimits& limits) {
  Reader reader(bytes);
  const std::uint64_t count = reader.count();
  std::vector<AwarenessEntry> entries;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    AwarenessEntry entry;
    entry.client.value = reader.varint();
    entry.clock = reader.varint();
    const std::string_view state = reader.string();
    if (!reader.ok()) break;
    if (state.size() > limits.state_bytes_max) return DecodeError::too_large;
    entry.state = state;
    entries.push_back(std::move(entry));
  }
  if (!reader.ok()) return reader.error();
  if (!reader.at_end()) return DecodeError::trailing_bytes;
  return entries;
}

Bytes encode_awareness(const std::vector<AwarenessEntry>& entries) {
  Writer writer;
  writer.varint(entries.size());
  for (const AwarenessEntry& entry : entries) {
    writer.varint(entry.client.value);
    writer.varint(entry.clock);
    writer.string(entry.state);
  }
  return writer.take();
}

}  // namespace assay::crdt
