#include "server/net/static_files.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace assay::server {
namespace {

namespace fs = std::filesystem;

const std::unordered_map<std::string_view, const char*> content_types = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".xml", "application/xml"},
};

// The build puts a hash of at least eight characters before the ending of every file that it may rename:
// name-HASH.ending.
bool has_hash(const std::string& stem) {
  const auto dash = stem.rfind('-');
  if (dash == std::string::npos || stem.size() - dash - 1 < 8) return false;
  const bool plain = std::all_of(stem.begin() + static_cast<std::ptrdiff_t>(dash) + 1, stem.end(),
                                 [](unsigned char c) { return std::isalnum(c) || c == '_'; });
  const bool digit_or_upper = std::any_of(stem.begin() + static_cast<std::ptrdiff_t>(dash) + 1, stem.end(),
                                          [](unsigned char c) { return std::isdigit(c) || std::isupper(c); });
  return plain && digit_or_upper;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

StaticFiles StaticFiles::read(const std::string& directory) {
  StaticFiles files;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(directory, error)) {
    if (!entry.is_regular_file()) continue;
    fs::path path = entry.path();
    const auto ending = path.extension();
    const bool encoded = ending == ".gz" || ending == ".br";
    if (encoded) path.replace_extension();
    auto& file = files.files_["/" + fs::relative(path, directory).generic_string()];
    const auto type = content_types.find(path.extension().string());
    file.content_type = type == content_types.end() ? "application/octet-stream" : type->second;
    file.immutable = has_hash(path.stem().string());
    (ending == ".gz" ? file.gzip : ending == ".br" ? file.brotli : file.plain) = read_file(entry.path());
  }
  if (error) throw std::runtime_error("cannot read the web client in " + directory + ": " + error.message());
  std::erase_if(files.files_, [](const auto& entry) { return entry.second.plain.empty(); });
  return files;
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  auto found = files_.find(std::string(path));
  if (found == files_.end()) {
    const auto last = path.substr(path.rfind('/') + 1);
    if (last.find('.') != std::string_view::npos) return nullptr;
    found = files_.find("/index.html");
  }
  return found == files_.end() ? nullptr : &found->second;
}

std::string find_web_directory(const std::string& option) {
  if (!option.empty()) return option;
  std::error_code error;
  const auto program = fs::canonical("/proc/self/exe", error);
  if (error) return {};
  const auto installed = program.parent_path().parent_path() / "share/assay/web";
  if (fs::exists(installed / "index.html", error)) return installed.string();
  for (auto above = program.parent_path(); above != above.root_path(); above = above.parent_path()) {
    const auto built = above / "web/dist";
    if (fs::exists(built / "index.html", error)) return built.string();
  }
  return {};
}

}  // namespace assay::server
