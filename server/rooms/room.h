// Room: one open document and everybody in it. Judges, applies, stores and passes on, in that order; what it
// says waits at the gate until what it rests on is durable. All functions: [this room's shard].
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "crdt/document.h"
#include "server/config.h"
#include "server/metrics.h"
#include "server/rooms/awareness_board.h"
#include "server/rooms/gate.h"
#include "server/rooms/peer.h"
#include "server/rooms/roles.h"
#include "server/rooms/room_watch.h"
#include "server/rooms/rooms.h"
#include "storage/room_store.h"

namespace assay::server {

class Loop;

// Told, at most once in a while and when a room closes, that a document changed. [a shard]
using ChangedHook = std::function<void(const std::string& name, const crdt::Document&,
                                       const std::string& user, std::int64_t time_ms)>;

// What all rooms of a server share. Outlives them.
struct RoomSurroundings {
  storage::RoomStore& store;
  const Access& access;
  Metrics& metrics;
  const Limits& limits;
  const RoomBounds& bounds;
  std::function<Frame(Bytes message)> seal;  // makes a message a frame on the wire
  ChangedHook changed;
  MakeWatch watch;  // may be empty
};

class Room final : public WatchedRoom, public std::enable_shared_from_this<Room> {
 public:
  // Begins to load; requests meanwhile wait.
  static std::shared_ptr<Room> open(Shard& shard, Loop& loop, RoomSurroundings& around, DocumentName name);
  ~Room() override;

  void handle(const std::shared_ptr<PeerLink>& link, Request request);
  void tick(std::int64_t now_ms);
  void access_changed();
  // The log can be written again.
  void storage_recovered();

  void read(std::function<void(const crdt::Document&)> look, std::function<void(std::exception_ptr)> done);
  void write(const std::string& user, std::function<void(crdt::Document&, crdt::Transaction&)> edit,
             std::function<void(std::exception_ptr)> done);
  // Ends every peer's session; `forgotten` once nothing of this room is on its way to the log any more.
  void close(const std::string& reason, std::function<void()> forgotten);
  // Writes what should be written before the process ends; `done` once it is.
  void drain(std::function<void()> done);
  std::vector<Present> present() const;

  // Nothing refers to it and nothing is to be done: it may be dropped.
  bool finished() const { return finished_; }
  bool read_only() const { return read_only_; }

  // What the watch may ask.
  const DocumentName& name() const override { return name_; }
  const crdt::Document& document() const override { return document_; }
  Loop& loop() override { return loop_; }
  void when_durable(std::function<void()> then) override;
  void tell(const std::string& json) override;
  void tell(const std::shared_ptr<PeerLink>& peer, const std::string& json) override;

 private:
  struct Voice;  // frames for those who understand the same bytes
  struct Seat;   // what a room knows of a peer
  struct Slot;   // a status that is owed
  struct Held;   // an update that waits for what it rests on
  struct Loaded;
  struct DurableMail;
  enum class State { loading, open, closing, closed };

  Room(Shard& shard, Loop& loop, RoomSurroundings& around, DocumentName name);

  // room.cpp: peers and what they ask
  void dispatch(const std::shared_ptr<PeerLink>& link, Request& request);
  void join(const std::shared_ptr<PeerLink>& link);
  void leave(Seat& seat);
  void unseat(Seat& seat);
  void step1(Seat& seat, SyncStep1 request);
  void hear(Seat& seat, AwarenessSaid said);
  void drained(Seat& seat);
  void review_access(Seat& seat);
  void expel(Seat& seat, const std::string& reason);
  void close_for_storage(Seat& seat);
  void close_for_vector(Seat& seat, const std::string& error);

  // room_updates.cpp: from an update to the log
  void update(Seat& seat, OwnedUpdate update);
  enum class Verdict { answered, missing };
  Verdict consider(Seat& seat, const crdt::Update& update, Slot* slot);
  std::optional<std::string> contradicts_another(const Seat& seat, const crdt::Update& update) const;
  std::optional<std::string> said_by_another(const Seat& seat, const crdt::Inspection& inspection) const;
  bool has_room(const Seat& seat, const crdt::Inspection& inspection) const;
  void accept(Seat& seat, const crdt::Update& update, const crdt::Inspection& inspection, Slot* slot);
  void note_clock(crdt::ClientId client, std::uint64_t end);
  void bind(crdt::ClientId client, const std::string& user, std::vector<storage::Record>& records);
  void refuse(Seat& seat, const std::string& reason, Slot* slot);
  void hold(Seat& seat, OwnedUpdate update);
  void retry_held();
  Verdict retry(Held& held);
  void expire_held(std::int64_t now_ms);
  void forget_held(const Seat& seat);
  void answer(Seat& seat, bool stored, Slot* slot);
  void settle_slots(Seat& seat);
  void append(const std::string& user, Bytes news, std::vector<storage::Record> records);

  // room_fanout.cpp: what is said, and to whom
  void at_gate(Gated what);
  void pass(Gated what);
  void open_gate();
  void broadcast(const Broadcast& broadcast);
  void broadcast_awareness(const std::vector<crdt::AwarenessEntry>& entries);
  void send(Seat& seat, Bytes message);
  bool hold_back(Seat& seat, std::size_t bytes);
  Voice* voice_for(const std::shared_ptr<const Dialect>& dialect);
  void bring_level(Seat& seat);
  void watch_changed(Touched touched);

  // room_storage.cpp: loading, durability, failure
  void load();
  void loaded(Loaded& result, std::uint64_t generation);
  void durable_up_to(std::uint64_t sequence);
  void storage_failed();
  void fail_waiting();
  void maybe_checkpoint();
  void write_checkpoint();
  void note_changed(bool now);
  void maybe_finish(std::int64_t now_ms);
  void settle();

  Shard& shard_;
  Loop& loop_;
  RoomSurroundings& around_;
  const DocumentName name_;
  State state_ = State::loading;
  bool finished_ = false;
  bool read_only_ = false;
  bool unreadable_ = false;

  crdt::Document document_;
  crdt::StateVector clocks_;  // the document's, kept up, since to ask for it costs all of its clients
  Bindings bindings_;
  // By user, how many clients are bound to them.
  std::map<std::string, std::size_t> clients_of_;
  std::uint64_t applied_ = 0;     // sequence of the last entry handed to the log
  std::uint64_t durable_ = 0;     // sequence of the last entry that is on stable storage
  std::uint64_t generation_ = 0;  // counts loads: what an earlier one still reports is void
  std::shared_ptr<DurableMail> mail_;
  Gate gate_;

  std::vector<std::unique_ptr<Seat>> seats_;
  std::vector<std::unique_ptr<Voice>> voices_;
  AwarenessBoard awareness_;
  std::deque<Held> held_;
  std::size_t held_bytes_ = 0;

  std::shared_ptr<RoomWatch> watch_;

  struct Early;  // what came while loading
  std::vector<Early> early_;
  std::vector<std::function<void()>> after_load_;

  std::uint64_t entries_since_checkpoint_ = 0, bytes_since_checkpoint_ = 0, checkpoint_size_ = 0;
  bool checkpointing_ = false;
  std::int64_t empty_since_ms_ = 0;
  bool changed_ = false;
  std::string changed_by_;
  std::int64_t changed_at_ms_ = 0, told_ms_ = 0;
  std::function<void()> on_settled_;
};

}  // namespace assay::server
