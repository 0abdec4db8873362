// The REST API of docs/api.md: one handler over the parts. No sockets; `net` calls it on a pool of threads.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "server/accounts/accounts.h"
#include "server/checks/checker.h"
#include "server/http.h"
#include "server/registry/registry.h"
#include "server/rooms/rooms.h"

namespace assay::server {

struct ApiOptions {
  std::vector<std::string> origins_allowed;  // besides the server's own: "https://reports.example"
  std::size_t json_bytes_max = 64u << 10;    // of a body that is a JSON question
  std::size_t import_bytes_max = 64u << 20;  // of a file
  std::filesystem::path plugins_folder;      // where uploads go, DATA/plugins; empty: none are taken
  std::filesystem::path packs_folder;        // the same for rule packs, DATA/packs
};

// Borrowed for the handler's life.
struct ApiParts {
  Registry& registry;
  Accounts& accounts;
  Rooms& rooms;
  checks::Checker& checker;
  ApiOptions options;
};

HttpHandler make_api(ApiParts parts);

// The OpenAPI 3.1 document, as served at /api/openapi.json.
std::string openapi_document();

}  // namespace assay::server
