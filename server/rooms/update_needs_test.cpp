#include "server/rooms/update_needs.h"

#include <catch2/catch.hpp>

#include "crdt/bytes.h"

namespace assay::server {
namespace {

using crdt::Bytes;
using Numbers = std::initializer_list<std::uint64_t>;

constexpr std::uint64_t gc = 0, skip = 10, text = 4, with_origin = 0x84, with_right = 0x44;

Bytes update(Numbers numbers) {
  crdt::Writer writer;
  for (const auto number : numbers) {
    if (number < 256)
      writer.byte(static_cast<std::uint8_t>(number));
    else
      writer.varint(number);
  }
  return writer.take();
}

std::string words(const std::vector<Need>& needs) {
  std::string all;
  for (const auto& need : needs)
    all += std::to_string(need.client.value) + ":" + std::to_string(need.clock.value) + " ";
  return all;
}

const struct {
  const char* name;
  Bytes bytes;
  const char* needs;  // where the document knows client 1 up to clock 5
} cases[] = {
    {"its client's clocks before it", update({1, 1, 7, 3, gc, 2, 0}), "7:2 "},
    {"more of a client that is known in part", update({1, 1, 1, 9, gc, 1, 0}), "1:8 "},
    {"a gap within", update({1, 3, 7, 0, gc, 1, skip, 4, gc, 1, 0}), "7:4 "},
    {"an origin", update({1, 1, 7, 0, with_origin, 9, 6, 1, 'x', 0}), "9:6 "},
    {"an origin that is here is none",
     update({1, 2, 7, 0, with_origin, 1, 4, 1, 'x', with_origin, 9, 2, 1, 'y', 0}), "9:2 "},
    {"a right origin", update({1, 1, 7, 0, with_right, 9, 2, 1, 'x', 0}), "9:2 "},
    {"a parent", update({1, 1, 7, 0, text, 0, 9, 3, 1, 'x', 0}), "9:3 "},
    {"the last of several", update({1, 2, 7, 0, with_origin, 9, 6, 1, 'x', with_origin, 9, 2, 1, 'y', 0}),
     "9:6 "},
    {"of several clients", update({1, 2, 7, 0, with_origin, 9, 6, 1, 'x', with_origin, 8, 2, 1, 'y', 0}),
     "9:6 8:2 "},
    {"what comes with it is none", update({2, 1, 7, 0, with_origin, 8, 0, 1, 'x', 1, 8, 2, gc, 1, 0}),
     "8:1 "},
    {"a deletion", update({0, 1, 9, 1, 4, 3}), "9:6 "},
    {"a deletion beyond what is known", update({0, 1, 1, 1, 4, 3}), "1:6 "},
    {"itself: for ever", update({1, 1, 7, 0, with_origin, 7, 0, 1, 'x', 0}), "0:9007199254740991 "},
};

TEST_CASE("Needs: what an update waits for") {
  const crdt::StateVector here = {{{1}, {5}}};
  for (const auto& c : cases) {
    INFO(c.name);
    const auto decoded = crdt::Update::decode(c.bytes);
    REQUIRE(decoded);
    CHECK(words(needs_of(*decoded, here)) == c.needs);
  }
}

TEST_CASE("Needs: met when all have come, in whatever order") {
  const Bytes bytes = update({1, 2, 7, 0, with_origin, 9, 6, 1, 'x', with_origin, 8, 2, 1, 'y', 0});
  const auto decoded = crdt::Update::decode(bytes);
  crdt::StateVector here;
  auto needs = needs_of(*decoded, here);
  here[{5}] = {100};
  here[{9}] = {6};
  CHECK_FALSE(all_met(needs, here));
  here[{9}] = {7};
  CHECK_FALSE(all_met(needs, here));
  here[{8}] = {3};
  CHECK(all_met(needs, here));
}

TEST_CASE("Needs: where an update ends") {
  const auto ends = ends_of(update({2, 1, 7, 3, gc, 2, 1, 8, 0, gc, 1, 1, 9, 1, 4, 3}));
  CHECK(ends == crdt::StateVector{{{7}, {5}}, {{8}, {1}}});
  CHECK(ends_of({}).empty());
}

}  // namespace
}  // namespace assay::server
