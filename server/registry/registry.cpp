#include "server/registry/registry.h"

#include <sodium.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <thread>

#include "server/registry/row_json.h"

namespace assay::server {
namespace {

using storage::Outcome;
using storage::Record;
using storage::StorageError;
using storage::Write;

constexpr auto report_kind = "report";
constexpr auto index_kind = "report-index";
constexpr auto binding_kind = "binding";
constexpr auto sweep_interval = std::chrono::hours(1);

std::string comments_of(const std::string& id) { return id + "~comments"; }

bool has_owner(const std::map<std::string, Role>& roles) {
  return std::any_of(roles.begin(), roles.end(),
                     [](const auto& entry) { return entry.second == Role::owner; });
}

}  // namespace

std::int64_t wall_clock_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

crdt::ClientId new_client_id() {
  if (sodium_init() < 0) std::abort();
  std::uint32_t id = 0;
  while (id == 0) id = randombytes_random();
  return {id};
}

// Names hold no control characters, so the line end cannot be part of one and no room's prefix is another's.
std::string binding_prefix(std::string_view room) { return std::string(room) + '\n'; }

Record binding_record(std::string_view room, crdt::ClientId client, std::string_view user) {
  return {binding_kind, binding_prefix(room) + std::to_string(client.value), std::string(user)};
}

struct Registry::Impl {
  Impl(storage::RoomStore& to, RegistryOptions with) : store(to), options(std::move(with)) { load(); }

  void load() {
    for (const auto& record : store.records(report_kind)) {
      auto report = read_report_record(record.key, record.value.value_or(""));
      if (!report.erased)
        if (const auto index = store.record(index_kind, record.key)) read_index_record(*index, report.row);
      reports.emplace(record.key, std::move(report));
    }
    // What was still to be written behind when the last process was killed.
    for (const auto& room : store.list())
      if (const auto found = reports.find(room.name); found != reports.end())
        catch_up(found->second.row, room);
  }

  void catch_up(ReportRow& row, const storage::RoomInfo& room) {
    if (room.changed_ms <= row.changed_ms) return;
    row.changed_ms = room.changed_ms;
    const auto last = store.history(room.name, room.last_sequence, room.last_sequence);
    if (!last.empty()) row.changed_by = last.back().user;
  }

  ReportState state(std::string_view id) const {  // under rows_mutex
    const auto found = reports.find(id);
    if (found == reports.end()) return ReportState::unknown;
    if (found->second.erased) return ReportState::erased;
    return found->second.row.trash ? ReportState::trashed : ReportState::live;
  }

  // A copy to change, if the report is in that state. Under write_mutex, so it stays current until `replace`.
  std::optional<StoredReport> copy(const std::string& id, ReportState wanted) const {
    const std::shared_lock lock(rows_mutex);
    if (state(id) != wanted) return std::nullopt;
    return reports.find(id)->second;
  }

  // Durable first, then visible, then announced. The index part of the row is the writer-behind's: left as it
  // is.
  void replace(const StoredReport& report, std::vector<Record> more = {}) {
    const auto& id = report.row.id;
    more.push_back({report_kind, id, report_record(report)});
    store.append_and_wait({{}, {}, std::move(more)});
    {
      const std::unique_lock lock(rows_mutex);
      auto& row = reports.at(id).row;
      row.owner = report.row.owner;
      row.roles = report.row.roles;
      row.trash = report.row.trash;
      reports.at(id).erased = report.erased;
      reports.at(id).rooms_remain = report.rooms_remain;
    }
    announce(id);
  }

  void announce(const std::string& id) {
    std::vector<std::function<void(const std::string&)>> called;
    {
      const std::lock_guard lock(listeners_mutex);
      called = listeners;
    }
    for (const auto& listener : called) listener(id);
  }

  void remove_rooms(StoredReport report) {  // under write_mutex, of an erased report
    const auto id = report.row.id;
    store.erase(id);
    store.erase(comments_of(id));
    report.rooms_remain = false;
    store.append_and_wait({{}, {}, {{report_kind, id, report_record(report)}}});
    const std::unique_lock lock(rows_mutex);
    reports.at(id).rooms_remain = false;
  }

  // ---- Writing behind: the index rows in `dirty`, by one thread ----

  // Under behind_mutex. What is taken counts as a write under way, so that nobody who waits for it can miss
  // it.
  std::set<std::string> take_dirty() {
    if (!dirty.empty()) ++outstanding;
    return std::exchange(dirty, {});
  }

  void written(const std::set<std::string>& ids, Outcome outcome, const std::string& error) {
    const std::lock_guard lock(behind_mutex);
    if (outcome == Outcome::failed) {
      dirty.insert(ids.begin(), ids.end());
      last_error = error;
      ++failures;
    }
    --outstanding;
    behind.notify_all();
  }

