#include <algorithm>
#include <cassert>

#include "crdt/update_parts.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

constexpr std::uint8_t info_origin = 0x80, info_right = 0x40, info_key = 0x20, info_kind = 0x1f;

class Decoder {
 public:
  Decoder(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts)
      : reader_(bytes), limits_(limits), parts_(parts) {}

  bool run(DecodeError& error) {
    structs();
    deletes();
    if (reader_.ok() && !reader_.at_end()) reader_.fail(DecodeError::trailing_bytes);
    error = reader_.error();
    return reader_.ok();
  }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(reader_.offset()); }

  std::uint32_t client() {
    const std::uint64_t id = reader_.varint();
    auto& known = parts_.clients;
    if (last_ < known.size() && known[last_] == id) return last_;
    // Few updates name more than a handful of clients; the many are found through a sorted index.
    if (known.size() < 8) {
      for (std::uint32_t i = 0; i < known.size(); ++i) {
        if (known[i] == id) return last_ = i;
      }
      known.push_back(id);
      return last_ = static_cast<std::uint32_t>(known.size() - 1);
    }
    if (by_id_.empty()) {
      for (std::uint32_t i = 0; i < known.size(); ++i) by_id_.push_back(i);
      std::sort(by_id_.begin(), by_id_.end(), [&](auto a, auto b) { return known[a] < known[b]; });
    }
    const auto place = std::lower_bound(by_id_.begin(), by_id_.end(), id,
                                        [&](auto a, auto value) { return known[a] < value; });
    if (place != by_id_.end() && known[*place] == id) return last_ = *place;
    known.push_back(id);
    last_ = static_cast<std::uint32_t>(known.size() - 1);
    by_id_.insert(place, last_);
    return last_;
  }

  void structs() {
    for (auto blocks = reader_.count(); blocks && reader_.ok(); --blocks) {
      const std::uint64_t count = reader_.count();
      Update::Parts::Block block;
      block.client = client();
      block.first = static_cast<std::uint32_t>(parts_.structs.size());
      std::uint64_t clock = reader_.varint();
      for (std::uint64_t i = 0; i < count && reader_.ok(); ++i) {
        RawStruct s;
        s.client = block.client;
        s.clock = clock;
        one(s);
        if (!reader_.ok()) return;
        if (s.length > number_max - clock) return reader_.fail(DecodeError::too_large);
        clock += s.length;
        if (s.length) parts_.structs.push_back(s);
      }
      block.count = static_cast<std::uint32_t>(parts_.structs.size()) - block.first;
      keep(block);
    }
  }

  // A client told twice: Yjs keeps the last block, so do we.
  void keep(const Update::Parts::Block& block) {
    if (client_block_.size() <= block.client) client_block_.resize(parts_.clients.size(), no_client);
    std::uint32_t& place = client_block_[block.client];
    if (place != no_client) {
      parts_.blocks[place] = block;
      return;
    }
    place = static_cast<std::uint32_t>(parts_.blocks.size());
    parts_.blocks.push_back(block);
  }

  void one(RawStruct& s) {
    const std::uint8_t info = reader_.byte();
    const std::uint8_t kind = info & info_kind;
    if (kind == 0 || kind == 10) {
      s.kind = static_cast<ContentKind>(kind);
      s.length = reader_.varint();
      return;
    }
    if (kind > 10) return reader_.fail(DecodeError::bad_tag);
    s.kind = static_cast<ContentKind>(kind);
    s.keyed = info & info_key;
    if (info & info_origin) {
      s.origin_client = client();
      s.origin_clock = reader_.varint();
    }
    if (info & info_right) {
      s.right_client = client();
      s.right_clock = reader_.varint();
    }
    if (!(info & (info_origin | info_right))) parent(s, info);
    content(s);
  }

  void parent(RawStruct& s, std::uint8_t info) {
    if (reader_.varint() == 1) {
      s.parent = RawStruct::root;
      span(reader_.string(), s.name, s.name_size);
    } else {
      s.parent = RawStruct::item;
      s.parent_client = client();
      s.origin_clock = reader_.varint();
    }
    if (info & info_key) {
      s.has_key = true;
      span(reader_.string(), s.key, s.key_size);
    }
  }

  // Where a view that was just read stands.
  void span(std::string_view view, std::uint32_t& offset, std::uint32_t& size) {
    size = static_cast<std::uint32_t>(view.size());
    offset = here() - size;
  }

  void json(std::string_view text) {
    if (!reader_.ok()) return;
    bool too_deep = false;
    if (!check_json(text, limits_.value_nesting_max, too_deep)) {
      reader_.fail(too_deep ? DecodeError::too_deep : DecodeError::bad_tag);
    }
  }

  void content(RawStruct& s) {
    s.length = 1;
    s.content = here();
    switch (s.kind) {
      case ContentKind::deleted:
        s.length = reader_.varint();
        return;
      case ContentKind::string: {
        const ByteView bytes = reader_.buffer();
        const TextMeasure measure = measure_utf8(bytes);
        if (!measure.valid) return reader_.fail(DecodeError::bad_utf8);
        s.length = measure.units;
        s.ascii = measure.ascii;
        return span(as_text(bytes), s.content, s.content_size);
      }
      case ContentKind::json:
        s.length = reader_.count();
        s.content = here();
        for (auto n = s.length; n && reader_.ok(); --n) {
          const std::string_view text = reader_.string();
          if (text != "undefined") json(text);
        }
        break;
      case ContentKind::any:
        s.length = reader_.count();
        s.content = here();
        for (auto n = s.length; n && reader_.ok(); --n) skip_any(reader_, limits_.value_nesting_max);
        break;
      case ContentKind::binary:
        return span(as_text(reader_.buffer()), s.content, s.content_size);
      case ContentKind::embed: {
        const std::string_view text = reader_.string();
        json(text);
        return span(text, s.content, s.content_size);
      }
      case ContentKind::format:
        reader_.string();
        json(reader_.string());
        break;
      case ContentKind::type: {
        const std::uint64_t ref = reader_.varint();
        if (ref > 6) return reader_.fail(DecodeError::bad_tag);
        if (ref == 3 || ref == 5) reader_.string();
        break;
      }
      case ContentKind::document:
        reader_.string();
        skip_any(reader_, limits_.value_nesting_max);
        break;
      case ContentKind::gc:
      case ContentKind::skip:
        break;
    }
    s.content_size = here() - s.content;
  }

  void deletes() {
    for (auto clients = reader_.count(); clients && reader_.ok(); --clients) {
      const std::uint32_t of = client();
      for (auto ranges = reader_.count(); ranges && reader_.ok(); --ranges) {
        RawDelete range{of, reader_.varint(), 0};
        range.length = reader_.varint();
        if (range.length > number_max - range.clock) return reader_.fail(DecodeError::too_large);
        if (range.length && reader_.ok()) parts_.deletes.push_back(range);
      }
    }
  }

  Reader reader_;
  const DecodeLimits& limits_;
  Update::Parts& parts_;
  std::uint32_t last_ = 0;
  std::vector<std::uint32_t> by_id_;         // indexes of clients, sorted by id; only when there are many
  std::vector<std::uint32_t> client_block_;  // the block of a client, if any
};

// A decoded update leaves its arrays here for the next one: updates of one key stroke come by the hundred
// thousand.
struct Spare {
  std::unique_ptr<Update::Parts> parts;
};
thread_local Spare spare;
constexpr std::size_t spare_structs_max = 32'768;

std::unique_ptr<Update::Parts> fresh_parts() {
  if (!spare.parts) return std::make_unique<Update::Parts>();
  return std::move(spare.parts);
}

}  // namespace

void Update::Parts::clear() {
  bytes = {};
  owned.clear();
  clients.clear();
  blocks.clear();
  structs.clear();
  deletes.clear();
  values.clear();
}

bool decode_v1(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error) {
  if (bytes.size() > 0xfffffff0u) {
    error = DecodeError::too_large;
    return false;
  }
  parts.bytes = bytes;
  return Decoder(bytes, limits, parts).run(error);
}

Update::Update(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Update::Update(Update&&) noexcept = default;
Update& Update::operator=(Update&&) noexcept = default;
Update::~Update() {
  if (!parts_ || spare.parts || parts_->structs.capacity() > spare_structs_max) return;
  parts_->clear();
  spare.parts = std::move(parts_);
}

bool Update::empty() const { return parts_->structs.empty() && parts_->deletes.empty(); }

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
