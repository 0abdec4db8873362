// assay serve: wires the parts of a server together, and takes them apart in good order.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "server/accounts/accounts.h"
#include "server/api/api.h"
#include "server/checks/checker.h"
#include "server/cli/commands.h"
#include "server/cli/program_folders.h"
#include "server/cli/report_index.h"
#include "server/cli/running_servers.h"
#include "server/config.h"
#include "server/net/frame_sealer.h"
#include "server/net/net_server.h"
#include "server/rooms/rooms_on_shards.h"
#include "storage/room_store.h"

namespace assay::server::cli {
namespace {

namespace asio = boost::asio;

struct ServeOptions {
  std::string config, data, listen, auth, web;
};

Config settle_config(const ServeOptions& options) {
  Config config;
  if (!options.config.empty()) {
    try {
      read_config(options.config, config);
    } catch (const ConfigError& error) {
      throw CommandError(exit_input, error.what());
    }
  }
  if (!options.data.empty()) config.data = options.data;
  if (config.data.empty()) config.data = default_data_directory();
  if (!options.web.empty()) config.web = options.web;
  if (!options.auth.empty())
    config.auth = options.auth == "none" ? Access::Mode::none : Access::Mode::accounts;
  if (!options.listen.empty()) {
    const auto endpoint = parse_endpoint(options.listen);
    if (!endpoint) throw CommandError(exit_usage, "--listen takes HOST:PORT, not '" + options.listen + "'");
    config.listen_host = endpoint->host;
    config.listen_port = endpoint->port;
  }
  if (config.auth == Access::Mode::none && !is_loopback(config.listen_host)) {
    throw CommandError(exit_usage,
                       "--auth none lets everybody write, so it listens on loopback only, not on " +
                           config.listen_host + "; use --auth accounts");
  }
  if (config.threads == 0) config.threads = std::max(1u, std::thread::hardware_concurrency());
  return config;
}

void set_up_log(const Config& config) {
  auto log = spdlog::stderr_color_mt("assay");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  spdlog::set_default_logger(log);
  spdlog::set_level(spdlog::level::from_str(config.log_level));
}

// Each connection is a descriptor, and the default is for desktops.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string store_metrics(const storage::RoomStore& store) {
  const auto statistics = store.statistics();
  const auto count = [](std::uint64_t n) { return static_cast<double>(n); };
  return prometheus_line("assay_log_syncs_total", "counter", "Syncs of the log.", count(statistics.syncs)) +
         prometheus_line("assay_log_entries_total", "counter", "Entries written to the log.",
                         count(statistics.entries)) +
         prometheus_line("assay_log_bytes_total", "counter", "Bytes of updates written to the log.",
                         count(statistics.bytes)) +
         prometheus_line("assay_log_last_sync_ms", "gauge", "How long the last sync took.",
                         statistics.last_sync_ms) +
         prometheus_line("assay_log_writable", "gauge", "Whether the log can be written.",
                         store.writable() ? 1 : 0);
}

storage::StoreOptions store_options() {
  storage::StoreOptions options;
  options.warn = [](const std::string& text) { spdlog::warn("{}", text); };
  return options;
}

// The parts of a server, in the order in which each needs those before it.
class Server {
 public:
  explicit Server(const Config& config)
      : config_(config),
        loops_(make_loops()),
        store_(storage::open_store(config.data, store_options())),
        registry_(*store_),
        accounts_(*store_, registry_, config.auth, accounts_options()),
        checker_(*store_, registry_, checker_options()),
        rooms_(loop_pointers(),
               {*store_, accounts_, metrics_, config_.limits, config_.rooms, seal_frame,
                report_index(registry_), checker_.watch()},
               accounts_),
        net_({config_, accounts_, metrics_, rooms_, asio_loops(),
              make_api({registry_, accounts_, rooms_, checker_, api_options()}),
              [this] { return store_metrics(*store_) + checker_.metrics_text(); },
              [this] { return store_->writable(); }}) {
    make_sample_report(*store_, registry_);
    load_files();
    net_.start(config_.data + "/control.sock");
  }

  void load_files() {
    const auto directory = find_web_directory(config_.web);
    if (directory.empty()) spdlog::warn("there is no web client beside the program; --web DIR names one");
    net_.load_files(directory);
  }
  void reload_plugins() { checker_.reload(); }
  void stop() {
    net_.stop();
    loaders_.join();  // they read from the store, which goes before them
  }

