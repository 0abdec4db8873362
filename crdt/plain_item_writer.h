// Items as they stand in a version 1 update, for loops over thousands of them: the parts that need no
// knowledge of the document's logic.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "crdt/bytes.h"
#include "crdt/item_store.h"

namespace assay::crdt {

// Where the next number goes, of those of a document in their order. Neighbours take as many bytes as a rule:
// a branch that is foreseen lets the next one begin before this one is written. As put_varint, ten bytes can
// be written.
[[gnu::always_inline]] inline std::uint8_t* put_near_varint(std::uint8_t* at, std::uint64_t value) {
  if (value < 0x80) {
    *at = static_cast<std::uint8_t>(value);
    return at + 1;
  }
  if (value - 0x4000 < 0x200000 - 0x4000) {
    std::uint64_t word = (value & 0x7fu) | (value & 0x3f80u) << 1 | (value & 0x1fc000u) << 2 | 0x8080u;
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    std::memcpy(at, &word, sizeof word);
    return at + 3;
  }
  if (value < 0x4000) {
    at[0] = static_cast<std::uint8_t>(value | 0x80);
    at[1] = static_cast<std::uint8_t>(value >> 7);
    return at + 2;
  }
  return at + Writer::put_varint(at, value);
}

inline std::string_view root_name(const ItemStore& store, const TypeState& type) {
  return type.item ? std::string_view() : store.names[type.name];
}
inline std::string_view key_of(const ItemStore& store, const Slot& slot) {
  return slot.key == no_key ? std::string_view() : store.names[slot.key];
}

inline std::size_t parent_size_max(const ItemStore& store, const Slot& slot) {
  return 1 + 2 * 10 + 10 + root_name(store, store.types[slot.type]).size() + key_of(store, slot).size();
}

// Where an item stands that has no neighbours to say so: a root's name or a type's id, and the key. Takes at
// most parent_size_max; returns the end.
inline std::uint8_t* put_parent(const ItemStore& store, const Slot& slot, std::uint8_t* at) {
  const TypeState& type = store.types[slot.type];
  const auto put_string = [&at](std::string_view text) {
    at += Writer::put_varint(at, text.size());
    at = std::copy(text.begin(), text.end(), at);
  };
  *at++ = type.item ? 0 : 1;
  if (type.item) {
    const PackedId id = store.items[type.item].id;
    at += Writer::put_varint(at, store.clients[client_of(id)].id);
    at += Writer::put_varint(at, clock_of(id));
  } else {
    put_string(root_name(store, type));
  }
  if (slot.key != no_key) put_string(key_of(store, slot));
  return at;
}

// Writes items of text, values or nothing that stand behind or in front of items of their own client, between
// two, or alone below a parent: nearly all there are.
class PlainItemWriter {
 public:
  PlainItemWriter(const ItemStore& store, Writer& writer)
      : store_(store), letters_(store.narrow.data()), payloads_(store.payloads.data()), writer_(writer) {}

  // What stands before a client's items: how many there are, and from which clock on.
  void begin(std::uint32_t client, std::uint64_t count, std::uint64_t clock) {
    own_ = Own(store_.clients[client].id, client);
    std::uint8_t* at = writer_.room(3 * 10);
    at = put_near_varint(at, count);
    std::memcpy(at, &own_.word, sizeof own_.word);
    at = put_near_varint(at + own_.size, clock);
    writer_.wrote(at);
  }

