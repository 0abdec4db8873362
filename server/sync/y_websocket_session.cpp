#include "server/sync/y_websocket_session.h"

#include <utility>

#include "server/sync/messages.h"

namespace assay::server {

YWebsocketSession::YWebsocketSession(SessionHost& host, SessionSurroundings& around, DocumentName document,
                                     std::string token, std::string cookie)
    : host_(host),
      around_(around),
      document_(std::move(document)),
      token_(std::move(token)),
      cookie_(std::move(cookie)) {}

YWebsocketSession::~YWebsocketSession() { end(); }

void YWebsocketSession::start(std::int64_t) {
  const auto who = around_.access.authenticate(token_, cookie_);
  if (!who) {
    around_.metrics.closed_unauthorized.add();
    return host_.close(4401, "not signed in");
  }
  static const auto dialect = std::make_shared<const YWebsocketDialect>();
  link_ = host_.link(*this, *who, document_, dialect);
  host_.request(link_, Join{});
}

void YWebsocketSession::receive(ByteView message, std::int64_t) {
  if (!link_) return;
  auto parsed = parse_y_websocket(message, around_.limits);
  if (!parsed) {
    around_.metrics.closed_malformed.add();
    return host_.close(1002, parsed.error().what);
  }
  std::visit([&](auto&& said) { host_.request(link_, std::move(said)); }, *std::move(parsed));
}

void YWebsocketSession::drained() {
  if (link_) host_.request(link_, Drained{});
}

void YWebsocketSession::end() {
  if (!link_) return;
  link_->peer = nullptr;
  host_.request(std::exchange(link_, nullptr), Leave{});
}

void YWebsocketSession::deliver(const Frame& frame) { host_.deliver(frame); }
void YWebsocketSession::ended() { host_.close(4403, "this document is closed"); }
void YWebsocketSession::close_socket(const CloseSocket& close) { host_.close(close.code, close.reason); }

}  // namespace assay::server
