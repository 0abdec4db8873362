// RocksLog: the Log on RocksDB. One commit is one WriteBatch, one synced write.
#pragma once

#include <rocksdb/write_batch.h>

#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "storage/log_writer.h"
#include "storage/rocks_tables.h"
#include "storage/values.h"

namespace assay::storage {

class RocksLog final : public Log {
 public:
  // Throws StorageError as RocksTables does.
  RocksLog(std::string path, rocksdb::Env* env, OpeningOptions options);

  std::vector<std::string> commit(std::span<const Operation> batch) override;
  void reopen() override;

  // The tables, held open while the guard lives. Throws StorageError when reopening them failed.
  class Reading {
   public:
    explicit Reading(RocksLog& log);
    RocksTables* operator->() const { return tables_; }
    RocksTables& operator*() const { return *tables_; }

   private:
    std::shared_lock<std::shared_mutex> lock_;
    RocksTables* tables_;
  };

 private:
  // What a batch under construction has made of a room: its summary, and what it added, for checkpoints in
  // the same batch.
  struct Pending {
    RoomSummary summary;
    std::uint64_t stored_sequence = 0;  // the log on disk that this batch continues; 0 after an erasure
    std::vector<std::pair<std::uint64_t, std::size_t>> added;  // sequence, update bytes
  };
  using PendingRooms = std::unordered_map<std::string, Pending>;

  Pending& pending(PendingRooms& rooms, const std::string& room);
  std::string add(const Write& write, PendingRooms& rooms, rocksdb::WriteBatch& batch);
  std::string add(const CheckpointWrite& write, PendingRooms& rooms, rocksdb::WriteBatch& batch);
  std::string add(const Erasure& erasure, PendingRooms& rooms, rocksdb::WriteBatch& batch);
  std::uint64_t bytes_after(const std::string& room, const Pending& state, std::uint64_t sequence);
  void require_space();

  const std::string path_;
  rocksdb::Env* const env_;
  OpeningOptions options_;
  std::shared_mutex tables_mutex_;  // exclusive only while reopening
  std::unique_ptr<RocksTables> tables_;
  std::unordered_map<std::string, RoomSummary>
      summaries_;  // of rooms written lately; the writer's thread alone
  // After a commit that failed: its batch, then what takes it back, should RocksDB find it in its log on
  // opening.
  std::optional<rocksdb::WriteBatch> failed_, inverse_;
};

}  // namespace assay::storage
