// Where everything of one document lies: items in slabs, named by index; text in two large arenas; the
// structs of each client in a list; types, map entries and names in tables. No logic of the algorithm is
// here.
#pragma once

#include <cassert>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crdt/any.h"
#include "crdt/document.h"
#include "crdt/struct_list.h"
#include "crdt/text_arena.h"

namespace assay::crdt {

// An ItemId in one word: the client's index in this document above, its clock below.
using PackedId = std::uint64_t;
inline constexpr unsigned clock_bits = 42;
inline constexpr std::uint64_t clock_mask = struct_clock_max;
static_assert(clock_mask == (std::uint64_t{1} << clock_bits) - 1);
inline constexpr PackedId no_id = ~std::uint64_t{0};
inline constexpr std::uint32_t clients_max = (1u << (64 - clock_bits)) - 1;
// What an item can hold in its 32 bits: what decode lets through. Clocks over 42 bits wait for ever as
// pending.
inline constexpr std::uint64_t item_length_max = struct_length_max;

inline PackedId pack(std::uint32_t client, std::uint64_t clock) {
  return PackedId{client} << clock_bits | clock;
}
inline std::uint32_t client_of(PackedId id) { return static_cast<std::uint32_t>(id >> clock_bits); }
inline std::uint64_t clock_of(PackedId id) { return id & clock_mask; }

// A run of elements that one client inserted at once. 48 bytes: a document is mostly these.
struct Item {
  PackedId id = 0;
  PackedId origin = no_id;
  PackedId right_origin = no_id;
  Index left = 0, right = 0;  // neighbours in its sequence or map entry
  std::uint32_t length = 0;
  Index slot = 0;               // the sequence or map entry it stands in; none for a collected one
  std::uint32_t content = 0;    // string: offset into an arena; type: its index; else: a payload
  std::uint32_t leaf : 24 = 0;  // of the sequence's index, if there is one
  std::uint32_t kind_ : 4 = 0;
  std::uint32_t deleted : 1 = 0;
  std::uint32_t wide : 1 = 0;  // string in the UTF-16 arena
  std::uint32_t spare_ : 2 = 0;

  ContentKind kind() const { return static_cast<ContentKind>(kind_); }
  void set_kind(ContentKind kind) { kind_ = static_cast<std::uint32_t>(kind) & 15u; }
  bool is_gc() const { return kind_ == 0; }
  std::uint64_t clock() const { return clock_of(id); }
  std::uint64_t end() const { return clock_of(id) + length; }
  PackedId last_id() const { return id + length - 1; }
  bool visible() const { return !deleted && countable(kind()); }
};
static_assert(sizeof(Item) == 48);

class ItemSlabs {
 public:
  Item& operator[](Index i) { return slabs_[i >> bits][i & mask]; }
  const Item& operator[](Index i) const { return slabs_[i >> bits][i & mask]; }
  Index add() {
    if (free_) {
      const Index i = free_;
      free_ = (*this)[i].left;
      (*this)[i] = Item();
      return i;
    }
    const Index i = add_unset();
    new (&(*this)[i]) Item();
    return i;
  }
  // The same, to be set whole by the caller.
  Index add_unset() {
    if (next_ >> bits == slabs_.size()) add_slabs(1);
    return next_++;
  }
  // Room for so many more, in one piece. Only what is used is ever touched.
  void reserve(std::size_t count) {
    if (slabs_.empty()) ++count;  // for none
    if (count > room()) add_slabs((count - room() + mask) >> bits);
  }
  void release(Index i) {
    (*this)[i] = Item();
    (*this)[i].left = free_;
    free_ = i;
  }
  Index end() const { return next_; }
  // How many more go into the slabs there are.
  std::size_t room() const { return slabs_.empty() ? 0 : (slabs_.size() << bits) - next_; }
  // Items that lie in one piece, as those of a loaded document do: found in half the time.
  struct Flat {
    Item* first;
    Item& operator[](Index i) const { return first[i]; }
  };
  // Calls `visit` with something that gives items by index, for a loop that adds none but within `room`.
  template <class Visit>
  auto visit_flat(const Visit& visit) {
    Flat flat{slabs_.empty() ? nullptr : slabs_.front()};
    return rooms_.size() == 1 ? visit(flat) : visit(*this);
  }
  template <class Visit>
  auto visit_flat(const Visit& visit) const {
    return rooms_.size() == 1 ? visit(Flat{slabs_.front()}) : visit(*this);
  }
  std::size_t memory_bytes() const {
    return (slabs_.size() << bits) * sizeof(Item) + slabs_.capacity() * sizeof(void*);
  }

