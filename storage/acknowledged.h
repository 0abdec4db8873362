// AcknowledgedMark: a small file that says how far RocksDB's log was reported durable. It is written over in
// place after every sync and not synced itself, so it costs no more than one write to memory. It is never
// ahead of the log: after `kill -9` it is exact, after a power cut it says what it said when the system last
// wrote it back. So a log that ends before it has lost something.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <optional>
#include <string>

#include "storage/wal_check.h"

namespace assay::storage {

class AcknowledgedMark {
 public:
  struct Content {
    std::optional<WalPosition> position;
    bool unreadable = false;  // it is there, and is none
  };
  // Throws StorageError when the disk fails.
  static Content read(rocksdb::Env* env, const std::string& path);

  // Opens it for writing, made where there is none, and writes the position, durably. Throws StorageError.
  AcknowledgedMark(rocksdb::Env* env, const std::string& path, const WalPosition& position);
  // Leaves it synced.
  ~AcknowledgedMark();
  AcknowledgedMark(const AcknowledgedMark&) = delete;
  AcknowledgedMark& operator=(const AcknowledgedMark&) = delete;

  // A failure leaves what it said before, which holds still.
  void set(const WalPosition& position);

 private:
  std::unique_ptr<rocksdb::RandomRWFile> file_;
};

}  // namespace assay::storage
