#include "server/cli/transfer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "server/cli/running_servers.h"

namespace assay::server::cli {
namespace {

// A file descriptor that closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int operator*() const { return descriptor_; }

 private:
  int descriptor_;
};

CommandError unreadable(const std::string& file) {
  return {exit_input, printable(file) + ": cannot be read: " + system_reason(errno)};
}

}  // namespace

std::string system_reason(int error_number) { return std::generic_category().message(error_number); }

std::string counted(std::uint64_t number, const std::string& what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

std::string printable(const std::string& text, std::size_t bytes_max) {
  std::string shown;
  for (std::size_t i = 0; i < text.size() && shown.size() < bytes_max; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    shown += byte < 0x20 || byte == 0x7f ? ' ' : text[i];
  }
  if (shown.size() == text.size()) return shown;
  while (!shown.empty() && (static_cast<unsigned char>(text[shown.size()]) & 0xc0u) == 0x80u)
    shown.pop_back();
  return shown + "…";
}

Place find_place(const PlaceOptions& options) {
  if (!options.url.empty()) {
    const char* token = std::getenv("ASSAY_TOKEN");
    return Client::remote(options.url, options.token.empty() && token ? token : options.token);
  }
  auto directory = find_data_folder(options.data);
  if (auto client = Client::control(directory)) return std::move(*client);
  return directory;
}

void add_place_options(CLI::App& command, PlaceOptions& options, const char* url_option) {
  auto* url =
      command.add_option(url_option, options.url, "A running server, https://HOST:PORT")->type_name("URL");
  command.add_option("--data", options.data, data_option_help)->type_name("DIR")->excludes(url);
  command.add_option("--token", options.token, "Signs in at that server (default: $ASSAY_TOKEN)")->needs(url);
}

std::string read_input(const std::string& file) {
  const File input(file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (*input < 0) throw unreadable(file);
  std::string bytes;
  std::array<char, 1u << 16> buffer;
  for (;;) {
    const ssize_t count = ::read(*input, buffer.data(), buffer.size());
    if (count == 0) return bytes;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw unreadable(file);
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void write_output(const std::string& file, const std::string& bytes) {
  const auto trouble = [&] {
    return CommandError(exit_machine, printable(file) + ": cannot be written: " + system_reason(errno));
  };
  // What is no plain file (a pipe, a terminal) is written to as it is; a link is followed.
  std::error_code none;
  const bool replace = !std::filesystem::exists(file, none) || std::filesystem::is_regular_file(file, none);
  const auto target =
      std::filesystem::is_symlink(file, none) ? std::filesystem::weakly_canonical(file, none).string() : file;
  const std::string written = replace ? target + ".part-" + std::to_string(::getpid()) : target;
  {
    const File output(
        ::open(written.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (replace ? O_EXCL : O_TRUNC), 0666));
    if (*output < 0) throw trouble();
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t count = ::write(*output, bytes.data() + at, bytes.size() - at);
      if (count < 0 && errno == EINTR) continue;
      if (count >= 0) {
        at += static_cast<std::size_t>(count);
        continue;
      }
      const auto error = trouble();
      if (replace) ::unlink(written.c_str());
      throw error;
    }
  }
  if (replace && ::rename(written.c_str(), target.c_str()) != 0) {
    const auto error = trouble();
    ::unlink(written.c_str());
    throw error;
  }
}

}  // namespace assay::server::cli
