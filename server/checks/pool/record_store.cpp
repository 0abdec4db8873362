#include "server/checks/pool/record_store.h"

#include <mutex>

namespace assay::checks {
namespace {

constexpr const char* kind = "plugin-kv";

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
  std::map<std::string, Value> values;
};

RecordStore::RecordStore(storage::RoomStore& store) : store_(store), pending_(std::make_shared<Pending>()) {}
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

bool RecordStore::put(std::string_view plugin, std::string_view key, std::string_view value) {
  if (!store_.writable()) return false;
  const std::string name = record_key(plugin, key);
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(pending_->mutex);
    number = ++pending_->last;
    pending_->values[name] = {number, std::string(value)};
  }
  storage::Write write;
  write.records.push_back({kind, name, std::string(value)});
  store_.append(std::move(write), [pending = pending_, name, number](storage::Outcome, const std::string&) {
    const std::lock_guard lock(pending->mutex);
    const auto found = pending->values.find(name);
    if (found != pending->values.end() && found->second.number == number) pending->values.erase(found);
  });
  return true;
}

}  // namespace assay::checks
