// Typing and deleting letter by letter, which move boundaries instead of cutting and merging; merging of
// updates in bytes that Yjs would not have written.
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "crdt/document.h"

namespace assay::crdt {
namespace {

void take(Document& document, ByteView bytes) {
  auto update = Update::decode(bytes);
  REQUIRE(update);
  document.apply(*update);
}

}  // namespace

TEST_CASE("typing and deleting at a wandering cursor is the same for who wrote and who received it") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < 20; ++round) {
    Document writer, reader;
    const TypeRef text = writer.root("text", TypeKind::text);
    std::string model;
    std::size_t cursor = 0;
    std::vector<Bytes> updates;
    for (int step = 0; step < 300; ++step) {
      if (below(8) == 0) cursor = below(model.size() + 1);
      Transaction transaction(writer, ClientId{1});
      const std::size_t what = below(5), length = 1 + below(2);
      if (what < 2 && cursor >= length) {
        cursor -= length;
        transaction.remove(text, cursor, length);
        model.erase(cursor, length);
      } else if (what == 2 && cursor + length <= model.size()) {
        transaction.remove(text, cursor, length);
        model.erase(cursor, length);
      } else {
        const std::string letters(1 + below(3), static_cast<char>('a' + below(26)));
        transaction.insert_text(text, cursor, letters);
        model.insert(cursor, letters);
        cursor += letters.size();
      }
      updates.push_back(transaction.commit());
      take(reader, updates.back());
    }
    REQUIRE(writer.text(text) == model);
    const Bytes written = writer.encode_since({});
    REQUIRE(reader.encode_since({}) == written);
    Document loaded, merged;
    take(loaded, written);
    REQUIRE(loaded.encode_since({}) == written);
    const auto all = merge_updates(std::vector<ByteView>(updates.begin(), updates.end()));
    REQUIRE(all);
    take(merged, *all);
    REQUIRE(merged.text(merged.root("text", TypeKind::text)) == model);
    REQUIRE(merged.length(merged.root("text", TypeKind::text)) == model.size());
  }
}

TEST_CASE("merging writes numbers as short as they can be") {
  // Client 1 writes "a" into root "t", then "b" behind it; in the second update the origin's clock takes two
  // bytes.
  const Bytes first{1, 1, 1, 0, 4, 1, 1, 't', 1, 'a', 0};
  const Bytes wordy{1, 1, 1, 1, 0x84, 1, 0x80, 0, 1, 'b', 0};
  const Bytes brief{1, 1, 1, 1, 0x84, 1, 0, 1, 'b', 0};
  const auto expected = merge_updates(std::vector<ByteView>{first, brief});
  const auto merged = merge_updates(std::vector<ByteView>{first, wordy});
  REQUIRE(expected);
  REQUIRE(merged);
  REQUIRE(*merged == *expected);
  REQUIRE(*merged == Bytes{1, 2, 1, 0, 4, 1, 1, 't', 1, 'a', 0x84, 1, 0, 1, 'b', 0});
}

TEST_CASE("of what two updates both tell, merging keeps one, cut where they part") {
  // "abc" of client 1, and "bcd" of the same: clocks 1 to 3, as one struct.
  const Bytes abc{1, 1, 1, 0, 4, 1, 1, 't', 3, 'a', 'b', 'c', 0};
  const Bytes bcd{1, 1, 1, 1, 0x84, 1, 0, 3, 'b', 'c', 'd', 0};
  const auto merged = merge_updates(std::vector<ByteView>{abc, bcd});
  REQUIRE(merged);
  REQUIRE(*merged == Bytes{1, 2, 1, 0, 4, 1, 1, 't', 3, 'a', 'b', 'c', 0x84, 1, 2, 1, 'd', 0});
}

}  // namespace assay::crdt
