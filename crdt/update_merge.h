// Merging and cutting of version 1 updates that are known to be well-formed: the library's own.
#pragma once

#include "crdt/update_parts.h"

namespace assay::crdt {

Bytes merge_parts(const std::vector<const Update::Parts*>& updates);
Bytes encode_v2(const Update::Parts& parts, bool of_document);
Bytes diff_parts(const Update::Parts& update, const StateVector& since);
Bytes merge_trusted(const std::vector<Bytes>& updates);
Bytes diff_trusted(const Bytes& update, const StateVector& since);

}  // namespace assay::crdt
