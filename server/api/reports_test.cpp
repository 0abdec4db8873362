#include "server/api/test_server.h"

using namespace assay::server;
using namespace assay::server::api;

namespace {

std::string make_report(TestServer& server, const std::string& cookie, const std::string& title = "A title") {
  const auto made = server.send(ask_json("POST", "/api/reports", {{"title", title}}, cookie));
  REQUIRE(made.status == 201);
  return body_of(made).at("id");
}

std::vector<std::string> ids(const HttpResponse& response) {
  std::vector<std::string> all;
  const auto body = body_of(response);
  for (const auto& row : body.at("reports")) all.push_back(row.at("id"));
  return all;
}

HttpRequest share(const std::string& id, const Json& roles, const std::string& cookie) {
  return ask_json("PATCH", "/api/reports/" + id, {{"roles", roles}}, cookie);
}

}  // namespace

TEST_CASE("Reports: a row says whose it is and when it changed") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  server.sign_in_as("eli");
  const auto id = make_report(server, dana, "Über alles");
  CHECK(server.send(share(id, {{"eli", "reviewer"}}, dana)).status == 200);
  server.registry.note_change(id, {server.now + 1'500, "eli", "New title", std::vector<std::string>{"x"}, 2});
  const auto rows = body_of(server.send(ask("GET", "/api/reports", dana)));
  CHECK(
      rows["reports"][0].dump() ==
      R"({"id":")" + id +
          R"(","title":"New title","status":"draft","sample":false,"role":"owner","owner":{"id":"dana",)"
          R"("name":"Name of dana"},"people":[],"threads":2,"findings":null,"tags":["x"],"created":"2026-09-21T14:13:20.000Z",)"
          R"("changed":"2026-09-21T14:13:21.500Z","changedBy":"Name of eli"})");
}

TEST_CASE("Reports: each sees what was shared, newest change first; the rest does not exist") {
  TestServer server;
  const auto admin = server.sign_in_as("admin", true);
  const auto dana = server.sign_in_as("dana"), eli = server.sign_in_as("eli");
  const auto first = make_report(server, dana);
  server.now += 10;
  const auto second = make_report(server, dana);
  server.send(share(first, {{"eli", "viewer"}}, dana));
  using Ids = std::vector<std::string>;
  CHECK(ids(server.send(ask("GET", "/api/reports", dana))) == Ids{second, first});
  CHECK(ids(server.send(ask("GET", "/api/reports", eli))) == Ids{first});
  CHECK(ids(server.send(ask("GET", "/api/reports", admin))) == Ids{second, first});
  CHECK(body_of(server.send(ask("GET", "/api/reports/" + first, eli)))["me"] == "viewer");
  CHECK(body_of(server.send(ask("GET", "/api/reports/" + first, admin)))["me"] == "owner");
  for (const auto* method : {"GET", "DELETE"})
    CHECK(outcome_of(server.send(ask(method, "/api/reports/" + second, eli))) == "404 not-found");
  CHECK(outcome_of(server.send(ask("GET", "/api/reports/" + second + "/export", eli))) == "404 not-found");
  CHECK(outcome_of(server.send(ask("GET", "/api/reports/" + second + "~comments", dana))) == "404 not-found");
  CHECK(outcome_of(server.send(ask("GET", "/api/reports"))) == "401 not-signed-in");
}

struct ShareCase {
  const char* name;
  const char* as;
  Json roles;
  const char* outcome;
};
const ShareCase share_cases[] = {
    {"an owner gives", "dana", {{"finn", "editor"}}, "200"},
    {"an owner takes", "dana", {{"eli", nullptr}}, "200"},
    {"nothing", "dana", Json::object(), "200"},
    {"an administrator", "admin", {{"finn", "owner"}}, "200"},
    {"a reviewer", "eli", {{"finn", "viewer"}}, "403 not-allowed"},
    {"a reviewer to himself", "eli", {{"eli", "owner"}}, "403 not-allowed"},
    {"somebody without a role", "finn", {{"finn", "viewer"}}, "404 not-found"},
    {"to nobody we know", "dana", {{"nobody", "viewer"}}, "422 unknown-user"},
    {"no such role", "dana", {{"finn", "boss"}}, "400 malformed"},
    {"the role none", "dana", {{"finn", "none"}}, "400 malformed"},
    {"a number", "dana", {{"finn", 3}}, "400 malformed"},
    {"roles in a list", "dana", Json::array({"finn"}), "400 malformed"},
    {"the last owner leaves", "dana", {{"dana", nullptr}}, "409 last-owner"},
    {"the last owner steps down", "dana", {{"dana", "editor"}}, "409 last-owner"},
    {"the last owner hands over", "dana", {{"dana", "viewer"}, {"finn", "owner"}}, "200"},
};

