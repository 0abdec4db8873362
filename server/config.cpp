#include "server/config.h"

#include <toml++/toml.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <sstream>

#include "plugins/host/toml_bounds.h"

namespace assay::server {
namespace {

// One settable key: reads a node into its place, or says what it wants instead.
using Setter = std::function<const char*(const toml::node&)>;

template <class Number>
Setter number(Number& place, double least, double most = 1e15) {
  return [&place, least, most](const toml::node& node) -> const char* {
    const auto value = node.value<double>();
    if (!value || !(*value >= least && *value <= most)) return "a number in range";
    place = static_cast<Number>(*value);
    return nullptr;
  };
}

Setter seconds(std::chrono::milliseconds& place) {
  return [&place](const toml::node& node) -> const char* {
    const auto value = node.value<double>();
    if (!value || !(*value > 0 && *value <= 86'400 * 365.0)) return "seconds, more than 0";
    place = std::chrono::milliseconds(static_cast<std::int64_t>(*value * 1'000));
    return nullptr;
  };
}

Setter text(std::string& place) {
  return [&place](const toml::node& node) -> const char* {
    const auto value = node.value<std::string>();
    if (!value) return "a string";
    place = *value;
    return nullptr;
  };
}

Setter texts(std::vector<std::string>& place) {
  return [&place](const toml::node& node) -> const char* {
    const auto* array = node.as_array();
    if (!array) return "an array of strings";
    std::vector<std::string> values;
    for (const auto& element : *array) {
      const auto value = element.value<std::string>();
      if (!value) return "an array of strings";
      values.push_back(*value);
    }
    place = std::move(values);
    return nullptr;
  };
}

std::map<std::string, Setter> server_keys(Config& config) {
  return {
      {"data", text(config.data)},
      {"web", text(config.web)},
      {"origins", texts(config.origins)},
      {"hosts", texts(config.hosts)},
      {"proxies", texts(config.proxies)},
      {"open_prefixes", texts(config.open_prefixes)},
      {"threads", number(config.threads, 0, 256)},
      {"api_threads", number(config.api_threads, 1, 256)},
      {"log_level", text(config.log_level)},
      {"listen",
       [&config](const toml::node& node) -> const char* {
         const auto endpoint = parse_endpoint(node.value<std::string>().value_or(""));
         if (!endpoint) return "\"HOST:PORT\"";
         config.listen_host = endpoint->host;
         config.listen_port = endpoint->port;
         return nullptr;
       }},
      {"auth",
       [&config](const toml::node& node) -> const char* {
         const auto value = node.value<std::string>().value_or("");
         if (value != "none" && value != "accounts") return "\"accounts\" or \"none\"";
         config.auth = value == "none" ? Access::Mode::none : Access::Mode::accounts;
         return nullptr;
       }},
  };
}

std::map<std::string, Setter> limit_keys(Limits& limits) {
  constexpr double gigabyte = 1u << 30;
  return {
      {"message_bytes_max", number(limits.message_bytes_max, 1024, gigabyte)},
      {"unauthenticated_bytes_max", number(limits.unauthenticated_bytes_max, 1024, gigabyte)},
      {"body_bytes_max", number(limits.body_bytes_max, 1024, gigabyte)},
      {"header_bytes_max", number(limits.header_bytes_max, 1024, gigabyte)},
      {"outbox_bytes_max", number(limits.outbox_bytes_max, 1024, gigabyte)},
      {"awareness_state_bytes_max", number(limits.awareness_state_bytes_max, 64, gigabyte)},
      {"awareness_clients_max", number(limits.awareness_clients_max, 1)},
      {"state_vector_entries_max", number(limits.state_vector_entries_max, 1)},
      {"held_bytes_max", number(limits.held_bytes_max, 0, gigabyte)},
      {"held_updates_max", number(limits.held_updates_max, 0)},
      {"documents_max", number(limits.documents_max, 1)},
      {"connections_max", number(limits.connections_max, 1)},
      {"messages_per_second", number(limits.messages_per_second, 1)},
      {"bytes_per_second", number(limits.bytes_per_second, 1024)},
      {"handshake_seconds", seconds(limits.handshake_time)},
      {"authentication_seconds", seconds(limits.authentication_time)},
      {"body_seconds", seconds(limits.body_time)},
      {"keep_alive_seconds", seconds(limits.keep_alive_time)},
      {"ping_seconds", seconds(limits.ping_interval)},
      {"silence_seconds", seconds(limits.silence_time)},
      {"close_seconds", seconds(limits.close_time)},
      {"held_seconds", seconds(limits.held_time)},
      {"tombstone_seconds", seconds(limits.tombstone_time)},
  };
}

std::map<std::string, Setter> room_keys(RoomBounds& rooms) {
  return {
      {"checkpoint_entries", number(rooms.checkpoint_entries, 1)},
      {"checkpoint_bytes", number(rooms.checkpoint_bytes, 1)},
      {"linger_seconds", seconds(rooms.linger_time)},
      {"changed_seconds", seconds(rooms.changed_interval)},
      {"recover_seconds", seconds(rooms.recover_interval)},
      {"drain_seconds", seconds(rooms.drain_time)},
  };
}

[[noreturn]] void fail(const std::string& file, const toml::source_region& where, const std::string& what) {
  throw ConfigError(file + ":" + std::to_string(where.begin.line) + ": " + what);
}

void read_table(const std::string& file, const std::string& name, const toml::table& table,
                const std::map<std::string, Setter>& keys) {
  for (const auto& [key, node] : table) {
    const std::string spelled(key.str());
    const auto found = keys.find(spelled);
    if (found == keys.end()) fail(file, key.source(), "unknown key '" + spelled + "' in [" + name + "]");
    if (const char* wanted = found->second(node)) {
      fail(file, node.source(), "'" + spelled + "' must be " + wanted);
    }
  }
}

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (!in.is_open() || in.bad() || !text) throw ConfigError(file + ": cannot be read");
  return text.str();
}

}  // namespace

void read_config(const std::string& file, Config& config) {
  const std::string text = text_of(file);
  if (const auto deep = host::find_too_deep_toml(text))
    throw ConfigError(file + ":" + std::to_string(deep->line) + ": " + deep->reason);
  toml::table whole;
  try {
    whole = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    throw ConfigError(file + (line ? ":" + std::to_string(line) : "") + ": " +
                      std::string(error.description()));
  }
  const std::map<std::string, std::map<std::string, Setter>> tables = {{"server", server_keys(config)},
                                                                       {"limits", limit_keys(config.limits)},
                                                                       {"rooms", room_keys(config.rooms)}};
  for (const auto& [key, node] : whole) {
    const std::string name(key.str());
    const auto found = tables.find(name);
    if (found == tables.end()) fail(file, key.source(), "unknown table '" + name + "'");
    if (!node.is_table()) fail(file, node.source(), "'" + name + "' must be a table, [" + name + "]");
    read_table(file, name, *node.as_table(), found->second);
  }
}

std::optional<Endpoint> parse_endpoint(std::string_view spelled) {
  const auto colon = spelled.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = spelled.substr(0, colon);
  const std::string_view port = spelled.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || port.empty() || error != std::errc{} || end != port.data() + port.size())
    return std::nullopt;
  if (number > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return Endpoint{std::string(host), static_cast<std::uint16_t>(number)};
}

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" || address.starts_with("127.") ||
         address.starts_with("::ffff:127.");
}

std::string default_data_directory() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data && *data) return std::string(data) + "/assay";
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : ".") + "/.local/share/assay";
}

}  // namespace assay::server
