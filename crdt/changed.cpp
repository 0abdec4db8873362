// What the last change did under one type, read off the change's own record.
#include <algorithm>
#include <unordered_map>

#include "crdt/document_impl.h"

namespace assay::crdt {
namespace {

class Climber {
 public:
  Climber(const ItemStore& store, Index of) : store_(store), of_(of) {}

  void visit(const Item& item) {
    if (!item.slot) return;  // collected: what held it was deleted, and that is told where it stood
    const Index type = store_.slots[item.slot].type;
    if (type != of_) return note(child_over(type));
    own_ = true;
    if (item.kind() == ContentKind::type && !item.deleted) note(item.content);
  }

  ChangedChildren take() {
    ChangedChildren result;
    result.own = own_;
    std::sort(children_.begin(), children_.end());
    children_.erase(std::unique(children_.begin(), children_.end()), children_.end());
    for (const Index child : children_) result.children.push_back({child});
    return result;
  }

 private:
  void note(Index child) {
    if (child && (children_.empty() || children_.back() != child)) children_.push_back(child);
  }

  // The live child of `of_` that the type is or lies in; none if it lies elsewhere or in something deleted.
  Index child_over(Index type) {
    path_.clear();
    Index found = 0;
    while (type != of_) {
      const auto known = child_of_.find(type);
      if (known != child_of_.end()) {
        found = known->second;
        break;
      }
      path_.push_back(type);
      const Index holder = store_.types[type].item;
      if (!holder || store_.items[holder].deleted || !store_.items[holder].slot) break;
      const Index above = store_.slots[store_.items[holder].slot].type;
      if (above == of_) found = type;
      type = above;
    }
    for (const Index passed : path_) child_of_.emplace(passed, found);
    return found;
  }

  const ItemStore& store_;
  const Index of_;
  bool own_ = false;
  std::vector<Index> children_, path_;
  std::unordered_map<Index, Index> child_of_;  // what was climbed from, so that deep types are climbed once
};

}  // namespace

ChangedChildren Document::changed_children(TypeRef of) const {
  const ItemStore& store = impl_->store_;
  const Change& change = impl_->change_;
  if (!impl_->alive(of.index)) return {};
  Climber climber(store, of.index);
  const auto visit = [&](std::uint32_t client, std::uint64_t from, std::uint64_t to) {
    const StructList& structs = store.clients[client].structs;
    if (from >= to) return;
    auto place = structs.find(from);
    do {
      const Item& item = store.items[structs.at(place)];
      if (item.clock() >= to) return;
      climber.visit(item);
    } while (structs.next(place));
  };
  for (const std::uint32_t client : change.touched)
    visit(client, store.clients[client].before, store.clients[client].state);
  for (const Change::Deleted& range : change.deleted) visit(range.client, range.clock, range.end());
  return climber.take();
}

}  // namespace assay::crdt
