// Plain structs go in by a short way: what integrating would do, without what integrating has to ask.
#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "crdt/document_impl.h"
#include "crdt/struct_scan.h"

namespace assay::crdt {

// Where the structs of a long block went: for every so many clocks the item that covers the first of them.
// Structs that follow one another get indices that do, as a rule, so the item asked for is that one or one of
// the next; who asks has to check, for items are cut and merged meanwhile. A search in the list of a client's
// structs takes four times as long.
class Places {
 public:
  void cover(const Update::Parts::Block& block) {
    if (clocks_ || block.count < count_min || block.end < block.clock) return;
    begin_ = block.clock;
    clocks_ = block.end - block.clock;
    shift_ = static_cast<unsigned>(std::bit_width(clocks_ / block.count | 1)) - 1;
    items_.assign((clocks_ >> shift_) + 1 + set_at_once, 0);
  }
  // To be told of every struct of the block in the order of their clocks.
  void note(std::uint64_t clock, std::uint64_t length, Index item) {
    const std::uint64_t from = clock - begin_;
    if (from >= clocks_) return;
    // Some are set even where the struct does not reach so far: whoever does comes later and sets them again.
    const std::uint64_t first = (from + (std::uint64_t{1} << shift_) - 1) >> shift_;
    for (std::size_t i = 0; i < set_at_once; ++i) items_[first + i] = item;
    const std::uint64_t end = std::min(from + length, clocks_);
    for (std::uint64_t at = first + set_at_once; at << shift_ < end; ++at) items_[at] = item;
  }
  // None where nothing is known.
  Index guess(std::uint64_t clock) const {
    const std::uint64_t from = clock - begin_;
    return from < clocks_ ? items_[from >> shift_] : 0;
  }

 private:
  static constexpr std::uint32_t count_min = 64;
  static constexpr std::size_t set_at_once = 4;
  std::uint64_t begin_ = 0, clocks_ = 0;  // no clocks: nothing is noted
  unsigned shift_ = 0;
  std::vector<Index> items_;
};

class PlainPlacer {
 public:
  explicit PlainPlacer(Document::Impl& impl) : impl_(impl), store_(impl.store_) {}

  // Something else happened to the document since the last struct.
  void forget() { slot_ = none; }

  // Places the struct of the client between two neighbours with nobody else there. False: it is not that
  // case, and nothing was done.
  bool place(std::uint32_t client, const PlainStruct& s);

  // The same for the structs of a stream, of which the client has some already, up to the first that is not
  // plain or cannot go in so. How many it was.
  std::uint32_t run(std::uint32_t client, StructStream& stream, Places& places);

 private:
  // The structs that a loop has placed and not yet added to the list of its client, which takes many at once
  // in less time.
  struct Unlisted {
    StructList& structs;
    std::uint64_t clock;
    Index item;
    const Row* row;
    void list(const Row* end);
  };
  template <class Items>
  std::uint32_t run(std::uint32_t client, StructStream& stream, Places& places, Items& items);
  // The item that covers the element, which stands before the newest; `guess` was none too far.
  template <class Items>
  static Index covering(Unlisted& unlisted, const Row* row, const Items& items, Index guess, Index newest,
                        PackedId id);
  bool fits(Index slot);

  Document::Impl& impl_;
  ItemStore& store_;
  static constexpr Index none = ~Index{0};  // not 0: that is what a collected item stands in
  Index slot_ = none, type_ = 0;            // the last slot that fits
};

}  // namespace assay::crdt
