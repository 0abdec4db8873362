// From an index in a sequence to the item there, and back.
#include "crdt/document_impl.h"

namespace assay::crdt {

Index Document::Impl::item_at(Index type, std::uint64_t index, std::uint64_t& offset) const {
  for (Index i = store_.slots[store_.types[type].sequence].first; i; i = store_.items[i].right) {
    const Item& item = store_.items[i];
    if (!item.visible()) continue;
    if (index < item.length) {
      offset = index;
      return i;
    }
    index -= item.length;
  }
  return 0;
}

Gap Document::Impl::gap_at(Index type, std::uint64_t index) {
  if (index == 0) return {0, store_.slots[store_.types[type].sequence].first};
  std::uint64_t offset = 0;
  const Index left = item_at(type, index - 1, offset);
  assert(left);
  if (offset + 1 < store_.items[left].length) split(left, static_cast<std::uint32_t>(offset + 1));
  return {left, store_.items[left].right};
}

void Document::Impl::index_inserted(Index) {}
void Document::Impl::index_resized(Index) {}
void Document::Impl::index_removed(Index) {}
void Document::Impl::index_dropped(Index) {}

}  // namespace assay::crdt
