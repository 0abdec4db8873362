// One plugin around files, for those who write plugins: in this process, so that debuggers and sanitizers see
// it, or isolated as the server runs it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/checks/check.h"

namespace assay::server::cli {

class PluginRunner {
 public:
  virtual ~PluginRunner() = default;
  // Whatever the plugin says was judged as the server judges it; what the server would refuse is
  // Outcome::refused.
  virtual checks::Answer check(const std::shared_ptr<const checks::View>& view) = 0;
};

// Both throw CommandError when the library is none, or refuses its settings (a JSON object).
std::unique_ptr<PluginRunner> run_in_process(const std::filesystem::path& library,
                                             const std::string& settings);
std::unique_ptr<PluginRunner> run_isolated(const std::filesystem::path& library, const std::string& settings);

// What a library is, asked in a process of its own. Throws CommandError when it cannot serve.
struct KnownPlugin {
  std::string id, name, version;
};
KnownPlugin look_at_plugin(const std::filesystem::path& library);

}  // namespace assay::server::cli
