// Session: a client's side of one wire protocol on one connection. No I/O: bytes and time in; replies,
// requests to rooms and the end of the connection out, through its host. [the connection's shard]
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/access.h"
#include "server/config.h"
#include "server/metrics.h"
#include "server/rooms/peer.h"

namespace assay::server {

// What a session needs of the connection that carries it. Outlives the session.
class SessionHost {
 public:
  virtual ~SessionHost() = default;
  virtual void send(Bytes message) = 0;          // outside of any document
  virtual void deliver(const Frame& frame) = 0;  // from a room, counted in the backlog already
  // Ends the connection after what is queued; safe to call from anywhere in a session.
  virtual void close(std::uint16_t code, const std::string& reason) = 0;
  virtual std::shared_ptr<PeerLink> link(Peer& peer, Identity who, DocumentName document,
                                         std::shared_ptr<const Dialect> dialect) = 0;
  virtual void request(const std::shared_ptr<PeerLink>& link, Request request) = 0;
};

// What all sessions of a server share.
struct SessionSurroundings {
  const Access& access;
  const Limits& limits;
  Metrics& metrics;
};

class Session {
 public:
  virtual ~Session() = default;
  virtual void start(std::int64_t now_ms) = 0;
  virtual void receive(ByteView message, std::int64_t now_ms) = 0;
  virtual void tick(std::int64_t now_ms) = 0;
  // The connection's queue is empty after a room had held something back.
  virtual void drained() = 0;
  // The connection is gone: leaves every room. Nothing is called afterwards.
  virtual void end() = 0;
  // Whether larger messages are welcome.
  virtual bool authenticated() const = 0;
};

}  // namespace assay::server
