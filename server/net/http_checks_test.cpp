#include "server/net/http_checks.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "server/net/static_files.h"

namespace assay::server {
namespace {

TEST_CASE("HTTP: fields that can be read in two ways are refused") {
  using Fields = std::vector<std::pair<const char*, const char*>>;
  const struct {
    const char* name;
    Fields fields;
    unsigned status;
    unsigned version = 11;
  } cases[] = {
      {"neither length nor coding", {{"Host", "a"}}, 0},
      {"a length", {{"Host", "a"}, {"Content-Length", "2"}}, 0},
      {"chunked", {{"Host", "a"}, {"Transfer-Encoding", "chunked"}}, 0},
      {"chunked, however it is spelled", {{"transfer-encoding", " Chunked\t"}}, 0},
      {"almost chunked", {{"Transfer-Encoding", "xchunked"}}, 400},
      {"another coding", {{"Transfer-Encoding", "gzip"}}, 400},
      {"none", {{"Transfer-Encoding", "identity"}}, 400},
      {"empty", {{"Transfer-Encoding", ""}}, 400},
      {"chunked, and then not", {{"Transfer-Encoding", "chunked, identity"}}, 400},
      {"almost chunked at the end", {{"Transfer-Encoding", "gzip, xchunked"}}, 400},
      {"chunked with a parameter", {{"Transfer-Encoding", "chunked;a=b"}}, 400},
      {"ends in chunked, in a coding we do not know", {{"Transfer-Encoding", "gzip, chunked"}}, 501},
      {"two fields", {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "identity"}}, 400},
      {"a coding and a length", {{"Transfer-Encoding", "chunked"}, {"Content-Length", "2"}}, 400},
      {"a length and a coding", {{"Content-Length", "2"}, {"Transfer-Encoding", "chunked"}}, 400},
      {"a coding before HTTP/1.1", {{"Transfer-Encoding", "chunked"}}, 400, 10},
      {"two hosts", {{"Host", "a"}, {"Host", "b"}}, 400},
      {"two hosts that are one", {{"Host", "a"}, {"host", "a"}}, 400},
      {"two origins", {{"Host", "a"}, {"Origin", "http://a"}, {"Origin", "http://b"}}, 400},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    boost::beast::http::fields fields;
    for (const auto& [name, value] : c.fields) fields.insert(name, value);
    CHECK(ambiguous(fields, c.version) == c.status);
  }
}

TEST_CASE("HTTP: origins") {
  Config config;
  config.origins = {"https://desk.example"};
  const struct {
    const char* name;
    std::optional<std::string_view> origin;
    const char* host;
    bool allowed;
  } cases[] = {
      {"none: not a browser", std::nullopt, "a.example", true},
      {"its own", "http://a.example:8080", "a.example:8080", true},
      {"its own, behind a proxy that speaks TLS", "https://a.example", "a.example", true},
      {"its own, default port spelled out", "https://a.example:443", "a.example", true},
      {"another port", "http://a.example:8081", "a.example:8080", false},
      {"another host", "http://b.example", "a.example", false},
      {"one that begins alike", "http://a.example.evil", "a.example", false},
      {"allowed", "https://desk.example", "a.example", true},
      {"allowed, another scheme", "http://desk.example", "a.example", false},
      {"null", "null", "a.example", false},
      {"a file", "file://", "", false},
      {"no host", "http://", "", false},
  };
  for (const auto& c : cases) {
    INFO(c.name);
    CHECK(origin_allowed(c.origin, c.host, config) == c.allowed);
  }
}

TEST_CASE("HTTP: hosts under --auth none") {
  Config config;
  config.auth = Access::Mode::none;
  config.hosts = {"desk.internal"};
  const struct {
    const char* host;
    bool allowed;
  } cases[] = {{"localhost", true},     {"localhost:8080", true},          {"127.0.0.1:8080", true},
               {"[::1]:8080", true},    {"app.localhost:1", true},         {"desk.internal:80", true},
               {"evil.example", false}, {"127.0.0.1.evil.example", false}, {"", false},
               {"[::1", false}};
  for (const auto& c : cases) {
    INFO(c.host);
    CHECK(host_allowed(c.host, config) == c.allowed);
  }
  config.auth = Access::Mode::accounts;
  CHECK(host_allowed("anything.example", config));
}

TEST_CASE("HTTP: who asks, behind proxies") {
  Config config;
  config.proxies = {"10.0.0.1", "10.0.0.2"};
  CHECK(client_address("192.0.2.9", "203.0.113.5", config) == "192.0.2.9");
  CHECK(client_address("10.0.0.1", "203.0.113.5", config) == "203.0.113.5");
  CHECK(client_address("10.0.0.1", "6.6.6.6, 203.0.113.5, 10.0.0.2", config) == "203.0.113.5");
  CHECK(client_address("10.0.0.1", std::nullopt, config) == "10.0.0.1");
  CHECK(client_address("10.0.0.1", " , ", config) == "10.0.0.1");
}

TEST_CASE("HTTP: targets and documents") {
  const auto target = parse_target("/api/a%20b?x=1&y=%26&x=2");
  REQUIRE(target);
  CHECK(target->path == "/api/a b");
  CHECK(target->query ==
        std::vector<std::pair<std::string, std::string>>{{"x", "1"}, {"y", "&"}, {"x", "2"}});
  CHECK_FALSE(parse_target("nonsense"));
  CHECK_FALSE(parse_target("/%zz"));
  CHECK(yjs_document("/yjs/a%2Fb~comments?token=x") == "a/b~comments");
  CHECK(yjs_document("/yjs/a/b") == "a/b");
  CHECK(yjs_document("/yjs/a%252F") == "a%2F");  // once
  CHECK(yjs_document("/yjs/") == "");
  CHECK_FALSE(yjs_document("/yjs/%"));
  CHECK_FALSE(yjs_document("/collab"));
}

TEST_CASE("StaticFiles: what a path means") {
  namespace fs = std::filesystem;
  const auto folder = fs::temp_directory_path() / ("assay-web-" + std::to_string(getpid()));
  fs::create_directories(folder / "assets");
  for (const auto& [name, text] : {std::pair{"index.html", "page"},
                                   {"assets/app-B3x9Zk2Q.js", "code"},
                                   {"assets/app-B3x9Zk2Q.js.gz", "packed"},
                                   {"icon.svg", "icon"},
                                   {"sw.js", "worker"},
                                   {"service-worker.js", "named"}}) {
    std::ofstream(folder / name) << text;
  }
  const auto files = StaticFiles::read(folder.string());
  fs::remove_all(folder);
  REQUIRE(files.find("/"));
  CHECK(files.find("/")->plain == "page");
  CHECK(files.find("/reports/abc")->plain == "page");
  CHECK_FALSE(files.find("/")->immutable);
  const auto* code = files.find("/assets/app-B3x9Zk2Q.js");
  REQUIRE(code);
  CHECK(code->immutable);
  CHECK(code->gzip == "packed");
  CHECK(code->content_type == "text/javascript; charset=utf-8");
  CHECK_FALSE(files.find("/sw.js")->immutable);
  CHECK_FALSE(files.find("/service-worker.js")->immutable);
  CHECK_FALSE(files.find("/assets/app-B3x9Zk2Q.js.gz"));
  CHECK_FALSE(files.find("/missing.js"));
  CHECK_FALSE(files.find("/../secret.txt"));
}

}  // namespace
}  // namespace assay::server
