// Update::decode and what it makes.
#include "crdt/parts_sink.h"
#include "crdt/struct_scan.h"

namespace assay::crdt {

std::uint32_t ClientTable::number_slow(std::uint64_t id) {
  const auto next = static_cast<std::uint32_t>(ids_.size());
  if (next < linear_max) {
    for (std::uint32_t i = 0; i < next; ++i) {
      if (ids_[i] == id) return i;
    }
  } else {
    if (by_id_.empty()) {
      for (std::uint32_t i = 0; i < next; ++i) by_id_.emplace(ids_[i], i);
    }
    const auto [place, fresh] = by_id_.try_emplace(id, next);
    if (!fresh) return place->second;
  }
  ids_.push_back(id);
  return next;
}

std::uint32_t ClientTable::find_slow(std::uint64_t id) const {
  if (!by_id_.empty()) return by_id_.find(id)->second;
  std::uint32_t i = 0;
  while (ids_[i] != id) ++i;
  return i;
}

void Update::Parts::keep_all() const {
  kept_.clear();
  kept_.reserve(struct_count);
  for (const Block& block : blocks) {
    for (StructStream stream(*this, block); !stream.done();) stream.next(kept_.emplace_back());
  }
}

namespace {

// A decoded update leaves its arrays here for the next one: updates of one key stroke come by the hundred
// thousand.
struct Spare {
  std::unique_ptr<Update::Parts> parts;
};
thread_local Spare spare;
constexpr std::size_t spare_bytes_max = 64 * 1024;

std::unique_ptr<Update::Parts> fresh_parts() {
  if (!spare.parts) return std::make_unique<Update::Parts>();
  return std::move(spare.parts);
}

std::size_t held_bytes(const Update::Parts& parts) {
  return parts.owned.capacity() + parts.structs_capacity() * sizeof(RawStruct) +
         parts.rows.capacity() * sizeof(Row) + parts.blocks.capacity() * sizeof(Update::Parts::Block) +
         parts.clients.size() * sizeof(std::uint64_t);
}

}  // namespace

void Update::Parts::clear() {
  bytes = {};
  apart = false;
  owned.clear();
  clients.clear();
  blocks.clear();
  deletes = {};
  struct_count = 0;
  ascii_bytes = 0;
  all_ascii = true;
  if (!rows.empty()) rows.clear();
  deletes_in_rows = false;
  if (!values.empty()) values.clear();
  kept_.clear();
}

bool decode_v1(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error) {
  if (bytes.size() > v1_size_max) {
    error = DecodeError::too_large;
    return false;
  }
  parts.bytes = bytes;
  PartsSink sink(parts);
  if (!UpdateScan<PartsSink>(bytes, parts.clients, limits, sink).run(error)) return false;
  sink.finish();
  return true;
}

Update::Update(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Update::Update(Update&&) noexcept = default;
Update& Update::operator=(Update&&) noexcept = default;
Update::~Update() {
  if (!parts_ || spare.parts || held_bytes(*parts_) > spare_bytes_max) return;
  parts_->clear();
  spare.parts = std::move(parts_);
}

bool Update::empty() const { return parts_->struct_count == 0 && parts_->deletes.empty(); }

Result<Update> Update::decode(ByteView bytes, UpdateFormat format, const DecodeLimits& limits) {
  auto parts = fresh_parts();
  DecodeError error = DecodeError::truncated;
  const bool decoded = format == UpdateFormat::v2 ? decode_v2_apart(bytes, limits, *parts, error)
                                                  : decode_v1(bytes, limits, *parts, error);
  if (!decoded) return error;
  return Update(std::move(parts));
}

Bytes encode_state_vector(const StateVector& vector) {
  Writer writer;
  writer.varint(vector.size());
  for (auto entry = vector.rbegin(); entry != vector.rend(); ++entry) {
    writer.varint(entry->first.value);
    writer.varint(entry->second.value);
  }
  return writer.take();
}

Result<StateVector> decode_state_vector(ByteView bytes, std::size_t entries_max) {
  Reader reader(bytes);
  const std::uint64_t count = reader.count();
  if (count > entries_max) return DecodeError::too_large;
  StateVector vector;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const ClientId client{reader.varint()};
    vector[client] = Clock{reader.varint()};
  }
  if (!reader.ok()) return reader.error();
  if (!reader.at_end()) return DecodeError::trailing_bytes;
  return vector;
}

}  // namespace assay::crdt
