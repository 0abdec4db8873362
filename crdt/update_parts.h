// Update::Parts: the structs and deletions of one update as flat arrays over the bytes they came in.
#pragma once

#include <deque>
#include <map>
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

// Bounds of one struct. A longer one than this is refused by decode: nobody writes 2^31 elements, and a
// collected range says any number in a few bytes. One that ends past the last clock is carried, but waits for
// ever.
inline constexpr std::uint64_t struct_length_max = 0x7fffffff;
inline constexpr std::uint64_t struct_clock_max = (std::uint64_t{1} << 42) - 1;

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
  // Yjs would write it in other bytes than it came in, though it says the same.
  bool odd = false;

  std::uint64_t end() const { return clock + length; }
};

// A struct of a long update in twelve bytes, for an array of all RawStructs would take more memory than the
// document. Not set until it is filled: some room is made for every update.
struct Row {
  static constexpr std::uint32_t no_clock = 0xffffffff, length_max = (1u << 24) - 1;
  static constexpr unsigned head_shift = 24, deleted_shift = 29;
  static constexpr std::uint32_t head_max = 31, other = 1u << 30;

  std::uint32_t origin;  // of a plain struct the origin's clock; of another where it stands in the bytes
  std::uint32_t right;   // of a plain struct its right origin's, or no_clock; else how much text to pass over
  std::uint32_t shape;   // length, bytes between its text and the one before, deleted or not, plain or not

  bool plain() const { return !(shape & other); }
  bool deleted() const { return shape >> deleted_shift & 1u; }
  std::uint32_t length() const { return shape & length_max; }  // 0: of another that is longer than length_max
  std::uint32_t head() const { return shape >> head_shift & head_max; }
  std::uint32_t text_size() const { return length() & (deleted() - 1u); }  // of a plain struct
};

struct RawDelete {
  std::uint32_t client = 0;
  std::uint64_t clock = 0;
  std::uint64_t length = 0;
};

// The clients that an update names, by number in the order of their appearance. An update names few as a
// rule; the many are found through a tree, so that nobody can choose ids that make it slow.
class ClientTable {
 public:
  // Adds it if it is not there yet.
  std::uint32_t number(std::uint64_t id) {
    if (last_ < ids_.size() && ids_[last_] == id) return last_;
    return last_ = number_slow(id);
  }
  // One that is there.
  std::uint32_t find(std::uint64_t id) const {
    if (ids_[last_] == id) return last_;
    return last_ = find_slow(id);
  }
  std::uint64_t operator[](std::uint32_t number) const { return ids_[number]; }
  std::size_t size() const { return ids_.size(); }
  auto begin() const { return ids_.begin(); }
  auto end() const { return ids_.end(); }
  void clear() {
    ids_.clear();
    by_id_.clear();
    last_ = 0;
  }

 private:
  static constexpr std::size_t linear_max = 8;
  std::uint32_t number_slow(std::uint64_t id);
  std::uint32_t find_slow(std::uint64_t id) const;

  std::vector<std::uint64_t> ids_;
  std::map<std::uint64_t, std::uint32_t> by_id_;  // when there are more than linear_max
  mutable std::uint32_t last_ = 0;                // the last one asked for
};

// The deletions of an update, read where they stand in its bytes: a document's are many, and each is wanted
// once.
class DeleteList {
 public:
  DeleteList() = default;
  // `bytes` were checked; the deletions begin at `at`. `count` of them have a length.
  DeleteList(ByteView bytes, std::size_t at, std::uint32_t count, const ClientTable& clients)
      : bytes_(bytes), at_(at), count_(count), clients_(&clients) {}
  bool empty() const { return count_ == 0; }
  std::uint32_t size() const { return count_; }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = RawDelete;
    using difference_type = std::ptrdiff_t;
    using pointer = const RawDelete*;
    using reference = const RawDelete&;
    explicit Iterator(const DeleteList& list)
        : reader_(list.bytes_, list.at_), clients_(list.clients_), left_(list.count_) {
      if (!left_) return;
      reader_.varint();  // how many clients
      read();
    }
    Iterator() : reader_({}) {}
    const RawDelete& operator*() const { return range_; }
    const RawDelete* operator->() const { return &range_; }
    Iterator& operator++() {
      if (--left_) read();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const Iterator& other) const { return left_ == other.left_; }

