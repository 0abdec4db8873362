// Config: what the operator may set, every bound by name. Read once from defaults, a TOML file and the
// command line.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/access.h"

namespace assay::server {

// What one peer may ask of us. Units are in the names; a byte bound counts whole messages unless it says
// otherwise.
struct Limits {
  std::size_t message_bytes_max = 8u << 20;
  std::size_t unauthenticated_bytes_max =
      64u << 10;                             // a message, and all that waits for its Auth on a connection
  std::size_t body_bytes_max = 64u << 20;    // of an HTTP request
  std::size_t header_bytes_max = 16u << 10;  // of an HTTP request
  std::size_t outbox_bytes_max = 8u << 20;   // queued for one connection; over it the peer is behind
  std::size_t awareness_state_bytes_max = 16u << 10;
  std::size_t awareness_clients_max = 64;  // entries that one connection owns in one document
  std::size_t state_vector_entries_max = 100'000;
  std::size_t held_bytes_max = 1u << 20;  // of a document's updates that wait for what they rest on
  std::size_t held_updates_max = 256;
  std::size_t documents_max = 256;     // on one Hocuspocus connection
  std::size_t connections_max = 100;   // from one address; loopback and proxies are exempt
  double messages_per_second = 2'000;  // over the rates a socket is not read for a while
  double bytes_per_second = 4u << 20;
  std::chrono::milliseconds handshake_time{10'000};
  std::chrono::milliseconds authentication_time{5'000};
  std::chrono::milliseconds body_time{120'000};  // until an HTTP request is whole
  std::chrono::milliseconds keep_alive_time{30'000};
  std::chrono::milliseconds ping_interval{15'000};
  std::chrono::milliseconds silence_time{45'000};
  std::chrono::milliseconds close_time{5'000};  // for the peer's half of the closing handshake
  std::chrono::milliseconds held_time{60'000};
  std::chrono::milliseconds tombstone_time{60'000};
};

// When a room writes down its whole state, and when it is forgotten.
struct RoomBounds {
  std::uint64_t checkpoint_entries = 2'000;
  std::uint64_t checkpoint_bytes = 1u << 20;
  std::chrono::milliseconds linger_time{30'000};  // loaded after the last peer left
  std::chrono::milliseconds changed_interval{1'000};
  std::chrono::milliseconds recover_interval{1'000};
  std::chrono::milliseconds drain_time{10'000};
};

struct Config {
  std::string data;  // the data folder
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8080;
  Access::Mode auth = Access::Mode::accounts;
  std::string web;                         // folder of the web client; empty: found beside the program
  std::vector<std::string> origins;        // allowed besides the server's own, as "https://host[:port]"
  std::vector<std::string> hosts;          // names in `Host` that --auth none accepts besides loopback's
  std::vector<std::string> proxies;        // addresses whose X-Forwarded-For is believed
  std::vector<std::string> open_prefixes;  // names of documents that every signed-in user may write
  unsigned threads = 0;                    // shards; 0: one a core
  unsigned api_threads = 2;
  std::string log_level = "info";
  Limits limits;
  RoomBounds rooms;
};

// Names file and line.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Sets what the file says and leaves the rest. Unknown keys, wrong types and values out of range are errors.
void read_config(const std::string& file, Config& config);
// "127.0.0.1:8080", "[::1]:8080". None when malformed.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<Endpoint> parse_endpoint(std::string_view text);
bool is_loopback(std::string_view address);
// $XDG_DATA_HOME/assay, or ~/.local/share/assay.
std::string default_data_directory();

}  // namespace assay::server
