#include "storage/wal_check.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <random>

#include "storage/crc32c.h"

namespace assay::storage {
namespace {

using Kind = WalVerdict::Kind;

std::string little_endian(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> 8 * i & 0xff));
  return out;
}

// Writes records as RocksDB does.
class Log {
 public:
  Log& add(std::uint64_t sequence, std::uint32_t count, std::size_t size, char fill = 'x') {
    starts.push_back(bytes.size());
    std::string payload = little_endian(sequence, 8) + little_endian(count, 4) + std::string(size, fill);
    for (bool first = true;; first = false) {
      if (32768 - bytes.size() % 32768 < 7) bytes.append(32768 - bytes.size() % 32768, '\0');
      const auto room = 32768 - bytes.size() % 32768;
      const auto part = std::min(payload.size(), room - 7);
      const bool last = part == payload.size();
      const char type = static_cast<char>(first ? (last ? 1 : 2) : (last ? 4 : 3));
      const auto covered = type + payload.substr(0, part);
      const auto sum = crc32c(covered);
      bytes += little_endian((sum >> 15 | sum << 17) + 0xa282ead8u, 4) + little_endian(part, 2) + covered;
      payload.erase(0, part);
      if (last) break;
    }
    ends.push_back(bytes.size());
    return *this;
  }
  std::string bytes;
  std::vector<std::size_t> starts, ends;
};

Log many(std::size_t records, std::size_t size) {
  Log log;
  for (std::size_t i = 0; i < records; ++i) log.add(1 + 3 * i, 3, size);
  return log;
}

WalVerdict check(const std::string& bytes, std::optional<std::uint64_t> acknowledged = {}) {
  return check_wal({{4, bytes}}, 4,
                   acknowledged ? std::optional(WalPosition{4, *acknowledged}) : std::nullopt);
}

}  // namespace

TEST_CASE("crc32c: the known value") { CHECK(crc32c("123456789") == 0xe3069283u); }

TEST_CASE("log check: names") {
  CHECK(wal_name(4) == "000004.log");
  CHECK(wal_name(12345678) == "12345678.log");
  CHECK(parse_wal_name("000004.log") == 4u);
  CHECK(parse_wal_name("12345678.log") == 12345678u);
  for (const auto* name : {"", ".log", "x.log", "4x.log", "-4.log", "000004.sst", "LOG", "LOG.old"}) {
    CAPTURE(name);
    CHECK_FALSE(parse_wal_name(name));
  }
}

TEST_CASE("log check: whole, whatever its records measure") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  CHECK(check("").kind == Kind::whole);
  for (int round = 0; round < 50; ++round) {
    Log log;
    std::uint64_t sequence = 1 + random() % 1000;
    for (auto n = 1 + random() % 40; n > 0; --n) {
      const auto count = static_cast<std::uint32_t>(random() % 5);
      // Also such that a header just fits into its block, or just does not.
      const auto left = 32768 - log.bytes.size() % 32768;
      const auto size = random() % 3 == 0 && left > 60 ? left - 20 - random() % 24 : random() % 70'000;
      log.add(sequence, count, size);
      sequence += count;
    }
    const auto verdict = check(log.bytes, log.bytes.size());
    INFO(verdict.why);
    REQUIRE(verdict.kind == Kind::whole);
    REQUIRE(verdict.next_sequence == sequence);
  }
}

TEST_CASE("log check: damage in the middle is told in every block, the last one too") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  struct Case {
    const char* name;
    std::function<void(std::string&, std::size_t record)> spoil;  // at the record's header
  };
  const Case cases[] = {
      {"a bit of the payload", [](auto& bytes, auto at) { bytes[at + 30] ^= 1; }},
      {"a bit of the checksum", [](auto& bytes, auto at) { bytes[at] ^= 1; }},
      {"a longer length, low byte", [](auto& bytes, auto at) { bytes[at + 4] ^= 7; }},
      {"a longer length, high byte", [](auto& bytes, auto at) { bytes[at + 5] ^= 0x40; }},
      {"the type", [](auto& bytes, auto at) { bytes[at + 6] ^= 0x40; }},
      {"the type of another part", [](auto& bytes, auto at) { bytes[at + 6] ^= 3; }},
      {"a header of zeros", [](auto& bytes, auto at) { std::fill_n(bytes.begin() + at, 7, '\0'); }},
      {"a sector of zeros",
       [](auto& bytes, auto at) { std::fill_n(bytes.begin() + at / 512 * 512, 512, '\0'); }},
      {"a page of zeros",
       [](auto& bytes, auto at) { std::fill_n(bytes.begin() + at / 4096 * 4096, 4096, '\0'); }},
  };
  for (const std::size_t size : {40u, 300u, 5'000u, 40'000u}) {
    const auto log = many(150'000 / size, size);
    const auto left = 4096 + 2 * (size + 100);  // so that a whole record stands behind the damage
    for (const auto& c : cases) {
      for (int round = 0; round < 12; ++round) {
        CAPTURE(size, c.name, round);
        // Half of them within the last block.
        std::vector<std::size_t> may;
        for (const auto start : log.starts) {
          if (start + left < log.bytes.size() && (round % 2 == 0 || start + 32768 + left > log.bytes.size()))
            may.push_back(start);
        }
        if (may.empty()) continue;
        auto bytes = log.bytes;
        c.spoil(bytes, may[random() % may.size()]);
        if (bytes == log.bytes) continue;  // zeros were there
        const auto verdict = check(bytes);
        INFO(verdict.why);
        CHECK(verdict.kind == Kind::damaged);
      }
    }
  }
}

