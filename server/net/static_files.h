// StaticFiles: the web client, read whole into memory, so that no request ever names a path on the disk.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace assay::server {

struct StaticFile {
  std::string content_type;
  bool immutable = false;           // its name holds a hash of its content
  std::string plain, gzip, brotli;  // empty: there is none
};

class StaticFiles {
 public:
  StaticFiles() = default;
  // Reads a folder with all below it; `x.gz` and `x.br` become encodings of `x`. Throws std::runtime_error.
  static StaticFiles read(const std::string& directory);
  // `path` begins with '/'. A path without a file ending that names no file is the client itself. Null: not
  // found.
  const StaticFile* find(std::string_view path) const;
  bool empty() const { return files_.empty(); }

 private:
  std::unordered_map<std::string, StaticFile> files_;
};

// --web, else beside the program (../share/assay/web), else in the source tree it was built in (web/dist
// above it). Empty when there is none.
std::string find_web_directory(const std::string& option);

}  // namespace assay::server
