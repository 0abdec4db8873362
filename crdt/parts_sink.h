// What a scan of bytes makes of an update: its Parts.
#pragma once

#include <algorithm>
#include <utility>

#include "crdt/plain_struct.h"
#include "crdt/update_parts.h"

namespace assay::crdt {

// Notes where the blocks stand; keeps the structs themselves while they are few, and makes rows of them when
// they are many.
class PartsSink {
 public:
  explicit PartsSink(Update::Parts& parts) : parts_(parts) {}

  void begin_block(std::uint32_t client, std::uint64_t clock, std::uint32_t at, std::size_t most) {
    Update::Parts::Block& block = parts_.blocks.emplace_back();
    block.client = client;
    block.clock = clock;
    block.at = at;
    block.row = added();
    text_end_ = at;
    if (most > Update::Parts::kept_max) make_room(block.row + most);
  }
  RawStruct& to_read() { return parts_.kept_.emplace_back(); }
  void drop_read() { parts_.kept_.pop_back(); }
  // It stands at `at`, and the text is read up to `text_end`: of version 2 read into rows somewhere else.
  void add_read(std::uint32_t at, std::uint32_t text_end) {
    const RawStruct& s = parts_.kept_.back();
    const Stands stands{at, text_end - std::exchange(text_end_, text_end)};
    if (s.kind == ContentKind::skip) parts_.blocks.back().skips = true;
    if (s.kind == ContentKind::string) {
      parts_.ascii_bytes += s.ascii ? s.content_size : 0;
      parts_.all_ascii = parts_.all_ascii && s.ascii;
    }
    if (!keeping_) {
      parts_.rows.push_back(other_row(stands, s.length, s.kind));
      return parts_.kept_.clear();
    }
    kept_at_[kept_++] = stands;
    if (kept_ > Update::Parts::kept_max) keep_no_more();
  }
  void make_rows() { keeping_ = false; }
  // For so many plain structs, to be filled; then what text they took and up to where.
  Row* add_rows(std::size_t count) {
    const std::size_t size = parts_.rows.size();
    parts_.rows.resize(size + count);
    return parts_.rows.data() + size;
  }
  void added_text(std::size_t size, std::uint32_t text_end) {
    parts_.ascii_bytes += size;
    text_end_ = text_end;
  }
  bool takes_plain() const { return !keeping_; }
  // Only while takes_plain() says so.
  void add_plain(const PlainStruct& s, std::uint32_t at, std::uint32_t size) {
    parts_.ascii_bytes += s.text.size();
    const auto length = static_cast<std::uint32_t>(s.length);
    const std::uint64_t clocks = s.origin_clock | (s.has_right ? s.right_clock : 0);
    const std::uint32_t passed = at + size - text_end_;
    text_end_ = at + size;
    if (passed != size || s.length > Row::length_max || clocks >> 28)
      return parts_.rows.push_back(other_row({at, passed}, s.length, s.kind));
    const auto head = size - static_cast<std::uint32_t>(s.text.size());
    const std::uint32_t deleted = s.kind == ContentKind::deleted;
    parts_.rows.push_back({static_cast<std::uint32_t>(s.origin_clock),
                           s.has_right ? static_cast<std::uint32_t>(s.right_clock) : Row::no_clock,
                           length | head << Row::head_shift | deleted << Row::deleted_shift});
  }
  // A client told twice: Yjs keeps the last block, so do we.
  void end_block(std::uint64_t clock) {
    Update::Parts::Block& block = parts_.blocks.back();
    block.end = clock;
    block.count = added() - block.row;
    const std::size_t place = parts_.blocks.size() - 1;
    Update::Parts::Block* const earlier = block_of(block.client, place);
    if (!earlier) {
      if (!place_of_.empty()) note(block.client, place);
      return;
    }
    *earlier = block;
    parts_.blocks.pop_back();
    if (keeping_) keep_no_more();
  }
  void begin_deletes(std::size_t at) { deletes_at_ = at; }
  void remove(const RawDelete& range) {
    ++deletes_;
    if (!keeping_) deletes_in_rows_ = deletes_in_rows_ && in_rows(range);
  }

