// HocuspocusSession: many documents on one socket, each under its routing key, as stock Hocuspocus providers
// speak.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "server/sync/messages.h"
#include "server/sync/session.h"

namespace assay::server {

class HocuspocusSession final : public Session {
 public:
  HocuspocusSession(SessionHost& host, SessionSurroundings& around, std::string cookie);
  ~HocuspocusSession() override;

  void start(std::int64_t now_ms) override;
  void receive(ByteView message, std::int64_t now_ms) override;
  void tick(std::int64_t now_ms) override;
  void drained() override;
  void end() override;
  bool authenticated() const override { return ever_authenticated_; }

 private:
  // One routing key. Waiting until its Auth came, then open, and after a denial or a close neither.
  struct Entry;
  void receive(Entry& entry, ByteView body);
  void handle(Entry& entry, HocuspocusBody body);
  void authenticate(Entry& entry, const Authenticate& message);
  void deny(Entry& entry, const std::string& reason);
  void malformed(const Malformed& why);
  void leave(Entry& entry);

  SessionHost& host_;
  SessionSurroundings& around_;
  const std::string cookie_;
  std::unordered_map<std::string, std::unique_ptr<Entry>> entries_;
  std::size_t waiting_bytes_ = 0;  // in all entries
  std::int64_t now_ms_ = 0;
  std::int64_t first_auth_by_ms_ = 0;
  bool ever_authenticated_ = false;
  bool closed_ = false;
};

}  // namespace assay::server
