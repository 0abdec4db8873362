#include "server/sync/hocuspocus_session.h"

#include <utility>

namespace assay::server {

struct HocuspocusSession::Entry final : Peer {
  enum class State { waiting, open, ended };
  Entry(SessionHost& session_host, std::string routing_key)
      : host(session_host), key(std::move(routing_key)) {}

  void deliver(const Frame& frame) override { host.deliver(frame); }
  void ended() override {
    state = State::ended;
    link->peer = nullptr;
    link = nullptr;
  }
  void close_socket(const CloseSocket& close) override { host.close(close.code, close.reason); }

  SessionHost& host;
  const std::string key;
  State state = State::waiting;
  std::int64_t auth_by_ms = 0;
  std::vector<Bytes> waiting;  // what came before its Auth
  std::shared_ptr<PeerLink> link;
};

HocuspocusSession::HocuspocusSession(SessionHost& host, SessionSurroundings& around, std::string cookie)
    : host_(host), around_(around), cookie_(std::move(cookie)) {}

HocuspocusSession::~HocuspocusSession() { end(); }

void HocuspocusSession::start(std::int64_t now_ms) {
  first_auth_by_ms_ = now_ms + around_.limits.authentication_time.count();
}

void HocuspocusSession::receive(ByteView message, std::int64_t now_ms) {
  if (closed_) return;
  now_ms_ = now_ms;
  const auto envelope = parse_envelope(message);
  if (!envelope) return malformed(envelope.error());
  if (std::holds_alternative<Ping>(*envelope)) return host_.send(pong_message());
  const auto* routed = std::get_if<Routed>(&*envelope);
  if (!routed) return;
  std::string key(routed->key);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    if (entries_.size() >= around_.limits.documents_max) {
      return host_.close(1008, "too many documents on one connection");
    }
    auto entry = std::make_unique<Entry>(host_, key);
    entry->auth_by_ms = now_ms + around_.limits.authentication_time.count();
    found = entries_.emplace(std::move(key), std::move(entry)).first;
  }
  receive(*found->second, routed->body);
}

void HocuspocusSession::receive(Entry& entry, ByteView body) {
  auto parsed = parse_hocuspocus(body, around_.limits);
  if (!parsed) return malformed(parsed.error());
  const bool auth = std::holds_alternative<Authenticate>(*parsed);
  if (std::holds_alternative<CloseDocument>(*parsed)) return leave(entry);
  if (entry.state == Entry::State::waiting && !auth) {
    waiting_bytes_ += body.size();
    if (waiting_bytes_ > around_.limits.unauthenticated_bytes_max) {
      around_.metrics.closed_too_big.add();
      closed_ = true;
      return host_.close(1009, "too much before authentication");
    }
    entry.waiting.emplace_back(body.begin(), body.end());
    return;
  }
  handle(entry, *std::move(parsed));
}

void HocuspocusSession::handle(Entry& entry, HocuspocusBody body) {
  if (const auto* message = std::get_if<Authenticate>(&body)) return authenticate(entry, *message);
  if (entry.state != Entry::State::open) return;
  if (auto* step1 = std::get_if<SyncStep1>(&body)) return host_.request(entry.link, std::move(*step1));
  if (auto* update = std::get_if<SyncUpdate>(&body)) return host_.request(entry.link, std::move(*update));
  if (auto* awareness = std::get_if<AwarenessSaid>(&body))
    return host_.request(entry.link, std::move(*awareness));
  if (std::holds_alternative<QueryAwareness>(body)) return host_.request(entry.link, QueryAwareness{});
}

void HocuspocusSession::authenticate(Entry& entry, const Authenticate& message) {
  if (entry.state == Entry::State::open) return;  // a provider may say its token again
  const auto document = parse_document_name(std::string_view(entry.key).substr(0, entry.key.find('\0')));
  if (!document) return deny(entry, "not a document's name");
  const auto who = around_.access.authenticate(message.token, cookie_);
  if (!who) return deny(entry, "not signed in");
  ever_authenticated_ = true;
  entry.state = Entry::State::open;
  entry.link = host_.link(entry, *who, *document, std::make_shared<const HocuspocusDialect>(entry.key));
  host_.request(entry.link, Join{});
  for (const auto& body : std::exchange(entry.waiting, {})) {
    waiting_bytes_ -= body.size();
    auto parsed = parse_hocuspocus(body, around_.limits);
    if (parsed && entry.state == Entry::State::open) handle(entry, *std::move(parsed));
  }
}

void HocuspocusSession::deny(Entry& entry, const std::string& reason) {
  around_.metrics.closed_unauthorized.add();
  entry.state = Entry::State::ended;
  for (const auto& body : std::exchange(entry.waiting, {})) waiting_bytes_ -= body.size();
  host_.send(HocuspocusDialect(entry.key).denied(reason));
}

void HocuspocusSession::malformed(const Malformed& why) {
  around_.metrics.closed_malformed.add();
  closed_ = true;
  host_.close(1002, why.what);
}

// The client lets go of one document.
void HocuspocusSession::leave(Entry& entry) {
  for (const auto& body : entry.waiting) waiting_bytes_ -= body.size();
  if (entry.link) {
    entry.link->peer = nullptr;
    host_.request(std::exchange(entry.link, nullptr), Leave{});
  }
  entries_.erase(entry.key);
}

void HocuspocusSession::tick(std::int64_t now_ms) {
  if (closed_) return;
  bool late = !ever_authenticated_ && now_ms >= first_auth_by_ms_;
  for (const auto& [key, entry] : entries_) {
    late = late || (entry->state == Entry::State::waiting && now_ms >= entry->auth_by_ms);
  }
  if (!late) return;
  closed_ = true;
  around_.metrics.closed_timeout.add();
  host_.close(4408, "no authentication in time");
}

void HocuspocusSession::drained() {
  for (const auto& [key, entry] : entries_) {
    if (entry->link) host_.request(entry->link, Drained{});
  }
}

void HocuspocusSession::end() {
  closed_ = true;
  for (const auto& [key, entry] : entries_) {
    if (!entry->link) continue;
    entry->link->peer = nullptr;
    host_.request(std::exchange(entry->link, nullptr), Leave{});
  }
  entries_.clear();
}

}  // namespace assay::server