  // Queues the row of each id that was taken. One call at a time reads rows and queues them, so a row's
  // writes are queued in the order of its changes.
  void write_rows(const std::set<std::string>& ids) {
    if (ids.empty()) return;
    const std::lock_guard one(index_write_mutex);
    Write write;
    {
      const std::shared_lock lock(rows_mutex);
      for (const auto& id : ids)
        if (state(id) != ReportState::erased)
          write.records.push_back({index_kind, id, index_record(reports.find(id)->second.row)});
    }
    if (write.records.empty()) return written(ids, Outcome::durable, {});
    store.append(std::move(write),
                 [this, ids](Outcome outcome, const std::string& error) { written(ids, outcome, error); });
  }

  void run(const std::stop_token& stop) {
    using Steady = std::chrono::steady_clock;
    auto next_sweep = Steady::now() + sweep_interval;
    const auto pause = std::chrono::milliseconds(options.write_behind_ms);
    std::unique_lock lock(behind_mutex);
    auto failures_seen = failures;
    while (!stop.stop_requested()) {
      behind.wait_until(lock, stop, next_sweep, [&] { return !dirty.empty(); });
      if (!dirty.empty()) behind.wait_for(lock, stop, pause, [&] { return urgent; });
      urgent = false;
      const auto ids = take_dirty();
      lock.unlock();
      write_rows(ids);
      if (Steady::now() >= next_sweep) {
        next_sweep = Steady::now() + sweep_interval;
        sweep_and_log();
      }
      lock.lock();
      // After a failure the row is dirty again at once: without a pause this would spin.
      behind.wait_for(lock, stop, pause, [&] { return outstanding == 0; });
      if (failures != failures_seen) behind.wait_for(lock, stop, pause, [] { return false; });
      failures_seen = failures;
    }
  }

  void flush() {
    std::unique_lock lock(behind_mutex);
    const auto failures_before = failures;
    const auto ids = take_dirty();
    lock.unlock();
    write_rows(ids);
    lock.lock();
    behind.wait(lock, [&] { return outstanding == 0; });
    if (failures != failures_before) throw StorageError(StorageError::Kind::io, last_error);
  }

  void sweep() {
    std::vector<std::string> due, interrupted;
    {
      const std::shared_lock lock(rows_mutex);
      const auto now = options.now();
      for (const auto& [id, report] : reports) {
        if (report.erased && report.rooms_remain) interrupted.push_back(id);
        if (!report.erased && report.row.trash && now - report.row.trash->at_ms >= options.trash_ms)
          due.push_back(id);
      }
    }
    for (const auto& id : due) erase(id);
    const std::lock_guard writing(write_mutex);
    for (const auto& id : interrupted)
      if (const auto report = copy(id, ReportState::erased); report && report->rooms_remain)
        remove_rooms(*report);
  }

  void sweep_and_log() try { sweep(); } catch (const StorageError& error) {
    spdlog::warn("The trash could not be emptied, next try in an hour: {}", error.what());
  }

  std::optional<RegistryError> erase(const std::string& id) {
    const std::lock_guard writing(write_mutex);
    auto report = copy(id, ReportState::trashed);
    if (!report) return RegistryError::unknown;
    StoredReport tombstone;
    tombstone.row.id = id;
    tombstone.row.created_ms = report->row.created_ms;
    tombstone.erased = tombstone.rooms_remain = true;
    std::vector<Record> gone{{index_kind, id, std::nullopt}};
    for (const auto& room : {id, comments_of(id)})
      for (const auto& binding : store.records(binding_kind, binding_prefix(room)))
        gone.push_back({binding_kind, binding.key, std::nullopt});
    {
      // No index row may be queued after the one that removes it.
      const std::lock_guard one(index_write_mutex);
      replace(tombstone, std::move(gone));
    }
    remove_rooms(tombstone);
    return std::nullopt;
  }

  storage::RoomStore& store;
  const RegistryOptions options;

  std::mutex write_mutex;  // one change of owner, roles or state at a time; held while it becomes durable
  mutable std::shared_mutex rows_mutex;
  std::map<std::string, StoredReport, std::less<>> reports;

  std::mutex listeners_mutex;
  std::vector<std::function<void(const std::string&)>> listeners;

