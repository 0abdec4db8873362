#include "server/net/websocket_connection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cmath>
#include <utility>

#include "server/net/frame_sealer.h"

namespace assay::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using beast::error_code;

namespace {

// A closing frame holds 123 bytes of reason, cut between characters.
std::string fit_reason(std::string reason) {
  constexpr std::size_t reason_bytes_max = 123;
  if (reason.size() <= reason_bytes_max) return reason;
  std::size_t size = reason_bytes_max;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xc0) == 0x80) --size;
  reason.resize(size);
  return reason;
}

constexpr std::size_t kept_buffer_bytes_max = 16u << 10;

}  // namespace

std::int64_t TokenBucket::take(double n, std::int64_t now_ms) {
  tokens_ = std::min(burst_, tokens_ + per_second_ * static_cast<double>(now_ms - at_ms_) / 1'000);
  at_ms_ = now_ms;
  tokens_ -= n;
  return tokens_ >= 0 ? 0 : static_cast<std::int64_t>(std::ceil(-tokens_ * 1'000 / per_second_));
}

WebSocketConnection::WebSocketConnection(NetShard& shard, Socket socket, AddressCounter::Ticket ticket)
    : shard_(shard),
      ws_(std::in_place, std::move(socket)),
      ticket_(std::move(ticket)),
      messages_(shard.around.limits.messages_per_second, 2 * shard.around.limits.messages_per_second),
      bytes_(shard.around.limits.bytes_per_second,
             2.0 * static_cast<double>(shard.around.limits.message_bytes_max)) {
  shard_.add(*this);
  shard_.around.metrics.connections.add(1);
  shard_.around.metrics.connections_total.add();
}

WebSocketConnection::~WebSocketConnection() { leave(); }

void WebSocketConnection::leave() {
  if (std::exchange(left_, true)) return;
  shard_.remove(*this);
  shard_.around.metrics.connections.add(-1);
}

void WebSocketConnection::start(Request upgrade, const MakeSession& make_session) {
  error_code ignored;
  ws_->next_layer().socket().non_blocking(true, ignored);
  ws_->next_layer().on_queued = [this](std::size_t bytes) { queued(bytes); };
  ws_->binary(true);
  ws_->auto_fragment(false);
  ws_->set_option(websocket::stream_base::decorator(
      [](websocket::response_type& response) { response.set(beast::http::field::server, "assay"); }));
  heard_ms_ = pinged_ms_ = shard_.loop.now_ms();
  auto request = std::make_shared<Request>(std::move(upgrade));
  ws_->async_accept(*request, [self = shared_from_this(), request, make_session](error_code error) {
    if (error || self->finished_) return self->finish();
    self->begin(make_session);
  });
}

void WebSocketConnection::begin(const MakeSession& make_session) {
  ws_->control_callback(
      [this](websocket::frame_type, beast::string_view payload) { received_control(payload.size()); });
  session_ = make_session(*this);
  session_->start(heard_ms_);
  read();
}

// ---- Reading

void WebSocketConnection::read() {
  if (closing_) return;  // the stream reads what still comes by itself, up to the peer's own closing
  const auto& limits = shard_.around.limits;
  ws_->read_message_max(session_ && session_->authenticated() ? limits.message_bytes_max
                                                              : limits.unauthenticated_bytes_max);
  read_on();
}

// Piece by piece: between two pieces of a message the closing may have begun, which takes the rest.
void WebSocketConnection::read_on() {
  if (closing_) return;
  ws_->async_read_some(incoming_, 0, [self = shared_from_this()](error_code error, std::size_t) {
    if (!error && self->closing_) return;
    if (!error && !self->ws_->is_message_done()) return self->read_on();
    if (!error) return self->received(self->incoming_.size());
    if (error == websocket::error::message_too_big) self->shard_.around.metrics.closed_too_big.add();
    self->finish();
  });
}

void WebSocketConnection::received(std::size_t size) {
  auto& metrics = shard_.around.metrics;
  heard_ms_ = shard_.loop.now_ms();
  metrics.messages_received.add();
  metrics.bytes_received.add(size);
  if (session_) {
    if (ws_->got_binary()) {
      session_->receive({static_cast<const std::uint8_t*>(incoming_.data().data()), size}, heard_ms_);
    } else {
      metrics.closed_malformed.add();
      close(1003, "messages are binary");
    }
  }
  incoming_.consume(size);
  if (incoming_.capacity() > kept_buffer_bytes_max) {
    incoming_.clear();
    incoming_.shrink_to_fit();
  }
  if (!closing_ && !pause(size)) read();
}

// Pings and pongs come, and are answered, in the middle of Beast's reading of a message. They count like
// messages, and what they make late is the next read from the socket. An answer that the peer does not take
// stops the reading by itself (WireStream).
void WebSocketConnection::received_control(std::size_t size) {
  heard_ms_ = shard_.loop.now_ms();
  const auto wait = take(size);
  if (wait <= 0) return;
  shard_.around.metrics.reads_paused.add();
  ws_->next_layer().read_after(std::chrono::milliseconds(wait));
}

std::int64_t WebSocketConnection::take(std::size_t size) {
  return std::max(messages_.take(1, heard_ms_), bytes_.take(static_cast<double>(size), heard_ms_));
}

// Stops reading for a while: over the pace, or while the peer does not read what it is sent.
bool WebSocketConnection::pause(std::size_t size) {
  if (const auto wait = take(size); wait > 0) {
    shard_.around.metrics.reads_paused.add();
    if (!pace_) pace_ = std::make_unique<asio::steady_timer>(ws_->get_executor());
    pace_->expires_after(std::chrono::milliseconds(wait));
    pace_->async_wait([self = shared_from_this()](error_code) {
      self->heard_ms_ = self->shard_.loop.now_ms();
      self->read();
    });
    return true;
  }
  paused_ = backlog_->bytes.load() > shard_.around.limits.outbox_bytes_max;
  if (paused_) shard_.around.metrics.reads_paused.add();
  return paused_;
}

void WebSocketConnection::resume() {
  if (paused_ && backlog_->bytes.load() <= shard_.around.limits.outbox_bytes_max / 2) {
    paused_ = false;
    read();
  }
}

// ---- Writing

void WebSocketConnection::queued(std::size_t bytes) {
  backlog_->bytes += bytes;
  flush_soon();
}

void WebSocketConnection::send(Bytes message) {
  const auto frame = seal_frame(std::move(message));
  backlog_->bytes += frame->size();
  deliver(frame);
}

void WebSocketConnection::deliver(const Frame& frame) {
  if (closing_) {
    backlog_->bytes -= frame->size();
    return;
  }
  ws_->next_layer().push(frame);
  flush_soon();
}

void WebSocketConnection::flush_soon() {
  if (std::exchange(flushing_, true)) return;
  shard_.flush_soon(shared_from_this());
}

void WebSocketConnection::flush() {
  flushing_ = false;
  if (finished_) return;
  const auto written = ws_->next_layer().flush();
  auto& metrics = shard_.around.metrics;
  metrics.socket_writes.add(written.calls);
  metrics.messages_sent.add(written.frames);
  metrics.bytes_sent.add(written.bytes);
  backlog_->bytes -= written.bytes;
  if (written.error) return finish();
  if (written.bytes > 0 && (paused_ || ws_->next_layer().answering()))
    heard_ms_ = shard_.loop.now_ms();  // it lives, it is only slow
  if (written.blocked) return wait_to_write();
  if (backlog_->bytes.load() == 0 && backlog_->behind.exchange(false) && session_) session_->drained();
  resume();
}

void WebSocketConnection::wait_to_write() {
  flushing_ = true;
  ws_->next_layer().socket().async_wait(Socket::wait_write, [self = shared_from_this()](error_code error) {
    if (error) return self->finish();
    self->flush();
  });
}

// ---- Life and end

void WebSocketConnection::tick(std::int64_t now_ms) {
  const auto self = shared_from_this();
  const auto& limits = shard_.around.limits;
  if (close_by_ms_ && now_ms >= close_by_ms_) return finish();
  if (!session_ || closing_) {
    if (!session_ && now_ms - heard_ms_ >= limits.handshake_time.count()) finish();
    return;
  }
  session_->tick(now_ms);
  if (now_ms - heard_ms_ >= limits.silence_time.count()) {
    shard_.around.metrics.closed_timeout.add();
    return close(4408, "silent for too long");
  }
  if (now_ms - pinged_ms_ >= limits.ping_interval.count()) {
    pinged_ms_ = now_ms;
    const auto ping = ping_frame();
    backlog_->bytes += ping->size();
    deliver(ping);
  }
}

void WebSocketConnection::close(std::uint16_t code, const std::string& reason) {
  if (std::exchange(closing_, true) || finished_) return;
  close_by_ms_ = shard_.loop.now_ms() + shard_.around.limits.close_time.count();
  // Whoever calls is in the middle of something that this would take apart.
  asio::post(ws_->get_executor(),
             [self = shared_from_this(), code, reason] { self->finish_closing(code, reason); });
}

void WebSocketConnection::finish_closing(std::uint16_t code, const std::string& reason) {
  if (finished_) return;
  if (session_) session_->end();
  ws_->async_close(websocket::close_reason(websocket::close_code(code), fit_reason(reason)),
                   [self = shared_from_this()](error_code) { self->finish(); });
}

void WebSocketConnection::finish() {
  if (std::exchange(finished_, true)) return;
  closing_ = true;
  if (session_) session_->end();
  error_code ignored;
  if (pace_) pace_->cancel();
  ws_->next_layer().let_go();
  ws_->next_layer().socket().close(ignored);
  // A closing that met a ping waits in the stream for the reading, and the reading there for the closing;
  // both hold this. Whoever calls may be called by the stream.
  asio::post(ws_->get_executor(), [self = shared_from_this()] { self->ws_.reset(); });
}

void WebSocketConnection::abandon() {
  const auto self = shared_from_this();
  finish();
  session_.reset();
  leave();  // the shard goes before the loop, and with it what the loop still holds of this
}

// ---- Towards rooms

std::shared_ptr<PeerLink> WebSocketConnection::link(Peer& peer, Identity who, DocumentName document,
                                                    std::shared_ptr<const Dialect> dialect) {
  auto& home = shard_.rooms.home_of(document.name);
  return std::make_shared<PeerLink>(shard_.rooms, home, backlog_, peer, std::move(who), std::move(document),
                                    std::move(dialect));
}

void WebSocketConnection::request(const std::shared_ptr<PeerLink>& link, assay::server::Request request) {
  shard_.rooms.request(link, std::move(request));
}

}  // namespace assay::server
