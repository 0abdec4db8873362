#include "server/cli/running_servers.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

#include "server/cli/client.h"
#include "server/cli/commands.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

namespace fs = std::filesystem;

fs::path notices_directory() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && *state) return fs::path(state) / "assay/servers";
  const char* home = std::getenv("HOME");
  return home && *home ? fs::path(home) / ".local/state/assay/servers" : fs::path();
}

RunningServer read_notice(const fs::path& file) {
  std::string data, url;
  std::ifstream input(file);
  std::getline(input, data);
  std::getline(input, url);
  return {data, url};
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

bool same_folder(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error);
}

std::string words(const RunningServer& server) {
  const std::string at = server.url.empty() ? "" : " at " + printable(server.url) + ",";
  return "the server" + at + (at.empty() ? " on" : "") + " data " + printable(server.data.string());
}

fs::path chosen(const RunningServer& server) {
  std::fprintf(stderr, "assay: using %s\n", words(server).c_str());
  return server.data;
}

}  // namespace

ServerNotice::ServerNotice(const fs::path& data_directory, const std::string& url) {
  const auto directory = notices_directory();
  std::error_code error;
  const auto data = fs::absolute(data_directory, error);
  if (directory.empty() || error) return;
  fs::create_directories(directory, error);
  for (const auto& file : notices())  // of servers that were killed
    if (!answers(read_notice(file).data)) fs::remove(file, error);
  file_ = directory / std::to_string(::getpid());
  std::ofstream(file_) << data.string() << '\n' << url << '\n';
}

ServerNotice::~ServerNotice() {
  std::error_code ignored;
  if (!file_.empty()) fs::remove(file_, ignored);
}

std::vector<RunningServer> running_servers() {
  std::vector<RunningServer> found;
  for (const auto& file : notices()) {
    auto server = read_notice(file);
    const bool known = std::any_of(found.begin(), found.end(),
                                   [&](const RunningServer& other) { return other.data == server.data; });
    if (!known && answers(server.data)) found.push_back(std::move(server));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.data < b.data; });
  return found;
}

fs::path find_data_folder(const std::string& option) {
  const auto folder = data_directory(option);
  if (!option.empty()) return folder;
  const auto running = running_servers();
  for (const auto& server : running)
    if (same_folder(server.data, folder)) return chosen(server);
  if (Client::control(folder)) return chosen({folder, ""});
  if (running.empty()) return folder;
  if (running.size() == 1) return chosen(running.front());
  std::string list;
  for (const auto& [data, url] : running)
    list += (list.empty() ? "" : ", ") + printable(data.string()) + (url.empty() ? "" : " (" + url + ")");
  throw CommandError(exit_usage, "several servers run here, on " + list + "; choose one with --data DIR");
}

void require_data_folder(const fs::path& folder, const std::string& nothing) {
  std::error_code error;
  if (fs::exists(folder, error)) return;
  throw CommandError(exit_input, "no data folder at " + printable(folder.string()) + "; " + nothing +
                                     " (--data DIR names another)");
}

}  // namespace assay::server::cli
