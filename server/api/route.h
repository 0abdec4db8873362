// Route: one call of the API: where it is found, who may make it, what answers it, and how it is described.
// The router enforces what the description says, and the OpenAPI document is made from it, so the two cannot
// part.
#pragma once

#include <string>
#include <vector>

#include "server/api/answer.h"
#include "server/api/api.h"

namespace assay::server::api {

enum class Right {
  open,
  signed_in,
  caretaker,  // administrators; without accounts, whoever is at this machine
  administrator,
};
enum class Body {
  none,
  json,          // parsed into Call::body
  json_or_file,  // by content type; the handler reads it
  file,          // bytes; the handler reads them
};

// One request on its way through a handler. Borrows from the router for the call.
struct Call {
  const HttpRequest& request;
  const ApiParts& parts;
  std::optional<Identity> who;  // always there unless the route is open
  std::string id;               // what stood for {id} in the path
  Json body;                    // of a Body::json route: an object

  bool administrator() const { return who && who->admin; }
};

struct Parameter {
  const char* name;
  const char* description;
  std::vector<const char*> values;  // empty: any text
};

// What a call answers besides what its right, body and method imply.
struct Outcome {
  unsigned status;
  const char* description;
  const char* schema;  // of #/components/schemas; empty: no JSON
};

struct Route {
  const char* method;
  const char* path;  // with at most one {id}
  const char* operation;
  const char* summary;
  Right right;
  Body body;
  const char* body_schema;  // empty: none
  std::vector<Parameter> query;
  std::vector<Outcome> outcomes;
  HttpResponse (*answer)(const Call&);

  bool changes() const { return std::string_view(method) != "GET"; }
};

// One list a resource, in the file of its handlers.
std::vector<Route> session_routes();
std::vector<Route> user_routes();
std::vector<Route> report_routes();
std::vector<Route> transfer_routes();  // import, preview, export
std::vector<Route> finding_routes();   // findings, events, ignores, suggestions
std::vector<Route> plugin_routes();    // plugins and rule packs
std::vector<Route> description_routes();

const std::vector<Route>& all_routes();
// Everything that this route may answer, the implied included, in order of status.
std::vector<Outcome> all_outcomes(const Route& route);

}  // namespace assay::server::api
