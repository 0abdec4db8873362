// The micro-workloads of crdt-benchmarks (B1 to B3), as tests/bench/micro_workloads.mjs writes them down.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace assay::crdt::tools {

// One workload file: editing (or taking in) until both sides say the same, writing the document, loading it.
// {"what", "file", "time_ms", "encode_ms", "load_ms", "bytes", "said"}: CPU milliseconds, medians of batches
// that last at least a few milliseconds each; `said` is the text or the JSON of the document, to be compared
// with another engine's. Throws ToolError.
nlohmann::ordered_json run_micro(const std::string& path);

}  // namespace assay::crdt::tools
