#include "server/api/api.h"
#include "server/api/route.h"
#include "server/api/schemas.h"

namespace assay::server {
namespace api {
namespace {

Json reference(const char* schema) { return {{"$ref", std::string("#/components/schemas/") + schema}}; }

Json describe_parameters(const Route& route) {
  Json all = Json::array();
  if (std::string_view(route.path).find("{id}") != std::string_view::npos)
    all.push_back({{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  for (const auto& parameter : route.query) {
    Json schema{{"type", "string"}};
    if (!parameter.values.empty()) schema["enum"] = parameter.values;
    all.push_back({{"name", parameter.name},
                   {"in", "query"},
                   {"description", parameter.description},
                   {"schema", std::move(schema)}});
  }
  return all;
}

Json describe_body(const Route& route) {
  if (route.body == Body::file) {
    const Json bytes{{"schema", {{"type", "string"}, {"format", "binary"}}}};
    return {{"required", true}, {"content", {{"application/octet-stream", bytes}, {"text/plain", bytes}}}};
  }
  Json content{{"application/json", {{"schema", reference(route.body_schema)}}}};
  if (route.body == Body::json_or_file) content["text/plain"] = {{"schema", {{"type", "string"}}}};
  return {{"required", true}, {"content", std::move(content)}};
}

Json describe_outcome(const Outcome& outcome) {
  Json described{{"description", outcome.description}};
  if (*outcome.schema != '\0') described["content"]["application/json"]["schema"] = reference(outcome.schema);
  return described;
}

Json describe_operation(const Route& route) {
  Json operation{{"operationId", route.operation}, {"summary", route.summary}};
  if (auto parameters = describe_parameters(route); !parameters.empty())
    operation["parameters"] = std::move(parameters);
  if (route.body != Body::none) operation["requestBody"] = describe_body(route);
  for (const auto& outcome : all_outcomes(route))
    operation["responses"][std::to_string(outcome.status)] = describe_outcome(outcome);
  if (route.right == Right::open) operation["security"] = Json::array();
  return operation;
}

std::string lower(std::string_view method) {
  std::string text(method);
  for (auto& c : text) c = static_cast<char>(c | 0x20);
  return text;
}

HttpResponse get_description(const Call&) {
  HttpResponse response;
  response.body = openapi_document();
  return response;
}

}  // namespace

std::vector<Route> description_routes() {
  return {{"GET",
           "/api/openapi.json",
           "describe",
           "This description",
           Right::open,
           Body::none,
           "",
           {},
           {{200, "OpenAPI 3.1", ""}},
           get_description}};
}

}  // namespace api

std::string openapi_document() {
  using api::Json;
  static const std::string text = [] {
    Json document{{"openapi", "3.1.0"},
                  {"info",
                   {{"title", "Assay"},
                    {"version", "0.1.0"},
                    {"description",
                     "Reports, who may open them, and who may come in. The text itself is edited over "
                     "WebSocket."}}}};
    for (const auto& route : api::all_routes())
      document["paths"][route.path][api::lower(route.method)] = api::describe_operation(route);
    document["components"] = {
        {"schemas", Json::parse(api::schemas)},
        {"securitySchemes",
         {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", Accounts::cookie_name}}},
          {"token", {{"type", "http"}, {"scheme", "bearer"}}}}}};
    document["security"] = {{{"session", Json::array()}}, {{"token", Json::array()}}};
    return document.dump(2) + "\n";
  }();
  return text;
}

}  // namespace assay::server
