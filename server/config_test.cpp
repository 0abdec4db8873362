#include "server/config.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace assay::server {
namespace {

struct File {
  explicit File(const std::string& text)
      : path(std::filesystem::temp_directory_path() / ("assay-config-" + std::to_string(getpid()))) {
    std::ofstream(path) << text;
  }
  ~File() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

TEST_CASE("Config: what a file sets is set, and the rest stays") {
  const File file(
      "[server]\nlisten = \"[::1]:9000\"\nauth = \"none\"\norigins = [\"https://a.example\"]\n"
      "[limits]\nmessage_bytes_max = 4096\nsilence_seconds = 1.5\n[rooms]\ncheckpoint_entries = 7\n");
  Config config;
  read_config(file.path.string(), config);
  CHECK(config.listen_host == "::1");
  CHECK(config.listen_port == 9000);
  CHECK(config.auth == Access::Mode::none);
  CHECK(config.origins == std::vector<std::string>{"https://a.example"});
  CHECK(config.limits.message_bytes_max == 4096);
  CHECK(config.limits.silence_time.count() == 1'500);
  CHECK(config.rooms.checkpoint_entries == 7);
  CHECK(config.limits.outbox_bytes_max == Limits{}.outbox_bytes_max);
}

TEST_CASE("Config: mistakes name file and line") {
  const struct {
    const char* name;
    const char* text;
    const char* expected;
  } cases[] = {
      {"unknown key", "[server]\n\nlisten_on = 1\n", ":3: unknown key 'listen_on' in [server]"},
      {"unknown table", "[limit]\n", ":1: unknown table 'limit'"},
      {"not a table", "limits = 3\n", ":1: 'limits' must be a table, [limits]"},
      {"wrong type", "[limits]\nmessage_bytes_max = \"big\"\n",
       ":2: 'message_bytes_max' must be a number in range"},
      {"out of range", "[limits]\nsilence_seconds = 0\n",
       ":2: 'silence_seconds' must be seconds, more than 0"},
      {"no endpoint", "[server]\nlisten = \"8080\"\n", ":2: 'listen' must be \"HOST:PORT\""},
      {"not TOML", "[server\n", ":1: "},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    const File file(c.text);
    Config config;
    CHECK_THROWS_WITH(read_config(file.path.string(), config),
                      Catch::StartsWith(file.path.string() + c.expected));
  }
  Config config;
  CHECK_THROWS_AS(read_config("/nonexistent/assay.toml", config), ConfigError);
  CHECK_THROWS_AS(read_config(std::filesystem::temp_directory_path().string(), config), ConfigError);
}

TEST_CASE("Config: what is deeper than the stack is refused before it is parsed") {
  std::string key = "a";
  for (int i = 0; i < 200'000; ++i) key += ".a";
  Config config;
  const File file("[server]\n" + key + " = 1\n");
  CHECK_THROWS_WITH(read_config(file.path.string(), config),
                    file.path.string() + ":2: a key of more than 64 dots");
  std::ofstream(file.path) << "";
  CHECK_NOTHROW(read_config(file.path.string(), config));
}

TEST_CASE("Config: endpoints") {
  const struct {
    const char* text;
    const char* host;
    int port;
  } cases[] = {{"127.0.0.1:80", "127.0.0.1", 80},
               {"[::1]:0", "::1", 0},
               {"host.example:65535", "host.example", 65535},
               {"host:65536", nullptr, 0},
               {"::1:80", nullptr, 0},
               {":80", nullptr, 0},
               {"host:", nullptr, 0},
               {"host", nullptr, 0},
               {"host:8x", nullptr, 0},
               {"", nullptr, 0}};
  for (const auto& c : cases) {
    INFO(c.text);
    const auto endpoint = parse_endpoint(c.text);
    REQUIRE(endpoint.has_value() == (c.host != nullptr));
    if (!endpoint) continue;
    CHECK(endpoint->host == c.host);
    CHECK(endpoint->port == c.port);
  }
}

}  // namespace
}  // namespace assay::server
