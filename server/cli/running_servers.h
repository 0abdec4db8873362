// Running servers: where on this machine one runs, for commands that were told neither a folder nor a URL.
// One small file a server in $XDG_STATE_HOME/assay/servers (or ~/.local/state/...): a line with its data
// folder and one with its URL; whether the server still runs, its control socket tells.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace assay::server::cli {

// While it lives, this server is found. A convenience: where it cannot be written, nothing else suffers.
class ServerNotice {
 public:
  ServerNotice(const std::filesystem::path& data_directory, const std::string& url);
  ~ServerNotice();
  ServerNotice(const ServerNotice&) = delete;
  ServerNotice& operator=(const ServerNotice&) = delete;

 private:
  std::filesystem::path file_;
};

struct RunningServer {
  std::filesystem::path data;
  std::string url;
};

// This user's servers that answer, each data folder once.
std::vector<RunningServer> running_servers();

inline constexpr const char* data_option_help =
    "The data folder (default: that of the server that runs here, else $XDG_DATA_HOME/assay)";

// The data folder that a command works on: --data; else the default one, if a server runs there or none runs
// at all; else that of the server that runs on this machine. A server that was chosen so is named on standard
// error. Throws CommandError (exit_usage) when several run, and none on the default folder.
std::filesystem::path find_data_folder(const std::string& option);

// For a command that reads: throws CommandError (exit_input) when the folder is not there. `nothing` ends
// the sentence: "nothing to verify".
void require_data_folder(const std::filesystem::path& folder, const std::string& nothing);

}  // namespace assay::server::cli
