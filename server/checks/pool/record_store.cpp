#include "server/checks/pool/record_store.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>

namespace assay::checks {
namespace {

constexpr const char* kind = "plugin-kv";
constexpr const char* bytes_kind = "plugin-kv-bytes";

std::string record_key(std::string_view plugin, std::string_view key) {
  std::string whole(plugin);
  whole.push_back('/');
  whole.append(key);
  return whole;
}

}  // namespace

// Values between put and durable: the store itself shows only what is durable. Shared with the writer's
// thread.
struct RecordStore::Pending {
  struct Value {
    std::uint64_t number = 0;
    std::string bytes;
  };
  std::mutex mutex;
  std::uint64_t last = 0;
  bool failed = false;  // something put was not kept after all
  std::map<std::string, Value> values;
  std::map<std::string, std::uint64_t, std::less<>> bytes;  // by plugin: put and not yet durable
};

RecordStore::RecordStore(storage::RoomStore& store, RecordLimits limits)
    : store_(store), limits_(limits), pending_(std::make_shared<Pending>()) {}
RecordStore::~RecordStore() = default;

std::optional<std::string> RecordStore::get(std::string_view plugin, std::string_view key) {
  const std::string name = record_key(plugin, key);
  {
    const std::lock_guard lock(pending_->mutex);
    const auto found = pending_->values.find(name);
    if (found != pending_->values.end()) return found->second.bytes;
  }
  try {
    return store_.record(kind, name);
  } catch (const storage::StorageError&) {
    return std::nullopt;
  }
}

// As noted, or, of a plugin that has kept nothing since it is noted, counted.
std::uint64_t RecordStore::kept_bytes(const std::string& plugin) {
  const auto known = kept_bytes_.find(plugin);
  if (known != kept_bytes_.end()) return known->second;
  std::uint64_t bytes = 0;
  const auto noted = store_.record(bytes_kind, plugin);
  const auto end = noted ? noted->data() + noted->size() : nullptr;
  if (!noted || std::from_chars(noted->data(), end, bytes).ptr != end) {
    bytes = 0;
    for (const auto& record : store_.records(kind, plugin + "/"))
      bytes += record.key.size() + (record.value ? record.value->size() : 0);
  }
  return kept_bytes_[plugin] = bytes;
}

bool RecordStore::put(std::string_view plugin_id, std::string_view key, std::string_view value) try {
  if (!store_.writable()) return false;
  const std::string plugin(plugin_id), name = record_key(plugin, key);
  {
    const std::lock_guard lock(pending_->mutex);
    if (std::exchange(pending_->failed, false)) kept_bytes_.clear();
  }
  const auto before = get(plugin, key);
  const std::uint64_t freed = before ? name.size() + before->size() : 0;
  const std::uint64_t kept = kept_bytes(plugin) - std::min(freed, kept_bytes(plugin));
  const std::uint64_t size = name.size() + value.size();
  // What takes no more room than before may always be put: so a full plugin can make room.
  if (kept + size > limits_.kept_bytes && size > freed) return false;
  kept_bytes_[plugin] = kept + size;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(pending_->mutex);
    number = ++pending_->last;
    pending_->values[name] = {number, std::string(value)};
    pending_->bytes[plugin] += size;
  }
  storage::Write write;
  write.records.push_back({kind, name, std::string(value)});
  write.records.push_back({bytes_kind, plugin, std::to_string(kept + size)});
  store_.append(std::move(write), [pending = pending_, plugin, name, number, size](storage::Outcome outcome,
                                                                                   const std::string&) {
    const std::lock_guard lock(pending->mutex);
    if (outcome == storage::Outcome::failed) pending->failed = true;
    pending->bytes[plugin] -= size;
    const auto found = pending->values.find(name);
    if (found != pending->values.end() && found->second.number == number) pending->values.erase(found);
  });
  return true;
} catch (const storage::StorageError&) {
  return false;
}

bool RecordStore::is_behind(std::string_view plugin) {
  const std::lock_guard lock(pending_->mutex);
  const auto found = pending_->bytes.find(plugin);
  return found != pending_->bytes.end() && found->second > limits_.pending_bytes;
}

}  // namespace assay::checks
