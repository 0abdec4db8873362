// Full disks, failing disks, damaged files: one clear line, nothing lost, and on again when the disk is.
#include <catch2/catch.hpp>

#include <algorithm>

#include "storage/rocks_store.h"
#include "storage/simulated_disk.h"

namespace assay::storage {
namespace {

using Kind = StorageError::Kind;
const std::string path = "/data/log";

Write entry(std::uint64_t sequence, std::size_t size = 10, std::uint8_t fill = 1) {
  return {"room", {{sequence, 1, "u", Bytes(size, fill)}}, {{"count", "room", std::to_string(sequence)}}};
}

// What `act` threw; fails the test when it threw nothing.
template <class Act>
StorageError thrown(Act act) {
  try {
    act();
  } catch (const StorageError& error) {
    const std::string text = error.what();
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.find(path) != std::string::npos);
    CHECK(text.find(';') != std::string::npos);  // and what to do
    return error;
  }
  FAIL("nothing was thrown");
  return {Kind::io, ""};
}

std::uint64_t fill_until_failure(RoomStore& store, std::size_t size, Kind expected) {
  auto next = store.load("room").last_sequence + 1;
  for (; next < 10'000; ++next) {
    try {
      store.append_and_wait(entry(next, size));
    } catch (const StorageError& error) {
      INFO(error.what());
      CHECK(error.kind == expected);
      return next - 1;
    }
  }
  FAIL("it never failed");
  return 0;
}

std::string find_file(const SimulatedDisk& disk, const std::string& ending) {
  for (const auto& name : disk.files()) {
    if (name.ends_with(ending) && disk.size(name) != 0) return name;
  }
  FAIL("no file ends with " << ending);
  return {};
}

}  // namespace

TEST_CASE("a disk that fills up: readable, then writable again, nothing lost") {
  for (const std::size_t size : {100u, 5'000u, 300'000u}) {
    CAPTURE(size);
    SimulatedDisk disk;
    auto store = std::make_unique<RocksStore>(path, disk.env(), StoreOptions{});
    disk.set_capacity(20u << 20);
    const auto last = size == 100u ? 200 : fill_until_failure(*store, size, Kind::full);
    if (size == 100u) {
      for (std::uint64_t n = 1; n <= 200; ++n) store->append_and_wait(entry(n, size));
      disk.set_capacity(disk.size(find_file(disk, ".log")));
      CHECK(fill_until_failure(*store, size, Kind::full) == last);
    }
    CHECK_FALSE(store->writable());
    CHECK(thrown([&] { store->append_and_wait(entry(last + 1, size)); }).kind == Kind::full);
    CHECK(store->load("room").last_sequence == last);
    CHECK(store->record("count", "room") == std::to_string(last));
    CHECK_FALSE(store->recover());
    CHECK(store->load("room").last_sequence == last);
    disk.set_capacity(std::nullopt);
    REQUIRE(store->recover());
    for (const auto& name : disk.files()) CHECK(name.find(".damaged") == std::string::npos);
    CHECK(store->load("room").last_sequence == last);
    CHECK(store->record("count", "room") == std::to_string(last));
    store->append_and_wait(entry(last + 1, size, 2));
    store.reset();
    RocksStore again(path, disk.env(), {});
    const auto history = again.history("room", 1, ~0ull);
    REQUIRE(history.size() == last + 1);
    CHECK(history.back().update == Bytes(size, 2));
    CHECK(again.verify({}).empty());
  }
}

