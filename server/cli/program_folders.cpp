#include "server/cli/program_folders.h"

#include <system_error>

namespace assay::server::cli {

namespace fs = std::filesystem;

checks::PoolOptions plugin_places(const fs::path& data) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  checks::PoolOptions options;
  options.host_program = program / "assay-plugin-host";
  const auto ours = (program / "../lib/assay/plugins").lexically_normal();
  if (fs::is_directory(ours, error)) options.folders.push_back(ours);
  if (data.empty()) return options;
  options.folders.push_back(data / "plugins");
  options.packs_folder = data / "packs";
  return options;
}

}  // namespace assay::server::cli
