// The open thread of the sample: a question about its reasoning, and the answer.
#pragma once

#include <cstdint>

#include "crdt/document.h"

namespace assay::server::cli {

// `sample` is what reports::sample_update makes. The update is the whole of its `{id}~comments`, in the form
// of docs/schema.md, on words of the text.
crdt::Bytes sample_thread(const crdt::Document& sample, crdt::ClientId as, std::int64_t now_ms);

}  // namespace assay::server::cli
