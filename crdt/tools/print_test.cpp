#include "crdt/tools/print.h"

#include <catch2/catch.hpp>
#include <limits>

namespace assay::crdt::tools {

struct JsonCase {
  const char* name;
  Any value;
  const char* json;
};

TEST_CASE("to_json: every kind of value") {
  const JsonCase cases[] = {
      {"undefined", Any(), "null"},
      {"null", Any(Null{}), "null"},
      {"true", Any(true), "true"},
      {"whole number", Any(3.0), "3"},
      {"minus zero", Any(-0.0), "0"},
      {"fraction", Any(0.5), "0.5"},
      {"2^53", Any(9007199254740992.0), "9007199254740992"},
      {"NaN", Any(std::numeric_limits<double>::quiet_NaN()), "null"},
      {"infinity", Any(std::numeric_limits<double>::infinity()), "null"},
      {"bigint", Any(Any::Value(BigInt{std::numeric_limits<std::int64_t>::min()})),
       "\"-9223372036854775808\""},
      {"string", Any("a\"\n"), "\"a\\\"\\n\""},
      {"no bytes", Any(Any::Value(Bytes{})), "\"\""},
      {"one byte", Any(Any::Value(Bytes{0xff})), "\"/w==\""},
      {"two bytes", Any(Any::Value(Bytes{0, 1})), "\"AAE=\""},
      {"three bytes", Any(Any::Value(Bytes{1, 2, 3})), "\"AQID\""},
      {"nested",
       Any(Any::Value(AnyObject{{"b", Any(Any::Value(AnyArray{Any(1), Any()}))}, {"a", Any(false)}})),
       "{\"b\":[1,null],\"a\":false}"},
  };
  for (const JsonCase& c : cases) {
    INFO(c.name);
    CHECK(dump(to_json(c.value)) == c.json);
  }
}

struct KindCase {
  const char* name;
  std::function<void(Document&, Transaction&, const char* root)> write;
  TypeKind kind;
};

TEST_CASE("infer_kind: from what lies in the root") {
  const KindCase cases[] = {
      {"text",
       [](Document& d, Transaction& t, const char* r) { t.insert_text(d.root(r, TypeKind::text), 0, "a"); },
       TypeKind::text},
      {"text with an embed first",
       [](Document& d, Transaction& t, const char* r) {
         const TypeRef root = d.root(r, TypeKind::text);
         t.insert_text(root, 0, "a");
         t.insert_embed(root, 0, Any(Any::Value(AnyObject{{"image", Any("x")}})));
       },
       TypeKind::text},
      {"array of strings",
       [](Document& d, Transaction& t, const char* r) {
         t.insert(d.root(r, TypeKind::array), 0, {Any("a")});
       },
       TypeKind::array},
      {"array of maps",
       [](Document& d, Transaction& t, const char* r) {
         t.insert_type(d.root(r, TypeKind::array), 0, TypeKind::map);
       },
       TypeKind::array},
      {"map",
       [](Document& d, Transaction& t, const char* r) { t.set(d.root(r, TypeKind::map), "k", Any(1)); },
       TypeKind::map},
      {"XML",
       [](Document& d, Transaction& t, const char* r) {
         t.insert_element(d.root(r, TypeKind::xml_fragment), 0, "p");
       },
       TypeKind::xml_fragment},
  };
  for (const KindCase& c : cases) {
    INFO(c.name);
    Document writer;
    Transaction transaction(writer, ClientId{7});
    c.write(writer, transaction, "root");
    const Bytes update = transaction.commit();
    Document reader;
    auto decoded = Update::decode(update);
    REQUIRE(decoded);
    reader.apply(*decoded);
    REQUIRE(reader.find_root("root"));
    CHECK(infer_kind(reader, *reader.find_root("root")) == c.kind);
  }
}

TEST_CASE("root_to_json: nothing there") {
  Document document;
  CHECK(dump(root_to_json(document, "none")) == "null");
  CHECK(dump(root_to_json(document, "none", TypeKind::map)) == "{}");
  CHECK(root_to_text(document, "words").empty());
}

TEST_CASE("from_hex: back from to_hex, and what is none") {
  CHECK(from_hex(to_hex(Bytes{0, 0x7f, 0xff})) == Bytes{0, 0x7f, 0xff});
  CHECK(from_hex("AbcD") == Bytes{0xab, 0xcd});
  for (const char* text : {"a", "0g", "0x"}) CHECK(!from_hex(text));
}

}  // namespace assay::crdt::tools
