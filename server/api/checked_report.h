// A report that a real plugin in a real process checks, behind a server without accounts: for tests.
#pragma once

#include "server/api/test_server.h"

namespace assay::server::api {

// A pool with that one plugin, checking at once.
checks::CheckerOptions hostile_plugin();

// As by the control socket.
inline HttpRequest as_administrator(HttpRequest request) {
  request.control = true;
  return request;
}

struct CheckedReport {
  // The plugin says something of each paragraph that says "open", and does worse when told.
  explicit CheckedReport(const std::string& words = "open", checks::CheckerOptions options = hostile_plugin())
      : server(Access::Mode::none, std::move(options)),
        id(body_of(server.send(ask_text(
            "/api/reports",
            "A title\nPublished on: 2025-10-09\n1. Bottom Line Up Front (BLUF)\n" + words + "\n")))["id"]) {}

  HttpResponse ask(const std::string& method, const std::string& rest) {
    return server.send(api::ask(method, "/api/reports/" + id + rest));
  }
  HttpResponse ask_json(const std::string& method, const std::string& rest, const Json& body) {
    return server.send(api::ask_json(method, "/api/reports/" + id + rest, body));
  }
  // As soon as they are final.
  Json findings() {
    for (;;) {
      auto said = body_of(ask("GET", "/findings"));
      if (said["final"].get<bool>()) return said;
    }
  }
  // Once they fit, and are final if `final` says so.
  template <class Fits>
  Json findings_when(Fits fits, bool final = true) {
    for (const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);;) {
      auto said = final ? findings() : body_of(ask("GET", "/findings"));
      if (fits(said)) return said;
      INFO(said.dump(2));
      REQUIRE(std::chrono::steady_clock::now() < until);
      std::this_thread::yield();
    }
  }

  TestServer server;
  std::string id;
};

}  // namespace assay::server::api