 private:
  static constexpr unsigned bits = 7;
  static constexpr Index mask = (1u << bits) - 1;
  struct alignas(Item) Room {
    std::byte bytes[sizeof(Item)];
  };
  void add_slabs(std::size_t count) {
    rooms_.push_back(std::make_unique_for_overwrite<Room[]>(count << bits));
    auto* const first = reinterpret_cast<Item*>(rooms_.back().get());
    if (slabs_.empty()) (new (first) Item())->id = no_id;  // 0 is none, and has the id of what is not there
    for (std::size_t i = 0; i < count; ++i) slabs_.push_back(first + (i << bits));
  }
  std::vector<std::unique_ptr<Room[]>> rooms_;  // of one slab or several
  std::vector<Item*> slabs_;
  Index next_ = 1;
  Index free_ = 0;
};
static_assert(std::is_trivially_destructible_v<Item>);

struct ClientStructs {
  std::uint64_t id = 0;
  std::uint64_t state = 0;   // the clock that comes next
  std::uint64_t before = 0;  // state when the change began, if it touched this client
  std::uint32_t change = 0;  // the last change that touched it
  StructList structs;
  // Room in the narrow arena for the last item's text to grow in place, so that two who type in turn do not
  // copy what they wrote at every letter.
  std::uint32_t room_begin = 0, room_end = 0;
};

inline constexpr Index no_key = 0;

// A sequence, or one entry of a map: the list that items stand in.
struct Slot {
  Index type = 0;
  Index key = no_key;  // a name; none for the sequence
  Index first = 0, last = 0;
  Index next_entry = 0;  // the type's next map entry
};

struct TypeState {
  TypeKind kind = TypeKind::undefined;
  bool live = true;  // false once its item's content was collected
  bool has_formatting = false;
  std::uint32_t depth = 0;  // 0 for a root
  Index item = 0;           // none for a root
  Index name = 0;           // a root's name, an element's or hook's node name
  Index sequence = 0;       // slots
  Index first_entry = 0, last_entry = 0;
  std::uint64_t length = 0;  // visible
  Index tree = 0;            // root node of its index, none until a position was asked for
};

struct Payload {
  std::uint32_t offset = 0, size = 0;
  Index name = 0;  // of a format: its key
  // Of values: where the value number `mark` begins. What is written at the end of a long array is asked for
  // at once.
  std::uint32_t mark = 0, mark_offset = 0;
};

// Strings that occur again and again, by number: keys, node names, root names.
class Names {
 public:
  Names() { texts_.push_back(nullptr); }
  Index intern(std::string_view text);
  Index find(std::string_view text) const;
  std::string_view operator[](Index i) const { return *texts_[i]; }
  std::size_t memory_bytes() const { return memory_; }

 private:
  std::vector<std::unique_ptr<std::string>> texts_;
  std::unordered_map<std::string_view, Index> index_;
  std::size_t memory_ = 0;
};

struct ItemStore {
  ItemSlabs items;
  std::vector<ClientStructs> clients;
  std::unordered_map<std::uint64_t, std::uint32_t> client_index;
  std::vector<Slot> slots{1};
  std::vector<TypeState> types{1};
  std::unordered_map<std::uint64_t, Index> entries;  // type and key to slot
  std::vector<Payload> payloads{1};
  std::vector<Index> free_payloads;
  std::vector<Index> roots;  // types
  std::unordered_map<Index, Index> root_by_name;
  Names names;
  TextArena narrow;     // ASCII text and payload bytes
  std::u16string wide;  // all other text
  std::size_t narrow_waste = 0, wide_waste = 0;

  // ---- clients
  std::uint32_t client(std::uint64_t id);
  mutable std::uint32_t last_client = 0;              // the last one looked up
  std::uint32_t find_client(std::uint64_t id) const;  // no_client if unknown
  // All of them, the highest id first. Sorted anew only when there are others.
  const std::vector<std::uint32_t>& clients_by_id() const;
  mutable std::vector<std::uint32_t> by_id;
  ItemId unpack(PackedId id) const { return {{clients[client_of(id)].id}, {clock_of(id)}}; }
  // The item that covers the clock; it must be below the client's state.
  Index find(PackedId id) const {
    const ClientStructs& of = clients[client_of(id)];
    const Index last = of.structs.last();
    if (items[last].clock() <= clock_of(id)) return last;
    return of.structs.at(of.structs.find(clock_of(id)));
  }

  // ---- types and slots
  Index add_type(TypeKind kind, Index item, Index name, std::uint32_t depth);
  Index root(std::string_view name, TypeKind kind);
  Index find_entry(Index type, Index key) const;
  Index entry(Index type, Index key);
  const Slot& slot_of(const Item& item) const { return slots[item.slot]; }
  TypeState& type_of(const Item& item) { return types[slots[item.slot].type]; }
  const TypeState& type_of(const Item& item) const { return types[slots[item.slot].type]; }

  // ---- contents
  Index add_payload(std::string_view bytes, Index name = 0);
  void release_payload(Index payload);
  std::string_view payload(const Item& item) const {
    const Payload& p = payloads[item.content];
    return narrow.view(p.offset, p.size);
  }
  void set_text(Item& item, std::string_view utf8, bool ascii, std::uint64_t units) {
    if (!ascii) return set_wide_text(item, utf8, units);
    item.set_kind(ContentKind::string);
    item.length = static_cast<std::uint32_t>(units);
    item.content = static_cast<std::uint32_t>(narrow.size());
    narrow.append(utf8);
  }
  void set_wide_text(Item& item, std::string_view utf8, std::uint64_t units);
  // Appends to the text of the client's last item, which is in the narrow arena. The caller corrects its
  // length.
  void grow_text(ClientStructs& of, Item& item, std::string_view ascii);
  std::string_view narrow_text(const Item& item) const { return narrow.view(item.content, item.length); }
  std::u16string_view wide_text(const Item& item) const {
    return std::u16string_view(wide).substr(item.content, item.length);
  }
  // Appends the text of a string item from `offset` units on, at most `length` of them.
  void append_text(std::string& out, const Item& item, std::uint32_t offset = 0,
                   std::uint32_t length = 0xffffffff) const;
  void drop_content(Item& item);
  bool merge_content(Item& left, Item& right);
  void split_content(Item& left, Item& right, std::uint32_t offset);
  // Where the value number `index` of a json or any item begins in its payload.
  std::uint32_t value_offset(const Item& item, std::uint32_t index) const;
  void compact_if_wasteful();

  std::size_t memory_bytes() const;
};

}  // namespace assay::crdt
