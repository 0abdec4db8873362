#include "server/net/http_checks.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/url_view.hpp>

namespace assay::server {
namespace {

namespace http = boost::beast::http;
namespace urls = boost::urls;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "host:80" of http and "host:443" of https are "host".
std::string_view without_default_port(std::string_view authority) {
  for (const std::string_view port : {":80", ":443"}) {
    if (authority.ends_with(port)) return authority.substr(0, authority.size() - port.size());
  }
  return authority;
}

bool listed(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

bool is_chunked(std::string_view coding) {
  return boost::beast::iequals({coding.data(), coding.size()}, "chunked");
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  const auto url = urls::parse_origin_form(text);
  if (!url) return std::nullopt;
  Target target;
  target.path = url->path();
  for (const auto& parameter : url->params()) target.query.emplace_back(parameter.key, parameter.value);
  return target;
}

unsigned ambiguous(const boost::beast::http::fields& fields, unsigned version) {
  if (fields.count(http::field::host) > 1 || fields.count(http::field::origin) > 1) return 400;
  const auto codings = fields.count(http::field::transfer_encoding);
  if (codings == 0) return 0;
  if (codings > 1 || version < 11 || fields.count(http::field::content_length) > 0) return 400;
  const auto said = fields[http::field::transfer_encoding];
  const auto coding = trim({said.data(), said.size()});
  if (is_chunked(coding)) return 0;
  // It has an end, but what it says is in a coding that we do not know.
  const auto comma = coding.rfind(',');
  const bool ends = comma != std::string_view::npos && is_chunked(trim(coding.substr(comma + 1)));
  return ends ? 501 : 400;
}

bool origin_allowed(std::optional<std::string_view> origin, std::string_view host, const Config& config) {
  if (!origin || listed(config.origins, *origin)) return true;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!origin->starts_with(scheme)) continue;
    return !host.empty() && without_default_port(origin->substr(scheme.size())) == without_default_port(host);
  }
  return false;
}

bool host_allowed(std::string_view host, const Config& config) {
  if (config.auth != Access::Mode::none) return true;
  std::string_view name = host;
  if (name.starts_with('[')) {
    const auto end = name.find(']');
    if (end == std::string_view::npos) return false;
    name = name.substr(1, end - 1);
  } else {
    name = name.substr(0, name.find(':'));
  }
  return name == "localhost" || name.ends_with(".localhost") || name == "127.0.0.1" || name == "::1" ||
         listed(config.hosts, name);
}

std::string client_address(const std::string& peer, std::optional<std::string_view> forwarded,
                           const Config& config) {
  if (!forwarded || !listed(config.proxies, peer)) return peer;
  // The nearest hop that is no proxy of ours.
  std::string_view rest = *forwarded;
  while (!rest.empty()) {
    const auto comma = rest.rfind(',');
    const auto hop = trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
    if (!hop.empty() && hop.size() <= 64 && !listed(config.proxies, hop)) return std::string(hop);
  }
  return peer;
}

std::optional<std::string> yjs_document(std::string_view target) {
  constexpr std::string_view prefix = "/yjs/";
  if (!target.starts_with(prefix)) return std::nullopt;
  const auto encoded = target.substr(prefix.size(), target.find('?') - prefix.size());
  const auto checked = urls::make_pct_string_view(encoded);
  if (!checked) return std::nullopt;
  return checked->decode();
}

}  // namespace assay::server
