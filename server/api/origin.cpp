#include "server/api/origin.h"

#include <algorithm>
#include <boost/algorithm/string.hpp>

namespace assay::server::api {
namespace {

std::string lower(std::string_view text) { return boost::to_lower_copy(std::string(text)); }

}  // namespace

bool own_origin(const HttpRequest& request, const std::vector<std::string>& allowed) {
  const auto header = request.header("origin");
  if (!header) return true;
  const auto origin = lower(*header);
  const auto host = lower(request.header("host").value_or(""));
  if (!host.empty() && (origin == "http://" + host || origin == "https://" + host)) return true;
  return std::any_of(allowed.begin(), allowed.end(), [&](const auto& one) { return lower(one) == origin; });
}

bool behind_tls(const HttpRequest& request) {
  return request.header("x-forwarded-proto") == "https" ||
         request.header("origin").value_or("").starts_with("https://");
}

std::string media_type(std::string_view content_type) {
  return boost::trim_copy(lower(content_type.substr(0, content_type.find(';'))));
}

std::string charset(std::string_view content_type) {
  const auto text = lower(content_type);
  const auto found = text.find("charset=");
  if (found == std::string::npos) return {};
  auto value = text.substr(found + 8);
  value = value.substr(0, value.find(';'));
  return boost::trim_copy_if(value, boost::is_any_of(" \t\""));
}

}  // namespace assay::server::api
