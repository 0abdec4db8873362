// Where a request comes from, and what it says its body is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/http.h"

namespace assay::server::api {

// True without an Origin (no browser's page asks), for the server's own, and for one on the list
// ("https://host[:port]").
bool own_origin(const HttpRequest& request, const std::vector<std::string>& allowed);

// Whether the browser speaks TLS with us or with a proxy in front of us, so that a cookie may be marked
// Secure.
bool behind_tls(const HttpRequest& request);

// "text/plain" of "Text/Plain; charset=utf-8".
std::string media_type(std::string_view content_type);
// The charset named there, in lower case; empty when none is.
std::string charset(std::string_view content_type);

}  // namespace assay::server::api
