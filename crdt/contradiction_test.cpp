// Two who write under one client id are told apart; whoever repeats the document is not taken for another.
#include <catch2/catch.hpp>
#include <functional>

#include "crdt/document.h"

using namespace assay::crdt;

namespace {

using Write = std::function<void(Document&, Transaction&)>;

constexpr ClientId shared{7}, other{8};
const auto everybody = [](ClientId) { return true; };

Bytes write(Document& document, ClientId client, const Write& what) {
  Transaction transaction(document, client);
  what(document, transaction);
  return transaction.commit();
}

void take(Document& document, const Bytes& bytes) {
  const auto update = Update::decode(bytes);
  REQUIRE(update);
  document.apply(*update);
}

std::optional<ItemId> contradiction(const Document& document, const Bytes& bytes) {
  const auto update = Update::decode(bytes);
  REQUIRE(update);
  return document.contradiction(*update, everybody);
}

Write text(const std::string& words, std::uint64_t at = 0) {
  return [=](Document& d, Transaction& t) { t.insert_text(d.root("t", TypeKind::text), at, words); };
}
Write value(const std::string& key, const Any& said) {
  return [=](Document& d, Transaction& t) { t.set(d.root("m", TypeKind::map), key, said); };
}
Write type(const std::string& key, TypeKind kind) {
  return [=](Document& d, Transaction& t) { t.set_type(d.root("m", TypeKind::map), key, kind); };
}
Write array(const std::vector<Any>& values) {
  return [=](Document& d, Transaction& t) { t.insert(d.root("a", TypeKind::array), 0, values); };
}
Write element(const std::string& name) {
  return [=](Document& d, Transaction& t) { t.insert_element(d.root("x", TypeKind::xml_fragment), 0, name); };
}
Write bold(const Any& how) {
  return [=](Document& d, Transaction& t) {
    t.insert_text(d.root("t", TypeKind::text), 0, "b", {{"bold", how}});
  };
}
Any object(const AnyObject& members) { return Any(Any::Value(members)); }

}  // namespace

TEST_CASE("Two first edits under one client id contradict each other, unless they are the same") {
  const std::vector<std::pair<const char*, Write>> edits = {
      {"a word", text("words")},
      {"another as long", text("Words")},
      {"one that is not ASCII", text("wörds")},
      {"another place", text("words", 2)},
      {"a value", value("k", "x")},
      {"another value", value("k", "y")},
      {"a value of another kind", value("k", 1)},
      {"an object", value("k", object({{"a", 1}, {"b", 2}}))},
      {"another object", value("k", object({{"a", 1}, {"b", 3}}))},
      {"another key", value("l", "x")},
      {"a type", type("k", TypeKind::map)},
      {"another type", type("k", TypeKind::array)},
      {"an element", element("p")},
      {"an element of another name", element("q")},
      {"values", array({1, 2, 3})},
      {"values, the last another", array({1, 2, 4})},
      {"bold", bold(Any(true))},
      {"bolder", bold(object({{"weight", 900}}))},
  };
  Document start;
  const Bytes before = write(start, other, text("base"));
  for (const auto& [here_name, here] : edits) {
    for (const auto& [said_name, said] : edits) {
      INFO(here_name << ", then " << said_name);
      Document server, author;
      take(server, before), take(author, before);
      write(server, shared, here);
      const auto found = contradiction(server, write(author, shared, said));
      CHECK(found.has_value() == (&here != &said));
      if (found) CHECK(found->client == shared);
    }
  }
}

TEST_CASE("A replica that repeats the document contradicts nothing, however its structs are cut") {
  Document author, server;
  std::vector<Bytes> said;
  const auto say = [&](ClientId client, const Write& what) {
    said.push_back(write(author, client, what));
    take(server, said.back());
  };
  say(shared, text("one"));
  say(shared, text(" two", 3));
  say(other, text("-", 3));
  say(shared, text("three \U0001F600 ü", 8));
  say(other, text("!", 15));  // cuts the pair
  for (int i = 0; i < 5; ++i) say(shared, array({i, object({{"2", i}, {"b", "x"}})}));
  for (int i = 0; i < 5; ++i) {
    say(other, [&](Document& d, Transaction& t) {
      t.insert(d.root("a", TypeKind::array), d.length(d.root("a")), {i, "v"});
    });
  }
  say(shared, value("k", "x"));
  say(other, value("k", "y"));
  say(shared, type("t", TypeKind::map));
  say(shared, [](Document& d, Transaction& t) {
    t.set(std::get<TypeRef>(*d.get(*d.find_root("m"), "t")), "in", "side");
  });
  say(shared, element("p"));
  say(shared, bold(Any(true)));
  for (const auto& bytes : said) CHECK_FALSE(contradiction(server, bytes));
  CHECK_FALSE(contradiction(server, author.encode_since()));
  // Who comes back with what was deleted since says nothing else either.
  const Bytes old = author.encode_since();
  say(other, [](Document& d, Transaction& t) {
    t.remove(*d.find_root("t"), 1, 6);
    t.remove(*d.find_root("a"), 1, 3);
    t.unset(*d.find_root("m"), "t");
  });
  CHECK_FALSE(contradiction(server, old));
  for (const auto& bytes : said) CHECK_FALSE(contradiction(server, bytes));
  // And the other way round: deleted there, and not yet here.
  Document behind;
  take(behind, old);
  CHECK_FALSE(contradiction(behind, author.encode_since()));
}

TEST_CASE("Only what is here already, of clients that were asked for, can be contradicted") {
  Document server, author;
  write(server, shared, text("abc"));
  const Bytes longer = write(author, shared, text("abcdef"));
  CHECK_FALSE(contradiction(server, longer));
  Document forger;
  const auto forged = write(forger, shared, text("abx"));
  CHECK(contradiction(server, forged));
  const auto update = Update::decode(forged);
  CHECK_FALSE(server.contradiction(*update, [](ClientId client) { return client == other; }));
  CHECK_FALSE(contradiction(server, write(forger, other, text("new"))));
  Document empty;
  CHECK_FALSE(contradiction(empty, longer));
}
