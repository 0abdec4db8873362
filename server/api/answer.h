// Answers: what every call may say. An error is always {"error": {"code", "message"}}; the message is one
// sentence for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "server/accounts/accounts.h"
#include "server/http.h"

namespace assay::server::api {

using Json = nlohmann::ordered_json;

HttpResponse answer(const Json& body, unsigned status = 200);
HttpResponse nothing();  // 204
HttpResponse error(unsigned status, const std::string& code, const std::string& message);

// 403 and 404 that many calls give.
HttpResponse not_found();
HttpResponse not_allowed(const std::string& message);
HttpResponse malformed(const std::string& message);
HttpResponse refusal(const AccountError& error);

// 2026-11-23T20:15:30.123Z
std::string iso_time(std::int64_t unix_ms);

}  // namespace assay::server::api
