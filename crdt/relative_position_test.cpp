#include "crdt/relative_position.h"

#include <catch2/catch.hpp>

#include "crdt/hex_for_tests.h"
#include "crdt/snapshot.h"

using namespace assay::crdt;

namespace {

// "ho" (bold), an embed, " \U0001d4b3 world"; written by Yjs.
const char* const text_document =
    "0107070004010474657874016881070003840703016f8407040b20f09d92b320776f726c6446070004626f6c640474727565c607"
    "04070504626f"
    "6c64046e756c6cc5070f07050d7b22696d616765223a2278227d01070101"
    "03";

struct PlaceCase {
  std::uint64_t index;
  std::int64_t side;
  const char* hex;  // as Yjs encodes it
};
const PlaceCase place_cases[] = {
    {0, 0, "00070000"},  {0, -1, "01047465787441"}, {3, 0, "00070500"},
    {3, -1, "00071041"}, {12, 0, "01047465787400"}, {12, -1, "00070d41"},
};

}  // namespace

TEST_CASE("Relative positions are those of Yjs, and resolve to where they were made") {
  const Bytes bytes = from_hex(text_document);
  const auto update = Update::decode(bytes);
  REQUIRE(update);
  Document document;
  document.apply(*update);
  const TypeRef text = document.root("text", TypeKind::text);
  REQUIRE(document.length(text) == 12);
  for (const auto& c : place_cases) {
    INFO(c.index << " " << c.side);
    const RelativePosition position = relative_position(document, text, c.index, c.side);
    CHECK(to_hex(encode_relative_position(position)) == c.hex);
    const Bytes encoded = from_hex(c.hex);
    const auto decoded = decode_relative_position(encoded);
    REQUIRE(decoded);
    const auto place = resolve(document, *decoded);
    REQUIRE(place);
    CHECK(place->index == c.index);
    CHECK(place->type == text);
    CHECK(relative_position_from_any(relative_position_to_any(position)) == position);
  }
}

TEST_CASE("A position stays with its word") {
  Document document;
  const TypeRef text = document.root("text", TypeKind::text);
  Transaction(document, ClientId{1}).insert_text(text, 0, "one two three");
  const RelativePosition two = relative_position(document, text, 4);
  Transaction(document, ClientId{2}).insert_text(text, 0, "zero ");
  CHECK(resolve(document, two)->index == 9);
  Transaction(document, ClientId{2}).remove(text, 8, 5);
  CHECK(resolve(document, two)->index == 8);
}

TEST_CASE("What is not here does not resolve") {
  Document document;
  RelativePosition position;
  position.item = ItemId{ClientId{9}, Clock{0}};
  CHECK_FALSE(resolve(document, position));
  position = {};
  position.root = "nothing";
  CHECK_FALSE(resolve(document, position));
  CHECK_FALSE(decode_relative_position(from_hex("03")));
  CHECK_FALSE(decode_relative_position(from_hex("0007")));
  CHECK_FALSE(relative_position_from_any(Any(1)));
}

TEST_CASE("A snapshot is written as Yjs writes it, and tells what it holds") {
  const Bytes bytes = from_hex(text_document);
  Document document;
  const auto update = Update::decode(bytes);
  document.apply(*update);
  const Snapshot snapshot = take_snapshot(document);
  CHECK(to_hex(encode_snapshot(snapshot)) ==
        "0107010103"
        "010711");
  const auto read = decode_snapshot(encode_snapshot(snapshot));
  REQUIRE(read);
  CHECK(*read == snapshot);
  CHECK(contains(snapshot, *update));
  CHECK_FALSE(contains(take_snapshot(Document()), *update));
}

TEST_CASE("The document as it was, when nothing is collected") {
  DocumentOptions keep;
  keep.gc = false;
  Document document(keep);
  const TypeRef text = document.root("text", TypeKind::text);
  Transaction(document, ClientId{1}).insert_text(text, 0, "hello world");
  const Snapshot then = take_snapshot(document);
  Transaction(document, ClientId{1}).insert_text(text, 11, "!");
  Transaction(document, ClientId{2}).remove(text, 0, 6);
  CHECK(document.text(text) == "world!");
  auto past = document_at(document, then);
  REQUIRE(past);
  CHECK(past->text(past->root("text", TypeKind::text)) == "hello world");
  CHECK(document.text(text) == "world!");
  Document forgetting;
  CHECK_FALSE(document_at(forgetting, then));
  Snapshot unknown = then;
  unknown.state[ClientId{5}] = Clock{3};
  CHECK_FALSE(document_at(document, unknown));
}
