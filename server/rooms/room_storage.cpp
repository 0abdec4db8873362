// Loading, durability and what happens when there is none.
#include <algorithm>

#include "server/registry/registry.h"
#include "server/rooms/room_parts.h"

namespace assay::server {
namespace {

void apply_stored(crdt::Document& document, const Bytes& bytes, const std::string& what) {
  const auto update = crdt::Update::decode(bytes);
  if (!update) {
    throw storage::StorageError(storage::StorageError::Kind::corrupt,
                                what + " cannot be decoded: " + crdt::to_string(update.error()));
  }
  document.apply(*update);
}

}  // namespace

void Room::load() {
  state_ = State::loading;
  const auto generation = ++generation_;
  mail_ = std::make_shared<DurableMail>();
  auto result = std::make_shared<Loaded>();
  loop_.background([&store = around_.store, &loop = loop_, weak = weak_from_this(), name = name_.name,
                    accounts = around_.access.mode() == Access::Mode::accounts, result, generation] {
    try {
      const auto state = store.load(name);
      std::uint64_t next = 1;
      if (state.checkpoint) {
        apply_stored(result->document, state.checkpoint->state, "the checkpoint of '" + name + "'");
        result->checkpoint_size = state.checkpoint->state.size();
        next = state.checkpoint->sequence + 1;
      }
      for (const auto& entry : state.tail) {
        apply_stored(result->document, entry.update,
                     "entry " + std::to_string(next++) + " of '" + name + "'");
        ++result->entries_since_checkpoint;
        result->bytes_since_checkpoint += entry.update.size();
      }
      // What would wait was never acknowledged: older versions let it into a checkpoint.
      result->document.drop_pending();
      result->last_sequence = state.last_sequence;
      if (accounts) {
        const auto prefix = binding_prefix(name);
        for (const auto& record : store.records("binding", prefix)) {
          result->bindings.emplace(std::stoull(record.key.substr(prefix.size())), record.value.value_or(""));
        }
      }
    } catch (const std::exception& error) {
      result->error = error.what();
    }
    loop.post([weak, result, generation] {
      if (const auto room = weak.lock()) room->loaded(*result, generation);
    });
  });
}

void Room::loaded(Loaded& result, std::uint64_t generation) {
  if (generation != generation_) return;
  around_.metrics.rooms_loaded.add();
  unreadable_ = !result.error.empty();
  if (unreadable_) around_.metrics.storage_failures.add();
  const bool newer = !unreadable_ && !seats_.empty() && result.last_sequence != durable_;
  const auto before = newer ? document_.state_vector() : crdt::StateVector{};
  document_ = std::move(result.document);
  clocks_ = document_.state_vector();
  bindings_ = std::move(result.bindings);
  clients_of_.clear();
  for (const auto& [client, user] : bindings_) ++clients_of_[user];
  applied_ = durable_ = result.last_sequence;
  entries_since_checkpoint_ = result.entries_since_checkpoint;
  bytes_since_checkpoint_ = result.bytes_since_checkpoint;
  checkpoint_size_ = result.checkpoint_size;
  if (state_ == State::loading) state_ = State::open;
  if (newer) {
    // A write that was reported as failed is there after all.
    broadcast({durable_, std::make_shared<const Bytes>(document_.encode_since(before)), nullptr});
  }
  if (unreadable_) {
    while (!seats_.empty()) close_for_storage(*seats_.back());
  }
  if (!watch_ && around_.watch && state_ == State::open) watch_ = around_.watch(*this);
  if (watch_) watch_->loaded();
  auto early = std::exchange(early_, {});
  for (auto& [link, request] : early) {
    if (link->room == this) dispatch(link, request);
  }
  for (auto& work : std::exchange(after_load_, {})) work();
  settle();
}

void Room::append(const std::string& user, Bytes news, std::vector<storage::Record> records) {
  const auto sequence = ++applied_;
  const auto now = loop_.wall_ms();
  ++entries_since_checkpoint_;
  bytes_since_checkpoint_ += news.size();
  changed_ = true;
  changed_by_ = user;
  changed_at_ms_ = now;
  storage::Write write;
  write.room = name_.name;
  write.entries.push_back({sequence, now, user, std::move(news)});
  write.records = std::move(records);
  around_.store.append(std::move(write), [&loop = loop_, mail = mail_, weak = weak_from_this(), sequence](
                                             storage::Outcome outcome, const std::string&) {
    if (outcome == storage::Outcome::durable) {
      mail->sequence.store(sequence);
    } else {
      mail->failed = true;
    }
    if (mail->posted.exchange(true)) return;
    loop.post([mail, weak] {
      mail->posted = false;
      const auto room = weak.lock();
      if (!room || room->mail_ != mail) return;
      room->durable_up_to(mail->sequence.load());
      if (mail->failed) room->storage_failed();
    });
  });
  maybe_checkpoint();
}

void Room::durable_up_to(std::uint64_t sequence) {
  if (sequence <= durable_) return;
  durable_ = sequence;
  open_gate();
  settle();
}

// Back to the last durable state. Nothing that is lost was shown to anybody, or acknowledged.
void Room::storage_failed() {
  around_.metrics.storage_failures.add();
  if (!read_only_) around_.metrics.rooms_read_only.add(1);
  read_only_ = true;
  fail_waiting();
  held_.clear();
  held_bytes_ = 0;
  for (std::size_t i = seats_.size(); i-- > 0;) {
    Seat& seat = *seats_[i];
    seat.slots.clear();
    if (seat.behind) seat.since.clear();
    const bool once = seat.unstored && !seat.link->dialect->shares_socket() && !seat.told_storage;
    if (once || seat.unanswered) {
      close_for_storage(seat);
      continue;
    }
    if (seat.link->dialect->shares_socket() && !std::exchange(seat.told_storage, true)) {
      send(seat, seat.link->dialect->stateless(R"({"type":"storage","state":"read-only"})"));
    }
  }
  load();
}

void Room::fail_waiting() {
  for (auto& what : gate_.take_all()) {
    if (const auto* from = std::get_if<Broadcast>(&what)) {
      // Its author sent something that is lost.
      if (from->except && from->except->room == this && from->except->seat) {
        static_cast<Seat*>(from->except->seat)->unstored = true;
      }
    } else if (const auto* direct = std::get_if<Direct>(&what)) {
      if (direct->to->room != this || !direct->to->seat) continue;
      auto& seat = *static_cast<Seat*>(direct->to->seat);
      (direct->answer ? seat.unanswered : seat.unstored) = true;
    } else if (auto* waiting = std::get_if<Waiting>(&what)) {
      (*waiting)(false);
    }
  }
}

void Room::storage_recovered() {
  if (!read_only_) {
    if (unreadable_) load();
    return;
  }
  read_only_ = false;
  around_.metrics.rooms_read_only.add(-1);
  for (std::size_t i = seats_.size(); i-- > 0;) {
    Seat& seat = *seats_[i];
    if (seat.unstored) {
      close_for_storage(seat);
      continue;
    }
    if (std::exchange(seat.told_storage, false)) {
      send(seat, seat.link->dialect->stateless(R"({"type":"storage","state":"writable"})"));
    }
  }
  load();
}

// ---- Checkpoints, and the end

void Room::maybe_checkpoint() {
  if (checkpointing_) return;
  // A large document is written down only once its log has grown by as much again.
  const auto bytes = std::max<std::uint64_t>(around_.bounds.checkpoint_bytes, checkpoint_size_);
  if (entries_since_checkpoint_ >= around_.bounds.checkpoint_entries || bytes_since_checkpoint_ >= bytes) {
    write_checkpoint();
  }
}

void Room::write_checkpoint() {
  storage::Checkpoint checkpoint{applied_, document_.encode_since()};
  checkpoint_size_ = checkpoint.state.size();
  entries_since_checkpoint_ = bytes_since_checkpoint_ = 0;
  checkpointing_ = true;
  // The log takes writes in order: this one becomes durable only after what it holds.
  around_.store.checkpoint(
      name_.name, std::move(checkpoint),
      [&loop = loop_, weak = weak_from_this()](storage::Outcome outcome, const std::string&) {
        loop.post([weak, outcome] {
          const auto room = weak.lock();
          if (!room) return;
          room->checkpointing_ = false;
          if (outcome == storage::Outcome::durable) room->around_.metrics.checkpoints.add();
          room->settle();
        });
      });
}

void Room::note_changed(bool now) {
  if (!changed_ || state_ == State::loading || read_only_) return;
  const auto time = loop_.now_ms();
  if (!now && time - told_ms_ < around_.bounds.changed_interval.count()) return;
  told_ms_ = time;
  changed_ = false;
  if (around_.changed) around_.changed(name_.name, document_, changed_by_, changed_at_ms_);
}

void Room::maybe_finish(std::int64_t now_ms) {
  const bool idle = seats_.empty() && early_.empty() && after_load_.empty() && gate_.empty() &&
                    durable_ == applied_ && state_ == State::open && !checkpointing_;
  if (!idle) return;
  if (!unreadable_ && now_ms - empty_since_ms_ < around_.bounds.linger_time.count()) return;
  note_changed(true);
  if (entries_since_checkpoint_ > 0 && !read_only_) return write_checkpoint();
  state_ = State::closed;
  watch_.reset();
  finished_ = true;
}

void Room::close(const std::string& reason, std::function<void()> forgotten) {
  if (state_ == State::loading) {
    after_load_.push_back([this, reason, forgotten = std::move(forgotten)] { close(reason, forgotten); });
    return;
  }
  state_ = State::closing;
  watch_.reset();
  changed_ = false;
  while (!seats_.empty()) {
    const auto link = seats_.back()->link;
    if (link->dialect->shares_socket()) {
      send(*seats_.back(), link->dialect->closed(reason));
      shard_.deliver(link, Ended{});
    } else {
      shard_.deliver(link, CloseSocket{4403, reason});
    }
    unseat(*seats_.back());
  }
  on_settled_ = [this, forgotten = std::move(forgotten)] {
    state_ = State::closed;
    finished_ = true;
    forgotten();
  };
  settle();
}

void Room::drain(std::function<void()> done) {
  if (state_ == State::loading) {
    after_load_.push_back([this, done = std::move(done)] { drain(done); });
    return;
  }
  note_changed(true);
  if (entries_since_checkpoint_ > 0 && !read_only_ && !unreadable_) write_checkpoint();
  // The room may be closing: whoever waits for that is told as well.
  on_settled_ = [before = std::move(on_settled_), done = std::move(done)] {
    if (before) before();
    done();
  };
  settle();
}

// Calls whoever waits for nothing being on its way to the log any more.
void Room::settle() {
  const bool settled = (durable_ == applied_ || read_only_) && !checkpointing_;
  if (!settled || !on_settled_) return;
  std::exchange(on_settled_, nullptr)();
}

}  // namespace assay::server
