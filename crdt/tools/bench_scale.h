// How cost grows: an editing trace repeated, each time behind what the times before have left.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace assay::crdt::tools {

// {"what", "file", "times", "edits", "replay_ms", "apply_ms", "encode_ms", "load_ms", "bytes", "items_kib"}:
// CPU milliseconds of one run each: typing the trace `times` over, applying the updates of that one by one to
// another document, writing that one, loading what was written; `items_kib` is what the loaded document
// holds. Sequential traces only. Throws ToolError.
nlohmann::ordered_json run_scale(const std::string& path, std::uint32_t times);

}  // namespace assay::crdt::tools
