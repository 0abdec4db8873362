// From an index in a sequence to the item there, and back.
#include "crdt/document_impl.h"

namespace assay::crdt {

Index Document::Impl::item_at(Index type, std::uint64_t index, std::uint64_t& offset) {
  TypeState& state = store_.types[type];
  if (index >= state.length) return 0;
  if (!state.tree) {
    // Short sequences are walked: most of a document's thousands of paragraphs never need more.
    Index i = store_.slots[state.sequence].first;
    for (std::size_t steps = 0; steps < walk_max; ++steps) {
      const Item& item = store_.items[i];
      if (item.visible()) {
        if (index < item.length) {
          offset = index;
          return i;
        }
        index -= item.length;
      }
      i = item.right;
      assert(i);
    }
    for (Index passed = store_.slots[state.sequence].first; passed != i;
         passed = store_.items[passed].right) {
      if (store_.items[passed].visible()) index += store_.items[passed].length;
    }
    index_.build(type, store_.slots[state.sequence].first);
  }
  return index_.find(type, index, offset);
}

std::uint64_t Document::Impl::visible_before(Index i) {
  const Index type = store_.slot_of(store_.items[i]).type;
  if (!store_.types[type].tree) index_.build(type, store_.slots[store_.types[type].sequence].first);
  return index_.before(type, i);
}

Gap Document::Impl::gap_at(Index type, std::uint64_t index) {
  if (index == 0) return {0, store_.slots[store_.types[type].sequence].first};
  std::uint64_t offset = 0;
  const Index left = item_at(type, index - 1, offset);
  assert(left);
  if (offset + 1 < store_.items[left].length) split(left, static_cast<std::uint32_t>(offset + 1));
  return {left, store_.items[left].right};
}

}  // namespace assay::crdt
