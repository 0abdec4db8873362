// The list of a client's structs against a plain array of the same.
#include "crdt/struct_list.h"

#include <catch2/catch.hpp>
#include <random>

namespace assay::crdt {
namespace {

struct Told {
  std::uint64_t clock;
  Index item;
};

struct Both {
  StructList list;
  std::vector<Told> model;
  std::uint64_t end = 0;  // the clock that comes next

  std::size_t place_of(std::uint64_t clock) const {
    const auto behind = std::upper_bound(model.begin(), model.end(), clock,
                                         [](std::uint64_t at, const Told& told) { return at < told.clock; });
    return static_cast<std::size_t>(behind - model.begin()) - 1;
  }
  std::uint64_t end_of(std::size_t at) const { return at + 1 < model.size() ? model[at + 1].clock : end; }

  void append(Index item, std::uint64_t length) {
    list.append(end, item);
    model.push_back({end, item});
    end += length;
  }
  void append_rows(Index item, const std::vector<std::uint32_t>& lengths) {
    std::vector<Row> rows;
    for (const std::uint32_t length : lengths) rows.push_back({0, 0, length});
    list.append(end, item, rows);
    for (const std::uint32_t length : lengths) {
      model.push_back({end, item++});
      end += length;
    }
  }
  bool cut(std::uint64_t clock, Index item) {
    const std::size_t at = place_of(clock);
    if (model[at].clock == clock) return false;
    list.insert_after(list.find(clock), clock, item);
    model.insert(model.begin() + static_cast<std::ptrdiff_t>(at) + 1, {clock, item});
    return true;
  }
  bool merge_left(std::uint64_t clock) {
    const std::size_t at = place_of(clock);
    if (at == 0) return false;
    list.erase(list.find(clock));
    model.erase(model.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
  }
  bool move_begin(std::uint64_t clock, std::mt19937_64& random) {
    const std::size_t at = place_of(clock);
    if (at == 0) return false;
    const std::uint64_t from = model[at - 1].clock + 1, to = end_of(at) - 1;
    const std::uint64_t moved = from + random() % (to - from + 1);
    list.move_begin(list.find(clock), moved);
    model[at].clock = moved;
    return true;
  }
};

void check_same(const Both& both) {
  REQUIRE(both.list.size() == both.model.size());
  if (both.model.empty()) return;
  REQUIRE(both.list.last() == both.model.back().item);
  std::size_t at = 0;
  both.list.visit_from({}, [&](Index item) { REQUIRE(item == both.model[at++].item); });
  REQUIRE(at == both.model.size());
  StructList::Place place;
  for (at = 0;; ++at) {
    REQUIRE(both.list.at(place) == both.model[at].item);
    REQUIRE(both.list.first(place) == (at == 0));
    if (!both.list.next(place)) break;
  }
  for (place = both.list.last_place();; --at) {
    REQUIRE(both.list.at(place) == both.model[at].item);
    if (both.list.first(place)) break;
    both.list.previous(place);
  }
  REQUIRE(at == 0);
}

void check_find(const Both& both, std::uint64_t clock) {
  const std::size_t at = both.place_of(clock);
  const StructList::Place place = both.list.find(clock);
  REQUIRE(both.list.at(place) == both.model[at].item);
  REQUIRE(both.list.count_from(place) == both.model.size() - at);
}

}  // namespace

TEST_CASE("The list of structs holds what an array would", "[crdt]") {
  const auto seed = std::random_device()();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 60; ++round) {
    Both both;
    // Lengths of which some hundred do not fit into the 32 bits of a block, or all do.
    const std::uint64_t length_max = round % 3 == 0 ? struct_length_max : round % 3 == 1 ? 3 : 1000;
    const auto length = [&] { return 1 + random() % length_max; };
    Index next = 1;
    for (int step = 0; step < 400; ++step) {
      const auto what = random() % 10;
      if (both.model.empty() || what < 3) {
        if (random() % 8 == 0) next += 5;
        both.append(next++, length());
      } else if (what == 3) {
        std::vector<std::uint32_t> lengths(random() % 400);
        for (auto& one : lengths)
          one =
              static_cast<std::uint32_t>(1 + random() % std::min<std::uint64_t>(length_max, Row::length_max));
        both.append_rows(next, lengths);
        next += static_cast<Index>(lengths.size());
      } else if (what < 7) {
        next += both.cut(random() % both.end, next);
      } else if (what == 7) {
        both.move_begin(random() % both.end, random);
      } else {
        both.merge_left(random() % both.end);
      }
      for (int i = 0; i < 3; ++i) check_find(both, random() % both.end);
    }
    check_same(both);
  }
}

TEST_CASE("A loaded list keeps a clock for each struct and no more", "[crdt]") {
  StructList list;
  const std::vector<Row> rows(10'000, Row{0, 0, 7});
  list.append(0, 1, rows);
  CHECK(list.memory_bytes() < 5 * rows.size());
  const std::size_t before = list.memory_bytes();
  list.insert_after(list.find(35'003), 35'003, 10'001);
  CHECK(list.memory_bytes() < before + 4'096);
  CHECK(list.at(list.find(35'002)) == 5'001);
  CHECK(list.at(list.find(35'003)) == 10'001);
  CHECK(list.at(list.find(35'007)) == 5'002);
}

}  // namespace assay::crdt
