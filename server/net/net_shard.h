// NetShard: what the connections of one shard share: their loop, the rooms' shard on it, and the list of
// themselves.
#pragma once

#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include "server/net/asio_loop.h"
#include "server/rooms/shard.h"
#include "server/sync/session.h"

namespace assay::server {

class WebSocketConnection;

// [this shard]
class NetShard {
 public:
  NetShard(AsioLoop& shard_loop, Shard& shard_rooms, SessionSurroundings& sessions)
      : loop(shard_loop), rooms(shard_rooms), around(sessions) {}

  AsioLoop& loop;
  Shard& rooms;
  SessionSurroundings& around;

  // Calls the connection's `flush` once what is being handled now is done, so that frames share a write.
  void flush_soon(std::shared_ptr<WebSocketConnection> connection);
  void tick();
  // Says 1001 to all and counts on them to leave.
  void close_all();
  // Lets go of all at once.
  void abandon_all();
  std::size_t size() const { return connections_.size(); }

  void add(WebSocketConnection& connection) { connections_.insert(&connection); }
  void remove(WebSocketConnection& connection) { connections_.erase(&connection); }

 private:
  std::unordered_set<WebSocketConnection*> connections_;
  std::vector<std::shared_ptr<WebSocketConnection>> to_flush_;
  std::int64_t looked_ms_ = 0;
};

}  // namespace assay::server
