// Running servers: where on this machine one runs, for commands that were told neither a folder nor a URL.
// One small file a server in $XDG_STATE_HOME/assay/servers (or ~/.local/state/...), which says only where its
// data folder is; whether the server still runs, its control socket tells.
#pragma once

#include <filesystem>
#include <vector>

namespace assay::server::cli {

// While it lives, this server is found. A convenience: where it cannot be written, nothing else suffers.
class ServerNotice {
 public:
  explicit ServerNotice(const std::filesystem::path& data_directory);
  ~ServerNotice();
  ServerNotice(const ServerNotice&) = delete;
  ServerNotice& operator=(const ServerNotice&) = delete;

 private:
  std::filesystem::path file_;
};

// Data folders of this user's servers that answer, each once.
std::vector<std::filesystem::path> running_servers();

}  // namespace assay::server::cli
