// RocksTables: RocksDB open on its column families, with the options that this store needs.
#pragma once

#include <rocksdb/db.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/room_store.h"

namespace assay::storage {

// One line, from RocksDB's answer: what (as `what` says), where, and what to do.
StorageError to_error(const rocksdb::Status& status, const std::string& what);
// Throws it unless the status is fine.
void check(const rocksdb::Status& status, const std::string& what);

class RocksTables {
 public:
  // Opens or creates. A write torn by a power cut at the end of RocksDB's log is left out and told to `warn`;
  // any other damage is StorageError corrupt, and nothing is changed.
  RocksTables(const std::string& path, rocksdb::Env* env,
              const std::function<void(const std::string&)>& warn);
  ~RocksTables();
  RocksTables(const RocksTables&) = delete;
  RocksTables& operator=(const RocksTables&) = delete;

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* rooms() { return handles_[1]; }
  rocksdb::ColumnFamilyHandle* updates() { return handles_[2]; }
  rocksdb::ColumnFamilyHandle* checkpoints() { return handles_[3]; }
  rocksdb::ColumnFamilyHandle* records() { return handles_[4]; }
  rocksdb::ColumnFamilyHandle* handle(std::uint32_t id);  // by RocksDB's number; none: nullptr

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // "default", which stays empty, then those above
};

// Bytes that RocksDB's log holds on disk: what opening again may have to write once more.
std::uint64_t log_file_bytes(rocksdb::DB& db);

}  // namespace assay::storage
