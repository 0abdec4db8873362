// Merging and cutting of version 1 updates that are known to be well-formed: the library's own.
#pragma once

#include "crdt/update_parts.h"

namespace assay::crdt {

// A version 1 update of the library's own in version 2, bit for bit as Yjs would have written it: also where
// a struct says "in a map" though its key is not repeated, which conversion leaves out.
Bytes own_as_v2(const Bytes& update);
Bytes diff_parts(const Update::Parts& update, const StateVector& since);
// One update in the bytes that Yjs would give it.
Bytes normalise(ByteView update);
Bytes merge_trusted(const std::vector<Bytes>& updates);
Bytes diff_trusted(const Bytes& update, const StateVector& since);

}  // namespace assay::crdt
