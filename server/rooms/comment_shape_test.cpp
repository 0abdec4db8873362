#include "server/rooms/comment_shape.h"

#include <catch2/catch.hpp>
#include <functional>
#include <limits>

namespace assay::server {
namespace {

using crdt::Any;
using crdt::AnyObject;
using crdt::Bytes;
using crdt::Document;
using crdt::Transaction;
using crdt::TypeKind;
using crdt::TypeRef;

using Edit = std::function<void(Document&, Transaction&)>;

Any object(AnyObject members) { return Any(Any::Value(std::move(members))); }

TypeRef type_at(const Document& document, TypeRef map, std::string_view key) {
  return std::get<TypeRef>(*document.get(map, key));
}
TypeRef thread_at(const Document& document) { return type_at(document, *document.find_root("threads"), "t"); }
TypeRef messages_at(const Document& document) { return type_at(document, thread_at(document), "messages"); }
TypeRef message_at(const Document& document) {
  return std::get<TypeRef>(document.elements(messages_at(document)).at(0));
}

// As the page makes one.
TypeRef add_thread(Document& document, Transaction& change, const std::string& id) {
  const auto thread = change.set_type(document.root("threads", TypeKind::map), id, TypeKind::map);
  change.set(thread, "anchor",
             object({{"start", "AA"},
                     {"end", "AA"},
                     {"before", ""},
                     {"after", ""},
                     {"block", Any(Any::Value(crdt::Null{}))},
                     {"section", "s"}}));
  change.set(thread, "quote", "words");
  change.set(thread, "state", "open");
  change.set(thread, "by", "ann");
  change.set(thread, "at", 1.7e12);
  const auto messages = change.set_type(thread, "messages", TypeKind::array);
  const auto message = change.insert_type(messages, 0, TypeKind::map);
  for (const auto* member : {"id", "author", "name", "body"}) change.set(message, member, "ann");
  change.set(message, "at", 1.7e12);
  change.set_type(thread, "reactions", TypeKind::map);
  return thread;
}

bool fits(const Bytes& before, const Edit& edit) {
  Document server, author;
  for (auto* document : {&server, &author}) document->apply(*crdt::Update::decode(before));
  Transaction change(author, crdt::ClientId{7});
  edit(author, change);
  const Bytes bytes = change.commit();
  const auto update = crdt::Update::decode(bytes);
  REQUIRE(update);
  const auto inspection = server.inspect(*update, crdt::InspectDepth::paths);
  REQUIRE(inspection.news);
  REQUIRE_FALSE(inspection.missing);
  return !misshapen_comment(inspection);
}

Edit in_thread(const char* member, Any value) {
  return [=](Document& d, Transaction& c) { c.set(thread_at(d), member, value); };
}
Edit in_message(const char* member, Any value) {
  return [=](Document& d, Transaction& c) { c.set(message_at(d), member, value); };
}

// "ü" is two bytes and one unit, "𝕏" four bytes and two units.
std::string many(std::size_t count, const char* letter) {
  std::string text;
  while (count-- > 0) text += letter;
  return text;
}

struct ShapeCase {
  const char* name;
  bool fits;
  Edit edit;
};

const ShapeCase cases[] = {
    {"a thread as the page makes it", true, [](auto& d, auto& c) { add_thread(d, c, "new"); }},
    {"a thread that is no map", false,
     [](auto& d, auto& c) { c.set(d.root("threads", TypeKind::map), "new", "words"); }},
    {"a thread that is a list", false,
     [](auto& d, auto& c) { c.set_type(d.root("threads", TypeKind::map), "new", TypeKind::array); }},
    {"a thread that nobody began", false,
     [](auto& d, auto& c) {
       const auto thread = c.set_type(d.root("threads", TypeKind::map), "new", TypeKind::map);
       c.set(thread, "quote", "words");
     }},
    {"a thread that somebody began and that is taken back", false,
     [](auto& d, auto& c) { c.unset(add_thread(d, c, "new"), "by"); }},
    {"a thread made and deleted before it was sent", true,
     [](auto& d, auto& c) {
       c.set_type(d.root("threads", TypeKind::map), "new", TypeKind::array);
       c.unset(d.root("threads", TypeKind::map), "new");
     }},
    {"a thread with an endless id", false, [](auto& d, auto& c) { add_thread(d, c, many(257, "i")); }},
    {"begun by a number", false, [](auto& d, auto& c) { c.set(add_thread(d, c, "new"), "by", 1.0); }},

    {"resolved", true, in_thread("state", "resolved")},
    {"resolved and opened again before it was sent", true,
     [](auto& d, auto& c) {
       c.set(thread_at(d), "state", "resolved");
       c.set(thread_at(d), "state", "open");
     }},
    {"a state nobody knows", false, in_thread("state", "half")},
    {"a state that is an object", false, in_thread("state", object({{"open", true}}))},
    {"a state that is a map", false,
     [](auto& d, auto& c) { c.set_type(thread_at(d), "state", TypeKind::map); }},
    {"a part that threads do not have", false, in_thread("colour", "red")},
    {"messages that are words", false, in_thread("messages", "hello")},
    {"messages that are a map", false,
     [](auto& d, auto& c) { c.set_type(thread_at(d), "messages", TypeKind::map); }},
    {"reactions that are a list", false,
     [](auto& d, auto& c) { c.set_type(thread_at(d), "reactions", TypeKind::array); }},

    {"an anchor with nothing in it", true, in_thread("anchor", object({}))},
    {"an anchor that is a word", false, in_thread("anchor", "x")},
    {"an anchor with a number in it", false, in_thread("anchor", object({{"start", 1.0}}))},
    {"an anchor with what anchors do not have", false, in_thread("anchor", object({{"url", "x"}}))},
    {"an anchor too long", false, in_thread("anchor", object({{"before", many(1'001, "x")}}))},
    {"a long quote", true, in_thread("quote", many(100'000, "ü"))},
    {"a quote too long", false, in_thread("quote", many(100'001, "x"))},
    {"a quote that is a number", false, in_thread("quote", 1.0)},

    {"the first moment", true, in_message("at", 0.0)},
    {"the last moment", true, in_message("at", 8.64e15)},
    {"after the last moment", false, in_message("at", 8.64e15 + 1)},
    {"a time far beyond every calendar", false, in_message("at", 1e300)},
    {"a time before 1970", false, in_message("at", -1.0)},
    {"half a millisecond", false, in_message("at", 0.5)},
    {"no number", false, in_message("at", std::numeric_limits<double>::quiet_NaN())},
    {"an endless time", false, in_message("at", std::numeric_limits<double>::infinity())},
    {"a time in words", false, in_message("at", "now")},
    {"a thread's time beyond every calendar", false, in_thread("at", 1e300)},

    {"the longest message", true, in_message("body", many(10'000, "ü"))},
    {"the longest message, of two units a letter", true, in_message("body", many(5'000, "𝕏"))},
    {"one letter too long", false, in_message("body", many(10'001, "x"))},
    {"one letter too long, of two units a letter", false, in_message("body", many(5'001, "𝕏"))},
    {"five million letters", false, in_message("body", many(5'000'000, "w"))},
    {"a message that is an object", false, in_message("body", object({}))},
    {"a message that is a text of its own", false,
     [](auto& d, auto& c) { c.set_type(message_at(d), "body", TypeKind::text); }},
    {"a map within a message", false,
     [](auto& d, auto& c) { c.set_type(message_at(d), "more", TypeKind::map); }},
    {"a map within a map within a message", false,
     [](auto& d, auto& c) {
       c.set_type(c.set_type(message_at(d), "body", TypeKind::map), "x", TypeKind::map);
     }},
    {"a part that messages do not have", false, in_message("colour", "red")},
    {"an id too long", false, in_message("id", many(1'001, "x"))},
    {"a message that is a word", false,
     [](auto& d, auto& c) { c.insert(messages_at(d), 1, {Any("hello")}); }},
    {"a message deleted", true, [](auto& d, auto& c) { c.remove(messages_at(d), 0, 1); }},
    {"a message too long, deleted before it was sent", true,
     [](auto& d, auto& c) {
       c.set(c.insert_type(messages_at(d), 1, TypeKind::map), "body", many(10'001, "x"));
       c.remove(messages_at(d), 1, 1);
     }},

    {"a reaction", true,
     [](auto& d, auto& c) { c.set(type_at(d, thread_at(d), "reactions"), "ann/+1", 1.7e12); }},
    {"a reaction at no time", false,
     [](auto& d, auto& c) { c.set(type_at(d, thread_at(d), "reactions"), "ann/+1", "now"); }},
    {"a reaction that is a map", false,
     [](auto& d, auto& c) { c.set_type(type_at(d, thread_at(d), "reactions"), "ann/+1", TypeKind::map); }},
    {"an endless reaction", false,
     [](auto& d, auto& c) { c.set(type_at(d, thread_at(d), "reactions"), "ann/" + many(512, "x"), 1.0); }},

    {"another root", true, [](auto& d, auto& c) { c.insert_text(d.root("notes", TypeKind::text), 0, "x"); }},
};

TEST_CASE("Comments: what may stand in a thread") {
  Document document;
  Transaction change(document, crdt::ClientId{1});
  add_thread(document, change, "t");
  change.commit();
  const Bytes before = document.encode_since();
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(fits(before, c.edit) == c.fits);
  }
}

TEST_CASE("Comments: what is there from before there were bounds may be put right and deleted") {
  Document document;
  Transaction change(document, crdt::ClientId{1});
  const auto thread = change.set_type(document.root("threads", TypeKind::map), "t", TypeKind::map);
  change.set(thread, "state", object({}));
  const auto message =
      change.insert_type(change.set_type(thread, "messages", TypeKind::array), 0, TypeKind::map);
  change.set(message, "body", many(20'000, "x"));
  change.set_type(message, "more", TypeKind::map);
  change.commit();
  const Bytes before = document.encode_since();
  CHECK(fits(before, in_thread("state", "resolved")));
  CHECK(fits(before, in_message("body", "short")));
  CHECK(fits(before, [](auto& d, auto& c) { c.unset(message_at(d), "more"); }));
  CHECK(fits(before, [](auto& d, auto& c) { c.remove(messages_at(d), 0, 1); }));
  CHECK(fits(before, [](auto& d, auto& c) { c.unset(*d.find_root("threads"), "t"); }));
  CHECK_FALSE(fits(before, [](auto& d, auto& c) { c.set(type_at(d, message_at(d), "more"), "x", 1.0); }));
}

}  // namespace
}  // namespace assay::server
