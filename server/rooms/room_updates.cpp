// From a peer's update to the log: judge, apply, append, answer.
#include <algorithm>

#include "server/registry/registry.h"
#include "server/rooms/comment_shape.h"
#include "server/rooms/room_parts.h"

namespace assay::server {

void Room::update(Seat& seat, OwnedUpdate update) {
  if (state_ == State::closing) return;
  if (read_only_) {
    if (const auto reason = contradicts_another(seat, update.update)) return refuse(seat, *reason, nullptr);
    // What says nothing new is durable already; the rest is left unanswered until the log can be written
    // again.
    if (!seat.unstored && !document_.inspect(update.update, crdt::InspectDepth::roots).news) {
      return answer(seat, true, nullptr);
    }
    seat.unstored = true;
    // Who was here before it began and cannot be told otherwise is closed, once.
    if (!seat.link->dialect->shares_socket() && !seat.told_storage) close_for_storage(seat);
    return;
  }
  if (consider(seat, update.update, nullptr) == Verdict::missing) hold(seat, std::move(update));
}

// With a slot the update was held, and its status stands there; without, the status goes behind all that are
// owed.
Room::Verdict Room::consider(Seat& seat, const crdt::Update& update, Slot* slot) {
  if (const auto reason = contradicts_another(seat, update)) {
    refuse(seat, *reason, slot);
    return Verdict::answered;
  }
  const auto inspection = inspect_for_roles(document_, update, name_.part);
  if (!inspection.news && !inspection.missing) {
    around_.metrics.updates_repeated.add();
    answer(seat, true, slot);
    return Verdict::answered;
  }
  if (!seat.may_write(name_.part)) {
    refuse(seat, "you may not change this document", slot);
    return Verdict::answered;
  }
  if (inspection.missing) return Verdict::missing;
  if (name_.part == DocumentPart::comments) {
    if (const auto reason = misshapen_comment(inspection)) {
      refuse(seat, *reason, slot);
      return Verdict::answered;
    }
  }
  if (around_.access.mode() == Access::Mode::accounts) {
    const Writer writer{seat.link->who.user, seat.link->who.name, seat.role};
    auto reason = refusal(document_, inspection, name_.part, writer, bindings_);
    if (!reason) reason = said_by_another(seat, inspection);
    if (reason) {
      refuse(seat, *reason, slot);
      return Verdict::answered;
    }
  }
  if (!has_room(seat, inspection)) {
    refuse(seat, "the document has no room for so many more clients", slot);
    return Verdict::answered;
  }
  accept(seat, update, inspection, slot);
  return Verdict::answered;
}

std::optional<std::string> Room::contradicts_another(const Seat& seat, const crdt::Update& update) const {
  if (around_.access.mode() != Access::Mode::accounts) return std::nullopt;
  return server::contradicts_another(document_, update, seat.link->who.user, bindings_);
}

// A client id that nobody wrote with yet is that user's who says it of themselves, while they are here and a
// little longer. Everybody hears it; without this anybody could take it before its first word.
std::optional<std::string> Room::said_by_another(const Seat& seat, const crdt::Inspection& inspection) const {
  auto last = crdt::ClientId{static_cast<std::uint64_t>(-1)};  // nobody's
  for (const auto& touch : inspection.touched) {               // the inserts of one client stand together
    if (touch.kind != crdt::Touch::Kind::insert || touch.id.client == last) continue;
    last = touch.id.client;
    if (bindings_.contains(last.value)) continue;
    const auto* user = awareness_.user_of(last);
    if (user && *user != seat.link->who.user) return belongs_to_another(last);
  }
  return std::nullopt;
}

// Whether the document may have the clients that are new with this update: many at once as long as a client
// can say them in a state vector, and one, which is a session that begins, up to twice that. Without a bound
// nobody who has the document could ever connect again. Clients are never forgotten, so one of those who may
// write only beside the text fills a tenth at most.
bool Room::has_room(const Seat& seat, const crdt::Inspection& inspection) const {
  std::size_t fresh = 0;
  auto last = crdt::ClientId{static_cast<std::uint64_t>(-1)};  // nobody's
  for (const auto& touch : inspection.touched) {               // the inserts of one client stand together
    if (touch.kind != crdt::Touch::Kind::insert || touch.id.client == last) continue;
    last = touch.id.client;
    if (!clocks_.contains(last)) ++fresh;
  }
  if (fresh == 0) return true;
  const std::size_t most = around_.limits.state_vector_entries_max;
  if (clocks_.size() + fresh > most * (fresh == 1 ? 2 : 1)) return false;
  if (seat.role >= Role::editor) return true;
  const auto own = clients_of_.find(seat.link->who.user);
  return (own == clients_of_.end() ? 0 : own->second) + fresh <= std::max<std::size_t>(1, most / 10);
}

void Room::note_clock(crdt::ClientId client, std::uint64_t end) {
  auto& clock = clocks_[client];
  clock.value = std::max(clock.value, end);
}

void Room::bind(crdt::ClientId client, const std::string& user, std::vector<storage::Record>& records) {
  if (!bindings_.emplace(client.value, user).second) return;
  ++clients_of_[user];
  records.push_back(binding_record(name_.name, client, user));
}

void Room::accept(Seat& seat, const crdt::Update& update, const crdt::Inspection& inspection, Slot* slot) {
  Touched touched;
  for (const auto& touch : inspection.touched) {
    touched.text = touched.text || touch.root == "default";
    touched.maps = touched.maps || touch.root != "default";
  }
  Bytes news;
  // What the inspection took for whole and the engine does not: structs that wait for one another, or behind
  // one that is here already with another parent. It may not wait inside, where no log has it.
  const bool waits = document_.apply(update, news).pending;
  if (waits) document_.drop_pending();
  const std::string reason = waits ? "rests on what is not here" : "";
  const std::string& user = seat.link->who.user;
  std::vector<storage::Record> records;
  const auto wrote = [&](crdt::ClientId client, std::uint64_t end) {
    note_clock(client, end);
    if (around_.access.mode() == Access::Mode::accounts) bind(client, user, records);
  };
  if (waits) {
    for (const auto& [client, end] : ends_of(news)) wrote(client, end.value);
  } else {
    for (const auto& touch : inspection.touched) {
      if (touch.kind == crdt::Touch::Kind::insert)
        wrote(touch.id.client, touch.id.clock.value + touch.length);
    }
  }
  if (news.empty()) {
    if (waits) return refuse(seat, reason, slot);
    around_.metrics.updates_repeated.add();
    return answer(seat, true, slot);
  }
  around_.metrics.updates_applied.add();
  auto shared = std::make_shared<const Bytes>(news);
  append(user, std::move(news), std::move(records));
  at_gate(Broadcast{applied_, std::move(shared), seat.link});
  if (waits)
    refuse(seat, reason, slot);
  else
    answer(seat, true, slot);
  watch_changed(touched);
  if (!held_.empty()) retry_held();
}

void Room::refuse(Seat& seat, const std::string& reason, Slot* slot) {
  around_.metrics.updates_refused.add();
  send(seat, seat.link->dialect->refused(reason));
  answer(seat, false, slot);
}

// ---- Statuses

void Room::answer(Seat& seat, bool stored, Slot* slot) {
  Voice& voice = *seat.voice;
  auto& frame = stored ? voice.stored : voice.refused;
  if (!frame) frame = around_.seal(voice.dialect->status(stored));
  if (slot) {
    slot->settled = true;
    slot->stored = stored;
    return settle_slots(seat);
  }
  if (seat.slots.empty()) {
    if (!frame->empty()) at_gate(Direct{seat.link, frame});
    return;
  }
  seat.slots.push_back(std::make_shared<Slot>(Slot{true, stored}));
}

void Room::settle_slots(Seat& seat) {
  while (!seat.slots.empty() && seat.slots.front()->settled) {
    const bool stored = seat.slots.front()->stored;
    seat.slots.pop_front();
    const auto& frame = stored ? seat.voice->stored : seat.voice->refused;
    if (!frame->empty()) at_gate(Direct{seat.link, frame});
  }
}

// ---- What waits for what it rests on

void Room::hold(Seat& seat, OwnedUpdate update) {
  const std::size_t bytes = update.bytes->size();
  if (held_bytes_ + bytes > around_.limits.held_bytes_max ||
      held_.size() >= around_.limits.held_updates_max) {
    return refuse(seat, "rests on what is not here", nullptr);
  }
  around_.metrics.updates_held.add();
  auto slot = std::make_shared<Slot>();
  seat.slots.push_back(slot);
  held_bytes_ += bytes;
  held_.push_back({&seat, std::move(slot), std::move(update.bytes), needs_of(update.update, clocks_),
                   loop_.now_ms() + around_.limits.held_time.count()});
}

Room::Verdict Room::retry(Held& held) {
  const auto update = crdt::Update::decode(*held.bytes);
  const auto verdict = consider(*held.seat, *update, held.slot.get());
  if (verdict == Verdict::missing) held.needs = needs_of(*update, clocks_);
  return verdict;
}

void Room::retry_held() {
  const auto ready = [this](Held& held) { return all_met(held.needs, clocks_); };
  if (std::none_of(held_.begin(), held_.end(), ready)) return;
  // What is accepted here calls this again; the outermost call goes round until nothing moves.
  std::deque<Held> waiting = std::move(held_);
  held_.clear();
  bool moved = true;
  while (moved && !waiting.empty()) {
    moved = false;
    std::deque<Held> still;
    for (auto& held : waiting) {
      if (!ready(held) || retry(held) == Verdict::missing) {
        still.push_back(std::move(held));
      } else {
        held_bytes_ -= held.bytes->size();
        moved = true;
      }
    }
    waiting = std::move(still);
  }
  held_ = std::move(waiting);
}

void Room::expire_held(std::int64_t now_ms) {
  while (!held_.empty() && held_.front().until_ms <= now_ms) {
    Held held = std::move(held_.front());
    held_.pop_front();
    held_bytes_ -= held.bytes->size();
    if (retry(held) == Verdict::missing) refuse(*held.seat, "rests on what is not here", held.slot.get());
  }
}

void Room::forget_held(const Seat& seat) {
  std::erase_if(held_, [&](const Held& held) {
    if (held.seat != &seat) return false;
    held_bytes_ -= held.bytes->size();
    return true;
  });
}

// ---- The server's own edits

void Room::read(std::function<void(const crdt::Document&)> look,
                std::function<void(std::exception_ptr)> done) {
  if (state_ == State::loading) {
    after_load_.push_back([this, look = std::move(look), done = std::move(done)] { read(look, done); });
    return;
  }
  if (state_ != State::open)
    return done(std::make_exception_ptr(std::out_of_range("the document is closed")));
  if (unreadable_) {
    return done(std::make_exception_ptr(
        storage::StorageError(storage::StorageError::Kind::io, "cannot read document '" + name_.name + "'")));
  }
  try {
    look(document_);
  } catch (...) {
    return done(std::current_exception());
  }
  at_gate(Waiting([done = std::move(done)](bool durable) {
    done(durable ? nullptr
                 : std::make_exception_ptr(storage::StorageError(
                       storage::StorageError::Kind::io, "the log cannot be written, try again later")));
  }));
}

void Room::write(const std::string& user, std::function<void(crdt::Document&, crdt::Transaction&)> edit,
                 std::function<void(std::exception_ptr)> done) {
  if (state_ == State::loading) {
    after_load_.push_back(
        [this, user, edit = std::move(edit), done = std::move(done)] { write(user, edit, done); });
    return;
  }
  if (state_ != State::open)
    return done(std::make_exception_ptr(std::out_of_range("the document is closed")));
  const auto no_storage = [] {
    return std::make_exception_ptr(
        storage::StorageError(storage::StorageError::Kind::io, "the log cannot be written, try again later"));
  };
  if (read_only_ || unreadable_) return done(no_storage());
  crdt::ClientId client = new_client_id();
  while (clocks_.contains(client) || bindings_.contains(client.value)) client = new_client_id();
  Bytes news;
  std::exception_ptr trouble;
  {
    crdt::Transaction transaction(document_, client);
    try {
      edit(document_, transaction);
    } catch (...) {
      trouble = std::current_exception();
    }
    news = transaction.commit();
  }
  // What an edit did before it threw is in the document, so it must be in the log as well.
  if (!news.empty()) {
    around_.metrics.updates_applied.add();
    std::vector<storage::Record> records;
    bind(client, user, records);
    for (const auto& [writer, end] : ends_of(news)) note_clock(writer, end.value);
    auto shared = std::make_shared<const Bytes>(news);
    append(user, std::move(news), std::move(records));
    at_gate(Broadcast{applied_, std::move(shared), nullptr});
    watch_changed({true, true});
  }
  if (trouble) return done(trouble);
  at_gate(Waiting(
      [done = std::move(done), no_storage](bool durable) { done(durable ? nullptr : no_storage()); }));
}

}  // namespace assay::server
