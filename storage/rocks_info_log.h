// RocksDB's own messages, warnings and worse, in a small file beside its data. What cannot be written is left
// out: RocksDB's own logger, in a library built with assertions as Debian's is, ends the process with the
// first message after a disk was full.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <string>

namespace assay::storage {

// Writes to DIR/LOG, and moves that to DIR/LOG.old when it is over 1 MiB.
std::shared_ptr<rocksdb::Logger> open_info_log(const std::string& directory);
// Writes nothing: for opening without a change on the disk.
std::shared_ptr<rocksdb::Logger> silent_info_log();

}  // namespace assay::storage