  std::mutex index_write_mutex;
  std::mutex behind_mutex;
  std::condition_variable_any behind;
  std::set<std::string> dirty;  // ids whose index row is newer than what was queued
  bool urgent = false;          // one of them changed in more than its time
  std::size_t outstanding = 0;  // writes queued and not yet answered
  std::uint64_t failures = 0;   // of them, ever
  std::string last_error;
  std::jthread writer;  // last: ends before what it uses
};

Registry::Registry(storage::RoomStore& store, RegistryOptions options)
    : impl_(std::make_unique<Impl>(store, std::move(options))) {
  impl_->writer = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

Registry::~Registry() {
  impl_->writer.request_stop();
  impl_->writer.join();
  try {
    impl_->flush();
  } catch (const StorageError& error) {
    spdlog::warn("The last changes of the report index were not written: {}", error.what());
  }
}

ReportRow Registry::create(NewReport made) {
  StoredReport report;
  auto& row = report.row;
  row.id = std::move(made.id);
  row.owner = std::move(made.user);
  if (!row.owner.empty()) row.roles.emplace(row.owner, Role::owner);
  row.sample = made.sample;
  row.title = std::move(made.title);
  row.tags = std::move(made.tags);
  row.created_ms = row.changed_ms = impl_->options.now();
  row.changed_by = row.owner;

  Write write{row.id, {}, {}};
  write.entries.push_back({1, row.created_ms, row.owner, std::move(made.update)});
  write.records = {{report_kind, row.id, report_record(report)}, {index_kind, row.id, index_record(row)}};
  // What the server itself writes is nobody's: no user can pass for it.
  if (!row.owner.empty()) write.records.push_back(binding_record(row.id, made.client, row.owner));
  {
    const std::lock_guard writing(impl_->write_mutex);
    impl_->store.append_and_wait(std::move(write));
    const std::unique_lock lock(impl_->rows_mutex);
    impl_->reports.emplace(row.id, report);
  }
  impl_->announce(row.id);
  return row;
}

ReportState Registry::state(std::string_view id) const {
  const std::shared_lock lock(impl_->rows_mutex);
  return impl_->state(id);
}

std::optional<ReportRow> Registry::find(std::string_view id) const {
  const std::shared_lock lock(impl_->rows_mutex);
  const auto found = impl_->reports.find(id);
  if (found == impl_->reports.end() || found->second.erased) return std::nullopt;
  return found->second.row;
}

std::vector<ReportRow> Registry::list(ReportState state) const {
  std::vector<ReportRow> rows;
  {
    const std::shared_lock lock(impl_->rows_mutex);
    for (const auto& [id, report] : impl_->reports)
      if (!report.erased && impl_->state(id) == state) rows.push_back(report.row);
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.changed_ms > b.changed_ms; });
  return rows;
}

Role Registry::role(std::string_view id, std::string_view user) const {
  const std::shared_lock lock(impl_->rows_mutex);
  if (impl_->state(id) != ReportState::live) return Role::none;
  const auto& roles = impl_->reports.find(id)->second.row.roles;
  const auto found = roles.find(std::string(user));
  return found == roles.end() ? Role::none : found->second;
}

std::size_t Registry::size() const {
  const std::shared_lock lock(impl_->rows_mutex);
  return impl_->reports.size();
}

std::optional<RegistryError> Registry::change_roles(const std::string& id,
                                                    const std::map<std::string, Role>& changes) {
  const std::lock_guard writing(impl_->write_mutex);
  auto report = impl_->copy(id, ReportState::live);
  if (!report) return RegistryError::unknown;
  auto& roles = report->row.roles;
  const bool had_owner = has_owner(roles);
  for (const auto& [user, role] : changes) {
    if (role == Role::none)
      roles.erase(user);
    else
      roles[user] = role;
  }
  if (had_owner && !has_owner(roles)) return RegistryError::last_owner;
  impl_->replace(*report);
  return std::nullopt;
}

std::optional<RegistryError> Registry::trash(const std::string& id, const std::string& by) {
  const std::lock_guard writing(impl_->write_mutex);
  auto report = impl_->copy(id, ReportState::live);
  if (!report) return RegistryError::unknown;
  report->row.trash = Trash{by, impl_->options.now()};
  impl_->replace(*report);
  return std::nullopt;
}

std::optional<RegistryError> Registry::restore(const std::string& id) {
  const std::lock_guard writing(impl_->write_mutex);
  auto report = impl_->copy(id, ReportState::trashed);
  if (!report) return RegistryError::unknown;
  report->row.trash.reset();
  impl_->replace(*report);
  return std::nullopt;
}

std::optional<RegistryError> Registry::erase(const std::string& id) { return impl_->erase(id); }

void Registry::sweep() { impl_->sweep(); }

void Registry::note_change(std::string_view id, IndexChange change) {
  bool told = false;
  {
    const std::unique_lock lock(impl_->rows_mutex);
    const auto found = impl_->reports.find(id);
    if (found == impl_->reports.end() || found->second.erased) return;
    auto& row = found->second.row;
    row.changed_ms = std::max(row.changed_ms, change.time_ms);
    row.changed_by = std::move(change.user);
    const auto take = [&told](auto& member, auto& news) {
      if (!news || *news == member) return;
      member = std::move(*news);
      told = true;
    };
    take(row.title, change.title);
    take(row.tags, change.tags);
    take(row.open_threads, change.open_threads);
  }
  const std::lock_guard lock(impl_->behind_mutex);
  impl_->dirty.emplace(id);
  impl_->urgent |= told;
  impl_->behind.notify_all();
}

void Registry::note_findings(std::string_view id, const std::optional<FindingTally>& findings) {
  {
    const std::unique_lock lock(impl_->rows_mutex);
    const auto found = impl_->reports.find(id);
    if (found == impl_->reports.end() || found->second.erased) return;
    if (found->second.row.findings == findings) return;
    found->second.row.findings = findings;
  }
  const std::lock_guard lock(impl_->behind_mutex);
  impl_->dirty.emplace(id);
  impl_->behind.notify_all();
}

void Registry::flush() { impl_->flush(); }

void Registry::on_change(std::function<void(const std::string& id)> listener) {
  const std::lock_guard lock(impl_->listeners_mutex);
  impl_->listeners.push_back(std::move(listener));
}

}  // namespace assay::server
