// NetServer: the front door. Listens, hands each socket to a shard, and closes up in good order.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "server/net/http_connection.h"
#include "server/net/net_shard.h"
#include "server/rooms/rooms_on_shards.h"

namespace assay::server {

struct NetParts {
  const Config& config;
  const Access& access;
  Metrics& metrics;
  RoomsOnShards& rooms;
  std::vector<AsioLoop*> loops;  // in the order of the rooms' shards
  HttpHandler api;
  std::function<std::string()> store_metrics;  // further lines for /metrics
  std::function<bool()> store_writable;
};

// The address cannot be had. One line: which, why, and what to do.
class ListenError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class NetServer {
 public:
  // Binds at once; serves after `start`. Throws ListenError.
  explicit NetServer(NetParts parts);
  ~NetServer();

  // Starts the loops. `control_socket` is made with mode 0600 and replaces a stale one.
  void start(const std::string& control_socket);
  std::uint16_t port() const;
  // Reads the web client's folder (again). Throws std::runtime_error.
  void load_files(const std::string& directory);
  // No new connections; says 1001 to all WebSockets and waits a little until they are gone; then writes down
  // the rooms and ends the loops.
  void stop();

 private:
  void accept();
  void accept_control();
  void arrived(NetShard& shard, boost::asio::ip::tcp::socket socket);
  std::string metrics_text() const;
  std::size_t open_connections();

  NetParts parts_;
  std::atomic<bool> stopping_{false};
  boost::asio::thread_pool api_pool_;
  SessionSurroundings sessions_;
  std::vector<std::unique_ptr<NetShard>> shards_;
  HttpSurroundings http_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::local::stream_protocol::acceptor control_acceptor_;
  boost::asio::steady_timer retry_, control_retry_;
  std::string control_path_;
  std::size_t next_shard_ = 0;
};

}  // namespace assay::server
