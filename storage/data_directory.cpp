#include "storage/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "storage/room_store.h"

namespace assay::storage {
namespace {

using Kind = StorageError::Kind;

[[noreturn]] void fail(const std::string& what, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  const std::string advice = full              ? "free some space and start again"
                             : error == EACCES ? "give this user the right, or choose another with --data"
                             : error == ENOTDIR || error == EEXIST
                                 ? "a file stands where a folder has to be; choose another with --data"
                                 : "check the disk, or choose another with --data";
  throw StorageError(full ? Kind::full : Kind::io,
                     what + ": " + std::generic_category().message(error) + "; " + advice);
}

std::optional<std::string> read_small_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return std::nullopt;
    fail("cannot read " + path, errno);
  }
  std::array<char, 256> buffer{};
  const auto size = ::read(file, buffer.data(), buffer.size());
  const int error = errno;
  ::close(file);
  if (size < 0) fail("cannot read " + path, error);
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

void sync_directory(const std::string& path) {
  const int directory = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0 || ::fsync(directory) != 0) {
    const int error = errno;
    if (directory >= 0) ::close(directory);
    fail("cannot write " + path, error);
  }
  ::close(directory);
}

// What holds the directory keeps its name after a power cut, too. Some may not be ours to open.
void sync_parents(const std::string& path) {
  std::error_code ignored;
  auto directory = std::filesystem::absolute(path, ignored);
  while (directory.has_relative_path()) {
    directory = directory.parent_path();
    const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) continue;
    ::fsync(opened);
    ::close(opened);
  }
}

void write_synced(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) fail("cannot write " + path, errno);
  errno = ENOSPC;  // what a short write means
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int error = errno;
  ::close(file);
  if (!written) fail("cannot write " + path, error);
}

std::optional<unsigned> parse_format(std::string_view text) {
  constexpr std::string_view prefix = "assay-data ";
  if (!text.starts_with(prefix) || !text.ends_with('\n')) return std::nullopt;
  text = text.substr(prefix.size(), text.size() - prefix.size() - 1);
  unsigned format = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), format);
  if (error != std::errc{} || end != text.data() + text.size() || format == 0) return std::nullopt;
  return format;
}

StorageError absent(const std::string& path) {
  return {Kind::absent, path + " holds no data of Assay; choose another directory with --data"};
}

// What RocksDB, or what is beside it, leaves.
bool holds_data(const std::string& log_path) {
  std::error_code error;
  return std::filesystem::exists(log_path + ".acknowledged", error) ||
         (std::filesystem::exists(log_path, error) && !std::filesystem::is_empty(log_path, error));
}

}  // namespace

DataDirectory::DataDirectory(std::string path, Use use) : path_(std::move(path)), use_(use) {
  if (use_ == Use::read) {
    check_format();
    lock();
    return;
  }
  make();
  lock();
  try {
    check_format();
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

void DataDirectory::make() {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path_, error);
  if (error) fail("cannot make the data directory " + path_, error.value());
  // Whoever may read it can read every report; one that was there has the rights its owner gave it.
  if (made) std::filesystem::permissions(path_, std::filesystem::perms::owner_all, error);
  if (error) fail("cannot keep others out of " + path_, error.value());
  if (made) sync_parents(path_);
}

void DataDirectory::lock() {
  const auto name = path_ + "/LOCK";
  lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0 && use_ == Use::read && (errno == EACCES || errno == EROFS)) {
    lock_ = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (lock_ < 0 && errno == ENOENT) return;  // nobody ever wrote here, nor can this process
  }
  if (lock_ < 0 && use_ == Use::read && errno == ENOENT) throw absent(path_);
  if (lock_ < 0) fail("cannot open " + name, errno);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    ::close(lock_);
    if (error != EWOULDBLOCK) fail("cannot lock " + name, error);
    auto owner = read_small_file(name).value_or("");
    while (!owner.empty() && (owner.back() < '0' || owner.back() > '9')) owner.pop_back();
    throw StorageError(Kind::in_use, "the data directory " + path_ + " is in use" +
                                         (owner.empty() ? "" : " by process " + owner) +
                                         "; stop it, or choose another directory with --data");
  }
  // For the message above only, so a full disk may spoil it.
  const auto owner = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock_, 0) != 0 || ::pwrite(lock_, owner.data(), owner.size(), 0) < 0) errno = 0;
}

void DataDirectory::check_format() {
  const auto name = path_ + "/FORMAT";
  const auto text = read_small_file(name);
  if (!text) {
    const bool begun = read_small_file(name + ".new").has_value();
    if (!begun && holds_data(log_path())) {
      throw StorageError(Kind::corrupt,
                         name + " is missing beside existing data; put back the file from a backup");
    }
    if (use_ == Use::read) throw absent(path_);
    return begin();
  }
  const auto found = parse_format(*text);
  if (!found) {
    throw StorageError(Kind::corrupt,
                       name +
                           " cannot be read as a format; put back the file from a backup, or choose "
                           "another directory with --data");
  }
  if (*found > format) {
    throw StorageError(Kind::newer_format, "the data directory " + path_ + " has format " +
                                               std::to_string(*found) + ", and this program reads up to " +
                                               std::to_string(format) +
                                               "; use the newer program that wrote it");
  }
}

// Before anything else is written: whoever finds it without a FORMAT knows that what else is there was never
// in use.
void DataDirectory::begin() {
  write_synced(path_ + "/FORMAT.new", "assay-data " + std::to_string(format) + "\n");
  sync_directory(path_);
  is_new_ = true;
}

void DataDirectory::finish() {
  if (!is_new_) return;
  const auto name = path_ + "/FORMAT", fresh = name + ".new";
  if (std::rename(fresh.c_str(), name.c_str()) != 0) fail("cannot write " + name, errno);
  sync_directory(path_);
  is_new_ = false;
}

}  // namespace assay::storage
