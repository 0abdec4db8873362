#include "storage/keys.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "storage/random_operations.h"

namespace assay::storage {

using namespace std::string_literals;

TEST_CASE("EntryKey: bytes") {
  struct Case {
    const char* name;
    EntryKey key;
    std::string bytes;
  };
  const Case cases[] = {
      {"plain", {"ab", 258}, "ab\0\x01\0\0\0\0\0\0\x01\x02"s},
      {"a NUL in the name",
       {"a\0b"s, 1},
       "a\0\xff"
       "b\0\x01\0\0\0\0\0\0\0\x01"s},
      {"the last sequence", {"", ~0ull}, "\0\x01\xff\xff\xff\xff\xff\xff\xff\xff"s},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(c.key.encode() == c.bytes);
    const auto back = EntryKey::decode(c.bytes);
    REQUIRE(back);
    CHECK(back->room == c.key.room);
    CHECK(back->sequence == c.key.sequence);
  }
}

TEST_CASE("EntryKey: bytes that are no key") {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"no terminator", "abc"},
      {"ends in an escape", "abc\0"s},
      {"an unknown escape", "a\0\x02\0\x01\0\0\0\0\0\0\0\x01"s},
      {"no sequence", "a\0\x01"s},
      {"a short sequence", "a\0\x01\0\0\0\0\0\0\x01"s},
      {"a long sequence", "a\0\x01\0\0\0\0\0\0\0\x01\0"s},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK_FALSE(EntryKey::decode(c.bytes));
  }
}

TEST_CASE("EntryKey: sorts by name, then sequence, and rooms do not overlap") {
  std::vector<std::pair<std::string, std::uint64_t>> entries;
  for (const auto& name : hard_names()) {
    for (const std::uint64_t sequence : {0ull, 1ull, 255ull, 256ull, 1ull << 40, ~0ull})
      entries.emplace_back(name, sequence);
  }
  std::sort(entries.begin(), entries.end());
  std::string before;
  for (const auto& [name, sequence] : entries) {
    const auto bytes = EntryKey{name, sequence}.encode();
    CHECK(before < bytes);
    before = bytes;
    for (const auto& room : hard_names()) {
      const auto range = EntryKey::all_of(room);
      CHECK((range.first <= bytes && bytes < range.end) == (room == name));
    }
  }
}

TEST_CASE("RecordKey: a range holds exactly the keys of its kind with its prefix") {
  const auto& names = hard_names();
  for (const auto& kind : names) {
    for (const auto& key : names) {
      const auto bytes = RecordKey{kind, key}.encode();
      const auto back = RecordKey::decode(bytes);
      REQUIRE(back);
      CHECK((back->kind == kind && back->key == key));
      for (const auto& other : names) {
        for (const auto& prefix : {""s, "a"s, "\0"s, "\xff"s, "\xff\xff"s}) {
          const auto range = RecordKey::all_of(other, prefix);
          CHECK((range.first <= bytes && bytes < range.end) == (other == kind && key.starts_with(prefix)));
        }
      }
    }
  }
}

TEST_CASE("EntryKey: random bytes decode to a key that encodes to them, or to none") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 100'000; ++i) {
    std::string bytes(random() % 16, '\0');
    for (auto& byte : bytes) byte = "\0\x01\xff\x61"[random() % 4];
    if (const auto key = EntryKey::decode(bytes)) REQUIRE(key->encode() == bytes);
    if (const auto key = RecordKey::decode(bytes)) REQUIRE(key->encode() == bytes);
  }
}

}  // namespace assay::storage
