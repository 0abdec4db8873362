// RoomsOnShards: the rooms of one server, spread over its shards.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/rooms/rooms.h"
#include "server/rooms/shard.h"

namespace assay::server {

class RoomsOnShards final : public Rooms {
 public:
  // One shard for each loop. Loops and surroundings outlive this. Listens to `access` for changes.
  RoomsOnShards(const std::vector<Loop*>& loops, RoomSurroundings around, Access& access);
  ~RoomsOnShards() override;

  const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }

  void read(const std::string& name, const std::function<void(const crdt::Document&)>& look) override;
  void write(const std::string& name, const std::string& user,
             const std::function<void(crdt::Document&, crdt::Transaction&)>& edit) override;
  void close(const std::string& name, const std::string& reason, const std::function<void()>& then) override;
  std::vector<Present> present(const std::string& name) override;

  // [any thread but a shard's] Waits, at most `drain_time`, until all that was applied is durable and written
  // down.
  void drain();

 private:
  RoomSurroundings around_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace assay::server
