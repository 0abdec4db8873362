#include "crdt/document.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "crdt/hex_for_tests.h"

using namespace assay::crdt;

namespace {

Update decoded(ByteView bytes) {
  auto update = Update::decode(bytes);
  REQUIRE(update);
  return std::move(*update);
}

Applied feed(Document& document, const Bytes& bytes) { return document.apply(decoded(bytes)); }

// One transaction of one client.
template <class Write>
Bytes write(Document& document, std::uint64_t client, const Write& what) {
  Transaction transaction(document, ClientId{client});
  what(transaction);
  return transaction.commit();
}

Attributes bold(Any value) { return {{"bold", std::move(value)}}; }
const Any null_any{Any::Value(Null{})};

}  // namespace

TEST_CASE("Two who type at once see the same in the end") {
  Document a, b;
  const TypeRef in_a = a.root("text", TypeKind::text), in_b = b.root("text", TypeKind::text);
  feed(b, write(a, 1, [&](Transaction& t) { t.insert_text(in_a, 0, "hello world"); }));
  const Bytes from_a = write(a, 1, [&](Transaction& t) { t.insert_text(in_a, 5, ","); });
  const Bytes from_b = write(b, 2, [&](Transaction& t) {
    t.remove(in_b, 0, 1);
    t.insert_text(in_b, 0, "H");
  });
  feed(a, from_b);
  feed(b, from_a);
  CHECK(a.text(in_a) == "Hello, world");
  CHECK(b.text(in_b) == "Hello, world");
  CHECK(a.encode_since() == b.encode_since());
  CHECK(a.length(in_a) == 12);
}

TEST_CASE("A repeated update does nothing, a partly new one says what was new") {
  Document a, b;
  const TypeRef text = a.root("text", TypeKind::text);
  const Bytes first = write(a, 1, [&](Transaction& t) { t.insert_text(text, 0, "abc"); });
  write(a, 1, [&](Transaction& t) { t.insert_text(text, 3, "def"); });
  Bytes news;
  CHECK(b.apply(decoded(first), news).changed);
  CHECK(news == first);
  CHECK_FALSE(b.apply(decoded(first), news).changed);
  CHECK(news.empty());
  CHECK(b.apply(decoded(a.encode_since()), news).changed);
  Document c;
  feed(c, first);
  feed(c, news);
  CHECK(c.encode_since() == a.encode_since());
}

TEST_CASE("What comes too early waits") {
  Document a, b;
  const TypeRef text = a.root("text", TypeKind::text);
  const Bytes first = write(a, 1, [&](Transaction& t) { t.insert_text(text, 0, "ac"); });
  const Bytes second = write(a, 1, [&](Transaction& t) { t.insert_text(text, 1, "b"); });
  const Bytes third = write(a, 1, [&](Transaction& t) { t.remove(text, 0, 1); });
  CHECK(feed(b, third).pending);
  CHECK(feed(b, second).pending);
  CHECK(b.has_pending());
  Bytes news;
  const Applied applied = b.apply(decoded(first), news);
  CHECK(applied.changed);
  CHECK_FALSE(applied.pending);
  CHECK(b.text(b.root("text", TypeKind::text)) == "bc");
  CHECK(b.encode_since() == a.encode_since());
  Document c;
  feed(c, news);
  CHECK(c.encode_since() == a.encode_since());
}

TEST_CASE("What waits is bounded") {
  DocumentOptions options;
  options.pending_bytes_max = 100;
  Document a, b(options);
  const TypeRef text = a.root("text", TypeKind::text);
  write(a, 1, [&](Transaction& t) { t.insert_text(text, 0, "a"); });
  const Bytes large = write(a, 1, [&](Transaction& t) { t.insert_text(text, 1, std::string(200, 'x')); });
  const Applied applied = feed(b, large);
  CHECK(applied.dropped);
  CHECK_FALSE(applied.changed);
  CHECK_FALSE(b.has_pending());
}