  std::string url() const {
    const bool v6 = config_.listen_host.find(':') != std::string::npos;
    const auto host = v6 ? "[" + config_.listen_host + "]" : config_.listen_host;
    return "http://" + host + ":" + std::to_string(net_.port()) + "/";
  }
  std::optional<std::string> setup_url() const {
    if (!accounts_.setup_needed()) return std::nullopt;
    return url() + "setup?token=" + accounts_.setup_token();
  }

 private:
  std::vector<std::unique_ptr<AsioLoop>> make_loops() {
    std::vector<std::unique_ptr<AsioLoop>> loops;
    for (unsigned i = 0; i < config_.threads; ++i) loops.push_back(std::make_unique<AsioLoop>(loaders_));
    return loops;
  }
  std::vector<Loop*> loop_pointers() const {
    std::vector<Loop*> pointers;
    for (const auto& loop : loops_) pointers.push_back(loop.get());
    return pointers;
  }
  std::vector<AsioLoop*> asio_loops() const {
    std::vector<AsioLoop*> pointers;
    for (const auto& loop : loops_) pointers.push_back(loop.get());
    return pointers;
  }
  AccountsOptions accounts_options() const {
    AccountsOptions options;
    options.open_prefixes = config_.open_prefixes;
    return options;
  }

  checks::CheckerOptions checker_options() const {
    checks::CheckerOptions options;
    options.pool = plugin_places(config_.data);
    // They are watched from the start, so they have to be there.
    std::error_code none;
    for (const auto& folder : {options.pool.folders.back(), options.pool.packs_folder})
      std::filesystem::create_directories(folder, none);
    options.name_of = [this](const std::string& user) {
      const auto found = accounts_.find(user);
      return found ? found->name : user;
    };
    return options;
  }
  ApiOptions api_options() const {
    const auto places = plugin_places(config_.data);
    return {config_.origins, 64u << 10, config_.limits.body_bytes_max, places.folders.back(),
            places.packs_folder};
  }

  const Config config_;
  Metrics metrics_;
  asio::thread_pool loaders_{2};
  std::vector<std::unique_ptr<AsioLoop>> loops_;
  std::unique_ptr<storage::RoomStore> store_;
  Registry registry_;
  Accounts accounts_;
  checks::Checker checker_;  // outlives the rooms, which hold its parts
  RoomsOnShards rooms_;
  NetServer net_;
};

void serve(const ServeOptions& options) {
  const Config config = settle_config(options);
  set_up_log(config);
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);

  asio::io_context io;
  asio::signal_set ending(io, SIGTERM, SIGINT);
  asio::signal_set reloading(io, SIGHUP);
  std::optional<Server> server;
  try {
    server.emplace(config);
  } catch (const ListenError& error) {
    throw CommandError(exit_machine, error.what());
  }
  const ServerNotice notice(config.data, server->url());
  std::printf("Assay is ready: %s\n", server->url().c_str());
  if (const auto setup = server->setup_url()) {
    std::printf("Make the first administrator here (good once): %s\n", setup->c_str());
  }
  std::fflush(stdout);

  std::function<void()> await_reload = [&] {
    reloading.async_wait([&](const boost::system::error_code& error, int) {
      if (error) return;
      try {
        spdlog::set_level(spdlog::level::from_str(settle_config(options).log_level));
        server->load_files();
        server->reload_plugins();
        spdlog::info("configuration and plugins read again");
      } catch (const std::exception& trouble) {
        spdlog::error("configuration not read: {}", trouble.what());
      }
      await_reload();
    });
  };
  await_reload();
  ending.async_wait([&](const boost::system::error_code&, int) { reloading.cancel(); });
  io.run();
  server->stop();
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("serve", "Runs the server.\nExample: assay serve --auth none --data data");
  auto options = std::make_shared<ServeOptions>();
  command->add_option("--config", options->config, "A TOML file with everything that can be set")
      ->type_name("FILE");
  command->add_option("--data", options->data, "The data folder (default: $XDG_DATA_HOME/assay)")
      ->type_name("DIR");
  command->add_option("--listen", options->listen, "Where to listen (default: 127.0.0.1:8080)")
      ->type_name("HOST:PORT");
  command
      ->add_option("--auth", options->auth,
                   "accounts (default), or none: everyone is an editor, loopback only")
      ->check(CLI::IsMember({"accounts", "none"}));
  command->add_option("--web", options->web, "The folder of the web client (default: beside the program)")
      ->type_name("DIR");
  command->callback([options, &exit_code] {
    serve(*options);
    exit_code = exit_fine;
  });
}

}  // namespace assay::server::cli
