// Opening a data folder for one command. What opening warns of, as a torn end of the log, goes to standard
// error.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "storage/room_store.h"

namespace assay::server::cli {

// Made where there is none. Throws StorageError, as below.
std::unique_ptr<storage::RoomStore> open_folder(const std::filesystem::path& directory);

// Changes nothing in it. Throws CommandError (exit_input) when it is not there or holds no data. `nothing`
// ends the sentence, as in require_data_folder. `warn`, when given, is told what would go to standard error.
std::unique_ptr<storage::RoomStore> open_folder_to_read(const std::filesystem::path& directory,
                                                        const std::string& nothing,
                                                        std::function<void(const std::string&)> warn = {});

}  // namespace assay::server::cli
