// The writer's promises, on the store in memory: order, once each, batches, what follows a failure.
#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "storage/memory_store.h"

namespace assay::storage {
namespace {

Write one_entry(const std::string& room, std::uint64_t sequence) {
  return {room, {{sequence, 1, "u", Bytes{static_cast<std::uint8_t>(sequence)}}}, {}};
}

// Completions as they came: "room/sequence" and how it ended.
struct Answers {
  std::mutex mutex;
  std::vector<std::pair<std::string, Outcome>> list;
  Completion completion(std::string name) {
    return [this, name = std::move(name)](Outcome outcome, const std::string& error) {
      const std::lock_guard lock(mutex);
      CHECK((outcome == Outcome::failed) == !error.empty());
      list.emplace_back(name, outcome);
    };
  }
};

}  // namespace

TEST_CASE("LogWriter: many threads, each room in order, each completion once") {
  MemoryStore store;
  constexpr std::uint64_t rooms = 6, entries = 2000;
  std::vector<std::uint64_t> completed(rooms);
  std::vector<std::thread> threads;
  for (std::uint64_t room = 0; room < rooms; ++room) {
    threads.emplace_back([&, room] {
      for (std::uint64_t n = 1; n <= entries; ++n) {
        store.append(one_entry(std::to_string(room), n), [&completed, room, n](Outcome outcome, auto&) {
          REQUIRE(outcome == Outcome::durable);
          REQUIRE(++completed[room] == n);
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  store.recover();
  for (const auto count : completed) CHECK(count == entries);
  CHECK(store.statistics().entries == rooms * entries);
  CHECK(store.statistics().syncs <= rooms * entries);
}

TEST_CASE("LogWriter: what is queued while a sync runs shares the next") {
  MemoryStore store;
  store.hold();
  Answers answers;
  for (std::uint64_t n = 1; n <= 1000; ++n)
    store.append(one_entry("a", n), answers.completion(std::to_string(n)));
  CHECK(answers.list.empty());
  CHECK_FALSE(store.exists("a"));
  store.release();
  store.recover();
  REQUIRE(answers.list.size() == 1000);
  for (std::size_t i = 0; i < 1000; ++i)
    CHECK(answers.list[i] == std::pair(std::to_string(i + 1), Outcome::durable));
  CHECK(store.statistics().syncs <= 2 + 1);  // the first alone, perhaps, then all others
}

TEST_CASE("LogWriter: after a failure all fails until recover, and nothing of it is kept") {
  MemoryStore store;
  Answers answers;
  store.append_and_wait(one_entry("a", 1));
  store.hold();
  store.append(one_entry("a", 2), answers.completion("a2"));
  store.append(one_entry("b", 1), answers.completion("b1"));
  store.break_disk();
  store.release();
  CHECK_FALSE(store.recover());
  CHECK_FALSE(store.writable());
  store.mend_disk();
  store.append(one_entry("a", 2), answers.completion("a2 again"));  // mended, but nobody has said so
  CHECK(store.recover());
  CHECK(store.writable());
  for (const auto& [name, outcome] : answers.list) CHECK(outcome == Outcome::failed);
  CHECK(answers.list.size() == 3);
  CHECK(store.load("a").last_sequence == 1);
  CHECK_FALSE(store.exists("b"));
  store.append_and_wait(one_entry("a", 2));
  CHECK(store.load("a").last_sequence == 2);
}

TEST_CASE("LogWriter: too much waiting fails at once, and what waited goes through") {
  StoreOptions options;
  options.queue_bytes_max = 10'000;
  MemoryStore store(std::make_shared<MemoryDisk>(), options);
  store.hold();
  Answers answers;
  for (std::uint64_t n = 1; n <= 100; ++n)
    store.append(one_entry("a", n), answers.completion(std::to_string(n)));
  CHECK_FALSE(store.writable());
  store.release();
  CHECK(store.recover());
  REQUIRE(answers.list.size() == 100);
  const auto kept = store.load("a").last_sequence;
  CHECK(kept > 0);
  CHECK(kept < 100);
  for (std::size_t i = 0; i < 100; ++i) CHECK((answers.list[i].second == Outcome::durable) == (i < kept));
  store.append_and_wait(one_entry("a", kept + 1));
}

TEST_CASE("LogWriter: a write that does not fit is refused alone") {
  MemoryStore store;
  store.append_and_wait(one_entry("a", 1));
  struct Case {
    const char* name;
    Write write;
  };
  const Case cases[] = {
      {"a gap", one_entry("a", 3)},
      {"a repeat", one_entry("a", 1)},
      {"not from one", one_entry("b", 2)},
      {"a gap inside", {"a", {{2, 1, "", {}}, {4, 1, "", {}}}, {}}},
      {"no room", one_entry("", 1)},
      {"a room's name too long", one_entry(std::string(513, 'x'), 1)},
      {"a user's id too long", {"a", {{2, 1, std::string(1025, 'u'), {}}}, {}}},
      {"a record without a kind", {"", {}, {{"", "k", "v"}}}},
      {"a record's key too long", {"", {}, {{"user", std::string(4097, 'k'), "v"}}}},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    try {
      store.append_and_wait(c.write);
      FAIL("taken");
    } catch (const StorageError& error) {
      CHECK(error.kind == StorageError::Kind::refused);
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
    CHECK(store.writable());
  }
  store.append_and_wait(one_entry("a", 2));
}

TEST_CASE("MemoryStore: a power cut keeps what was durable and nothing else") {
  const auto disk = std::make_shared<MemoryDisk>();
  Answers answers;
  {
    MemoryStore store(disk);
    store.append_and_wait(one_entry("a", 1));
    store.hold();
    store.append(one_entry("a", 2), answers.completion("a2"));
    store.append({"", {}, {{"user", "eve", "{}"}}}, answers.completion("record"));
    store.cut_power();
  }
  REQUIRE(answers.list.size() == 2);
  for (const auto& [name, outcome] : answers.list) CHECK(outcome == Outcome::failed);
  MemoryStore after(disk);
  CHECK(after.load("a").last_sequence == 1);
  CHECK_FALSE(after.record("user", "eve"));
  after.append_and_wait(one_entry("a", 2));
}

}  // namespace assay::storage
