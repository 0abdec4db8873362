// Update::decode and what it makes.
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

// Notes where the blocks stand, and keeps the structs themselves while they are few.
class PartsSink {
 public:
  explicit PartsSink(Update::Parts& parts) : parts_(parts) {}

  void begin_block(std::uint32_t client, std::uint64_t clock, std::uint32_t at) {
    block_ = {};
    block_.client = client;
    block_.clock = clock;
    block_.at = at;
  }
  void add(const RawStruct& s, std::uint32_t, std::uint32_t) {
    ++block_.count;
    if (s.kind == ContentKind::skip) block_.skips = true;
    if (s.kind == ContentKind::string) {
      parts_.ascii_bytes += s.ascii ? s.content_size : 0;
      parts_.all_ascii = parts_.all_ascii && s.ascii;
    }
    if (keeping_) parts_.kept_.push_back(s);
    if (parts_.kept_.size() > Update::Parts::kept_max) keep_no_more();
  }
  bool takes_plain() const { return !keeping_; }
  void add_plain(const PlainStruct& s, std::uint32_t, std::uint32_t) {
    ++block_.count;
    parts_.ascii_bytes += s.text.size();
  }
  // A client told twice: Yjs keeps the last block, so do we.
  void end_block(std::uint64_t clock) {
    block_.end = clock;
    if (Update::Parts::Block* const earlier = block_of(block_.client)) {
      *earlier = block_;
      return keep_no_more();
    }
    if (!place_of_.empty()) note(block_.client, parts_.blocks.size());
    parts_.blocks.push_back(block_);
  }
  void begin_deletes(std::size_t at) { deletes_at_ = at; }
  void remove(const RawDelete&) { ++deletes_; }

  void finish() {
    parts_.deletes = DeleteList(parts_.bytes, deletes_at_, deletes_, parts_.clients);
    for (Update::Parts::Block& block : parts_.blocks) {
      block.first = parts_.struct_count;
      parts_.struct_count += block.count;
    }
  }

 private:
  void keep_no_more() {
    keeping_ = false;
    parts_.kept_.clear();
  }

  Update::Parts::Block* block_of(std::uint32_t client) {
    constexpr std::size_t linear_max = 8;
    if (parts_.blocks.size() <= linear_max) {
      for (auto& block : parts_.blocks) {
        if (block.client == client) return &block;
      }
      return nullptr;
    }
    if (place_of_.empty()) {
      for (std::size_t i = 0; i < parts_.blocks.size(); ++i) note(parts_.blocks[i].client, i);
    }
    const bool known = client < place_of_.size() && place_of_[client] != no_client;
    return known ? &parts_.blocks[place_of_[client]] : nullptr;
  }
  void note(std::uint32_t client, std::size_t place) {
    if (place_of_.size() <= client) place_of_.resize(parts_.clients.size(), no_client);
    place_of_[client] = static_cast<std::uint32_t>(place);
  }

  Update::Parts& parts_;
  Update::Parts::Block block_;
  bool keeping_ = true;
  std::size_t deletes_at_ = 0;
  std::uint32_t deletes_ = 0;
  std::vector<std::uint32_t> place_of_;  // the block of a client, if any; when there are many
};

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
         parts.blocks.capacity() * sizeof(Update::Parts::Block) +
         parts.clients.size() * sizeof(std::uint64_t);
}

}  // namespace

void Update::Parts::clear() {
  bytes = {};
  owned.clear();
  clients.clear();
  blocks.clear();
  deletes = {};
  struct_count = 0;
  ascii_bytes = 0;
  all_ascii = true;
  if (!values.empty()) values.clear();
  kept_.clear();
}

bool decode_v1(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error) {
  if (bytes.size() > 0xfffffff0u) {
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
  if (format == UpdateFormat::v2) {
    if (!transcode_v2_to_v1(bytes, limits, parts->owned, error)) return error;
    bytes = parts->owned;
  }
  if (!decode_v1(bytes, limits, *parts, error)) return error;
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
