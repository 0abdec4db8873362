// LogWriter: one thread that turns what everybody queues into synced batches. What arrives while one sync
// runs shares the next, so the more load, the larger the batch.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "storage/room_store.h"

namespace assay::storage {

struct CheckpointWrite {
  std::string room;
  Checkpoint checkpoint;
};
struct Erasure {
  std::string room;
};

struct Operation {
  std::variant<Write, CheckpointWrite, Erasure> what;
  std::function<void(const StorageError*)> settled;  // once, on the writer's thread; none: durable
};

// Where the writer writes.
class Log {
 public:
  virtual ~Log() = default;
  // [writer's thread] Makes the operations durable in their order with one sync, or throws StorageError, and
  // then none of them is. Returns for each why it was refused, or an empty string.
  virtual std::vector<std::string> commit(std::span<const Operation> batch) = 0;
  // [any thread, never beside commit] After a commit that threw: makes the log writable again, without the
  // operations of that commit, or throws StorageError.
  virtual void reopen() = 0;
};

class LogWriter {
 public:
  // Borrows the log, which must outlive it.
  LogWriter(Log& log, std::size_t queue_bytes_max);
  // Writes what is queued, then ends the thread.
  ~LogWriter();

  // All below: [any thread].
  void queue(Operation operation);
  bool recover();  // [not the writer's thread] as RoomStore::recover
  bool writable() const;
  RoomStore::Statistics statistics() const;

 private:
  struct Queued {
    Operation operation;
    std::size_t bytes;
    std::uint64_t number;
    std::optional<StorageError> failed;
  };
  void run();
  std::vector<Queued> take();  // the next operations that share a fate; none left: ends
  void write(std::vector<Queued>& batch);
  void fail_queued(const StorageError& error);

  Log& log_;
  const std::size_t queue_bytes_max_;
  mutable std::mutex mutex_;
  std::condition_variable wake_, settled_;
  std::deque<Queued> queue_;
  std::size_t queue_bytes_ = 0;  // queued, or being written
  std::uint64_t queued_count_ = 0, settled_count_ = 0;
  std::optional<StorageError> failure_;  // all that is queued from now on fails with it
  bool log_failed_ = false;              // by the log, so it has to be reopened
  bool committing_ = false, reopening_ = false, ending_ = false;
  RoomStore::Statistics statistics_;
  std::thread thread_;
};

}  // namespace assay::storage
