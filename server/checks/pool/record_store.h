// What plugins keep, as records of the room store: kind "plugin-kv", key `plugin/key`. A value that was put
// is found at once and is durable with the next sync of the log.
#pragma once

#include <map>
#include <memory>

#include "server/checks/pool/plugin_pool.h"
#include "storage/room_store.h"

namespace assay::checks {

class RecordStore final : public KeyValueStore {
 public:
  // `store` must outlive this.
  explicit RecordStore(storage::RoomStore& store);
  ~RecordStore() override;  // does not wait: what was put is in the log's queue
  std::optional<std::string> get(std::string_view plugin, std::string_view key) override;
  // False when the log cannot be written.
  bool put(std::string_view plugin, std::string_view key, std::string_view value) override;

 private:
  struct Pending;
  storage::RoomStore& store_;
  std::shared_ptr<Pending> pending_;
};

}  // namespace assay::checks
