#include "server/sync/messages.h"

#include <nlohmann/json.hpp>

#include "crdt/bytes.h"

namespace assay::server {
namespace {

using crdt::Reader;
using ByteWriter = crdt::Writer;

// The numbers of both protocols.
enum : std::uint64_t { type_sync = 0, type_awareness = 1, type_auth = 2, type_query_awareness = 3 };
enum : std::uint64_t {
  type_sync_reply = 4,
  type_stateless = 5,
  type_broadcast_stateless = 6,
  type_close = 7,
  type_sync_status = 8,
  type_ping = 9,
  type_pong = 10,
};
enum : std::uint64_t { sync_step1 = 0, sync_step2 = 1, sync_update = 2 };
enum : std::uint64_t { auth_token = 0, auth_denied = 1, auth_authenticated = 2 };

// Of a document's name and of a session id. No name is as long; one a little too long is denied, not closed.
constexpr std::size_t key_part_bytes_max = 512;

Malformed malformed(const std::string& where, crdt::DecodeError error) {
  return {where + ": " + crdt::to_string(error)};
}

// Everything was read, and nothing is left over.
bool whole(const Reader& reader) { return reader.ok() && reader.at_end(); }
Malformed not_whole(const std::string& where, const Reader& reader) {
  return malformed(where, reader.ok() ? crdt::DecodeError::trailing_bytes : reader.error());
}

Parsed<SyncBody> parse_sync(Reader& reader, bool ask_back, const Limits& limits) {
  const auto kind = reader.varint();
  const ByteView body = reader.buffer();
  if (!whole(reader)) return not_whole("sync message", reader);
  if (kind == sync_step1) {
    auto vector = crdt::decode_state_vector(body, limits.state_vector_entries_max);
    if (!vector && vector.error() == crdt::DecodeError::too_large)
      return SyncBody(SyncStep1{{}, ask_back, Bytes(body.begin(), body.end())});
    if (!vector) return malformed("state vector", vector.error());
    return SyncBody(SyncStep1{*std::move(vector), ask_back, {}});
  }
  if (kind != sync_step2 && kind != sync_update)
    return Malformed{"unknown sync message " + std::to_string(kind)};
  auto bytes = std::make_unique<const Bytes>(body.begin(), body.end());
  auto update = crdt::Update::decode(*bytes);
  if (!update) return malformed("update", update.error());
  return SyncBody(SyncUpdate{{std::move(bytes), *std::move(update)}});
}

Parsed<AwarenessSaid> parse_awareness(Reader& reader, const Limits& limits) {
  const ByteView body = reader.buffer();
  if (!whole(reader)) return not_whole("awareness message", reader);
  auto entries = crdt::decode_awareness(body, {limits.awareness_state_bytes_max});
  if (!entries) return malformed("awareness message", entries.error());
  for (auto& entry : *entries) {
    if (entry.state == "null") continue;
    // A state that is no JSON would make stock clients throw.
    if (!nlohmann::json::accept(entry.state)) return Malformed{"awareness state is not JSON"};
    if (entry.state.find_first_not_of(" \t\r\n") == entry.state.find("null")) entry.state = "null";
  }
  return AwarenessSaid{*std::move(entries)};
}

template <class Message>
Parsed<Message> widen(Parsed<SyncBody> body) {
  if (!body) return body.error();
  return std::visit([](auto&& said) { return Message(std::move(said)); }, *std::move(body));
}

// Writes one message: a varint type, then what `rest` adds.
template <class Rest>
Bytes y_message(std::uint64_t type, std::size_t size, Rest rest) {
  ByteWriter writer;
  writer.reserve(size + 12);
  writer.varint(type);
  rest(writer);
  return writer.take();
}
Bytes y_sync(std::uint64_t kind, ByteView body) {
  return y_message(type_sync, body.size(), [&](ByteWriter& writer) {
    writer.varint(kind);
    writer.buffer(body);
  });
}

template <class Rest>
Bytes routed_message(const std::string& key, std::uint64_t type, std::size_t size, Rest rest) {
  ByteWriter writer;
  writer.reserve(key.size() + size + 16);
  writer.string(key);
  writer.varint(type);
  rest(writer);
  return writer.take();
}
Bytes routed_sync(const std::string& key, std::uint64_t kind, ByteView body) {
  return routed_message(key, type_sync, body.size(), [&](ByteWriter& writer) {
    writer.varint(kind);
    writer.buffer(body);
  });
}

}  // namespace

Parsed<YWebsocketMessage> parse_y_websocket(ByteView message, const Limits& limits) {
  Reader reader(message);
  const auto type = reader.varint();
  if (!reader.ok()) return malformed("message", reader.error());
  switch (type) {
    case type_sync:
      return widen<YWebsocketMessage>(parse_sync(reader, true, limits));
    case type_awareness: {
      auto said = parse_awareness(reader, limits);
      if (!said) return said.error();
      return YWebsocketMessage(*std::move(said));
    }
    case type_query_awareness:
      if (!whole(reader)) return not_whole("awareness query", reader);
      return YWebsocketMessage(QueryAwareness{});
    default:
      return Malformed{"unknown message type " + std::to_string(type)};
  }
}

Parsed<HocuspocusEnvelope> parse_envelope(ByteView message) {
  if (message.size() == 1 && message[0] == type_ping) return HocuspocusEnvelope(Ping{});
  if (message.size() == 1 && message[0] == type_pong) return HocuspocusEnvelope(Pong{});
  Reader reader(message);
  const auto key = reader.string();
  if (!reader.ok()) return malformed("routing key", reader.error());
  const auto name = key.substr(0, key.find('\0'));
  // The key is kept as long as the connection, also of what is denied.
  if (name.size() > key_part_bytes_max || key.size() - name.size() > key_part_bytes_max + 1)
    return Malformed{"routing key: too long"};
  return HocuspocusEnvelope(Routed{key, name, message.subspan(reader.offset())});
}

Parsed<HocuspocusBody> parse_hocuspocus(ByteView body, const Limits& limits) {
  Reader reader(body);
  const auto type = reader.varint();
  if (!reader.ok()) return malformed("message", reader.error());
  switch (type) {
    case type_sync:
    case type_sync_reply:
      return widen<HocuspocusBody>(parse_sync(reader, type == type_sync, limits));
    case type_awareness: {
      auto said = parse_awareness(reader, limits);
      if (!said) return said.error();
      return HocuspocusBody(*std::move(said));
    }
    case type_auth: {
      if (reader.varint() != auth_token) return Malformed{"only a token can be said by a client"};
      Authenticate authenticate{std::string(reader.string())};
      if (reader.ok() && !reader.at_end()) reader.string();  // the client's version, from version 4 on
      if (!whole(reader)) return not_whole("auth message", reader);
      return HocuspocusBody(std::move(authenticate));
    }
    case type_query_awareness:
      if (!whole(reader)) return not_whole("awareness query", reader);
      return HocuspocusBody(QueryAwareness{});
    case type_stateless: {
      Stateless stateless{std::string(reader.string())};
      if (!whole(reader)) return not_whole("stateless message", reader);
      return HocuspocusBody(std::move(stateless));
    }
    case type_close:
      return HocuspocusBody(CloseDocument{});
    case type_broadcast_stateless:
      return Malformed{"a client may not broadcast"};
    default:
      return Malformed{"unknown message type " + std::to_string(type)};
  }
}

Bytes pong_message() { return {static_cast<std::uint8_t>(type_pong)}; }

// ---- y-websocket

const std::string& YWebsocketDialect::key() const {
  static const std::string none(1, '\0');  // no routing key is only a NUL
  return none;
}
Bytes YWebsocketDialect::step1(ByteView state_vector) const { return y_sync(sync_step1, state_vector); }
Bytes YWebsocketDialect::step2(ByteView update) const { return y_sync(sync_step2, update); }
Bytes YWebsocketDialect::update(ByteView update) const { return y_sync(sync_update, update); }
Bytes YWebsocketDialect::awareness(ByteView body) const {
  return y_message(type_awareness, body.size(), [&](ByteWriter& writer) { writer.buffer(body); });
}
Bytes YWebsocketDialect::status(bool) const { return {}; }
Bytes YWebsocketDialect::refused(std::string_view reason) const {
  return y_message(type_auth, reason.size(), [&](ByteWriter& writer) {
    writer.varint(0);
    writer.string(reason);
  });
}
Bytes YWebsocketDialect::permission(bool) const { return {}; }
Bytes YWebsocketDialect::denied(std::string_view reason) const { return refused(reason); }
Bytes YWebsocketDialect::closed(std::string_view) const { return {}; }
Bytes YWebsocketDialect::stateless(std::string_view) const { return {}; }

// ---- Hocuspocus

Bytes HocuspocusDialect::step1(ByteView state_vector) const {
  return routed_sync(routing_key_, sync_step1, state_vector);
}
Bytes HocuspocusDialect::step2(ByteView update) const {
  return routed_sync(routing_key_, sync_step2, update);
}
Bytes HocuspocusDialect::update(ByteView update) const {
  return routed_sync(routing_key_, sync_update, update);
}
Bytes HocuspocusDialect::awareness(ByteView body) const {
  return routed_message(routing_key_, type_awareness, body.size(),
                        [&](ByteWriter& writer) { writer.buffer(body); });
}
Bytes HocuspocusDialect::status(bool stored) const {
  return routed_message(routing_key_, type_sync_status, 1,
                        [&](ByteWriter& writer) { writer.signed_number(stored ? 1 : 0); });
}
Bytes HocuspocusDialect::refused(std::string_view reason) const {
  return stateless(nlohmann::json{{"type", "refused"}, {"reason", std::string(reason)}}.dump());
}
Bytes HocuspocusDialect::permission(bool may_write) const {
  return routed_message(routing_key_, type_auth, 16, [&](ByteWriter& writer) {
    writer.varint(auth_authenticated);
    writer.string(may_write ? "read-write" : "readonly");
  });
}
Bytes HocuspocusDialect::denied(std::string_view reason) const {
  return routed_message(routing_key_, type_auth, reason.size(), [&](ByteWriter& writer) {
    writer.varint(auth_denied);
    writer.string(reason);
  });
}
Bytes HocuspocusDialect::closed(std::string_view reason) const {
  return routed_message(routing_key_, type_close, reason.size(),
                        [&](ByteWriter& writer) { writer.string(reason); });
}
Bytes HocuspocusDialect::stateless(std::string_view json) const {
  return routed_message(routing_key_, type_stateless, json.size(),
                        [&](ByteWriter& writer) { writer.string(json); });
}

}  // namespace assay::server
