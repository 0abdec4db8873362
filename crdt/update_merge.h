// Merging and cutting of version 1 updates that are known to be well-formed: the library's own.
#pragma once

#include "crdt/update_parts.h"

namespace assay::crdt {

Bytes encode_v2(const Update::Parts& parts, bool of_document);
Bytes diff_parts(const Update::Parts& update, const StateVector& since);
// One update in the bytes that Yjs would give it.
Bytes normalise(ByteView update);
Bytes merge_trusted(const std::vector<Bytes>& updates);
Bytes diff_trusted(const Bytes& update, const StateVector& since);

}  // namespace assay::crdt
