#include "server/sync/messages.h"

#include <catch2/catch.hpp>

#include "crdt/bytes.h"

namespace assay::server {
namespace {

const Bytes empty_update = {0, 0};

// What was understood, in a word; or why not.
std::string word(const SyncStep1& said) { return said.ask_back ? "step1" : "step1 quietly"; }
std::string word(const SyncUpdate& said) { return said.update.update.empty() ? "empty update" : "update"; }
std::string word(const AwarenessSaid& said) {
  std::string words = "awareness";
  for (const auto& entry : said.entries) {
    words += " " + std::to_string(entry.client.value) + ":" + std::to_string(entry.clock) + ":" + entry.state;
  }
  return words;
}
std::string word(const QueryAwareness&) { return "query"; }
std::string word(const Authenticate& said) { return "token " + said.token; }
std::string word(const Stateless& said) { return "stateless " + said.text; }
std::string word(const CloseDocument&) { return "close"; }

template <class Message>
std::string understood(const Parsed<Message>& parsed) {
  if (!parsed) return "malformed";
  return std::visit([](const auto& said) { return word(said); }, *parsed);
}

struct Case {
  const char* name;
  Bytes bytes;
  const char* expected;
};

const Case y_websocket_cases[] = {
    {"step 1, empty state vector", {0, 0, 1, 0}, "step1"},
    {"step 1, one entry", {0, 0, 3, 1, 5, 7}, "step1"},
    {"step 1, more entries than bytes", {0, 0, 2, 9, 5}, "malformed"},
    {"step 2, empty", {0, 1, 2, 0, 0}, "empty update"},
    {"update, empty", {0, 2, 2, 0, 0}, "empty update"},
    {"update, a deletion", {0, 2, 6, 0, 1, 5, 1, 0, 1}, "update"},
    {"update, cut short", {0, 2, 6, 0, 1, 5}, "malformed"},
    {"update, not one", {0, 2, 2, 1, 1}, "malformed"},
    {"an unknown sync message", {0, 3, 0}, "malformed"},
    {"sync with something after it", {0, 0, 1, 0, 9}, "malformed"},
    {"awareness, nobody", {1, 1, 0}, "awareness"},
    {"awareness", {1, 6, 1, 7, 3, 2, '{', '}'}, "awareness 7:3:{}"},
    {"awareness, gone", {1, 8, 1, 7, 4, 4, 'n', 'u', 'l', 'l'}, "awareness 7:4:null"},
    {"awareness, gone with spaces", {1, 9, 1, 7, 4, 5, ' ', 'n', 'u', 'l', 'l'}, "awareness 7:4:null"},
    {"awareness that is no JSON", {1, 6, 1, 7, 3, 2, '{', ']'}, "malformed"},
    {"awareness, cut short", {1, 6, 1, 7, 3, 9, '{', '}'}, "malformed"},
    {"query", {3}, "query"},
    {"query and more", {3, 0}, "malformed"},
    {"auth from a client", {2, 0, 0}, "malformed"},
    {"an unknown type", {17}, "malformed"},
    {"nothing", {}, "malformed"},
    {"a varint without end", {0x80, 0x80}, "malformed"},
};

TEST_CASE("Messages: y-websocket") {
  for (const auto& c : y_websocket_cases) {
    INFO(c.name);
    CHECK(understood(parse_y_websocket(c.bytes, Limits{})) == c.expected);
  }
}

const Case hocuspocus_cases[] = {
    {"step 1", {0, 0, 1, 0}, "step1"},
    {"step 1 in a reply is not answered with one", {4, 0, 1, 0}, "step1 quietly"},
    {"step 2", {0, 1, 2, 0, 0}, "empty update"},
    {"step 2 in a reply", {4, 1, 2, 0, 0}, "empty update"},
    {"update", {0, 2, 6, 0, 1, 5, 1, 0, 1}, "update"},
    {"awareness", {1, 6, 1, 7, 3, 2, '{', '}'}, "awareness 7:3:{}"},
    {"auth, version 3", {2, 0, 2, 'm', 'e'}, "token me"},
    {"auth, version 4", {2, 0, 2, 'm', 'e', 5, '4', '.', '8', '.', '0'}, "token me"},
    {"auth with an empty token", {2, 0, 0}, "token "},
    {"auth, cut short", {2, 0, 2, 'm'}, "malformed"},
    {"auth with more than a version", {2, 0, 1, 'm', 1, '4', 0}, "malformed"},
    {"denied, from a client", {2, 1, 0}, "malformed"},
    {"query", {3}, "query"},
    {"stateless", {5, 2, 'h', 'i'}, "stateless hi"},
    {"broadcast", {6, 2, 'h', 'i'}, "malformed"},
    {"close", {7}, "close"},
    {"close with a reason", {7, 1, 'x'}, "close"},
    {"a sync status from a client", {8, 1}, "malformed"},
    {"an unknown type", {40}, "malformed"},
    {"nothing", {}, "malformed"},
};

TEST_CASE("Messages: Hocuspocus") {
  for (const auto& c : hocuspocus_cases) {
    INFO(c.name);
    CHECK(understood(parse_hocuspocus(c.bytes, Limits{})) == c.expected);
  }
}

TEST_CASE("Messages: Hocuspocus routing") {
  CHECK(std::holds_alternative<Ping>(*parse_envelope(Bytes{9})));
  CHECK(std::holds_alternative<Pong>(*parse_envelope(Bytes{10})));
  const Bytes plain = {3, 'a', '/', 'b', 3};
  const auto one = std::get<Routed>(*parse_envelope(plain));
  CHECK(one.name == "a/b");
  CHECK(one.key == "a/b");
  CHECK(one.body.size() == 1);
  const Bytes with_session = {4, 'a', 0, 's', '1', 3};
  const auto two = std::get<Routed>(*parse_envelope(with_session));
  CHECK(two.name == "a");
  CHECK(two.key == std::string_view("a\0s1", 4));
  CHECK_FALSE(parse_envelope(Bytes{}));
  CHECK_FALSE(parse_envelope(Bytes{9, 'a'}));
  CHECK_FALSE(parse_envelope(Bytes{1, 0xff, 0}));
  const auto with_key = [](std::size_t name, std::size_t session) {
    crdt::Writer writer;
    writer.string(std::string(name, 'n') + std::string(1, '\0') + std::string(session, 's'));
    writer.byte(3);
    return writer.take();
  };
  CHECK(parse_envelope(with_key(512, 512)));
  CHECK_FALSE(parse_envelope(with_key(513, 0)));
  CHECK_FALSE(parse_envelope(with_key(1, 513)));
}

TEST_CASE("Messages: what the server says") {
  const YWebsocketDialect y;
  const HocuspocusDialect h("d");
  const struct {
    const char* name;
    Bytes y, h;
  } cases[] = {
      {"step1", {0, 0, 1, 0}, {1, 'd', 0, 0, 1, 0}},
      {"step2", {0, 1, 2, 0, 0}, {1, 'd', 0, 1, 2, 0, 0}},
      {"update", {0, 2, 2, 0, 0}, {1, 'd', 0, 2, 2, 0, 0}},
      {"awareness", {1, 1, 0}, {1, 'd', 1, 1, 0}},
      {"stored", {}, {1, 'd', 8, 1}},
      {"not stored", {}, {1, 'd', 8, 0}},
      {"denied", {2, 0, 2, 'n', 'o'}, {1, 'd', 2, 1, 2, 'n', 'o'}},
      {"closed", {}, {1, 'd', 7, 2, 'n', 'o'}},
      {"read-only", {}, {1, 'd', 2, 2, 8, 'r', 'e', 'a', 'd', 'o', 'n', 'l', 'y'}},
  };
  const auto said = [](const Dialect& dialect, const std::string& name) -> Bytes {
    if (name == "step1") return dialect.step1(Bytes{0});
    if (name == "step2") return dialect.step2(empty_update);
    if (name == "update") return dialect.update(empty_update);
    if (name == "awareness") return dialect.awareness(Bytes{0});
    if (name == "stored") return dialect.status(true);
    if (name == "not stored") return dialect.status(false);
    if (name == "denied") return dialect.denied("no");
    if (name == "closed") return dialect.closed("no");
    return dialect.permission(false);
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(said(y, c.name) == c.y);
    CHECK(said(h, c.name) == c.h);
  }
}

}  // namespace
}  // namespace assay::server
