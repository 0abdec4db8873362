// RocksTables: RocksDB open on its column families, with the options that this store needs.
#pragma once

#include <rocksdb/db.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/acknowledged.h"
#include "storage/room_store.h"

namespace assay::storage {

// One line, from RocksDB's answer: what (as `what` says), where, and what to do.
StorageError to_error(const rocksdb::Status& status, const std::string& what);
// Throws it unless the status is fine.
void check(const rocksdb::Status& status, const std::string& what);

enum class Access {
  create,     // where there is nothing yet; what is there is opened
  existing,   // there must be everything
  read_only,  // the same, and nothing on the disk changes
};

struct OpeningOptions {
  Access access = Access::create;
  bool torn_end_expected =
      false;  // a write has just failed: it is left out without a word and without a copy
  std::function<void(const std::string&)> warn;
};

class RocksTables {
 public:
  // Reads all of RocksDB's log and where its files are first, and changes nothing then. A write torn by a
  // power cut at the end of the log is left out, copied to `path`.damaged and told to `warn`; any other
  // damage, and what was acknowledged and is not there, is StorageError corrupt, every time.
  RocksTables(const std::string& path, rocksdb::Env* env, const OpeningOptions& options);
  ~RocksTables();
  RocksTables(const RocksTables&) = delete;
  RocksTables& operator=(const RocksTables&) = delete;

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* rooms() { return handles_[1]; }
  rocksdb::ColumnFamilyHandle* updates() { return handles_[2]; }
  rocksdb::ColumnFamilyHandle* checkpoints() { return handles_[3]; }
  rocksdb::ColumnFamilyHandle* records() { return handles_[4]; }
  rocksdb::ColumnFamilyHandle* handle(std::uint32_t id);  // by RocksDB's number; none: nullptr

  // [the writer alone] After each synced write, before anybody is told of it.
  void note_acknowledged();

 private:
  void close();

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // "default", which stays empty, then those above
  std::unique_ptr<AcknowledgedMark> acknowledged_;     // unless read only
};

// Bytes that RocksDB's log holds on disk: what opening again may have to write once more.
std::uint64_t log_file_bytes(rocksdb::DB& db);

}  // namespace assay::storage
