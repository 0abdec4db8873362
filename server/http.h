// Requests and responses as the API sees them: no sockets, no Beast. `net` fills the one and sends the other.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::server {

struct HttpRequest {
  std::string method;                                        // "GET", ...
  std::string path;                                          // percent-decoded once, without the query
  std::vector<std::pair<std::string, std::string>> query;    // decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order
  std::string body;                                          // at most body_bytes_max
  std::string address;   // the peer's, as forwarded where a trusted proxy says so
  bool control = false;  // came by DATA/control.sock: administrator's rights

  std::optional<std::string_view> header(std::string_view lower_case_name) const;
  std::optional<std::string_view> parameter(std::string_view name) const;
  std::optional<std::string_view> cookie(std::string_view name) const;
};

// An answer without an end: server-sent events.
struct EventStream {
  // Hears one event, a JSON text, on any thread; null ends the stream. False: nobody listens any more.
  using Hear = std::function<bool(const std::shared_ptr<const std::string>&)>;
  std::function<void(Hear)> subscribe;
  std::function<bool()> allowed;  // asked every second; false ends it. Must not block
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const EventStream> events;  // instead of a body
};

// Answers /api/... Called on a thread of the API's pool, so it may block (storage, password hashing,
// Rooms::read).
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace assay::server
