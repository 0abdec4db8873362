#include "crdt/struct_list.h"

#include <algorithm>
#include <numeric>

namespace assay::crdt {

// ---- One block

void StructList::Block::spread() {
  if (!items.empty()) return;
  items.reserve(std::max<std::size_t>(clocks.capacity(), clocks.size() + 1));
  items.resize(clocks.size());
  std::iota(items.begin(), items.end(), first);
}

void StructList::Block::name(Index item) {
  spread();
  items.push_back(item);
}

// All stand where they stood, counted from another clock.
void StructList::Block::shift_base(std::uint64_t to) {
  const auto shift = static_cast<std::uint32_t>(to - base);  // backwards as well: it wraps
  for (std::uint32_t& clock : clocks) clock -= shift;
  base = to;
}

// ---- All of them

// The last block that begins at or before the clock. No branch depends on what is found.
std::uint32_t StructList::find_block(std::uint64_t clock) const {
  const Block* from = blocks_.data();
  for (std::size_t size = blocks_.size(); size > 1;) {
    const std::size_t half = size / 2;
    from += from[half].base <= clock ? half : 0;
    size -= half;
  }
  return static_cast<std::uint32_t>(from - blocks_.data());
}

StructList::Place StructList::find(std::uint64_t clock) const {
  const auto covers = [&](std::uint32_t b) {
    return blocks_[b].base <= clock && (b + 1 == blocks_.size() || clock < blocks_[b + 1].base);
  };
  std::uint32_t block = hint_.block;
  if (block >= blocks_.size() || !covers(block)) block = find_block(clock);
  const Block& in = blocks_[block];
  const auto relative = static_cast<std::uint32_t>(std::min(clock - in.base, span_max));
  const std::uint32_t* const clocks = in.clocks.data();
  const std::uint32_t count = in.size();
  std::uint32_t at = hint_.at;
  const auto covers_entry = [&](std::uint32_t e) {
    return e < count && clocks[e] <= relative && (e + 1 == count || relative < clocks[e + 1]);
  };
  // The next one or the one behind it: of what is deleted in a text, going through it, nearly every one.
  if (covers_entry(at)) {
  } else if (covers_entry(at + 2)) {
    at += 2;
  } else if (covers_entry(at + 1)) {
    ++at;
  } else if (at && covers_entry(at - 1)) {
    --at;
  } else {
    const std::uint32_t* from = clocks;
    for (std::size_t size = count; size > 1;) {
      const std::size_t half = size / 2;
      from += from[half] <= relative ? half : 0;
      size -= half;
    }
    at = static_cast<std::uint32_t>(from - clocks);
  }
  return hint_ = {block, at};
}

void StructList::append_block(std::uint64_t clock, Index item) {
  const bool more = !blocks_.empty();  // a client's first block may stay as small as it is
  Block& block = blocks_.emplace_back();
  block.base = clock;
  block.first = item;
  if (more) block.clocks.reserve(block_max);
  block.clocks.push_back(0);
}

void StructList::append(std::uint64_t clock, Index item, std::span<const Row> rows) {
  while (!rows.empty()) {
    append(clock, item++);
    clock += rows.front().length();
    rows = rows.subspan(1);
    Block& last = blocks_.back();
    const std::size_t size = last.size(), count = std::min(rows.size(), block_max - size);
    if (!last.items.empty() || clock + std::uint64_t{Row::length_max} * count - last.base > span_max)
      continue;
    last.clocks.resize(size + count);
    for (std::size_t i = 0; i < count; ++i) {
      last.clocks[size + i] = static_cast<std::uint32_t>(clock - last.base);
      clock += rows[i].length();
    }
    item += static_cast<Index>(count);
    size_ += count;
    last_ = item - 1;
    rows = rows.subspan(count);
  }
}

void StructList::split_block(std::size_t block, std::uint32_t at) {
  Block& right = *blocks_.emplace(blocks_.begin() + static_cast<std::ptrdiff_t>(block) + 1);
  Block& left = blocks_[block];
  const std::uint32_t shift = left.clocks[at];
  right.base = left.base + shift;
  right.clocks.reserve(block_max);
  for (std::size_t i = at; i < left.clocks.size(); ++i) right.clocks.push_back(left.clocks[i] - shift);
  left.clocks.resize(at);
  if (left.items.empty()) {
    right.first = left.first + at;
  } else {
    right.items.reserve(block_max);
    right.items.assign(left.items.begin() + at, left.items.end());
    left.items.resize(at);
  }
}

void StructList::insert_after(Place place, std::uint64_t clock, Index item) {
  ++size_;
  if (blocks_[place.block].size() >= block_max) {
    const std::uint32_t half = blocks_[place.block].size() / 2;
    split_block(place.block, half);
    if (place.at >= half) {
      ++place.block;
      place.at -= half;
    }
  }
  const std::uint32_t at = place.at + 1;
  if (clock - blocks_[place.block].base > span_max) {
    if (at < blocks_[place.block].size()) split_block(place.block, at);
    Block& alone = *blocks_.emplace(blocks_.begin() + place.block + 1);
    alone.base = clock;
    alone.first = item;
    alone.clocks.push_back(0);
  } else {
    Block& block = blocks_[place.block];
    block.spread();
    block.items.insert(block.items.begin() + at, item);
    block.clocks.insert(block.clocks.begin() + at, static_cast<std::uint32_t>(clock - block.base));
  }
  note_last();
}

void StructList::erase(Place place) {
  --size_;
  Block& block = blocks_[place.block];
  const std::uint32_t end = block.size() - 1;
  if (place.at == 0 && block.items.empty()) {
    ++block.first;
  } else if (place.at != end) {
    block.spread();
  }
  if (!block.items.empty()) block.items.erase(block.items.begin() + place.at);
  block.clocks.erase(block.clocks.begin() + place.at);
  if (block.clocks.empty()) {
    blocks_.erase(blocks_.begin() + place.block);
  } else if (place.at == 0) {
    // What was erased now belongs to the struct before, in the block before.
    block.shift_base(block.base + block.clocks.front());
  }
  note_last();
}

void StructList::move_begin(Place place, std::uint64_t clock) {
  const Block& in = blocks_[place.block];
  // Ranges of what is deleted can be as long as a block reaches: the struct or those behind it go elsewhere.
  if (place.at != 0 && clock - in.base > span_max) {
    split_block(place.block, place.at);
    place = {place.block + 1, 0};
  } else if (place.at == 0 && in.size() > 1 && in.base + in.clocks.back() - clock > span_max) {
    split_block(place.block, 1);
  }
  Block& block = blocks_[place.block];
  if (place.at != 0) {
    block.clocks[place.at] = static_cast<std::uint32_t>(clock - block.base);
    return;
  }
  // The first of its block: the others are counted from it.
  block.shift_base(clock);
  block.clocks.front() = 0;
}

std::size_t StructList::count_from(Place place) const {
  std::size_t count = blocks_[place.block].size() - place.at;
  for (std::size_t b = place.block + 1; b < blocks_.size(); ++b) count += blocks_[b].size();
  return count;
}

std::size_t StructList::memory_bytes() const {
  std::size_t sum = blocks_.capacity() * sizeof(Block);
  for (const Block& block : blocks_)
    sum += block.clocks.capacity() * sizeof(std::uint32_t) + block.items.capacity() * sizeof(Index);
  return sum;
}

}  // namespace assay::crdt
