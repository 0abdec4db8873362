// assay-plugin-host: one plugin in a process of its own. Started by the server and by `assay plugin run
// --isolated`, with three descriptors: 3 the socket to whoever asks, 4 the shared word that says which check
// is no longer wanted, 5 the library. It narrows what it may do before and after it loads the library, then
// answers one command at a time.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include "plugins/host/loaded_plugin.h"
#include "plugins/host/messages.h"
#include "plugins/host/sandbox.h"

namespace assay::host {
namespace {

constexpr int socket_descriptor = 3;
constexpr int word_descriptor = 4;
constexpr int library_descriptor = 5;

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
}

// The socket, read and written to the end: this process has nothing else to do. When the other end is gone,
// so is the reason to live.
class Connection {
 public:
  void send(FromHost kind, std::string_view payload) {
    std::string bytes;
    append_frame(bytes, static_cast<std::uint8_t>(kind), payload);
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const ssize_t n = write(socket_descriptor, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) _exit(0);
      rest.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // The next command, in the order they came.
  Frame receive() {
    if (early_.empty()) return read_frame();
    Frame frame = std::move(early_.front());
    early_.pop_front();
    return frame;
  }
  // The answer to what was just asked. A command that comes before it waits for its turn: documents are
  // closed whatever the plugin is doing, and what follows a `close` is not held back until its instance is
  // destroyed.
  Frame receive_answer(ToHost expected) {
    for (;;) {
      Frame frame = read_frame();
      if (frame.kind == static_cast<std::uint8_t>(expected)) return frame;
      if (is_answer(static_cast<ToHost>(frame.kind))) fail("an answer is of the wrong kind");
      early_.push_back(std::move(frame));
    }
  }
  [[noreturn]] static void fail(const char* what) {
    std::fprintf(stderr, "assay-plugin-host: %s\n", what);
    _exit(2);
  }

 private:
  static bool is_answer(ToHost kind) {
    return kind == ToHost::value || kind == ToHost::stored || kind == ToHost::term_count;
  }
  Frame read_frame() {
    for (;;) {
      if (auto frame = frames_.next()) return std::move(*frame);
      if (frames_.too_long()) fail("a frame is too long");
      const ssize_t n = read(socket_descriptor, buffer_.data(), buffer_.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) _exit(0);
      frames_.feed(std::string_view(buffer_.data(), static_cast<std::size_t>(n)));
    }
  }

  std::deque<Frame> early_;
  FrameReader frames_{to_host_bytes_max};
  std::string buffer_ = std::string(256u << 10, '\0');
};

// The plugin's wishes, carried over the socket while its check waits.
class RemoteServices final : public Services {
 public:
  explicit RemoteServices(Connection& connection) : connection_(connection) {}

  void log(std::uint32_t level, std::string_view message) override {
    Writer out;
    out.u32(level);
    out.text(message.substr(0, log_line_bytes_max));
    connection_.send(FromHost::log, out.bytes());
  }
  assay_status get(std::string_view key, std::optional<std::string>& value) override {
    if (key.empty() || key.size() > key_bytes_max) return ASSAY_FAILED;
    Writer out;
    out.text(key);
    const std::string answer = ask(FromHost::get, out.bytes(), ToHost::value);
    Reader in(answer);
    const bool found = in.u8() == 1;
    const auto bytes = in.text();
    if (!in.done()) Connection::fail("a value cannot be read");
    if (found) value = std::string(bytes);
    return ASSAY_OK;
  }
  assay_status put(std::string_view key, std::string_view value) override {
    if (key.empty() || key.size() > key_bytes_max || value.size() > value_bytes_max) return ASSAY_FAILED;
    Writer out;
    out.text(key);
    out.text(value);
    const std::string answer = ask(FromHost::put, out.bytes(), ToHost::stored);
    return Reader(answer).u8() == 1 ? ASSAY_OK : ASSAY_FAILED;
  }
  assay_status term(std::string_view language, std::string_view words, assay_term& counts) override {
    if (language.size() > key_bytes_max || words.size() > key_bytes_max) return ASSAY_FAILED;
    Writer out;
    out.text(language);
    out.text(words);
    const std::string answer = ask(FromHost::term, out.bytes(), ToHost::term_count);
    Reader in(answer);
    counts.documents_with_term = in.u64();
    counts.documents = in.u64();
    return in.done() ? ASSAY_OK : ASSAY_FAILED;
  }

