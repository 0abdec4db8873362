// Whose a client id is: nobody's first words are lost because another user wrote under the same id.
#include <catch2/catch.hpp>

#include "server/sync/rooms_fixture.h"

using namespace assay::server;
namespace crdt = assay::crdt;

namespace {

const std::string refused = R"(stateless {"reason":"client id 7 belongs to another user","type":"refused"})";

void say_all(TestClient& client) { client.say_update(client.copy.encode_since()); }

}  // namespace

TEST_CASE("Client ids: who wrote second under an id is told so, however little they wrote") {
  for (const auto* words : {"mine", "minedmore", "mi"}) {
    INFO(words);
    Fixture f;
    TestClient ann(f.world, h, "ann", "r", 7);
    TestClient bob(f.world, h, "bob", "r", 7, 1);
    f.world.settle();
    bob.take_heard();
    // Both wrote before either heard of the other.
    bob.type("taken");
    f.world.settle();
    CHECK(bob.count("status 1") == 1);
    ann.take_heard();
    crdt::Document alone;
    crdt::Transaction change(alone, {7});
    change.insert_text(alone.root("t", crdt::TypeKind::text), 0, words);
    ann.say_update(change.commit());
    f.world.settle();
    CHECK(ann.take_heard() == Words{refused, "status 0"});
    CHECK(f.world.disk->rooms["r"].entries.size() == 1);
    TestClient reader(f.world, y, "vic", "r", 9);
    f.world.settle();
    CHECK(reader.text() == "taken");
  }
}

TEST_CASE("Client ids: whoever says all of the document again, others' writing too, is answered with 1") {
  Fixture f;
  TestClient ann(f.world, h, "ann", "r", 7);
  TestClient bob(f.world, h, "bob", "r", 8, 1);
  f.world.settle();
  for (const auto* words : {"one ", "two ", "thr\xc3\xa9 "}) {
    ann.type(words), f.world.settle();
    bob.type(words, 3), f.world.settle();
  }
  crdt::Document behind;
  const auto old = ann.copy.encode_since();
  behind.apply(*crdt::Update::decode(old));
  {
    crdt::Transaction change(bob.copy, {8});
    change.remove(*bob.copy.find_root("t"), 2, 9);
    bob.say_update(change.commit());
  }
  f.world.settle();
  TestClient vic(f.world, h, "vic", "r", 9);
  f.world.settle();
  ann.take_heard(), bob.take_heard(), vic.take_heard();
  const auto entries = f.world.disk->rooms["r"].entries.size();
  for (auto* client : {&ann, &bob, &vic}) {
    say_all(*client);
    client->say_update(behind.encode_since());  // from before the deletion
    f.world.settle();
    CHECK(client->take_heard() == Words{"status 1", "status 1"});
  }
  CHECK(f.world.disk->rooms["r"].entries.size() == entries);
}

TEST_CASE("Client ids: the same user's two tabs, and --auth none, are not compared") {
  for (const bool accounts : {true, false}) {
    Fixture f;
    if (!accounts) f.world.access.mode_now = Access::Mode::none;
    TestClient first(f.world, h, "ann", "r", 7);
    TestClient second(f.world, h, accounts ? "ann" : "bob", "r", 7, 1);
    f.world.settle();
    first.type("words");
    f.world.settle();
    second.take_heard();
    crdt::Document alone;
    crdt::Transaction change(alone, {7});
    change.insert_text(alone.root("t", crdt::TypeKind::text), 0, "other");
    second.say_update(change.commit());
    f.world.settle();
    CHECK(second.take_heard() == Words{"status 1"});
  }
}

TEST_CASE("Client ids: while the log cannot be written, what contradicts another is refused as well") {
  Fixture f;
  TestClient bob(f.world, h, "bob", "r", 7);
  TestClient ann(f.world, h, "ann", "r", 7, 1);
  f.world.settle();
  bob.type("taken");
  f.world.settle();
  f.world.store.break_disk();
  bob.type("lost");
  f.world.settle();
  f.world.advance(500);
  REQUIRE(f.world.metrics.rooms_read_only.value() == 1);
  ann.take_heard();
  crdt::Document alone;
  crdt::Transaction change(alone, {7});
  change.insert_text(alone.root("t", crdt::TypeKind::text), 0, "mine");
  ann.say_update(change.commit());
  f.world.settle();
  CHECK(ann.take_heard() == Words{refused, "status 0"});
}

TEST_CASE("Client ids: one that a user says in awareness is theirs before they wrote, and a minute after") {
  Fixture f;
  TestClient bob(f.world, h, "bob", "r", 7, 1);
  f.world.settle();
  {
    TestClient ann(f.world, h, "ann", "r", 7);
    f.world.settle();
    ann.say_awareness(1, "{}");
    f.world.settle();
    bob.take_heard();
    bob.type("taken");
    f.world.settle();
    CHECK(bob.take_heard() == Words{refused, "status 0"});
    // Nor by saying that it is theirs.
    bob.say_awareness(9, "{}");
    say_all(bob);
    f.world.settle();
    CHECK(bob.count("status 0") == 1);
    CHECK_FALSE(bob.heard("awareness 7:9:{}"));
  }
  f.world.settle();
  bob.say_awareness(99, "{}");
  say_all(bob);
  f.world.settle();
  CHECK(bob.count("status 0") == 2);
  CHECK(bob.count("status 1") == 0);
  TestClient again(f.world, h, "ann", "r", 7);
  f.world.settle();
  again.take_heard();
  again.say_awareness(2, "{}");
  again.type("mine");
  f.world.settle();
  CHECK(again.heard("status 1"));
  again.leave();
  f.world.settle();
  f.world.advance(70'000);
  // It was written with, so it stays theirs.
  bob.take_heard();
  say_all(bob);
  f.world.settle();
  CHECK(bob.heard("status 0"));
}

TEST_CASE("Client ids: one that was said and never used is anybody's a minute later") {
  Fixture f;
  TestClient bob(f.world, h, "bob", "r", 7, 1);
  {
    TestClient ann(f.world, h, "ann", "r", 7);
    f.world.settle();
    ann.say_awareness(1, "{}");
    f.world.settle();
  }
  f.world.advance(70'000);
  bob.take_heard();
  bob.type("new");
  f.world.settle();
  CHECK(bob.take_heard() == Words{"status 1"});
}
