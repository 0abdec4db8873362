// DataDirectory: a data directory that is ours alone while this object lives, and of a format that we read.
//   DIR/LOCK     locked by whoever has it open; holds that process's id
//   DIR/FORMAT   "assay-data 1\n": what the number means is in docs/storage.md
//   DIR/log/     RocksDB
#pragma once

#include <string>

namespace assay::storage {

class DataDirectory {
 public:
  static constexpr unsigned format = 1;

  // Creates it where there is none. Throws StorageError: in_use, newer_format, corrupt, full, io.
  explicit DataDirectory(std::string path);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string log_path() const { return path_ + "/log"; }

 private:
  void lock();
  void check_format();
  void write_format();

  std::string path_;
  int lock_ = -1;
};

}  // namespace assay::storage
