// Awareness messages of y-protocols: who is here, as one JSON text a client. Kept as bytes: the server never
// needs to understand a state, only whose it is and which is newer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crdt/ids.h"
#include "crdt/result.h"

namespace assay::crdt {

struct AwarenessEntry {
  ClientId client;
  std::uint64_t clock = 0;
  std::string state;  // JSON text; "null" means gone
};

struct AwarenessLimits {
  std::size_t state_bytes_max = 16 * 1024;
};

// The body of an awareness message, without its length prefix. The JSON of a state is checked for being JSON
// by the caller that shows it, not here.
Result<std::vector<AwarenessEntry>> decode_awareness(ByteView bytes, const AwarenessLimits& = {});
Bytes encode_awareness(const std::vector<AwarenessEntry>& entries);

}  // namespace assay::crdt
