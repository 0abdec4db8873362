#include "crdt/update.h"

#include <catch2/catch.hpp>

#include "crdt/awareness.h"
#include "crdt/document.h"
#include "crdt/hex_for_tests.h"

using namespace assay::crdt;

namespace {

// One document of client 7, written by Yjs: text with formats, an embed and a pair; a map with an array; XML.
const char* const golden_v1 =
    "0112070004010474657874016881070003840703016f8407040b20f09d92b320776f726c6446070004626f6c640474727565c607"
    "04070504626f"
    "6c64046e756c6cc5070f07050d7b22696d616765223a2278227d2101036d61700161022701036d6170016e0008000713027d017d"
    "028307150109"
    "070103786d6c0301702800071702696401770171070007170604000719016884071a016946071a02656d027b7dc6071a071b0265"
    "6d046e756c6c"
    "01070201031102";
const char* const golden_v2 =
    "00030003020247100c00060200160805000004020005000a002a02210400810084014600c600c500210027000800830007002800"
    "07000400840046"
    "00c63f2d74657874686f20f09d92b320776f726c64626f6c64626f6c646d6170616d61706e786d6c7069646869656d656d044100"
    "094400030103"
    "01030102410042000701020000010000030003060403420001011200787e760105696d6167657701787d017d0201097701717600"
    "7e0107020102"
    "0d01";

struct BadCase {
  const char* name;
  const char* hex;
  DecodeError error;
};
const BadCase bad_cases[] = {
    {"nothing", "", DecodeError::truncated},
    {"more clients than bytes", "05", DecodeError::truncated},
    {"more structs than bytes", "01ff01", DecodeError::truncated},
    {"an unknown content",
     "010101000b"
     "00",
     DecodeError::bad_tag},
    {"an unknown type",
     "010101000701016107"
     "00",
     DecodeError::bad_tag},
    {"a text that is no UTF-8",
     "0101010004010161"
     "01ff"
     "00",
     DecodeError::bad_utf8},
    {"bytes behind the end", "000000", DecodeError::trailing_bytes},
    {"clocks past 2^53",
     "010101ffffffffffffff0f"
     "0005"
     "00",
     DecodeError::too_large},
    {"a deletion past 2^53", "00010101ffffffffffffff0f05", DecodeError::too_large},
    {"a collected range of 2^31", "0101010000808080800800", DecodeError::too_large},
    {"a deleted item of 2^31",
     "010101000101016180808080"
     "0800",
     DecodeError::too_large},
    {"an embed that is no JSON",
     "0101010005010161"
     "027b5b"
     "00",
     DecodeError::bad_tag},
};

std::string decode_and_encode(ByteView bytes, UpdateFormat from, UpdateFormat to) {
  const auto update = Update::decode(bytes, from);
  REQUIRE(update);
  Document document;
  document.apply(*update);
  return to_hex(document.encode_since({}, to));
}

}  // namespace

TEST_CASE("A document of Yjs's comes out as it went in, in both formats") {
  const Bytes v1 = from_hex(golden_v1), v2 = from_hex(golden_v2);
  CHECK(decode_and_encode(v1, UpdateFormat::v1, UpdateFormat::v1) == golden_v1);
  CHECK(decode_and_encode(v1, UpdateFormat::v1, UpdateFormat::v2) == golden_v2);
  CHECK(decode_and_encode(v2, UpdateFormat::v2, UpdateFormat::v1) == golden_v1);
  CHECK(decode_and_encode(v2, UpdateFormat::v2, UpdateFormat::v2) == golden_v2);
}

TEST_CASE("Update: what cannot be read is told") {
  for (const auto& c : bad_cases) {
    INFO(c.name);
    const Bytes bytes = from_hex(c.hex);
    const auto update = Update::decode(bytes);
    REQUIRE_FALSE(update);
    CHECK(to_string(update.error()) == std::string(to_string(c.error)));
  }
}

TEST_CASE("Update: cut anywhere it is refused, never misread") {
  const Bytes v1 = from_hex(golden_v1), v2 = from_hex(golden_v2);
  for (std::size_t n = 0; n < v1.size(); ++n) CHECK_FALSE(Update::decode(ByteView(v1).first(n)));
  for (std::size_t n = 0; n < v2.size(); ++n)
    CHECK_FALSE(Update::decode(ByteView(v2).first(n), UpdateFormat::v2));
}

TEST_CASE("Update: nesting of values is bounded") {
  Bytes bytes = from_hex("010101000801016101");
  for (int i = 0; i < 101; ++i) bytes.insert(bytes.end(), {117, 1});
  bytes.insert(bytes.end(), {126, 0});
  const auto update = Update::decode(bytes);
  REQUIRE_FALSE(update);
  CHECK(update.error() == DecodeError::too_deep);
}

