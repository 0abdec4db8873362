// Reads every file, block and value, and says what does not fit together.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "storage/rocks_tables.h"
#include "storage/room_store.h"

namespace assay::storage {

// Never throws for damage: it goes on with the next room. `progress` may be empty; it counts rooms.
std::vector<RoomStore::Problem> verify_tables(
    RocksTables& tables, const std::function<void(std::uint64_t done, std::uint64_t of)>& progress);

}  // namespace assay::storage