 private:
  std::string ask(FromHost kind, std::string_view payload, ToHost expected) {
    connection_.send(kind, payload);
    return connection_.receive_answer(expected).payload;
  }
  Connection& connection_;
};

// The check that is no longer wanted, as the server writes it.
const std::atomic<std::uint64_t>& map_word() {
  void* page = mmap(nullptr, sizeof(std::uint64_t), PROT_READ, MAP_SHARED, word_descriptor, 0);
  if (page == MAP_FAILED) Connection::fail("the shared word cannot be mapped");
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  return *static_cast<const std::atomic<std::uint64_t>*>(page);
}

// By its name, so that debuggers and the library's own folder are what they seem; by the descriptor when
// another version has taken the name meanwhile.
std::filesystem::path library_to_load(const std::filesystem::path& named) {
  struct stat by_name {
  }, opened{};
  if (fstat(library_descriptor, &opened) != 0) Connection::fail("there is no library");
  if (stat(named.c_str(), &by_name) == 0 && by_name.st_dev == opened.st_dev &&
      by_name.st_ino == opened.st_ino)
    return named;
  return "/proc/self/fd/" + std::to_string(library_descriptor);
}

class Host {
 public:
  explicit Host(const std::filesystem::path& library) : word_(map_word()), services_(connection_) {
    const auto path = library_to_load(library);
    limit_files({library.parent_path(), path});
    filter_for_loading();
    try {
      plugin_.emplace(path, services_);
    } catch (const LoadError& error) {
      connection_.send(FromHost::refused, error.what());
      _exit(0);
    }
    connection_.send(FromHost::loaded, encode_descriptor(plugin_->descriptor()));
  }

  [[noreturn]] void run() {
    for (;;) handle(connection_.receive());
  }

 private:
  void handle(const Frame& frame) {
    switch (static_cast<ToHost>(frame.kind)) {
      case ToHost::open:
        return open(frame.payload);
      case ToHost::close:
        return plugin_->close(Reader(frame.payload).u32());
      case ToHost::begin:
        return begin();
      case ToHost::check:
        return check(frame.payload);
      case ToHost::learn: {
        const auto lesson = decode_lesson(frame.payload);
        if (!lesson) Connection::fail("a lesson cannot be read");
        return connection_.send(FromHost::learned, encode_outcome(plugin_->learn(*lesson)));
      }
      case ToHost::forget:
        return connection_.send(FromHost::learned, encode_outcome(plugin_->forget(frame.payload)));
      case ToHost::value:
      case ToHost::stored:
      case ToHost::term_count:
        break;
    }
    Connection::fail("a command is not known");
  }
  void open(std::string_view payload) {
    Reader in(payload);
    const std::uint32_t instance = in.u32();
    const std::string settings(in.text());
    if (!in.done()) Connection::fail("settings cannot be read");
    connection_.send(FromHost::opened, encode_outcome(plugin_->open(instance, settings)));
  }
  void begin() {
    filter_for_serving();
    Writer out;
    out.u8(plugin_->learns() ? 1 : 0);
    connection_.send(FromHost::ready, out.bytes());
  }
  void check(std::string_view payload) {
    const auto command = decode_check(payload);
    if (!command) Connection::fail("a check cannot be read");
    const std::uint64_t deadline = now_ns() + command->budget_ns;
    const std::function<bool()> cancelled = [&] {
      return word_.load(std::memory_order_relaxed) == command->check || now_ns() >= deadline;
    };
    connection_.send(FromHost::answer,
                     encode_answer(plugin_->check(command->instance, command->view, command->changed,
                                                  command->check, command->budget_ns, cancelled)));
  }

  Connection connection_;
  const std::atomic<std::uint64_t>& word_;
  RemoteServices services_;
  std::optional<LoadedPlugin> plugin_;
};

}  // namespace
}  // namespace assay::host

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr,
                 "assay-plugin-host is started by assay, with the library and its address space in bytes\n");
    return 2;
  }
  try {
    assay::host::limit_process(std::strtoull(argv[2], nullptr, 10));
    assay::host::Host host(argv[1]);
    host.run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay-plugin-host: %s\n", error.what());
    return 2;
  }
}
