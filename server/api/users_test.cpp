#include "server/api/test_server.h"

using namespace assay::server;
using namespace assay::server::api;

namespace {

std::vector<std::string> ids(const HttpResponse& response) {
  std::vector<std::string> all;
  const auto body = body_of(response);
  for (const auto& user : body.at("users")) all.push_back(user.at("id"));
  return all;
}

}  // namespace

TEST_CASE("Users: found by part of an id or a name, whatever the case") {
  TestServer server;
  const auto admin = server.sign_in_as("admin", true);
  const auto dana = server.sign_in_as("dana");
  server.add_user("oe", "Änne Öberg");
  server.add_user("gone", "Gone");
  REQUIRE(server.accounts.change("gone", {std::nullopt, true}));
  using Ids = std::vector<std::string>;
  CHECK(ids(server.send(ask("GET", "/api/users?q=DAN", dana))) == Ids{"dana"});
  CHECK(ids(server.send(ask("GET", "/api/users?q=öBERG", dana))) == Ids{"oe"});
  CHECK(ids(server.send(ask("GET", "/api/users", dana))) == Ids{"admin", "dana", "oe"});
  CHECK(ids(server.send(ask("GET", "/api/users?q=xyz", dana))) == Ids{});
  CHECK(ids(server.send(ask("GET", "/api/users?q=\xff", dana))) == Ids{});
  CHECK(server.send(ask("GET", "/api/users?q=dana", dana)).body ==
        R"({"users":[{"id":"dana","name":"Name of dana"}]})");
  CHECK(server.send(ask("GET", "/api/users?q=gone", admin)).body ==
        R"({"users":[{"id":"gone","name":"Gone","admin":false,"disabled":true}]})");
}

TEST_CASE("Users: an ordinary user gets fifty at most, an administrator all") {
  TestServer server;
  const auto admin = server.sign_in_as("admin", true);
  const auto dana = server.sign_in_as("dana");
  for (int i = 0; i < 60; ++i) server.add_user("u" + std::to_string(i));
  CHECK(ids(server.send(ask("GET", "/api/users", dana))).size() == 50);
  CHECK(ids(server.send(ask("GET", "/api/users", admin))).size() == 62);
}

TEST_CASE("Users: added and changed by administrators only") {
  TestServer server;
  const auto admin = server.sign_in_as("admin", true);
  const auto dana = server.sign_in_as("dana");
  const Json eli{{"id", "eli"}, {"name", "Eli"}, {"password", test_password}};
  CHECK(outcome_of(server.send(ask_json("POST", "/api/users", eli, dana))) == "403 not-allowed");
  CHECK(outcome_of(server.send(ask_json("POST", "/api/users", eli))) == "401 not-signed-in");
  const auto made = server.send(ask_json("POST", "/api/users", eli, admin));
  CHECK(made.status == 201);
  CHECK(made.body == R"({"id":"eli","name":"Eli","admin":false,"disabled":false})");
  CHECK(outcome_of(server.send(ask_json("POST", "/api/users", eli, admin))) == "409 taken");

  const auto cookie = server.sign_in_as("eli");
  CHECK(outcome_of(server.send(ask_json("PATCH", "/api/users/eli", {{"disabled", true}}, dana))) ==
        "403 not-allowed");
  CHECK(server.send(ask_json("PATCH", "/api/users/eli", {{"password", "another one"}}, admin)).status == 200);
  CHECK(server.send(ask("GET", "/api/reports", cookie)).status == 401);
  CHECK(
      server.send(ask_json("POST", "/api/session", {{"user", "eli"}, {"password", "another one"}})).status ==
      200);
  CHECK(body_of(server.send(ask_json("PATCH", "/api/users/eli", {{"disabled", true}}, admin)))["disabled"] ==
        true);
  CHECK(
      server.send(ask_json("POST", "/api/session", {{"user", "eli"}, {"password", "another one"}})).status ==
      401);
  CHECK(outcome_of(server.send(ask_json("PATCH", "/api/users/nobody", {{"disabled", true}}, admin))) ==
        "404 not-found");
  CHECK(outcome_of(server.send(ask_json("PATCH", "/api/users/admin", {{"disabled", true}}, admin))) ==
        "409 last-administrator");
  CHECK(outcome_of(server.send(ask_json("PATCH", "/api/users/eli", {{"password", "short"}}, admin))) ==
        "422 not-acceptable");
  CHECK(outcome_of(server.send(ask_json("PATCH", "/api/users/eli", {{"admin", true}}, admin))) ==
        "400 malformed");
}

TEST_CASE("Users: the control socket has an administrator's rights") {
  TestServer server;
  auto request =
      ask_json("POST", "/api/users", {{"id", "dana"}, {"name", "Dana"}, {"password", test_password}});
  request.control = true;
  const auto made = server.send(request);
  CHECK(made.status == 201);
  CHECK(body_of(made)["admin"] == true);
  CHECK_FALSE(server.accounts.setup_needed());
}
