// A document as it lies in a data folder, for the commands that work without a server.
#pragma once

#include <string>

#include "crdt/document.h"
#include "storage/room_store.h"

namespace assay::server::cli {

// What is wrong with a stored room, as a clause that follows its name.
struct BrokenRoom {
  std::string what;
};

// The newest checkpoint and what follows it. Throws StorageError.
crdt::Result<crdt::Document, BrokenRoom> load_document(storage::RoomStore& store, const std::string& room);
// The same from its whole history, without any checkpoint.
crdt::Result<crdt::Document, BrokenRoom> replay_document(storage::RoomStore& store, const std::string& room,
                                                         std::uint64_t last_sequence);

}  // namespace assay::server::cli
