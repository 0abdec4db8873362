// Deleting, collecting and merging: what a transaction does besides placing items, what Yjs does at its end,
// and the update that tells of it.
#include <algorithm>

#include "crdt/document_impl.h"

namespace assay::crdt {

void Change::begin() {
  ++number;
  told = true;
  unsettled = false;
  joints.clear();
  touched.clear();
  deleted.clear();
  split.clear();
  erased.clear();
  run_head = run_tail = 0;
}

void Change::sort_deleted() {
  if (deleted.size() < 2) return;
  const auto before = [](const Deleted& a, const Deleted& b) {
    return a.client != b.client ? a.client < b.client : a.clock < b.clock;
  };
  if (!std::is_sorted(deleted.begin(), deleted.end(), before))
    std::sort(deleted.begin(), deleted.end(), before);
  std::size_t kept = 0;
  for (std::size_t i = 1; i < deleted.size(); ++i) {
    Deleted& last = deleted[kept];
    if (last.client == deleted[i].client && last.end() >= deleted[i].clock) {
      last.length = std::max(last.end(), deleted[i].end()) - last.clock;
    } else {
      deleted[++kept] = deleted[i];
    }
  }
  deleted.resize(kept + 1);
}

void Document::Impl::erase(Index erased) {
  auto& items = store_.items;
  std::vector<Index> types;  // whose children have to go too; no recursion, for nesting may be deep
  const auto mark = [&](Index i) {
    Item& item = items[i];
    const Slot& slot = store_.slots[item.slot];
    if (slot.key == no_key && countable(item.kind())) store_.types[slot.type].length -= item.length;
    item.deleted = 1;
    change_.unsettled = true;
    if (item.leaf) index_.resized(slot.type, i);
    change_.add_deleted(client_of(item.id), item.clock(), item.length);
    if (item.kind() != ContentKind::deleted) change_.erased.push_back(i);
    if (item.kind() == ContentKind::type) types.push_back(item.content);
  };
  const auto visit = [&](Index i) {
    const Item& item = items[i];
    if (!item.deleted) {
      mark(i);
    } else if (item.clock() < state_before(client_of(item.id))) {
      // It is collected with its parent, and may then merge with its neighbours.
      change_.split.push_back(item.id);
    }
  };
  if (items[erased].deleted) return;
  mark(erased);
  while (!types.empty()) {
    const TypeState& type = store_.types[types.back()];
    types.pop_back();
    for (Index child = store_.slots[type.sequence].first; child; child = items[child].right) visit(child);
    for (Index entry = type.first_entry; entry; entry = store_.slots[entry].next_entry) {
      if (store_.slots[entry].last) visit(store_.slots[entry].last);
    }
  }
}

// Deleting letter by letter, forwards or backwards: the letter goes from the edge of a text to what is
// deleted beside it, which is what cutting, collecting and merging would come to. False: it is not that case.
bool Document::Impl::erase_edge(Index erased, std::uint32_t from, std::uint32_t length) {
  auto& items = store_.items;
  Item& item = items[erased];
  if (!options_.gc || item.kind() != ContentKind::string || item.wide || item.deleted) return false;
  const Slot& slot = store_.slots[item.slot];
  const bool tail = from + length == item.length;
  if (length == item.length || (!tail && from != 0) || slot.key != no_key) return false;
  StructList& structs = store_.clients[client_of(item.id)].structs;
  auto place = structs.find(item.clock());
  if (tail) {
    if (!structs.next(place)) return false;
  } else {
    if (structs.first(place)) return false;
    structs.previous(place);
  }
  const Index beside = structs.at(place);
  Item& other = items[beside];
  if (other.kind() != ContentKind::deleted || other.right_origin != item.right_origin ||
      std::uint64_t{other.length} + length > item_length_max)
    return false;
  PackedId gone;
  if (tail) {
    if (item.right != beside || other.origin != item.last_id()) return false;
    other.id -= length;
    other.origin -= length;
    structs.move_begin(place, other.clock());
    gone = other.id;
  } else {
    if (other.right != erased || item.origin != other.last_id()) return false;
    gone = item.id;
    item.id += length;
    item.origin = item.id - 1;
    item.content += length;
    structs.next(place);
    structs.move_begin(place, item.clock());
  }
  other.length += length;
  item.length -= length;
  store_.narrow_waste += length;
  store_.types[slot.type].length -= length;
  if (item.leaf) index_.resized(slot.type, erased);
  change_.add_deleted(client_of(gone), clock_of(gone), length);
  return true;
}

void Document::Impl::collect(Index collected, bool with_parent) {
  auto& items = store_.items;
  std::vector<Index> types;
  const auto forget = [&](Index i, bool whole) {
    Item& item = items[i];
    if (item.kind() == ContentKind::type) types.push_back(item.content);
    store_.drop_content(item);
    if (whole) {
      item.set_kind(ContentKind::gc);
      item.deleted = 1;
      item.left = item.right = item.slot = 0;
      item.leaf = 0;
      item.origin = item.right_origin = no_id;
    } else {
      item.set_kind(ContentKind::deleted);
    }
  };
  forget(collected, with_parent);
  while (!types.empty()) {
    const Index index = types.back();
    types.pop_back();
    TypeState& type = store_.types[index];
    if (type.tree) index_.drop(index);
    for (Index child = store_.slots[type.sequence].first; child;) {
      const Index next = items[child].right;
      forget(child, true);
      child = next;
    }
    store_.slots[type.sequence].first = store_.slots[type.sequence].last = 0;
    for (Index entry = type.first_entry; entry;) {
      Slot& slot = store_.slots[entry];
      for (Index child = slot.last; child;) {
        const Index next = items[child].left;
        forget(child, true);
        child = next;
      }
      store_.entries.erase(std::uint64_t{index} << 32 | slot.key);
      slot.first = slot.last = 0;
      entry = slot.next_entry;
    }
    type.first_entry = type.last_entry = 0;
    type.live = false;
    type.length = 0;
  }
}

bool Document::Impl::merge(Index left_index, Index right_index) {
  Item& left = store_.items[left_index];
  Item& right = store_.items[right_index];
  if (left.kind_ != right.kind_ || left.deleted != right.deleted) return false;
  if (std::uint64_t{left.length} + right.length > item_length_max) return false;
  if (!left.is_gc()) {
    if (left.right != right_index || right.origin != left.last_id() ||
        left.right_origin != right.right_origin)
      return false;
    if (!store_.merge_content(left, right)) return false;
    left.right = right.right;
    if (left.right) {
      store_.items[left.right].left = left_index;
    } else {
      store_.slots[left.slot].last = left_index;
    }
    if (right.leaf) index_.remove(store_.slots[left.slot].type, right_index);
  }
  left.length += right.length;
  if (left.leaf) index_.resized(store_.slots[left.slot].type, left_index);
  store_.items.release(right_index);
  return true;
}

std::size_t Document::Impl::merge_left(StructList& structs, StructList::Place& place) {
  std::size_t merged = 0;
  while (!structs.first(place)) {
    StructList::Place before = place;
    structs.previous(before);
    if (!merge(structs.at(before), structs.at(place))) break;
    structs.erase(place);
    place = before;
    ++merged;
  }
  return merged;
}

void Document::Impl::merge_deleted(const Change::Deleted& range) {
  StructList& structs = store_.clients[range.client].structs;
  auto place = structs.find(range.end() - 1);
  if (auto next = place; structs.next(next)) place = next;
  while (!structs.first(place) && store_.items[structs.at(place)].clock() >= range.clock) {
    merge_left(structs, place);
    if (structs.first(place)) break;
    structs.previous(place);
  }
}

void Document::Impl::merge_new(std::uint32_t client) {
  ClientStructs& of = store_.clients[client];
  auto place = of.structs.last_place();
  // What only grew has the neighbours that it had.
  while (!of.structs.first(place) && store_.items[of.structs.at(place)].clock() >= of.before) {
    merge_left(of.structs, place);
    if (of.structs.first(place)) break;
    of.structs.previous(place);
  }
}

void Document::Impl::merge_split(PackedId cut) {
  StructList& structs = store_.clients[client_of(cut)].structs;
  auto place = structs.find(clock_of(cut));
  if (auto next = place; structs.next(next) && merge_left(structs, next) > 1) return;
  place = structs.find(clock_of(cut));
  merge_left(structs, place);
}

void Document::Impl::finish() {
  change_.sort_deleted();
  if (options_.gc) {
    for (const Index i : change_.erased) {
      const Item& item = store_.items[i];
      if (!item.is_gc() && item.kind() != ContentKind::deleted) collect(i, false);
    }
  }
  // Whether two neighbours merge does not depend on other pairs, so each boundary that may have changed is
  // tried once: around what was deleted, among what is new, and where items were cut.
  const auto is_new = [this](std::uint32_t client, std::uint64_t clock) {
    const ClientStructs& of = store_.clients[client];
    return of.change == change_.number && clock >= of.before;
  };
  if (change_.unsettled)
    for (auto range = change_.deleted.rbegin(); range != change_.deleted.rend(); ++range) {
      if (!is_new(range->client, range->clock)) merge_deleted(*range);
    }
  if (change_.unsettled) {
    for (const std::uint32_t client : change_.touched) merge_new(client);
  } else {
    for (auto joint = change_.joints.rbegin(); joint != change_.joints.rend(); ++joint) {
      StructList& structs = store_.clients[client_of(*joint)].structs;
      auto place = structs.find(clock_of(*joint));
      if (store_.items[structs.at(place)].id == *joint) merge_left(structs, place);
    }
  }
  for (auto cut = change_.split.rbegin(); cut != change_.split.rend(); ++cut) {
    if (change_.deleted.size() == 1) {
      const Change::Deleted& only = change_.deleted.front();
      // Unless it stands behind the range, and was collected with its parent: then it may merge to the right.
      const bool around = only.client == client_of(*cut) && only.clock <= clock_of(*cut);
      if (around && (clock_of(*cut) < only.end() ||
                     (clock_of(*cut) == only.end() && !store_.items[store_.find(*cut)].is_gc())))
        continue;
    }
    merge_split(*cut);
  }
  store_.compact_if_wasteful();
}

// What is new of a client, which is its last struct or the end of that.
void Document::Impl::write_last(Writer& writer, const ClientStructs& of) const {
  const Item& item = store_.items[of.structs.last()];
  std::uint8_t* at = writer.room(2 + 2 * 10);
  *at++ = 1;  // clients
  *at++ = 1;  // structs
  at += Writer::put_varint(at, of.id);
  at += Writer::put_varint(at, of.before);
  writer.wrote(at);
  write_item(writer, item, of.before - item.clock());
}

void Document::Impl::write_change(Writer& writer) {
  if (change_.touched.size() < 2) {
    // Typing: one client, and nothing to sort; often no more than one struct.
    std::pair<std::uint32_t, std::uint64_t> only;
    if (!change_.touched.empty()) only = {change_.touched[0], store_.clients[change_.touched[0]].before};
    if (!change_.touched.empty() &&
        store_.items[store_.clients[only.first].structs.last()].clock() <= only.second) {
      write_last(writer, store_.clients[only.first]);
    } else {
      write_structs(writer, {&only, change_.touched.size()}, nullptr);
    }
    return write_deleted(writer, change_.deleted);
  }
  std::vector<std::pair<std::uint32_t, std::uint64_t>> clients;
  for (const std::uint32_t client : change_.touched)
    clients.emplace_back(client, store_.clients[client].before);
  write_structs(writer, clients, nullptr);
  write_deleted(writer, change_.deleted);
}

}  // namespace assay::crdt
