// SimulatedDisk: a file system in memory for RocksDB, which forgets what was not synced when its power is
// cut, and fills up or fails when told to. For tests.
//
// What survives a cut: of a file, the bytes that were synced, and of the rest what the tear leaves; of a
// directory, the entries as they were at its last fsync, or as they are now.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace assay::storage {

// What a cut leaves of the bytes after the last sync.
enum class Tear {
  nothing,  // none of them
  prefix,   // the first so many
  sectors,  // some sectors of 512 bytes, zeros for the others
};

class SimulatedDisk final : public rocksdb::FileSystem {
 public:
  SimulatedDisk();

  const char* Name() const override { return "SimulatedDisk"; }
  rocksdb::Env* env() { return env_.get(); }

  // Every act that changes something counts as one: an append, a sync, a creation, a rename, a removal.
  std::uint64_t acts() const;
  // The act of that number and all after it fail, and nothing of them happens.
  void cut_at(std::uint64_t act);
  bool is_cut() const;
  // What is found after the power is back. The same `random`, the same disk.
  std::shared_ptr<SimulatedDisk> after_cut(Tear tear, std::mt19937& random) const;

  void set_capacity(std::optional<std::uint64_t> bytes);
  void fail_syncs(bool failing);

  // Inverts one byte, as a bad disk does. False when there is no such byte.
  bool damage(const std::string& path, std::uint64_t offset);
  std::vector<std::string> files() const;
  std::uint64_t size(const std::string& path) const;

  // rocksdb::FileSystem. Paths are compared as strings.
  using Status = rocksdb::IOStatus;
  using Options = rocksdb::IOOptions;
  using Context = rocksdb::IODebugContext;
  Status NewSequentialFile(const std::string&, const rocksdb::FileOptions&,
                           std::unique_ptr<rocksdb::FSSequentialFile>*, Context*) override;
  Status NewRandomAccessFile(const std::string&, const rocksdb::FileOptions&,
                             std::unique_ptr<rocksdb::FSRandomAccessFile>*, Context*) override;
  Status NewWritableFile(const std::string&, const rocksdb::FileOptions&,
                         std::unique_ptr<rocksdb::FSWritableFile>*, Context*) override;
  Status ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                            std::unique_ptr<rocksdb::FSWritableFile>*, Context*) override;
  Status NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                         std::unique_ptr<rocksdb::FSRandomRWFile>*, Context*) override;
  Status NewDirectory(const std::string&, const Options&, std::unique_ptr<rocksdb::FSDirectory>*,
                      Context*) override;
  Status FileExists(const std::string&, const Options&, Context*) override;
  Status GetChildren(const std::string&, const Options&, std::vector<std::string>*, Context*) override;
  Status DeleteFile(const std::string&, const Options&, Context*) override;
  Status CreateDir(const std::string&, const Options&, Context*) override;
  Status CreateDirIfMissing(const std::string&, const Options&, Context*) override;
  Status DeleteDir(const std::string&, const Options&, Context*) override;
  Status GetFileSize(const std::string&, const Options&, std::uint64_t*, Context*) override;
  Status GetFileModificationTime(const std::string&, const Options&, std::uint64_t*, Context*) override;
  Status RenameFile(const std::string&, const std::string&, const Options&, Context*) override;
  Status LockFile(const std::string&, const Options&, rocksdb::FileLock**, Context*) override;
  Status UnlockFile(rocksdb::FileLock*, const Options&, Context*) override;
  Status GetTestDirectory(const Options&, std::string*, Context*) override;
  Status NewLogger(const std::string&, const Options&, std::shared_ptr<rocksdb::Logger>*, Context*) override;
  Status GetAbsolutePath(const std::string&, const Options&, std::string*, Context*) override;
  Status IsDirectory(const std::string&, const Options&, bool*, Context*) override;
  Status GetFreeSpace(const std::string&, const Options&, std::uint64_t*, Context*) override;

 private:
  class Writing;
  class Rewriting;
  class Reading;
  class Sequence;
  class Directory;
  struct File {
    std::string bytes;
    std::size_t synced = 0;
    std::optional<std::string> before;  // as it was at the last sync, when it was written over or cut since
  };
  using Entries = std::map<std::string, std::shared_ptr<File>>;  // by path

  template <class As, class Result>
  Status open(const std::string& path, Result& result);  // a file that is there
  Status act();  // with the mutex held: counts one, and says whether it may happen
  Status append(File& file, const rocksdb::Slice& bytes);
  Status truncate(File& file, std::uint64_t size);
  Status sync(File& file);
  Status sync_directory(const std::string& path);
  std::uint64_t used() const;
  std::shared_ptr<File> find(const std::string& path) const;

  mutable std::mutex mutex_;
  Entries now_, durable_;
  std::set<std::string> directories_;
  std::set<std::string> locks_;
  std::uint64_t acts_ = 0;
  std::optional<std::uint64_t> cut_at_;
  std::optional<std::uint64_t> capacity_;
  bool failing_syncs_ = false;
  std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace assay::storage
