#include "server/api/test_server.h"

using namespace assay::server;
using namespace assay::server::api;

TEST_CASE("Session: nobody, then somebody, then nobody") {
  TestServer server;
  server.add_user("dana", "Dana Weiss");
  CHECK(server.send(ask("GET", "/api/session")).body == R"({"auth":"accounts","user":null})");

  const auto in =
      server.send(ask_json("POST", "/api/session", {{"user", "dana"}, {"password", test_password}}));
  REQUIRE(in.status == 200);
  CHECK(in.body == R"({"auth":"accounts","user":{"id":"dana","name":"Dana Weiss","admin":true}})");
  const auto set = header_of(in, "set-cookie");
  const auto cookie = set.substr(0, set.find(';'));
  CHECK(set == cookie + "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");

  CHECK(server.send(ask("GET", "/api/session", cookie)).body == in.body);
  auto by_token = ask("GET", "/api/session");
  by_token.headers.emplace_back("authorization", "Bearer " + cookie.substr(cookie.find('=') + 1));
  CHECK(server.send(by_token).body == in.body);

  const auto out = server.send(ask("DELETE", "/api/session", cookie));
  CHECK(out.status == 204);
  CHECK(header_of(out, "set-cookie") == "assay_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
  CHECK(server.send(ask("GET", "/api/reports", cookie)).status == 401);
  CHECK(server.send(ask("DELETE", "/api/session", cookie)).status == 204);
}

TEST_CASE("Session: the cookie is Secure behind TLS") {
  TestServer server;
  server.sign_in_as("dana");
  auto request = ask_json("POST", "/api/session", {{"user", "dana"}, {"password", test_password}});
  request.headers.emplace_back("x-forwarded-proto", "https");
  CHECK(header_of(server.send(request), "set-cookie").ends_with("; SameSite=Lax; Secure"));
}

TEST_CASE("Session: signing in again ends the session that the browser had") {
  TestServer server;
  const auto before = server.sign_in_as("dana");
  const auto again =
      server.send(ask_json("POST", "/api/session", {{"user", "dana"}, {"password", test_password}}, before));
  CHECK(again.status == 200);
  CHECK(server.send(ask("GET", "/api/reports", before)).status == 401);
}

TEST_CASE("Session: the cookie comes again once a day") {
  TestServer server;
  const auto cookie = server.sign_in_as("dana");
  CHECK(header_of(server.send(ask("GET", "/api/session", cookie)), "set-cookie").empty());
  server.now += 24LL * 60 * 60 * 1000;
  CHECK(header_of(server.send(ask("GET", "/api/session", cookie)), "set-cookie").starts_with(cookie + ";"));
}

TEST_CASE("Session: one's own password changed, all other browsers signed out") {
  TestServer server;
  const auto here = server.sign_in_as("dana"), there = server.sign_in_as("dana");
  const Json change{{"password", test_password}, {"newPassword", "another password"}};
  const auto changed = server.send(ask_json("PATCH", "/api/session", change, here));
  CHECK(changed.status == 200);
  const auto set = header_of(changed, "set-cookie");
  CHECK(server.send(ask("GET", "/api/reports", set.substr(0, set.find(';')))).status == 200);
  CHECK(server.send(ask("GET", "/api/reports", here)).status == 401);
  CHECK(server.send(ask("GET", "/api/reports", there)).status == 401);
  CHECK(outcome_of(server.send(ask_json("PATCH", "/api/session", change))) == "401 not-signed-in");
}

struct WrongSignIn {
  const char* name;
  Json body;
  const char* outcome;
};
const WrongSignIn wrong_sign_ins[] = {
    {"wrong password", {{"user", "dana"}, {"password", "wrong"}}, "401 wrong"},
    {"unknown user", {{"user", "nobody"}, {"password", test_password}}, "401 wrong"},
    {"empty", {{"user", ""}, {"password", ""}}, "401 wrong"},
    {"no password", {{"user", "dana"}}, "400 malformed"},
    {"password is a number", {{"user", "dana"}, {"password", 1}}, "400 malformed"},
    {"a member too many", {{"user", "dana"}, {"password", "wrong"}, {"remember", true}}, "400 malformed"},
    {"not an object", Json::array(), "400 malformed"},
    {"too large", {{"user", "dana"}, {"password", std::string(5'000, 'x')}}, "413 too-large"},
};

TEST_CASE("Session: wrong sign-ins") {
  TestServer server;
  server.sign_in_as("dana");
  for (const auto& c : wrong_sign_ins) {
    INFO(c.name);
    const auto response = server.send(ask_json("POST", "/api/session", c.body));
    CHECK(outcome_of(response) == c.outcome);
    CHECK(header_of(response, "set-cookie").empty());
  }
}

TEST_CASE("Session: throttled after ten failures, with a word on when to come again") {
  TestServer server;
  server.sign_in_as("dana");
  for (int i = 0; i < 10; ++i)
    CHECK(server.send(ask_json("POST", "/api/session", {{"user", "dana"}, {"password", "no"}})).status ==
          401);
  const auto response =
      server.send(ask_json("POST", "/api/session", {{"user", "dana"}, {"password", test_password}}));
  CHECK(outcome_of(response) == "429 too-many-attempts");
  CHECK(header_of(response, "retry-after") == "60");
}

TEST_CASE("Setup: the first administrator, once") {
  TestServer server;
  CHECK(server.send(ask("GET", "/api/session")).body == R"({"auth":"accounts","user":null,"setup":true})");
  Json body{{"token", "wrong"}, {"user", "dana"}, {"name", "Dana"}, {"password", test_password}};
  CHECK(outcome_of(server.send(ask_json("POST", "/api/setup", body))) == "401 wrong");
  body["token"] = server.accounts.setup_token();
  body["user"] = "Dana!";
  CHECK(outcome_of(server.send(ask_json("POST", "/api/setup", body))) == "422 not-acceptable");
  body["user"] = "dana";
  const auto made = server.send(ask_json("POST", "/api/setup", body));
  CHECK(made.body == R"({"auth":"accounts","user":{"id":"dana","name":"Dana","admin":true}})");
  CHECK(header_of(made, "set-cookie").starts_with("assay_session="));
  body["user"] = "eli";
  CHECK(outcome_of(server.send(ask_json("POST", "/api/setup", body))) == "401 wrong");
}

TEST_CASE("Without accounts everybody is anonymous") {
  TestServer server(Access::Mode::none);
  CHECK(server.send(ask("GET", "/api/session")).body ==
        R"({"auth":"none","user":{"id":"anonymous","name":"Anonymous","admin":false}})");
  CHECK(outcome_of(server.send(ask_json("POST", "/api/session", {{"user", "a"}, {"password", "b"}}))) ==
        "409 no-accounts");
  CHECK(server.send(ask("DELETE", "/api/session")).status == 204);
  CHECK(outcome_of(server.send(
            ask_json("POST", "/api/users", {{"id", "eli"}, {"name", "Eli"}, {"password", test_password}}))) ==
        "403 not-allowed");
}

struct OriginCase {
  const char* name;
  std::optional<std::string> origin;
  bool allowed;
};
const OriginCase origin_cases[] = {
    {"none", std::nullopt, true},
    {"own", "http://assay.example:8080", true},
    {"own by TLS", "https://ASSAY.example:8080", true},
    {"on the list", "https://friend.example", true},
    {"on the list by another scheme", "http://friend.example", false},
    {"another", "https://evil.example", false},
    {"own without its port", "http://assay.example", false},
    {"a longer name", "http://assay.example:80801", false},
    {"of a file or a sandbox", "null", false},
    {"empty", "", false},
};

TEST_CASE("A page of another site changes nothing") {
  for (const auto& c : origin_cases) {
    INFO(c.name);
    TestServer server;
    const auto cookie = server.sign_in_as("dana");
    auto request = ask_json("POST", "/api/reports", {{"title", "T"}}, cookie);
    if (c.origin) request.headers.emplace_back("origin", *c.origin);
    CHECK(server.send(request).status == (c.allowed ? 201 : 403));
    auto reading = ask("GET", "/api/reports", cookie);
    if (c.origin) reading.headers.emplace_back("origin", *c.origin);
    CHECK(server.send(reading).status == 200);
  }
}

TEST_CASE("Addresses and methods that are not there") {
  TestServer server;
  for (const auto* path :
       {"/api", "/api/", "/api/nothing", "/api/reports/", "/api/reports/a/b", "/api/reports//export"})
    CHECK(outcome_of(server.send(ask("GET", path))) == "404 not-found");
  const auto refused = server.send(ask("PUT", "/api/session"));
  CHECK(outcome_of(refused) == "405 method-not-allowed");
  CHECK(header_of(refused, "allow") == "GET, POST, PATCH, DELETE");
  CHECK(server.send(ask("HEAD", "/api/session")).status == 200);
}
