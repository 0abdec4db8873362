// What is checked about a request before anybody answers it: where it says it comes from, and whom it says it
// asks.
#pragma once

#include <boost/beast/http/fields.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/config.h"

namespace assay::server {

// Path and query, decoded once. None when malformed.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};
std::optional<Target> parse_target(std::string_view target);

// The status to refuse a request with whose fields can be read in two ways: where its body ends, whom it
// asks, where it comes from. 0: there is one way. A body that one of us and a proxy takes for the next
// request, or the other way round, is how a stranger's request comes to be answered as somebody's (RFC
// 9112 6.1 and 6.3).
unsigned ambiguous(const boost::beast::http::fields& fields, unsigned version);

// A request without Origin is not a browser's. Else it must be the server's own (the authority of `host`) or
// allowed.
bool origin_allowed(std::optional<std::string_view> origin, std::string_view host, const Config& config);
// Under --auth none a web page must not reach this server by a name of its own (DNS rebinding).
bool host_allowed(std::string_view host, const Config& config);
// Who asks, where a trusted proxy says so.
std::string client_address(const std::string& peer, std::optional<std::string_view> forwarded,
                           const Config& config);
// The document of /yjs/{doc}: all after "/yjs/" of the undecoded path, percent-decoded once.
std::optional<std::string> yjs_document(std::string_view target);

}  // namespace assay::server