  // Writes the items that are named from number `from` on, up to the first that is not plain, and returns
  // which that is. What the loop needs is kept in variables, since the compiler must believe that every byte
  // written may change it; and branches on what differs from item to item without a pattern are few, for each
  // wrong guess takes as long as all the rest.
  template <class Items, class Names>
  std::size_t write(const Items& items, const Names& names, std::size_t from) {
    constexpr std::uint32_t valued = 1u << 2 | 1u << 8;          // json and any: their content is a payload
    constexpr std::uint32_t kinds = 1u << 1 | 1u << 4 | valued;  // deleted and string
    const Own own = own_;
    const char* const letters = letters_;
    std::uint8_t* at = writer_.room(head_max);
    const std::uint8_t* end = writer_.room_end();
    Index slot = parent_.slot;
    std::uint32_t keyed = parent_.keyed;
    for (; from != names.size(); ++from) {
      const Item& item = items[names[from]];
      const bool has_left = item.origin != no_id, has_right = item.right_origin != no_id;
      if (!(kinds >> item.kind_ & 1u & ~item.wide) || !letters) break;
      if (has_left && client_of(item.origin) != own.client) break;
      if (has_right && client_of(item.right_origin) != own.client) break;
      if (item.slot != slot) {
        parent_.set(store_, item.slot);
        slot = item.slot;
        keyed = parent_.keyed;
      }
      std::size_t size = item.length & (std::size_t{0} - (item.kind_ >> 2 & 1u));
      const char* content = letters + item.content;
      if (valued >> item.kind_ & 1u) [[unlikely]] {
        const Payload& payload = payloads_[item.content];
        size = payload.size;
        content = letters + payload.offset;
      }
      if (static_cast<std::size_t>(end - at) < head_max + size) {
        writer_.wrote(at);
        at = writer_.room(head_max + size);
        end = writer_.room_end();
      }
      *at++ =
          static_cast<std::uint8_t>(item.kind_ | (has_left ? 0x80u : 0u) | (has_right ? 0x40u : 0u) | keyed);
      if (has_left) at = own.put(at, item.origin);
      if (has_right) at = own.put(at, item.right_origin);
      if (!has_left && !has_right) [[unlikely]] {
        if (!parent_.spelled) parent_.spell(store_);
        if (parent_.size == 0) {
          --at;
          break;
        }
        std::memcpy(at, parent_.bytes, Parent::bytes_max);
        at += parent_.size;
      }
      at = put_near_varint(at, item.length);
      // Of what is deleted the beginning of all letters, and none of it.
      copy_near(reinterpret_cast<char*>(at), content, size);
      at += size;
    }
    writer_.wrote(at);
    return from;
  }

 private:
  // The client's id as it stands in the bytes.
  struct Own {
    Own() = default;
    Own(std::uint64_t id, std::uint32_t of) : client(of) {
      // In one word: what was written byte by byte could not be read at once as a whole.
      static_assert(number_max >> 56 == 0);
      std::uint8_t bytes[10] = {};
      size = Writer::put_varint(bytes, id);
      std::memcpy(&word, bytes, sizeof word);
    }
    std::uint64_t word = 0;
    std::size_t size = 0;
    std::uint32_t client = 0;
    [[gnu::always_inline]] std::uint8_t* put(std::uint8_t* at, PackedId id) const {
      std::memcpy(at, &word, sizeof word);
      return put_near_varint(at + size, clock_of(id));
    }
  };
  // Where the last item stood, as an item without neighbours says it.
  struct Parent {
    static constexpr std::size_t bytes_max = 64;
    Index slot = ~Index{0};
    std::uint32_t keyed = 0;  // the bit in an item's first byte
    bool spelled = false;     // the bytes are set
    std::size_t size = 0;     // none if it is too long to be kept
    std::uint8_t bytes[bytes_max];
    void set(const ItemStore& store, Index of) {
      slot = of;
      keyed = store.slots[of].key != no_key ? 0x20u : 0u;
      spelled = false;
    }
    void spell(const ItemStore& store) {
      const Slot& place = store.slots[slot];
      spelled = true;
      size = 0;
      if (parent_size_max(store, place) <= bytes_max)
        size = static_cast<std::size_t>(put_parent(store, place, bytes) - bytes);
    }
  };
  static constexpr std::size_t head_max = 1 + 2 * (8 + 10) + Parent::bytes_max + 10 + TextArena::slack;

  const ItemStore& store_;
  const char* letters_;
  const Payload* payloads_;
  Writer& writer_;
  Own own_;
  Parent parent_;
};

}  // namespace assay::crdt
