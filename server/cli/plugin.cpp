// assay plugin new|list|install|remove: a plugin's way from nothing into a server. `run` is in
// plugin_run.cpp.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/checks/pool/plugin_pool.h"
#include "server/cli/client.h"
#include "server/cli/commands.h"
#include "server/cli/plugin_run.h"
#include "server/cli/plugin_runner.h"
#include "server/cli/program_folders.h"
#include "server/cli/running_servers.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

namespace fs = std::filesystem;

// ---- new

// A name that is a file, a CMake target and, with dashes, the end of an id.
bool is_name(const std::string& name) {
  if (name.empty() || name.size() > 40 || name.front() < 'a' || name.front() > 'z') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

fs::path template_folder() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error).parent_path();
  const auto folder = (program / "../share/assay/plugin-template").lexically_normal();
  if (!fs::is_directory(folder, error))
    throw CommandError(exit_machine,
                       folder.string() + ": the plugin template is not installed beside the program");
  return folder;
}

void make_new(const std::string& name) {
  if (!is_name(name))
    throw CommandError(exit_usage, "a plugin's name is made of a-z, 0-9 and _, and begins with a letter");
  std::error_code error;
  const fs::path target = name;
  if (fs::exists(target, error))
    throw CommandError(exit_usage, name + " is there already; choose another name");
  const auto from = template_folder();
  std::string id = name, words = name;
  std::replace(id.begin(), id.end(), '_', '-');
  std::replace(words.begin(), words.end(), '_', ' ');
  for (const auto& entry : fs::recursive_directory_iterator(from)) {
    if (!entry.is_regular_file()) continue;
    std::string text = read_input(entry.path().string());
    replace_all(text, "PLUGIN_NAME", name);
    replace_all(text, "PLUGIN_ID", id);
    replace_all(text, "PLUGIN_WORDS", words);
    std::string place = fs::relative(entry.path(), from).string();
    replace_all(place, "PLUGIN_NAME", name);
    fs::create_directories((target / place).parent_path());
    write_output((target / place).string(), text);
  }
  std::printf(
      "%s is made. Next:\n  cd %s\n  cmake -B build && cmake --build build && ctest --test-dir build\n",
      name.c_str(), name.c_str());
}

// ---- list

const char* state_word(checks::PluginState state) {
  switch (state) {
    case checks::PluginState::starting:
      return "starting";
    case checks::PluginState::running:
      return "running";
    case checks::PluginState::restarting:
      return "restarting";
    case checks::PluginState::stopped:
      return "stopped";
    case checks::PluginState::refused:
      return "refused";
  }
  return "unknown";
}

HttpRequest request(const char* method, const char* path) {
  HttpRequest made;
  made.method = method;
  made.path = path;
  return made;
}

nlohmann::json plugins_of(Client& client) {
  const auto answer = client.send_or_fail(request("GET", "/api/plugins"));
  const auto parsed = nlohmann::json::parse(answer.body, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("plugins"))
    throw CommandError(exit_machine,
                       "the server's list of plugins cannot be read; is it of another version?");
  return parsed["plugins"];
}

nlohmann::json plugins_here(const fs::path& data) {
  spdlog::set_level(spdlog::level::off);
  const checks::PluginPool pool(plugin_places(data), nullptr, nullptr, nullptr);
  if (!pool.wait_until_started(std::chrono::seconds(30)))
    throw CommandError(exit_machine, "the plugins did not start within 30 seconds");
  auto list = nlohmann::json::array();
  for (const auto& status : pool.plugins())
    list.push_back({{"id", status.id},
                    {"name", status.name},
                    {"version", status.version},
                    {"state", state_word(status.state)},
                    {"reason", status.reason},
                    {"library", status.library.string()}});
  return list;
}

std::string member(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>()) : std::string();
}

