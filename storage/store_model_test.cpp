// RocksDB's store and the one in memory give the same answers to the same random use, also after reopening.
#include <catch2/catch.hpp>

#include "storage/memory_store.h"
#include "storage/random_operations.h"
#include "storage/temporary_directory.h"

namespace assay::storage {

TEST_CASE("RoomStore: on disk and in memory agree") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  for (std::uint32_t round = 0; round < 6; ++round) {
    CAPTURE(round);
    const TemporaryDirectory directory;
    const auto disk = std::make_shared<MemoryDisk>();
    std::mt19937 reopen_at(seed + round);
    RandomOperations on_disk(seed + round), in_memory(seed + round);
    auto kept = open_store(directory.path());
    auto model = std::make_unique<MemoryStore>(disk);
    for (int step = 0; step < 500; ++step) {
      CAPTURE(step);
      REQUIRE(on_disk.step(*kept) == in_memory.step(*model));
      if (reopen_at() % 100 == 0) {
        kept.reset();
        kept = open_store(directory.path());
      }
    }
    CHECK(RandomOperations::describe_all(*kept) == RandomOperations::describe_all(*model));
    const auto problems = kept->verify({});
    for (const auto& problem : problems) UNSCOPED_INFO(problem.room << ": " << problem.what);
    CHECK(problems.empty());
  }
}

}  // namespace assay::storage