TEST_CASE("Maps keep the last value, arrays their order, types their place") {
  Document document;
  const TypeRef map = document.root("map", TypeKind::map), array = document.root("array", TypeKind::array);
  TypeRef inner;
  write(document, 1, [&](Transaction& t) {
    t.set(map, "a", 1);
    t.set(map, "a", "two");
    inner = t.set_type(map, "list", TypeKind::array);
    t.insert(inner, 0, {Any(1), Any(Any::Value(Bytes{9})), Any("x")});
    t.insert(array, 0, {Any(1), Any(2), Any(3)});
    t.insert(array, 1, {Any("between")});
    t.remove(array, 2, 1);
    t.set(map, "gone", true);
    t.unset(map, "gone");
  });
  CHECK(std::get<Any>(*document.get(map, "a")) == Any("two"));
  CHECK_FALSE(document.get(map, "gone"));
  CHECK_FALSE(document.get(map, "never"));
  CHECK(document.entries(map).size() == 2);
  CHECK(document.elements(inner).size() == 3);
  CHECK(document.to_any(array) == Any(Any::Value(AnyArray{Any(1), Any("between"), Any(3)})));
  CHECK(document.parent(inner) == map);
  CHECK(document.type_of(*document.item_of(inner)) == inner);
  CHECK(document.item_at(array, 1)->client == ClientId{1});
  CHECK_FALSE(document.item_at(array, 3));
  write(document, 1, [&](Transaction& t) { t.unset(map, "list"); });
  CHECK(document.deleted(inner));
  CHECK(document.elements(inner).empty());
}

TEST_CASE("XML reads as Yjs writes it") {
  Document document;
  const TypeRef root = document.root("default", TypeKind::xml_fragment);
  write(document, 1, [&](Transaction& t) {
    const TypeRef p = t.insert_element(root, 0, "Paragraph");
    t.set(p, "id", "q");
    t.set(p, "class", "x");
    const TypeRef text = t.insert_xml_text(p, 0);
    t.insert_text(text, 0, "hello");
    t.format(text, 0, 2, {{"em", Any(Any::Value(AnyObject{}))}});
    t.insert_element(root, 1, "br");
  });
  CHECK(document.xml_string(root) == "<paragraph class=\"x\" id=\"q\"><em>he</em>llo</paragraph><br></br>");
}

struct FormatCase {
  const char* name;
  std::uint64_t index, length;
  Any value;
  std::size_t runs;
};
const FormatCase format_cases[] = {
    {"in the middle", 2, 3, Any(true), 3}, {"at the start", 0, 2, Any(true), 2},
    {"at the end", 8, 2, Any(true), 2},    {"all of it", 0, 10, Any(true), 1},
    {"off again", 0, 10, null_any, 1},
};

TEST_CASE("Formats cover what was asked, and nothing more is written than needed") {
  for (const auto& c : format_cases) {
    INFO(c.name);
    Document document;
    const TypeRef text = document.root("text", TypeKind::text);
    write(document, 1, [&](Transaction& t) { t.insert_text(text, 0, "0123456789"); });
    write(document, 1, [&](Transaction& t) { t.format(text, c.index, c.length, bold(c.value)); });
    CHECK(document.delta(text).size() == c.runs);
    CHECK(document.text(text) == "0123456789");
    CHECK(document.length(text) == 10);
    const auto state = document.state_vector();
    CHECK(write(document, 1, [&](Transaction& t) {
            t.format(text, c.index, c.length, bold(c.value));
          }).empty());
    CHECK(document.state_vector() == state);
  }
}

TEST_CASE("Typing takes on the formatting to its left") {
  Document document;
  const TypeRef text = document.root("text", TypeKind::text);
  write(document, 1, [&](Transaction& t) {
    t.insert_text(text, 0, "ab", bold(true));
    t.insert_text(text, 2, "cd", {});
    t.insert_text(text, 2, "x");
    t.insert_embed(text, 3, Any(Any::Value(AnyObject{{"image", Any("y")}})));
  });
  const auto runs = document.delta(text);
  REQUIRE(runs.size() == 3);
  CHECK(std::get<std::string>(runs[0].insert) == "abx");
  CHECK(runs[0].attributes == bold(true));
  CHECK(std::get<Any>(runs[1].insert).member("image") != nullptr);
  CHECK(std::get<std::string>(runs[2].insert) == "cd");
  CHECK(runs[2].attributes.empty());
}

