// RoomStore: the only door to what is kept. A replicated log can stand behind it later, so nobody outside may
// assume that the log is on this machine. No RocksDB type appears here.
//
// Rooms are append-only logs of updates with who and when, plus checkpoints; records are small named values
// (accounts, roles, the report index) that ride in the same log, so an append and the records it needs become
// durable together.
//
// Threads: every function may be called from any thread. Completions run on the writer's thread: they must be
// short and only post elsewhere. Failure of the machine (disk full, I/O error, corruption) is StorageError
// where a function waits, and `Outcome::failed` in a completion.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "crdt/ids.h"

namespace assay::storage {

using crdt::Bytes;
using crdt::ByteView;

// What went wrong, where, and what to do, in one line.
class StorageError : public std::runtime_error {
 public:
  // `refused`: the write itself cannot be taken (its sequences do not continue the log, a name is too long);
  // the log goes on for everybody else.
  // `absent`: opened for reading only, and there never was a store.
  enum class Kind { io, full, in_use, newer_format, corrupt, closed, refused, absent };
  StorageError(Kind error_kind, const std::string& what) : std::runtime_error(what), kind(error_kind) {}
  Kind kind;
};

struct LogEntry {
  std::uint64_t sequence = 0;  // from 1, without gaps within a room
  std::int64_t time_ms = 0;    // Unix time
  std::string user;            // who wrote it: a user id, "anonymous", or "" for the server itself
  Bytes update;                // v1
};

struct Checkpoint {
  std::uint64_t sequence = 0;  // holds everything up to and including this entry
  Bytes state;                 // one update, v1
};

struct RoomState {
  std::optional<Checkpoint> checkpoint;
  std::vector<LogEntry> tail;       // what follows the checkpoint, in order
  std::uint64_t last_sequence = 0;  // 0: nothing was ever written
};

// A small named value. `kind` groups ("user", "session", "report", "role", "binding", ...), `key` is unique
// within it.
struct Record {
  std::string kind;
  std::string key;
  std::optional<std::string> value;  // none deletes it
};

enum class Outcome { durable, failed };
using Completion = std::function<void(Outcome, const std::string& error)>;

// One atomic write: all of it becomes durable, or none.
struct Write {
  std::string room;               // may be empty when `entries` is
  std::vector<LogEntry> entries;  // sequences continue the room's log; the caller numbers them
  std::vector<Record> records;
};

struct RoomInfo {
  std::string name;
  std::uint64_t last_sequence = 0;
  std::int64_t created_ms = 0, changed_ms = 0;
  std::uint64_t log_bytes = 0;  // of entries after the newest checkpoint
};

class RoomStore {
 public:
  virtual ~RoomStore() = default;

  virtual bool exists(const std::string& room) = 0;
  virtual RoomState load(const std::string& room) = 0;  // an unknown room is empty
  // Queues and returns at once. Writes become durable in the order queued; many share one sync. `done` is
  // called exactly once. After a failure every later write fails, too, until `recover` succeeds. What failed
  // is not in the log then.
  virtual void append(Write write, Completion done) = 0;
  // The same, and waits. Throws StorageError. Never from a completion, which would wait for itself; nor
  // `erase`, `recover`.
  virtual void append_and_wait(Write write) = 0;
  // Keeps the entries it covers: they are the history. Replaces the checkpoint before; one that is not newer
  // is let be.
  virtual void checkpoint(const std::string& room, Checkpoint checkpoint, Completion done) = 0;
  virtual std::vector<LogEntry> history(const std::string& room, std::uint64_t from, std::uint64_t to) = 0;
  virtual std::vector<RoomInfo> list() = 0;
  // Removes a room's log and checkpoints for good, durably. Throws StorageError.
  virtual void erase(const std::string& room) = 0;

  virtual std::optional<std::string> record(const std::string& kind, const std::string& key) = 0;
  // All records of a kind whose key starts with `prefix`, sorted by key.
  virtual std::vector<Record> records(const std::string& kind, const std::string& prefix = {}) = 0;

  // Tries to make a failed log writable again (after disk full or an I/O error). True when it is. First waits
  // until what was queued before the call is settled, so a room that is loaded after it sees all that it will
  // ever see of that.
  virtual bool recover() = 0;
  virtual bool writable() const = 0;

  struct Problem {
    std::string room;
    std::string what;
  };
  // Reads everything: checksums, keys, gaps in sequences. Content of updates is the caller's to check.
  virtual std::vector<Problem> verify(
      const std::function<void(std::uint64_t done, std::uint64_t of)>& progress) = 0;

  struct Statistics {
    std::uint64_t syncs = 0, entries = 0, bytes = 0;
    double last_sync_ms = 0;
  };
  virtual Statistics statistics() const = 0;
};

struct StoreOptions {
  std::size_t queue_bytes_max = 256u << 20;  // appended and not yet durable; over it append fails at once
  // Told one line for each thing that was wrong on opening and is not known to have lost anything durable, as
  // a write torn by a power cut. Must be set by whoever has somebody to tell.
  std::function<void(const std::string&)> warn;
  bool read_only = false;  // changes nothing on the disk, and every write is refused
};

// Opens DIR, and unless `read_only` creates it where there never was one. Throws StorageError: in_use
// (another process holds it), newer_format, corrupt, full, io, absent.
std::unique_ptr<RoomStore> open_store(const std::string& directory, const StoreOptions& = {});

}  // namespace assay::storage
