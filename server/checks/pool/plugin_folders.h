// The folders that plugins and rule packs are put into: what lies there, and word when that changes
// (inotify). Thread: the pool's.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/checks/pool/descriptor.h"
#include "server/checks/pool/host_process.h"
#include "server/checks/pool/settings_trial.h"

namespace assay::checks {

// File names go into logs, metrics, JSON and messages to people as they are, so not every name will do.
// A library's: letters, digits, '.', '-' and '_', as an upload's.
bool is_library_name(std::string_view name);
// A rule pack's: UTF-8 without control characters.
bool is_pack_name(std::string_view name);
// Any name, fit to be shown: what a library's may not hold as %XX. Different names stay different.
std::string escaped_name(std::string_view name);

class PluginFolders {
 public:
  PluginFolders(std::vector<std::filesystem::path> plugins, std::filesystem::path packs);

  // Readable when something changed; -1 where the kernel watches nothing. drain() takes the news.
  int event() const { return inotify_.get(); }
  void drain();
  // Folders that were not there before are watched from now on.
  void watch();

  // Every *.so, by path, whatever its name.
  std::map<std::filesystem::path, std::shared_ptr<const Library>> libraries() const;
  // Every *.toml of the packs folder, by file name. Those that are too large, too many or badly named are
  // left out: `left_out` says why, by their names escaped where needed.
  Packs packs(std::map<std::string, std::string>& left_out) const;

 private:
  std::vector<std::filesystem::path> plugins_;
  std::filesystem::path packs_;
  Descriptor inotify_;
};

}  // namespace assay::checks
