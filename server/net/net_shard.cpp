#include "server/net/net_shard.h"

#include <utility>

#include "server/net/websocket_connection.h"

namespace assay::server {

void NetShard::flush_soon(std::shared_ptr<WebSocketConnection> connection) {
  to_flush_.push_back(std::move(connection));
  if (to_flush_.size() > 1) return;
  loop.post([this] {
    for (const auto& waiting : std::exchange(to_flush_, {})) waiting->flush();
  });
}

void NetShard::tick() {
  rooms.tick();
  const auto now = loop.now_ms();
  if (now - looked_ms_ < 1'000) return;
  looked_ms_ = now;
  const std::vector<WebSocketConnection*> all(connections_.begin(), connections_.end());
  for (auto* connection : all) connection->tick(now);
}

void NetShard::close_all() {
  const std::vector<WebSocketConnection*> all(connections_.begin(), connections_.end());
  for (auto* connection : all) connection->close(1001, "the server is going away");
}

void NetShard::abandon_all() {
  const std::vector<WebSocketConnection*> all(connections_.begin(), connections_.end());
  for (auto* connection : all) connection->abandon();
  to_flush_.clear();
}

}  // namespace assay::server
