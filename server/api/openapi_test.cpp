// The description and the calls cannot drift: every status that a route declares is provoked here, no other
// comes, and what comes has the shape that is declared for it.
#include <fstream>
#include <functional>
#include <regex>
#include <set>

#include "server/api/checked_report.h"
#include "server/api/route.h"
#include "server/api/test_server.h"
#include "server/reports/report.h"

using namespace assay::server;
using namespace assay::server::api;

namespace {

// ---- As much of JSON Schema as the description uses ----

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "integer") return value.is_number_integer();
  if (type == "boolean") return value.is_boolean();
  return type == "null" && value.is_null();
}

class Schemas {
 public:
  explicit Schemas(const Json& document) : document_(document) {}

  // Where the value differs from the schema; empty when nowhere.
  std::string mistake(const Json& value, const Json& schema, const std::string& at = "") const {
    if (schema.contains("$ref")) {
      const auto pointer = schema["$ref"].get<std::string>().substr(1);
      return mistake(value, document_.at(Json::json_pointer(pointer)), at);
    }
    if (schema.contains("anyOf")) {
      for (const auto& one : schema["anyOf"])
        if (mistake(value, one, at).empty()) return {};
      return at + " fits none";
    }
    if (schema.contains("allOf"))
      for (const auto& one : schema["allOf"])
        if (auto wrong = mistake(value, one, at); !wrong.empty()) return wrong;
    if (schema.contains("type")) {
      const auto types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
      if (std::none_of(types.begin(), types.end(), [&](const auto& type) { return has_type(value, type); }))
        return at + " has another type";
    }
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
      return at + " is not on the list";
    if (value.is_array() && schema.contains("items"))
      for (const auto& one : value)
        if (auto wrong = mistake(one, schema["items"], at + "[]"); !wrong.empty()) return wrong;
    return value.is_object() ? mistake_in_object(value, schema, at) : std::string();
  }

 private:
  std::string mistake_in_object(const Json& value, const Json& schema, const std::string& at) const {
    for (const auto& name : schema.value("required", Json::array()))
      if (!value.contains(name.get<std::string>())) return at + "." + name.get<std::string>() + " is missing";
    const auto properties = schema.value("properties", Json::object());
    for (const auto& [name, member] : value.items()) {
      const auto here = at + "." + name;
      const auto rest = schema.value("additionalProperties", Json(true));
      if (properties.contains(name)) {
        if (auto wrong = mistake(member, properties[name], here); !wrong.empty()) return wrong;
      } else if (rest == false) {
        return here + " is not declared";
      } else if (rest.is_object()) {
        if (auto wrong = mistake(member, rest, here); !wrong.empty()) return wrong;
      }
    }
    return {};
  }

  const Json& document_;
};

// ---- Every outcome of every call ----

// A server with four users, a report of dana's that eli reviews, and one of hers in the trash.
struct World {
  World() {
    for (const auto* user : {"admin", "dana", "eli", "finn"}) cookies[user] = server.sign_in_as(user);
    report = make();
    gone = make();
    server.registry.change_roles(report, {{"eli", Role::reviewer}});
    server.registry.trash(gone, "dana");
  }
  std::string make() {
    return body_of(server.send(ask_json("POST", "/api/reports", Json::object(), cookies["dana"])))["id"];
  }
  TestServer server;
  std::map<std::string, std::string> cookies;
  std::string report, gone;
};

struct OutcomeCase {
  const char* operation;
  unsigned status;
  std::function<HttpResponse(World&)> provoke;
};

HttpRequest from_elsewhere(HttpRequest request) {
  request.headers.emplace_back("origin", "https://evil.example");
  return request;
}
HttpRequest with_type(HttpRequest request, const std::string& type, const std::string& body) {
  request.headers.emplace_back("content-type", type);
  request.body = body;
  return request;
}
HttpResponse on_broken_disk(World& w, const HttpRequest& request) {
  w.server.store.break_disk();
  return w.server.send(request);
}

