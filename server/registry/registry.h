// Registry: which reports there are, whose they are, and what a list row says about each. Kept whole in
// memory and written through the RoomStore, so answers never wait for a disk and survive a kill.
//
// Two records a report: "report" (owner, roles, trash: written and waited for) and "report-index" (title,
// tags, last change: derived from the document, written behind). [any thread]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crdt/ids.h"
#include "server/access.h"
#include "storage/room_store.h"

namespace assay::server {

using WallClock = std::function<std::int64_t()>;  // Unix time in milliseconds
std::int64_t wall_clock_ms();

// For edits that the server makes: random, 32 bits as Yjs draws them, never 0.
crdt::ClientId new_client_id();

// Kind "binding": a client id belongs to the first user who writes with it in a room. Keys of a room share a
// prefix.
std::string binding_prefix(std::string_view room);
storage::Record binding_record(std::string_view room, crdt::ClientId client, std::string_view user);

enum class ReportState { unknown, live, trashed, erased };

struct Trash {
  std::string by;  // user id; empty: by the control socket
  std::int64_t at_ms = 0;
};

// What checks found in a report last, without what people ignore.
struct FindingTally {
  std::uint32_t errors = 0, warnings = 0, hints = 0;
  bool operator==(const FindingTally&) const = default;
};

struct ReportRow {
  std::string id;
  std::string owner;                  // who made it; empty: the server itself
  std::map<std::string, Role> roles;  // by user id; never Role::none
  bool sample = false;
  std::int64_t created_ms = 0;
  std::optional<Trash> trash;
  // From the documents:
  std::string title;
  std::vector<std::string> tags;
  std::uint32_t open_threads = 0;
  std::int64_t changed_ms = 0;
  std::string changed_by;                // user id
  std::optional<FindingTally> findings;  // none: not known
};

struct NewReport {
  std::string id;    // from reports::new_id
  std::string user;  // who makes it, its owner: a user id, "anonymous", or empty for the server itself
  std::string title;
  std::vector<std::string> tags;
  bool sample = false;
  crdt::ClientId client;  // wrote `update`; becomes bound to `user`
  crdt::Bytes update;     // the whole of `{id}`, v1
};

// What changed in a report's documents; what is absent stays.
struct IndexChange {
  std::int64_t time_ms = 0;
  std::string user;
  std::optional<std::string> title;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::uint32_t> open_threads;
};

enum class RegistryError {
  unknown,     // no such report, or not in the state that the call needs
  last_owner,  // the report would be left without an owner
};

struct RegistryOptions {
  WallClock now = wall_clock_ms;
  std::int64_t trash_ms = std::int64_t{30} * 24 * 60 * 60 * 1000;  // kept in the trash before it is erased
  std::int64_t write_behind_ms =
      1'000;  // a row's time of change is at most so much older on disk than in memory
};

class Registry {
 public:
  // Reads every row; `store` must outlive this. Throws StorageError.
  explicit Registry(storage::RoomStore& store, RegistryOptions options = {});
  // Writes what is still to be written; waits for it.
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  // One atomic write: the rows, log entry 1 of room `{id}`, the binding. `{id}~comments` exists from then on,
  // empty. Throws StorageError. Nobody can have opened the room before, so a running server needs no telling.
  ReportRow create(NewReport report);

  ReportState state(std::string_view id) const;
  std::optional<ReportRow> find(std::string_view id) const;     // live or trashed
  std::vector<ReportRow> list(ReportState state) const;         // live or trashed; newest change first
  Role role(std::string_view id, std::string_view user) const;  // Role::none unless live and given
  std::size_t size() const;                                     // live, trashed and erased

  // Each is durable when it returns, and announced. Throws StorageError.
  std::optional<RegistryError> change_roles(const std::string& id,
                                            const std::map<std::string, Role>& changes);  // none takes away
  std::optional<RegistryError> trash(const std::string& id, const std::string& by);
  std::optional<RegistryError> restore(const std::string& id);
  // From the trash, for good: both rooms and all records go, the id stays as a tombstone.
  std::optional<RegistryError> erase(const std::string& id);
  // Erases what lay in the trash long enough, and ends erasures that a kill interrupted. Called hourly by
  // itself.
  void sweep();

  // Never waits: the row changes in memory now, on disk soon. Of an unknown report it does nothing.
  void note_change(std::string_view id, IndexChange change);
  // The same, for what is no change of the report.
  void note_findings(std::string_view id, const std::optional<FindingTally>& findings);
  void flush();  // waits until every row is on disk as it is in memory

  // Called, on the thread of the change, after roles or state of a report changed. Listeners stay for good.
  void on_change(std::function<void(const std::string& id)> listener);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::server
