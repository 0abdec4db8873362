// What may stand in `{id}~comments`, docs/schema.md "Threads": the members, their types and how long they may
// be. Whose they are is judged by roles.h.
#pragma once

#include <optional>
#include <string>

#include "crdt/document.h"

namespace assay::server {

// A reason, in words for people, when something new under the root `threads` is no part of a thread. Judged
// is only what the update brings: what a document has from before there were these bounds stays, and may be
// deleted. `inspection` is complete and has paths.
std::optional<std::string> misshapen_comment(const crdt::Inspection& inspection);

}  // namespace assay::server