TEST_CASE("Reports: sharing") {
  for (const auto& c : share_cases) {
    INFO(c.name);
    TestServer server;
    std::map<std::string, std::string> cookies;
    for (const auto* user : {"admin", "dana", "eli", "finn"}) cookies[user] = server.sign_in_as(user);
    const auto id = make_report(server, cookies["dana"]);
    REQUIRE(server.send(share(id, {{"eli", "reviewer"}}, cookies["dana"])).status == 200);
    const auto before = body_of(server.send(ask("GET", "/api/reports/" + id, cookies["admin"])))["roles"];
    CHECK(outcome_of(server.send(share(id, c.roles, cookies[c.as]))) == c.outcome);
    const auto after = body_of(server.send(ask("GET", "/api/reports/" + id, cookies["admin"])))["roles"];
    if (std::string(c.outcome) != "200") CHECK(after == before);
  }
}

TEST_CASE("Reports: the answer to sharing is the report with its roles") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  server.sign_in_as("eli");
  const auto id = make_report(server, dana);
  const auto shared = body_of(server.send(share(id, {{"eli", "reviewer"}}, dana)));
  CHECK(shared["roles"].dump() == R"([{"user":"dana","name":"Name of dana","role":"owner"},)"
                                  R"({"user":"eli","name":"Name of eli","role":"reviewer"}])");
  CHECK(shared["me"] == "owner");
  CHECK(shared == body_of(server.send(ask("GET", "/api/reports/" + id, dana))));
}

TEST_CASE("Reports: to the trash, seen there by its owner, and back") {
  TestServer server;
  const auto dana = server.sign_in_as("dana"), eli = server.sign_in_as("eli"),
             finn = server.sign_in_as("finn");
  const auto id = make_report(server, dana);
  server.send(share(id, {{"eli", "editor"}, {"finn", "owner"}}, dana));
  CHECK(outcome_of(server.send(ask("DELETE", "/api/reports/" + id, eli))) == "403 not-allowed");
  CHECK(server.send(ask("DELETE", "/api/reports/" + id, dana)).status == 204);
  CHECK(outcome_of(server.send(ask("DELETE", "/api/reports/" + id, dana))) == "404 not-found");
  CHECK(outcome_of(server.send(ask("GET", "/api/reports/" + id, dana))) == "404 not-found");
  CHECK(ids(server.send(ask("GET", "/api/reports", dana))).empty());
  CHECK(ids(server.send(ask("GET", "/api/reports?trash=1", finn))).size() == 1);
  CHECK(ids(server.send(ask("GET", "/api/reports?trash=1", eli))).empty());

  const auto restore = "/api/reports/" + id + "/restore";
  CHECK(outcome_of(server.send(ask("POST", restore, eli))) == "404 not-found");
  CHECK(server.send(ask("POST", restore, finn)).status == 200);
  CHECK(outcome_of(server.send(ask("POST", restore, finn))) == "404 not-found");
  CHECK(server.send(ask("GET", "/api/reports/" + id + "/export", eli)).status == 200);
}

TEST_CASE("Reports: erased before time by administrators only, and only from the trash") {
  TestServer server;
  const auto admin = server.sign_in_as("admin", true), dana = server.sign_in_as("dana");
  const auto id = make_report(server, dana);
  const auto erase = "/api/reports/" + id + "?erase=1";
  CHECK(outcome_of(server.send(ask("DELETE", erase, admin))) == "404 not-found");
  CHECK(server.send(ask("DELETE", "/api/reports/" + id, dana)).status == 204);
  CHECK(outcome_of(server.send(ask("DELETE", erase, dana))) == "403 not-allowed");
  CHECK(server.send(ask("DELETE", erase, admin)).status == 204);
  CHECK(server.registry.state(id) == ReportState::erased);
  CHECK_FALSE(server.store.exists(id));
  CHECK(ids(server.send(ask("GET", "/api/reports?trash=1", dana))).empty());
  CHECK(outcome_of(server.send(ask("POST", "/api/reports/" + id + "/restore", dana))) == "404 not-found");
}

