#include "server/net/net_server.h"

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <future>

namespace assay::server {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

[[noreturn]] void fail_to_listen(const Config& config, const std::string& why) {
  throw ListenError("cannot listen on " + config.listen_host + ":" + std::to_string(config.listen_port) +
                    ": " + why + "; choose another address with --listen");
}

tcp::endpoint resolve(AsioLoop& loop, const Config& config) {
  error_code error;
  const auto address =
      asio::ip::make_address(config.listen_host == "localhost" ? "127.0.0.1" : config.listen_host, error);
  if (!error) return {address, config.listen_port};
  tcp::resolver resolver(loop.io());
  const auto found = resolver.resolve(config.listen_host, std::to_string(config.listen_port), error);
  if (error || found.empty()) fail_to_listen(config, "no such host");
  return found.begin()->endpoint();
}

// The one address that is not a surprise: IPv4 in IPv6 is written as IPv4.
std::string spell(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

// Out of descriptors, mostly: those who leave give some back.
void again_later(asio::steady_timer& timer, error_code why, std::function<void()> again) {
  spdlog::warn("cannot accept a connection: {}", why.message());
  timer.expires_after(std::chrono::milliseconds(100));
  timer.async_wait([again = std::move(again)](error_code cancelled) {
    if (!cancelled) again();
  });
}

}  // namespace

NetServer::NetServer(NetParts parts)
    : parts_(std::move(parts)),
      api_pool_(parts_.config.api_threads),
      sessions_{parts_.access, parts_.config.limits, parts_.metrics},
      http_{parts_.config,
            parts_.access,
            parts_.metrics,
            parts_.api,
            api_pool_,
            [this] { return metrics_text(); },
            [this] { return !stopping_; },
            std::make_shared<AddressCounter>(parts_.config.limits.connections_max),
            {},
            nullptr},
      acceptor_(parts_.loops.front()->io()),
      control_acceptor_(parts_.loops.front()->io()),
      retry_(parts_.loops.front()->io()),
      control_retry_(parts_.loops.front()->io()) {
  for (std::size_t i = 0; i < parts_.loops.size(); ++i) {
    shards_.push_back(std::make_unique<NetShard>(*parts_.loops[i], *parts_.rooms.shards()[i], sessions_));
    http_.shards.push_back(shards_.back().get());
  }
  const auto endpoint = resolve(*parts_.loops.front(), parts_.config);
  error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(1024, error);
  if (error) fail_to_listen(parts_.config, error.message());
}

NetServer::~NetServer() = default;

std::uint16_t NetServer::port() const { return acceptor_.local_endpoint().port(); }

void NetServer::load_files(const std::string& directory) {
  std::shared_ptr<const StaticFiles> files =
      std::make_shared<const StaticFiles>(directory.empty() ? StaticFiles{} : StaticFiles::read(directory));
  std::atomic_store(&http_.files, files);
}

void NetServer::start(const std::string& control_socket) {
  control_path_ = control_socket;
  ::unlink(control_path_.c_str());
  const auto before = ::umask(0177);  // made with mode 0600, never wider for a moment
  try {
    const asio::local::stream_protocol::endpoint endpoint(control_path_);
    control_acceptor_.open(endpoint.protocol());
    control_acceptor_.bind(endpoint);
    ::umask(before);
  } catch (...) {
    ::umask(before);
    throw;
  }
  control_acceptor_.listen();
  accept();
  accept_control();
  for (const auto& shard : shards_) {
    shard->loop.start([to = shard.get()] { to->tick(); });
  }
}

void NetServer::accept() {
  auto& shard = *shards_[next_shard_++ % shards_.size()];
  acceptor_.async_accept(shard.loop.io(), [this, &shard](error_code error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (!error) {
      arrived(shard, std::move(socket));
      return accept();
    }
    again_later(retry_, error, [this] { accept(); });
  });
}

void NetServer::arrived(NetShard& shard, tcp::socket socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  if (error) return;
  socket.set_option(tcp::no_delay(true), error);
  const std::string address = spell(peer.address());
  AddressCounter::Ticket ticket;
  const auto& proxies = parts_.config.proxies;
  const bool proxy = std::find(proxies.begin(), proxies.end(), address) != proxies.end();
  if (!is_loopback(address) && !proxy) {
    ticket = http_.addresses->take(address);
    if (!ticket) return parts_.metrics.connections_refused.add();
  }
  auto arrival =
      std::make_shared<Arrival>(Arrival{Socket(std::move(socket)), address, false, std::move(ticket)});
  shard.loop.post([this, &shard, arrival] { serve_http(shard, http_, std::move(*arrival)); });
}

void NetServer::accept_control() {
  auto& shard = *shards_.front();
  control_acceptor_.async_accept(
      [this, &shard](error_code error, asio::local::stream_protocol::socket socket) {
        if (error == asio::error::operation_aborted || !control_acceptor_.is_open()) return;
        if (error) return again_later(control_retry_, error, [this] { accept_control(); });
        serve_http(shard, http_, {Socket(std::move(socket)), "", true, nullptr});
        accept_control();
      });
}

std::string NetServer::metrics_text() const {
  return prometheus_text(parts_.metrics) + (parts_.store_metrics ? parts_.store_metrics() : "");
}

std::size_t NetServer::open_connections() {
  std::size_t open = 0;
  for (const auto& shard : shards_) {
    std::promise<std::size_t> count;
    shard->loop.post([&] { count.set_value(shard->size()); });
    open += count.get_future().get();
  }
  return open;
}

void NetServer::stop() {
  if (stopping_.exchange(true)) return;
  shards_.front()->loop.post([this] {
    error_code ignored;
    acceptor_.close(ignored);
    control_acceptor_.close(ignored);
    retry_.cancel();
    control_retry_.cancel();
  });
  // What the API is doing is finished: it may wait for rooms, so they still run.
  for (const auto& shard : shards_) shard->loop.post([to = shard.get()] { to->close_all(); });
  const auto until = std::chrono::steady_clock::now() + parts_.config.limits.close_time;
  while (open_connections() > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  parts_.rooms.drain();
  for (const auto& shard : shards_) {
    std::promise<void> done;
    shard->loop.post([&] {
      shard->abandon_all();
      done.set_value();
    });
    done.get_future().get();
  }
  api_pool_.join();
  for (const auto& shard : shards_) shard->loop.stop();
  ::unlink(control_path_.c_str());
}

}  // namespace assay::server
