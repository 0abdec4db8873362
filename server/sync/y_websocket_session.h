// YWebsocketSession: one document on one socket, as stock y-websocket providers speak.
#pragma once

#include "server/sync/session.h"

namespace assay::server {

class YWebsocketSession final : public Session, private Peer {
 public:
  YWebsocketSession(SessionHost& host, SessionSurroundings& around, DocumentName document, std::string token,
                    std::string cookie);
  ~YWebsocketSession() override;

  void start(std::int64_t now_ms) override;
  void receive(ByteView message, std::int64_t now_ms) override;
  void tick(std::int64_t) override {}
  void drained() override;
  void end() override;
  bool authenticated() const override { return link_ != nullptr; }

 private:
  void deliver(const Frame& frame) override;
  void ended() override;
  void close_socket(const CloseSocket& close) override;

  SessionHost& host_;
  SessionSurroundings& around_;
  const DocumentName document_;
  const std::string token_, cookie_;
  std::shared_ptr<PeerLink> link_;
};

}  // namespace assay::server
