#include "server/cli/data_folder.h"

#include <cstdio>
#include <string>
#include <utility>

#include "server/cli/commands.h"
#include "server/cli/running_servers.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

void tell(const std::string& text) { std::fprintf(stderr, "assay: %s\n", printable(text, 800).c_str()); }

}  // namespace

std::unique_ptr<storage::RoomStore> open_folder(const std::filesystem::path& directory) {
  storage::StoreOptions options;
  options.warn = tell;
  return storage::open_store(directory.string(), options);
}

std::unique_ptr<storage::RoomStore> open_folder_to_read(const std::filesystem::path& directory,
                                                        const std::string& nothing,
                                                        std::function<void(const std::string&)> warn) {
  require_data_folder(directory, nothing);
  storage::StoreOptions options;
  options.warn = warn ? std::move(warn) : tell;
  options.read_only = true;
  try {
    return storage::open_store(directory.string(), options);
  } catch (const storage::StorageError& error) {
    if (error.kind == storage::StorageError::Kind::absent)
      throw CommandError(exit_input, std::string(error.what()) + "; " + nothing);
    throw;
  }
}

}  // namespace assay::server::cli