TEST_CASE("State vectors: written with the highest client first, read with a bound") {
  const StateVector vector{{ClientId{1}, Clock{5}}, {ClientId{300}, Clock{7}}};
  const Bytes bytes = encode_state_vector(vector);
  CHECK(to_hex(bytes) == "02ac02070105");
  const auto read = decode_state_vector(bytes);
  REQUIRE(read);
  CHECK(*read == vector);
  const auto bounded = decode_state_vector(bytes, 1);
  REQUIRE_FALSE(bounded);
  CHECK(bounded.error() == DecodeError::too_large);
  CHECK_FALSE(decode_state_vector(from_hex("0201")));
}

TEST_CASE("State vector of an update counts what follows clock 0 without a gap") {
  const Bytes bytes = from_hex(golden_v1);
  const auto vector = state_vector_of(bytes);
  REQUIRE(vector);
  CHECK(*vector == StateVector{{ClientId{7}, Clock{30}}});
  const auto late = diff_update(bytes, {{ClientId{7}, Clock{3}}});
  REQUIRE(late);
  CHECK(state_vector_of(*late)->empty());
}

TEST_CASE("A diff and what came before make the whole") {
  const Bytes whole = from_hex(golden_v1);
  Document document;
  document.apply(*Update::decode(whole));
  for (std::uint64_t clock = 0; clock <= 30; ++clock) {
    INFO(clock);
    const auto late = diff_update(whole, {{ClientId{7}, Clock{clock}}});
    REQUIRE(late);
    const Bytes from_document = document.encode_since({{ClientId{7}, Clock{clock}}});
    CHECK(to_hex(*late) == to_hex(from_document));
    const ByteView both[] = {*late, whole};
    const auto merged = merge_updates(both);
    REQUIRE(merged);
    Document again;
    again.apply(*Update::decode(*merged));
    CHECK(to_hex(again.encode_since()) == golden_v1);
  }
}

// Yjs leaves the bit for "in a map" out where the key is not repeated, but not on what is left of a struct
// that it cut.
TEST_CASE("The rest of a map entry that was cut says that it is in a map, in both formats") {
  const Bytes set = from_hex("010107002801016d0161017800"),
              all = from_hex("010107002101016d0161020107010002");
  const auto v2 = [](const Bytes& v1) { return *convert_update(v1, UpdateFormat::v1, UpdateFormat::v2); };
  const Bytes set2 = v2(set), all2 = v2(all);
  const ByteView first[] = {set, all}, second[] = {set2, all2};
  CHECK(to_hex(*merge_updates(first)) == "010207002801016d01610178a10700010107010002");
  CHECK(to_hex(*merge_updates(second, UpdateFormat::v2)) ==
        "0000024700010000032800a105026d614100010100024100010200780107010001");
  const StateVector since{{ClientId{7}, Clock{1}}};
  CHECK(to_hex(*diff_update(all, since)) == "01010701a10700010107010002");
  CHECK(to_hex(*diff_update(all2, since, UpdateFormat::v2)) ==
        "000002470001000001a10100000001010101010107010001");
  CHECK(to_hex(v2(*merge_updates(first))) ==
        "00000247000100000328008105026d614100010100024100010200780107010001");
}

TEST_CASE("Formats are converted without a document") {
  const Bytes v1 = from_hex(golden_v1);
  const auto v2 = convert_update(v1, UpdateFormat::v1, UpdateFormat::v2);
  REQUIRE(v2);
  const auto back = convert_update(*v2, UpdateFormat::v2, UpdateFormat::v1);
  REQUIRE(back);
  CHECK(decode_and_encode(*back, UpdateFormat::v1, UpdateFormat::v1) == golden_v1);
}

TEST_CASE("Awareness: read, bounded, written back") {
  const Bytes bytes = from_hex("020103047b7d20200205046e756c6c");
  const auto entries = decode_awareness(bytes);
  REQUIRE(entries);
  REQUIRE(entries->size() == 2);
  CHECK((*entries)[0].client == ClientId{1});
  CHECK((*entries)[0].clock == 3);
  CHECK((*entries)[1].state == "null");
  CHECK(encode_awareness(*entries) == bytes);
  AwarenessLimits tight;
  tight.state_bytes_max = 3;
  CHECK(decode_awareness(bytes, tight).error() == DecodeError::too_large);
  for (std::size_t n = 0; n < bytes.size(); ++n) CHECK_FALSE(decode_awareness(ByteView(bytes).first(n)));
  CHECK(decode_awareness(from_hex("0000")).error() == DecodeError::trailing_bytes);
}
