// A point in a document's life: what had been written by then, and what of it deleted.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "crdt/document.h"

namespace assay::crdt {

struct ClockRange {
  Clock from;
  std::uint64_t length = 0;
  bool operator==(const ClockRange&) const = default;
};
// Ranges of one client are sorted, and neither touch nor overlap.
using DeleteSet = std::map<ClientId, std::vector<ClockRange>>;

struct Snapshot {
  StateVector state;
  DeleteSet deleted;
  bool operator==(const Snapshot&) const = default;
};

Snapshot take_snapshot(const Document& document);
// As Yjs's encodeSnapshot.
Bytes encode_snapshot(const Snapshot& snapshot);
Result<Snapshot> decode_snapshot(ByteView bytes);
// Whether the point holds everything that the update says.
bool contains(const Snapshot& snapshot, const Update& update);
// The document as it was then. Only a document that keeps what is deleted (options.gc off) can tell; none
// when the snapshot is not of this document's past.
std::optional<Document> document_at(Document& document, const Snapshot& snapshot,
                                    DocumentOptions options = {});

}  // namespace assay::crdt
