#include "server/api/test_server.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "server/rooms/loop.h"

namespace assay::server::api {

// A loop on a thread of its own; what is to run in the background runs there, too, one after the other.
class ThreadLoop final : public Loop {
 public:
  ThreadLoop() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

  // What is still to be run is dropped.
  void stop() {
    thread_.request_stop();
    thread_.join();
  }
  void post(std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    some_.notify_one();
  }
  void background(std::function<void()> work) override { post(std::move(work)); }
  void after(std::chrono::milliseconds wait, std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    later_.emplace(std::chrono::steady_clock::now() + wait, std::move(work));
    some_.notify_one();
  }
  std::int64_t now_ms() const override {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
  }
  std::int64_t wall_ms() const override { return wall_clock_ms(); }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const auto ready = [&] { return !work_.empty(); };
      if (later_.empty())
        some_.wait(lock, stop, [&] { return ready() || !later_.empty(); });
      else if (!some_.wait_until(lock, stop, later_.begin()->first, ready) && !stop.stop_requested()) {
        if (std::chrono::steady_clock::now() < later_.begin()->first) continue;
        work_.push_back(std::move(later_.begin()->second));
        later_.erase(later_.begin());
      }
      if (!ready()) continue;
      const auto work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any some_;
  std::deque<std::function<void()>> work_;
  std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> later_;
  std::jthread thread_;  // last: ends before what it uses
};

namespace {

AccountsOptions account_options(std::int64_t& now) {
  AccountsOptions options;
  options.now = [&now] { return now; };
  options.weak_hashing = true;
  return options;
}

ApiOptions api_options(const std::filesystem::path& folder) {
  ApiOptions options;
  options.origins_allowed = {"https://friend.example"};
  options.json_bytes_max = 4'096;
  options.import_bytes_max = 100'000;
  options.plugins_folder = folder / "plugins";
  options.packs_folder = folder / "packs";
  return options;
}

}  // namespace

TestServer::Folder::Folder() {
  auto name = (std::filesystem::temp_directory_path() / "assay-api-test-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()));
  path = name;
}
TestServer::Folder::~Folder() {
  std::error_code none;
  std::filesystem::remove_all(path, none);
}

TestServer::TestServer(Access::Mode mode, checks::CheckerOptions checks)
    : registry(store, {[this] { return now; }}),
      accounts(store, registry, mode, account_options(now)),
      checker_(store, registry, std::move(checks)) {
  std::vector<Loop*> loops;
  for (int i = 0; i < 2; ++i) loops.push_back(loops_.emplace_back(std::make_unique<ThreadLoop>()).get());
  const RoomSurroundings around{store, accounts, metrics_, limits_, bounds_, {}, {}, checker_.watch()};
  rooms_ = std::make_unique<RoomsOnShards>(loops, around, accounts);
  spdlog::set_level(spdlog::level::off);  // broken disks are on purpose here
  handler_ = make_api({registry, accounts, *rooms_, checker_, api_options(folder_.path)});
}

TestServer::~TestServer() {
  for (const auto& loop : loops_) loop->stop();
}

void TestServer::add_user(const std::string& id, const std::string& name, bool admin) {
  REQUIRE(accounts.add({id, name, test_password, admin}));
}

std::string TestServer::sign_in_as(const std::string& user, bool admin) {
  if (!accounts.find(user)) add_user(user, "Name of " + user, admin);
  const auto in = accounts.sign_in(user, test_password, "192.0.2.1");
  REQUIRE(in);
  return std::string(Accounts::cookie_name) + "=" + in->token;
}

HttpRequest ask(const std::string& method, const std::string& target, const std::string& cookie) {
  HttpRequest request;
  request.method = method;
  request.address = "192.0.2.1";
  request.headers = {{"host", "assay.example:8080"}};
  if (!cookie.empty()) request.headers.emplace_back("cookie", cookie);
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  for (auto rest = question; rest != std::string::npos;) {
    const auto end = target.find('&', rest + 1);
    const auto pair = target.substr(rest + 1, end == std::string::npos ? end : end - rest - 1);
    const auto equals = pair.find('=');
    request.query.emplace_back(pair.substr(0, equals),
                               equals == std::string::npos ? "" : pair.substr(equals + 1));
    rest = end;
  }
  return request;
}

HttpRequest ask_json(const std::string& method, const std::string& target, const Json& body,
                     const std::string& cookie) {
  auto request = ask(method, target, cookie);
  request.headers.emplace_back("content-type", "application/json");
  request.body = body.dump();
  return request;
}

HttpRequest ask_text(const std::string& target, const std::string& text, const std::string& cookie) {
  auto request = ask("POST", target, cookie);
  request.headers.emplace_back("content-type", "text/plain; charset=utf-8");
  request.body = text;
  return request;
}

Json body_of(const HttpResponse& response) { return Json::parse(response.body); }

std::string header_of(const HttpResponse& response, const std::string& name) {
  for (const auto& [header, value] : response.headers)
    if (header == name) return value;
  return {};
}

std::string outcome_of(const HttpResponse& response) {
  if (response.status < 400) return std::to_string(response.status);
  return std::to_string(response.status) + " " + body_of(response).at("error").at("code").get<std::string>();
}

}  // namespace assay::server::api
