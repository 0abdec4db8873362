// The structs of one client in order of their clocks, without gaps. Blocks of some hundred: an insertion in
// the middle moves one block, not a million entries. Structs that came one after the other stand in items
// that follow one another, so a block needs the number of the first alone until one comes in between: of a
// document that was loaded the list is half as large.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crdt/update_parts.h"

namespace assay::crdt {

using Index = std::uint32_t;  // into one of a document's tables; 0 stands for none

class StructList {
 public:
  struct Place {
    std::uint32_t block = 0, at = 0;
  };
  bool empty() const { return blocks_.empty(); }
  std::size_t size() const { return size_; }
  Index last() const { return last_; }
  Place last_place() const {
    return {static_cast<std::uint32_t>(blocks_.size() - 1), blocks_.back().size() - 1};
  }
  // The struct that covers the clock, which must be below the client's state.
  Place find(std::uint64_t clock) const;
  Index at(Place place) const { return blocks_[place.block].item(place.at); }
  bool first(Place place) const { return place.block == 0 && place.at == 0; }
  bool next(Place& place) const {
    if (++place.at < blocks_[place.block].size()) return true;
    place.at = 0;
    return ++place.block < blocks_.size();
  }
  void previous(Place& place) const {
    if (place.at == 0) place.at = blocks_[--place.block].size();
    --place.at;
  }
  // Items that follow one another.
  struct Following {
    Index first = 0;
    std::size_t count = 0;
    std::size_t size() const { return count; }
    Index operator[](std::size_t i) const { return first + static_cast<Index>(i); }
  };
  // Calls `visit` with all items from the place on, some at a time: as Following or as a span.
  template <class Visit>
  void visit_pieces(Place place, const Visit& visit) const {
    if (size_ == 1) return visit(Following{last_, 1});  // of thousands of clients nearly all wrote one
    for (std::size_t b = place.block; b < blocks_.size(); ++b, place.at = 0) {
      const Block& block = blocks_[b];
      if (block.items.empty()) {
        visit(Following{block.first + place.at, block.size() - place.at});
      } else {
        visit(std::span<const Index>(block.items).subspan(place.at));
      }
    }
  }
  // With each of them.
  template <class Visit>
  void visit_from(Place place, const Visit& visit) const {
    visit_pieces(place, [&](const auto& piece) {
      for (std::size_t i = 0; i != piece.size(); ++i) visit(piece[i]);
    });
  }
  void append(std::uint64_t clock, Index item) {
    ++size_;
    last_ = item;
    if (!blocks_.empty()) {
      Block& last = blocks_.back();
      if (last.size() < block_max && clock - last.base <= span_max) return last.push(clock, item);
    }
    append_block(clock, item);
  }
  // Structs of these rows one after the other, in items that follow one another.
  void append(std::uint64_t clock, Index item, std::span<const Row> rows);
  void insert_after(Place place, std::uint64_t clock, Index item);
  void erase(Place place);
  // The struct there begins at another clock now; the one before it ends there.
  void move_begin(Place place, std::uint64_t clock);
  // How many structs stand at or after the place.
  std::size_t count_from(Place place) const;
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t block_max = 256;
  static constexpr std::uint64_t span_max = 0xffffffff;  // of a block's clocks
  struct Block {
    std::uint64_t base = 0;
    std::vector<std::uint32_t> clocks;  // after the base
    std::vector<Index> items;           // none while they follow the first one
    Index first = 0;

    std::uint32_t size() const { return static_cast<std::uint32_t>(clocks.size()); }
    Index item(std::uint32_t at) const { return items.empty() ? first + at : items[at]; }
    void push(std::uint64_t clock, Index item) {
      if (!items.empty() || item != first + size()) name(item);
      clocks.push_back(static_cast<std::uint32_t>(clock - base));
    }
    void spread();  // from here on `items` says where they are
    void name(Index item);
    void shift_base(std::uint64_t to);
  };
  void append_block(std::uint64_t clock, Index item);
  // What stands in the block from `at` on gets a block of its own behind it. Not all of it does.
  void split_block(std::size_t block, std::uint32_t at);
  std::uint32_t find_block(std::uint64_t clock) const;
  void note_last() { last_ = blocks_.empty() ? 0 : blocks_.back().item(blocks_.back().size() - 1); }
  std::vector<Block> blocks_;
  std::size_t size_ = 0;
  Index last_ = 0;
  mutable Place hint_;  // the last one found: editing stays in one neighbourhood
};

}  // namespace assay::crdt
