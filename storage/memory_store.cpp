#include "storage/memory_store.h"

#include <algorithm>

namespace assay::storage {

MemoryStore::MemoryStore(std::shared_ptr<MemoryDisk> disk, const StoreOptions& options)
    : disk_(std::move(disk)), log_(disk_), writer_(log_, options.queue_bytes_max) {}

bool MemoryStore::exists(const std::string& room) {
  const std::lock_guard lock(log_.mutex_);
  return disk_->rooms.contains(room);
}

RoomState MemoryStore::load(const std::string& room) {
  const std::lock_guard lock(log_.mutex_);
  const auto found = disk_->rooms.find(room);
  if (found == disk_->rooms.end()) return {};
  const auto& kept = found->second;
  const auto skip = static_cast<std::ptrdiff_t>(kept.summary.checkpoint_sequence);
  return {kept.checkpoint, {kept.entries.begin() + skip, kept.entries.end()}, kept.summary.last_sequence};
}

std::vector<LogEntry> MemoryStore::history(const std::string& room, std::uint64_t from, std::uint64_t to) {
  const std::lock_guard lock(log_.mutex_);
  std::vector<LogEntry> out;
  const auto found = disk_->rooms.find(room);
  if (found == disk_->rooms.end()) return out;
  for (const auto& entry : found->second.entries) {
    if (entry.sequence >= from && entry.sequence <= to) out.push_back(entry);
  }
  return out;
}

std::vector<RoomInfo> MemoryStore::list() {
  const std::lock_guard lock(log_.mutex_);
  std::vector<RoomInfo> out;
  for (const auto& [name, room] : disk_->rooms) out.push_back(to_info(name, room.summary));
  return out;
}

std::optional<std::string> MemoryStore::record(const std::string& kind, const std::string& key) {
  const std::lock_guard lock(log_.mutex_);
  const auto found = disk_->records.find({kind, key});
  return found == disk_->records.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Record> MemoryStore::records(const std::string& kind, const std::string& prefix) {
  const std::lock_guard lock(log_.mutex_);
  std::vector<Record> out;
  for (auto at = disk_->records.lower_bound({kind, prefix}); at != disk_->records.end(); ++at) {
    if (at->first.first != kind || !at->first.second.starts_with(prefix)) break;
    out.push_back({kind, at->first.second, at->second});
  }
  return out;
}

std::vector<RoomStore::Problem> MemoryStore::verify(
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const auto rooms = list().size();
  if (progress) progress(rooms, rooms);
  return {};
}

void MemoryStore::cut_power() { log_.cut_power(); }

std::vector<std::string> MemoryStore::MemoryLog::commit(std::span<const Operation> batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !held_ || cut_; });
  fail_if_broken();
  std::vector<std::string> refusals;
  for (const auto& operation : batch) {
    refusals.push_back(std::visit([this](const auto& what) { return apply(what); }, operation.what));
  }
  return refusals;
}

std::string MemoryStore::MemoryLog::apply(const Write& write) {
  const auto found = write.entries.empty() ? disk_->rooms.end() : disk_->rooms.find(write.room);
  const auto summary = found == disk_->rooms.end() ? RoomSummary{} : found->second.summary;
  if (auto why = why_refused(write, summary); !why.empty()) return why;
  for (const auto& entry : write.entries) {
    auto& room = disk_->rooms[write.room];
    extend(room.summary, entry);
    room.entries.push_back(entry);
  }
  for (const auto& record : write.records) {
    if (record.value) {
      disk_->records[{record.kind, record.key}] = *record.value;
    } else {
      disk_->records.erase({record.kind, record.key});
    }
  }
  return {};
}

std::string MemoryStore::MemoryLog::apply(const CheckpointWrite& write) {
  const auto found = disk_->rooms.find(write.room);
  if (auto why = why_refused(write, found == disk_->rooms.end() ? RoomSummary{} : found->second.summary);
      !why.empty()) {
    return why;
  }
  auto& room = found->second;
  if (write.checkpoint.sequence <= room.summary.checkpoint_sequence) return {};
  room.checkpoint = write.checkpoint;
  room.summary.checkpoint_sequence = write.checkpoint.sequence;
  room.summary.log_bytes = 0;
  for (const auto& entry : room.entries) {
    if (entry.sequence > write.checkpoint.sequence) room.summary.log_bytes += entry.update.size();
  }
  return {};
}

std::string MemoryStore::MemoryLog::apply(const Erasure& erasure) {
  disk_->rooms.erase(erasure.room);
  return {};
}

void MemoryStore::MemoryLog::fail_if_broken() const {
  if (cut_) throw StorageError(StorageError::Kind::io, "the power is cut");
  if (broken_) throw StorageError(StorageError::Kind::full, *broken_);
}

void MemoryStore::MemoryLog::reopen() {
  const std::lock_guard lock(mutex_);
  fail_if_broken();
}

void MemoryStore::MemoryLog::hold(bool held) {
  const std::lock_guard lock(mutex_);
  held_ = held;
  changed_.notify_all();
}

void MemoryStore::MemoryLog::break_disk(std::optional<std::string> error) {
  const std::lock_guard lock(mutex_);
  broken_ = std::move(error);
}

void MemoryStore::MemoryLog::cut_power() {
  const std::lock_guard lock(mutex_);
  cut_ = true;
  changed_.notify_all();
}

}  // namespace assay::storage
