#include "crdt/sequence_index.h"

#include <algorithm>
#include <cstring>

namespace assay::crdt {

std::uint32_t SequenceIndex::new_leaf() {
  if (!free_leaves_.empty()) {
    const std::uint32_t leaf = free_leaves_.back();
    free_leaves_.pop_back();
    leaves_[leaf].parent = leaves_[leaf].count = 0;
    leaves_[leaf].sum = 0;
    return leaf;
  }
  leaves_.emplace_back();
  return static_cast<std::uint32_t>(leaves_.size() - 1);
}

std::uint32_t SequenceIndex::new_node(bool above_leaves) {
  std::uint32_t node;
  if (!free_nodes_.empty()) {
    node = free_nodes_.back();
    free_nodes_.pop_back();
  } else {
    nodes_.emplace_back();
    node = static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  nodes_[node].parent = nodes_[node].count = 0;
  nodes_[node].above_leaves = above_leaves;
  return node;
}

std::uint32_t SequenceIndex::place_of(const Leaf& leaf, Index item) const {
  if (leaf.items[cursor_at_] == item && cursor_at_ < leaf.count) return cursor_at_;
  std::uint32_t at = 0;
  while (leaf.items[at] != item) ++at;
  assert(at < leaf.count);
  return at;
}

std::uint32_t SequenceIndex::place_of(const Node& node, std::uint32_t child) {
  std::uint32_t at = 0;
  while (node.children[at] != child) ++at;
  assert(at < node.count);
  return at;
}

void SequenceIndex::set_parent(const Node& node, std::uint32_t child, std::uint32_t parent) {
  if (node.above_leaves) {
    leaves_[child].parent = parent;
  } else {
    nodes_[child].parent = parent;
  }
}

void SequenceIndex::build(Index type, Index first) {
  settle();
  // Leaves and nodes three quarters full: room for what comes between.
  constexpr std::uint32_t full = fan * 3 / 4;
  std::vector<std::uint32_t> level;
  std::uint32_t leaf = new_leaf();
  level.push_back(leaf);
  for (Index i = first; i; i = store_.items[i].right) {
    if (leaves_[leaf].count == full) {
      leaf = new_leaf();
      level.push_back(leaf);
    }
    Leaf& in = leaves_[leaf];
    in.items[in.count] = i;
    in.lengths[in.count++] = visible(i);
    in.sum += visible(i);
    store_.items[i].leaf = leaf & 0xffffffu;
  }
  bool leaves = true;
  do {
    std::vector<std::uint32_t> above;
    for (const std::uint32_t child : level) {
      if (above.empty() || nodes_[above.back()].count == full) above.push_back(new_node(leaves));
      Node& node = nodes_[above.back()];
      std::uint64_t sum = 0;
      if (leaves) {
        sum = leaves_[child].sum;
      } else {
        for (std::uint32_t i = 0; i < nodes_[child].count; ++i) sum += nodes_[child].sums[i];
      }
      node.children[node.count] = child;
      node.sums[node.count++] = sum;
      set_parent(node, child, above.back());
    }
    level = std::move(above);
    leaves = false;
  } while (level.size() > 1);
  store_.types[type].tree = level.front();
}

void SequenceIndex::drop(Index type) {
  settle();
  cursor_leaf_ = 0;
  std::vector<std::uint32_t> nodes{store_.types[type].tree};
  while (!nodes.empty()) {
    const std::uint32_t n = nodes.back();
    nodes.pop_back();
    const Node& node = nodes_[n];
    for (std::uint32_t i = 0; i < node.count; ++i)
      (node.above_leaves ? free_leaves_ : nodes).push_back(node.children[i]);
    free_nodes_.push_back(n);
  }
  store_.types[type].tree = 0;
}

// ---- sums

void SequenceIndex::raise(std::uint32_t child, std::uint32_t node, std::int64_t difference) {
  while (node) {
    Node& in = nodes_[node];
    in.sums[place_of(in, child)] += static_cast<std::uint64_t>(difference);
    child = node;
    node = in.parent;
  }
}

void SequenceIndex::settle() {
  if (!owed_) return;
  raise(cursor_leaf_, leaves_[cursor_leaf_].parent, owed_);
  owed_ = 0;
}

void SequenceIndex::add(std::uint32_t leaf, std::int64_t difference) {
  if (!difference) return;
  leaves_[leaf].sum += static_cast<std::uint64_t>(difference);
  if (leaf == cursor_leaf_) {
    owed_ += difference;
    return;
  }
  // The cursor knows what is in front of it; somebody else's edit may change that.
  settle();
  cursor_leaf_ = 0;
  raise(leaf, leaves_[leaf].parent, difference);
}

// ---- changes

std::uint32_t SequenceIndex::first_leaf(Index type) const {
  std::uint32_t node = store_.types[type].tree;
  while (!nodes_[node].above_leaves) node = nodes_[node].children[0];
  return nodes_[node].children[0];
}

void SequenceIndex::insert(Index type, Index left, Index item) {
  std::uint32_t into = left ? store_.items[left].leaf : first_leaf(type);
  if (leaves_[into].count == fan) {
    split_leaf(type, into);
    into = left ? store_.items[left].leaf : first_leaf(type);
  }
  Leaf& leaf = leaves_[into];
  const std::uint32_t at = left ? place_of(leaf, left) + 1 : 0;
  const std::size_t rest = leaf.count - at;
  std::memmove(leaf.items + at + 1, leaf.items + at, rest * sizeof(Index));
  std::memmove(leaf.lengths + at + 1, leaf.lengths + at, rest * sizeof(std::uint32_t));
  const std::uint32_t length = visible(item);
  leaf.items[at] = item;
  leaf.lengths[at] = length;
  ++leaf.count;
  store_.items[item].leaf = into & 0xffffffu;
  if (into == cursor_leaf_ && at <= cursor_at_) rewind();
  add(into, length);
}

void SequenceIndex::resized(Index, Index item) {
  const std::uint32_t in = store_.items[item].leaf;
  Leaf& leaf = leaves_[in];
  const std::uint32_t at = place_of(leaf, item);
  const std::uint32_t length = visible(item);
  const std::int64_t difference = std::int64_t{length} - std::int64_t{leaf.lengths[at]};
  leaf.lengths[at] = length;
  if (in == cursor_leaf_ && at < cursor_at_) cursor_rest_ += static_cast<std::uint64_t>(difference);
  add(in, difference);
}

void SequenceIndex::remove(Index type, Index item) {
  const std::uint32_t in = store_.items[item].leaf;
  Leaf& leaf = leaves_[in];
  const std::uint32_t at = place_of(leaf, item);
  const std::int64_t length = leaf.lengths[at];
  const std::size_t rest = leaf.count - at - 1;
  std::memmove(leaf.items + at, leaf.items + at + 1, rest * sizeof(Index));
  std::memmove(leaf.lengths + at, leaf.lengths + at + 1, rest * sizeof(std::uint32_t));
  --leaf.count;
  store_.items[item].leaf = 0;
  if (in == cursor_leaf_ && at <= cursor_at_) rewind();
  add(in, -length);
  if (leaves_[in].count) return;
  const std::uint32_t parent = leaves_[in].parent;
  // The last leaf of a sequence stays, empty.
  if (nodes_[parent].count == 1 && !nodes_[parent].parent) return;
  settle();
  cursor_leaf_ = 0;
  free_leaves_.push_back(in);
  remove_child(type, parent, in);
}

void SequenceIndex::split_leaf(Index type, std::uint32_t from) {
  settle();
  cursor_leaf_ = 0;
  const std::uint32_t made = new_leaf();
  Leaf& left = leaves_[from];
  Leaf& right = leaves_[made];
  // Typing goes on at the end of a leaf as a rule: an almost full left one and an almost empty right one
  // waste nothing.
  const std::uint32_t half = fan / 2;
  right.count = left.count - half;
  for (std::uint32_t i = 0; i < right.count; ++i) {
    right.items[i] = left.items[half + i];
    right.lengths[i] = left.lengths[half + i];
    right.sum += right.lengths[i];
    store_.items[right.items[i]].leaf = made & 0xffffffu;
  }
  left.count = half;
  left.sum -= right.sum;
  const std::uint32_t parent = left.parent;
  const std::uint32_t at = place_of(nodes_[parent], from);
  nodes_[parent].sums[at] = left.sum;
  insert_child(type, parent, at + 1, made, right.sum);
}

// The sum above `node` already holds `sum`: it came out of a neighbour.
void SequenceIndex::insert_child(Index type, std::uint32_t into, std::uint32_t at, std::uint32_t child,
                                 std::uint64_t sum) {
  if (nodes_[into].count == fan) {
    const std::uint32_t made = new_node(nodes_[into].above_leaves);
    std::uint64_t moved = 0;
    {
      Node& left = nodes_[into];
      Node& right = nodes_[made];
      const std::uint32_t half = fan / 2;
      right.count = left.count - half;
      for (std::uint32_t i = 0; i < right.count; ++i) {
        right.children[i] = left.children[half + i];
        right.sums[i] = left.sums[half + i];
        moved += right.sums[i];
        set_parent(right, right.children[i], made);
      }
      left.count = half;
    }
    const bool goes_right = at > fan / 2;
    std::uint32_t parent = nodes_[into].parent;
    if (!parent) {
      parent = new_node(false);
      Node& root = nodes_[parent];
      root.count = 1;
      root.children[0] = into;
      std::uint64_t all = moved + sum;
      for (std::uint32_t i = 0; i < nodes_[into].count; ++i) all += nodes_[into].sums[i];
      root.sums[0] = all;
      nodes_[into].parent = parent;
      store_.types[type].tree = parent;
    }
    const std::uint32_t place = place_of(nodes_[parent], into);
    const std::uint64_t right_sum = moved + (goes_right ? sum : 0);
    nodes_[parent].sums[place] -= right_sum;
    insert_child(type, parent, place + 1, made, right_sum);
    if (goes_right) {
      into = made;
      at -= fan / 2;
    }
  }
  Node& node = nodes_[into];
  for (std::uint32_t i = node.count; i > at; --i) {
    node.children[i] = node.children[i - 1];
    node.sums[i] = node.sums[i - 1];
  }
  node.children[at] = child;
  node.sums[at] = sum;
  ++node.count;
  set_parent(node, child, into);
}

void SequenceIndex::remove_child(Index type, std::uint32_t from, std::uint32_t child) {
  for (;;) {
    Node& node = nodes_[from];
    for (std::uint32_t i = place_of(node, child) + 1; i < node.count; ++i) {
      node.children[i - 1] = node.children[i];
      node.sums[i - 1] = node.sums[i];
    }
    --node.count;
    if (node.count || !node.parent) break;
    child = from;
    from = node.parent;
    free_nodes_.push_back(child);
  }
  // A root with one child that is a node itself is a level too many.
  std::uint32_t root = store_.types[type].tree;
  while (!nodes_[root].above_leaves && nodes_[root].count == 1) {
    const std::uint32_t only = nodes_[root].children[0];
    free_nodes_.push_back(root);
    nodes_[only].parent = 0;
    store_.types[type].tree = root = only;
  }
  if (nodes_[root].count == 0) {
    const std::uint32_t leaf = new_leaf();
    Node& node = nodes_[root];
    node.above_leaves = true;
    node.children[0] = leaf;
    node.sums[0] = 0;
    node.count = 1;
    leaves_[leaf].parent = root;
  }
}

// ---- searching

Index SequenceIndex::find(Index type, std::uint64_t index, std::uint64_t& offset) {
  if (cursor_type_ != type || !cursor_leaf_ || index < cursor_before_ ||
      index - cursor_before_ >= leaves_[cursor_leaf_].sum) {
    settle();
    std::uint32_t n = store_.types[type].tree;
    std::uint64_t before = 0;
    for (;;) {
      const Node& node = nodes_[n];
      std::uint32_t i = 0;
      while (i < node.count && index - before >= node.sums[i]) before += node.sums[i++];
      if (i == node.count) return 0;
      n = node.children[i];
      if (node.above_leaves) break;
    }
    cursor_type_ = type;
    cursor_leaf_ = n;
    cursor_before_ = before;
    rewind();
  }
  const Leaf& leaf = leaves_[cursor_leaf_];
  std::uint64_t rest = index - cursor_before_;
  if (rest < cursor_rest_) rewind();
  rest -= cursor_rest_;
  while (rest >= leaf.lengths[cursor_at_]) {
    rest -= leaf.lengths[cursor_at_];
    cursor_rest_ += leaf.lengths[cursor_at_++];
  }
  offset = rest;
  return leaf.items[cursor_at_];
}

std::uint64_t SequenceIndex::before(Index type, Index item) {
  static_cast<void>(type);
  settle();
  std::uint32_t child = store_.items[item].leaf;
  const Leaf& leaf = leaves_[child];
  std::uint64_t sum = 0;
  for (std::uint32_t i = place_of(leaf, item); i; --i) sum += leaf.lengths[i - 1];
  for (std::uint32_t n = leaf.parent; n; n = nodes_[n].parent) {
    for (std::uint32_t i = place_of(nodes_[n], child); i; --i) sum += nodes_[n].sums[i - 1];
    child = n;
  }
  return sum;
}

}  // namespace assay::crdt
