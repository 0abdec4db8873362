// Where an item goes among its neighbours: YATA as Yjs runs it, alone in its file.
#include <algorithm>
#include <unordered_map>

#include "crdt/document_impl.h"

namespace assay::crdt {
namespace {

// The items that were passed while looking for a place, in the order they were met. Runs are short as a rule;
// in a long one that is asked for its items again and again they get an index, so that a thousand concurrent
// writers at one place do not cost a million comparisons each.
class Passed {
 public:
  void add(Index item) { items_.push_back(item); }
  std::size_t size() const { return items_.size(); }
  // When it was met; size() if it was not.
  std::size_t find(Index item) {
    if (items_.size() <= linear_max) {
      const auto place = std::find(items_.rbegin(), items_.rend(), item);
      return place == items_.rend() ? items_.size() : static_cast<std::size_t>(items_.rend() - place) - 1;
    }
    for (; indexed_ < items_.size(); ++indexed_) index_.emplace(items_[indexed_], indexed_);
    const auto place = index_.find(item);
    return place == index_.end() ? items_.size() : place->second;
  }
  void clear() {
    items_.clear();
    if (indexed_) index_.clear();
    indexed_ = 0;
  }

 private:
  static constexpr std::size_t linear_max = 16;
  std::vector<Index> items_;
  std::size_t indexed_ = 0;  // so many of them are in the index
  std::unordered_map<Index, std::size_t> index_;
};

thread_local Passed passed;  // kept for its memory

}  // namespace

Index Document::Impl::split(Index left_index, std::uint32_t offset) {
  const Index right_index = store_.items.add();
  Item& left = store_.items[left_index];
  Item& right = store_.items[right_index];
  right.id = left.id + offset;
  right.origin = right.id - 1;
  right.right_origin = left.right_origin;
  right.left = left_index;
  right.right = left.right;
  right.length = left.length - offset;
  right.slot = left.slot;
  right.deleted = left.deleted;
  store_.split_content(left, right, offset);
  left.right = right_index;
  left.length = offset;
  if (right.right) {
    store_.items[right.right].left = right_index;
  } else {
    store_.slots[right.slot].last = right_index;
  }
  change_.split.push_back(right.id);
  if (right.deleted && right.kind() != ContentKind::deleted) change_.erased.push_back(right_index);
  StructList& structs = store_.clients[client_of(right.id)].structs;
  structs.insert_after(structs.find(left.clock()), right.clock(), right_index);
  if (left.leaf) {
    const Index type = store_.slots[left.slot].type;
    index_.resized(type, left_index);
    index_.insert(type, left_index, right_index);
  }
  return right_index;
}

Index Document::Impl::clean_start(PackedId id) {
  const Index found = store_.find(id);
  const Item& item = store_.items[found];
  if (item.id == id || item.is_gc()) return found;
  return split(found, static_cast<std::uint32_t>(id - item.id));
}

Index Document::Impl::clean_end(PackedId id) {
  const Index found = store_.find(id);
  const Item& item = store_.items[found];
  if (item.last_id() != id && !item.is_gc()) split(found, static_cast<std::uint32_t>(id - item.id + 1));
  return found;
}

void Document::Impl::place(Index placed) {
  auto& items = store_.items;
  Item& item = items[placed];
  Slot& slot = store_.slots[item.slot];
  const bool in_map = slot.key != no_key;

  const bool conflict =
      item.left ? items[item.left].right != item.right : !item.right || items[item.right].left != 0;
  // Of a run that was typed backwards, each letter in front of the one before: what stands between their
  // origin and that one was looked through for that one, and nothing came in between since. Every question
  // would have the same answer for this one, save whether somebody else typed in front of that one, too; and
  // who knew of it came after it. So this one goes right in front of it, and n letters among m of others cost
  // n + m steps and not n times m.
  const Index head = change_.run_head;
  const bool backwards = head && head == item.right && items[head].id == item.right_origin &&
                         items[head].origin == item.origin &&
                         client_of(item.right_origin) == client_of(item.id);
  if (conflict && backwards) {
    item.left = items[head].left;
  } else if (conflict) {
    Index left = item.left;
    Index other = left ? items[left].right : slot.first;
    const std::uint64_t client = store_.clients[client_of(item.id)].id;
    passed.clear();
    std::size_t conflicting_from = 0;  // those passed since `left` last moved
    while (other && other != item.right) {
      const Item& o = items[other];
      passed.add(other);
      if (o.origin == item.origin) {
        if (store_.clients[client_of(o.id)].id < client) {
          left = other;
          conflicting_from = passed.size();
        } else if (o.right_origin == item.right_origin) {
          break;
        }
      } else if (o.origin != no_id) {
        const std::size_t met = passed.find(store_.find(o.origin));
        if (met == passed.size()) break;
        if (met < conflicting_from) {
          left = other;
          conflicting_from = passed.size();
        }
      } else {
        break;
      }
      other = o.right;
    }
    item.left = left;
  }

  if (item.left) {
    item.right = items[item.left].right;
    items[item.left].right = placed;
  } else {
    item.right = slot.first;
    slot.first = placed;
  }
  const bool newest = item.right == 0;
  if (newest) {
    slot.last = placed;
  } else {
    items[item.right].left = placed;
  }

  change_.was_placed(placed, item.left, item.right, head && items[head].slot == item.slot);
  TypeState& type = store_.types[slot.type];
  const std::uint32_t client = client_of(item.id);
  append_struct(client, placed);

  const Index type_item = type.item;
  if (item.kind() == ContentKind::deleted) {
    // Who only loads a document need not be told, and it is half of many a document.
    if (change_.told) change_.add_deleted(client, item.clock(), item.length);
    item.deleted = 1;
  } else if (item.kind() == ContentKind::format) {
    type.has_formatting = true;
  }
  if (!in_map) {
    if (item.visible()) type.length += item.length;
    if (type.tree) index_.insert(slot.type, item.left, placed);
  }
  if (in_map && newest && item.left) erase(item.left);
  if ((type_item && items[type_item].deleted) || (in_map && !newest)) erase(placed);
}

void Document::Impl::add_collected(std::uint32_t client, std::uint64_t clock, std::uint64_t length) {
  const Index added = store_.items.add();
  Item& item = store_.items[added];
  item.id = pack(client, clock);
  item.length = static_cast<std::uint32_t>(length);
  item.deleted = 1;
  append_struct(client, added);
}

void Document::Impl::append_struct(std::uint32_t client, Index added) {
  const Item& item = store_.items[added];
  touch(client);
  ClientStructs& of = store_.clients[client];
  if (!of.structs.empty()) note_neighbour(store_.items[of.structs.last()], item);
  of.structs.append(item.clock(), added);
  of.state = item.end();
}

}  // namespace assay::crdt
