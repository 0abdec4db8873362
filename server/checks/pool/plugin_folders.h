// The folders that plugins and rule packs are put into: what lies there, and word when that changes
// (inotify). Thread: the pool's.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/checks/pool/descriptor.h"
#include "server/checks/pool/host_process.h"
#include "server/checks/pool/settings_trial.h"

namespace assay::checks {

class PluginFolders {
 public:
  PluginFolders(std::vector<std::filesystem::path> plugins, std::filesystem::path packs);

  // Readable when something changed; -1 where the kernel watches nothing. drain() takes the news.
  int event() const { return inotify_.get(); }
  void drain();
  // Folders that were not there before are watched from now on.
  void watch();

  // Every *.so, by path.
  std::map<std::filesystem::path, std::shared_ptr<const Library>> libraries() const;
  // Every *.toml of the packs folder, by file name. Files over a bound are left out, and named in
  // `too_large`.
  Packs packs(std::vector<std::string>& too_large) const;

 private:
  std::vector<std::filesystem::path> plugins_;
  std::filesystem::path packs_;
  Descriptor inotify_;
};

}  // namespace assay::checks