TEST_CASE("Reports: without accounts all are editors, may delete, and have nobody to share with") {
  TestServer server(Access::Mode::none);
  const auto id = make_report(server, "");
  const auto row = body_of(server.send(ask("GET", "/api/reports")))["reports"][0];
  CHECK(row["role"] == "editor");
  CHECK(row["owner"].is_null());
  CHECK(row["people"].empty());
  CHECK(row["changedBy"].is_null());
  CHECK(outcome_of(server.send(share(id, {{"eli", "viewer"}}, ""))) == "403 not-allowed");
  CHECK(server.send(ask("DELETE", "/api/reports/" + id)).status == 204);
  CHECK(ids(server.send(ask("GET", "/api/reports?trash=1"))).size() == 1);
  CHECK(server.send(ask("POST", "/api/reports/" + id + "/restore")).status == 200);
}

TEST_CASE("Reports: made by the control socket they belong to nobody, and administrators find them") {
  TestServer server;
  const auto admin = server.sign_in_as("admin", true), dana = server.sign_in_as("dana");
  auto request = ask_json("POST", "/api/reports", {{"title", "T"}});
  request.control = true;
  const std::string id = body_of(server.send(request))["id"];
  CHECK(ids(server.send(ask("GET", "/api/reports", dana))).empty());
  const auto row = body_of(server.send(ask("GET", "/api/reports/" + id, admin)));
  CHECK(row["owner"].is_null());
  CHECK(row["changedBy"].is_null());
  CHECK(server.send(share(id, {{"dana", "owner"}}, admin)).status == 200);
  CHECK(ids(server.send(ask("GET", "/api/reports", dana))).size() == 1);
  auto listing = ask("GET", "/api/reports");
  listing.control = true;
  CHECK(ids(server.send(listing)).size() == 1);
}

TEST_CASE("Reports: when the disk is broken nothing changes and the answer says so") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  server.sign_in_as("eli");
  const auto id = make_report(server, dana);
  server.store.break_disk();
  CHECK(outcome_of(server.send(ask_json("POST", "/api/reports", {{"title", "T"}}, dana))) == "503 storage");
  CHECK(outcome_of(server.send(share(id, {{"eli", "viewer"}}, dana))) == "503 storage");
  CHECK(outcome_of(server.send(ask("DELETE", "/api/reports/" + id, dana))) == "503 storage");
  CHECK(ids(server.send(ask("GET", "/api/reports", dana))) == std::vector<std::string>{id});
  CHECK(body_of(server.send(ask("GET", "/api/reports/" + id, dana)))["roles"].size() == 1);
}

struct TemplateCase {
  const char* name;
  std::string body;
  const char* outcome;
};
const TemplateCase template_cases[] = {
    {"a title", R"({"title":"Grain exports"})", "201"},
    {"no title", "{}", "201"},
    {"nothing", "", "400 malformed"},
    {"no JSON", "{title}", "400 malformed"},
    {"no object", "\"x\"", "400 malformed"},
    {"title a number", R"({"title":1})", "400 malformed"},
    {"misspelt", R"({"titel":"x"})", "400 malformed"},
    {"two lines", R"({"title":"a\nb"})", "422 not-acceptable"},
    {"too long", R"({"title":")" + std::string(301, 'x') + "\"}", "422 not-acceptable"},
    {"not UTF-8", "{\"title\":\"\xff\"}", "400 malformed"},
    {"too deep", R"({"title":)" + std::string(20, '[') + std::string(20, ']') + "}", "400 malformed"},
    {"too large", R"({"title":")" + std::string(5'000, 'x') + "\"}", "413 too-large"},
};

TEST_CASE("Reports: a new one from the template") {
  for (const auto& c : template_cases) {
    INFO(c.name);
    TestServer server;
    const auto dana = server.sign_in_as("dana");
    auto request = ask("POST", "/api/reports", dana);
    request.headers.emplace_back("content-type", "application/json");
    request.body = c.body;
    const auto response = server.send(request);
    CHECK(outcome_of(response) == c.outcome);
    CHECK(ids(server.send(ask("GET", "/api/reports", dana))).size() == (response.status == 201 ? 1 : 0));
    if (response.status == 201)
      CHECK(header_of(response, "location") == "/api/reports/" + body_of(response)["id"].get<std::string>());
  }
}
