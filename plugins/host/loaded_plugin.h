// A plugin's library inside this process: loaded, judged, and asked. The one place that speaks
// <assay/plugin.h> from the host's side; assay-plugin-host runs it in its sandbox, `assay plugin run` in
// process, for debuggers and sanitizers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include <assay/plugin.h>

#include "plugins/host/check_values.h"
#include "plugins/host/messages.h"

namespace assay::host {

// What a plugin may ask for. [any thread] for log, the others on the thread that called the plugin.
class Services {
 public:
  virtual ~Services() = default;
  virtual void log(std::uint32_t level, std::string_view message) = 0;
  // The status says whether the store could be asked; `value` stays empty when there is none.
  virtual assay_status get(std::string_view key, std::optional<std::string>& value) = 0;
  virtual assay_status put(std::string_view key, std::string_view value) = 0;
  virtual assay_status term(std::string_view language, std::string_view term, assay_term& counts) = 0;
};

// The library is none of ours, or not one that this host can run: what is wrong, in one sentence.
class LoadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Loaded until the process ends: foreign code cannot be unloaded safely. Thread: one at a time.
class LoadedPlugin {
 public:
  // Runs the library's constructors. Throws LoadError. `services` outlives this.
  LoadedPlugin(const std::filesystem::path& library, Services& services);
  ~LoadedPlugin();  // destroys the instances that are left
  LoadedPlugin(const LoadedPlugin&) = delete;
  LoadedPlugin& operator=(const LoadedPlugin&) = delete;

  const Descriptor& descriptor() const { return descriptor_; }

  // Makes an instance under this number; the one before is replaced only when the new one stands.
  Outcome open(std::uint32_t instance, const std::string& settings);
  void close(std::uint32_t instance);
  // Whether the plugin offers ASSAY_LEARNER. Needs instance 0.
  bool learns();
  // Both through instance 0.
  Outcome learn(const LessonCommand& lesson);
  Outcome forget(std::string_view report);

  // `cancelled` is asked by the plugin as often as it likes, from any thread.
  AnswerMessage check(std::uint32_t instance, const checks::View& view,
                      const std::vector<std::uint32_t>& changed, std::uint64_t check, std::uint64_t budget_ns,
                      const std::function<bool()>& cancelled);

 private:
  const assay_learner* learner();
  static const void* find_service(const assay_host* host, const char* id);

  Services& services_;
  const assay_plugin* plugin_ = nullptr;
  Descriptor descriptor_;
  assay_host host_{};
  std::unordered_map<std::uint32_t, void*> instances_;
};

}  // namespace assay::host
