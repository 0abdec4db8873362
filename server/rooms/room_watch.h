// RoomWatch: somebody who looks at a room's document whenever it changes, and has things to say to those in
// it that are no part of the document. How checks are attached to rooms without rooms knowing of checks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "crdt/document.h"
#include "server/access.h"
#include "server/rooms/loop.h"

namespace assay::server {

struct PeerLink;

// What an update touched, by the root types under which it lies.
struct Touched {
  bool text = false;  // `default`
  bool maps = false;  // any other
};

// What a room offers its watch. [the room's shard]
class WatchedRoom {
 public:
  virtual ~WatchedRoom() = default;
  virtual const DocumentName& name() const = 0;
  virtual const crdt::Document& document() const = 0;
  virtual Loop& loop() = 0;
  // Calls `then` once all that was applied until now is durable; never, if it will not be.
  virtual void when_durable(std::function<void()> then) = 0;
  // A message to all whose protocol has a word for it. Who cannot keep up is left out, and `joined` again
  // later.
  virtual void tell(const std::string& json) = 0;
  virtual void tell(const std::shared_ptr<PeerLink>& peer, const std::string& json) = 0;
};

// Dies with its room, or when the room is closed. [the room's shard]
class RoomWatch {
 public:
  virtual ~RoomWatch() = default;
  virtual void loaded() = 0;  // the document is there, and no other that was shown before counts
  virtual void changed(Touched touched) = 0;
  virtual void joined(const std::shared_ptr<PeerLink>& peer) = 0;
};
// None: nobody watches this room. Called on any shard.
using MakeWatch = std::function<std::shared_ptr<RoomWatch>(WatchedRoom& room)>;

}  // namespace assay::server
