#include "storage/values.h"

#include <catch2/catch.hpp>

namespace assay::storage {

using namespace std::string_literals;

TEST_CASE("values: bytes") {
  CHECK(encode_entry({7, 258, "eve", {0xaa, 0xbb}}) ==
        "\x01\0\0\0\0\0\0\x01\x02\0\x03"
        "eve\xaa\xbb"s);
  CHECK(encode_entry({7, -1, "", {}}) == "\x01\xff\xff\xff\xff\xff\xff\xff\xff\0\0"s);
  CHECK(encode_checkpoint({9, {1, 2}}) == "\x01\x01\x02"s);
  CHECK(encode_record("{}") == "\x01{}"s);
  CHECK(RoomSummary{5, 1, 2, 3, 4}.encode() ==
        "\x01\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x04"s);
}

TEST_CASE("values: there and back") {
  const LogEntry entry{7, -5, "R\xc3\xa9\0x"s, {0, 1, 2, 255}};
  const auto read = decode_entry(7, encode_entry(entry));
  REQUIRE(read);
  CHECK(read->sequence == 7);
  CHECK(read->time_ms == -5);
  CHECK(read->user == entry.user);
  CHECK(read->update == entry.update);
  const RoomSummary summary{~0ull, -1, 1, 1ull << 50, 17};
  CHECK(RoomSummary::decode(summary.encode()) == summary);
  CHECK(decode_checkpoint(3, encode_checkpoint({3, {4}}))->state == Bytes{4});
  CHECK(decode_record(encode_record("")) == "");
}

TEST_CASE("values: what cannot be one is none") {
  const auto summary = RoomSummary{5, 1, 2, 3, 4}.encode();
  struct Case {
    const char* name;
    bool decoded;
  };
  const Case cases[] = {
      {"summary: empty", RoomSummary::decode("").has_value()},
      {"summary: short", RoomSummary::decode(summary.substr(0, 40)).has_value()},
      {"summary: long", RoomSummary::decode(summary + "x").has_value()},
      {"summary: other version", RoomSummary::decode("\x02" + summary.substr(1)).has_value()},
      {"summary: checkpoint after the end",
       RoomSummary::decode(RoomSummary{5, 1, 2, 3, 6}.encode()).has_value()},
      {"entry: empty", decode_entry(1, "").has_value()},
      {"entry: short", decode_entry(1, "\x01\0\0\0\0\0\0\0\0\0"s).has_value()},
      {"entry: user longer than the value", decode_entry(1, "\x01\0\0\0\0\0\0\0\0\0\x02u"s).has_value()},
      {"entry: other version", decode_entry(1, "\x03\0\0\0\0\0\0\0\0\0\0"s).has_value()},
      {"checkpoint: empty", decode_checkpoint(1, "").has_value()},
      {"checkpoint: other version", decode_checkpoint(1, "\x02").has_value()},
      {"record: empty", decode_record("").has_value()},
      {"record: other version", decode_record("\x02x").has_value()},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK_FALSE(c.decoded);
  }
}

}  // namespace assay::storage
