#include "server/checks/checker.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "server/checks/room_check.h"

namespace assay::checks {
namespace {

constexpr const char* learned_kind = "learned";  // key: report; value: a mark of what it taught

}  // namespace

Checker::Checker(storage::RoomStore& store, server::Registry& registry, CheckerOptions options)
    : store_(store),
      registry_(registry),
      options_(std::move(options)),
      ignores_(store),
      kept_by_plugins_(store),
      self_(std::make_shared<Checker*>(this)) {
  for (const auto& record : store.records(learned_kind))
    if (record.value) learned_.emplace(record.key, *record.value);
  pool_ = std::make_unique<PluginPool>(options_.pool, &kept_by_plugins_, nullptr,
                                       [this](const PluginStatus& status) { plugin_changed(status); });
  registry.on_change([weak = std::weak_ptr<Checker*>(self_)](const std::string& report) {
    if (const auto self = weak.lock()) (*self)->report_changed(report);
  });
}

Checker::~Checker() {
  self_.reset();
  pool_.reset();
}

server::MakeWatch Checker::watch() {
  return [this](server::WatchedRoom& room) -> std::shared_ptr<server::RoomWatch> {
    if (room.name().part != server::DocumentPart::report) return nullptr;
    auto feed = std::make_shared<ReportFeed>();
    auto made = std::make_shared<RoomCheck>(room, *this, feed);
    const std::lock_guard lock(mutex_);
    rooms_[room.name().name] = {made, &room.loop(), std::move(feed)};
    return made;
  };
}

std::shared_ptr<ReportFeed> Checker::feed(const std::string& report) const {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(report);
  return found == rooms_.end() ? nullptr : found->second.feed;
}

void Checker::left(const std::string& report, const ReportFeed* feed) {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(report);
  if (found != rooms_.end() && found->second.feed.get() == feed) rooms_.erase(found);
}

// Runs `visit` for one open report, or all, on their shards.
void Checker::at_rooms(const std::function<void(RoomCheck&)>& visit, const std::string& report) {
  std::vector<std::pair<server::Loop*, std::weak_ptr<RoomCheck>>> places;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, entry] : rooms_)
      if (report.empty() || name == report) places.emplace_back(entry.loop, entry.room);
  }
  for (const auto& [loop, weak] : places)
    loop->post([weak = weak, visit] {
      if (const auto room = weak.lock()) visit(*room);
    });
}

// ---- Plugins

namespace {

bool comes_with_server(const std::string& id) { return id == "redflags" || id == "ach" || id == "tags"; }

}  // namespace

PluginFacts Checker::facts_of(const PluginStatus& status) const {
  return {status.name,
          status.version,
          status.reason,
          status.state,
          status.incremental,
          status.wants_data,
          status.learns,
          status.generation,
          !switched_off_.contains(status.id),
          comes_with_server(status.id)};
}

void Checker::switch_on(const std::string& plugin, bool on) {
  {
    const std::lock_guard lock(mutex_);
    if (on)
      switched_off_.erase(plugin);
    else
      switched_off_.insert(plugin);
  }
  pool_->switch_on(plugin, on);
}

// [the pool's thread]
void Checker::plugin_changed(const PluginStatus& status) {
  {
    const std::lock_guard lock(mutex_);
    auto table = std::make_shared<PluginTable>(*plugins_);
    if (status.removed)
      table->erase(status.id);
    else
      (*table)[status.id] = facts_of(status);
    plugins_ = std::move(table);
    ++plugins_number_;
  }
  at_rooms([](RoomCheck& room) { room.plugins_changed(); });
}

std::shared_ptr<const PluginTable> Checker::plugins() const {
  const std::lock_guard lock(mutex_);
  return plugins_;
}

std::uint64_t Checker::plugins_number() const {
  const std::lock_guard lock(mutex_);
  return plugins_number_;
}

bool Checker::settled(const ReportFeed& feed, std::chrono::milliseconds longest) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + longest;
  const bool started = pool_->wait_until_started(longest);
  take_table();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
  return feed.settled(std::max(left, std::chrono::milliseconds(0)), plugins_number()) && started;
}

void Checker::reload() {
  pool_->reload();
  take_table();
}

