// What a stranger may send to hurt: few bytes that say much, and updates that no client writes.
#include <catch2/catch.hpp>

#include "crdt/awareness.h"
#include "crdt/bytes.h"
#include "crdt/document.h"
#include "crdt/hex_for_tests.h"
#include "crdt/snapshot.h"

using namespace assay::crdt;

namespace {

Update decoded(ByteView bytes) {
  auto update = Update::decode(bytes);
  REQUIRE(update);
  return std::move(*update);
}

Applied feed(Document& document, const Bytes& bytes) { return document.apply(decoded(bytes)); }

// Arrays of client 7, each in the one before, the first in the root "root".
Bytes nested(std::uint64_t count) {
  Writer writer;
  for (const std::uint64_t number : {std::uint64_t{1}, count, std::uint64_t{7}, std::uint64_t{0}})
    writer.varint(number);
  for (std::uint64_t i = 0; i < count; ++i) {
    writer.byte(7);
    writer.varint(i ? 0 : 1);
    if (i) {
      writer.varint(7);
      writer.varint(i - 1);
    } else {
      writer.string("root");
    }
    writer.varint(0);
  }
  writer.varint(0);
  return writer.take();
}

Bytes deletion(std::uint64_t client, std::uint64_t clock, std::uint64_t length) {
  Writer writer;
  for (const std::uint64_t number :
       {std::uint64_t{0}, std::uint64_t{1}, client, std::uint64_t{1}, clock, length})
    writer.varint(number);
  return writer.take();
}

}  // namespace

