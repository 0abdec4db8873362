// What the last change touched, and who wrote what.
#include <catch2/catch.hpp>
#include <functional>

#include "crdt/document.h"

using namespace assay::crdt;

namespace {

struct Blocks {
  Document document;
  TypeRef root = document.root("default", TypeKind::xml_fragment);
  std::vector<TypeRef> blocks, texts;
};

template <class Write>
Bytes write(Document& document, std::uint64_t client, const Write& what) {
  Transaction transaction(document, ClientId{client});
  what(transaction);
  return transaction.commit();
}

void take(Document& document, const Bytes& bytes) {
  auto update = Update::decode(bytes);
  REQUIRE(update);
  document.apply(*update);
}

// Three paragraphs, the last one with a list in it.
Bytes make(Blocks& made) {
  return write(made.document, 1, [&](Transaction& t) {
    for (std::uint64_t i = 0; i < 3; ++i) {
      made.blocks.push_back(t.insert_element(made.root, i, "paragraph"));
      TypeRef at = made.blocks.back();
      if (i == 2) at = t.insert_element(at, 0, "item");
      made.texts.push_back(t.insert_xml_text(at, 0));
      t.insert_text(made.texts.back(), 0, "words");
    }
  });
}

// The numbers of the children, as they stand in the document.
std::vector<std::size_t> numbers(const Document& document, TypeRef root) {
  std::vector<std::size_t> found;
  const auto elements = document.elements(root);
  for (const TypeRef child : document.changed_children(root).children) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (const auto* type = std::get_if<TypeRef>(&elements[i]); type && *type == child) found.push_back(i);
    }
  }
  return found;
}

using Numbers = std::vector<std::size_t>;

}  // namespace

TEST_CASE("A change tells which blocks it touched, here and where it is applied") {
  Blocks a;
  Document b;
  take(b, make(a));
  const TypeRef root = b.root("default", TypeKind::xml_fragment);
  CHECK(b.changed_children(root).own);
  CHECK(numbers(b, root) == Numbers{0, 1, 2});

  struct Case {
    const char* name;
    std::function<void(Transaction&)> write;
    bool own;
    Numbers children;
  };
  const Case cases[] = {
      {"typing at an end", [&](Transaction& t) { t.insert_text(a.texts[1], 5, "!"); }, false, {1}},
      {"typing inside", [&](Transaction& t) { t.insert_text(a.texts[1], 2, "-"); }, false, {1}},
      {"deep", [&](Transaction& t) { t.remove(a.texts[2], 0, 1); }, false, {2}},
      {"an attribute", [&](Transaction& t) { t.set(a.blocks[0], "level", 2); }, false, {0}},
      {"a format",
       [&](Transaction& t) {
         t.format(a.texts[0], 0, 2, {{"b", Any(true)}});
       },
       false,
       {0}},
      {"two of them",
       [&](Transaction& t) {
         t.insert_text(a.texts[0], 0, "x");
         t.insert_text(a.texts[2], 0, "y");
       },
       false,
       {0, 2}},
      {"a removed block", [&](Transaction& t) { t.remove(a.root, 1, 1); }, true, {}},
      {"a new one", [&](Transaction& t) { t.insert_element(a.root, 1, "heading"); }, true, {1}},
      {"nothing", [&](Transaction&) {}, false, {}},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const Bytes update = write(a.document, 1, c.write);
    if (update.empty()) {
      take(b, a.document.encode_since());
    } else {
      take(b, update);
    }
    for (const auto& [document, of] : {std::pair(&a.document, a.root), std::pair(&b, root)}) {
      CHECK(document->changed_children(of).own == c.own);
      CHECK(numbers(*document, of) == c.children);
    }
  }
  CHECK(b.changed_children(b.root("other", TypeKind::map)).children.empty());
}

TEST_CASE("What waited counts with the change that let it in") {
  Blocks a;
  const Bytes base = make(a);
  const Bytes later = write(a.document, 2, [&](Transaction& t) { t.insert_text(a.texts[1], 0, "z"); });
  Document b;
  take(b, later);
  const TypeRef root = b.root("default", TypeKind::xml_fragment);
  CHECK_FALSE(b.changed_children(root).own);
  take(b, base);
  CHECK(numbers(b, root) == Numbers{0, 1, 2});
  take(b, write(a.document, 2, [&](Transaction& t) { t.insert_text(a.texts[1], 1, "z"); }));
  CHECK(numbers(b, root) == Numbers{1});
}

TEST_CASE("A delta says who wrote each run") {
  Document a;
  const TypeRef text = a.root("text", TypeKind::text);
  write(a, 1, [&](Transaction& t) { t.insert_text(text, 0, "hello world"); });
  write(a, 2, [&](Transaction& t) { t.insert_text(text, 5, " brave"); });
  write(a, 3, [&](Transaction& t) {
    t.format(text, 0, 3, {{"b", Any(true)}});
    t.insert_embed(text, 17, Any("x"));
  });
  const auto runs = a.authored_delta(text);
  struct Expected {
    const char* words;
    std::uint64_t client, clock;
    bool bold;
  };
  const Expected expected[] = {
      {"hel", 1, 0, true}, {"lo", 1, 3, false}, {" brave", 2, 0, false}, {" world", 1, 5, false}};
  REQUIRE(runs.size() == 5);
  for (std::size_t i = 0; i < 4; ++i) {
    INFO(expected[i].words);
    CHECK(std::get<std::string>(runs[i].run.insert) == expected[i].words);
    CHECK(runs[i].from == ItemId{ClientId{expected[i].client}, Clock{expected[i].clock}});
    CHECK(runs[i].run.attributes.empty() != expected[i].bold);
  }
  CHECK(runs[4].from.client == ClientId{3});
  CHECK(std::get<Any>(runs[4].run.insert) == Any("x"));
  CHECK(a.delta(text).size() == 3);
}
