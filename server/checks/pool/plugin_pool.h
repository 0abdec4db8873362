// The plugins that run beside the server: one supervised process each. Never throws out of a callback, never
// blocks a caller. Thread: every function may be called from any thread; callbacks come on the pool's own
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/checks/check.h"

namespace assay::checks {

// Where a plugin keeps what it wants to find again; a namespace a plugin id. Called on the pool's thread.
class KeyValueStore {
 public:
  virtual ~KeyValueStore() = default;
  virtual std::optional<std::string> get(std::string_view plugin, std::string_view key) = 0;
  virtual bool put(std::string_view plugin, std::string_view key, std::string_view value) = 0;
  // So much of what it put is on its way to the disk that it should wait before it puts more.
  virtual bool is_behind(std::string_view /*plugin*/) { return false; }
};

// How common a term is over the documents this server holds. Called on the pool's thread.
class Corpus {
 public:
  struct Count {
    std::uint64_t documents_with_term = 0, documents = 0;
  };
  virtual ~Corpus() = default;
  virtual Count term(std::string_view language, std::string_view term) = 0;
};

enum class PluginState : std::uint8_t { starting, running, restarting, stopped, refused };

struct PluginStatus {
  std::string id, name, version;
  PluginState state = PluginState::starting;
  std::string reason;    // why it is refused, stopped or restarting
  bool removed = false;  // told once, when its library is gone and it is no longer among plugins()
  std::filesystem::path library;
  std::string settings_schema, panel_schema;
  bool incremental = false, wants_data = false, learns = false;
  std::uint64_t checks = 0, deaths = 0, timeouts = 0;
  std::uint64_t p95_us = 0, memory_kib = 0;
  std::vector<std::string> last_log;
  std::map<std::string, std::string>
      refused_packs;  // why, by file name: their text before, if any, is in force; left out ones too
  // Grows with each version and each change of settings that took effect: what was found before is to be
  // asked again.
  std::uint64_t generation = 0;
};

struct PoolOptions {
  std::filesystem::path host_program;          // assay-plugin-host
  std::vector<std::filesystem::path> folders;  // *.so in each; a later folder's plugin of the same id wins
  // Files here (*.toml) go, as `{"packs": [{"file", "text"}]}`, into the settings of every plugin whose
  // schema has `packs`. Watched: a change makes new instances; a file the plugin refuses leaves the text
  // before it in force.
  std::filesystem::path packs_folder;
  std::map<std::string, std::string> settings;  // by plugin id: a JSON object; {} where there is none
  std::chrono::nanoseconds budget = std::chrono::milliseconds(500);
  std::chrono::nanoseconds grace = std::chrono::milliseconds(500);
  std::uint64_t address_space_bytes = std::uint64_t{1} << 30;
  std::chrono::nanoseconds start_budget = std::chrono::seconds(20);  // from its start until it is ready
  std::chrono::nanoseconds lesson_budget = std::chrono::seconds(5);
  // Restarts: after `restart_first`, twice as long each time, `restart_longest` at most; at once after a
  // quiet minute.
  std::chrono::nanoseconds restart_first = std::chrono::milliseconds(100);
  std::chrono::nanoseconds restart_longest = std::chrono::seconds(30);
  std::size_t deaths_max = 3;  // within `deaths_window`: then it stays off
  std::chrono::nanoseconds deaths_window = std::chrono::minutes(5);
};

struct Lesson {
  std::string report, title, text;
  std::vector<std::string> kept, refused;
};

class PluginPool {
 public:
  using Answered = std::function<void(Answer)>;

  // `changed_state` is told of every plugin whose state changed. The stores must outlive the pool; either may
  // be null.
  PluginPool(PoolOptions options, KeyValueStore* store, Corpus* corpus,
             std::function<void(const PluginStatus&)> changed_state);
  ~PluginPool();  // ends every process
  PluginPool(const PluginPool&) = delete;
  PluginPool& operator=(const PluginPool&) = delete;

  std::vector<PluginStatus> plugins() const;
  // Waits until every plugin that lies in the folders runs or was refused; false when that takes longer. For
  // commands that check once; never from a callback.
  bool wait_until_started(std::chrono::nanoseconds longest) const;

  // Asks one plugin about one document. One check a plugin and document waits at most: a newer one takes its
  // place, and the older is answered as cancelled, so `changed` covers what was not answered as complete. A
  // process that has not seen the document is shown all of it, and its answer is then not incremental.
  // `changed` are indexes into view->blocks that this plugin has not seen in their present form for
  // `document`; empty means all. The answer comes exactly once. The returned number cancels it.
  std::uint64_t check(std::string_view plugin, std::string_view document, std::shared_ptr<const View> view,
                      std::vector<std::uint32_t> changed, Answered answered);
  void cancel(std::uint64_t check);

  // The document is closed: its instances go.
  void close(std::string_view document);

  // To plugins with the learner extension only; others ignore it.
  void learn(std::string_view plugin, Lesson lesson);
  void forget(std::string_view plugin, std::string_view report);

  // Looks at the folders again: new, replaced and removed libraries. A new version serves once it is ready;
  // until then, and if it is not, the old one stays.
  void reload();
  // Switches a plugin off, or on again after it was stopped.
  void switch_on(std::string_view plugin, bool on);

 private:
  std::unique_ptr<class Supervisor> supervisor_;
};

}  // namespace assay::checks
