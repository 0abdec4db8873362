// What a scan of bytes makes of an update: its Parts.
#pragma once

#include "crdt/plain_struct.h"
#include "crdt/update_parts.h"

namespace assay::crdt {

// Notes where the blocks stand, and keeps the structs themselves while they are few.
class PartsSink {
 public:
  explicit PartsSink(Update::Parts& parts) : parts_(parts) {}

  void begin_block(std::uint32_t client, std::uint64_t clock, std::uint32_t at) {
    block_ = {};
    block_.client = client;
    block_.clock = clock;
    block_.at = at;
  }
  void add(const RawStruct& s, std::uint32_t, std::uint32_t) {
    ++block_.count;
    if (s.kind == ContentKind::skip) block_.skips = true;
    if (s.kind == ContentKind::string) {
      parts_.ascii_bytes += s.ascii ? s.content_size : 0;
      parts_.all_ascii = parts_.all_ascii && s.ascii;
    }
    if (keeping_) parts_.kept_.push_back(s);
    if (parts_.kept_.size() > Update::Parts::kept_max) keep_no_more();
  }
  bool takes_plain() const { return !keeping_; }
  void add_plain(const PlainStruct& s, std::uint32_t, std::uint32_t) {
    ++block_.count;
    parts_.ascii_bytes += s.text.size();
  }
  // A client told twice: Yjs keeps the last block, so do we.
  void end_block(std::uint64_t clock) {
    block_.end = clock;
    if (Update::Parts::Block* const earlier = block_of(block_.client)) {
      *earlier = block_;
      return keep_no_more();
    }
    if (!place_of_.empty()) note(block_.client, parts_.blocks.size());
    parts_.blocks.push_back(block_);
  }
  void begin_deletes(std::size_t at) { deletes_at_ = at; }
  void remove(const RawDelete&) { ++deletes_; }

  void finish() {
    parts_.deletes = DeleteList(parts_.bytes, deletes_at_, deletes_, parts_.clients);
    for (Update::Parts::Block& block : parts_.blocks) {
      block.first = parts_.struct_count;
      parts_.struct_count += block.count;
    }
  }

 private:
  void keep_no_more() {
    keeping_ = false;
    parts_.kept_.clear();
  }

  Update::Parts::Block* block_of(std::uint32_t client) {
    constexpr std::size_t linear_max = 8;
    if (parts_.blocks.size() <= linear_max) {
      for (auto& block : parts_.blocks) {
        if (block.client == client) return &block;
      }
      return nullptr;
    }
    if (place_of_.empty()) {
      for (std::size_t i = 0; i < parts_.blocks.size(); ++i) note(parts_.blocks[i].client, i);
    }
    const bool known = client < place_of_.size() && place_of_[client] != no_client;
    return known ? &parts_.blocks[place_of_[client]] : nullptr;
  }
  void note(std::uint32_t client, std::size_t place) {
    if (place_of_.size() <= client) place_of_.resize(parts_.clients.size(), no_client);
    place_of_[client] = static_cast<std::uint32_t>(place);
  }

  Update::Parts& parts_;
  Update::Parts::Block block_;
  bool keeping_ = true;
  std::size_t deletes_at_ = 0;
  std::uint32_t deletes_ = 0;
  std::vector<std::uint32_t> place_of_;  // the block of a client, if any; when there are many
};

}  // namespace assay::crdt
