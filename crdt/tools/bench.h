// What `ydoc bench` measures, a row each: the work alone, without reading, decompressing and parsing its
// input.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace assay::crdt::tools {

struct BenchOptions {
  std::uint32_t runs = 5;
  bool emit = false;            // replay: also encode an update for each transaction
  bool listen = false;          // apply: hand each applied update to a listener
  bool v2 = false;              // load, encode: the input is v2 whatever its name says
  std::size_t nesting = 1'000;  // apply: how deep types may lie
  std::size_t batch = 0;        // merge: so many updates a call, and then the results; 0: all at once
};

// From now on this program keeps what it freed.
void keep_freed_memory();

// `what` is load, encode, apply, replay or merge. One JSON object {"what", "file", "runs", "wall_ms",
// "cpu_ms", "peak_rss_kib", "bytes", "ops"}; times are medians over the runs. Throws ToolError.
nlohmann::ordered_json run_bench(const std::string& what, const std::string& path,
                                 const BenchOptions& options);

}  // namespace assay::crdt::tools
