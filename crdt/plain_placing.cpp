#include "crdt/plain_placing.h"

#include <utility>

namespace assay::crdt {

// A sequence that is alive and has no index to keep.
bool PlainPlacer::fits(Index number) {
  if (!number) return false;
  const Slot& slot = store_.slots[number];
  const TypeState& type = store_.types[slot.type];
  if (slot.key != no_key || type.tree || (type.item && store_.items[type.item].deleted)) return false;
  slot_ = number;
  type_ = slot.type;
  return true;
}

bool PlainPlacer::place(std::uint32_t client, const PlainStruct& s) {
  ClientStructs& of = store_.clients[client];
  if (of.state != s.clock || s.origin_clock >= s.clock || s.clock + s.length > clock_mask) return false;
  if (s.has_right && s.right_clock >= s.clock) return false;
  ItemSlabs& items = store_.items;
  const PackedId origin = pack(client, s.origin_clock);
  const PackedId right_origin = s.has_right ? pack(client, s.right_clock) : no_id;
  const Index newest = of.structs.last();
  const Index left = items[newest].id <= origin ? newest : of.structs.at(of.structs.find(s.origin_clock));
  Item& before = items[left];
  const Index right = before.right, slot = before.slot;
  if (before.last_id() != origin || items[right].id != right_origin) return false;
  if (slot != slot_ && !fits(slot)) return false;

  const Index added = items.add();
  before.right = added;
  (right ? items[right].left : store_.slots[slot].last) = added;
  Item& item = items[added];
  item.id = pack(client, s.clock);
  item.origin = origin;
  item.right_origin = right_origin;
  item.left = left;
  item.right = right;
  item.length = static_cast<std::uint32_t>(s.length);
  item.slot = slot;
  item.set_kind(s.kind);
  impl_.touch(client);
  if (s.kind == ContentKind::deleted) {
    item.deleted = 1;
    if (impl_.change_.told) impl_.change_.add_deleted(client, s.clock, s.length);
  } else {
    item.content = static_cast<std::uint32_t>(store_.narrow.size());
    store_.narrow.append(s.text);
    store_.types[type_].length += s.length;
  }
  impl_.note_neighbour(items[newest], item);
  of.structs.append(s.clock, added);
  of.state = s.clock + s.length;
  impl_.change_.went_behind(left, added);
  return true;
}

void PlainPlacer::Unlisted::list(const Row* end) {
  const auto count = static_cast<std::size_t>(end - row);
  structs.append(clock, item, {row, count});
  for (; row != end; ++row) clock += row->length();
  item += static_cast<Index>(count);
}

template <class Items>
Index PlainPlacer::covering(Unlisted& unlisted, const Row* row, const Items& items, Index guess, Index newest,
                            PackedId id) {
  constexpr unsigned steps_max = 6;
  for (unsigned step = 0; step != steps_max && guess != newest; ++step) {
    ++guess;
    if (id - items[guess].id < items[guess].length) return guess;
  }
  unlisted.list(row);
  return unlisted.structs.at(unlisted.structs.find(clock_of(id)));
}

std::uint32_t PlainPlacer::run(std::uint32_t client, StructStream& stream, Places& places) {
  const ClientStructs& of = store_.clients[client];
  if (of.structs.empty() || of.state != stream.clock()) return 0;
  return store_.items.visit_flat([&](auto& items) { return run(client, stream, places, items); });
}

// A document that is loaded goes through here nearly whole. What the loop needs of the document is kept in
// variables, since the compiler must believe that every letter written may change it; and branches are such
// as a processor can foresee: of some hundred cycles that a struct takes, each wrong guess is twenty.
template <class Items>
std::uint32_t PlainPlacer::run(std::uint32_t client, StructStream& stream, Places& places, Items& items) {
  ClientStructs& of = store_.clients[client];
  StructStream::Rows at = stream.rows();
  const Row* const begin = at.next;
  const Row* const end = begin + std::min(static_cast<std::size_t>(at.end - begin), store_.items.room());
  const ByteView bytes = stream.bytes();
  const bool told = impl_.change_.told;
  const PackedId first_id = pack(client, 0);
  std::uint64_t clock = of.state;
  Index newest = of.structs.last();
  std::uint64_t newest_clock = items[newest].clock();
  PackedId newest_right = items[newest].right_origin;
  std::uint32_t newest_kind = items[newest].kind_;
  Unlisted unlisted{of.structs, clock, store_.items.end(), begin};
  {
    TextArena::Writing text(store_.narrow);
    std::size_t counted = text.size();  // up to there in the length of the type
    for (; at.next != end; ++at.next) {
      const Row row = *at.next;
      const bool has_right = row.right != Row::no_clock;
      if (!row.plain() || row.origin >= clock || clock + row.length() > clock_mask) break;
      if (has_right && row.right >= clock) break;
      const PackedId origin = first_id + row.origin;
      const PackedId right_origin = (first_id + row.right) | (std::uint64_t{has_right} - 1);
      Index left = newest;
      if (row.origin < newest_clock) {
        left = places.guess(row.origin);
        // Two steps without a branch: that they are taken or not nobody can foresee.
        left = std::min(left + (origin - items[left].id >= items[left].length), newest);
        left = std::min(left + (origin - items[left].id >= items[left].length), newest);
        if (origin - items[left].id >= items[left].length)
          left = covering(unlisted, at.next, items, left, newest, origin);
      }
      Item& before = items[left];
      const Index right = before.right, slot = before.slot;
      Item& behind = items[right];
      if (before.last_id() != origin || behind.id != right_origin) break;
      if (slot != slot_) {
        store_.types[type_].length += text.size() - std::exchange(counted, text.size());
        if (!fits(slot)) break;
      }
      const std::uint32_t size = row.text_size(), from = at.text + row.head();
      if (from + TextArena::slack > bytes.size()) break;
      const std::uint32_t deleted = row.deleted();
      const std::uint32_t kind = 4u - 3u * deleted;
      static_assert(static_cast<int>(ContentKind::string) == 4 &&
                    static_cast<int>(ContentKind::deleted) == 1);
      const Index added = store_.items.add_unset();
      Item& item = items[added];
      item.id = first_id + clock;
      item.origin = origin;
      item.right_origin = right_origin;
      item.left = left;
      item.right = right;
      item.length = row.length();
      item.slot = slot;
      item.content = static_cast<std::uint32_t>(text.size()) & (deleted - 1u);
      item.leaf = 0;
      item.kind_ = kind & 15u;
      item.deleted = deleted & 1u;
      item.wide = 0;
      item.spare_ = 0;
      before.right = added;
      behind.left = added;  // of none, where it says nothing
      if (!right) store_.slots[slot].last = added;
      text.append_near(as_text(bytes.subspan(from, size)));
      at.text = from + size;
      if (told && deleted) impl_.change_.add_deleted(client, clock, row.length());
      // As note_neighbour, in one question that is nearly always answered alike.
      if (((newest_kind ^ kind) | (newest_right ^ right_origin) |
           ((std::uint64_t{row.origin} + 1) ^ clock)) == 0)
        impl_.change_.joints.push_back(first_id + clock);
      places.note(clock, row.length(), added);
      impl_.change_.went_behind(left, added);
      newest = added;
      newest_clock = clock;
      newest_right = right_origin;
      newest_kind = kind;
      clock += row.length();
    }
    store_.types[type_].length += text.size() - counted;
  }
  unlisted.list(at.next);
  if (at.next == begin) return 0;
  impl_.touch(client);
  of.state = clock;
  stream.move(at, clock);
  return static_cast<std::uint32_t>(at.next - begin);
}

}  // namespace assay::crdt
