// An order-statistic tree over the items of a sequence: from an index to its item, and back, in log n. Built
// for a sequence when a position in it is first asked for; a replica that only takes in updates never pays
// for it.
//
// A B+ tree. Leaves hold item numbers and visible lengths, side by side so that a search reads one or two
// cache lines; inner nodes hold their children's sums. Every item of an indexed sequence is in a leaf and
// knows which one.
#pragma once

#include <cassert>
#include <cstdint>
#include <vector>

#include "crdt/item_store.h"

namespace assay::crdt {

class SequenceIndex {
 public:
  explicit SequenceIndex(ItemStore& store) : store_(store) {}

  // Of the items from `first` on, along their right links.
  void build(Index type, Index first);
  void drop(Index type);
  // After `left`, or in front of all when that is none. The item is not indexed yet.
  void insert(Index type, Index left, Index item);
  // Its length or visibility changed.
  void resized(Index type, Index item);
  void remove(Index type, Index item);

  // The visible item that covers the index, and where in it; none past the end.
  Index find(Index type, std::uint64_t index, std::uint64_t& offset);
  // How much is visible in front of the item.
  std::uint64_t before(Index type, Index item);
  std::size_t memory_bytes() const {
    return leaves_.capacity() * sizeof(Leaf) + nodes_.capacity() * sizeof(Node);
  }

 private:
  static constexpr std::uint32_t fan = 32;
  struct Leaf {
    std::uint32_t parent = 0, count = 0;
    std::uint64_t sum = 0;
    Index items[fan];
    std::uint32_t lengths[fan];
  };
  struct Node {
    std::uint32_t parent = 0, count = 0;
    bool above_leaves = true;
    std::uint32_t children[fan];
    std::uint64_t sums[fan];
  };

  std::uint32_t visible(Index item) const {
    const Item& i = store_.items[item];
    return i.visible() ? i.length : 0;
  }
  std::uint32_t new_leaf();
  std::uint32_t new_node(bool above_leaves);
  std::uint32_t place_of(const Leaf& leaf, Index item) const;
  static std::uint32_t place_of(const Node& node, std::uint32_t child);
  void add(std::uint32_t leaf, std::int64_t difference);
  void raise(std::uint32_t child, std::uint32_t node, std::int64_t difference);
  void settle();
  void split_leaf(Index type, std::uint32_t leaf);
  void insert_child(Index type, std::uint32_t node, std::uint32_t place, std::uint32_t child,
                    std::uint64_t sum);
  void remove_child(Index type, std::uint32_t node, std::uint32_t child);
  void set_parent(const Node& node, std::uint32_t child, std::uint32_t parent);
  std::uint32_t first_leaf(Index type) const;
  void rewind() {
    cursor_at_ = 0;
    cursor_rest_ = 0;
  }

  ItemStore& store_;
  std::vector<Leaf> leaves_{1};
  std::vector<Node> nodes_{1};
  std::vector<std::uint32_t> free_leaves_, free_nodes_;

  // The leaf of the last edit and what is visible in front of it. While edits stay there, the sums above are
  // left as they were, `owed_` behind: typing costs the same in a large document as in a small one.
  Index cursor_type_ = 0;
  std::uint32_t cursor_leaf_ = 0;
  std::uint64_t cursor_before_ = 0;
  std::int64_t owed_ = 0;
  // The item in that leaf that was found last, and what is visible in the leaf in front of it.
  std::uint32_t cursor_at_ = 0;
  std::uint64_t cursor_rest_ = 0;
};

}  // namespace assay::crdt
