// What a plugin's process gives up, step by step, each of which only narrows. Linux. Thread: the only one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace assay::host {

// Address space, open files, a lower priority, no core dump, no growing of files; death with the parent's
// thread; no new privileges. Throws std::system_error.
void limit_process(std::uint64_t address_space_bytes);

// Files: only reading, and only under these and the system's libraries (Landlock). False where the kernel has
// none; the first filter then still allows no writing.
bool limit_files(const std::vector<std::filesystem::path>& readable);

// Before foreign code: memory, clocks, and files opened for reading. What asks for the network, for another
// program or for another process ends the process. Throws std::runtime_error.
void filter_for_loading();

// After the sample instance: read and write on open descriptors, memory, clock, exit. Opening a file is
// refused (EACCES), so that a library which looks for one goes on without; anything else ends the process.
void filter_for_serving();

}  // namespace assay::host
