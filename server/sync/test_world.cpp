#include "server/sync/test_world.h"

#include <algorithm>
#include <cassert>

#include "crdt/bytes.h"
#include "server/sync/hocuspocus_session.h"
#include "server/sync/y_websocket_session.h"

namespace assay::server {

using crdt::Reader;
using ByteWriter = crdt::Writer;

std::optional<Identity> TestAccess::authenticate(std::string_view token, std::string_view cookie) const {
  const std::string user(token.empty() ? cookie : token);
  if (mode_now == Mode::none) return Identity{"anonymous", "anonymous", false, ""};
  if (user.empty() || signed_out.contains(user)) return std::nullopt;
  return Identity{user, user, false, "session of " + user};
}

Role TestAccess::role(const Identity& who, const DocumentName& document) const {
  if (mode_now == Mode::none) return Role::editor;
  const auto report = roles.find(document.report);
  if (report == roles.end()) return Role::none;
  const auto role = report->second.find(who.user);
  return role == report->second.end() ? Role::none : role->second;
}

// ---- TestWorld

TestWorld::TestWorld(unsigned shards) {
  std::vector<Loop*> pointers;
  for (unsigned i = 0; i < shards; ++i) {
    loops.push_back(std::make_unique<ManualLoop>());
    pointers.push_back(loops.back().get());
  }
  rooms = std::make_unique<RoomsOnShards>(
      pointers,
      RoomSurroundings{store,
                       access,
                       metrics,
                       limits,
                       bounds,
                       [](Bytes message) { return std::make_shared<const Bytes>(std::move(message)); },
                       [this](const std::string& name, const crdt::Document&, const std::string& user,
                              std::int64_t) { changes.push_back(name + " by " + user); },
                       {}},
      access);
}

TestWorld::~TestWorld() = default;

bool TestWorld::run_ready() {
  bool ran = false;
  for (const auto& loop : loops) {
    while (loop->run_one()) ran = true;
  }
  return ran;
}

void TestWorld::await_store() {
  // An empty write behind all others: when it has completed, so have they, and have posted.
  storage::Write nothing;
  nothing.records.push_back({"test", "barrier", std::string("x")});
  try {
    store.append_and_wait(std::move(nothing));
  } catch (const storage::StorageError&) {
    return;  // failed like those before it
  }
}

void TestWorld::settle() {
  do {
    while (run_ready()) {
    }
    if (!holding) await_store();
  } while (run_ready());
}

void TestWorld::advance(std::int64_t ms) {
  for (std::int64_t passed = 0; passed < ms; passed += 500) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
      loops[i]->advance(500);
      rooms->shards()[i]->tick();
    }
    settle();
  }
}

// ---- TestClient

TestClient::TestClient(TestWorld& world, Protocol protocol, const std::string& user,
                       const std::string& document, std::uint64_t client_id, unsigned shard,
                       const std::string& session_id)
    : world_(world),
      protocol_(protocol),
      key_(session_id.empty() ? document : document + std::string(1, '\0') + session_id),
      client_id_{client_id},
      shard_(*world.rooms->shards()[shard % world.rooms->shards().size()]) {
  if (protocol == Protocol::y_websocket) {
    session_ =
        std::make_shared<YWebsocketSession>(*this, world.around, *parse_document_name(document), user, "");
    session_->start(world_.loops[0]->now_ms());
  } else {
    session_ = std::make_shared<HocuspocusSession>(*this, world.around, "");
    session_->start(world_.loops[0]->now_ms());
    ByteWriter auth;
    auth.varint(2);
    auth.varint(0);
    auth.string(user);
    if (!session_id.empty()) auth.string("4.0.0");
    say(auth.take());
  }
  say_step1();
}

TestClient::~TestClient() { session_->end(); }

void TestClient::say(const Bytes& body) {
  if (protocol_ == Protocol::y_websocket) return say_raw(body);
  ByteWriter writer;
  writer.string(key_);
  writer.raw(crdt::ByteView(body));
  say_raw(writer.take());
}

void TestClient::say_raw(const Bytes& message) {
  if (!closed_) session_->receive(message, world_.loops[0]->now_ms());
}

void TestClient::say_step1() {
  ByteWriter writer;
  writer.varint(0);
  writer.varint(0);
  writer.buffer(crdt::encode_state_vector(copy.state_vector()));
  say(writer.take());
}

void TestClient::say_update(const Bytes& update) {
  ByteWriter writer;
  writer.varint(0);
  writer.varint(2);
  writer.buffer(update);
  say(writer.take());
}

