// One assay-plugin-host: started, written to, read from, ended. Nothing here waits, except the destructor for
// a process that was killed. Thread: the one that started it, which must stay: the process dies with that
// thread.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/host/messages.h"
#include "server/checks/pool/descriptor.h"

namespace assay::checks {

// A library as it lay in its folder when it was looked at: the open descriptor keeps it, whatever takes its
// name.
struct Library {
  std::filesystem::path path;
  std::size_t folder = 0;  // a higher one wins
  Descriptor file;
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t changed_ns = 0;
  bool is_same_file(const Library& other) const {
    return device == other.device && inode == other.inode && size == other.size &&
           changed_ns == other.changed_ns;
  }
  // None when it cannot be opened or is no regular file.
  static std::shared_ptr<const Library> look_at(const std::filesystem::path& path, std::size_t folder);
};

class HostProcess {
 public:
  // Throws std::system_error.
  HostProcess(const std::filesystem::path& host_program, std::shared_ptr<const Library> library,
              std::uint64_t address_space_bytes);
  ~HostProcess();  // kills it
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  int socket() const { return socket_.get(); }
  int output() const { return output_.get(); }  // what it prints; -1 once that has ended
  int exit_event() const { return exit_.get(); }
  pid_t id() const { return id_; }
  const std::shared_ptr<const Library>& library() const { return library_; }

  void send(host::ToHost kind, std::string_view payload);  // queues, and writes what fits
  bool wants_to_write() const { return unsent_bytes() > 0; }
  std::size_t unsent_bytes() const { return out_.size() - sent_; }
  void write_more();

  enum class Read { open, ended, too_long };
  // Takes what is there, at most so many bytes a call that nobody else waits long.
  Read read_more(std::vector<host::Frame>& frames);
  // What it printed, in whole lines as far as they are whole.
  void read_output(std::vector<std::string>& lines);

  // Says that the check is no longer wanted.
  void cancel(std::uint64_t check) { word_->store(check, std::memory_order_relaxed); }
  void kill();
  // How it ended, in words, once it has; reaps it.
  std::optional<std::string> ended();
  std::uint64_t resident_kib() const;
  std::chrono::nanoseconds cpu_time() const;  // used so far; 0 when it cannot be told

 private:
  std::shared_ptr<const Library> library_;
  Descriptor socket_, output_, exit_;
  pid_t id_ = -1;
  bool reaped_ = false;
  std::atomic<std::uint64_t>* word_ = nullptr;
  std::string out_;
  std::size_t sent_ = 0;
  host::FrameReader frames_{host::from_host_bytes_max};
  std::string line_;
};

}  // namespace assay::checks
