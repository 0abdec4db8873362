#include "server/api/outcomes_for_tests.h"

namespace assay::server::api {
namespace {

const Json sign_in_dana{{"user", "dana"}, {"password", test_password}};
const Json new_user{{"id", "new"}, {"name", "New"}, {"password", test_password}};
Json set_up_new(const TestServer& server) {
  return {{"token", server.accounts.setup_token()},
          {"user", "new"},
          {"name", "New"},
          {"password", test_password}};
}

}  // namespace

std::vector<OutcomeCase> session_cases() {
  const auto change_password = [](const std::string& password, const std::string& new_password) {
    return [=](World& w) {
      const Json body{{"password", password}, {"newPassword", new_password}};
      return w.server.send(ask_json("PATCH", "/api/session", body, w.cookies["eli"]));
    };
  };
  return {
      {"getSession", 200,
       [](World& w) { return w.server.send(ask("GET", "/api/session", w.cookies["eli"])); }},
      {"signIn", 200, [](World& w) { return w.server.send(ask_json("POST", "/api/session", sign_in_dana)); }},
      {"signIn", 401,
       [](World& w) {
         return w.server.send(ask_json("POST", "/api/session", {{"user", "dana"}, {"password", "x"}}));
       }},
      {"signIn", 409,
       [](World&) {
         return TestServer(Access::Mode::none).send(ask_json("POST", "/api/session", sign_in_dana));
       }},
      {"signIn", 429,
       [](World& w) {
         const auto wrong = ask_json("POST", "/api/session", {{"user", "dana"}, {"password", "x"}});
         for (int i = 0; i < 10; ++i) w.server.send(wrong);
         return w.server.send(wrong);
       }},
      {"signIn", 503,
       [](World& w) { return on_broken_disk(w, ask_json("POST", "/api/session", sign_in_dana)); }},
      {"changePassword", 200, change_password(test_password, "another password")},
      {"changePassword", 401, change_password("wrong", "another password")},
      {"changePassword", 409,
       [](World&) {
         return TestServer(Access::Mode::none)
             .send(ask_json("PATCH", "/api/session", {{"password", "x"}, {"newPassword", "y"}}));
       }},
      {"changePassword", 422, change_password(test_password, "short")},
      {"changePassword", 429,
       [=](World& w) {
         for (int i = 0; i < 10; ++i) change_password("wrong", "another password")(w);
         return change_password("wrong", "another password")(w);
       }},
      {"changePassword", 503,
       [=](World& w) {
         w.server.store.break_disk();
         return change_password(test_password, "another password")(w);
       }},
      {"signOut", 204,
       [](World& w) { return w.server.send(ask("DELETE", "/api/session", w.cookies["eli"])); }},
      {"signOut", 403, [](World& w) { return w.server.send(from_elsewhere(ask("DELETE", "/api/session"))); }},
      {"signOut", 503,
       [](World& w) { return on_broken_disk(w, ask("DELETE", "/api/session", w.cookies["eli"])); }},
      {"setUp", 200,
       [](World&) {
         TestServer fresh;
         return fresh.send(ask_json("POST", "/api/setup", set_up_new(fresh)));
       }},
      {"setUp", 401,
       [](World& w) { return w.server.send(ask_json("POST", "/api/setup", set_up_new(w.server))); }},
      {"setUp", 409,
       [](World&) {
         TestServer open(Access::Mode::none);
         return open.send(ask_json("POST", "/api/setup", set_up_new(open)));
       }},
      {"setUp", 422,
       [](World&) {
         TestServer fresh;
         auto body = set_up_new(fresh);
         body["password"] = "short";
         return fresh.send(ask_json("POST", "/api/setup", body));
       }},
      {"setUp", 503,
       [](World&) {
         TestServer fresh;
         fresh.store.break_disk();
         return fresh.send(ask_json("POST", "/api/setup", set_up_new(fresh)));
       }},
      {"describe", 200, [](World& w) { return w.server.send(ask("GET", "/api/openapi.json")); }},
  };
}

std::vector<OutcomeCase> user_cases() {
  const auto patch = [](const char* user, const Json& body, const char* as) {
    return [=](World& w) {
      return w.server.send(ask_json("PATCH", std::string("/api/users/") + user, body, w.cookies[as]));
    };
  };
  const auto post = [](const Json& body, const char* as) {
    return [=](World& w) { return w.server.send(ask_json("POST", "/api/users", body, w.cookies[as])); };
  };
  auto malformed_name = new_user;
  malformed_name["name"] = "";
  auto taken = new_user;
  taken["id"] = "eli";
  return {
      {"findUsers", 200,
       [](World& w) { return w.server.send(ask("GET", "/api/users", w.cookies["admin"])); }},
      {"findUsers", 401, [](World& w) { return w.server.send(ask("GET", "/api/users")); }},
      {"addUser", 201, post(new_user, "admin")},
      {"addUser", 401, post(new_user, "")},
      {"addUser", 403, post(new_user, "dana")},
      {"addUser", 409, post(taken, "admin")},
      {"addUser", 422, post(malformed_name, "admin")},
      {"addUser", 503,
       [](World& w) {
         return on_broken_disk(w, ask_json("POST", "/api/users", new_user, w.cookies["admin"]));
       }},
      {"changeUser", 200, patch("eli", {{"disabled", true}}, "admin")},
      {"changeUser", 401, patch("eli", Json::object(), "")},
      {"changeUser", 403, patch("eli", Json::object(), "dana")},
      {"changeUser", 404, patch("nobody", {{"disabled", true}}, "admin")},
      {"changeUser", 409, patch("admin", {{"disabled", true}}, "admin")},
      {"changeUser", 422, patch("eli", {{"password", "short"}}, "admin")},
      {"changeUser", 503,
       [](World& w) {
         return on_broken_disk(w,
                               ask_json("PATCH", "/api/users/eli", {{"disabled", true}}, w.cookies["admin"]));
       }},
  };
}

}  // namespace assay::server::api
