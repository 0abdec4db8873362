// Shard: one thread's share of the rooms, and the post office between rooms and connections. A room belongs
// to the shard that its name hashes to, for life; only that shard's thread touches it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/rooms/loop.h"
#include "server/rooms/peer.h"
#include "server/rooms/room.h"

namespace assay::server {

class Shard {
 public:
  // Everything borrowed outlives the shard.
  Shard(Loop& loop, unsigned index, RoomSurroundings& around) : loop_(loop), index_(index), around_(around) {}

  // Once, before anything runs: all shards of the server in order, this one among them.
  void connect(std::vector<Shard*> all);

  Loop& loop() { return loop_; }
  Shard& home_of(std::string_view document) const;  // [any thread]

  // [this shard, the connection's] In the order of the calls.
  void request(const std::shared_ptr<PeerLink>& link, Request request);
  // [this shard, the room's] In the order of the calls.
  void deliver(const std::shared_ptr<PeerLink>& link, Delivery delivery);

  // [this shard] A few times a second.
  void tick();
  // [this shard]
  Room& room(const DocumentName& name);
  Room* find(const std::string& name);
  void access_changed(const std::string& report);
  void close(const std::string& name, const std::string& reason, std::function<void()> forgotten);
  void drain(std::function<void()> done);
  bool read_only() const;

 private:
  struct ToRoom {
    std::shared_ptr<PeerLink> link;
    Request request;
  };
  struct ToPeer {
    std::shared_ptr<PeerLink> link;
    Delivery delivery;
  };
  using Mail = std::variant<ToRoom, ToPeer>;

  void mail(Shard& to, Mail mail);
  void send_mail();
  void receive(std::vector<Mail>& letters);
  void handle(const std::shared_ptr<PeerLink>& link, Request request);
  void hand_over(PeerLink& link, const Delivery& delivery);
  void recover();

  Loop& loop_;
  const unsigned index_;
  RoomSurroundings& around_;
  std::vector<Shard*> all_;
  std::unordered_map<std::string, std::shared_ptr<Room>> rooms_;
  std::vector<std::vector<Mail>> outgoing_;  // by shard
  bool sending_ = false;
  bool recovering_ = false;
  std::int64_t recovered_ms_ = 0;
};

}  // namespace assay::server