TEST_CASE("Twenty thousand nested types go with one delete set of six bytes") {
  constexpr std::uint64_t count = 20'000;
  const Bytes whole = nested(count), removal = deletion(7, 0, 1);
  CHECK(removal.size() == 6);
  DocumentOptions deep;
  deep.type_nesting_max = count + 1;
  Document document(deep);
  CHECK(feed(document, whole).changed);
  CHECK(feed(document, removal).changed);
  CHECK(document.length(document.root("root", TypeKind::array)) == 0);
  CHECK(document.state_vector() == StateVector{{ClientId{7}, Clock{count}}});
  CHECK(document.encode_since().size() < 40);

  // As the server has it: the deep ones wait, and go too.
  Document bounded;
  const Applied applied = feed(bounded, whole);
  CHECK(applied.pending);
  CHECK_FALSE(applied.dropped);
  CHECK(bounded.state_vector() == StateVector{{ClientId{7}, Clock{1'000}}});
  CHECK(feed(bounded, removal).changed);
  CHECK(bounded.length(bounded.root("root", TypeKind::array)) == 0);
  CHECK(bounded.xml_string(bounded.root("root")).empty());
}

TEST_CASE("A count that the bytes cannot hold costs nothing") {
  const char* const huge = "ffffffffffffff0f";  // 2^53 - 1
  const std::string updates[] = {huge,
                                 std::string("01") + huge,
                                 std::string("0101") + huge,
                                 "0001" + std::string("01") + huge,
                                 std::string("00") + huge,
                                 "010101000801016" + std::string("1") + huge,
                                 "010101000201016" + std::string("1") + huge,
                                 "010101000401016" + std::string("1") + huge};
  for (const std::string& hex : updates) {
    INFO(hex);
    const Bytes bytes = from_hex(hex);
    CHECK_FALSE(Update::decode(bytes));
    CHECK_FALSE(Update::decode(bytes, UpdateFormat::v2));
  }
  const Bytes entries = from_hex(huge), ranges = from_hex(std::string("0101") + huge);
  CHECK_FALSE(decode_state_vector(entries));
  CHECK_FALSE(decode_awareness(entries));
  CHECK_FALSE(decode_snapshot(entries));
  CHECK_FALSE(decode_snapshot(ranges));
}

TEST_CASE("Deletions of what nobody has written stay bounded") {
  DocumentOptions options;
  options.pending_bytes_max = 64 * 1024;
  Document document(options);
  bool dropped = false;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    dropped = feed(document, deletion(1 + i % 3, i * 10, 1)).dropped || dropped;
    if (i % 1'000 == 0) CHECK(document.memory_bytes() < 256 * 1024);
  }
  CHECK(dropped);
  // Neighbours are one range, however many updates told them.
  Document tidy(options);
  for (std::uint64_t i = 0; i < 20'000; ++i) CHECK_FALSE(feed(tidy, deletion(1, i, 1)).dropped);
  CHECK(tidy.encode_since().size() < 20);
}

TEST_CASE("Collected ranges that wait are not glued to one that could never go in") {
  // Client 1: a range that ends at the last clock of all, and one behind it; both wait for what is before.
  Writer first, second;
  const std::uint64_t last = (std::uint64_t{1} << 42) - 1;
  for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{1}, std::uint64_t{1}, last - 10,
                                     std::uint64_t{0}, std::uint64_t{10}, std::uint64_t{0}})
    first.varint(number);
  for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{1}, std::uint64_t{1}, last,
                                     std::uint64_t{0}, std::uint64_t{10}, std::uint64_t{0}})
    second.varint(number);
  const Bytes a = first.take(), b = second.take();
  const ByteView both[] = {a, b};
  const auto merged = merge_updates(both);
  REQUIRE(merged);
  CHECK(to_hex(*merged).substr(0, 4) == "0102");
  Document document;
  CHECK(feed(document, *merged).pending);
  CHECK(document.encode_since() == *merged);
}

TEST_CASE("One clock told twice and differently leaves a document that can be read") {
  // Client 1 writes two letters into the root "a"; then says that the three elements from clock 0 on stand in
  // "b". The third goes behind the second, where that stands.
  Document document;
  feed(document, from_hex("0101010004010161026162"
                          "00"));
  feed(document, from_hex("0101010004010162037879"
                          "7a00"));
  const TypeRef a = document.root("a", TypeKind::text), b = document.root("b", TypeKind::text);
  CHECK(document.text(a) == "abz");
  CHECK(document.length(a) == 3);
  CHECK(document.text(b).empty());
  CHECK(document.length(b) == 0);
  Document again;
  feed(again, document.encode_since());
  CHECK(again.text(again.root("a", TypeKind::text)) == "abz");
}

TEST_CASE("A right origin inside the left neighbour reads the same after a reload") {
  // Client 1: "abcd"; client 2 puts a letter behind clock 1 and in front of clock 1.
  Document document;
  feed(document, from_hex("0101010004010161046162636400"));
  feed(document, from_hex("010102"
                          "00"
                          "c4"
                          "0101"
                          "0101"
                          "0178"
                          "00"));
  Document again;
  feed(again, document.encode_since());
  CHECK(document.text(document.root("a", TypeKind::text)) == again.text(again.root("a", TypeKind::text)));
  CHECK(document.encode_since() == again.encode_since());
}

TEST_CASE("Who hears that a pair was cut has it cut too, as in Yjs") {
  Document document;
  const TypeRef text = document.root("text", TypeKind::text);
  {
    Transaction transaction(document, ClientId{1});
    transaction.insert_text(text, 0, "x\U0001f600y");
  }
  // The same elements, as one has them who cut between the halves.
  feed(document, from_hex("01020100"
                          "0401047465787404"
                          "78efbfbd"
                          "84010104"
                          "efbfbd79"
                          "00"));
  CHECK(document.text(text) == "x\uFFFD\uFFFDy");
  CHECK(document.length(text) == 4);
}

TEST_CASE("What is collected with its parent merges with what was collected behind it") {
  Document document;
  TypeRef list, inner;
  const TypeRef root = document.root("root", TypeKind::array);
  const auto write = [&](const auto& what) {
    Transaction transaction(document, ClientId{1});
    what(transaction);
  };
  write([&](Transaction& t) {
    list = t.insert_type(root, 0, TypeKind::array);   // clock 0
    inner = t.insert_type(list, 0, TypeKind::array);  // 1
    t.insert(inner, 0, {Any(1)});                     // 2
  });
  write([&](Transaction& t) { t.remove(list, 0, 1); });  // 1 deleted, 2 collected
  write([&](Transaction& t) { t.remove(root, 0, 1); });  // 0 deleted, 1 and 2 collected: one range
  CHECK(to_hex(document.encode_since()) ==
        "0102010001"
        "0104726f6f7401"
        "0002"
        "0101010003");
}

TEST_CASE("What follows a struct that waits, though it is here already, waits with it and is read once") {
  const auto numbers = [](Writer& writer, std::initializer_list<std::uint64_t> all) {
    for (const std::uint64_t number : all) writer.varint(number);
  };
  Document document;
  const TypeRef text = document.root("text", TypeKind::text);
  Writer first;
  numbers(first, {1, 1, 7, 0, 4, 1});
  first.string("text");
  first.string("a");
  numbers(first, {0});
  CHECK(feed(document, first.take()).changed);
  // Client 7 again: the struct at 0 now is a type inside one of client 9, who is not here; behind it a text
  // that could go in.
  const std::string letters(60, 'x');
  Writer second;
  numbers(second, {1, 2, 7, 0});
  numbers(second, {7, 0, 9, 0, 0});
  second.byte(0x84);
  numbers(second, {7, 0});
  second.string(letters);
  numbers(second, {0});
  const Applied waits = feed(document, second.take());
  CHECK(waits.pending);
  CHECK(document.length(text) == 1);
  Writer third;
  numbers(third, {1, 1, 9, 0, 7, 1});
  third.string("list");
  numbers(third, {0, 0});
  CHECK_FALSE(feed(document, third.take()).pending);
  CHECK(document.length(text) == 1 + letters.size());
}

TEST_CASE("A text under ever more formats tells so many of them and no more") {
  DocumentOptions options;
  options.formats_max = 5;
  for (const std::size_t count : {4u, 5u, 6u, 200'000u}) {
    Document document(options);
    const TypeRef text = document.root("text", TypeKind::text);
    Writer writer;
    for (const std::uint64_t number :
         {std::uint64_t{1}, std::uint64_t{2 * count}, std::uint64_t{7}, std::uint64_t{0}})
      writer.varint(number);
    for (std::size_t i = 0; i < count; ++i) {
      writer.byte(i ? 0x86 : 0x06);  // a format, behind what came before
      if (i) {
        writer.varint(7);
        writer.varint(2 * i - 1);
      } else {
        writer.varint(1);
        writer.string("text");
      }
      writer.string("f" + std::to_string(i));
      writer.string("true");
      writer.byte(0x84);  // and a letter
      writer.varint(7);
      writer.varint(2 * i);
      writer.string("a");
    }
    writer.varint(0);
    CHECK(feed(document, writer.take()).changed);
    const auto runs = document.delta(text);
    REQUIRE(runs.size() == count);
    CHECK(runs.front().attributes.size() == 1);
    CHECK(runs.back().attributes.size() == std::min<std::size_t>(count, 5));
    std::size_t visited = 0;
    document.visit_delta(text, [&](const DeltaRun& run) {
      visited += run.insert == runs[visited].insert && run.attributes == runs[visited].attributes ? 1 : 0;
    });
    CHECK(visited == count);
  }
}

TEST_CASE("A text behind ranges as long as clocks of 32 bits reach can lose its first letters") {
  // Two collected ranges, one that came deleted, and a text that begins just below 2^32.
  constexpr std::uint64_t text_clock = 0xfffffff8, deleted_clock = 0xffffffef;
  const auto numbers = [](Writer& writer, std::initializer_list<std::uint64_t> all) {
    for (const std::uint64_t number : all) writer.varint(number);
  };
  std::string letters;
  for (int i = 0; i < 200; ++i) letters += static_cast<char>('0' + i % 10);
  Writer writer;
  numbers(writer, {1, 4, 7, 0});
  numbers(writer, {0, 0x7fffffff});
  numbers(writer, {0, deleted_clock - 0x7fffffff});
  numbers(writer, {1, 1});
  writer.string("text");
  writer.varint(text_clock - deleted_clock);
  writer.byte(0x84);
  numbers(writer, {7, text_clock - 1});
  writer.string(letters);
  writer.varint(0);
  Document document;
  CHECK(feed(document, writer.take()).changed);
  const TypeRef text = document.root("text", TypeKind::text);
  // Its beginning moves past 2^32.
  CHECK(feed(document, deletion(7, text_clock, 20)).changed);
  CHECK(document.text(text) == letters.substr(20));
  // What came deleted is still found where it is.
  Writer behind;
  numbers(behind, {1, 1, 8, 0});
  behind.byte(0x84);
  numbers(behind, {7, deleted_clock + 3});
  behind.string("x");
  behind.varint(0);
  CHECK(feed(document, behind.take()).changed);
  CHECK(document.text(text) == letters.substr(20) + "x");
  CHECK(feed(document, deletion(7, text_clock + 20, 1)).changed);
  Document again;
  CHECK(feed(again, document.encode_since({})).changed);
  CHECK(again.text(again.root("text", TypeKind::text)) == letters.substr(21) + "x");
}
