// Random use of a RoomStore, the same for every store: two that are driven by the same seed must give the
// same answers.
#pragma once

#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "storage/room_store.h"

namespace assay::storage {

// Names that are hard on keys: beginnings of one another, with NUL, FF, the key's own terminator, and of full
// length.
inline const std::vector<std::string>& hard_names() {
  using namespace std::string_literals;
  static const std::vector<std::string> names = {"a",
                                                 "ab",
                                                 "a~comments",
                                                 "a\0"s,
                                                 "a\0b"s,
                                                 "a\x01"s,
                                                 "a\0\x01"s,
                                                 "a\0\xff"s,
                                                 "\xff"s,
                                                 "\xff\xff"s,
                                                 "R\xc3\xa9sum\xc3\xa9",
                                                 std::string(256, 'x'),
                                                 std::string(255, 'x'),
                                                 std::string(256, '\0')};
  return names;
}

class RandomOperations {
 public:
  explicit RandomOperations(std::uint32_t seed) : random_(seed) {}

  // One random act on `store`; what it answered, as text to compare.
  std::string step(RoomStore& store) {
    const auto& room = hard_names()[pick(hard_names().size())];
    switch (pick(12)) {
      case 0:
        return describe(store.load(room));
      case 1:
        return describe(store.history(room, pick(6), 1 + pick(40)));
      case 2:
        return std::to_string(store.exists(room));
      case 3:
        return describe_rooms(store);
      case 4:
        return describe_records(store, kind(), key().substr(0, pick(3)));
      case 5:
        return store.record(kind(), key()).value_or("(none)");
      case 6: {
        const auto at = pick(2) == 0 ? store.load(room).last_sequence : pick(20);
        return settle(store, [&](Completion done) {
          store.checkpoint(room, {at, bytes(pick(600))}, std::move(done));
        });
      }
      case 7: {
        if (pick(4) != 0) return {};
        store.erase(room);
        return "erased";
      }
      default:
        return settle(store, [&](Completion done) { store.append(write(store, room), std::move(done)); });
    }
  }

  static std::string describe_all(RoomStore& store) {
    std::string out = describe_rooms(store);
    for (const auto& info : store.list())
      out += describe(store.load(info.name)) + describe(store.history(info.name, 1, ~0ull));
    for (const auto* kind : {"user", "us", "role"}) out += describe_records(store, kind, "");
    return out;
  }

 private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  std::string kind() { return std::vector<std::string>{"user", "us", "role"}[pick(3)]; }
  std::string key() { return hard_names()[pick(hard_names().size())]; }
  Bytes bytes(std::size_t size) {
    Bytes out(size);
    for (auto& byte : out) byte = static_cast<std::uint8_t>(random_());
    return out;
  }

  Write write(RoomStore& store, const std::string& room) {
    Write out{room, {}, {}};
    auto next = store.load(room).last_sequence + 1;
    if (pick(20) == 0) next += pick(3);  // some do not continue the log, and are refused
    for (auto n = pick(5); n > 0; --n)
      out.entries.push_back({next++, static_cast<std::int64_t>(random_()), key(), bytes(pick(300))});
    for (auto n = pick(3); n > 0; --n) {
      out.records.push_back(
          {kind(), key(), pick(4) == 0 ? std::nullopt : std::optional(std::to_string(random_()))});
    }
    return out;
  }

  template <class Act>
  static std::string settle(RoomStore& store, Act act) {
    std::string answer = "never";
    act([&](Outcome outcome, const std::string& error) {
      answer = outcome == Outcome::durable ? "durable" : error;
    });
    store.recover();  // returns once all is settled
    return answer;
  }

  static std::string text(const Bytes& bytes) { return std::string(bytes.begin(), bytes.end()); }
  static std::string describe(const std::vector<LogEntry>& entries) {
    std::ostringstream out;
    for (const auto& e : entries)
      out << e.sequence << ' ' << e.time_ms << ' ' << e.user << ' ' << text(e.update) << '\n';
    return out.str();
  }
  static std::string describe(const RoomState& state) {
    std::ostringstream out;
    if (state.checkpoint)
      out << "at " << state.checkpoint->sequence << ' ' << text(state.checkpoint->state) << '\n';
    out << describe(state.tail) << state.last_sequence;
    return out.str();
  }
  static std::string describe_rooms(RoomStore& store) {
    std::ostringstream out;
    for (const auto& i : store.list()) {
      out << i.name << ' ' << i.last_sequence << ' ' << i.created_ms << ' ' << i.changed_ms << ' '
          << i.log_bytes << '\n';
    }
    return out.str();
  }
  static std::string describe_records(RoomStore& store, const std::string& kind, const std::string& prefix) {
    std::string out;
    for (const auto& r : store.records(kind, prefix))
      out += r.kind + '/' + r.key + '=' + r.value.value_or("?") + '\n';
    return out;
  }

  std::mt19937 random_;
};

}  // namespace assay::storage
