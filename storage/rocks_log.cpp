#include "storage/rocks_log.h"

#include <utility>

#include "storage/keys.h"
#include "storage/logged_store.h"

namespace assay::storage {
namespace {

constexpr std::size_t summaries_max = 50'000;

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::Slice slice(const std::string& text) { return {text.data(), text.size()}; }

rocksdb::WriteOptions synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

// Puts back, for every key that a batch touches, what the tables hold now.
class Inverter final : public rocksdb::WriteBatch::Handler {
 public:
  Inverter(RocksTables& tables, rocksdb::WriteBatch& inverse) : tables_(tables), inverse_(inverse) {}

  rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice&) override {
    return restore(family, key);
  }
  rocksdb::Status DeleteCF(std::uint32_t family, const rocksdb::Slice& key) override {
    return restore(family, key);
  }
  rocksdb::Status DeleteRangeCF(std::uint32_t family, const rocksdb::Slice& first,
                                const rocksdb::Slice& end) override {
    auto* handle = tables_.handle(family);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at(tables_.db().NewIterator(options, handle));
    for (at->Seek(first); at->Valid(); at->Next()) {
      if (const auto status = inverse_.Put(handle, at->key(), at->value()); !status.ok()) return status;
    }
    return at->status();
  }

 private:
  rocksdb::Status restore(std::uint32_t family, const rocksdb::Slice& key) {
    auto* handle = tables_.handle(family);
    rocksdb::PinnableSlice value;
    const auto status = tables_.db().Get({}, handle, key, &value);
    if (status.IsNotFound()) return inverse_.Delete(handle, key);
    return status.ok() ? inverse_.Put(handle, key, value) : status;
  }

  RocksTables& tables_;
  rocksdb::WriteBatch& inverse_;
};

}  // namespace

RocksLog::RocksLog(std::string path, rocksdb::Env* env, OpeningOptions options)
    : path_(std::move(path)),
      env_(env),
      options_(std::move(options)),
      tables_(std::make_unique<RocksTables>(path_, env_, options_)) {
  // Opening again, after a failed write, is of what is there by now.
  if (options_.access == Access::create) options_.access = Access::existing;
  options_.torn_end_expected = true;
}

RocksLog::Reading::Reading(RocksLog& log) : lock_(log.tables_mutex_), tables_(log.tables_.get()) {
  if (tables_ == nullptr) {
    throw StorageError(StorageError::Kind::io, "the data in " + log.path_ +
                                                   " could not be opened again after a failed "
                                                   "write; free space or mend the disk, or restart");
  }
}

std::vector<std::string> RocksLog::commit(std::span<const Operation> operations) {
  if (options_.access == Access::read_only)
    throw StorageError(StorageError::Kind::refused, path_ + " is open for reading only; nothing is written");
  const Reading tables(*this);
  PendingRooms rooms;
  rocksdb::WriteBatch batch;
  std::vector<std::string> refusals;
  refusals.reserve(operations.size());
  for (const auto& operation : operations) {
    refusals.push_back(std::visit([&](const auto& what) { return add(what, rooms, batch); }, operation.what));
  }
  for (const auto& [room, state] : rooms) {
    if (state.summary.last_sequence != 0) {
      check(batch.Put(tables->rooms(), slice(room), slice(state.summary.encode())),
            "cannot write to " + path_);
    }
  }
  if (batch.Count() != 0) {
    if (const auto status = tables->db().Write(synced(), &batch); !status.ok()) {
      summaries_.clear();
      failed_ = std::move(batch);
      throw to_error(status, "cannot write to " + path_);
    }
    tables->note_acknowledged();
  }
  if (summaries_.size() > summaries_max) summaries_.clear();
  for (auto& [room, state] : rooms) summaries_[room] = state.summary;
  return refusals;
}

RocksLog::Pending& RocksLog::pending(PendingRooms& rooms, const std::string& room) {
  if (const auto found = rooms.find(room); found != rooms.end()) return found->second;
  Pending state;
  if (const auto known = summaries_.find(room); known != summaries_.end()) {
    state.summary = known->second;
  } else {
    std::string bytes;
    const auto status = tables_->db().Get({}, tables_->rooms(), slice(room), &bytes);
    if (!status.IsNotFound()) {
      check(status, "cannot read room " + room + " in " + path_);
      const auto summary = RoomSummary::decode(bytes);
      if (!summary)
        check(rocksdb::Status::Corruption("summary"), "cannot read room " + room + " in " + path_);
      state.summary = *summary;
    }
  }
  state.stored_sequence = state.summary.last_sequence;
  return rooms.emplace(room, std::move(state)).first->second;
}

