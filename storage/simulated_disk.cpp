#include "storage/simulated_disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace assay::storage {
namespace {

using rocksdb::IOStatus;
using rocksdb::Slice;

// "a//b/" and "a/b" are one path.
std::string clean(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c != '/' || out.empty() || out.back() != '/') out.push_back(c);
  }
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

std::string parent(const std::string& path) { return path.substr(0, path.rfind('/')); }

class NamedLock final : public rocksdb::FileLock {
 public:
  explicit NamedLock(std::string lock_path) : path(std::move(lock_path)) {}
  const std::string path;
};

class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
  size_t GetLogFileSize() const override { return 0; }

 protected:
  rocksdb::Status CloseImpl() override { return rocksdb::Status::OK(); }
};

}  // namespace

class SimulatedDisk::Writing final : public rocksdb::FSWritableFile {
 public:
  Writing(SimulatedDisk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
  using rocksdb::FSWritableFile::Append;
  IOStatus Append(const Slice& bytes, const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.append(*file_, bytes);
  }
  IOStatus Sync(const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.sync(*file_);
  }
  IOStatus Truncate(std::uint64_t size, const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.truncate(*file_, size);
  }
  IOStatus Close(const Options&, Context*) override { return IOStatus::OK(); }
  IOStatus Flush(const Options&, Context*) override { return IOStatus::OK(); }
  bool IsSyncThreadSafe() const override { return true; }
  std::uint64_t GetFileSize(const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    return file_->bytes.size();
  }

 private:
  SimulatedDisk& disk_;
  const std::shared_ptr<File> file_;
};

// Over bytes that are there, within one sector: after a cut the old ones are found, or the new ones.
class SimulatedDisk::Rewriting final : public rocksdb::FSRandomRWFile {
 public:
  Rewriting(SimulatedDisk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
  IOStatus Write(std::uint64_t offset, const Slice& bytes, const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    if (const auto status = disk_.act(); !status.ok()) return status;
    if (offset + bytes.size() > file_->bytes.size()) return IOStatus::NotSupported("it would grow");
    if (!file_->before) file_->before = file_->bytes;
    file_->bytes.replace(offset, bytes.size(), bytes.data(), bytes.size());
    return IOStatus::OK();
  }
  IOStatus Read(std::uint64_t, size_t, const Options&, Slice*, char*, Context*) const override {
    return IOStatus::NotSupported();
  }
  IOStatus Flush(const Options&, Context*) override { return IOStatus::OK(); }
  IOStatus Sync(const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.sync(*file_);
  }
  IOStatus Close(const Options&, Context*) override { return IOStatus::OK(); }

 private:
  SimulatedDisk& disk_;
  const std::shared_ptr<File> file_;
};

class SimulatedDisk::Reading final : public rocksdb::FSRandomAccessFile {
 public:
  Reading(const SimulatedDisk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
  IOStatus Read(std::uint64_t offset, size_t n, const Options&, Slice* result, char* scratch,
                Context*) const override {
    const std::lock_guard lock(disk_.mutex_);
    const auto& bytes = file_->bytes;
    const auto size = offset >= bytes.size() ? 0 : std::min<std::size_t>(n, bytes.size() - offset);
    if (size != 0) std::memcpy(scratch, bytes.data() + offset, size);
    *result = Slice(scratch, size);
    return IOStatus::OK();
  }

 private:
  const SimulatedDisk& disk_;
  const std::shared_ptr<File> file_;
};

class SimulatedDisk::Sequence final : public rocksdb::FSSequentialFile {
 public:
  Sequence(const SimulatedDisk& disk, std::shared_ptr<File> file) : reading_(disk, std::move(file)) {}
  IOStatus Read(size_t n, const Options& options, Slice* result, char* scratch, Context* context) override {
    const auto status = reading_.Read(at_, n, options, result, scratch, context);
    at_ += result->size();
    return status;
  }
  IOStatus Skip(std::uint64_t n) override {
    at_ += n;
    return IOStatus::OK();
  }

 private:
  const Reading reading_;
  std::uint64_t at_ = 0;
};

class SimulatedDisk::Directory final : public rocksdb::FSDirectory {
 public:
  Directory(SimulatedDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  IOStatus Fsync(const Options&, Context*) override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.sync_directory(path_);
  }
  IOStatus Close(const Options&, Context*) override { return IOStatus::OK(); }

