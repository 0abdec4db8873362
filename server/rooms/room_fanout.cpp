// What a room says, and to whom.
#include <algorithm>
#include <utility>

#include "server/rooms/room_parts.h"

namespace assay::server {

void Room::at_gate(Gated what) {
  if (gate_.empty() && durable_ >= applied_) return pass(std::move(what));
  gate_.push(applied_, std::move(what));
}

void Room::open_gate() {
  gate_.open(durable_, [this](Gated what) { pass(std::move(what)); });
}

void Room::pass(Gated what) {
  if (const auto* update = std::get_if<Broadcast>(&what)) return broadcast(*update);
  if (auto* waiting = std::get_if<Waiting>(&what)) return (*waiting)(true);
  auto& direct = std::get<Direct>(what);
  if (direct.to->room == this && direct.to->seat && direct.frame && !direct.frame->empty()) {
    shard_.deliver(direct.to, std::move(direct.frame));
  }
}

Room::Voice* Room::voice_for(const std::shared_ptr<const Dialect>& dialect) {
  for (const auto& voice : voices_) {
    if (voice->dialect->key() == dialect->key()) return voice.get();
  }
  voices_.push_back(std::make_unique<Voice>());
  voices_.back()->dialect = dialect;
  return voices_.back().get();
}

void Room::send(Seat& seat, Bytes message) {
  if (!message.empty()) shard_.deliver(seat.link, around_.seal(std::move(message)));
}

// True when this peer must be told later, by one diff: it has more waiting than it may.
bool Room::hold_back(Seat& seat, std::size_t bytes) {
  if (seat.behind) return true;
  Backlog& backlog = *seat.link->backlog;
  const std::size_t queued = backlog.bytes.load();
  if (queued == 0 || queued + bytes <= around_.limits.outbox_bytes_max) return false;
  backlog.behind = true;
  if (backlog.bytes.load() == 0) return false;  // it drained in between, and nobody would tell us
  around_.metrics.peers_behind.add();
  seat.behind = true;
  seat.behind_step2 = seat.behind_ask_back = false;
  // What stands at the gate now still goes out as it is; the diff begins after it.
  seat.behind_after = applied_;
  seat.since = document_.state_vector();
  return true;
}

void Room::broadcast(const Broadcast& what) {
  for (const auto& voice : voices_) voice->cached = nullptr;
  for (const auto& seat : seats_) {
    if (seat->link == what.except) continue;
    if (seat->behind && what.sequence > seat->behind_after) continue;
    // Who falls behind here still gets this one: the diff to come begins after what was applied until now.
    if (!seat->behind) hold_back(*seat, what.update->size());
    Voice& voice = *seat->voice;
    if (!voice.cached) voice.cached = around_.seal(voice.dialect->update(*what.update));
    shard_.deliver(seat->link, voice.cached);
  }
}

void Room::broadcast_awareness(const std::vector<crdt::AwarenessEntry>& entries) {
  const Bytes body = crdt::encode_awareness(entries);
  for (const auto& voice : voices_) voice->cached = nullptr;
  for (const auto& seat : seats_) {
    if (seat->behind || seat->link->backlog->bytes.load() > around_.limits.outbox_bytes_max) {
      if (!seat->behind) hold_back(*seat, 0);
      seat->behind_awareness = seat->behind;
      if (seat->behind) continue;
    }
    Voice& voice = *seat->voice;
    if (!voice.cached) voice.cached = around_.seal(voice.dialect->awareness(body));
    shard_.deliver(seat->link, voice.cached);
  }
}

void Room::when_durable(std::function<void()> then) {
  at_gate(Waiting([then = std::move(then)](bool durable) {
    if (durable) then();
  }));
}

void Room::tell(const std::string& json) {
  for (const auto& voice : voices_) voice->cached = nullptr;
  for (const auto& seat : seats_) {
    Voice& voice = *seat->voice;
    if (!voice.cached) voice.cached = around_.seal(voice.dialect->stateless(json));
    if (!voice.cached || voice.cached->empty()) continue;
    if (hold_back(*seat, json.size())) {
      seat->behind_watch = true;
      continue;
    }
    shard_.deliver(seat->link, voice.cached);
  }
}

void Room::tell(const std::shared_ptr<PeerLink>& peer, const std::string& json) {
  if (peer->room != this || !peer->seat) return;
  auto& seat = *static_cast<Seat*>(peer->seat);
  Bytes message = peer->dialect->stateless(json);
  if (message.empty()) return;
  if (hold_back(seat, json.size())) {
    seat.behind_watch = true;
    return;
  }
  send(seat, std::move(message));
}

void Room::watch_changed(Touched touched) {
  if (watch_) watch_->changed(touched);
}

void Room::drained(Seat& seat) {
  if (seat.behind) bring_level(seat);
}

void Room::bring_level(Seat& seat) {
  const auto since = std::move(seat.since);
  const bool step2 = seat.behind_step2, ask_back = seat.behind_ask_back, awareness = seat.behind_awareness;
  seat.behind = seat.behind_awareness = false;
  seat.since.clear();
  const Dialect& dialect = *seat.link->dialect;
  const Bytes diff = document_.encode_since(since);
  at_gate(Direct{seat.link, around_.seal(step2 ? dialect.step2(diff) : dialect.update(diff)), true});
  if (step2 && ask_back && !dialect.step1_on_join()) {
    at_gate(Direct{seat.link,
                   around_.seal(dialect.step1(crdt::encode_state_vector(document_.state_vector()))), true});
  }
  if (std::exchange(seat.behind_watch, false) && watch_) watch_->joined(seat.link);
  if (!awareness) return;
  const auto present = awareness_.all();
  if (!present.empty()) send(seat, dialect.awareness(crdt::encode_awareness(present)));
}

}  // namespace assay::server
