#include <spdlog/spdlog.h>

#include <algorithm>
#include <stdexcept>

#include "server/api/json_body.h"
#include "server/api/origin.h"
#include "server/api/route.h"

namespace assay::server {
namespace api {
namespace {

using storage::StorageError;

// The part of `path` that stands for {id}; empty when the route has none. None when the path is another.
std::optional<std::string> match(std::string_view route, std::string_view path) {
  const auto open = route.find("{id}");
  if (open == std::string_view::npos) return route == path ? std::optional(std::string()) : std::nullopt;
  const auto before = route.substr(0, open), after = route.substr(open + 4);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after))
    return std::nullopt;
  const auto id = path.substr(before.size(), path.size() - before.size() - after.size());
  if (id.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(id);
}

std::string_view bearer(const HttpRequest& request) {
  constexpr std::string_view scheme = "Bearer ";
  const auto header = request.header("authorization").value_or("");
  return header.starts_with(scheme) ? header.substr(scheme.size()) : std::string_view();
}

std::optional<Identity> identify(const HttpRequest& request, const Accounts& accounts) {
  if (request.control) {
    const bool alone = accounts.mode() == Access::Mode::none;
    return Identity{alone ? std::string(Accounts::anonymous) : "", "Administrator", true, {}};
  }
  return accounts.authenticate(bearer(request), request.cookie(Accounts::cookie_name).value_or(""));
}

bool is_json(const HttpRequest& request) {
  const auto type = request.header("content-type").value_or("");
  return media_type(type) == "application/json";
}

HttpResponse method_not_allowed(const std::vector<const Route*>& there) {
  std::string allowed;
  for (const auto* route : there) allowed += (allowed.empty() ? "" : ", ") + std::string(route->method);
  auto refused = error(405, "method-not-allowed", "This address answers " + allowed + ".");
  refused.headers.emplace_back("allow", allowed);
  return refused;
}

HttpResponse run(const Route& route, std::string id, const HttpRequest& request, const ApiParts& parts) {
  if (route.changes() && !request.control && !own_origin(request, parts.options.origins_allowed))
    return not_allowed("A page of another site may not do this.");
  Call call{request, parts, identify(request, parts.accounts), std::move(id), {}};
  if (route.right != Right::open && !call.who) return error(401, "not-signed-in", "Sign in first.");
  const bool alone = parts.accounts.mode() == Access::Mode::none;
  if (route.right >= Right::caretaker && !call.administrator() && !(alone && route.right == Right::caretaker))
    return not_allowed(alone ? "Without accounts this takes the command line on the server's machine."
                             : "This takes an administrator.");
  if (route.body == Body::json) {
    if (!is_json(request)) return error(415, "unknown-format", "The body must be application/json.");
    auto parsed = parse_object(request.body, parts.options.json_bytes_max);
    if (!parsed) return parsed.error();
    call.body = std::move(*parsed);
  }
  if (route.body == Body::file) {
    const auto type = media_type(request.header("content-type").value_or(""));
    if (type != "application/octet-stream" && type != "text/plain" && type != "application/toml")
      return error(415, "unknown-format", "The body must be application/octet-stream, or text/plain.");
    if (request.body.size() > parts.options.import_bytes_max)
      return error(413, "too-large",
                   "The file is over " + std::to_string(parts.options.import_bytes_max) + " bytes.");
  }
  return route.answer(call);
}

// The edge where the machine's trouble becomes an answer.
HttpResponse run_safely(const Route& route, std::string id, const HttpRequest& request,
                        const ApiParts& parts) try {
  return run(route, std::move(id), request, parts);
} catch (const StorageError& trouble) {
  spdlog::error("{} {}: {}", route.method, route.path, trouble.what());
  return error(503, "storage", "The server cannot store or read this now. Nothing was changed.");
} catch (const std::out_of_range&) {
  return not_found();  // deleted while we looked
} catch (const std::bad_alloc&) {
  spdlog::error("{} {}: out of memory", route.method, route.path);
  return error(503, "memory", "The server has no memory for this now. Nothing was changed.");
}

HttpResponse dispatch(const HttpRequest& request, const ApiParts& parts) {
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::vector<const Route*> there;
  for (const auto& route : all_routes()) {
    auto id = match(route.path, request.path);
    if (!id) continue;
    if (route.method == method) return run_safely(route, std::move(*id), request, parts);
    there.push_back(&route);
  }
  if (!there.empty()) return method_not_allowed(there);
  return error(404, "not-found", "There is no such call; see /api/openapi.json.");
}

}  // namespace

const std::vector<Route>& all_routes() {
  static const auto routes = [] {
    std::vector<Route> all;
    for (auto part : {session_routes, user_routes, report_routes, transfer_routes, finding_routes,
                      plugin_routes, description_routes}) {
      auto some = part();
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
  }();
  return routes;
}

std::vector<Outcome> all_outcomes(const Route& route) {
  auto all = route.outcomes;
  const auto add = [&all](unsigned status, const char* description) {
    const auto same = [&](const Outcome& outcome) { return outcome.status == status; };
    if (std::none_of(all.begin(), all.end(), same)) all.push_back({status, description, "Error"});
  };
  if (route.right != Right::open) add(401, "Not signed in");
  if (route.changes() || route.right >= Right::caretaker)
    add(403, "Not allowed, or asked by a page of another site");
  if (std::string_view(route.path).find("{id}") != std::string_view::npos)
    add(404, "Unknown, or not for this user");
  if (route.body != Body::none) {
    if (route.body != Body::file) add(400, "Malformed");
    add(413, "Too large");
    add(415, "Not of a type that is read here");
  }
  if (route.changes()) add(503, "The storage cannot be written; nothing was changed");
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.status < b.status; });
  return all;
}

}  // namespace api

HttpHandler make_api(ApiParts parts) {
  return [parts = std::move(parts)](const HttpRequest& request) { return api::dispatch(request, parts); };
}

}  // namespace assay::server
