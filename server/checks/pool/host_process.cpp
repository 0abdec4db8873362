#include "server/checks/pool/host_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace assay::checks {
namespace {

constexpr std::size_t line_bytes_max = 1'000;
constexpr std::size_t word_bytes = 4096;

[[noreturn]] void fail(const char* what, int error = errno) {
  throw std::system_error(error, std::generic_category(), what);
}

// Above the numbers that the child gives to its own ends, so that none is overwritten while they are put in
// place.
Descriptor out_of_the_way(int number, const char* what) {
  if (number < 0) fail(what);
  const Descriptor low(number);
  const int high = fcntl(number, F_DUPFD_CLOEXEC, 10);
  if (high < 0) fail(what);
  return Descriptor(high);
}

// A page that both ends see. Its size is sealed, or the child could shrink it and make our write to it fatal.
Descriptor make_word() {
  Descriptor word =
      out_of_the_way(memfd_create("assay-cancelled", MFD_CLOEXEC | MFD_ALLOW_SEALING), "shared word");
  if (ftruncate(word.get(), word_bytes) != 0) fail("shared word");
  if (fcntl(word.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) fail("shared word");
  return word;
}

class SpawnSettings {
 public:
  SpawnSettings() {
    if (posix_spawn_file_actions_init(&actions) != 0 || posix_spawnattr_init(&attributes) != 0)
      fail("posix_spawn", ENOMEM);
    // Keys pressed at the server's terminal are not for plugins; signals start as they do in any program.
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  void put(const Descriptor& from, int at) { posix_spawn_file_actions_adddup2(&actions, from.get(), at); }
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

std::shared_ptr<const Library> Library::look_at(const std::filesystem::path& path, std::size_t folder) {
  auto library = std::make_shared<Library>();
  library->path = path;
  library->folder = folder;
  const int opened = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (opened < 0) return nullptr;
  library->file = out_of_the_way(opened, "library");
  struct stat status {};
  if (fstat(library->file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  library->device = status.st_dev;
  library->inode = status.st_ino;
  library->size = static_cast<std::uint64_t>(status.st_size);
  library->changed_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  return library;
}

HostProcess::HostProcess(const std::filesystem::path& host_program, std::shared_ptr<const Library> library,
                         std::uint64_t address_space_bytes)
    : library_(std::move(library)) {
  std::array<int, 2> pair{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) fail("socketpair");
  socket_ = out_of_the_way(pair[0], "socketpair");
  const Descriptor theirs = out_of_the_way(pair[1], "socketpair");
  fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  // Room for most documents in one write.
  const int buffer_bytes = 1 << 20;
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(theirs.get(), SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  if (pipe2(pair.data(), O_CLOEXEC) != 0) fail("pipe");
  output_ = out_of_the_way(pair[0], "pipe");
  const Descriptor prints = out_of_the_way(pair[1], "pipe");
  fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  const Descriptor word = make_word();

  SpawnSettings spawn;
  posix_spawn_file_actions_addopen(&spawn.actions, 0, "/dev/null", O_RDONLY, 0);
  spawn.put(prints, 1);
  spawn.put(prints, 2);
  spawn.put(theirs, 3);
  spawn.put(word, 4);
  spawn.put(library_->file, 5);
  posix_spawn_file_actions_addclosefrom_np(&spawn.actions, 6);

  const std::string limit = std::to_string(address_space_bytes);
  const std::string program = host_program.string(), path = library_->path.string();
  char* arguments[] = {const_cast<char*>(program.c_str()), const_cast<char*>(path.c_str()),
                       const_cast<char*>(limit.c_str()), nullptr};
  // Nothing of the server's environment, which may hold secrets.
  char language[] = "LC_ALL=C.UTF-8";
  char* environment[] = {language, nullptr};
  const int error =
      posix_spawn(&id_, program.c_str(), &spawn.actions, &spawn.attributes, arguments, environment);
  if (error != 0) fail(program.c_str(), error);
  exit_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, id_, 0)));
  void* page =
      exit_ ? mmap(nullptr, word_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, word.get(), 0) : MAP_FAILED;
  if (page == MAP_FAILED) {
    const int trouble = errno;
    ::kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    fail("watching a plugin's process", trouble);
  }
  word_ = new (page) std::atomic<std::uint64_t>(0);
}

HostProcess::~HostProcess() {
  if (!reaped_) {
    kill();
    while (waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  munmap(word_, word_bytes);
}

void HostProcess::send(host::ToHost kind, std::string_view payload) {
  host::append_frame(out_, static_cast<std::uint8_t>(kind), payload);
  write_more();
}

void HostProcess::write_more() {
  while (sent_ < out_.size()) {
    const ssize_t n = ::send(socket_.get(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      // Of a process that is gone, its exit will tell.
      if (errno != EAGAIN) sent_ = out_.size();
      break;
    }
    sent_ += static_cast<std::size_t>(n);
  }
  if (sent_ < out_.size()) return;
  sent_ = 0;
  if (out_.capacity() > (std::size_t{1} << 20))
    out_ = {};
  else
    out_.clear();
}

HostProcess::Read HostProcess::read_more(std::vector<host::Frame>& frames) {
  static thread_local std::array<char, 256u << 10> buffer;
  Read result = Read::open;
  for (int turn = 0; turn < 8; ++turn) {
    const ssize_t n = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      if (errno != EAGAIN) result = Read::ended;
      break;
    }
    if (n == 0) {
      result = Read::ended;
      break;
    }
    frames_.feed(std::string_view(buffer.data(), static_cast<std::size_t>(n)));
    while (auto frame = frames_.next()) frames.push_back(std::move(*frame));
    if (frames_.too_long()) return Read::too_long;
    if (static_cast<std::size_t>(n) < buffer.size()) break;
  }
  return result;
}

void HostProcess::read_output(std::vector<std::string>& lines) {
  std::array<char, 16u << 10> buffer;
  const ssize_t n = ::read(output_.get(), buffer.data(), buffer.size());
  if (n < 0) return;
  if (n == 0) {
    output_ = {};
    if (!line_.empty()) lines.push_back(std::move(line_));
    return;
  }
  for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(n))) {
    if (c == '\n') {
      if (!line_.empty()) lines.push_back(line_);
      line_.clear();
    } else if (line_.size() < line_bytes_max) {
      line_.push_back(c);
    }
  }
}

void HostProcess::kill() {
  if (!reaped_) ::kill(id_, SIGKILL);
}

std::optional<std::string> HostProcess::ended() {
  if (reaped_) return std::nullopt;
  int status = 0;
  if (waitpid(id_, &status, WNOHANG) != id_) return std::nullopt;
  reaped_ = true;
  if (WIFEXITED(status)) return "its process exited with status " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  const char* name = sigabbrev_np(signal);
  std::string words =
      "its process was ended by SIG" + std::string(name == nullptr ? std::to_string(signal) : name);
  if (signal == SIGSYS) words += " (a system call that plugins may not make)";
  return words;
}

std::uint64_t HostProcess::resident_kib() const {
  const std::string path = "/proc/" + std::to_string(id_) + "/statm";
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return 0;
  unsigned long long pages = 0;
  if (std::fscanf(file, "%*u %llu", &pages) != 1) pages = 0;
  std::fclose(file);
  return pages * (static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024);
}

std::chrono::nanoseconds HostProcess::cpu_time() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(id_, &clock) != 0 || clock_gettime(clock, &used) != 0) return {};
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace assay::checks
