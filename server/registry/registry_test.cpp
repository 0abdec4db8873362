#include "server/registry/registry.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <memory>
#include <random>
#include <thread>

#include "server/reports/new_id.h"
#include "storage/memory_store.h"

using namespace assay::server;
using assay::storage::MemoryDisk;
using assay::storage::MemoryStore;
using assay::storage::Record;
using assay::storage::StorageError;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;

// A registry that can be stopped, started again on the same disk, and told the time.
struct Fixture {
  std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>();
  std::int64_t now = 1'000;
  std::unique_ptr<MemoryStore> store;
  std::unique_ptr<Registry> registry;

  Fixture() { start(); }
  ~Fixture() { stop(); }
  void start() {
    store = std::make_unique<MemoryStore>(disk);
    registry = std::make_unique<Registry>(*store, RegistryOptions{[this] { return now; }, 30 * day_ms, 1});
  }
  void stop() {
    registry.reset();
    store.reset();
  }
  void restart() {
    stop();
    start();
  }
  std::string make(const std::string& user, const std::string& title = "A title") {
    return registry->create({reports::new_id(), user, title, {"one", "two"}, false, {7}, {0, 0}}).id;
  }
};

}  // namespace

TEST_CASE("A new report is one write: rows, log entry 1, binding") {
  Fixture f;
  const auto id = f.make("dana");
  CHECK(f.registry->state(id) == ReportState::live);
  CHECK(f.registry->role(id, "dana") == Role::owner);
  CHECK(f.registry->role(id, "eli") == Role::none);
  CHECK(f.store->statistics().syncs == 1);
  const auto room = f.store->load(id);
  REQUIRE(room.tail.size() == 1);
  CHECK(room.tail[0].sequence == 1);
  CHECK(room.tail[0].user == "dana");
  const auto bindings = f.store->records("binding", binding_prefix(id));
  REQUIRE(bindings.size() == 1);
  CHECK(bindings[0].key == binding_record(id, {7}, "dana").key);
  CHECK(bindings[0].value == "dana");

  f.restart();
  const auto row = f.registry->find(id);
  REQUIRE(row);
  CHECK(row->title == "A title");
  CHECK(row->tags == std::vector<std::string>{"one", "two"});
  CHECK(row->owner == "dana");
  CHECK(row->created_ms == 1'000);
  CHECK(row->changed_by == "dana");
  CHECK(f.registry->role(id, "dana") == Role::owner);
}

TEST_CASE("A report that could not be stored is not there") {
  Fixture f;
  f.store->break_disk();
  CHECK_THROWS_AS(f.make("dana"), StorageError);
  CHECK(f.registry->size() == 0);
  f.store->mend_disk();
  REQUIRE(f.store->recover());
  f.make("dana");
  CHECK(f.registry->size() == 1);
}

TEST_CASE("What the server itself makes belongs to nobody") {
  Fixture f;
  const auto id = f.make("");
  CHECK(f.registry->find(id)->roles.empty());
  CHECK(f.registry->role(id, "") == Role::none);
  CHECK(f.store->records("binding", {}).empty());
  CHECK_FALSE(f.registry->change_roles(id, {{"eli", Role::viewer}}));
  CHECK(f.registry->role(id, "eli") == Role::viewer);
}

struct RoleCase {
  const char* name;
  std::map<std::string, Role> changes;
  std::optional<RegistryError> error;
  std::map<std::string, Role> after;
};
const RoleCase role_cases[] = {
    {"give", {{"eli", Role::reviewer}}, std::nullopt, {{"dana", Role::owner}, {"eli", Role::reviewer}}},
    {"take from who has none", {{"eli", Role::none}}, std::nullopt, {{"dana", Role::owner}}},
    {"take from the last owner", {{"dana", Role::none}}, RegistryError::last_owner, {{"dana", Role::owner}}},
    {"lower the last owner", {{"dana", Role::editor}}, RegistryError::last_owner, {{"dana", Role::owner}}},
    {"hand over in one change",
     {{"dana", Role::viewer}, {"eli", Role::owner}},
     std::nullopt,
     {{"dana", Role::viewer}, {"eli", Role::owner}}},
    {"a refused change does nothing of itself",
     {{"dana", Role::none}, {"eli", Role::editor}},
     RegistryError::last_owner,
     {{"dana", Role::owner}}},
};

TEST_CASE("Roles: given, taken, and never without an owner") {
  for (const auto& c : role_cases) {
    INFO(c.name);
    Fixture f;
    const auto id = f.make("dana");
    CHECK(f.registry->change_roles(id, c.changes) == c.error);
    CHECK(f.registry->find(id)->roles == c.after);
    f.restart();
    CHECK(f.registry->find(id)->roles == c.after);
  }
}

TEST_CASE("A role is not changed before it is durable") {
  Fixture f;
  const auto id = f.make("dana");
  f.store->hold();
  auto change = std::async(std::launch::async, [&] {
    return f.registry->change_roles(id, {{"eli", Role::editor}});
  });
  CHECK(f.registry->role(id, "eli") == Role::none);
  f.store->release();
  CHECK_FALSE(change.get());
  CHECK(f.registry->role(id, "eli") == Role::editor);
}

TEST_CASE("Trash, back, and erased after thirty days") {
  Fixture f;
  const auto id = f.make("dana");
  CHECK(f.registry->erase(id) == RegistryError::unknown);
  CHECK_FALSE(f.registry->trash(id, "dana"));
  CHECK(f.registry->state(id) == ReportState::trashed);
  CHECK(f.registry->role(id, "dana") == Role::none);
  CHECK(f.registry->list(ReportState::live).empty());
  CHECK(f.registry->list(ReportState::trashed).size() == 1);
  CHECK(f.registry->trash(id, "dana") == RegistryError::unknown);
  CHECK(f.registry->change_roles(id, {}) == RegistryError::unknown);

  CHECK_FALSE(f.registry->restore(id));
  CHECK(f.registry->role(id, "dana") == Role::owner);
  CHECK_FALSE(f.registry->trash(id, "dana"));

  f.now += 30 * day_ms - 1;
  f.registry->sweep();
  CHECK(f.registry->state(id) == ReportState::trashed);
  f.restart();
  CHECK(f.registry->find(id)->trash->by == "dana");
  f.now += 1;
  f.registry->sweep();
  CHECK(f.registry->state(id) == ReportState::erased);
  CHECK_FALSE(f.registry->find(id));
  CHECK(f.store->list().empty());
  CHECK(f.store->records("binding", {}).empty());
  CHECK(f.store->records("report-index", {}).empty());
  f.registry->note_change(id, {f.now, "dana", "Back again", {}, {}});
  f.registry->flush();
  CHECK(f.store->records("report-index", {}).empty());

  f.restart();
  CHECK(f.registry->state(id) == ReportState::erased);
  CHECK(f.registry->restore(id) == RegistryError::unknown);
}

TEST_CASE("An erasure that was cut off is ended by the next sweep") {
  Fixture f;
  const auto id = f.make("dana");
  f.registry->trash(id, "dana");
  const auto room = f.disk->rooms.at(id);
  f.registry->erase(id);
  f.stop();
  // As the disk would be, had the process died between the tombstone and the rooms.
  f.disk->rooms[id] = room;
  for (auto& [key, value] : f.disk->records)
    if (key.first == "report") value = R"({"v":1,"created":1,"erased":true,"roomsRemain":true})";
  f.start();
  CHECK(f.registry->state(id) == ReportState::erased);
  CHECK(f.store->exists(id));
  f.registry->sweep();
  CHECK_FALSE(f.store->exists(id));
}

TEST_CASE("The index: in memory at once, on disk soon, many changes in few writes") {
  Fixture f;
  const auto id = f.make("dana");
  const auto before = f.store->statistics().syncs;
  f.store->hold();
  for (int i = 1; i <= 1'000; ++i)
    f.registry->note_change(id, {1'000 + i, "eli", "Title " + std::to_string(i), {}, 3});
  const auto row = f.registry->find(id);
  CHECK(row->title == "Title 1000");
  CHECK(row->changed_ms == 2'000);
  CHECK(row->changed_by == "eli");
  CHECK(row->open_threads == 3);
  CHECK(row->tags.size() == 2);
  f.store->release();
  f.registry->flush();
  CHECK(f.store->statistics().syncs - before < 10);
  f.restart();
  CHECK(f.registry->find(id)->title == "Title 1000");
  CHECK(f.registry->find(id)->changed_by == "eli");
}

TEST_CASE("The index is written once the disk is mended") {
  Fixture f;
  const auto id = f.make("dana");
  f.store->break_disk();
  f.registry->note_change(id, {5'000, "eli", "New", {}, {}});
  CHECK_THROWS_AS(f.registry->flush(), StorageError);
  CHECK(f.registry->find(id)->title == "New");
  f.store->mend_disk();
  REQUIRE(f.store->recover());
  f.registry->flush();
  f.restart();
  CHECK(f.registry->find(id)->title == "New");
}

TEST_CASE("After a kill a row is no older than its room") {
  Fixture f;
  const auto id = f.make("dana");
  f.store->append_and_wait({id, {{2, 9'000, "eli", {0, 0}}}, {}});
  f.restart();
  CHECK(f.registry->find(id)->changed_ms == 9'000);
  CHECK(f.registry->find(id)->changed_by == "eli");
}

TEST_CASE("Lists are sorted by the last change") {
  Fixture f;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    f.now += 10;
    ids.push_back(f.make("dana"));
  }
  f.registry->note_change(ids[1], {99'999, "eli", {}, {}, {}});
  std::vector<std::string> order;
  for (const auto& row : f.registry->list(ReportState::live)) order.push_back(row.id);
  CHECK(order == std::vector<std::string>{ids[1], ids[4], ids[3], ids[2], ids[0]});
}

TEST_CASE("Listeners hear of roles and state, not of the index") {
  Fixture f;
  std::atomic<int> heard = 0;
  f.registry->on_change([&](const std::string&) { ++heard; });
  const auto id = f.make("dana");
  CHECK(heard == 1);
  f.registry->change_roles(id, {{"eli", Role::viewer}});
  f.registry->trash(id, "dana");
  f.registry->restore(id);
  CHECK(heard == 4);
  f.registry->note_change(id, {1, "dana", "x", {}, {}});
  CHECK(heard == 4);
}

struct CorruptCase {
  const char* name;
  const char* value;
  StorageError::Kind kind;
};
const CorruptCase corrupt_cases[] = {
    {"no JSON", "{", StorageError::Kind::corrupt},
    {"no object", "[]", StorageError::Kind::corrupt},
    {"member missing", "{}", StorageError::Kind::corrupt},
    {"member of another type", R"({"created":"x","owner":"","roles":{}})", StorageError::Kind::corrupt},
    {"newer", R"({"v":2})", StorageError::Kind::newer_format},
};

TEST_CASE("Records that cannot be read are named") {
  for (const auto& c : corrupt_cases) {
    INFO(c.name);
    MemoryStore store;
    store.append_and_wait({{}, {}, {{"report", "abc", c.value}}});
    try {
      const Registry registry(store);
      FAIL("opened");
    } catch (const StorageError& error) {
      CHECK(error.kind == c.kind);
      CHECK(std::string(error.what()).find("abc") != std::string::npos);
    }
  }
}

TEST_CASE("Many threads at once: nothing is lost, nothing waits for good") {
  Fixture f;
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(f.make("dana"));
  std::atomic<int> heard = 0;
  f.registry->on_change([&](const std::string& id) {
    heard += f.registry->role(id, "dana") == Role::owner;  // listeners may ask
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      const auto user = "user" + std::to_string(t);
      for (int i = 1; i <= 100; ++i) {
        const auto& id = ids[static_cast<std::size_t>((t + i) % 4)];
        f.registry->note_change(id, {f.now + i, user, user + " " + std::to_string(i), {}, {}});
        if (i % 10 == 0) f.registry->change_roles(id, {{user, Role::editor}});
        if (i % 25 == 0) f.registry->flush();
        if (i % 20 == 0) f.make(user);
        f.registry->list(ReportState::live);
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(heard == 40);
  f.restart();
  CHECK(f.registry->list(ReportState::live).size() == 24);
  for (const auto& id : ids) CHECK(f.registry->find(id)->changed_ms == f.now + 100);
}

TEST_CASE("Random changes survive a restart as they were") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  Fixture f;
  std::vector<std::string> ids;
  const std::string users[] = {"dana", "eli", "finn"};
  const Role roles[] = {Role::none, Role::viewer, Role::reviewer, Role::editor, Role::owner};
  for (int step = 0; step < 300; ++step) {
    f.now += 1 + random() % day_ms;
    if (ids.empty() || random() % 5 == 0) ids.push_back(f.make(users[random() % 3]));
    const auto& id = ids[random() % ids.size()];
    switch (random() % 6) {
      case 0:
        f.registry->change_roles(id, {{users[random() % 3], roles[random() % 5]}});
        break;
      case 1:
        f.registry->trash(id, users[random() % 3]);
        break;
      case 2:
        f.registry->restore(id);
        break;
      case 3:
        f.registry->sweep();
        break;
      default:
        f.registry->note_change(id, {f.now, users[random() % 3], "T" + std::to_string(step), {}, {}});
    }
    if (step % 20 != 19) continue;
    std::vector<std::optional<ReportRow>> before;
    for (const auto& each : ids) before.push_back(f.registry->find(each));
    f.restart();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto after = f.registry->find(ids[i]);
      REQUIRE(after.has_value() == before[i].has_value());
      if (!after) continue;
      CHECK(after->roles == before[i]->roles);
      CHECK(after->title == before[i]->title);
      CHECK(after->changed_ms == before[i]->changed_ms);
      CHECK(after->trash.has_value() == before[i]->trash.has_value());
    }
  }
}
