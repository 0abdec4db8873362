// The description and the calls cannot drift: every status that a route declares is provoked here, no other
// comes, and what comes has the shape that is declared for it.
#include <regex>
#include <set>

#include "server/api/outcomes_for_tests.h"
#include "server/api/route.h"

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

const std::string large(5'000, 'x');

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