void list(const std::string& data_option, bool json) {
  const auto data = find_data_folder(data_option);
  auto client = Client::control(data);
  const bool served = client.has_value();
  const auto plugins = served ? plugins_of(*client) : plugins_here(data);
  if (json) {
    std::printf("%s\n", nlohmann::json({{"plugins", plugins}, {"served", served}}).dump().c_str());
    return;
  }
  if (plugins.empty()) std::printf("There are no plugins.\n");
  for (const auto& plugin : plugins) {
    // One that ran just now for this list alone is not running.
    const std::string state = member(plugin, "state");
    std::printf("%-32s %-10s %-10s %s\n", member(plugin, "id").c_str(), member(plugin, "version").c_str(),
                !served && state == "running" ? "starts" : state.c_str(), member(plugin, "name").c_str());
    if (const auto reason = member(plugin, "reason"); !reason.empty())
      std::printf("    %s\n", reason.c_str());
  }
  std::error_code error;
  if (!served)
    std::printf("No server runs on %s%s; each plugin was started here alone, to see whether it does.\n",
                printable(data.string()).c_str(), fs::exists(data, error) ? "" : ", which is not there");
}

// ---- install, remove

// A server that runs sees the folder change by itself; asked, it does not depend on that.
// Answers whether one runs.
bool tell_server(const fs::path& data) {
  auto client = Client::control(data);
  if (client) client->send_or_fail(request("POST", "/api/plugins/reload"));
  return client.has_value();
}

void install(const std::string& library, const std::string& data_option) {
  spdlog::set_level(spdlog::level::off);
  const KnownPlugin plugin = look_at_plugin(library);
  const auto data = find_data_folder(data_option);
  const fs::path folder = data / "plugins";
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw CommandError(exit_machine, folder.string() + ": " + error.message());
  // Beside its place and then renamed: the version before is mapped, and must not be written into.
  const fs::path coming = folder / ("." + plugin.id + ".coming");
  const fs::path place = folder / (plugin.id + ".so");
  fs::copy_file(library, coming, fs::copy_options::overwrite_existing, error);
  if (!error) fs::rename(coming, place, error);
  if (error) throw CommandError(exit_machine, place.string() + ": " + error.message());
  const bool served = tell_server(data);
  std::printf("%s %s is installed: %s\n", plugin.id.c_str(), plugin.version.c_str(), place.c_str());
  if (!served) std::printf("No server runs on this folder now; one that does takes it up.\n");
}

void remove(const std::string& id, const std::string& data_option) {
  const auto data = find_data_folder(data_option);
  const bool plain = !id.empty() && id.find('/') == std::string::npos && id.front() != '.';
  const fs::path place = data / "plugins" / (id + ".so");
  std::error_code error;
  if (!plain || !fs::remove(place, error))
    throw CommandError(exit_usage, "no plugin '" + printable(id) + "' is installed in " +
                                       printable(data.string()) +
                                       "; assay plugin list names those there are");
  tell_server(data);
  std::printf("%s is removed\n", id.c_str());
}

}  // namespace

void add_plugin(CLI::App& app, int& exit_code) {
  auto* plugin = app.add_subcommand("plugin",
                                    "Makes, runs and installs checking plugins.\n"
                                    "Example: assay plugin new very_words");
  plugin->require_subcommand(1);
  struct Options {
    std::string name, library, id, data;
    bool json = false;
  };
  const auto options = std::make_shared<Options>();
  const auto add_data = [&](CLI::App* command) {
    command->add_option("--data", options->data, data_option_help)->type_name("DIR");
  };

  auto* made = plugin->add_subcommand(
      "new", "A plugin to start from, in a new folder.\nExample: assay plugin new very_words");
  made->add_option("NAME", options->name, "a-z, 0-9 and _")->required();
  made->callback([options] { make_new(options->name); });

  auto* listed = plugin->add_subcommand(
      "list", "The plugins, and whether a server runs them.\nExample: assay plugin list --json");
  listed->add_flag("--json", options->json, "for programs");
  add_data(listed);
  listed->callback([options] { list(options->data, options->json); });

  auto* installed = plugin->add_subcommand(
      "install",
      "Installs a library, or a new version, into a data folder; a running server takes it up at once.\n"
      "Example: assay plugin install build/very_words.so");
  installed->add_option("LIBRARY", options->library, "the plugin's .so")->required();
  add_data(installed);
  installed->callback([options] { install(options->library, options->data); });

  auto* removed = plugin->add_subcommand(
      "remove", "Takes an installed plugin away.\nExample: assay plugin remove org.example.very-words");
  removed->add_option("ID", options->id, "as `list` shows it")->required();
  add_data(removed);
  removed->callback([options] { remove(options->id, options->data); });

  add_plugin_run(*plugin, exit_code);
  add_plugin_test(*plugin, exit_code);
}

}  // namespace assay::server::cli
