#include "server/checks/pool/record_store.h"

#include <catch2/catch.hpp>

#include "storage/memory_store.h"

using namespace assay;
using checks::RecordStore;

namespace {

// Returns once everything that was put before is durable, or has failed.
void drain(storage::RoomStore& store) { store.append_and_wait({"", {}, {{"drained", "x", "y"}}}); }

std::string noted(storage::RoomStore& store, const std::string& plugin) {
  return store.record("plugin-kv-bytes", plugin).value_or("nothing");
}

}  // namespace

TEST_CASE("RecordStore: found at once, and by the plugin that put it alone") {
  storage::MemoryStore store;
  RecordStore records(store);
  store.hold();
  CHECK(records.put("a", "key", "one"));
  CHECK(records.get("a", "key") == "one");
  CHECK(records.put("a", "key", "two"));
  CHECK(records.get("a", "key") == "two");
  CHECK_FALSE(records.get("b", "key"));
  store.release();
  drain(store);
  CHECK(records.get("a", "key") == "two");
  CHECK(noted(store, "a") == std::to_string(std::string("a/key").size() + 3));
}

TEST_CASE("RecordStore: a plugin keeps so much and no more, and a full one can make room") {
  storage::MemoryStore store;
  const checks::RecordLimits limits{.kept_bytes = 100, .pending_bytes = 1'000};
  const std::string ten(10, 'x');
  {
    RecordStore records(store, limits);
    for (int i = 0; i < 7; ++i) CHECK(records.put("a", std::to_string(i), ten));  // 13 bytes each
    CHECK_FALSE(records.put("a", "7", ten));
    CHECK_FALSE(records.get("a", "7"));
    CHECK(records.put("b", "7", ten));  // another's room is its own
    CHECK(records.put("a", "0", ""));
    CHECK(records.put("a", "7", ten));
    CHECK_FALSE(records.put("a", "0", ten));
    drain(store);
    CHECK(noted(store, "a") == "94");
  }
  SECTION("the same after a restart") {
    RecordStore records(store, limits);
    CHECK_FALSE(records.put("a", "0", ten));
    CHECK(records.put("a", "0", "xxxxxx"));
  }
  SECTION("what is there counts, though it was never noted, or badly") {
    store.append_and_wait(
        {"",
         {},
         {{"plugin-kv-bytes", "a", GENERATE(as<std::optional<std::string>>{}, std::nullopt, "many")}}});
    RecordStore records(store, limits);
    CHECK_FALSE(records.put("a", "0", ten));
    CHECK(records.put("a", "1", ten));
  }
}

TEST_CASE("RecordStore: one that puts faster than the disk takes is behind, others are not") {
  storage::MemoryStore store;
  RecordStore records(store, {.kept_bytes = 1'000'000, .pending_bytes = 1'000});
  store.hold();
  CHECK(records.put("a", "key", std::string(900, 'x')));
  CHECK_FALSE(records.is_behind("a"));
  CHECK(records.put("a", "key", std::string(900, 'x')));
  CHECK(records.is_behind("a"));
  CHECK_FALSE(records.is_behind("b"));
  store.release();
  drain(store);
  CHECK_FALSE(records.is_behind("a"));
}

TEST_CASE("RecordStore: what was not kept after all is no longer found, nor counted") {
  storage::MemoryStore store;
  RecordStore records(store, {.kept_bytes = 100, .pending_bytes = 1'000});
  CHECK(records.put("a", "key", "one"));
  drain(store);
  store.break_disk();
  records.put("a", "key", std::string(80, 'x'));
  CHECK_THROWS_AS(drain(store), storage::StorageError);
  CHECK(records.get("a", "key") == "one");
  CHECK_FALSE(records.put("a", "key", "two"));
  store.mend_disk();
  store.recover();
  CHECK(records.put("a", "other", std::string(60, 'x')));
}
