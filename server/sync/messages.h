// Messages of both wire protocols: bytes from a client become a value that cannot be wrong, and what the
// server says becomes bytes. docs/protocol.md describes each. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "crdt/result.h"
#include "server/config.h"
#include "server/rooms/peer.h"

namespace assay::server {

// Why a message cannot be read: a short clause, the reason in the closing frame.
struct Malformed {
  std::string what;
};
template <class T>
using Parsed = crdt::Result<T, Malformed>;

// ---- Inside both protocols
using SyncBody = std::variant<SyncStep1, SyncUpdate>;

struct Authenticate {
  std::string token;
};
struct Stateless {
  std::string text;
};
struct CloseDocument {};

// ---- y-websocket
using YWebsocketMessage = std::variant<SyncStep1, SyncUpdate, AwarenessSaid, QueryAwareness>;
Parsed<YWebsocketMessage> parse_y_websocket(ByteView message, const Limits& limits);

// ---- Hocuspocus
struct Ping {};
struct Pong {};
using HocuspocusBody = std::variant<SyncStep1, SyncUpdate, AwarenessSaid, QueryAwareness, Authenticate,
                                    Stateless, CloseDocument>;
// The single bytes without a routing key, or who is meant and what is left to read.
struct Routed {
  std::string_view key;  // whole: name, or name NUL session id
  std::string_view name;
  ByteView body;
};
using HocuspocusEnvelope = std::variant<Ping, Pong, Routed>;
// Views into `message`.
Parsed<HocuspocusEnvelope> parse_envelope(ByteView message);
Parsed<HocuspocusBody> parse_hocuspocus(ByteView body, const Limits& limits);
Bytes pong_message();

// ---- How peers are told things
class YWebsocketDialect final : public Dialect {
 public:
  const std::string& key() const override;
  bool shares_socket() const override { return false; }
  bool step1_on_join() const override { return true; }
  Bytes step1(ByteView state_vector) const override;
  Bytes step2(ByteView update) const override;
  Bytes update(ByteView update) const override;
  Bytes awareness(ByteView body) const override;
  Bytes status(bool stored) const override;
  Bytes refused(std::string_view reason) const override;
  Bytes permission(bool may_write) const override;
  Bytes denied(std::string_view reason) const override;
  Bytes closed(std::string_view reason) const override;
  Bytes stateless(std::string_view json) const override;
};

class HocuspocusDialect final : public Dialect {
 public:
  explicit HocuspocusDialect(std::string routing_key) : routing_key_(std::move(routing_key)) {}
  const std::string& key() const override { return routing_key_; }
  bool shares_socket() const override { return true; }
  bool step1_on_join() const override { return false; }
  Bytes step1(ByteView state_vector) const override;
  Bytes step2(ByteView update) const override;
  Bytes update(ByteView update) const override;
  Bytes awareness(ByteView body) const override;
  Bytes status(bool stored) const override;
  Bytes refused(std::string_view reason) const override;
  Bytes permission(bool may_write) const override;
  Bytes denied(std::string_view reason) const override;
  Bytes closed(std::string_view reason) const override;
  Bytes stateless(std::string_view json) const override;

 private:
  const std::string routing_key_;
};

}  // namespace assay::server
