// Rooms as clients of both protocols meet them, over a store whose disk waits, fails and mends on request.
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <random>
#include <thread>

#include "crdt/bytes.h"
#include "server/sync/rooms_fixture.h"

namespace assay::server {
namespace {

TEST_CASE("Rooms: both handshakes") {
  Fixture f;
  TestClient a(f.world, y, "ann", "r", 1);
  TestClient b(f.world, h, "bob", "r", 2, 1);
  TestClient c(f.world, h, "vic", "r", 3, 0, "s1");
  f.world.settle();
  CHECK(a.take_heard() == Words{"step1", "step2"});
  // The empty step 2 that answers the server's step 1 brings the provider's count to nought.
  CHECK(b.take_heard() == Words{"permission read-write", "step2", "step1", "status 1"});
  CHECK(c.take_heard() == Words{"permission readonly", "step2", "step1", "status 1"});
}

TEST_CASE("Rooms: what one says all get, in both protocols, and its sender a status") {
  Fixture f;
  TestClient a(f.world, y, "ann", "r", 1);
  TestClient b(f.world, h, "bob", "r", 2, 1);
  f.world.settle();
  a.take_heard(), b.take_heard();
  a.type("from a ");
  f.world.settle();
  CHECK(a.take_heard().empty());
  CHECK(b.take_heard() == Words{"update"});
  b.type("from b ", 100);
  f.world.settle();
  CHECK(b.take_heard() == Words{"status 1"});
  CHECK(a.take_heard() == Words{"update"});
  CHECK(a.text() == "from a from b ");
  CHECK(b.text() == a.text());
}

TEST_CASE("Rooms: durable before visible, and awareness does not wait") {
  Fixture f;
  TestClient a(f.world, h, "ann", "r", 1);
  TestClient b(f.world, y, "bob", "r", 2, 1);
  f.world.settle();
  a.take_heard(), b.take_heard();
  f.hold();
  a.type("x");
  a.say_awareness(1, "{}");
  f.world.settle();
  CHECK(a.take_heard() == Words{"awareness 1:1:{}"});
  CHECK(b.take_heard() == Words{"awareness 1:1:{}"});
  TestClient late(f.world, y, "vic", "r", 3);
  f.world.settle();
  CHECK(late.take_heard() == Words{"awareness 1:1:{}"});  // even a newcomer's step 2 waits
  CHECK(f.world.disk->rooms.empty());
  f.release();
  CHECK(a.take_heard() == Words{"status 1"});
  CHECK(b.take_heard() == Words{"update"});
  CHECK(late.text() == "x");
}

TEST_CASE("Rooms: a power cut loses nothing that anybody saw") {
  Fixture f;
  {
    TestClient a(f.world, h, "ann", "r", 1);
    f.world.settle();
    a.type("seen ");
    f.world.settle();
    CHECK(a.count("status 1") == 2);
    f.hold();
    a.type("unseen ");
    f.world.settle();
    CHECK(a.count("status 1") == 2);
    f.world.store.cut_power();
  }
  TestWorld after;
  after.access.roles = f.world.access.roles;
  storage::MemoryStore again(f.world.disk);
  const auto state = again.load("r");
  CHECK(state.last_sequence == 1);
}

TEST_CASE("Rooms: readers and refusals") {
  Fixture f;
  TestClient a(f.world, y, "ann", "r", 1);
  TestClient v(f.world, h, "vic", "r", 2, 1);
  TestClient w(f.world, y, "vic", "r", 4, 1);
  f.world.settle();
  a.type("text");
  f.world.settle();
  a.take_heard(), v.take_heard(), w.take_heard();
  v.say_update(a.copy.encode_since());  // nothing new
  v.type("x");
  w.type("y");
  f.world.settle();
  CHECK(v.take_heard() ==
        Words{"status 1", "stateless {\"reason\":\"you may not change this document\",\"type\":\"refused\"}",
              "status 0"});
  CHECK(w.take_heard() == Words{"refused you may not change this document"});
  CHECK(a.take_heard().empty());
  CHECK(f.world.disk->rooms["r"].entries.size() == 1);
}

TEST_CASE("Rooms: client ids belong to their first writer, also after the room was loaded again") {
  Fixture f;
  {
    TestClient a(f.world, y, "ann", "r", 7);
    f.world.settle();
    a.type("mine ");
    f.world.settle();
  }
  f.world.advance(40'000);
  CHECK(f.world.metrics.rooms_open.value() == 0);
  TestClient b(f.world, h, "bob", "r", 7, 1);
  f.world.settle();
  b.take_heard();
  b.type("forged ");
  f.world.settle();
  CHECK(b.count("status 0") == 1);
  TestClient a(f.world, h, "ann", "r", 7, 1);
  f.world.settle();
  CHECK(a.text() == "mine ");
  a.type("mine too ");
  f.world.settle();
  CHECK(a.count("status 1") == 2);
}

TEST_CASE("Rooms: an update that rests on what is missing waits, and so do the statuses behind it") {
  Fixture f;
  TestClient a(f.world, h, "ann", "r", 1);
  TestClient b(f.world, y, "bob", "r", 2, 1);
  f.world.settle();
  a.take_heard(), b.take_heard();
  crdt::Document author;
  const auto root = author.root("t", crdt::TypeKind::text);
  std::vector<Bytes> updates;
  for (const char* words : {"one ", "two ", "three "}) {
    crdt::Transaction change(author, crdt::ClientId{1});
    change.insert_text(root, author.length(root), words);
    updates.push_back(change.commit());
  }
  crdt::Document other;
  crdt::Transaction aside(other, crdt::ClientId{77});
  aside.insert_text(other.root("u", crdt::TypeKind::text), 0, "aside");
  const Bytes unrelated = aside.commit();

  SECTION("until it comes") {
    a.say_update(updates[2]);
    a.say_update(unrelated);
    a.say_update(updates[1]);
    f.world.settle();
    CHECK(a.take_heard().empty());
    CHECK(b.take_heard() == Words{"update"});
    a.say_update(updates[0]);
    f.world.settle();
    CHECK(a.take_heard() == Words{"status 1", "status 1", "status 1", "status 1"});
    CHECK(b.text() == "one two three ");
  }
  SECTION("or a minute has gone by") {
    a.say_update(updates[2]);
    a.say_update(unrelated);
    f.world.settle();
    CHECK(a.take_heard().empty());
    f.world.advance(61'000);
    const auto heard = a.take_heard();
    REQUIRE(heard.size() == 3);
    CHECK(heard[1] == "status 0");
    CHECK(heard[2] == "status 1");
  }
  SECTION("or there are too many") {
    f.world.limits.held_updates_max = 1;
    a.say_update(updates[2]);
    a.say_update(updates[1]);
    a.say_update(updates[0]);
    f.world.settle();
    // The second was refused at once, its status waits behind the first; the third makes neither whole.
    CHECK(a.count("status 1") == 0);
    f.world.advance(61'000);
    CHECK(a.count("status 0") == 2);
    CHECK(a.count("status 1") == 1);
  }
}

TEST_CASE("Rooms: storage that fails, and mends") {
  Fixture f;
  TestClient a(f.world, h, "ann", "r", 1);
  TestClient b(f.world, y, "bob", "r", 2, 1);
  TestClient reader(f.world, h, "vic", "r", 3);
  f.world.settle();
  a.type("kept ");
  f.world.settle();
  a.take_heard(), b.take_heard(), reader.take_heard();

  f.world.store.break_disk();
  a.type("lost ");
  b.type("lost as well ");
  f.world.settle();
  f.world.advance(500);
  const std::string told = "stateless {\"type\":\"storage\",\"state\":\"read-only\"}";
  CHECK(a.take_heard() == Words{told});
  CHECK(reader.take_heard() == Words{told});
  CHECK_FALSE(a.closed());
  REQUIRE(b.closed());
  CHECK(b.closed()->first == 1013);

  // Who comes now reads what is durable; what it sends is left unanswered.
  TestClient late(f.world, y, "bob", "r", 4, 1);
  f.world.settle();
  CHECK(late.text() == "kept ");
  late.type("unanswered ");
  f.world.settle();
  f.world.advance(2'000);
  CHECK_FALSE(late.closed());
  CHECK(reader.text() == "kept ");

  f.world.store.mend_disk();
  f.world.advance(3'000);
  REQUIRE(a.closed());
  CHECK(a.closed()->first == 1013);
  REQUIRE(late.closed());
  CHECK(late.closed()->first == 1013);
  CHECK_FALSE(reader.closed());

  // The handshake that follows brings all level.
  TestClient again(f.world, h, "ann", "r", 9, 1);
  f.world.settle();
  again.say_update(a.copy.encode_since());
  f.world.settle();
  CHECK(again.heard("status 1"));
  CHECK(reader.text() == a.text());
  CHECK(f.world.metrics.rooms_read_only.value() == 0);
}

TEST_CASE("Rooms: awareness") {
  Fixture f;
  TestClient a(f.world, y, "ann", "r", 1);
  auto b = std::make_unique<TestClient>(f.world, h, "bob", "r", 2, 1);
  f.world.settle();
  b->say_awareness(3, "{\"x\":1}");
  f.world.settle();
  CHECK(b->heard("awareness 2:3:{\"x\":1}"));  // its sender included
  CHECK(a.heard("awareness 2:3:{\"x\":1}"));
  TestClient c(f.world, y, "vic", "r", 3);
  f.world.settle();
  CHECK(c.heard("awareness 2:3:{\"x\":1}"));  // on connecting
  c.take_heard();
  c.say({3});
  f.world.settle();
  CHECK(c.take_heard() == Words{"awareness 2:3:{\"x\":1}"});
  a.take_heard();
  b->leave();
  f.world.settle();
  CHECK(a.take_heard() == Words{"awareness 2:3:null"});
}

TEST_CASE("Rooms: a slow reader is brought level by one diff, and holds a bounded queue") {
  Fixture f;
  f.world.limits.outbox_bytes_max = 4'000;
  TestClient a(f.world, h, "ann", "r", 1);
  TestClient slow(f.world, y, "bob", "r", 2, 1);
  TestClient slow2(f.world, h, "bob", "r", 3, 0, "s");
  f.world.settle();
  slow.stall(), slow2.stall();
  slow.take_heard(), slow2.take_heard();
  for (int i = 0; i < 500; ++i) {
    a.type("word number " + std::to_string(i) + " of many that nobody reads. ");
    if (i % 7 == 0) f.world.settle();
    a.say_awareness(static_cast<std::uint64_t>(i) + 1, "{}");
  }
  f.world.settle();
  CHECK(slow.backlog() < 9'000);
  CHECK(slow2.backlog() < 9'000);
  CHECK(f.world.metrics.peers_behind.value() >= 2);
  slow.drain(), slow2.drain();
  f.world.settle();
  CHECK(slow.text() == a.text());
  CHECK(slow2.text() == a.text());
  CHECK(slow.count("update") < 100);
  CHECK(slow.heard("awareness 1:500:{}"));
  a.type("and on ");
  f.world.settle();
  CHECK(slow.text() == a.text());
}

TEST_CASE("Rooms: a role that changes, a session that ends") {
  Fixture f;
  TestClient a(f.world, y, "ann", "r", 1);
  TestClient b(f.world, h, "bob", "r", 2, 1);
  TestClient b2(f.world, y, "bob", "r", 3);
  TestClient other(f.world, h, "bob", "r~comments", 4);
  f.world.settle();
  b.take_heard();
  f.world.access.roles["r"]["bob"] = Role::reviewer;
  f.world.access.announce();
  f.world.settle();
  CHECK(b.take_heard() == Words{"permission readonly"});
  b.type("x");
  f.world.settle();
  CHECK(b.count("status 0") == 1);
  f.world.access.roles["r"].erase("bob");
  f.world.access.announce();
  f.world.settle();
  CHECK(b.heard("denied permission-denied"));
  CHECK_FALSE(b.closed());
  REQUIRE(b2.closed());
  CHECK(b2.closed()->first == 4403);
  b.take_heard();
  b.type("y");
  f.world.settle();
  CHECK(b.take_heard().empty());
  f.world.access.signed_out.insert("ann");
  f.world.access.announce();
  f.world.settle();
  REQUIRE(a.closed());
  CHECK(a.closed()->first == 4401);
  TestClient stranger(f.world, h, "eve", "r", 5);
  TestClient nobody(f.world, h, "", "r", 6);
  TestClient nobody2(f.world, y, "", "r", 7);
  f.world.settle();
  CHECK(stranger.take_heard() == Words{"denied permission-denied"});
  CHECK(nobody.take_heard() == Words{"denied not signed in"});
  REQUIRE(nobody2.closed());
  CHECK(nobody2.closed()->first == 4401);
}

TEST_CASE("Rooms: before authentication a client has little time and little room") {
  Fixture f;
  TestClient early(f.world, h, "ann", "r", 1, 0, "never");
  f.world.settle();
  // Under a key that never says its Auth.
  Bytes query = {1, 'q', 3};
  early.say_raw(query);
  early.session()->tick(f.world.loops[0]->now_ms() + 4'000);
  CHECK_FALSE(early.closed());
  SECTION("time") {
    early.session()->tick(f.world.loops[0]->now_ms() + 5'001);
    REQUIRE(early.closed());
    CHECK(early.closed()->first == 4408);
  }
  SECTION("room") {
    Bytes flood = {1, 'q', 5, 0xa0, 0x9c, 0x01};  // stateless, 20,000 bytes
    flood.resize(flood.size() + 20'000, 'x');
    for (int i = 0; i < 4; ++i) early.say_raw(flood);
    REQUIRE(early.closed());
    CHECK(early.closed()->first == 1009);
  }
}

TEST_CASE("Rooms: checkpoints, unloading, loading") {
  Fixture f;
  f.world.bounds.checkpoint_entries = 10;
  std::string text;
  {
    TestClient a(f.world, h, "ann", "r", 1);
    f.world.settle();
    for (int i = 0; i < 25; ++i) {
      a.type(std::to_string(i) + " ");
      f.world.settle();
    }
    text = a.text();
    REQUIRE(f.world.disk->rooms["r"].checkpoint);
    CHECK(f.world.disk->rooms["r"].checkpoint->sequence == 20);
    CHECK(f.world.changes.size() <= 1);
  }
  f.world.advance(40'000);
  CHECK(f.world.metrics.rooms_open.value() == 0);
  CHECK(f.world.disk->rooms["r"].checkpoint->sequence == 25);
  CHECK(f.world.disk->rooms["r"].entries.size() == 25);
  REQUIRE_FALSE(f.world.changes.empty());
  CHECK(f.world.changes.back() == "r by ann");
  TestClient b(f.world, y, "vic", "r", 2, 1);
  f.world.settle();
  CHECK(b.text() == text);
}

TEST_CASE("Rooms: the server's own reads and writes") {
  Fixture f;
  TestClient a(f.world, y, "ann", "r", 1);
  f.world.settle();
  std::atomic<bool> done{false};
  std::string seen;
  bool closed_answers = false;
  std::thread api([&] {
    f.world.rooms->write("r", "bob", [](crdt::Document& document, crdt::Transaction& change) {
      change.insert_text(document.root("t", crdt::TypeKind::text), 0, "written ");
    });
    f.world.rooms->read(
        "r", [&](const crdt::Document& document) { seen = document.text(*document.find_root("t")); });
    closed_answers = f.world.rooms->present("r").size() == 1;
    f.world.rooms->close("r", "deleted", [] {});
    done = true;
  });
  while (!done) f.world.settle();
  api.join();
  CHECK(seen == "written ");
  CHECK(closed_answers);
  CHECK(a.text() == "written ");
  REQUIRE(a.closed());
  CHECK(a.closed()->second == "deleted");
}

TEST_CASE("Rooms: a malformed message ends its connection and nothing else") {
  Fixture f;
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  TestClient witness(f.world, h, "ann", "r", 1);
  f.world.settle();
  for (int round = 0; round < 300; ++round) {
    const auto protocol = round % 2 ? y : h;
    TestClient hostile(f.world, protocol, "bob", "r", 1'000 + static_cast<std::uint64_t>(round),
                       static_cast<unsigned>(random() % 2));
    f.world.settle();
    for (int i = 0; i < 8; ++i) {
      Bytes body(random() % 40);
      for (auto& byte : body) byte = static_cast<std::uint8_t>(random() % (random() % 3 ? 12 : 256));
      random() % 4 ? hostile.say(body) : hostile.say_raw(body);
    }
    f.world.settle();
  }
  witness.take_heard();
  witness.type("unharmed ");
  f.world.settle();
  CHECK(witness.heard("status 1"));
  CHECK_FALSE(witness.closed());
}

TEST_CASE("Rooms: clients of both protocols converge, whatever is slow, held or cut off") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int run = 0; run < 10; ++run) {
    Fixture f(1 + static_cast<unsigned>(random() % 3));
    f.world.access.mode_now = run % 2 ? Access::Mode::none : Access::Mode::accounts;
    f.world.limits.outbox_bytes_max = 200 + random() % 4'000;
    f.world.bounds.checkpoint_entries = 5 + random() % 50;
    std::vector<std::unique_ptr<TestClient>> clients;
    const char* users[] = {"ann", "bob"};
    std::uint64_t next_id = 1;
    const auto join = [&] {
      const auto id = next_id++;
      clients.push_back(std::make_unique<TestClient>(f.world, random() % 2 ? y : h, users[random() % 2], "r",
                                                     id, static_cast<unsigned>(random() % 3),
                                                     random() % 2 ? "s" + std::to_string(id) : ""));
    };
    for (int i = 0; i < 4; ++i) join();
    f.world.settle();
    for (int step = 0; step < 200; ++step) {
      auto& client = *clients[random() % clients.size()];
      switch (random() % 12) {
        case 0:
          client.stall();
          break;
        case 1:
          client.drain();
          break;
        case 2:
          f.world.holding ? f.release() : f.hold();
          break;
        case 3:
          f.world.settle();
          break;
        case 4:
          client.say_step1();
          break;
        case 5:
          client.say_awareness(static_cast<std::uint64_t>(step) + 1, "{}");
          break;
        case 6:
          if (clients.size() < 8) join();
          break;
        default:
          client.type(std::string(1 + random() % 30, static_cast<char>('a' + random() % 26)), random() % 50);
      }
    }
    f.release();
    for (int i = 0; i < 3; ++i) {
      for (const auto& client : clients) client->drain();
      f.world.settle();
    }
    for (const auto& client : clients) {
      REQUIRE_FALSE(client->closed());
      CHECK(client->text() == clients.front()->text());
    }
  }
}

}  // namespace
}  // namespace assay::server
