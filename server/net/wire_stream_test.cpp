#include "server/net/wire_stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <catch2/catch.hpp>
#include <string>

namespace assay::server {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::beast::error_code;

// A WebSocket on one end of a pair of sockets. What it does goes on only when the test says `run`.
struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    peer = ends[1];
    ws.emplace(Socket(io, asio::generic::stream_protocol(AF_UNIX, 0), ends[0]));
    error_code ignored;
    ws->next_layer().socket().non_blocking(true, ignored);
    ws->next_layer().on_queued = [this](std::size_t bytes) { queued += bytes; };
    ws->control_callback([this](websocket::frame_type, boost::beast::string_view) { ++pings; });
    say("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
    bool accepted = false;
    ws->async_accept([&](error_code error) { accepted = !error; });
    run();
    REQUIRE(accepted);
    hear();
    queued = 0;
    ws->async_read(message, [this](error_code error, std::size_t) {
      ended = true;
      failed = bool(error);
    });
  }
  ~Pair() {
    ws->next_layer().let_go();
    ws.reset();
    ::close(peer);
  }

  // Until nothing goes on by itself.
  void run() {
    for (bool moved = true; moved;) {
      io.restart();
      moved = io.poll() > 0;
      moved = ws->next_layer().flush().bytes > 0 || moved;
    }
  }
  // How much of it the socket took.
  std::size_t say(std::string_view bytes) {
    const auto sent = ::send(peer, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }
  // All that lies in the socket.
  std::size_t hear() {
    std::array<char, 65536> buffer{};
    std::size_t size = 0;
    for (;;) {
      const auto got = ::recv(peer, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (got <= 0) return size;
      size += static_cast<std::size_t>(got);
    }
  }

  asio::io_context io;
  std::optional<websocket::stream<WireStream, false>> ws;
  boost::beast::flat_buffer message;
  int peer = -1;
  std::size_t queued = 0, pings = 0;
  bool ended = false, failed = false;
};

// Masked with zeros, as a client's.
std::string ping(const std::string& payload) {
  return std::string({'\x89', static_cast<char>(0x80u | payload.size()), 0, 0, 0, 0}) + payload;
}

TEST_CASE("WireStream: who sends pings and reads nothing is soon read no more, and has one answer waiting") {
  Pair pair;
  const std::string one = ping(std::string(125, 'x'));
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += one;
  constexpr std::size_t far_more = 64u << 20;  // than any two sockets hold
  std::size_t said = 0, at = 0;
  for (;;) {
    const std::size_t size = pair.say(std::string_view(many).substr(at));
    pair.run();
    said += size;
    at = (at + size) % many.size();
    REQUIRE(said < far_more);
    CHECK(pair.ws->next_layer().frames() <= 1);
    if (size == 0) break;
  }
  REQUIRE(pair.ws->next_layer().answering());
  // Once it reads, it gets every answer.
  std::size_t heard = 0;
  for (std::size_t more = 1; more > 0; heard += more) {
    more = pair.hear();
    pair.run();
  }
  CHECK(pair.pings == said / one.size());
  CHECK(heard == pair.pings * (2 + 125));
  CHECK_FALSE(pair.ended);
}

TEST_CASE("WireStream: a read that is put off begins later, and at once when all is let go") {
  Pair pair;
  pair.say(ping("a"));
  pair.run();
  CHECK(pair.pings == 1);
  // Beast waits for bytes already; what comes after those waits.
  pair.ws->next_layer().read_after(std::chrono::hours(1));
  pair.say(ping("b"));
  pair.run();
  CHECK(pair.pings == 2);
  pair.say(ping("c"));
  pair.run();
  CHECK(pair.pings == 2);
  pair.ws->next_layer().let_go();
  pair.run();
  CHECK(pair.pings == 3);
}

TEST_CASE("WireStream: a peer that is gone leaves nothing that waits") {
  Pair pair;
  const std::string one = ping(std::string(125, 'x'));
  while (!pair.ws->next_layer().answering()) {
    REQUIRE(pair.say(one) > 0);
    pair.run();
  }
  error_code ignored;
  pair.ws->next_layer().let_go();
  pair.ws->next_layer().socket().close(ignored);
  pair.run();
  CHECK(pair.ended);
  CHECK(pair.failed);
  CHECK_FALSE(pair.ws->next_layer().answering());
}

}  // namespace
}  // namespace assay::server
