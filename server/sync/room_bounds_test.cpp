// What a document, a connection and a key may grow to, and what a room refuses to keep.
#include <atomic>
#include <catch2/catch.hpp>
#include <ctime>
#include <memory>
#include <random>
#include <thread>
#include "crdt/bytes.h"
#include "server/sync/rooms_fixture.h"

namespace assay::server {
namespace {

TEST_CASE("Rooms: what would wait inside the engine is refused, and no checkpoint holds it") {
  Fixture f;
  f.world.bounds.checkpoint_entries = 1;
  TestClient a(f.world, h, "ann", "r", 1);
  f.world.settle();
  const auto numbers = [](crdt::Writer& writer, std::initializer_list<std::uint64_t> all) {
    for (const std::uint64_t number : all) writer.varint(number);
  };
  crdt::Writer first;
  numbers(first, {1, 1, 7, 0, 4, 1});
  first.string("t");
  first.string("a");
  numbers(first, {0});
  a.say_update(first.take());
  f.world.settle();
  a.take_heard();
  // The struct at 0, which is here, now as a type in one of client 9, who is not; and a text behind it.
  crdt::Writer second;
  numbers(second, {1, 2, 7, 0, 7, 0, 9, 0, 0});
  second.byte(0x84);
  numbers(second, {7, 0});
  second.string(std::string(60, 'x'));
  numbers(second, {0});
  a.say_update(second.take());
  f.world.settle();
  CHECK(a.count("status 0") == 1);
  a.type("more");
  f.world.settle();
  REQUIRE(f.world.disk->rooms["r"].checkpoint);
  crdt::Document checkpoint, log;
  checkpoint.apply(*crdt::Update::decode(f.world.disk->rooms["r"].checkpoint->state));
  for (const auto& entry : f.world.disk->rooms["r"].entries) log.apply(*crdt::Update::decode(entry.update));
  CHECK_FALSE(checkpoint.has_pending());
  CHECK(checkpoint.state_vector() == log.state_vector());
}

// One collected struct of each client from `first` on.
Bytes of_clients(std::uint64_t first, std::uint64_t count, std::uint64_t clock = 0,
                 std::uint64_t structs = 1) {
  crdt::Writer writer;
  writer.varint(count);
  for (std::uint64_t client = first; client < first + count; ++client) {
    for (const auto number : {structs, client, clock}) writer.varint(number);
    for (std::uint64_t i = 0; i < structs; ++i) writer.byte(0), writer.varint(1);
  }
  writer.varint(0);
  return writer.take();
}

const std::string no_room =
    R"(stateless {"reason":"the document has no room for so many more clients","type":"refused"})";

TEST_CASE("Rooms: a document has no more clients than a client can say that it has") {
  Fixture f;
  f.world.limits.state_vector_entries_max = 10;
  TestClient a(f.world, h, "ann", "r", 1);
  TestClient b(f.world, y, "bob", "r", 2, 1);
  f.world.settle();
  a.take_heard(), b.take_heard();
  a.say_update(of_clients(100, 8));
  a.say_update(of_clients(200, 3));
  f.world.settle();
  CHECK(a.take_heard() == Words{no_room, "status 1", "status 0"});
  CHECK(b.take_heard() == Words{"update"});
  a.say_update(of_clients(200, 2));
  a.say_update(of_clients(200, 2, 1));  // more of those it has
  b.say_update(of_clients(300, 2));
  f.world.settle();
  CHECK(a.take_heard() == Words{"status 1", "status 1"});
  CHECK(b.heard("refused the document has no room for so many more clients"));
  CHECK(b.copy.state_vector().size() == 10);
  b.take_heard();
  b.say_step1();
  f.world.settle();
  CHECK(b.take_heard() == Words{"step2"});

  SECTION("one that has more, from before there was a bound, is served all the same") {
    f.world.limits.state_vector_entries_max = 8;
    b.say_step1();
    TestClient c(f.world, h, "ann", "r", 3, 1);
    c.silent = true;
    f.world.settle();
    CHECK(b.take_heard() == Words{"step2"});
    CHECK(c.copy.state_vector().size() == 10);
    c.take_heard();
    c.say_step1();
    c.say_update(of_clients(100, 8, 1));
    c.say_update(of_clients(300, 2));
    c.type("new");  // a session that begins
    f.world.settle();
    CHECK(c.take_heard() == Words{"step2", "step1", no_room, "status 1", "status 0", "status 1"});
    CHECK_FALSE(c.closed());
    const auto update = of_clients(400, 9);
    c.copy.apply(*crdt::Update::decode(update));
    c.say_step1();
    f.world.settle();
    REQUIRE(c.closed());
    CHECK(c.closed()->first == 1002);
  }
  SECTION("also when it was loaded again") {
    a.leave(), b.leave();
    f.world.advance(40'000);
    CHECK(f.world.metrics.rooms_open.value() == 0);
    TestClient c(f.world, h, "ann", "r", 3);
    f.world.settle();
    c.take_heard();
    c.say_update(of_clients(300, 2));
    f.world.settle();
    CHECK(c.take_heard() == Words{no_room, "status 0"});
    for (std::uint64_t client = 300; client < 311; ++client) c.say_update(of_clients(client, 1));
    f.world.settle();
    CHECK(c.count("status 1") == 10);
    CHECK(c.count("status 0") == 1);
  }
}

TEST_CASE("Rooms: a reviewer fills a tenth of the clients that the comments may have") {
  Fixture f;
  f.world.limits.state_vector_entries_max = 100;
  const std::string name = "r~comments";
  {
    TestClient rae(f.world, h, "rae", name, 1);
    TestClient bob(f.world, h, "bob", name, 2, 1);
    f.world.settle();
    rae.take_heard(), bob.take_heard();
    rae.say_update(of_clients(100, 11));
    rae.say_update(of_clients(100, 9));
    bob.say_update(of_clients(200, 50));
    f.world.settle();
    CHECK(rae.count("status 0") == 1);
    CHECK(rae.count("status 1") == 1);
    CHECK(bob.count("status 1") == 1);
  }
  f.world.advance(40'000);
  TestClient rae(f.world, h, "rae", name, 1);
  f.world.settle();
  rae.take_heard();
  rae.say_update(of_clients(300, 1));
  rae.say_update(of_clients(301, 1));
  rae.say_update(of_clients(100, 9, 1));
  f.world.settle();
  CHECK(rae.take_heard() == Words{no_room, "status 1", "status 0", "status 1"});
}

TEST_CASE("Rooms: what waits costs those nothing who write something else") {
  Fixture f;
  TestClient a(f.world, h, "ann", "r", 1);
  TestClient hostile(f.world, h, "bob", "r", 2);
  f.world.settle();
  const auto time_of_edits = [&](std::uint64_t first) {
    const std::clock_t begin = std::clock();  // of the processor, not of a machine that others use as well
    for (std::uint64_t i = 0; i < 100; ++i) a.say_update(of_clients(1, 1, first + i));
    f.world.settle();
    return std::clock() - begin;
  };
  const auto before = time_of_edits(0);
  for (std::uint64_t i = 0; i < 10; ++i) hostile.say_update(of_clients(700 + i, 1, 1, 24'000));
  f.world.settle();
  CHECK(f.world.metrics.updates_held.value() == 10);
  const auto with = time_of_edits(100);
  CHECK(with < 10 * before + CLOCKS_PER_SEC / 10);
  CHECK(a.count("status 1") == 201);
  // And what it waits for still lets it go.
  hostile.take_heard();
  hostile.say_update(of_clients(700, 10));
  f.world.settle();
  CHECK(hostile.take_heard() == Words(11, "status 1"));
  CHECK(a.copy.state_vector().at({705}).value == 24'001);
}

TEST_CASE("Rooms: a routing key has a bound, and what is denied keeps little") {
  Fixture f;
  TestClient a(f.world, h, "ann", "r", 1);
  f.world.settle();
  const auto auth = [](const std::string& key) {
    crdt::Writer writer;
    writer.string(key);
    for (const std::uint64_t number : {2, 0}) writer.varint(number);
    writer.string("ann");
    return writer.take();
  };
  SECTION("a session id") { a.say_raw(auth("r" + std::string(1, '\0') + std::string(100'000, 's'))); }
  SECTION("a name") { a.say_raw(auth(std::string(100'000, 'n'))); }
  f.world.settle();
  REQUIRE(a.closed());
  CHECK(a.closed()->first == 1002);
  CHECK(a.closed()->second == "routing key: too long");
}

}  // namespace
}  // namespace assay::server
