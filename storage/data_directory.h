// DataDirectory: a data directory that is ours alone while this object lives, and of a format that we read.
//   DIR/LOCK     locked by whoever has it open; holds that process's id
//   DIR/FORMAT   "assay-data 1\n": what the number means is in docs/storage.md. Its presence says that there
//                is a store; while a first start makes it, it is FORMAT.new
//   DIR/log/     RocksDB
#pragma once

#include <string>

namespace assay::storage {

class DataDirectory {
 public:
  static constexpr unsigned format = 1;

  enum class Use { read, write };

  // Creates it where there is none and it is to be written to. Throws StorageError: in_use, newer_format,
  // corrupt, full, io, absent.
  explicit DataDirectory(std::string path, Use use = Use::write);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string log_path() const { return path_ + "/log"; }

  // There never was a store in it: what is in log/, if anything, is of a first start that did not get to
  // `finish`. Nothing may be created otherwise.
  bool is_new() const { return is_new_; }
  // The store is there: from now on it has to be. Nothing that a new store is told is durable before that.
  void finish();

 private:
  void make();
  void lock();
  void check_format();
  void begin();

  const std::string path_;
  const Use use_;
  int lock_ = -1;  // none where nobody can write
  bool is_new_ = false;
};

}  // namespace assay::storage