std::string RocksLog::add(const Write& write, PendingRooms& rooms, rocksdb::WriteBatch& batch) {
  static const RoomSummary none;
  auto* state = write.entries.empty() ? nullptr : &pending(rooms, write.room);
  if (auto why = why_refused(write, state == nullptr ? none : state->summary); !why.empty()) return why;
  const auto what = "cannot write to " + path_;
  for (const auto& entry : write.entries) {
    check(batch.Put(tables_->updates(), slice(EntryKey{write.room, entry.sequence}.encode()),
                    slice(encode_entry(entry))),
          what);
    extend(state->summary, entry);
    state->added.emplace_back(entry.sequence, entry.update.size());
  }
  for (const auto& record : write.records) {
    const auto key = RecordKey{record.kind, record.key}.encode();
    check(record.value ? batch.Put(tables_->records(), slice(key), slice(encode_record(*record.value)))
                       : batch.Delete(tables_->records(), slice(key)),
          what);
  }
  return {};
}

std::string RocksLog::add(const CheckpointWrite& write, PendingRooms& rooms, rocksdb::WriteBatch& batch) {
  auto& state = pending(rooms, write.room);
  if (auto why = why_refused(write, state.summary); !why.empty()) return why;
  const auto sequence = write.checkpoint.sequence;
  const auto before = state.summary.checkpoint_sequence;
  if (sequence <= before) return {};
  const auto what = "cannot write to " + path_;
  if (before != 0)
    check(batch.Delete(tables_->checkpoints(), slice(EntryKey{write.room, before}.encode())), what);
  check(batch.Put(tables_->checkpoints(), slice(EntryKey{write.room, sequence}.encode()),
                  slice(encode_checkpoint(write.checkpoint))),
        what);
  state.summary.log_bytes = bytes_after(write.room, state, sequence);
  state.summary.checkpoint_sequence = sequence;
  return {};
}

std::string RocksLog::add(const Erasure& erasure, PendingRooms& rooms, rocksdb::WriteBatch& batch) {
  auto& state = pending(rooms, erasure.room);
  if (state.summary.last_sequence == 0) return {};
  const auto range = EntryKey::all_of(erasure.room);
  const auto what = "cannot write to " + path_;
  check(batch.DeleteRange(tables_->updates(), slice(range.first), slice(range.end)), what);
  check(batch.DeleteRange(tables_->checkpoints(), slice(range.first), slice(range.end)), what);
  check(batch.Delete(tables_->rooms(), slice(erasure.room)), what);
  state = {};
  return {};
}

// Of the room's updates after `sequence`: those on disk, and those of this batch.
std::uint64_t RocksLog::bytes_after(const std::string& room, const Pending& state, std::uint64_t sequence) {
  std::uint64_t bytes = 0;
  for (const auto& [added, size] : state.added) {
    if (added > sequence) bytes += size;
  }
  if (state.stored_sequence <= sequence) return bytes;
  const auto end = EntryKey{room, state.stored_sequence + 1}.encode();
  const rocksdb::Slice bound = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> at(tables_->db().NewIterator(options, tables_->updates()));
  for (at->Seek(slice(EntryKey{room, sequence + 1}.encode())); at->Valid(); at->Next()) {
    const auto entry = decode_entry(0, view(at->value()));
    if (entry) bytes += entry->update.size();
  }
  check(at->status(), "cannot read room " + room + " in " + path_);
  return bytes;
}

// Opening writes what RocksDB's log holds into tables, and starts new files. Without the room for that it
// would fail half way, and then nothing could be read; so the old tables stay open until there is.
void RocksLog::require_space() {
  constexpr std::uint64_t margin = 8u << 20;
  const auto need = log_file_bytes(tables_->db()) + margin;
  std::uint64_t free = 0;
  if (env_->GetFreeSpace(path_, &free).ok() && free < need) {
    throw StorageError(StorageError::Kind::full, "the disk of " + path_ + " has " +
                                                     std::to_string(free >> 20) + " MiB free and needs " +
                                                     std::to_string(need >> 20) + "; free some space");
  }
  const auto probe = path_ + ".probe";
  const auto status = rocksdb::WriteStringToFile(env_, std::string(1u << 20, 'x'), probe, true);
  env_->DeleteFile(probe);
  check(status, "cannot write to " + path_);
}

void RocksLog::reopen() {
  const std::unique_lock lock(tables_mutex_);
  if (tables_) {
    if (failed_) {
      rocksdb::WriteBatch inverse;
      Inverter inverter(*tables_, inverse);
      check(failed_->Iterate(&inverter), "cannot read " + path_);
      inverse_ = std::move(inverse);
      failed_.reset();
    }
    require_space();
    tables_.reset();
  }
  auto fresh = std::make_unique<RocksTables>(path_, env_, options_);
  if (inverse_) {
    check(fresh->db().Write(synced(), &*inverse_), "cannot write to " + path_);
    fresh->note_acknowledged();
    inverse_.reset();
  }
  tables_ = std::move(fresh);
}

}  // namespace assay::storage