  void finish() {
    parts_.deletes = DeleteList(parts_.bytes, deletes_at_, deletes_, parts_.clients);
    for (Update::Parts::Block& block : parts_.blocks) {
      block.first = parts_.struct_count;
      parts_.struct_count += block.count;
    }
    parts_.deletes_in_rows = deletes_in_rows_ && !keeping_;
  }

 private:
  void keep_no_more() {
    keeping_ = false;
    for (std::size_t i = 0; i < kept_; ++i)
      parts_.rows.push_back(other_row(kept_at_[i], parts_.kept_[i].length, parts_.kept_[i].kind));
    parts_.kept_.clear();
  }

  // Of counts in the bytes no more is believed than the bytes can hold.
  void make_room(std::size_t rows) {
    if (rows > parts_.rows.capacity()) parts_.rows.reserve(std::max(rows, 2 * parts_.rows.capacity()));
  }
  // Where a struct begins, and how far the text goes on from where it ended before.
  struct Stands {
    std::uint32_t at, passed;
  };
  static Row other_row(Stands stands, std::uint64_t length, ContentKind kind) {
    const bool deleted = kind == ContentKind::deleted || kind == ContentKind::gc;
    const auto shown = static_cast<std::uint32_t>(length > Row::length_max ? 0 : length);
    return {stands.at, stands.passed, shown | std::uint32_t{deleted} << Row::deleted_shift | Row::other};
  }
  // Structs, also of blocks that no longer count.
  std::uint32_t added() const { return keeping_ ? kept_ : static_cast<std::uint32_t>(parts_.rows.size()); }

  // Whether all of the range came as deleted structs. Ranges come in the order of the structs, as a rule.
  bool in_rows(const RawDelete& range) {
    if (range.client != walk_.client) {
      const Update::Parts::Block* const block = block_of(range.client, parts_.blocks.size());
      if (!block) return false;
      const Row* const first = parts_.rows.data() + block->row;
      walk_ = {range.client, first, first + block->count, block->clock};
    }
    Walk walk = walk_;
    if (walk.clock > range.clock) return false;
    for (;; ++walk.row) {
      if (walk.row == walk.end) return false;
      const std::uint32_t length = walk.row->length();
      if (length == 0) return false;
      if (walk.clock + length > range.clock) break;
      walk.clock += length;
    }
    for (const std::uint64_t end = range.clock + range.length;; ++walk.row) {
      if (walk.row == walk.end || !walk.row->deleted() || walk.row->length() == 0) return false;
      if (walk.clock + walk.row->length() >= end) break;
      walk.clock += walk.row->length();
    }
    walk_ = walk;
    return true;
  }

  // Among the first so many.
  Update::Parts::Block* block_of(std::uint32_t client, std::size_t count) {
    constexpr std::size_t linear_max = 8;
    const auto begin = parts_.blocks.begin(), end = begin + static_cast<std::ptrdiff_t>(count);
    if (count <= linear_max) {
      const auto place = std::find_if(begin, end, [&](const auto& block) { return block.client == client; });
      return place == end ? nullptr : &*place;
    }
    if (place_of_.empty()) {
      for (std::size_t i = 0; i < count; ++i) note(parts_.blocks[i].client, i);
    }
    const bool known = client < place_of_.size() && place_of_[client] != no_client;
    return known ? &parts_.blocks[place_of_[client]] : nullptr;
  }
  void note(std::uint32_t client, std::size_t place) {
    if (place_of_.size() <= client) place_of_.resize(parts_.clients.size(), no_client);
    place_of_[client] = static_cast<std::uint32_t>(place);
  }

  Update::Parts& parts_;
  bool keeping_ = true;
  std::size_t deletes_at_ = 0;
  std::uint32_t deletes_ = 0;
  Stands kept_at_[Update::Parts::kept_max + 1];
  std::uint32_t kept_ = 0;
  std::uint32_t text_end_ = 0;   // behind the last struct
  bool deletes_in_rows_ = true;  // so far
  struct Walk {
    std::uint32_t client = no_client;
    const Row* row = nullptr;
    const Row* end = nullptr;
    std::uint64_t clock = 0;
  };
  Walk walk_;                            // over the rows of the client whose deletions are read
  std::vector<std::uint32_t> place_of_;  // the block of a client, if any; when there are many
};

}  // namespace assay::crdt