// What the pool says now, where its thread has not told yet.
void Checker::take_table() {
  auto table = std::make_shared<PluginTable>();
  {
    // Asked under the lock: what the pool's thread tells meanwhile comes after, and is not undone by this.
    const std::lock_guard lock(mutex_);
    for (const auto& status : pool_->plugins()) (*table)[status.id] = facts_of(status);
    if (*table == *plugins_) return;
    plugins_ = std::move(table);
    ++plugins_number_;
  }
  at_rooms([](RoomCheck& room) { room.plugins_changed(); });
}

std::string Checker::metrics_text() const {
  const auto statuses = pool_->plugins();
  std::string text;
  const auto family = [&](const char* name, const char* type, const char* help, auto value) {
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
    for (const auto& status : statuses)
      text += fmt::format("{}{{plugin=\"{}\"}} {}\n", name, status.id, value(status));
  };
  family("assay_plugin_checks_total", "counter", "Checks that a plugin answered.",
         [](const auto& status) { return status.checks; });
  family("assay_plugin_deaths_total", "counter", "Ends of a plugin's process that nobody asked for.",
         [](const auto& status) { return status.deaths; });
  family("assay_plugin_timeouts_total", "counter", "Checks that ran out of time.",
         [](const auto& status) { return status.timeouts; });
  family("assay_plugin_running", "gauge", "Whether a plugin can be asked.",
         [](const auto& status) { return status.state == PluginState::running ? 1 : 0; });
  return text;
}

// ---- Ignores

Ignore Checker::ignore(const std::string& report, Ignore what) {
  auto made = ignores_.add(report, std::move(what));
  at_rooms([](RoomCheck& room) { room.ignores_changed(); }, report);
  return made;
}

bool Checker::stop_ignoring(const std::string& report, const std::string& ignore) {
  if (!ignores_.remove(report, ignore)) return false;
  at_rooms([](RoomCheck& room) { room.ignores_changed(); }, report);
  return true;
}

void Checker::refuse(const std::string& report, RefusedSuggestion suggestion) {
  ignores_.refuse(report, std::move(suggestion));
  at_rooms([](RoomCheck& room) { room.ignores_changed(); }, report);
}

std::string Checker::name_of(const std::string& user) const {
  return options_.name_of ? options_.name_of(user) : user;
}

void Checker::note_counts(const std::string& report, const std::optional<FindingCounts>& counts) {
  if (!counts) return registry_.note_findings(report, std::nullopt);
  registry_.note_findings(report, server::FindingTally{counts->errors, counts->warnings, counts->hints});
}

// ---- Lessons

bool Checker::live(const std::string& report) const {
  const auto row = registry_.find(report);
  return row && !row->trash && !row->sample;
}

std::optional<std::string> Checker::learned(const std::string& report) const {
  const std::lock_guard lock(mutex_);
  const auto found = learned_.find(report);
  return found == learned_.end() ? std::nullopt : std::optional(found->second);
}

void Checker::learn(const Lesson& lesson, const std::string& mark) {
  bool taught = false;
  for (const auto& [id, facts] : *plugins()) {
    if (!facts.learns || facts.state != PluginState::running) continue;
    pool_->learn(id, lesson);
    taught = true;
  }
  if (!taught) return;
  {
    const std::lock_guard lock(mutex_);
    learned_[lesson.report] = mark;
  }
  store_.append({{}, {}, {{learned_kind, lesson.report, mark}}}, [](storage::Outcome, const std::string&) {});
}

// A report that went to the trash teaches nothing; erased, it was never ignored in either. [the thread of the
// change]
void Checker::report_changed(const std::string& report) {
  const auto state = registry_.state(report);
  if (state == server::ReportState::live) return;
  bool taught = false;
  {
    const std::lock_guard lock(mutex_);
    taught = learned_.erase(report) > 0;
  }
  if (taught) {
    for (const auto& [id, facts] : *plugins())
      if (facts.learns) pool_->forget(id, report);
    store_.append({{}, {}, {{learned_kind, report, std::nullopt}}},
                  [](storage::Outcome, const std::string&) {});
  }
  if (state != server::ReportState::erased) return;
  try {
    ignores_.forget(report);
  } catch (const storage::StorageError& trouble) {
    spdlog::error("ignores of erased report {} stay: {}", report, trouble.what());
  }
}

}  // namespace assay::checks
