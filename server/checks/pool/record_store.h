// What plugins keep, as records of the room store: kind "plugin-kv", key `plugin/key`; and how much of it,
// kind "plugin-kv-bytes", key `plugin`, decimal. A value that was put is found at once and is durable with
// the next sync of the log. [the pool's thread]
#pragma once

#include <map>
#include <memory>

#include "server/checks/pool/plugin_pool.h"
#include "storage/room_store.h"

namespace assay::checks {

struct RecordLimits {
  std::uint64_t kept_bytes = 1u << 30;     // keys and values of one plugin
  std::uint64_t pending_bytes = 4u << 20;  // put and not yet durable, of one plugin
};

class RecordStore final : public KeyValueStore {
 public:
  // `store` must outlive this.
  explicit RecordStore(storage::RoomStore& store, RecordLimits limits = {});
  ~RecordStore() override;  // does not wait: what was put is in the log's queue
  std::optional<std::string> get(std::string_view plugin, std::string_view key) override;
  // False when the log cannot be written, or the plugin would keep more than it may: what it kept stays.
  bool put(std::string_view plugin, std::string_view key, std::string_view value) override;
  bool is_behind(std::string_view plugin) override;

 private:
  struct Pending;
  std::uint64_t kept_bytes(const std::string& plugin);
  storage::RoomStore& store_;
  const RecordLimits limits_;
  std::shared_ptr<Pending> pending_;
  std::map<std::string, std::uint64_t> kept_bytes_;  // by plugin, as far as it was asked for
};

}  // namespace assay::checks
