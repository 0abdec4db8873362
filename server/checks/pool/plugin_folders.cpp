#include "server/checks/pool/plugin_folders.h"

#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "server/checks/pool/answer_reader.h"

namespace assay::checks {
namespace {

namespace fs = std::filesystem;
constexpr std::uintmax_t pack_bytes_max = 4u << 20;
constexpr std::size_t packs_max = 1'000;

// Names with a leading dot are files on their way in.
bool is_visible(const fs::path& path, const char* extension) {
  return path.extension() == extension && !path.filename().string().starts_with('.');
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

}  // namespace

bool is_library_name(std::string_view name) { return std::all_of(name.begin(), name.end(), is_plain); }

bool is_pack_name(std::string_view name) {
  if (!is_utf8(name)) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (c < 0x20 || c == 0x7f) return false;
    // U+0080 to U+009F
    if (c == 0xc2 && static_cast<unsigned char>(name[i + 1]) < 0xa0) return false;
  }
  return true;
}

std::string escaped_name(std::string_view name) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain(c))
      escaped += c;
    else
      escaped += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return escaped;
}

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

Packs PluginFolders::packs(std::map<std::string, std::string>& left_out) const {
  Packs found;
  const auto leave_out = [&](const std::string& name, const char* why) {
    if (left_out.size() < packs_max) left_out.emplace(name, why);
  };
  if (packs_.empty()) return found;
  std::error_code error;
  for (fs::directory_iterator at(packs_, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!is_visible(at->path(), ".toml") || !at->is_regular_file(ignored)) continue;
    const std::string name = at->path().filename().string();
    if (!is_pack_name(name)) {
      leave_out(escaped_name(name), "its file name is not UTF-8 without control characters");
      continue;
    }
    if (at->file_size(ignored) > pack_bytes_max) {
      leave_out(name, "it is larger than 4 MiB");
      continue;
    }
    if (found.size() == packs_max) {
      leave_out(name, "there are more than 1,000 rule packs");
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
