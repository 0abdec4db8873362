// What a server does about reports besides carrying them: keeps the list's rows up to date, and makes the
// sample.
#pragma once

#include "server/registry/registry.h"
#include "server/rooms/room.h"
#include "storage/room_store.h"

namespace assay::server::cli {

// For the rooms: tells the registry what a changed document means for its row.
ChangedHook report_index(Registry& registry);

// Makes the sample report, with its matrix and its comments, in a data folder where nothing was ever made.
void make_sample_report(storage::RoomStore& store, Registry& registry);

}  // namespace assay::server::cli
