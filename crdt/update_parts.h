// Update::Parts: the structs and deletions of one update as flat arrays over the bytes they came in.
#pragma once

#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "crdt/any.h"
#include "crdt/bytes.h"
#include "crdt/update.h"

namespace assay::crdt {

// The numbers are those of the wire.
enum class ContentKind : std::uint8_t {
  gc,
  deleted,
  json,
  binary,
  string,
  embed,
  format,
  type,
  any,
  document,
  skip
};

inline bool countable(ContentKind kind) {
  return kind != ContentKind::gc && kind != ContentKind::deleted && kind != ContentKind::format &&
         kind != ContentKind::skip;
}

inline constexpr std::uint32_t no_client = 0xffffffff;

// One struct. Contents are kept as they stand in a version 1 update, without the count or size in front where
// `length` or `content_size` says it again (json, any; string, binary, embed).
struct RawStruct {
  enum Parent : std::uint8_t { unknown, root, item };

  std::uint64_t clock = 0;
  std::uint64_t length = 0;        // clocks, never 0
  std::uint64_t origin_clock = 0;  // of the parent's item when `parent` is item
  std::uint64_t right_clock = 0;
  std::uint32_t client = 0;  // these three index Parts::clients
  std::uint32_t origin_client = no_client;
  std::uint32_t right_client = no_client;
  std::uint32_t parent_client = no_client;
  std::uint32_t content = 0, content_size = 0;  // offsets into Parts::bytes
  std::uint32_t name = 0, name_size = 0;        // the root's name
  std::uint32_t key = 0, key_size = 0;          // parentSub
  ContentKind kind = ContentKind::gc;
  Parent parent = unknown;
  bool has_key = false;
  bool ascii = true;  // of string contents
  // A wire bit that says "in a map" also where the key itself is not repeated.
  bool keyed = false;

  std::uint64_t end() const { return clock + length; }
};

struct RawDelete {
  std::uint32_t client = 0;
  std::uint64_t clock = 0;
  std::uint64_t length = 0;
};

struct Update::Parts {
  // The structs of one client, in the order of their clocks, gaps told by skips.
  struct Block {
    std::uint32_t client = 0;
    std::uint32_t first = 0, count = 0;
  };

  ByteView bytes;  // version 1
  Bytes owned;     // what `bytes` shows when the update did not come as version 1
  std::vector<std::uint64_t> clients;
  std::vector<Block> blocks;
  std::vector<RawStruct> structs;
  std::vector<RawDelete> deletes;
  mutable std::deque<Any> values;  // what an inspection points into

  std::string_view text(std::uint32_t offset, std::uint32_t size) const {
    return as_text(bytes.subspan(offset, size));
  }
  std::string_view content(const RawStruct& s) const { return text(s.content, s.content_size); }
  std::string_view name(const RawStruct& s) const { return text(s.name, s.name_size); }
  std::string_view key(const RawStruct& s) const { return text(s.key, s.key_size); }
  std::span<const RawStruct> of(const Block& block) const {
    return {structs.data() + block.first, block.count};
  }
  void clear();
};

// Fills `parts` from version 1 bytes; an error leaves it in any state.
bool decode_v1(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error);

// The same update as version 1; appends to nothing, overwrites `out`.
bool transcode_v2_to_v1(ByteView bytes, const DecodeLimits& limits, Bytes& out, DecodeError& error);

// One struct from `offset` clocks on, as version 1.
void write_struct(Writer& writer, const Update::Parts& parts, const RawStruct& s, std::uint64_t offset);
void write_content(Writer& writer, ContentKind kind, std::string_view content, std::uint64_t length,
                   std::uint64_t offset);

}  // namespace assay::crdt
