// TestWorld: rooms and sessions of a whole server in one process and one thread, over a store without a disk.
// A TestClient is either stock client's behaviour by hand: bytes in, bytes out.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crdt/document.h"
#include "server/rooms/manual_loop.h"
#include "server/rooms/rooms_on_shards.h"
#include "server/sync/session.h"
#include "storage/memory_store.h"

namespace assay::server {

enum class Protocol { y_websocket, hocuspocus };

// Tokens are user ids; a role for each user in each report.
class TestAccess final : public Access {
 public:
  Mode mode_now = Mode::accounts;
  std::map<std::string, std::map<std::string, Role>> roles;  // by report, by user
  std::set<std::string> signed_out;

  Mode mode() const override { return mode_now; }
  std::optional<Identity> authenticate(std::string_view token, std::string_view cookie) const override;
  Role role(const Identity& who, const DocumentName& document) const override;
  bool valid(const Identity& who) const override { return !signed_out.contains(who.user); }
  void on_change(std::function<void(const std::string&)> listener) override {
    listener_ = std::move(listener);
  }
  void announce() { listener_(""); }

 private:
  std::function<void(const std::string&)> listener_;
};

class TestClient;

class TestWorld {
 public:
  explicit TestWorld(unsigned shards = 2);
  ~TestWorld();

  // Runs everything until nothing is left to do and all that was appended has completed, unless the store
  // holds it.
  void settle();
  void advance(std::int64_t ms);  // in ticks, settling after each
  // Waits for a write that is on its way to fail or succeed.
  void await_store();

  Limits limits;
  RoomBounds bounds;
  Metrics metrics;
  TestAccess access;
  std::vector<std::unique_ptr<ManualLoop>> loops;  // outlive the store, whose thread posts to them
  std::shared_ptr<storage::MemoryDisk> disk = std::make_shared<storage::MemoryDisk>();
  storage::MemoryStore store{disk};
  bool holding = false;              // set while the store holds
  std::vector<std::string> changes;  // as told to the changed hook
  std::unique_ptr<RoomsOnShards> rooms;
  SessionSurroundings around{access, limits, metrics};

 private:
  bool run_ready();
};

class TestClient final : public SessionHost {
 public:
  // Connects. On Hocuspocus says its Auth for `document`; both say step 1.
  TestClient(TestWorld& world, Protocol protocol, const std::string& user, const std::string& document,
             std::uint64_t client_id, unsigned shard = 0, const std::string& session_id = {});
  ~TestClient() override;

  // Edits the local copy and says so.
  void type(const std::string& text, std::uint64_t at = 0);
  void say_update(const Bytes& update);
  void say_step1();
  void say_awareness(std::uint64_t clock, const std::string& state);
  void say_raw(const Bytes& message);  // as a whole message
  void say(const Bytes& body);         // under the routing key, where there is one
  void leave();

  std::string text() const;
  // What came since the last call, in words: "step1", "step2", "update", "awareness 7:1:{}", "status 1",
  // "permission readonly", "denied WHY", "closed WHY", "refused WHY" (y-websocket), "stateless JSON", "pong".
  std::vector<std::string> take_heard() { return std::exchange(heard_, {}); }
  // Whether `what` is among what came; forgets nothing.
  bool heard(const std::string& what) const;
  std::size_t count(const std::string& what) const;

  // Stops reading: what is sent stays in the backlog.
  void stall() { stalled_ = true; }
  void drain();
  std::size_t backlog() const { return backlog_->bytes.load(); }
  std::optional<std::pair<unsigned, std::string>> closed() const { return closed_; }
  const std::shared_ptr<Session>& session() const { return session_; }

  crdt::Document copy;
  bool silent = false;  // hears, but does not answer a step 1

  void send(Bytes message) override;
  void deliver(const Frame& frame) override;
  void close(std::uint16_t code, const std::string& reason) override;
  std::shared_ptr<PeerLink> link(Peer& peer, Identity who, DocumentName document,
                                 std::shared_ptr<const Dialect> dialect) override;
  void request(const std::shared_ptr<PeerLink>& link, Request request) override;

 private:
  void hear(const Bytes& message);
  void hear_sync(ByteView body);

  TestWorld& world_;
  const Protocol protocol_;
  const std::string key_;
  const crdt::ClientId client_id_;
  Shard& shard_;
  std::shared_ptr<Backlog> backlog_ = std::make_shared<Backlog>();
  std::shared_ptr<Session> session_;
  std::vector<Frame> waiting_;
  std::vector<std::string> heard_;
  std::optional<std::pair<unsigned, std::string>> closed_;
  bool stalled_ = false;
};

}  // namespace assay::server
