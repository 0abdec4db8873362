#include "server/rooms/roles.h"

#include <catch2/catch.hpp>
#include <functional>

namespace assay::server {
namespace {

using crdt::Any;
using crdt::Bytes;
using crdt::ClientId;
using crdt::Document;
using crdt::Transaction;
using crdt::TypeKind;
using crdt::TypeRef;

constexpr ClientId ann{11}, bob{22}, fresh{33};
const Bindings bindings = {{11, "ann"}, {22, "bob"}};

void add_thread(Document& document, Transaction& change, const std::string& id, const std::string& user) {
  const auto thread = change.set_type(document.root("threads", TypeKind::map), id, TypeKind::map);
  change.set(thread, "by", user);
  change.set(thread, "state", "open");
  change.set(thread, "quote", "words");
  change.set(thread, "anchor", Any(crdt::Any::Value(crdt::AnyObject{{"start", "AA"}})));
  const auto messages = change.set_type(thread, "messages", TypeKind::array);
  const auto message = change.insert_type(messages, 0, TypeKind::map);
  change.set(message, "author", user);
  change.set(message, "body", "hello");
  change.set_type(thread, "reactions", TypeKind::map);
}

TypeRef type_at(const Document& document, TypeRef map, std::string_view key) {
  return std::get<TypeRef>(*document.get(map, key));
}
TypeRef thread_at(const Document& document, std::string_view id) {
  return type_at(document, *document.find_root("threads"), id);
}
TypeRef message_at(const Document& document, std::string_view thread, std::size_t index) {
  return std::get<TypeRef>(
      document.elements(type_at(document, thread_at(document, thread), "messages")).at(index));
}

// A thread of Ann's and one of Bob's, both with a reply by Bob.
Bytes two_threads() {
  Document document;
  Transaction(document, ann).commit();
  {
    Transaction change(document, ann);
    add_thread(document, change, "a", "ann");
  }
  Transaction change(document, bob);
  add_thread(document, change, "b", "bob");
  for (const auto* id : {"a", "b"}) {
    const auto messages = type_at(document, thread_at(document, id), "messages");
    const auto reply = change.insert_type(messages, 1, TypeKind::map);
    change.set(reply, "author", "bob");
    change.set(reply, "body", "so");
  }
  change.commit();
  return document.encode_since();
}

using Edit = std::function<void(Document&, Transaction&)>;

// What the rules say of `edit` by `user` in this role, written under `client`.
bool allowed(const Bytes& before, DocumentPart part, const std::string& user, Role role, ClientId client,
             const Edit& edit) {
  Document server, author;
  for (auto* document : {&server, &author}) document->apply(*crdt::Update::decode(before));
  Transaction change(author, client);
  edit(author, change);
  const Bytes bytes = change.commit();
  const auto update = crdt::Update::decode(bytes);
  REQUIRE(update);
  const auto inspection = inspect_for_roles(server, *update, part);
  REQUIRE(inspection.news);
  REQUIRE_FALSE(inspection.missing);
  return !refusal(server, inspection, part, {user, "Shown " + user, role}, bindings);
}

// A reply of this user to Bob's thread, with these members.
void reply(Document& document, Transaction& change,
           const std::vector<std::pair<std::string, std::string>>& members) {
  const auto messages = type_at(document, thread_at(document, "b"), "messages");
  const auto made = change.insert_type(messages, 2, TypeKind::map);
  for (const auto& [key, value] : members) change.set(made, key, value);
}

struct CommentCase {
  const char* name;
  bool reviewer_may;  // Ann as a reviewer
  bool editor_may;    // Ann as an editor
  Edit edit;
};

const CommentCase comment_cases[] = {
    {"a thread in one's own name", true, true, [](auto& d, auto& c) { add_thread(d, c, "new", "ann"); }},
    {"a thread in another's name", false, false, [](auto& d, auto& c) { add_thread(d, c, "new", "bob"); }},
    {"a reply in one's own name", true, true,
     [](auto& d, auto& c) {
       const auto reply = c.insert_type(type_at(d, thread_at(d, "b"), "messages"), 2, TypeKind::map);
       c.set(reply, "author", "ann");
       c.set(reply, "body", "indeed");
     }},
    {"a reply in another's name", false, false,
     [](auto& d, auto& c) {
       const auto reply = c.insert_type(type_at(d, thread_at(d, "b"), "messages"), 2, TypeKind::map);
       c.set(reply, "author", "bob");
     }},
    {"a reply that shows one's own name", true, true,
     [](auto& d, auto& c) {
       reply(d, c, {{"author", "ann"}, {"name", "Shown ann"}});
     }},
    {"a reply that shows another's name", false, false,
     [](auto& d, auto& c) {
       reply(d, c, {{"author", "ann"}, {"name", "Shown bob"}});
     }},
    {"a reply that shows first one's own name, then another's", false, false,
     [](auto& d, auto& c) {
       reply(d, c, {{"author", "ann"}, {"name", "Shown ann"}, {"name", "Shown bob"}});
     }},
    {"a reply without an author", false, false,
     [](auto& d, auto& c) {
       reply(d, c, {{"name", "Shown ann"}, {"body", "x"}});
     }},
    {"a reply that is no map", false, false,
     [](auto& d, auto& c) {
       c.insert(type_at(d, thread_at(d, "b"), "messages"), 2,
                {Any(crdt::Any::Value(crdt::AnyObject{{"author", "ann"}}))});
     }},
    {"a reply written and deleted before it was sent", true, true,
     [](auto& d, auto& c) {
       reply(d, c, {{"author", "ann"}});
       c.remove(type_at(d, thread_at(d, "b"), "messages"), 2, 1);
     }},
    {"showing another's name on one's own message", false, false,
     [](auto& d, auto& c) { c.set(message_at(d, "a", 0), "name", "Shown bob"); }},
    {"resolving", true, true, [](auto& d, auto& c) { c.set(thread_at(d, "b"), "state", "resolved"); }},
    {"changing one's own message", true, true,
     [](auto& d, auto& c) { c.set(message_at(d, "a", 0), "body", "x"); }},
    {"changing another's message", false, false,
     [](auto& d, auto& c) { c.set(message_at(d, "a", 1), "body", "x"); }},
    {"passing one's own message off as another's", false, false,
     [](auto& d, auto& c) { c.set(message_at(d, "a", 0), "author", "bob"); }},
    {"deleting one's own message", true, true,
     [](auto& d, auto& c) { c.remove(type_at(d, thread_at(d, "a"), "messages"), 0, 1); }},
    {"deleting another's message", false, false,
     [](auto& d, auto& c) { c.remove(type_at(d, thread_at(d, "a"), "messages"), 1, 1); }},
    {"deleting all messages with their array", false, false,
     [](auto& d, auto& c) { c.set_type(thread_at(d, "b"), "messages", TypeKind::array); }},
    {"a reaction of one's own", true, true,
     [](auto& d, auto& c) { c.set(type_at(d, thread_at(d, "b"), "reactions"), "ann/+1", 1.0); }},
    {"a reaction of another", false, false,
     [](auto& d, auto& c) { c.set(type_at(d, thread_at(d, "b"), "reactions"), "bob/+1", 1.0); }},
    {"a reaction of one whose id begins alike", false, false,
     [](auto& d, auto& c) { c.set(type_at(d, thread_at(d, "b"), "reactions"), "anna/+1", 1.0); }},
    {"anchoring one's own thread anew", true, true,
     [](auto& d, auto& c) { c.set(thread_at(d, "a"), "anchor", "x"); }},
    {"anchoring another's thread anew", false, true,
     [](auto& d, auto& c) { c.set(thread_at(d, "b"), "anchor", "x"); }},
    {"taking over a thread", false, false, [](auto& d, auto& c) { c.set(thread_at(d, "b"), "by", "ann"); }},
    {"deleting a thread of one's own", false, true,
     [](auto& d, auto& c) { c.unset(*d.find_root("threads"), "a"); }},
    {"deleting another's thread", false, true,
     [](auto& d, auto& c) { c.unset(*d.find_root("threads"), "b"); }},
    {"putting a thread in another's place", false, true,
     [](auto& d, auto& c) { add_thread(d, c, "b", "ann"); }},
    {"another root", false, true,
     [](auto& d, auto& c) { c.insert_text(d.root("default", TypeKind::text), 0, "x"); }},
};

TEST_CASE("Roles: comments") {
  const Bytes before = two_threads();
  for (const auto& c : comment_cases) {
    INFO(c.name);
    CHECK(allowed(before, DocumentPart::comments, "ann", Role::reviewer, ann, c.edit) == c.reviewer_may);
    CHECK(allowed(before, DocumentPart::comments, "ann", Role::editor, ann, c.edit) == c.editor_may);
    CHECK_FALSE(allowed(before, DocumentPart::comments, "ann", Role::viewer, ann, c.edit));
  }
}

TEST_CASE("Roles: the text is the editors'") {
  const Edit type = [](Document& d, Transaction& c) { c.insert_text(d.root("t", TypeKind::text), 0, "x"); };
  for (const auto part : {DocumentPart::report, DocumentPart::other}) {
    CHECK(allowed({0, 0}, part, "ann", Role::owner, ann, type));
    CHECK(allowed({0, 0}, part, "ann", Role::editor, ann, type));
    CHECK_FALSE(allowed({0, 0}, part, "ann", Role::reviewer, ann, type));
    CHECK_FALSE(allowed({0, 0}, part, "ann", Role::viewer, ann, type));
  }
}

TEST_CASE("Roles: a client id belongs to the first who writes with it") {
  const Edit type = [](Document& d, Transaction& c) { c.insert_text(d.root("t", TypeKind::text), 0, "x"); };
  CHECK(allowed({0, 0}, DocumentPart::report, "ann", Role::owner, fresh, type));
  CHECK_FALSE(allowed({0, 0}, DocumentPart::report, "ann", Role::owner, bob, type));
}

TEST_CASE("Roles: ratings") {
  const auto rate = [](const std::string& key) -> Edit {
    return [key](Document& d, Transaction& c) {
      const auto rating = c.set_type(d.root("ratings", TypeKind::map), key, TypeKind::map);
      c.set(rating, "value", "CC");
    };
  };
  const struct {
    const char* key;
    bool may;
  } cases[] = {
      {"ann/e1/h1", true}, {"bob/e1/h1", false}, {"anna/e1/h1", false}, {"ann", false}, {"/ann/e1", false}};
  for (const auto& c : cases) {
    INFO(c.key);
    CHECK(allowed({0, 0}, DocumentPart::report, "ann", Role::owner, ann, rate(c.key)) == c.may);
  }
  const auto named = [](const Any& name, bool whole) -> Edit {
    return [=](Document& d, Transaction& c) {
      const auto ratings = d.root("ratings", TypeKind::map);
      if (whole)
        return c.set(ratings, "ann/e1/h1", Any(assay::crdt::AnyObject{{"value", Any("CC")}, {"name", name}}));
      c.set(c.set_type(ratings, "ann/e1/h1", TypeKind::map), "name", name);
    };
  };
  for (const bool whole : {true, false}) {
    CHECK(allowed({0, 0}, DocumentPart::report, "ann", Role::editor, ann, named(Any("Shown ann"), whole)));
    CHECK_FALSE(
        allowed({0, 0}, DocumentPart::report, "ann", Role::editor, ann, named(Any("Shown bob"), whole)));
    CHECK_FALSE(allowed({0, 0}, DocumentPart::report, "ann", Role::editor, ann, named(Any(7.0), whole)));
  }
  Document rated;
  Transaction change(rated, bob);
  rate("bob/e1/h1")(rated, change);
  change.commit();
  const auto before = rated.encode_since();
  const Edit within = [](Document& d, Transaction& c) {
    c.set(type_at(d, d.root("ratings", TypeKind::map), "bob/e1/h1"), "value", "II");
  };
  const Edit away = [](Document& d, Transaction& c) {
    c.unset(d.root("ratings", TypeKind::map), "bob/e1/h1");
  };
  CHECK_FALSE(allowed(before, DocumentPart::report, "ann", Role::owner, ann, within));
  CHECK_FALSE(allowed(before, DocumentPart::report, "ann", Role::owner, ann, away));
  CHECK(allowed(before, DocumentPart::report, "bob", Role::editor, bob, within));
}

}  // namespace
}  // namespace assay::server