TEST_CASE("a sync that fails: the write is not in the log, though its bytes may be in RocksDB's") {
  SimulatedDisk disk;
  auto store = std::make_unique<RocksStore>(path, disk.env(), StoreOptions{});
  store->append_and_wait(entry(1));
  store->append_and_wait(
      {"other", {{1, 1, "u", {1}}, {2, 1, "u", {2}}}, {{"user", "eve", "old"}, {"user", "bob", "x"}}});
  store->checkpoint("other", {1, {7}}, {});
  REQUIRE(store->recover());  // waits for it
  disk.fail_syncs(true);
  SECTION("an append with records") {
    CHECK(thrown([&] {
            store->append_and_wait(
                {"new", {{1, 1, "u", {9}}}, {{"user", "eve", "new"}, {"user", "bob", std::nullopt}}});
          }).kind == Kind::io);
  }
  SECTION("an erasure") {
    CHECK(thrown([&] { store->erase("other"); }).kind == Kind::io);
  }
  SECTION("a checkpoint") {
    Outcome outcome = Outcome::durable;
    store->checkpoint("other", {2, {8}}, [&](Outcome got, auto&) { outcome = got; });
    CHECK_FALSE(store->recover());
    CHECK(outcome == Outcome::failed);
  }
  CHECK_FALSE(store->recover());
  disk.fail_syncs(false);
  REQUIRE(store->recover());
  for (int time = 0; time < 2; ++time) {
    CAPTURE(time);
    CHECK_FALSE(store->exists("new"));
    CHECK(store->record("user", "eve") == "old");
    CHECK(store->record("user", "bob") == "x");
    const auto state = store->load("other");
    CHECK(state.last_sequence == 2);
    REQUIRE(state.checkpoint);
    CHECK(state.checkpoint->state == Bytes{7});
    CHECK(state.tail.size() == 1);
    CHECK(store->history("other", 1, 2).size() == 2);
    CHECK(store->verify({}).empty());
    store.reset();
    store = std::make_unique<RocksStore>(path, disk.env(), StoreOptions{});
  }
}

TEST_CASE("a full disk at start: one clear line, and all is there later") {
  SimulatedDisk disk;
  SECTION("nothing there yet") {
    disk.set_capacity(10);
    CHECK(thrown([&] { RocksStore(path, disk.env(), {}); }).kind == Kind::full);
  }
  SECTION("with data") {
    {
      RocksStore store(path, disk.env(), {});
      for (std::uint64_t n = 1; n <= 100; ++n) store.append_and_wait(entry(n, 10'000));
    }
    std::uint64_t used = 0;
    for (const auto& name : disk.files()) used += disk.size(name);
    for (const std::uint64_t left : {0u, 10u, 100u, 1'000u, 10'000u, 100'000u}) {
      CAPTURE(left);
      disk.set_capacity(used + left);
      try {
        RocksStore store(path, disk.env(), {});
        CHECK(store.load("room").last_sequence == 100);
      } catch (const StorageError& error) {
        INFO(error.what());
        CHECK(error.kind == Kind::full);
      }
      used = 0;
      for (const auto& name : disk.files()) used += disk.size(name);
    }
    disk.set_capacity(std::nullopt);
    RocksStore store(path, disk.env(), {});
    CHECK(store.load("room").last_sequence == 100);
    CHECK(store.verify({}).empty());
  }
  disk.set_capacity(std::nullopt);
  RocksStore store(path, disk.env(), {});
  store.append_and_wait({"another", {{1, 1, "u", {1}}}, {}});
}

TEST_CASE("damage: refused, never passed over") {
  SimulatedDisk disk;
  {
    RocksStore store(path, disk.env(), {});
    for (std::uint64_t n = 1; n <= 100; ++n) store.append_and_wait(entry(n, 10'000));
  }
  SECTION("inside the log, with synced writes after it") {
    const auto log = find_file(disk, ".log");
    REQUIRE(disk.damage(log, disk.size(log) / 2));
    const auto before = disk.files();
    CHECK(thrown([&] { RocksStore(path, disk.env(), {}); }).kind == Kind::corrupt);
    CHECK(thrown([&] { RocksStore(path, disk.env(), {}); }).kind == Kind::corrupt);
    REQUIRE(disk.damage(log, disk.size(log) / 2));  // and whole again
    RocksStore store(path, disk.env(), {});
    CHECK(store.load("room").last_sequence == 100);
  }
  SECTION("in a table") {
    { RocksStore store(path, disk.env(), {}); }  // opening writes the log into tables
    const auto tables = disk.files();
    const auto largest = *std::max_element(tables.begin(), tables.end(), [&](const auto& a, const auto& b) {
      return disk.size(a) * a.ends_with(".sst") < disk.size(b) * b.ends_with(".sst");
    });
    REQUIRE(disk.damage(largest, 20));
    RocksStore store(path, disk.env(), {});
    CHECK(thrown([&] { store.load("room"); }).kind == Kind::corrupt);
    CHECK_FALSE(store.verify({}).empty());
  }
}

}  // namespace assay::storage
