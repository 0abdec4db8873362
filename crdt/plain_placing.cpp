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

Index PlainPlacer::covering(const ClientStructs& of, Index newest, PackedId id, const Places& places) const {
  constexpr unsigned steps_max = 6;
  const ItemSlabs& items = store_.items;
  Index guess = places.guess(clock_of(id));
  const auto behind = [&](Index i) { return id - items[i].id >= items[i].length; };
  // Two steps without a branch: that they are taken or not nobody can foresee.
  guess = std::min(guess + behind(guess), newest);
  guess = std::min(guess + behind(guess), newest);
  for (unsigned step = 0; behind(guess); ++step, ++guess) {
    if (step == steps_max || guess == newest) return of.structs.at(of.structs.find(clock_of(id)));
  }
  return guess;
}

// A document that is loaded goes through here nearly whole. What the loop needs of the document is kept in
// variables, since the compiler must believe that every letter written may change it; and branches are such
// as a processor can foresee: of some hundred cycles that a struct takes, each wrong guess is twenty.
std::uint32_t PlainPlacer::run(std::uint32_t client, StructStream& stream, Places& places) {
  ClientStructs& of = store_.clients[client];
  ItemSlabs& items = store_.items;
  if (of.structs.empty() || of.state != stream.clock()) return 0;
  StructStream::Cursor at = stream.cursor();
  TextArena::Writing text(store_.narrow);
  const bool told = impl_.change_.told;
  Index newest = of.structs.last();
  const Item* newest_item = &items[newest];
  std::uint64_t clock = of.state, letters = 0;
  std::uint32_t placed = 0;
  PlainStruct s;
  while (const std::uint8_t* next = at.read(clock, s)) {
    if (s.origin_clock >= clock || clock + s.length > clock_mask) break;
    const PackedId id = pack(client, clock), origin = pack(client, s.origin_clock);
    PackedId right_origin = no_id;
    if (s.has_right) {
      if (s.right_clock >= clock) break;
      right_origin = pack(client, s.right_clock);
    }
    const Index left = newest_item->id <= origin ? newest : covering(of, newest, origin, places);
    Item& before = items[left];
    const Index right = before.right, slot = before.slot;
    Item& behind = items[right];
    if (before.last_id() != origin || behind.id != right_origin) break;
    if (slot != slot_) {
      store_.types[type_].length += std::exchange(letters, 0);
      if (!fits(slot)) break;
    }
    const bool deleted = s.kind == ContentKind::deleted;
    const Index added = items.add_unset();
    Item& item = items[added];
    item.id = id;
    item.origin = origin;
    item.right_origin = right_origin;
    item.left = left;
    item.right = right;
    item.length = static_cast<std::uint32_t>(s.length);
    item.slot = slot;
    item.content = deleted ? 0 : static_cast<std::uint32_t>(text.size());
    item.leaf = 0;
    item.set_kind(s.kind);
    item.deleted = deleted;
    item.wide = 0;
    item.spare_ = 0;
    before.right = added;
    behind.left = added;  // of none, where it says nothing
    if (!right) store_.slots[slot].last = added;
    text.append_near(s.text);
    letters += s.text.size();
    if (told && deleted) impl_.change_.add_deleted(client, clock, s.length);
    // As note_neighbour, in one question that is nearly always answered alike.
    const auto unlike = (newest_item->kind_ ^ item.kind_) | (newest_item->right_origin ^ right_origin) |
                        (newest_item->last_id() ^ origin);
    if (unlike == 0) impl_.change_.joints.push_back(id);
    of.structs.append(clock, added);
    places.note(clock, s.length, added);
    impl_.change_.went_behind(left, added);
    newest = added;
    newest_item = &item;
    clock += s.length;
    ++placed;
    at.next(next);
  }
  store_.types[type_].length += letters;
  if (placed) {
    impl_.touch(client);
    of.state = clock;
    stream.move(at, clock);
  }
  return placed;
}

}  // namespace assay::crdt
