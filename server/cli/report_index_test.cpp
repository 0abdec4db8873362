#include "server/cli/report_index.h"

#include <sodium.h>

#include <catch2/catch.hpp>
#include <set>

#include "crdt/relative_position.h"
#include "server/checks/anchor.h"
#include "server/reports/report.h"
#include "storage/memory_store.h"

namespace assay::server::cli {
namespace {

using crdt::Any;
using crdt::AnyObject;
using crdt::Document;
using crdt::TypeKind;
using storage::MemoryStore;

// The first start of a server.
struct FirstStart {
  MemoryStore store;
  Registry registry{store};
  FirstStart() { make_sample_report(store, registry); }

  ReportRow row() const {
    const auto rows = registry.list(ReportState::live);
    REQUIRE(rows.size() == 1);
    return rows[0];
  }
  Document room(const std::string& name) {
    const auto stored = store.load(name);
    REQUIRE(stored.tail.size() == 1);
    CHECK(stored.tail[0].user.empty());
    const auto update = crdt::Update::decode(stored.tail[0].update);
    REQUIRE(update);
    Document document;
    REQUIRE_FALSE(document.apply(*update).pending);
    return document;
  }
  Document text() { return room(row().id); }
  // The only thread, and the id it is under.
  std::pair<std::string, Any> thread() {
    Document comments = room(row().id + "~comments");
    const Any threads = comments.to_any(comments.root("threads", TypeKind::map));
    const auto* all = threads.get_if<AnyObject>();
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    return all->front();
  }
};

std::set<std::string> names(const Any& object) {
  std::set<std::string> found;
  REQUIRE(object.get_if<AnyObject>());
  for (const auto& [name, value] : *object.get_if<AnyObject>()) found.insert(name);
  return found;
}

std::string words(const Any& object, std::string_view name) {
  const Any* member = object.member(name);
  REQUIRE(member);
  REQUIRE(member->get_if<std::string>());
  return *member->get_if<std::string>();
}

crdt::AbsolutePosition place(const Document& text, const std::string& base64) {
  crdt::Bytes bytes(base64.size());
  std::size_t size = 0;
  REQUIRE(sodium_base642bin(bytes.data(), bytes.size(), base64.data(), base64.size(), nullptr, &size, nullptr,
                            sodium_base64_VARIANT_ORIGINAL) == 0);
  bytes.resize(size);
  const auto position = crdt::decode_relative_position(bytes);
  REQUIRE(position);
  const auto found = resolve(text, *position);
  REQUIRE(found);
  return *found;
}

std::string attribute(const Document& text, crdt::TypeRef element, const char* name) {
  const auto value = text.get(element, name);
  REQUIRE(value);
  REQUIRE(std::get_if<Any>(&*value));
  const auto* said = std::get_if<Any>(&*value)->get_if<std::string>();
  REQUIRE(said);
  return *said;
}

// Those whose ratings are in the matrix.
std::set<std::string> raters(Document& text) {
  std::set<std::string> found;
  for (const auto& [key, rating] : text.entries(text.root("ratings", TypeKind::map)))
    found.insert(key.substr(0, key.find('/')));
  return found;
}

}  // namespace

TEST_CASE("The sample has one open thread, in the form that the page writes") {
  FirstStart start;
  const auto [id, thread] = start.thread();
  CHECK(id.size() == 22);
  CHECK(names(thread) ==
        std::set<std::string>{"anchor", "at", "by", "messages", "quote", "reactions", "state"});
  CHECK(words(thread, "state") == "open");
  CHECK(*thread.member("reactions") == Any(Any::Value(AnyObject{})));
  const auto* messages = thread.member("messages")->get_if<crdt::AnyArray>();
  REQUIRE(messages);
  REQUIRE(messages->size() == 2);
  auto text = start.text();
  std::set<std::string> authors;
  for (const auto& message : *messages) {
    CHECK(names(message) == std::set<std::string>{"at", "author", "body", "id", "name"});
    CHECK(words(message, "id").size() == 22);
    CHECK_FALSE(words(message, "name").empty());
    CHECK_FALSE(words(message, "body").empty());
    CHECK(*message.member("at") == *thread.member("at"));
    authors.insert(words(message, "author"));
  }
  CHECK(words(messages->front(), "author") == words(thread, "by"));
  CHECK(authors == raters(text));
}

TEST_CASE("The sample's thread holds on to its words by position, context and block") {
  FirstStart start;
  const auto thread = start.thread().second;
  const Any& anchor = *thread.member("anchor");
  CHECK(names(anchor) == std::set<std::string>{"after", "before", "block", "end", "section", "start"});
  const auto text = start.text();
  const auto from = place(text, words(anchor, "start"));
  const auto to = place(text, words(anchor, "end"));
  REQUIRE(from.type == to.type);
  // What is typed at either edge stays outside.
  CHECK(from.side == 0);
  CHECK(to.side == -1);
  const auto paragraph = checks::to_utf16(text.text(from.type));
  CHECK(paragraph.substr(from.index, to.index - from.index) == checks::to_utf16(words(thread, "quote")));
  CHECK(paragraph.substr(from.index - 32, 32) == checks::to_utf16(words(anchor, "before")));
  CHECK(paragraph.substr(to.index, 32) == checks::to_utf16(words(anchor, "after")));
  const auto block = text.parent(from.type);
  REQUIRE(block);
  CHECK(attribute(text, *block, "id") == words(anchor, "block"));
  const auto section = text.parent(*block);
  REQUIRE(section);
  CHECK(attribute(text, *section, "id") == words(anchor, "section"));
}

TEST_CASE("The sample's row counts its thread from the start, on disk too; it is made once") {
  FirstStart start;
  CHECK(start.row().open_threads == 1);
  CHECK(start.row().sample);
  CHECK(start.row().changed_by.empty());
  make_sample_report(start.store, start.registry);
  CHECK(start.registry.size() == 1);
  const Registry again(start.store);
  CHECK(again.list(ReportState::live).at(0).open_threads == 1);
}

}  // namespace assay::server::cli
