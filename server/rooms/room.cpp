#include "server/rooms/room.h"

#include <algorithm>
#include <map>

#include "server/rooms/room_parts.h"

namespace assay::server {

Room::Room(Shard& shard, Loop& loop, RoomSurroundings& around, DocumentName name)
    : shard_(shard),
      loop_(loop),
      around_(around),
      name_(std::move(name)),
      awareness_({.entries_per_owner_max = around.limits.awareness_clients_max,
                  .tombstone_ms = around.limits.tombstone_time.count()}) {
  around_.metrics.rooms_open.add(1);
}

Room::~Room() {
  around_.metrics.rooms_open.add(-1);
  if (read_only_) around_.metrics.rooms_read_only.add(-1);
}

std::shared_ptr<Room> Room::open(Shard& shard, Loop& loop, RoomSurroundings& around, DocumentName name) {
  std::shared_ptr<Room> room(new Room(shard, loop, around, std::move(name)));
  room->empty_since_ms_ = loop.now_ms();
  room->load();
  return room;
}

void Room::handle(const std::shared_ptr<PeerLink>& link, Request request) {
  // A session that ended here asks on until it hears of it.
  if (!link->room && !std::holds_alternative<Join>(request)) return;
  if (state_ != State::loading) return dispatch(link, request);
  if (std::holds_alternative<Join>(request)) link->room = this;
  early_.push_back({link, std::move(request)});
}

void Room::dispatch(const std::shared_ptr<PeerLink>& link, Request& request) {
  if (std::holds_alternative<Join>(request)) return join(link);
  if (!link->seat) return;
  Seat& seat = *static_cast<Seat*>(link->seat);
  if (auto* said = std::get_if<SyncUpdate>(&request)) return update(seat, std::move(said->update));
  if (auto* heard = std::get_if<AwarenessSaid>(&request)) return hear(seat, std::move(*heard));
  if (auto* asked = std::get_if<SyncStep1>(&request)) return step1(seat, std::move(*asked));
  if (std::holds_alternative<QueryAwareness>(request)) {
    const auto entries = awareness_.all();
    if (!entries.empty()) send(seat, seat.link->dialect->awareness(crdt::encode_awareness(entries)));
  } else if (std::holds_alternative<Drained>(request)) {
    drained(seat);
  } else if (std::holds_alternative<Leave>(request)) {
    leave(seat);
  }
}

// ---- Peers

void Room::join(const std::shared_ptr<PeerLink>& link) {
  auto seat = std::make_unique<Seat>();
  seat->link = link;
  seat->voice = voice_for(link->dialect);
  seat->index = seats_.size();
  link->room = this;
  link->seat = seat.get();
  ++seat->voice->seats;
  seats_.push_back(std::move(seat));
  Seat& here = *seats_.back();

  if (unreadable_) return close_for_storage(here);
  if (state_ == State::closing) return expel(here, "this document is closed");
  here.role = around_.access.role(link->who, name_);
  if (!around_.access.valid(link->who)) return review_access(here);
  if (here.role == Role::none) return expel(here, "permission-denied");
  const Dialect& dialect = *link->dialect;
  send(here, dialect.permission(here.may_write(name_.part)));
  if (dialect.step1_on_join()) {
    // Our state vector is a sync message like any other: it rests on what was applied.
    at_gate(
        Direct{link, around_.seal(dialect.step1(crdt::encode_state_vector(document_.state_vector()))), true});
  }
  const auto present = awareness_.all();
  if (!present.empty()) send(here, dialect.awareness(crdt::encode_awareness(present)));
  if (read_only_) {
    here.told_storage = true;
    send(here, dialect.stateless(R"({"type":"storage","state":"read-only"})"));
  }
  if (watch_) watch_->joined(link);
}

void Room::leave(Seat& seat) {
  const auto gone = awareness_.leave(seat.link.get(), loop_.now_ms());
  unseat(seat);
  if (!gone.empty()) broadcast_awareness(gone);
}

void Room::unseat(Seat& seat) {
  forget_held(seat);
  seat.link->seat = nullptr;
  seat.link->room = nullptr;
  if (--seat.voice->seats == 0) {
    std::erase_if(voices_, [&](const auto& voice) { return voice.get() == seat.voice; });
  }
  const std::size_t index = seat.index;
  if (index + 1 != seats_.size()) {
    std::swap(seats_[index], seats_.back());
    seats_[index]->index = index;
  }
  seats_.pop_back();
  if (seats_.empty()) empty_since_ms_ = loop_.now_ms();
}

// The end of one document for one peer. A socket that carries nothing else is closed.
void Room::expel(Seat& seat, const std::string& reason) {
  const auto link = seat.link;
  around_.metrics.closed_unauthorized.add();
  if (link->dialect->shares_socket()) {
    send(seat, link->dialect->denied(reason));
    shard_.deliver(link, Ended{});
  } else {
    shard_.deliver(link, CloseSocket{4403, reason});
  }
  leave(seat);
}

void Room::close_for_storage(Seat& seat) {
  around_.metrics.closed_storage.add();
  shard_.deliver(seat.link, CloseSocket{1013, "storage trouble, try again"});
  leave(seat);
}

void Room::close_for_vector(Seat& seat, const std::string& error) {
  around_.metrics.closed_malformed.add();
  shard_.deliver(seat.link, CloseSocket{1002, "state vector: " + error});
  leave(seat);
}

void Room::review_access(Seat& seat) {
  const auto link = seat.link;
  if (!around_.access.valid(link->who)) {
    around_.metrics.closed_unauthorized.add();
    shard_.deliver(link, CloseSocket{4401, "signed out"});
    return leave(seat);
  }
  const Role role = around_.access.role(link->who, name_);
  if (role == seat.role) return;
  if (role == Role::none) return expel(seat, "permission-denied");
  seat.role = role;
  send(seat, link->dialect->permission(seat.may_write(name_.part)));
}

void Room::access_changed() {
  if (state_ == State::loading) return;  // each is asked about when it joins
  for (std::size_t i = seats_.size(); i-- > 0;) {
    if (i < seats_.size()) review_access(*seats_[i]);
  }
}

// ---- What peers ask

void Room::step1(Seat& seat, SyncStep1 request) {
  if (!request.unread.empty()) {
    // Who has all of the document may say so, however large it is, and what they wrote themselves besides.
    auto vector =
        crdt::decode_state_vector(request.unread, clocks_.size() + around_.limits.state_vector_entries_max);
    if (!vector) return close_for_vector(seat, crdt::to_string(vector.error()));
    request.vector = *std::move(vector);
  }
  if (hold_back(seat, 0)) {
    seat.since = std::move(request.vector);
    seat.behind_step2 = true;
    seat.behind_ask_back = request.ask_back;
    return;
  }
  const Dialect& dialect = *seat.link->dialect;
  at_gate(Direct{seat.link, around_.seal(dialect.step2(document_.encode_since(request.vector))), true});
  if (request.ask_back && !dialect.step1_on_join()) {
    at_gate(Direct{seat.link,
                   around_.seal(dialect.step1(crdt::encode_state_vector(document_.state_vector()))), true});
  }
}

void Room::hear(Seat& seat, AwarenessSaid said) {
  const auto heard =
      awareness_.hear(seat.link.get(), seat.link->who.user, std::move(said.entries), loop_.now_ms());
  around_.metrics.awareness_accepted.add(heard.accepted.size());
  around_.metrics.awareness_dropped.add(heard.dropped);
  if (!heard.rebuffed.empty())
    send(seat, seat.link->dialect->awareness(crdt::encode_awareness(heard.rebuffed)));
  if (!heard.accepted.empty()) broadcast_awareness(heard.accepted);
}

std::vector<Present> Room::present() const {
  std::map<std::string, Present> users;
  for (const auto& seat : seats_) {
    auto& entry = users[seat->link->who.user];
    entry.user = seat->link->who.user;
    entry.name = seat->link->who.name;
    ++entry.connections;
  }
  std::vector<Present> list;
  for (auto& [user, entry] : users) list.push_back(std::move(entry));
  return list;
}

void Room::tick(std::int64_t now_ms) {
  expire_held(now_ms);
  awareness_.forget(now_ms);
  note_changed(false);
  maybe_finish(now_ms);
}

}  // namespace assay::server