const std::string large(5'000, 'x');
const Json sign_in_dana{{"user", "dana"}, {"password", test_password}};
const Json new_user{{"id", "new"}, {"name", "New"}, {"password", test_password}};
Json set_up_new(const TestServer& server) {
  return {{"token", server.accounts.setup_token()},
          {"user", "new"},
          {"name", "New"},
          {"password", test_password}};
}

// For a call with a JSON body: 400, 413, 415 and 403 by its origin.
std::vector<OutcomeCase> body_cases(const char* operation, const char* method,
                                    std::function<std::string(World&)> path, const char* as) {
  const auto send = [=](World& w, const std::string& type, const std::string& body) {
    return w.server.send(with_type(ask(method, path(w), w.cookies[as]), type, body));
  };
  return {
      {operation, 400, [=](World& w) { return send(w, "application/json", "["); }},
      {operation, 413, [=](World& w) { return send(w, "application/json", large); }},
      {operation, 415, [=](World& w) { return send(w, "application/xml", "<a/>"); }},
      {operation, 403,
       [=](World& w) { return w.server.send(from_elsewhere(ask(method, path(w), w.cookies[as]))); }},
  };
}

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

std::vector<OutcomeCase> report_cases() {
  const auto get = [](const char* target, const char* as) {
    return [=](World& w) { return w.server.send(ask("GET", target, w.cookies[as])); };
  };
  // On the report, or on the one in the trash, with what follows the id.
  const auto on = [](const char* method, const char* rest, const char* as) {
    return [=](World& w) {
      return w.server.send(ask(method, "/api/reports/" + w.report + rest, w.cookies[as]));
    };
  };
  const auto restore = [](const char* as) {
    return [=](World& w) {
      return w.server.send(ask("POST", "/api/reports/" + w.gone + "/restore", w.cookies[as]));
    };
  };
  const auto share = [](const Json& roles, const char* as) {
    return [=](World& w) {
      return w.server.send(ask_json("PATCH", "/api/reports/" + w.report, {{"roles", roles}}, w.cookies[as]));
    };
  };
  return {
      {"listReports", 200, get("/api/reports", "eli")},
      {"listReports", 200, get("/api/reports?trash=1", "dana")},
      {"listReports", 401, get("/api/reports", "")},
      {"getReport", 200, on("GET", "", "eli")},
      {"getReport", 401, on("GET", "", "")},
      {"getReport", 404, on("GET", "", "finn")},
      {"changeRoles", 200, share({{"eli", "viewer"}}, "dana")},
      {"changeRoles", 401, share({{"eli", "viewer"}}, "")},
      {"changeRoles", 403, share({{"eli", "owner"}}, "eli")},
      {"changeRoles", 404, share({{"eli", "viewer"}}, "finn")},
      {"changeRoles", 409, share({{"dana", nullptr}}, "dana")},
      {"changeRoles", 422, share({{"nobody", "viewer"}}, "dana")},
      {"changeRoles", 503,
       [](World& w) {
         return on_broken_disk(w, ask_json("PATCH", "/api/reports/" + w.report,
                                           {{"roles", {{"finn", "viewer"}}}}, w.cookies["dana"]));
       }},
      {"deleteReport", 204, on("DELETE", "", "dana")},
      {"deleteReport", 401, on("DELETE", "", "")},
      {"deleteReport", 403, on("DELETE", "", "eli")},
      {"deleteReport", 404, on("DELETE", "", "finn")},
      {"deleteReport", 503,
       [](World& w) {
         return on_broken_disk(w, ask("DELETE", "/api/reports/" + w.report, w.cookies["dana"]));
       }},
      {"restoreReport", 200, restore("dana")},
      {"restoreReport", 401, restore("")},
      {"restoreReport", 403,
       [](World& w) {
         return w.server.send(
             from_elsewhere(ask("POST", "/api/reports/" + w.gone + "/restore", w.cookies["dana"])));
       }},
      {"restoreReport", 404, restore("finn")},
      {"restoreReport", 503,
       [](World& w) {
         return on_broken_disk(w, ask("POST", "/api/reports/" + w.gone + "/restore", w.cookies["dana"]));
       }},
  };
}

std::vector<OutcomeCase> transfer_cases() {
  const auto import = [](const char* target, const std::string& text, const char* as) {
    return [=](World& w) { return w.server.send(ask_text(target, text, w.cookies[as])); };
  };
  const auto get_export = [](const char* query, const char* as) {
    return [=](World& w) {
      return w.server.send(ask("GET", "/api/reports/" + w.report + "/export" + query, w.cookies[as]));
    };
  };
  const std::string sample(reports::sample_text());
  return {
      {"createReport", 200, import("/api/reports?preview=1", sample, "finn")},
      {"createReport", 201, import("/api/reports?name=a.txt", sample, "finn")},
      {"createReport", 201,
       [](World& w) {
         return w.server.send(ask_json("POST", "/api/reports", {{"title", "T"}}, w.cookies["finn"]));
       }},
      {"createReport", 401, import("/api/reports", "x", "")},
      {"createReport", 413, import("/api/reports", std::string(100'001, 'x'), "finn")},
      {"createReport", 422, import("/api/reports", "\xff", "finn")},
      {"createReport", 503,
       [](World& w) { return on_broken_disk(w, ask_text("/api/reports", "x", w.cookies["finn"])); }},
      {"exportReport", 200, get_export("?format=json", "eli")},
      {"exportReport", 401, get_export("", "")},
      {"exportReport", 404, get_export("", "finn")},
      {"exportReport", 415, get_export("?format=pdf", "eli")},
  };
}

// ---- Findings and plugins

std::vector<OutcomeCase> finding_cases() {
  const auto get = [](const char* rest, const char* as) {
    return
        [=](World& w) { return w.server.send(ask("GET", "/api/reports/" + w.report + rest, w.cookies[as])); };
  };
  const auto post = [](const char* rest, const Json& body, const char* as) {
    return [=](World& w) {
      return w.server.send(ask_json("POST", "/api/reports/" + w.report + rest, body, w.cookies[as]));
    };
  };
  // On a report in which a plugin finds something; `body` gets the finding's id.
  const auto ignore = [](Json body, bool break_disk) {
    return [=](World&) {
      CheckedReport checked;
      auto asked = body;
      asked["finding"] = checked.findings()["findings"].at(0)["id"];
      if (break_disk) checked.server.store.break_disk();
      return checked.ask_json("POST", "/ignores", asked);
    };
  };
  const Json refusal{{"kind", "tag"}, {"value", "ports"}};
  const Json unknown{{"finding", "none"}};
  return {
      {"getFindings", 200, get("/findings", "eli")},
      {"getFindings", 200, [](World&) { return CheckedReport().ask("GET", "/findings"); }},
      {"getFindings", 401, get("/findings", "")},
      {"getFindings", 404, get("/findings", "finn")},
      {"getEvents", 200, get("/events", "eli")},
      {"getEvents", 401, get("/events", "")},
      {"getEvents", 404, get("/events", "finn")},
      {"getIgnores", 200,
       [](World&) {
         CheckedReport checked;
         checked.ask_json("POST", "/ignores", {{"finding", checked.findings()["findings"].at(0)["id"]}});
         return checked.ask("GET", "/ignores");
       }},
      {"getIgnores", 401, get("/ignores", "")},
      {"getIgnores", 404, get("/ignores", "finn")},
      {"ignoreFinding", 201, ignore({{"scope", "report"}, {"reason", "agreed"}}, false)},
      {"ignoreFinding", 401, post("/ignores", unknown, "")},
      {"ignoreFinding", 403,
       [](World& w) {
         w.server.registry.change_roles(w.report, {{"finn", Role::viewer}});
         return w.server.send(ask_json("POST", "/api/reports/" + w.report + "/ignores", {{"finding", "x"}},
                                       w.cookies["finn"]));
       }},
      {"ignoreFinding", 404, post("/ignores", unknown, "eli")},
      {"ignoreFinding", 422, ignore({{"reason", std::string(1'001, 'x')}}, false)},
      {"ignoreFinding", 503, ignore(Json::object(), true)},
      {"stopIgnoring", 204,
       [](World&) {
         CheckedReport checked;
         const auto made = body_of(
             checked.ask_json("POST", "/ignores", {{"finding", checked.findings()["findings"].at(0)["id"]}}));
         return checked.ask("DELETE", "/ignores?ignore=" + made["id"].get<std::string>());
       }},
      {"stopIgnoring", 401,
       [](World& w) {
         return w.server.send(ask("DELETE", "/api/reports/" + w.report + "/ignores?ignore=x"));
       }},
      {"stopIgnoring", 403,
       [](World& w) {
         return w.server.send(from_elsewhere(
             ask("DELETE", "/api/reports/" + w.report + "/ignores?ignore=x", w.cookies["dana"])));
       }},
      {"stopIgnoring", 404,
       [](World& w) {
         return w.server.send(
             ask("DELETE", "/api/reports/" + w.report + "/ignores?ignore=x", w.cookies["dana"]));
       }},
      {"stopIgnoring", 503,
       [](World&) {
         CheckedReport checked;
         const auto made = body_of(
             checked.ask_json("POST", "/ignores", {{"finding", checked.findings()["findings"].at(0)["id"]}}));
         checked.server.store.break_disk();
         return checked.ask("DELETE", "/ignores?ignore=" + made["id"].get<std::string>());
       }},
      {"refuseSuggestion", 204, post("/suggestions/refuse", refusal, "dana")},
      {"refuseSuggestion", 401, post("/suggestions/refuse", refusal, "")},
      {"refuseSuggestion", 403, post("/suggestions/refuse", refusal, "eli")},
      {"refuseSuggestion", 404, post("/suggestions/refuse", refusal, "finn")},
      {"refuseSuggestion", 422, post("/suggestions/refuse", {{"kind", ""}, {"value", "x"}}, "dana")},
      {"refuseSuggestion", 503,
       [=](World& w) {
         return on_broken_disk(w, ask_json("POST", "/api/reports/" + w.report + "/suggestions/refuse",
                                           refusal, w.cookies["dana"]));
       }},
  };
}

std::vector<OutcomeCase> plugin_cases() {
  const std::string library(
      "\x7f"
      "ELF");
  const auto send = [](const char* method, const char* target, const char* as) {
    return [=](World& w) { return w.server.send(ask(method, target, w.cookies[as])); };
  };
  const auto put = [](const char* target, const char* type, const std::string& bytes, const char* as) {
    return [=](World& w) { return w.server.send(with_type(ask("PUT", target, w.cookies[as]), type, bytes)); };
  };
  const auto turn = [](const char* id, const char* as) {
    return [=](World& w) {
      return w.server.send(
          ask_json("POST", std::string("/api/plugins/") + id, {{"on", false}}, w.cookies[as]));
    };
  };
  const auto without_folder = [=](const char* target, const std::string& bytes) {
    return [=](World& w) {
      for (const char* name : {"plugins", "packs"}) {
        std::ofstream(w.server.folder() / name) << "a file where a folder should be";
      }
      return put(target, "application/octet-stream", bytes, "admin")(w);
    };
  };
  const std::string big(100'001, 'x');
  const char* const bytes = "application/octet-stream";
  return {
      {"listPlugins", 200, send("GET", "/api/plugins", "admin")},
      {"listPlugins", 401, send("GET", "/api/plugins", "")},
      {"listPlugins", 403, send("GET", "/api/plugins", "dana")},
      {"reloadPlugins", 200, send("POST", "/api/plugins/reload", "admin")},
      {"reloadPlugins", 401, send("POST", "/api/plugins/reload", "")},
      {"reloadPlugins", 403, send("POST", "/api/plugins/reload", "dana")},
      {"switchPlugin", 200,
       [](World&) {
         CheckedReport checked;
         checked.findings();
         return checked.server.send(
             as_administrator(ask_json("POST", "/api/plugins/org.example.hostile", {{"on", false}})));
       }},
      {"switchPlugin", 401, turn("x", "")},
      {"switchPlugin", 403, turn("x", "dana")},
      {"switchPlugin", 404, turn("x", "admin")},
      {"installPlugin", 202, put("/api/plugins/mine.so", bytes, library, "admin")},
      {"installPlugin", 401, put("/api/plugins/mine.so", bytes, library, "")},
      {"installPlugin", 403, put("/api/plugins/mine.so", bytes, library, "dana")},
      {"installPlugin", 404, put("/api/plugins/.hidden.so", bytes, library, "admin")},
      {"installPlugin", 413, put("/api/plugins/mine.so", bytes, big, "admin")},
      {"installPlugin", 415, put("/api/plugins/mine.so", "application/xml", library, "admin")},
      {"installPlugin", 422, put("/api/plugins/mine.so", bytes, "no library", "admin")},
      {"installPlugin", 503, without_folder("/api/plugins/mine.so", library)},
      {"removePlugin", 204,
       [=](World& w) {
         put("/api/plugins/mine.so", bytes, library, "admin")(w);
         return send("DELETE", "/api/plugins/mine.so", "admin")(w);
       }},
      {"removePlugin", 401, send("DELETE", "/api/plugins/mine.so", "")},
      {"removePlugin", 403, send("DELETE", "/api/plugins/mine.so", "dana")},
      {"removePlugin", 404, send("DELETE", "/api/plugins/mine.so", "admin")},
      {"putPack", 202, put("/api/packs/mine.toml", "application/toml", "[pack]", "admin")},
      {"putPack", 401, put("/api/packs/mine.toml", bytes, "x", "")},
      {"putPack", 403, put("/api/packs/mine.toml", bytes, "x", "dana")},
      {"putPack", 404, put("/api/packs/mine.txt", bytes, "x", "admin")},
      {"putPack", 413, put("/api/packs/mine.toml", bytes, big, "admin")},
      {"putPack", 415, put("/api/packs/mine.toml", "application/xml", "x", "admin")},
      {"putPack", 422, put("/api/packs/mine.toml", bytes, std::string("\xff"), "admin")},
      {"putPack", 503, without_folder("/api/packs/mine.toml", "x")},
      {"removePack", 204,
       [=](World& w) {
         put("/api/packs/mine.toml", bytes, "x", "admin")(w);
         return send("DELETE", "/api/packs/mine.toml", "admin")(w);
       }},
      {"removePack", 401, send("DELETE", "/api/packs/mine.toml", "")},
      {"removePack", 403, send("DELETE", "/api/packs/mine.toml", "dana")},
      {"removePack", 404, send("DELETE", "/api/packs/mine.toml", "admin")},
  };
}

std::vector<OutcomeCase> all_cases() {
  std::vector<OutcomeCase> all;
  const auto at = [](const char* path) { return [path](World&) { return std::string(path); }; };
  const auto report = [](World& w) { return "/api/reports/" + w.report; };
  for (auto some :
       {session_cases(), user_cases(), report_cases(), transfer_cases(), finding_cases(), plugin_cases(),
        body_cases("signIn", "POST", at("/api/session"), ""),
        body_cases("changePassword", "PATCH", at("/api/session"), "eli"),
        body_cases("setUp", "POST", at("/api/setup"), ""),
        body_cases("addUser", "POST", at("/api/users"), "admin"),
        body_cases("changeUser", "PATCH", at("/api/users/eli"), "admin"),
        body_cases("changeRoles", "PATCH", report, "dana"),
        body_cases("createReport", "POST", at("/api/reports"), "dana"),
        body_cases("switchPlugin", "POST", at("/api/plugins/x"), "admin"),
        body_cases(
            "ignoreFinding", "POST", [=](World& w) { return report(w) + "/ignores"; }, "dana"),
        body_cases(
            "refuseSuggestion", "POST", [=](World& w) { return report(w) + "/suggestions/refuse"; }, "dana")})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

const Route& route_of(const std::string& operation) {
  const auto& all = all_routes();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& route) { return route.operation == operation; });
  REQUIRE(found != all.end());
  return *found;
}

}  // namespace

TEST_CASE("OpenAPI: every declared outcome comes, in its shape") {
  const auto document = Json::parse(openapi_document());
  const Schemas schemas(document);
  std::set<std::pair<std::string, unsigned>> provoked, declared;
  for (const auto& c : all_cases()) {
    INFO(c.operation << " " << c.status);
    World world;
    const auto response = c.provoke(world);
    CHECK(response.status == c.status);
    provoked.emplace(c.operation, c.status);
    const auto outcomes = all_outcomes(route_of(c.operation));
    const auto declares = [&](const auto& outcome) { return outcome.status == c.status; };
    const auto outcome = std::find_if(outcomes.begin(), outcomes.end(), declares);
    REQUIRE(outcome != outcomes.end());
    if (*outcome->schema == '\0') continue;
    CHECK(response.content_type == "application/json");
    CHECK(schemas.mistake(Json::parse(response.body),
                          {{"$ref", std::string("#/components/schemas/") + outcome->schema}}) == "");
  }
  for (const auto& route : all_routes())
    for (const auto& outcome : all_outcomes(route)) declared.emplace(route.operation, outcome.status);
  // A report that cannot be read is the rooms' to show; all others are provoked above.
  declared.erase({"exportReport", 503});
  // What these change is no storage of documents; the folders' trouble is shown by the uploads.
  for (const char* operation : {"switchPlugin", "reloadPlugins", "removePlugin", "removePack"})
    declared.erase({operation, 503});
  CHECK(provoked == declared);
}

TEST_CASE("OpenAPI: the document names every route, and nothing that is not there") {
  const auto document = Json::parse(openapi_document());
  CHECK(document["openapi"] == "3.1.0");
  std::set<std::string> operations;
  std::size_t described = 0;
  for (const auto& route : all_routes()) {
    std::string method(route.method);
    std::transform(method.begin(), method.end(), method.begin(),
                   [](char c) { return static_cast<char>(c | 0x20); });
    CHECK(document["paths"][route.path][method]["operationId"] == route.operation);
    CHECK(operations.insert(route.operation).second);
  }
  for (const auto& [path, methods] : document["paths"].items()) described += methods.size();
  CHECK(described == all_routes().size());

  const auto text = openapi_document();
  const std::regex reference("#/components/schemas/([A-Za-z]+)");
  for (auto at = std::sregex_iterator(text.begin(), text.end(), reference); at != std::sregex_iterator();
       ++at)
    CHECK(document["components"]["schemas"].contains((*at)[1].str()));
}
