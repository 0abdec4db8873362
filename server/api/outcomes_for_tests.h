// Calls that provoke each status that a route declares; openapi_test.cpp makes them all.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "server/api/test_server.h"

namespace assay::server::api {

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

inline HttpRequest from_elsewhere(HttpRequest request) {
  request.headers.emplace_back("origin", "https://evil.example");
  return request;
}
inline HttpRequest with_type(HttpRequest request, const std::string& type, const std::string& body) {
  request.headers.emplace_back("content-type", type);
  request.body = body;
  return request;
}
inline HttpResponse on_broken_disk(World& w, const HttpRequest& request) {
  w.server.store.break_disk();
  return w.server.send(request);
}

std::vector<OutcomeCase> session_cases();
std::vector<OutcomeCase> user_cases();
std::vector<OutcomeCase> report_cases();
std::vector<OutcomeCase> transfer_cases();
std::vector<OutcomeCase> finding_cases();
std::vector<OutcomeCase> plugin_cases();

}  // namespace assay::server::api
