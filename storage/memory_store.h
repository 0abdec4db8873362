// MemoryStore: a RoomStore without a disk, with faults on request, for tests of whoever uses a store. It
// keeps the same rules, threads and order as the real one.
//
// What is durable lies on a MemoryDisk, which outlives the store: cut the power, destroy the store, open
// another.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/logged_store.h"

namespace assay::storage {

// What a disk holds after everything that was synced.
struct MemoryDisk {
  struct Room {
    RoomSummary summary;
    std::vector<LogEntry> entries;
    std::optional<Checkpoint> checkpoint;
  };
  std::map<std::string, Room> rooms;
  std::map<std::pair<std::string, std::string>, std::string> records;  // by kind and key
};

class MemoryStore final : public LoggedStore {
 public:
  explicit MemoryStore(std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>(),
                       const StoreOptions& options = {});

  bool exists(const std::string& room) override;
  RoomState load(const std::string& room) override;
  std::vector<LogEntry> history(const std::string& room, std::uint64_t from, std::uint64_t to) override;
  std::vector<RoomInfo> list() override;
  std::optional<std::string> record(const std::string& kind, const std::string& key) override;
  std::vector<Record> records(const std::string& kind, const std::string& prefix) override;
  std::vector<Problem> verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;

  // Faults. All: [any thread].
  // From now on nothing becomes durable and nothing completes, until `release`.
  void hold() { log_.hold(true); }
  void release() { log_.hold(false); }
  // The next sync fails, and so does `recover`, until `mend`.
  void break_disk(const std::string& error = "the disk is full") { log_.break_disk(error); }
  void mend_disk() { log_.break_disk(std::nullopt); }
  // What is not durable now never will be: it fails, as does all that follows. The disk keeps the rest.
  void cut_power();

 protected:
  LogWriter& writer() override { return writer_; }
  const LogWriter& writer() const override { return writer_; }

 private:
  class MemoryLog final : public Log {
   public:
    explicit MemoryLog(std::shared_ptr<MemoryDisk> disk) : disk_(std::move(disk)) {}
    std::vector<std::string> commit(std::span<const Operation> batch) override;
    void reopen() override;
    void hold(bool held);
    void break_disk(std::optional<std::string> error);
    void cut_power();

    std::mutex mutex_;  // over the disk too

   private:
    std::string apply(const Write& write);
    std::string apply(const CheckpointWrite& write);
    std::string apply(const Erasure& erasure);
    void fail_if_broken() const;

    const std::shared_ptr<MemoryDisk> disk_;
    std::condition_variable changed_;
    bool held_ = false, cut_ = false;
    std::optional<std::string> broken_;
  };

  const std::shared_ptr<MemoryDisk> disk_;
  MemoryLog log_;
  LogWriter writer_;
};

}  // namespace assay::storage
