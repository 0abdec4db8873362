// The inner parts of a Room, for its own source files.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "server/rooms/loop.h"
#include "server/rooms/room.h"
#include "server/rooms/shard.h"
#include "server/rooms/update_needs.h"

namespace assay::server {

// A status that is owed to a peer. Statuses leave in the order in which updates came, so one that waits holds
// up those behind it.
struct Room::Slot {
  bool settled = false;
  bool stored = false;
};

// Frames for all peers that understand the same bytes.
struct Room::Voice {
  std::shared_ptr<const Dialect> dialect;
  std::size_t seats = 0;
  Frame stored, refused;  // the two statuses, made when first needed
  Frame cached;           // of the broadcast in hand
};

struct Room::Seat {
  std::shared_ptr<PeerLink> link;
  Voice* voice = nullptr;
  std::size_t index = 0;  // in seats_
  Role role = Role::none;
  std::deque<std::shared_ptr<Slot>> slots;
  bool unstored = false;      // sent something that never became durable
  bool unanswered = false;    // asked, and the answer rested on what was lost
  bool told_storage = false;  // closed once, or told, that storage fails
  // A slow reader gets no updates until its connection has drained; then one diff from `since`.
  bool behind = false;
  bool behind_awareness = false;
  bool behind_watch = false;  // was not told what the watch said
  bool behind_step2 = false;  // the diff answers a step 1
  bool behind_ask_back = false;
  std::uint64_t behind_after = 0;  // what the log holds up to here is still sent as it is
  crdt::StateVector since;

  bool may_write(DocumentPart part) const { return server::may_write(role, part); }
};

struct Room::Held {
  Seat* seat = nullptr;
  std::shared_ptr<Slot> slot;
  std::unique_ptr<const Bytes>
      bytes;                // decoded again when it is tried again: that takes a hundred times as much
  std::vector<Need> needs;  // not tried again before all are met
  std::int64_t until_ms = 0;
};

struct Room::Loaded {
  crdt::Document document;
  Bindings bindings;
  std::uint64_t last_sequence = 0;
  std::uint64_t entries_since_checkpoint = 0, bytes_since_checkpoint = 0, checkpoint_size = 0;
  std::string error;  // empty: loaded
};

struct Room::Early {
  std::shared_ptr<PeerLink> link;
  Request request;
};

// How the log's thread tells a room how far it is: many completions share one message.
struct Room::DurableMail {
  std::atomic<std::uint64_t> sequence{0};
  std::atomic<bool> failed{false};
  std::atomic<bool> posted{false};
};

}  // namespace assay::server