 private:
  SimulatedDisk& disk_;
  const std::string path_;
};

// Borrowed, not owned, by the Env that this disk owns.
SimulatedDisk::SimulatedDisk()
    : env_(
          rocksdb::NewCompositeEnv(std::shared_ptr<rocksdb::FileSystem>(this, [](rocksdb::FileSystem*) {}))) {
}

std::uint64_t SimulatedDisk::acts() const {
  const std::lock_guard lock(mutex_);
  return acts_;
}

void SimulatedDisk::cut_at(std::uint64_t act) {
  const std::lock_guard lock(mutex_);
  cut_at_ = act;
}

bool SimulatedDisk::is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_at_ && acts_ >= *cut_at_;
}

std::shared_ptr<SimulatedDisk> SimulatedDisk::after_cut(Tear tear, std::mt19937& random) const {
  const std::lock_guard lock(mutex_);
  auto out = std::make_shared<SimulatedDisk>();
  out->directories_ = directories_;
  const bool entries_made_it = tear != Tear::nothing && random() % 2 == 0;
  for (const auto& [path, file] : entries_made_it ? now_ : durable_) {
    auto left = std::make_shared<File>();
    const bool old = file->before && (tear == Tear::nothing || random() % 2 == 0);
    left->bytes = old ? *file->before : file->bytes.substr(0, file->synced);
    auto rest = old ? "" : file->bytes.substr(file->synced);
    if (tear != Tear::nothing && !rest.empty()) rest.resize(random() % (rest.size() + 1));
    if (tear == Tear::sectors) {
      // Sectors lie on the disk's grid, so the one that holds both old and new bytes is whole or not there.
      for (std::size_t at = 0; at < rest.size();) {
        const auto sector = std::min(rest.size() - at, 512 - (file->synced + at) % 512);
        if (random() % 2 == 0) std::fill_n(rest.begin() + static_cast<std::ptrdiff_t>(at), sector, '\0');
        at += sector;
      }
    }
    if (tear != Tear::nothing) left->bytes += rest;
    left->synced = left->bytes.size();
    out->now_[path] = out->durable_[path] = left;
  }
  return out;
}

void SimulatedDisk::set_capacity(std::optional<std::uint64_t> bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

void SimulatedDisk::fail_syncs(bool failing) {
  const std::lock_guard lock(mutex_);
  failing_syncs_ = failing;
}

bool SimulatedDisk::damage(const std::string& path, std::uint64_t offset) {
  const std::lock_guard lock(mutex_);
  const auto file = find(path);
  if (!file || offset >= file->bytes.size()) return false;
  file->bytes[offset] = static_cast<char>(~file->bytes[offset]);
  return true;
}

std::vector<std::string> SimulatedDisk::files() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [path, file] : now_) out.push_back(path);
  return out;
}

std::uint64_t SimulatedDisk::size(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  const auto file = find(path);
  return file ? file->bytes.size() : 0;
}

IOStatus SimulatedDisk::act() {
  ++acts_;
  return cut_at_ && acts_ >= *cut_at_ ? IOStatus::IOError("the power is cut") : IOStatus::OK();
}

// A full disk takes what still fits, as a real one does.
IOStatus SimulatedDisk::append(File& file, const Slice& bytes) {
  if (const auto status = act(); !status.ok()) return status;
  const auto in_use = used();
  if (capacity_ && in_use + bytes.size() > *capacity_) {
    if (in_use < *capacity_) file.bytes.append(bytes.data(), *capacity_ - in_use);
    return IOStatus::NoSpace("No space left on device");
  }
  file.bytes.append(bytes.data(), bytes.size());
  return IOStatus::OK();
}

// What was cut off may be there again until the next sync.
IOStatus SimulatedDisk::truncate(File& file, std::uint64_t size) {
  if (const auto status = act(); !status.ok()) return status;
  if (!file.before) file.before = file.bytes;
  file.bytes.resize(size);
  file.synced = std::min(file.synced, file.bytes.size());
  return IOStatus::OK();
}

IOStatus SimulatedDisk::sync(File& file) {
  if (const auto status = act(); !status.ok()) return status;
  if (failing_syncs_) return IOStatus::IOError("Input/output error");
  file.synced = file.bytes.size();
  file.before.reset();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::sync_directory(const std::string& path) {
  if (const auto status = act(); !status.ok()) return status;
  std::erase_if(durable_, [&](const auto& entry) { return parent(entry.first) == path; });
  for (const auto& [name, file] : now_) {
    if (parent(name) == path) durable_[name] = file;
  }
  return IOStatus::OK();
}

std::uint64_t SimulatedDisk::used() const {
  std::uint64_t bytes = 0;
  for (const auto& [path, file] : now_) bytes += file->bytes.size();
  return bytes;
}

std::shared_ptr<SimulatedDisk::File> SimulatedDisk::find(const std::string& path) const {
  const auto found = now_.find(clean(path));
  return found == now_.end() ? nullptr : found->second;
}

template <class As, class Result>
IOStatus SimulatedDisk::open(const std::string& path, Result& result) {
  const std::lock_guard lock(mutex_);
  auto file = find(path);
  if (!file) return IOStatus::PathNotFound(path);
  result = std::make_unique<As>(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewSequentialFile(const std::string& path, const rocksdb::FileOptions&,
                                          std::unique_ptr<rocksdb::FSSequentialFile>* result, Context*) {
  return open<Sequence>(path, *result);
}

IOStatus SimulatedDisk::NewRandomAccessFile(const std::string& path, const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSRandomAccessFile>* result, Context*) {
  return open<Reading>(path, *result);
}

IOStatus SimulatedDisk::NewWritableFile(const std::string& path, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSWritableFile>* result, Context*) {
  const std::lock_guard lock(mutex_);
  if (auto status = act(); !status.ok()) return status;
  auto file = std::make_shared<File>();
  now_[clean(path)] = file;
  *result = std::make_unique<Writing>(*this, std::move(file));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::ReopenWritableFile(const std::string& path, const rocksdb::FileOptions&,
                                           std::unique_ptr<rocksdb::FSWritableFile>* result, Context*) {
  return open<Writing>(path, *result);
}

IOStatus SimulatedDisk::NewRandomRWFile(const std::string& path, const rocksdb::FileOptions&,
                                        std::unique_ptr<rocksdb::FSRandomRWFile>* result, Context*) {
  return open<Rewriting>(path, *result);
}

IOStatus SimulatedDisk::NewDirectory(const std::string& path, const Options&,
                                     std::unique_ptr<rocksdb::FSDirectory>* result, Context*) {
  *result = std::make_unique<Directory>(*this, clean(path));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::FileExists(const std::string& path, const Options&, Context*) {
  const std::lock_guard lock(mutex_);
  return find(path) || directories_.contains(clean(path)) ? IOStatus::OK() : IOStatus::NotFound();
}

IOStatus SimulatedDisk::GetChildren(const std::string& path, const Options&, std::vector<std::string>* result,
                                    Context*) {
  const std::lock_guard lock(mutex_);
  const auto directory = clean(path);
  result->clear();
  if (!directories_.contains(directory)) return IOStatus::NotFound();
  for (const auto& [name, file] : now_) {
    if (parent(name) == directory) result->push_back(name.substr(directory.size() + 1));
  }
  return IOStatus::OK();
}

IOStatus SimulatedDisk::DeleteFile(const std::string& path, const Options&, Context*) {
  const std::lock_guard lock(mutex_);
  if (auto status = act(); !status.ok()) return status;
  return now_.erase(clean(path)) != 0 ? IOStatus::OK() : IOStatus::PathNotFound(path);
}

// Directories are few and made at the start: they are durable at once.
IOStatus SimulatedDisk::CreateDir(const std::string& path, const Options& options, Context* context) {
  return CreateDirIfMissing(path, options, context);
}

IOStatus SimulatedDisk::CreateDirIfMissing(const std::string& path, const Options&, Context*) {
  const std::lock_guard lock(mutex_);
  directories_.insert(clean(path));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::DeleteDir(const std::string& path, const Options&, Context*) {
  const std::lock_guard lock(mutex_);
  directories_.erase(clean(path));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFileSize(const std::string& path, const Options&, std::uint64_t* size, Context*) {
  const std::lock_guard lock(mutex_);
  const auto file = find(path);
  if (!file) return IOStatus::PathNotFound(path);
  *size = file->bytes.size();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFileModificationTime(const std::string&, const Options&, std::uint64_t* time,
                                                Context*) {
  *time = 0;
  return IOStatus::OK();
}

IOStatus SimulatedDisk::RenameFile(const std::string& from, const std::string& to, const Options&, Context*) {
  const std::lock_guard lock(mutex_);
  if (auto status = act(); !status.ok()) return status;
  auto node = now_.extract(clean(from));
  if (node.empty()) return IOStatus::PathNotFound(from);
  now_[clean(to)] = node.mapped();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::LockFile(const std::string& path, const Options&, rocksdb::FileLock** lock,
                                 Context*) {
  const std::lock_guard guard(mutex_);
  if (!locks_.insert(clean(path)).second) return IOStatus::IOError("lock held by this process", path);
  *lock = std::make_unique<NamedLock>(clean(path)).release();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::UnlockFile(rocksdb::FileLock* lock, const Options&, Context*) {
  const std::lock_guard guard(mutex_);
  const std::unique_ptr<NamedLock> held(static_cast<NamedLock*>(lock));
  locks_.erase(held->path);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetTestDirectory(const Options&, std::string* path, Context*) {
  *path = "/test";
  return IOStatus::OK();
}

IOStatus SimulatedDisk::NewLogger(const std::string&, const Options&,
                                  std::shared_ptr<rocksdb::Logger>* result, Context*) {
  *result = std::make_shared<SilentLogger>();
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetAbsolutePath(const std::string& path, const Options&, std::string* result,
                                        Context*) {
  *result = clean(path);
  return IOStatus::OK();
}

IOStatus SimulatedDisk::IsDirectory(const std::string& path, const Options&, bool* is_directory, Context*) {
  const std::lock_guard lock(mutex_);
  *is_directory = directories_.contains(clean(path));
  return IOStatus::OK();
}

IOStatus SimulatedDisk::GetFreeSpace(const std::string&, const Options&, std::uint64_t* free, Context*) {
  const std::lock_guard lock(mutex_);
  *free = capacity_ ? *capacity_ - std::min(*capacity_, used()) : std::uint64_t{1} << 40;
  return IOStatus::OK();
}

}  // namespace assay::storage
