// One batch of many operations leaves the same as one batch for each.
#include "storage/rocks_log.h"

#include <catch2/catch.hpp>

#include "storage/random_operations.h"
#include "storage/rocks_store.h"
#include "storage/simulated_disk.h"

namespace assay::storage {
namespace {

const std::string path = "/data/log";

// Most continue the log as it will be by then; some do not, and are refused.
Operation random_operation(std::mt19937& random, std::map<std::string, std::uint64_t>& ends) {
  const std::string room(1, static_cast<char>('a' + random() % 3));
  auto& end = ends[room];
  const auto bytes = [&] { return Bytes(random() % 100, static_cast<std::uint8_t>(random())); };
  switch (random() % 8) {
    case 0:
      end = 0;
      return {Erasure{room}, {}};
    case 1:
    case 2:
      return {CheckpointWrite{room, {random() % (end + 2), bytes()}}, {}};
    default:
      break;
  }
  Write write{room, {}, {}};
  if (random() % 10 == 0) {
    write.entries.push_back({end + 1 + random() % 2 * 7, 5, "u", bytes()});
    if (write.entries.back().sequence == end + 1) ++end;
  } else {
    for (auto n = random() % 4; n > 0; --n) write.entries.push_back({++end, 5, "u", bytes()});
  }
  if (random() % 3 == 0)
    write.records.push_back({"user", room, random() % 2 ? std::optional<std::string>("v") : std::nullopt});
  return {std::move(write), {}};
}

std::string dump(SimulatedDisk& disk) {
  RocksStore store(path, disk.env(), {});
  for (const auto& problem : store.verify({})) FAIL_CHECK(problem.room << ": " << problem.what);
  return RandomOperations::describe_all(store);
}

}  // namespace

TEST_CASE("RocksLog: a batch is its operations in order") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 30; ++round) {
    CAPTURE(round);
    SimulatedDisk batched, single;
    std::map<std::string, std::uint64_t> ends;
    {
      RocksLog many(path, batched.env(), {}), one(path, single.env(), {});
      for (int batch = 0; batch < 20; ++batch) {
        std::vector<Operation> operations;
        for (auto n = 1 + random() % 30; n > 0; --n) operations.push_back(random_operation(random, ends));
        const auto refusals = many.commit(operations);
        REQUIRE(refusals.size() == operations.size());
        for (std::size_t i = 0; i < operations.size(); ++i) {
          REQUIRE(one.commit(std::span(operations).subspan(i, 1)) == std::vector{refusals[i]});
        }
      }
    }
    REQUIRE(dump(batched) == dump(single));
  }
}

}  // namespace assay::storage
