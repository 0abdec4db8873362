// Administration of plugins and rule packs. What is uploaded is written beside its place and renamed into it,
// never over a library in use.
#include <fcntl.h>
#include <sodium.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "server/api/json_body.h"
#include "server/api/route.h"
#include "server/checks/pool/plugin_folders.h"
#include "server/reports/lines.h"

namespace assay::server::api {
namespace {

namespace fs = std::filesystem;
using checks::PluginState;
using checks::PluginStatus;

constexpr std::size_t name_bytes_max = 68;
constexpr std::size_t pack_bytes_max = 1u << 20;

const char* to_string(PluginState state) {
  constexpr const char* names[] = {"starting", "running", "restarting", "stopped", "refused"};
  return names[static_cast<std::size_t>(state)];
}

// A schema is the plugin's text: shown as JSON if it is some.
Json schema_of(const std::string& text) {
  auto parsed = Json::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json(nullptr) : std::move(parsed);
}

bool installed(const Call& call, const fs::path& library) {
  std::error_code none;
  const auto& folder = call.parts.options.plugins_folder;
  return !folder.empty() && fs::equivalent(library.parent_path(), folder, none);
}

Json describe(const Call& call, const PluginStatus& status) {
  return {{"id", status.id},
          {"name", status.name},
          {"version", status.version},
          {"state", to_string(status.state)},
          {"reason", status.reason},
          {"file", status.library.filename().string()},
          {"installed", installed(call, status.library)},
          {"incremental", status.incremental},
          {"wantsData", status.wants_data},
          {"learns", status.learns},
          {"checks", status.checks},
          {"deaths", status.deaths},
          {"timeouts", status.timeouts},
          {"p95Us", status.p95_us},
          {"memoryKib", status.memory_kib},
          {"log", status.last_log},
          {"settingsSchema", schema_of(status.settings_schema)},
          {"panelSchema", schema_of(status.panel_schema)}};
}

Json describe_packs(const Call& call, const std::vector<PluginStatus>& plugins) {
  Json packs = Json::array();
  std::error_code error;
  std::vector<fs::directory_entry> files;
  const auto& folder = call.parts.options.packs_folder;
  if (!folder.empty())
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".toml" && entry.is_regular_file(error)) files.push_back(entry);
  std::sort(files.begin(), files.end());
  for (const auto& entry : files) {
    auto file = entry.path().filename().string();
    if (!checks::is_pack_name(file)) file = checks::escaped_name(file);  // which is what it is refused as
    std::string reason;
    for (const auto& plugin : plugins)
      if (const auto refused = plugin.refused_packs.find(file); refused != plugin.refused_packs.end())
        reason = refused->second;
    const auto bytes = entry.file_size(error);
    packs.push_back({{"file", file}, {"bytes", error ? 0 : bytes}, {"reason", reason}});
  }
  return packs;
}

Json describe_all(const Call& call) {
  const auto statuses = call.parts.checker.pool().plugins();
  Json all = Json::array();
  for (const auto& status : statuses) all.push_back(describe(call, status));
  return {{"plugins", std::move(all)}, {"packs", describe_packs(call, statuses)}};
}

HttpResponse get_plugins(const Call& call) { return answer(describe_all(call)); }

HttpResponse reload_plugins(const Call& call) {
  spdlog::info("audit: {} asks for the plugin folders to be looked at again", call.who->user);
  call.parts.checker.reload();
  return answer(describe_all(call));
}

HttpResponse switch_plugin(const Call& call) {
  Members members(call.body);
  const auto on = members.optional_boolean("on");
  if (auto refused = members.refused()) return *refused;
  if (!on) return malformed("Say on: true or false.");
  auto& pool = call.parts.checker.pool();
  const auto find = [&]() -> std::optional<PluginStatus> {
    for (auto& status : pool.plugins())
      if (status.id == call.id) return std::move(status);
    return std::nullopt;
  };
  if (!find()) return not_found();
  spdlog::info("audit: {} switches plugin {} {}", call.who->user, call.id, *on ? "on" : "off");
  call.parts.checker.switch_on(call.id, *on);
  const auto now = find();
  return now ? answer(describe(call, *now)) : not_found();
}

// ---- Files

// "name.so": letters, digits, dot, dash, underscore; never a path, never hidden.
bool is_file_name(std::string_view name, std::string_view ending) {
  if (name.size() > name_bytes_max || name.size() <= ending.size() || !name.ends_with(ending) ||
      name[0] == '.')
    return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

bool is_utf8(std::string_view bytes) { return !reports::find_malformed_utf8(bytes); }

std::string sha256(std::string_view bytes) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  char hex[sizeof hash * 2 + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

[[noreturn]] void fail(const fs::path& file) {
  throw storage::StorageError(storage::StorageError::Kind::io,
                              "cannot write " + file.string() + ": " + std::system_category().message(errno));
}

// Durable, and whole or not at all.
void put_file(const fs::path& folder, const std::string& name, std::string_view bytes, mode_t mode) {
  std::error_code error;
  fs::create_directories(folder, error);
  std::string temporary = (folder / (".upload-" + name + "-XXXXXX")).string();
  const int file = mkstemp(temporary.data());
  if (file < 0) fail(folder);
  bool whole = fchmod(file, mode) == 0;
  while (whole && !bytes.empty()) {
    const auto written = write(file, bytes.data(), bytes.size());
    whole = written > 0;
    if (whole) bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  whole = whole && fsync(file) == 0;
  close(file);
  if (whole && rename(temporary.c_str(), (folder / name).c_str()) == 0) return;
  const int why = errno;
  unlink(temporary.c_str());
  errno = why;
  fail(folder / name);
}

HttpResponse put_plugin(const Call& call) {
  const auto& folder = call.parts.options.plugins_folder;
  if (folder.empty() || !is_file_name(call.id, ".so"))
    return not_found();  // letters, digits, dots, dashes; .so
  if (!call.request.body.starts_with("\x7f"
                                     "ELF"))
    return error(422, "not-acceptable", "This is no shared library.");
  put_file(folder, call.id, call.request.body, 0644);
  spdlog::info("audit: {} installs plugin file {} of {} bytes, SHA-256 {}", call.who->user, call.id,
               call.request.body.size(), sha256(call.request.body));
  call.parts.checker.reload();
  return answer(describe_all(call), 202);
}

HttpResponse remove_file(const Call& call, const fs::path& folder, const char* ending) {
  if (folder.empty() || !is_file_name(call.id, ending)) return not_found();
  std::error_code error;
  if (!fs::remove(folder / call.id, error)) return not_found();
  spdlog::info("audit: {} removes {}", call.who->user, call.id);
  call.parts.checker.reload();
  return nothing();
}

HttpResponse delete_plugin(const Call& call) {
  return remove_file(call, call.parts.options.plugins_folder, ".so");
}

HttpResponse put_pack(const Call& call) {
  const auto& folder = call.parts.options.packs_folder;
  if (folder.empty() || !is_file_name(call.id, ".toml")) return not_found();
  if (call.request.body.size() > pack_bytes_max || !is_utf8(call.request.body))
    return error(422, "not-acceptable", "A rule pack is UTF-8 text of at most 1 MiB.");
  put_file(folder, call.id, call.request.body, 0644);
  spdlog::info("audit: {} puts rule pack {} of {} bytes, SHA-256 {}", call.who->user, call.id,
               call.request.body.size(), sha256(call.request.body));
  call.parts.checker.reload();
  return answer(describe_all(call), 202);
}

HttpResponse delete_pack(const Call& call) {
  return remove_file(call, call.parts.options.packs_folder, ".toml");
}

}  // namespace

std::vector<Route> plugin_routes() {
  return {
      {"GET",
       "/api/plugins",
       "listPlugins",
       "Administrators: all plugins with their state, and the rule packs",
       Right::caretaker,
       Body::none,
       "",
       {},
       {{200, "The plugins", "Plugins"}},
       get_plugins},
      {"POST",
       "/api/plugins/reload",
       "reloadPlugins",
       "Administrators: looks at the folders again",
       Right::caretaker,
       Body::none,
       "",
       {},
       {{200, "The plugins; new ones may still be starting", "Plugins"}},
       reload_plugins},
      {"POST",
       "/api/plugins/{id}",
       "switchPlugin",
       "Administrators: switches a plugin off, or on again",
       Right::caretaker,
       Body::json,
       "PluginSwitch",
       {},
       {{200, "The plugin", "Plugin"}},
       switch_plugin},
      {"PUT",
       "/api/plugins/{id}",
       "installPlugin",
       "Administrators: installs a plugin or a new version, as name.so",
       Right::administrator,
       Body::file,
       "",
       {},
       {{202, "Stored; it serves once it is ready", "Plugins"}, {422, "No shared library", "Error"}},
       put_plugin},
      {"DELETE",
       "/api/plugins/{id}",
       "removePlugin",
       "Administrators: removes an installed plugin, by its file name",
       Right::administrator,
       Body::none,
       "",
       {},
       {{204, "Removed", ""}},
       delete_plugin},
      {"PUT",
       "/api/packs/{id}",
       "putPack",
       "Administrators: puts a rule pack, as name.toml",
       Right::caretaker,
       Body::file,
       "",
       {},
       {{202, "Stored; in force once the plugins have taken it", "Plugins"},
        {422, "Over 1 MiB, or no UTF-8", "Error"}},
       put_pack},
      {"DELETE",
       "/api/packs/{id}",
       "removePack",
       "Administrators: removes a rule pack",
       Right::caretaker,
       Body::none,
       "",
       {},
       {{204, "Removed", ""}},
       delete_pack},
  };
}

}  // namespace assay::server::api
