#include "server/checks/pool/plugin_folders.h"

#include <sys/inotify.h>

#include <array>
#include <fstream>
#include <sstream>

namespace assay::checks {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t pack_bytes_max = 4u << 20;
constexpr std::size_t packs_max = 1'000;

// Names with a leading dot are files on their way in.
bool is_visible(const fs::path& path, const char* extension) {
  return path.extension() == extension && !path.filename().string().starts_with('.');
}

}  // namespace

PluginFolders::PluginFolders(std::vector<fs::path> plugins, fs::path packs)
    : plugins_(std::move(plugins)),
      packs_(std::move(packs)),
      inotify_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  watch();
}

void PluginFolders::watch() {
  if (!inotify_) return;
  constexpr std::uint32_t events =
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_ONLYDIR;
  for (const auto& folder : plugins_) inotify_add_watch(inotify_.get(), folder.c_str(), events);
  if (!packs_.empty()) inotify_add_watch(inotify_.get(), packs_.c_str(), events);
}

void PluginFolders::drain() {
  std::array<char, 16u << 10> buffer;
  while (inotify_ && read(inotify_.get(), buffer.data(), buffer.size()) > 0) {
  }
}

std::map<fs::path, std::shared_ptr<const Library>> PluginFolders::libraries() const {
  std::map<fs::path, std::shared_ptr<const Library>> found;
  for (std::size_t folder = 0; folder < plugins_.size(); ++folder) {
    std::error_code error;
    for (fs::directory_iterator at(plugins_[folder], error), end; !error && at != end; at.increment(error)) {
      if (!is_visible(at->path(), ".so")) continue;
      if (auto library = Library::look_at(at->path(), folder)) found[at->path()] = std::move(library);
    }
  }
  return found;
}

Packs PluginFolders::packs(std::vector<std::string>& too_large) const {
  Packs found;
  if (packs_.empty()) return found;
  std::error_code error;
  for (fs::directory_iterator at(packs_, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!is_visible(at->path(), ".toml") || !at->is_regular_file(ignored)) continue;
    const std::string name = at->path().filename().string();
    if (at->file_size(ignored) > pack_bytes_max || found.size() == packs_max) {
      too_large.push_back(name);
      continue;
    }
    std::ifstream in(at->path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (in) found[name] = text.str();
  }
  return found;
}

}  // namespace assay::checks