   private:
    void read() {
      do {
        while (!ranges_) {
          range_.client = clients_->find(reader_.varint());
          ranges_ = reader_.varint();
        }
        --ranges_;
        range_.clock = reader_.varint();
        range_.length = reader_.varint();
      } while (!range_.length);
    }
    TrustedReader reader_;
    const ClientTable* clients_ = nullptr;
    std::uint32_t left_ = 0;
    std::uint64_t ranges_ = 0;  // of the client
    RawDelete range_;
  };
  Iterator begin() const { return Iterator(*this); }
  static Iterator end() { return Iterator(); }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  std::uint32_t count_ = 0;
  const ClientTable* clients_ = nullptr;
};

struct Update::Parts {
  Parts() = default;
  Parts(const Parts&) = delete;  // `deletes` looks into it
  Parts& operator=(const Parts&) = delete;

  // The structs of one client, in the order of their clocks, gaps told by skips.
  struct Block {
    std::uint32_t client = 0;
    std::uint32_t first = 0, count = 0;  // of structs()
    std::uint32_t at = 0;                // where the first one stands in `bytes`; the first text, if `apart`
    std::uint32_t row = 0;               // the first one in `rows`
    std::uint64_t clock = 0, end = 0;
    bool skips = false;  // there are gaps
  };

  ByteView bytes;      // version 1
  bool apart = false;  // unless this says that they are text and some structs, which only structs point into
  Bytes owned;         // what `bytes` shows when the update did not come as version 1
  ClientTable clients;
  std::vector<Block> blocks;
  DeleteList deletes;
  std::uint32_t struct_count = 0;
  std::size_t ascii_bytes = 0;     // of all text that is ASCII
  bool all_ascii = true;           // there is no other text
  mutable std::deque<Any> values;  // what an inspection points into
  std::vector<Row> rows;           // of a long update; a short one keeps its structs
  bool deletes_in_rows = false;    // all that `deletes` names came as deleted structs

  // All structs as an array. Of a long update they are made for it: whoever needs each only once and in order
  // takes a StructStream, which needs no memory.
  const std::vector<RawStruct>& structs() const {
    if (kept_.size() != struct_count) keep_all();
    return kept_;
  }
  // The array if it is there anyway.
  const RawStruct* kept() const { return kept_.size() == struct_count ? kept_.data() : nullptr; }
  std::span<const RawStruct> of(const Block& block) const {
    return {structs().data() + block.first, block.count};
  }

  std::string_view text(std::uint32_t offset, std::uint32_t size) const {
    return as_text(bytes.subspan(offset, size));
  }
  std::string_view content(const RawStruct& s) const { return text(s.content, s.content_size); }
  std::string_view name(const RawStruct& s) const { return text(s.name, s.name_size); }
  std::string_view key(const RawStruct& s) const { return text(s.key, s.key_size); }
  void clear();
  std::size_t structs_capacity() const { return kept_.capacity(); }

 private:
  friend class PartsSink;
  static constexpr std::size_t kept_max = 64;
  void keep_all() const;
  mutable std::vector<RawStruct> kept_;
};

// Fills `parts` from version 1 bytes; an error leaves it in any state.
bool decode_v1(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error);

// The same from version 2 bytes; `parts` owns them as version 1.
bool decode_v2(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error);
// The same for who only wants the structs: in half the time, where `apart` is set then.
bool decode_v2_apart(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error);
// How long an update may be as version 1: offsets into it are 32 bits.
inline constexpr std::size_t v1_size_max = 0xfffffff0u;

// One struct from `offset` clocks on, as version 1. Its offsets are into `bytes`.
void write_struct(Writer& writer, const ClientTable& clients, ByteView bytes, const RawStruct& s,
                  std::uint64_t offset);
void write_content(Writer& writer, ContentKind kind, std::string_view content, std::uint64_t length,
                   std::uint64_t offset);

}  // namespace assay::crdt
