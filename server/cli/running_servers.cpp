#include "server/cli/running_servers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

#include "server/cli/client.h"
#include "server/cli/commands.h"

namespace assay::server::cli {
namespace {

namespace fs = std::filesystem;

fs::path notices_directory() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && *state) return fs::path(state) / "assay/servers";
  const char* home = std::getenv("HOME");
  return home && *home ? fs::path(home) / ".local/state/assay/servers" : fs::path();
}

fs::path read_notice(const fs::path& file) {
  std::string line;
  std::ifstream input(file);
  std::getline(input, line);
  return line;
}

bool answers(const fs::path& data_directory) {
  try {
    return data_directory.is_absolute() && Client::control(data_directory).has_value();
  } catch (const CommandError&) {
    return false;  // another user's
  }
}

std::vector<fs::path> notices() {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(notices_directory(), error), end; !error && at != end; at.increment(error))
    files.push_back(at->path());
  return files;
}

}  // namespace

ServerNotice::ServerNotice(const fs::path& data_directory) {
  const auto directory = notices_directory();
  std::error_code error;
  const auto data = fs::absolute(data_directory, error);
  if (directory.empty() || error) return;
  fs::create_directories(directory, error);
  for (const auto& file : notices())  // of servers that were killed
    if (!answers(read_notice(file))) fs::remove(file, error);
  file_ = directory / std::to_string(::getpid());
  std::ofstream(file_) << data.string() << '\n';
}

ServerNotice::~ServerNotice() {
  std::error_code ignored;
  if (!file_.empty()) fs::remove(file_, ignored);
}

std::vector<fs::path> running_servers() {
  std::vector<fs::path> found;
  for (const auto& file : notices()) {
    const auto data = read_notice(file);
    if (std::find(found.begin(), found.end(), data) == found.end() && answers(data)) found.push_back(data);
  }
  return found;
}

}  // namespace assay::server::cli
