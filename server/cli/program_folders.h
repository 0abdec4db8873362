// Where the program finds what lies beside it, from any working directory.
#pragma once

#include <filesystem>

#include "server/checks/pool/plugin_pool.h"

namespace assay::server::cli {

// The process that runs a plugin, and our own plugins; installed ones and rule packs are in `data`, if there
// is one.
checks::PoolOptions plugin_places(const std::filesystem::path& data);

}  // namespace assay::server::cli
