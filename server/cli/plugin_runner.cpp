#include "server/cli/plugin_runner.h"

#include <stdlib.h>

#include <cstdio>
#include <future>
#include <map>
#include <numeric>

#include "plugins/host/loaded_plugin.h"
#include "server/checks/pool/answer_reader.h"
#include "server/checks/pool/plugin_pool.h"
#include "server/cli/commands.h"
#include "server/cli/program_folders.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

namespace fs = std::filesystem;
using checks::Answer;
using checks::Outcome;

constexpr std::chrono::seconds start_time{30}, check_time{60};

fs::path existing(const fs::path& library) {
  std::error_code error;
  const fs::path whole = fs::canonical(library, error);
  if (error || !fs::is_regular_file(whole, error))
    throw CommandError(exit_input, library.string() + ": there is no such library");
  return whole;
}

// Keeps values as long as the command runs; counts no terms.
class LocalServices final : public host::Services {
 public:
  void log(std::uint32_t, std::string_view message) override {
    std::fprintf(stderr, "plugin: %s\n", printable(std::string(message), 1'000).c_str());
  }
  assay_status get(std::string_view key, std::optional<std::string>& value) override {
    if (const auto found = values_.find(std::string(key)); found != values_.end()) value = found->second;
    return ASSAY_OK;
  }
  assay_status put(std::string_view key, std::string_view value) override {
    values_[std::string(key)] = std::string(value);
    return ASSAY_OK;
  }
  assay_status term(std::string_view, std::string_view, assay_term& counts) override {
    counts = {};
    return ASSAY_OK;
  }

 private:
  std::map<std::string, std::string> values_;
};

class InProcess final : public PluginRunner {
 public:
  InProcess(const fs::path& library, const std::string& settings) {
    try {
      plugin_ = std::make_unique<host::LoadedPlugin>(library, services_);
    } catch (const host::LoadError& error) {
      throw CommandError(exit_input, library.string() + ": " + error.what());
    }
    const auto opened = plugin_->open(0, settings);
    if (opened.status != ASSAY_OK)
      throw CommandError(exit_input,
                         library.string() + ": its settings are refused: " + printable(opened.message));
  }
  Answer check(const std::shared_ptr<const checks::View>& view) override {
    std::vector<std::uint32_t> all(view->blocks.size());
    std::iota(all.begin(), all.end(), 0u);
    const auto start = std::chrono::steady_clock::now();
    auto message = plugin_->check(0, *view, all, ++checks_, budget_ns, [] { return false; });
    Answer answer = std::move(message.answer);
    answer.took = std::chrono::steady_clock::now() - start;
    answer.outcome = message.status == ASSAY_OK            ? Outcome::complete
                     : message.status == ASSAY_CANCELLED   ? Outcome::cancelled
                     : message.status == ASSAY_UNSUPPORTED ? Outcome::unsupported
                                                           : Outcome::failed;
    if (const auto wrong = checks::judge_answer(*view, answer)) {
      answer = {};
      answer.outcome = Outcome::refused;
      answer.message = *wrong;
    }
    return answer;
  }

 private:
  static constexpr std::uint64_t budget_ns = 3'600'000'000'000;  // somebody may be stepping through it
  LocalServices services_;
  std::unique_ptr<host::LoadedPlugin> plugin_;
  std::uint64_t checks_ = 0;
};

class MapStore final : public checks::KeyValueStore {
 public:
  std::optional<std::string> get(std::string_view plugin, std::string_view key) override {
    const auto found = values_.find({std::string(plugin), std::string(key)});
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  bool put(std::string_view plugin, std::string_view key, std::string_view value) override {
    values_[{std::string(plugin), std::string(key)}] = std::string(value);
    return true;
  }

 private:
  std::map<std::pair<std::string, std::string>, std::string> values_;
};

class Isolated final : public PluginRunner {
 public:
  // The pool looks at folders: this one holds the one library.
  Isolated(const fs::path& library, const std::string& settings) {
    std::string name = (fs::temp_directory_path() / "assay-plugin-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw CommandError(exit_machine, name + ": " + system_reason(errno));
    folder_ = name;
    fs::create_symlink(library, folder_ / library.filename().replace_extension(".so"));
    auto options = plugin_places({});
    options.folders = {folder_};
    options.budget = options.grace = check_time / 2;
    options.deaths_max = 1;
    if (settings != "{}") options.settings[known_id(library)] = settings;
    pool_ = std::make_unique<checks::PluginPool>(options, &store_, nullptr, nullptr);
    if (!pool_->wait_until_started(start_time) || pool_->plugins().empty())
      throw CommandError(exit_machine, library.string() + ": it did not start");
    status_ = pool_->plugins().front();
    if (status_.state != checks::PluginState::running)
      throw CommandError(exit_input, library.string() + ": " + printable(status_.reason, 500));
  }
  ~Isolated() override {
    pool_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Answer check(const std::shared_ptr<const checks::View>& view) override {
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    pool_->check(status_.id, "file", view, {},
                 [promise](Answer answer) { promise->set_value(std::move(answer)); });
    return future.get();
  }
  KnownPlugin known() const { return {status_.id, status_.name, status_.version}; }

 private:
  static std::string known_id(const fs::path& library) { return look_at_plugin(library).id; }
  fs::path folder_;
  MapStore store_;
  std::unique_ptr<checks::PluginPool> pool_;
  checks::PluginStatus status_;
};

}  // namespace

std::unique_ptr<PluginRunner> run_in_process(const fs::path& library, const std::string& settings) {
  return std::make_unique<InProcess>(existing(library), settings);
}

std::unique_ptr<PluginRunner> run_isolated(const fs::path& library, const std::string& settings) {
  return std::make_unique<Isolated>(existing(library), settings);
}

KnownPlugin look_at_plugin(const fs::path& library) { return Isolated(existing(library), "{}").known(); }

}  // namespace assay::server::cli