TEST_CASE("log check: what a power cut leaves of the last write is a torn end, unless it was acknowledged") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (const std::size_t size : {1u, 40u, 300u, 5'000u, 40'000u, 200'000u}) {
    for (int round = 0; round < 60; ++round) {
      CAPTURE(size, round);
      auto log = many(1 + random() % 20, 1 + random() % 3'000);
      const auto before = log.bytes.size();
      const auto sequence = check(log.bytes).next_sequence;
      log.add(sequence, 1, size, static_cast<char>(random()));
      auto bytes = log.bytes;
      if (round % 2 == 0) bytes.resize(before + 1 + random() % (bytes.size() - before - 1));
      if (round % 3 != 0) {
        for (auto at = before; at < bytes.size(); at += 512 - at % 512) {
          if (random() % 2 != 0) continue;
          std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), at + 512 - at % 512)),
                    '\0');
        }
      }
      if (bytes == log.bytes) continue;
      const auto verdict = check(bytes, before);
      INFO(verdict.why);
      CHECK(verdict.kind == (bytes.size() == before ? Kind::whole : Kind::torn));
      CHECK(verdict.next_sequence == sequence);
      CHECK(check(bytes, before + 1).kind == Kind::damaged);
      for (const auto& end : verdict.ends) bytes.resize(end.bytes);
      CHECK(check(bytes, before).kind == Kind::whole);
      CHECK(bytes.size() == before);
    }
  }
}

TEST_CASE("log check: what was acknowledged has to be there") {
  const auto log = many(100, 500);
  for (std::size_t i = 0; i < log.ends.size(); ++i) {
    const auto cut = log.bytes.substr(0, log.ends[i]);
    CHECK(check(cut).kind == Kind::whole);  // nobody can tell
    CHECK(check(cut, log.ends[i]).kind == Kind::whole);
    CHECK(check(cut, log.ends[i] + 1).kind == Kind::damaged);
  }
  struct Case {
    const char* name;
    std::vector<WalFile> live;
    std::uint64_t oldest;
    std::optional<WalPosition> acknowledged;
    Kind kind;
  };
  const auto first = Log().add(1, 2, 50).add(3, 2, 50), second = Log().add(5, 1, 50).add(6, 1, 50),
             goes_on = Log().add(5, 0, 0), from_torn = Log().add(7, 0, 0), other = Log().add(9, 1, 50);
  const auto torn = first.bytes + std::string(300, '\0');
  const auto size = [](const Log& file) { return std::uint64_t{file.bytes.size()}; };
  const Case cases[] = {
      {"two files", {{4, first.bytes}, {9, second.bytes}}, 4, {{9, size(second)}}, Kind::whole},
      {"an older position", {{4, first.bytes}, {9, second.bytes}}, 4, {{4, 20}}, Kind::whole},
      {"the last is gone", {{4, first.bytes}}, 4, {{9, 1}}, Kind::damaged},
      {"all are gone", {}, 4, {{4, 1}}, Kind::damaged},
      {"nothing was acknowledged in it", {}, 4, {{4, 0}}, Kind::whole},
      {"it is in the tables", {}, 10, {{9, 500}}, Kind::whole},
      {"nothing is known", {}, 4, {}, Kind::whole},
      {"emptied", {{4, ""}}, 4, {{4, 1}}, Kind::damaged},
      {"torn, then a new file that goes on from there", {{4, torn}, {9, goes_on.bytes}}, 4, {}, Kind::torn},
      {"torn, then an empty file", {{4, torn}, {9, ""}}, 4, {{4, size(first)}}, Kind::torn},
      {"torn, then a file torn at once", {{4, torn}, {9, "xyz"}}, 4, {}, Kind::torn},
      {"torn, then a file that begins later", {{4, torn}, {9, from_torn.bytes}}, 4, {}, Kind::damaged},
      {"torn, then one with writes", {{4, torn}, {9, second.bytes}}, 4, {}, Kind::damaged},
      {"torn, then one with later writes", {{4, torn}, {9, other.bytes}}, 4, {}, Kind::damaged},
      {"no record is whole, then one is",
       {{4, std::string(300, '\0')}, {9, second.bytes}},
       4,
       {},
       Kind::damaged},
      {"zeros behind", {{4, torn}}, 4, {{4, size(first)}}, Kind::torn},
      // What lay on the disk where the file grew: older records are no proof of damage.
      {"older records behind a torn end", {{4, second.bytes + "torn" + first.bytes}}, 4, {}, Kind::torn},
      {"a later record behind damage",
       {{4, first.bytes + Log().add(5, 1, 9).bytes + "torn" + other.bytes}},
       4,
       {},
       Kind::damaged},
  };
  for (const auto& c : cases) {
    const auto verdict = check_wal(c.live, c.oldest, c.acknowledged);
    INFO(c.name << ": " << verdict.why);
    CHECK(verdict.kind == c.kind);
    CHECK(verdict.why.empty() == (verdict.kind == Kind::whole));
    CHECK((verdict.dropped != 0) == (verdict.kind == Kind::torn));
  }
}

}  // namespace assay::storage
