#include "server/api/answer.h"

#include <spdlog/fmt/chrono.h>
#include <spdlog/fmt/fmt.h>

#include <ctime>

namespace assay::server::api {

HttpResponse answer(const Json& body, unsigned status) {
  // What came out of a document may hold half a surrogate pair; one replaced character is better than no
  // answer.
  return {status, "application/json", {}, body.dump(-1, ' ', false, Json::error_handler_t::replace), nullptr};
}

HttpResponse nothing() { return {204, "", {}, "", nullptr}; }

HttpResponse error(unsigned status, const std::string& code, const std::string& message) {
  return answer({{"error", {{"code", code}, {"message", message}}}}, status);
}

HttpResponse not_found() { return error(404, "not-found", "There is nothing here, or not for you."); }

HttpResponse not_allowed(const std::string& message) { return error(403, "not-allowed", message); }

HttpResponse malformed(const std::string& message) { return error(400, "malformed", message); }

HttpResponse refusal(const AccountError& refused) {
  using Kind = AccountError::Kind;
  switch (refused.kind) {
    case Kind::malformed:
      return error(422, "not-acceptable", refused.message);
    case Kind::taken:
      return error(409, "taken", refused.message);
    case Kind::unknown:
      return error(404, "not-found", refused.message);
    case Kind::wrong:
      return error(401, "wrong", refused.message);
    case Kind::last_admin:
      return error(409, "last-administrator", refused.message);
    case Kind::throttled:
      break;
  }
  auto throttled = error(429, "too-many-attempts", refused.message);
  throttled.headers.emplace_back("retry-after", "60");
  return throttled;
}

std::string iso_time(std::int64_t unix_ms) {
  const auto seconds = static_cast<std::time_t>(unix_ms / 1000);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), unix_ms % 1000);
}

}  // namespace assay::server::api
