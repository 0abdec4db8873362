// WebSocketConnection: one WebSocket from its upgrade to its end. Reads whole messages for its session, sends
// what session and rooms queue, and keeps the bounds on both.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "server/net/address_counter.h"
#include "server/net/net_shard.h"
#include "server/net/wire_stream.h"

namespace assay::server {

// A pace that may be exceeded by a burst.
class TokenBucket {
 public:
  TokenBucket(double per_second, double burst) : per_second_(per_second), burst_(burst), tokens_(burst) {}
  // Takes `n`; the milliseconds until there would have been enough, 0 mostly.
  std::int64_t take(double n, std::int64_t now_ms);

 private:
  double per_second_, burst_, tokens_;
  std::int64_t at_ms_ = 0;
};

// [its shard]
class WebSocketConnection final : public std::enable_shared_from_this<WebSocketConnection>,
                                  public SessionHost {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using MakeSession = std::function<std::unique_ptr<Session>(SessionHost&)>;

  WebSocketConnection(NetShard& shard, Socket socket, AddressCounter::Ticket ticket);
  ~WebSocketConnection() override;

  // `upgrade` is the client's request; the answer is sent here.
  void start(Request upgrade, const MakeSession& make_session);
  void flush();
  void tick(std::int64_t now_ms);
  // Ends at once; it may outlive its shard after that.
  void abandon();

  void send(Bytes message) override;
  void deliver(const Frame& frame) override;
  void close(std::uint16_t code, const std::string& reason) override;
  std::shared_ptr<PeerLink> link(Peer& peer, Identity who, DocumentName document,
                                 std::shared_ptr<const Dialect> dialect) override;
  void request(const std::shared_ptr<PeerLink>& link, assay::server::Request request) override;

 private:
  void begin(const MakeSession& make_session);
  void read();
  void read_on();
  void received(std::size_t size);
  void received_control(std::size_t size);
  std::int64_t take(std::size_t size);
  bool pause(std::size_t size);
  void resume();
  void queued(std::size_t bytes);
  void flush_soon();
  void wait_to_write();
  void finish_closing(std::uint16_t code, const std::string& reason);
  void finish();
  void leave();

  NetShard& shard_;
  std::optional<boost::beast::websocket::stream<WireStream, false>> ws_;  // until finished
  const AddressCounter::Ticket ticket_;
  const std::shared_ptr<Backlog> backlog_ = std::make_shared<Backlog>();
  boost::beast::flat_buffer incoming_;
  std::unique_ptr<Session> session_;
  TokenBucket messages_, bytes_;
  std::unique_ptr<boost::asio::steady_timer> pace_;  // made when first needed
  std::int64_t heard_ms_ = 0, pinged_ms_ = 0, close_by_ms_ = 0;
  bool flushing_ = false;  // a flush is on its way, or the kernel will call
  bool paused_ = false;    // reading waits for the backlog to shrink
  bool closing_ = false;
  bool finished_ = false;
  bool left_ = false;  // its shard
};

}  // namespace assay::server
