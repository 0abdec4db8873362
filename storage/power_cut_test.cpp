// Whatever was completed as durable is there after the power is cut at any moment, however the last write
// tore.
#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <utility>

#include "storage/rocks_store.h"
#include "storage/simulated_disk.h"

namespace assay::storage {
namespace {

const std::string path = "/data/log";

// What a writer knows of its rooms: what was queued, and what of it came back as durable.
struct Ledger {
  std::mutex mutex;
  std::map<std::string, std::vector<LogEntry>> queued;
  std::map<std::string, std::uint64_t> durable;  // the last sequence
  std::map<std::string, std::uint64_t> durable_checkpoint;
  std::map<std::string, int> queued_record, durable_record;  // one record a room, counting up
  bool failed = false;
};

Bytes random_bytes(std::mt19937& random, std::size_t size) {
  Bytes out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

// Now and then a large one, so that writes span blocks, tables are flushed and compacted, and logs change.
std::size_t update_size(std::mt19937& random) {
  const auto kind = random() % 64;
  return kind == 0 ? 1 + random() % 200'000 : kind < 8 ? 1 + random() % 5'000 : 1 + random() % 200;
}

void write_some(RoomStore& store, Ledger& ledger, std::mt19937& random) {
  const std::string room = "room " + std::to_string(random() % 5);
  const std::lock_guard lock(ledger.mutex);
  auto& log = ledger.queued[room];
  if (!log.empty() && random() % 10 == 0) {
    const auto at = 1 + random() % log.size();
    store.checkpoint(room, {at, random_bytes(random, update_size(random))},
                     [&ledger, room, at](Outcome outcome, auto&) {
                       const std::lock_guard guard(ledger.mutex);
                       auto& known = ledger.durable_checkpoint[room];
                       if (outcome == Outcome::durable) known = std::max<std::uint64_t>(known, at);
                     });
    return;
  }
  Write write{room, {}, {}};
  for (auto n = 1 + random() % 3; n > 0; --n) {
    log.push_back({log.size() + 1, 1000 + static_cast<std::int64_t>(log.size()), "u",
                   random_bytes(random, update_size(random))});
    write.entries.push_back(log.back());
  }
  const auto count = ++ledger.queued_record[room];
  write.records.push_back({"count", room, std::to_string(count)});
  store.append(std::move(write), [&ledger, room, last = log.size(), count](Outcome outcome, auto&) {
    const std::lock_guard guard(ledger.mutex);
    if (outcome == Outcome::failed) {
      ledger.failed = true;
      return;
    }
    ledger.durable[room] = last;
    ledger.durable_record[room] = count;
  });
}

bool equal(const LogEntry& a, const LogEntry& b) {
  return a.sequence == b.sequence && a.time_ms == b.time_ms && a.user == b.user && a.update == b.update;
}

void check_nothing_lost(RoomStore& store, const Ledger& ledger) {
  for (const auto& [room, queued] : ledger.queued) {
    CAPTURE(room);
    const auto durable = ledger.durable.contains(room) ? ledger.durable.at(room) : 0;
    const auto state = store.load(room);
    CHECK(state.last_sequence >= durable);
    REQUIRE(state.last_sequence <= queued.size());
    const auto history = store.history(room, 1, queued.size());
    REQUIRE(history.size() == state.last_sequence);
    for (std::size_t i = 0; i < history.size(); ++i) REQUIRE(equal(history[i], queued[i]));
    if (ledger.durable_checkpoint.contains(room) && ledger.durable_checkpoint.at(room) != 0) {
      REQUIRE(state.checkpoint);
      CHECK(state.checkpoint->sequence >= ledger.durable_checkpoint.at(room));
    }
    const auto record = store.record("count", room);
    if (ledger.durable_record.contains(room)) {
      REQUIRE(record);
      CHECK(std::stoi(*record) >= ledger.durable_record.at(room));
      CHECK(std::stoi(*record) <= ledger.queued_record.at(room));
    }
  }
  const auto problems = store.verify({});
  for (const auto& problem : problems) UNSCOPED_INFO(problem.room << ": " << problem.what);
  CHECK(problems.empty());
}

// Writes until the power goes; returns how many completions came as durable.
void run_until_cut(SimulatedDisk& disk, Ledger& ledger, std::mt19937& random, std::uint64_t acts) {
  disk.cut_at(disk.acts() + 1 + random() % acts);
  try {
    RocksStore store(path, disk.env(), {});
    while (!disk.is_cut()) {
      for (auto n = 1 + random() % 8; n > 0; --n) write_some(store, ledger, random);
      store.recover();  // waits for what is queued
      const std::lock_guard lock(ledger.mutex);
      if (ledger.failed) break;
    }
  } catch (const StorageError&) {
    REQUIRE(disk.is_cut());  // the power may go while opening, too
  }
}

}  // namespace

TEST_CASE("Power cut: nothing durable is lost") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::size_t durable = 0, warned = 0;
  for (int cut = 0; cut < 200; ++cut) {
    CAPTURE(cut);
    const auto tear =
        std::vector{Tear::nothing, Tear::prefix, Tear::sectors}[static_cast<std::size_t>(cut % 3)];
    auto disk = std::make_shared<SimulatedDisk>();
    Ledger ledger;
    // The power may go several times on one disk, also while it comes back from the time before.
    for (auto lives = 1 + random() % 3; lives > 0; --lives) {
      run_until_cut(*disk, ledger, random, 1 + random() % 500);
      disk = disk->after_cut(tear, random);
      StoreOptions options;
      options.warn = [&](const std::string&) { ++warned; };
      RocksStore store(path, disk->env(), options);
      check_nothing_lost(store, ledger);
      for (auto& [room, log] : ledger.queued) {
        durable += ledger.durable[room];
        log.resize(store.load(room).last_sequence);  // the writers start again from there
        const auto record = store.record("count", room);
        ledger.queued_record[room] = record ? std::stoi(*record) : 0;
      }
      ledger.failed = false;
    }
  }
  WARN("200 disks, " << durable << " durable entries checked, " << warned << " torn ends left out");
}

}  // namespace assay::storage
