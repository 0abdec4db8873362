// Peer: one document open on one connection. The connection lives on one shard and the room on another (or
// the same), so what they say to each other are messages; PeerLink is what both ends hold.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crdt/awareness.h"
#include "crdt/update.h"
#include "server/access.h"
#include "server/rooms/dialect.h"

namespace assay::server {

class Room;
class Shard;

// One message as it goes on the wire, encoded once and shared by all that get it.
using Frame = std::shared_ptr<const Bytes>;

// What waits to be written to one connection. Both ends look at it: the room stops sending when it is too
// long, the connection tells the room when it is empty again.
struct Backlog {
  std::atomic<std::size_t> bytes{0};
  std::atomic<bool> behind{false};  // set by a room that held something back
};

struct CloseSocket {
  std::uint16_t code = 1000;
  std::string reason;
};
struct Ended {};  // this document is closed for this peer; its socket stays
using Delivery = std::variant<Frame, Ended, CloseSocket>;

// [the connection's shard]
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void deliver(const Frame& frame) = 0;
  virtual void ended() = 0;
  virtual void close_socket(const CloseSocket& close) = 0;
};

// An update with the bytes that it borrows from.
struct OwnedUpdate {
  std::unique_ptr<const Bytes> bytes;
  crdt::Update update;
};

// ---- What a session asks of a room
struct Join {};
struct SyncStep1 {
  crdt::StateVector vector;
  bool ask_back = true;  // whether our own step 1 may follow the answer
  Bytes unread{};  // instead of `vector` when it has more entries than most documents: the room knows its own
};
struct SyncUpdate {  // a step 2 or an update: to a room they are the same
  OwnedUpdate update;
};
struct AwarenessSaid {
  std::vector<crdt::AwarenessEntry> entries;
};
struct QueryAwareness {};
struct Drained {};  // the connection's backlog is empty after it was behind
struct Leave {};
using Request = std::variant<Join, SyncStep1, SyncUpdate, AwarenessSaid, QueryAwareness, Drained, Leave>;

struct PeerLink {
  PeerLink(Shard& connection_shard, Shard& room_shard, std::shared_ptr<Backlog> connection_backlog,
           Peer& connection_peer, Identity identity, DocumentName name, std::shared_ptr<const Dialect> how)
      : shard(connection_shard),
        home(room_shard),
        backlog(std::move(connection_backlog)),
        who(std::move(identity)),
        document(std::move(name)),
        dialect(std::move(how)),
        peer(&connection_peer) {}

  Shard& shard;  // the connection's
  Shard& home;   // the room's
  const std::shared_ptr<Backlog> backlog;
  const Identity who;
  const DocumentName document;
  const std::shared_ptr<const Dialect> dialect;

  Peer* peer;            // [the connection's shard] null once the connection let go
  Room* room = nullptr;  // [the room's shard] null before joining and after the end
  void* seat = nullptr;  // [the room's shard] the room's own note of this peer
};

}  // namespace assay::server