TEST_CASE("A pair that is cut becomes two replacement characters, everywhere") {
  Document a, b;
  const TypeRef text = a.root("text", TypeKind::text);
  feed(b, write(a, 1, [&](Transaction& t) { t.insert_text(text, 0, "x\U0001d4b3y"); }));
  CHECK(a.length(text) == 4);
  feed(b, write(a, 1, [&](Transaction& t) { t.insert_text(text, 2, "-"); }));
  CHECK(a.text(text) == "x\uFFFD-\uFFFDy");
  CHECK(b.text(b.root("text", TypeKind::text)) == a.text(text));
  CHECK(a.encode_since() == b.encode_since());
}

TEST_CASE("A tree of types deleted at its root goes whole, however deep or wide") {
  DocumentOptions deep;
  deep.type_nesting_max = 100'000;
  Document document(deep);
  const TypeRef root = document.root("root", TypeKind::array);
  write(document, 1, [&](Transaction& t) {
    TypeRef at = root;
    for (int i = 0; i < 20'000; ++i) {
      t.insert(at, 0, {Any(i)});
      at = t.insert_type(at, 0, TypeKind::array);
    }
  });
  const Bytes removal = write(document, 1, [&](Transaction& t) { t.remove(root, 0, document.length(root)); });
  CHECK(document.length(root) == 0);
  Document again(deep);
  again.apply(decoded(document.encode_since()));
  CHECK(again.encode_since() == document.encode_since());
  CHECK(document.encode_since().size() < 200);
}

TEST_CASE("Types deeper than the bound are never taken in") {
  DocumentOptions shallow;
  shallow.type_nesting_max = 3;
  Document a, b(shallow);
  const TypeRef root = a.root("root", TypeKind::array);
  const Bytes bytes = write(a, 1, [&](Transaction& t) {
    TypeRef at = root;
    for (int i = 0; i < 4; ++i) at = t.insert_type(at, 0, TypeKind::array);
  });
  CHECK(b.inspect(decoded(bytes), InspectDepth::roots).missing);
  CHECK(feed(b, bytes).pending);
}

TEST_CASE("Inspection tells what an update would touch, and changes nothing") {
  Document a, b;
  const TypeRef ratings = a.root("ratings", TypeKind::map), text = a.root("text", TypeKind::text);
  const Bytes base = write(a, 1, [&](Transaction& t) {
    t.set(ratings, "ann/e1/h1", "C");
    t.insert_text(text, 0, "hello");
  });
  feed(b, base);
  const Bytes more = write(a, 2, [&](Transaction& t) {
    t.set(ratings, "bob/e1/h1", "I");
    const TypeRef held = t.set_type(ratings, "bob/list", TypeKind::array);
    t.insert(held, 0, {Any(1)});
    t.remove(text, 1, 2);
  });
  const Bytes before = b.encode_since();
  const Update update = decoded(more);
  const Inspection whole = b.inspect(update, InspectDepth::paths);
  CHECK(whole.news);
  CHECK_FALSE(whole.missing);
  REQUIRE(whole.touched.size() == 4);
  CHECK(whole.touched[0].root == "ratings");
  REQUIRE(whole.touched[0].path.size() == 1);
  CHECK(whole.touched[0].path[0].key == "bob/e1/h1");
  REQUIRE(whole.touched[0].value);
  CHECK(*whole.touched[0].value == Any("I"));
  CHECK(whole.touched[1].type == TypeKind::array);
  REQUIRE(whole.touched[2].path.size() == 2);
  CHECK(whole.touched[2].path[0].key == "bob/list");
  CHECK(whole.touched[2].path[0].item == ItemId{ClientId{2}, Clock{1}});
  CHECK(whole.touched[3].kind == Touch::Kind::remove);
  CHECK(whole.touched[3].root == "text");
  CHECK(whole.touched[3].id == ItemId{ClientId{1}, Clock{2}});
  CHECK(whole.touched[3].length == 2);
  const Inspection roots = b.inspect(update, InspectDepth::roots);
  REQUIRE(roots.touched.size() == 2);
  CHECK(roots.touched[0].length == 3);
  CHECK(b.encode_since() == before);
  CHECK_FALSE(a.inspect(update, InspectDepth::roots).news);
  CHECK(Document().inspect(update, InspectDepth::roots).missing);
}

