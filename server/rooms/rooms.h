// Rooms: every open document of this server, on its shard. What API, reports and command line use; sessions
// use Shard and Room directly (rooms/shard.h, rooms/room.h).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crdt/document.h"
#include "server/access.h"
#include "storage/room_store.h"

namespace assay::server {

struct Present {
  std::string user, name;
  std::size_t connections = 0;
};

// All functions: [any thread but a shard's]. They wait for the room's shard. Throws storage::StorageError
// when the room cannot be loaded or the write cannot be made durable, std::out_of_range when the room was
// closed for good meanwhile.
class Rooms {
 public:
  virtual ~Rooms() = default;
  // Runs `look` on the room's shard with its document, loaded if need be. Sees durable and not yet durable
  // edits alike; returns once what it saw is durable.
  virtual void read(const std::string& name, const std::function<void(const crdt::Document&)>& look) = 0;
  // Runs `edit` inside one transaction with a fresh client id bound to `user`; returns when durable, and
  // peers see it.
  virtual void write(const std::string& name, const std::string& user,
                     const std::function<void(crdt::Document&, crdt::Transaction&)>& edit) = 0;
  // Says close to every session of the room, forgets it, and runs `then` on its shard before anybody can open
  // it again.
  virtual void close(const std::string& name, const std::string& reason,
                     const std::function<void()>& then) = 0;
  virtual std::vector<Present> present(const std::string& name) = 0;
};

}  // namespace assay::server
