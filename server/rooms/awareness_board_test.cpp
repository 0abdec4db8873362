#include "server/rooms/awareness_board.h"

#include <catch2/catch.hpp>

namespace assay::server {
namespace {

// One entry a step, on a board where times are in seconds.
struct Step {
  const char* name;
  int at;
  char connection;  // 'a' and 'b' are Ann's, 'x' is another user's
  std::uint64_t client, clock;
  const char* state;     // nullptr: the connection ends
  const char* expected;  // "accepted", "dropped", or "rebuffed CLOCK"; for an end what is sent as gone
};

const Step steps[] = {
    {"a first entry", 0, 'a', 1, 3, "{}", "accepted"},
    {"newer", 1, 'a', 1, 4, "{}", "accepted"},
    {"the same again", 1, 'a', 1, 4, "{}", "dropped"},
    {"older", 1, 'a', 1, 2, "{}", "dropped"},
    {"another user's echo", 1, 'x', 1, 4, "{}", "dropped"},
    {"another user with a higher clock", 1, 'x', 1, 9, "{}", "dropped"},
    {"another user would end it", 1, 'x', 1, 4, "null", "dropped"},
    {"the same user's other connection, same clock", 1, 'b', 1, 4, "{}", "dropped"},
    {"the same user's other connection, higher clock", 1, 'b', 1, 5, "{}", "accepted"},
    {"the first connection no longer owns it", 1, 'a', 1, 5, "null", "dropped"},
    {"the first connection ends and owns nothing", 2, 'a', 0, 0, nullptr, ""},
    {"somebody unknown is gone", 2, 'x', 7, 1, "null", "dropped"},
    {"its connection ends", 2, 'b', 0, 0, nullptr, "1:5"},
    {"an echo of one who left", 3, 'x', 1, 5, "{}", "rebuffed 5"},
    {"an older echo", 3, 'x', 1, 2, "{}", "rebuffed 5"},
    {"an echo of the end", 3, 'x', 1, 5, "null", "dropped"},
    {"another user with a higher clock after that", 3, 'x', 1, 9, "{}", "dropped"},
    {"the owner goes on with the next clock", 4, 'b', 1, 6, "{}", "accepted"},
    {"leaves by itself at the same clock", 5, 'b', 1, 6, "null", "accepted"},
    {"an echo after that", 6, 'x', 1, 6, "{}", "rebuffed 6"},
    {"a minute later nobody remembers", 66, 'x', 1, 2, "{}", "accepted"},
};

TEST_CASE("AwarenessBoard: whose is an entry, and which is newer") {
  AwarenessBoard board({64, 60'000});
  for (const auto& step : steps) {
    INFO(step.name);
    static const char owners[128] = {};
    const auto* owner = &owners[static_cast<int>(step.connection)];
    const std::string user = step.connection == 'x' ? "eli" : "ann";
    std::string got;
    if (!step.state) {
      for (const auto& gone : board.leave(owner, step.at * 1'000)) {
        got += std::to_string(gone.client.value) + ":" + std::to_string(gone.clock);
      }
    } else {
      const auto heard = board.hear(owner, user, {{{step.client}, step.clock, step.state}}, step.at * 1'000);
      if (!heard.accepted.empty()) got = "accepted";
      if (heard.dropped) got = "dropped";
      if (!heard.rebuffed.empty()) {
        CHECK(heard.rebuffed[0].state == "null");
        got = "rebuffed " + std::to_string(heard.rebuffed[0].clock);
      }
    }
    CHECK(got == step.expected);
  }
}

TEST_CASE("AwarenessBoard: a connection owns so many entries and no more") {
  AwarenessBoard board({3, 60'000});
  std::vector<crdt::AwarenessEntry> many;
  for (std::uint64_t client = 1; client <= 10; ++client) many.push_back({{client}, 1, "{}"});
  const int owner = 0;
  const auto heard = board.hear(&owner, "ann", many, 0);
  CHECK(heard.accepted.size() == 3);
  CHECK(heard.dropped == 7);
  CHECK(board.all().size() == 3);
  CHECK(board.leave(&owner, 0).size() == 3);
  CHECK(board.all().empty());
}

TEST_CASE("AwarenessBoard: who comes and goes under ever new ids is remembered up to a bound") {
  AwarenessBoard board({.entries_per_owner_max = 3,
                        .tombstone_ms = 60'000,
                        .tombstones_per_owner_max = 10,
                        .entries_max = 100,
                        .tombstones_max = 25});
  static const char owners[8] = {};
  std::uint64_t client = 0;
  const auto come_and_go = [&](const char& owner, int times, std::int64_t now_ms) {
    std::size_t accepted = 0;
    for (int i = 0; i < times; ++i) {
      ++client;
      accepted +=
          board.hear(&owner, "ann", {{{client}, 1, "{}"}, {{client}, 2, "null"}}, now_ms).accepted.size();
    }
    return accepted / 2;
  };
  CHECK(come_and_go(owners[0], 1'000, 0) == 10);
  CHECK(board.tombstones() == 10);
  // Its own entry goes on under one id, as often as it likes.
  CHECK(board.hear(&owners[0], "ann", {{{10}, 3, "{}"}}, 0).accepted.size() == 1);
  CHECK(board.hear(&owners[0], "ann", {{{10}, 3, "null"}}, 0).accepted.size() == 1);
  CHECK(come_and_go(owners[1], 1'000, 1'000) == 10);
  CHECK(come_and_go(owners[2], 1'000, 2'000) == 10);
  CHECK(board.tombstones() == 25);
  // The oldest went first, and whoever left them may add again.
  CHECK(board.hear(&owners[3], "eli", {{{client}, 2, "{}"}}, 3'000).rebuffed.empty());
  CHECK(come_and_go(owners[0], 1'000, 3'000) == 10);
  board.forget(62'000);
  CHECK(board.tombstones() == 10);
  CHECK(come_and_go(owners[2], 1'000, 62'000) == 10);
  // Another connection may get the address of one that ended.
  board.leave(&owners[2], 62'000);
  CHECK(come_and_go(owners[2], 1'000, 62'000) == 10);
  board.forget(200'000);
  CHECK(board.tombstones() == 0);
  CHECK(come_and_go(owners[2], 1'000, 200'000) == 10);
}

TEST_CASE("AwarenessBoard: a document holds so many entries and no more") {
  AwarenessBoard board({.entries_per_owner_max = 64, .entries_max = 3});
  const int owners[2] = {};
  CHECK(board.hear(&owners[0], "ann", {{{1}, 1, "{}"}, {{2}, 1, "{}"}}, 0).accepted.size() == 2);
  CHECK(board.hear(&owners[1], "bob", {{{3}, 1, "{}"}, {{4}, 1, "{}"}}, 0).accepted.size() == 1);
  CHECK(board.hear(&owners[0], "ann", {{{2}, 2, "null"}}, 0).accepted.size() == 1);
  CHECK(board.hear(&owners[1], "bob", {{{4}, 1, "{}"}}, 0).accepted.size() == 1);
}

}  // namespace
}  // namespace assay::server