void TestClient::say_awareness(std::uint64_t clock, const std::string& state) {
  ByteWriter writer;
  writer.varint(1);
  writer.buffer(crdt::encode_awareness({{client_id_, clock, state}}));
  say(writer.take());
}

void TestClient::type(const std::string& words, std::uint64_t at) {
  const auto root = copy.root("t", crdt::TypeKind::text);
  crdt::Transaction change(copy, client_id_);
  change.insert_text(root, std::min(at, copy.length(root)), words);
  say_update(change.commit());
}

std::string TestClient::text() const {
  const auto root = copy.find_root("t");
  return root ? copy.text(*root) : std::string();
}

void TestClient::leave() { session_->end(); }

bool TestClient::heard(const std::string& what) const { return count(what) > 0; }
std::size_t TestClient::count(const std::string& what) const {
  return static_cast<std::size_t>(std::count(heard_.begin(), heard_.end(), what));
}

// ---- What comes back

void TestClient::send(Bytes message) { hear(message); }

void TestClient::deliver(const Frame& frame) {
  if (stalled_) return waiting_.push_back(frame);
  backlog_->bytes -= frame->size();
  hear(*frame);
  if (backlog_->bytes == 0 && backlog_->behind.exchange(false)) {
    shard_.loop().post([session = session_] { session->drained(); });
  }
}

void TestClient::drain() {
  stalled_ = false;
  for (const auto& frame : std::exchange(waiting_, {})) {
    backlog_->bytes -= frame->size();
    hear(*frame);
  }
  if (backlog_->behind.exchange(false)) session_->drained();
}

void TestClient::close(std::uint16_t code, const std::string& reason) {
  if (closed_) return;
  closed_ = {code, reason};
  // As a connection does: the session ends once whoever called has finished.
  world_.loops[0]->post([session = session_] { session->end(); });
}

std::shared_ptr<PeerLink> TestClient::link(Peer& peer, Identity who, DocumentName document,
                                           std::shared_ptr<const Dialect> dialect) {
  auto& home = shard_.home_of(document.name);
  return std::make_shared<PeerLink>(shard_, home, backlog_, peer, std::move(who), std::move(document),
                                    std::move(dialect));
}

void TestClient::request(const std::shared_ptr<PeerLink>& link, Request request) {
  shard_.request(link, std::move(request));
}

void TestClient::hear_sync(ByteView body) {
  Reader reader(body);
  const auto kind = reader.varint();
  const auto content = reader.buffer();
  assert(reader.ok() && reader.at_end());
  if (kind == 0) {
    heard_.push_back("step1");
    if (silent) return;
    const auto vector = crdt::decode_state_vector(content);
    assert(vector);
    ByteWriter writer;
    writer.varint(0);
    writer.varint(1);
    writer.buffer(copy.encode_since(*vector));
    // From within a room's own call, so not at once.
    shard_.loop().post([this, answer = writer.take(), session = session_] {
      if (session.use_count() > 1) say(answer);
    });
    return;
  }
  heard_.push_back(kind == 1 ? "step2" : "update");
  const auto update = crdt::Update::decode(content);
  assert(update);
  copy.apply(*update);
}

void TestClient::hear(const Bytes& message) {
  if (protocol_ == Protocol::hocuspocus && message == Bytes{10}) return heard_.push_back("pong");
  Reader reader(message);
  if (protocol_ == Protocol::hocuspocus) {
    [[maybe_unused]] const auto key = reader.string();
    assert(key == key_);
  }
  const auto type = reader.varint();
  const auto rest = ByteView(message).subspan(reader.offset());
  if (type == 0) return hear_sync(rest);
  if (type == 1) {
    std::string words = "awareness";
    const auto entries = crdt::decode_awareness(reader.buffer());
    assert(entries);
    for (const auto& entry : *entries) {
      words +=
          " " + std::to_string(entry.client.value) + ":" + std::to_string(entry.clock) + ":" + entry.state;
    }
    return heard_.push_back(words);
  }
  if (type == 2) {
    const auto kind = reader.varint();
    const char* word = kind == 0 ? "refused " : kind == 1 ? "denied " : "permission ";
    return heard_.push_back(word + std::string(reader.string()));
  }
  if (type == 5) return heard_.push_back("stateless " + std::string(reader.string()));
  if (type == 7) return heard_.push_back("closed " + std::string(reader.string()));
  if (type == 8)
    return heard_.push_back("status " + std::to_string(static_cast<int>(reader.signed_number())));
  heard_.push_back("unknown");
}

}  // namespace assay::server
