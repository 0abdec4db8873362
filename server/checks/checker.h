// Checker: has open reports checked by the plugins, and everybody told. One a server; its rooms' parts
// (RoomCheck) live on the rooms' shards. docs/checks.md says when a report is checked and what its readers
// may rely on.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/checks/ignores.h"
#include "server/checks/pool/plugin_pool.h"
#include "server/checks/pool/record_store.h"
#include "server/checks/report_feed.h"
#include "server/registry/registry.h"
#include "server/rooms/room_watch.h"

namespace assay::checks {

class RoomCheck;

// Times, each in the order in which they matter to somebody who types.
struct CheckerTimes {
  std::chrono::milliseconds pause{250};      // of silence before a check
  std::chrono::milliseconds longest{2'000};  // from the first change until a check all the same
  std::chrono::milliseconds lesson{30'000};  // of unchanged tags before plugins learn them
};

struct CheckerOptions {
  PoolOptions pool;
  CheckerTimes times;
  std::function<std::string(const std::string& user)> name_of;  // as shown; default: the id
};

// What a check needs to know of a plugin.
struct PluginFacts {
  std::string name, version, reason;
  PluginState state = PluginState::starting;
  bool incremental = false, wants_data = false, learns = false;
  std::uint64_t generation = 0;
  bool wanted = true;  // false: an administrator switched it off, and nobody misses what it would say
  bool comes_with_server = false;
  bool operator==(const PluginFacts&) const = default;
};
using PluginTable = std::map<std::string, PluginFacts>;

// Functions: [any thread] unless said.
class Checker {
 public:
  // Borrowed: store and registry, which outlive this. Starts the plugins' processes. Throws
  // storage::StorageError.
  Checker(storage::RoomStore& store, server::Registry& registry, CheckerOptions options);
  // Ends them. Before the shards' loops go, after their threads have ended.
  ~Checker();
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  // For RoomSurroundings. [a shard]
  server::MakeWatch watch();

  // What is known of an open report; none when it is not open.
  std::shared_ptr<ReportFeed> feed(const std::string& report) const;

  // Whether no plugin that there is will say more about the newest words; waits for it, twice this long at
  // most.
  bool settled(const ReportFeed& feed, std::chrono::milliseconds longest);

  const IgnoreStore& ignores() const { return ignores_; }
  // Each is durable when it returns, and told to the report's room. Throws storage::StorageError,
  // std::length_error.
  Ignore ignore(const std::string& report, Ignore what);
  bool stop_ignoring(const std::string& report, const std::string& ignore);
  void refuse(const std::string& report, RefusedSuggestion suggestion);

  PluginPool& pool() { return *pool_; }
  // Switches a plugin off, or on again.
  void switch_on(const std::string& plugin, bool on);
  // After a library was added, replaced or removed.
  void reload();
  // Prometheus lines about plugins.
  std::string metrics_text() const;

  // ---- For RoomCheck
  std::shared_ptr<const PluginTable> plugins() const;
  std::uint64_t plugins_number() const;  // grows with each change of the table
  const CheckerTimes& times() const { return options_.times; }
  std::string name_of(const std::string& user) const;
  bool live(const std::string& report) const;
  // None: it is not known what all plugins would find.
  void note_counts(const std::string& report, const std::optional<FindingCounts>& counts);
  // What the report taught last, as a number; a lesson is given when it changes.
  std::optional<std::string> learned(const std::string& report) const;
  void learn(const Lesson& lesson, const std::string& mark);

 private:
  friend class RoomCheck;
  struct Entry {
    std::weak_ptr<RoomCheck> room;
    server::Loop* loop = nullptr;
    std::shared_ptr<ReportFeed> feed;
  };
  void plugin_changed(const PluginStatus& status);
  void report_changed(const std::string& report);
  void take_table();
  PluginFacts facts_of(const PluginStatus& status) const;  // under the mutex
  void left(const std::string& report, const ReportFeed* feed);
  void at_rooms(const std::function<void(RoomCheck&)>& visit, const std::string& report = {});

  storage::RoomStore& store_;
  server::Registry& registry_;
  const CheckerOptions options_;
  IgnoreStore ignores_;
  RecordStore kept_by_plugins_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> rooms_;
  std::shared_ptr<const PluginTable> plugins_ = std::make_shared<const PluginTable>();
  std::uint64_t plugins_number_ = 1;
  std::set<std::string> switched_off_;
  std::map<std::string, std::string> learned_;
  // What the registry's listener holds on to: it stays for good, this does not.
  std::shared_ptr<Checker*> self_;
  std::unique_ptr<PluginPool> pool_;  // last: its callbacks come until it is gone
};

}  // namespace assay::checks
