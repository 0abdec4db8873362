// Trace: an editing history in the public editing-traces format, ready to be replayed through documents.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crdt/ids.h"

namespace assay::crdt::tools {

struct Patch {
  std::uint64_t position = 0;  // UTF-16 units; traces are ASCII, or at least without surrogates
  std::uint64_t removed = 0;
  std::string inserted;
};

// One transaction of the trace, and the document it is replayed in.
struct TraceStep {
  std::uint32_t document = 0;
  // Earlier steps, by number, that this document must have applied before: what the transaction's author had
  // seen and this document has not. In an order in which they can be applied.
  std::vector<std::uint32_t> needs;
  std::vector<Patch> patches;
};

struct Trace {
  std::string start;
  std::string end;
  std::uint32_t documents = 1;  // a concurrent trace: at least one an author
  std::vector<TraceStep> steps;
  std::uint64_t patch_count() const;
};

// Parses the JSON text of a trace, sequential or concurrent. Throws ToolError that names `path`.
Trace parse_trace(ByteView json, const std::string& path);

}  // namespace assay::crdt::tools