TEST_CASE("Inspection survives updates that go in circles") {
  // Two structs of two clients, each with the other as its origin.
  const Bytes bytes = from_hex(
      "02"
      "010200"
      "84010001"
      "61"
      "010100"
      "84020001"
      "62"
      "00");
  const auto update = Update::decode(bytes);
  REQUIRE(update);
  Document document;
  CHECK(document.inspect(*update, InspectDepth::paths).missing);
  const Applied applied = document.apply(*update);
  CHECK_FALSE(applied.changed);
  CHECK(applied.pending);
  CHECK(document.encode_since().size() > 2);
}

TEST_CASE("Clocks and client ids up to 2^53 are carried") {
  const std::uint64_t large = (std::uint64_t{1} << 53) - 1;
  Document a, b;
  const TypeRef text = a.root("text", TypeKind::text);
  feed(b, write(a, large, [&](Transaction& t) { t.insert_text(text, 0, "far"); }));
  CHECK(b.state_vector() == StateVector{{ClientId{large}, Clock{3}}});
  // A struct whose clock is far ahead of what is here waits, and is passed on.
  const Bytes ahead = from_hex(
      "010101"
      "80808080808004"
      "04010161"
      "0178"
      "00");
  const auto update = Update::decode(ahead);
  REQUIRE(update);
  CHECK(b.apply(*update).pending);
  Document c;
  feed(c, b.encode_since());
  CHECK(c.has_pending());
}

TEST_CASE("Without collection the content of what is deleted is kept") {
  DocumentOptions keep;
  keep.gc = false;
  Document document(keep);
  const TypeRef text = document.root("text", TypeKind::text);
  write(document, 1, [&](Transaction& t) { t.insert_text(text, 0, "secret"); });
  write(document, 1, [&](Transaction& t) { t.remove(text, 0, 6); });
  const Bytes bytes = document.encode_since();
  CHECK(to_hex(bytes).find("736563726574") != std::string::npos);
  Document forgetting;
  feed(forgetting, bytes);
  CHECK(to_hex(forgetting.encode_since()).find("736563726574") == std::string::npos);
}

// However the letters of those who type at one place arrive, one by one or as one update, the text is the
// same. As one they go in without looking through the others' letters for each.
TEST_CASE("Runs typed backwards among others' go in alike as one update and letter by letter") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::vector<std::vector<Bytes>> letters(3);
    std::vector<Bytes> whole;
    for (std::size_t who = 0; who < 3; ++who) {
      Document document;
      const TypeRef text = document.root("text", TypeKind::text);
      const std::size_t habit = below(4);
      for (std::size_t n = 1 + below(30); n; --n) {
        const std::size_t length = document.length(text);
        const std::size_t at[] = {0, n % 2 ? 0 : length, length / 2, below(length + 1)};
        letters[who].push_back(write(document, 10 + who, [&](Transaction& t) {
          t.insert_text(text, at[habit], std::string(1, static_cast<char>('a' + who)));
          if (below(8) == 0) t.remove(text, below(length + 1), 1);
        }));
      }
      whole.push_back(document.encode_since());
    }
    std::shuffle(whole.begin(), whole.end(), random);
    Document one_by_one, at_once, merged;
    for (const Bytes& update : whole) feed(at_once, update);
    feed(merged, *merge_updates(std::vector<ByteView>(whole.begin(), whole.end())));
    std::vector<std::size_t> next(3);
    for (std::size_t left = letters[0].size() + letters[1].size() + letters[2].size(); left;) {
      const std::size_t who = below(3);
      if (next[who] == letters[who].size()) continue;
      feed(one_by_one, letters[who][next[who]++]);
      --left;
    }
    const TypeRef text = one_by_one.root("text", TypeKind::text);
    REQUIRE(at_once.text(at_once.root("text", TypeKind::text)) == one_by_one.text(text));
    REQUIRE(merged.text(merged.root("text", TypeKind::text)) == one_by_one.text(text));
    CHECK(at_once.encode_since() == one_by_one.encode_since());
  }
}
