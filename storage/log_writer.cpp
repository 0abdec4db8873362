#include "storage/log_writer.h"

#include <chrono>
#include <iterator>
#include <utility>

namespace assay::storage {
namespace {

// One batch, and so one sync, holds no more than this, unless a single operation does: what comes first
// should not wait for all that comes after.
constexpr std::size_t batch_bytes_max = 8u << 20;
constexpr std::size_t batch_operations_max = 8192;

std::size_t size_of(const Operation& operation) {
  std::size_t size = 256;
  if (const auto* write = std::get_if<Write>(&operation.what)) {
    for (const auto& entry : write->entries) size += 64 + entry.user.size() + entry.update.size();
    for (const auto& record : write->records)
      size += 64 + record.key.size() + (record.value ? record.value->size() : 0);
  } else if (const auto* checkpoint = std::get_if<CheckpointWrite>(&operation.what)) {
    size += checkpoint->checkpoint.state.size();
  }
  return size;
}

}  // namespace

LogWriter::LogWriter(Log& log, std::size_t queue_bytes_max)
    : log_(log), queue_bytes_max_(queue_bytes_max), thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LogWriter::queue(Operation operation) {
  const auto bytes = size_of(operation);
  {
    const std::lock_guard lock(mutex_);
    if (!failure_ && queue_bytes_ + bytes > queue_bytes_max_) {
      failure_.emplace(StorageError::Kind::io,
                       "the disk does not keep up: " + std::to_string(queue_bytes_ >> 20) +
                           " MiB wait to be written; use a faster disk for the data directory");
    }
    queue_bytes_ += bytes;
    queue_.push_back({std::move(operation), bytes, ++queued_count_, failure_});
  }
  wake_.notify_one();
}

void LogWriter::run() {
  for (auto batch = take(); !batch.empty(); batch = take()) {
    if (!batch.front().failed) write(batch);
    for (auto& queued : batch) {
      queued.operation.settled(queued.failed ? &*queued.failed : nullptr);
      queued.operation.settled = nullptr;  // what it holds goes before it counts as settled
    }
    const std::lock_guard lock(mutex_);
    for (const auto& queued : batch) queue_bytes_ -= queued.bytes;
    settled_count_ = batch.back().number;
    settled_.notify_all();
  }
}

std::vector<LogWriter::Queued> LogWriter::take() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return (!queue_.empty() && !reopening_) || (queue_.empty() && ending_); });
  std::vector<Queued> batch;
  std::size_t bytes = 0;
  while (!queue_.empty() && batch.size() < batch_operations_max) {
    auto& next = queue_.front();
    if (!batch.empty() && (next.failed.has_value() != batch.front().failed.has_value() ||
                           bytes + next.bytes > batch_bytes_max)) {
      break;
    }
    bytes += next.bytes;
    batch.push_back(std::move(next));
    queue_.pop_front();
  }
  committing_ = !batch.empty() && !batch.front().failed;
  return batch;
}

void LogWriter::write(std::vector<Queued>& batch) {
  std::vector<Operation> operations;
  operations.reserve(batch.size());
  for (auto& queued : batch) operations.push_back(std::move(queued.operation));
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::string> refusals;
  std::optional<StorageError> error;
  try {
    refusals = log_.commit(operations);
  } catch (const StorageError& failed) {
    error = failed;
  } catch (const std::exception& failed) {
    error.emplace(StorageError::Kind::io, std::string("the log cannot be written: ") + failed.what());
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  const std::lock_guard lock(mutex_);
  committing_ = false;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].operation = std::move(operations[i]);
    if (error) {
      batch[i].failed = error;
    } else if (!refusals[i].empty()) {
      batch[i].failed.emplace(StorageError::Kind::refused, refusals[i]);
    }
    if (const auto* write = std::get_if<Write>(&batch[i].operation.what); write && !batch[i].failed) {
      statistics_.entries += write->entries.size();
      for (const auto& entry : write->entries) statistics_.bytes += entry.update.size();
    }
  }
  if (error) {
    log_failed_ = true;
    fail_queued(*error);
  } else {
    ++statistics_.syncs;
    statistics_.last_sync_ms = took.count();
  }
  settled_.notify_all();
}

// With the mutex held. What stands on a write that failed must not be written after it.
void LogWriter::fail_queued(const StorageError& error) {
  failure_ = error;
  for (auto& queued : queue_) {
    if (!queued.failed) queued.failed = error;
  }
}

bool LogWriter::recover() {
  std::unique_lock lock(mutex_);
  const auto before = queued_count_;
  settled_.wait(lock, [&] { return settled_count_ >= before && !committing_ && !reopening_; });
  if (!failure_) return true;
  if (log_failed_) {
    reopening_ = true;
    lock.unlock();
    bool open = false;
    try {
      log_.reopen();
      open = true;
    } catch (const StorageError&) {
      // Still not: whoever asked tries again later, and meanwhile every write says why it fails.
    }
    lock.lock();
    reopening_ = false;
    wake_.notify_all();
    settled_.notify_all();
    if (!open) return false;
    log_failed_ = false;
  }
  failure_.reset();
  return true;
}

bool LogWriter::writable() const {
  const std::lock_guard lock(mutex_);
  return !failure_;
}

RoomStore::Statistics LogWriter::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

}  // namespace assay::storage
