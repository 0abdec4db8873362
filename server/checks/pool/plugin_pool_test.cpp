// The pool with real processes and with plugins that do their worst. Waits for conditions, never for time.
#include "server/checks/pool/plugin_pool.h"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <mutex>

#include <catch2/catch.hpp>

using namespace assay::checks;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

const std::string hostile = "org.example.hostile";
const std::string packs = "org.example.packs";
constexpr auto patience = 60s;  // more than anything here takes on a machine that is busy

// A folder of this test's own, with plugins and packs in it.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "assay-pool-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
    fs::create_directories(plugins());
    fs::create_directories(packs_folder());
  }
  ~Folder() { fs::remove_all(path_); }
  fs::path plugins() const { return path_ / "plugins"; }
  fs::path packs_folder() const { return path_ / "packs"; }
  // As installing does it: a rename.
  void install(const std::string& plugin, const std::string& as) const {
    fs::copy_file(fs::path(ASSAY_TEST_PLUGINS) / (plugin + ".so"), path_ / "coming");
    fs::rename(path_ / "coming", plugins() / (as + ".so"));
  }
  void write_pack(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / "coming") << text;
    fs::rename(path_ / "coming", packs_folder() / name);
  }

 private:
  fs::path path_;
};

class Values final : public KeyValueStore {
 public:
  std::optional<std::string> get(std::string_view plugin, std::string_view key) override {
    if (asked) asked();
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(std::string(plugin) + "/" + std::string(key));
    return found == values_.end() ? std::nullopt : std::optional(found->second);
  }
  bool put(std::string_view plugin, std::string_view key, std::string_view value) override {
    const std::lock_guard lock(mutex_);
    values_[std::string(plugin) + "/" + std::string(key)] = std::string(value);
    changed_.notify_all();
    return true;
  }
  bool wait_for(const std::string& key, const std::string& value) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return values_[key] == value; });
  }
  std::function<void()> asked;  // on the pool's thread, before a value is looked up

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> values_;
};

class Terms final : public Corpus {
 public:
  Count term(std::string_view, std::string_view) override { return {3, 7}; }
};

// A pool, and what it says about its plugins.
class World {
 public:
  explicit World(const std::vector<std::string>& plugins,
                 const std::function<void(PoolOptions&)>& change = {}) {
    for (const auto& plugin : plugins) folder.install(plugin, plugin);
    options.host_program = ASSAY_HOST_PROGRAM;
    options.folders = {folder.plugins()};
    options.packs_folder = folder.packs_folder();
    // Nothing here is timed but where a test sets these itself: a busy machine is not a slow plugin.
    options.budget = 60s;
    options.grace = 60s;
    options.restart_first = 1ms;
    options.restart_longest = 10ms;
    options.deaths_max = 0;
    if (change) change(options);
    start();
    REQUIRE(pool->wait_until_started(patience));
  }
  void start() {
    pool.reset();
    pool = std::make_unique<PluginPool>(options, &values, &terms, [this](const PluginStatus& status) {
      const std::lock_guard lock(mutex_);
      states_[status.id] = status;
      told_.notify_all();
    });
  }

  template <class Condition>
  bool wait_for(const std::string& plugin, Condition condition) {
    std::unique_lock lock(mutex_);
    return told_.wait_for(lock, patience,
                          [&] { return states_.contains(plugin) && condition(states_[plugin]); });
  }
  PluginStatus status(const std::string& plugin) {
    for (const auto& one : pool->plugins())
      if (one.id == plugin) return one;
    FAIL("no plugin " << plugin);
    return {};
  }

  std::future<Answer> ask(const std::string& plugin, const std::vector<std::string>& words,
                          std::vector<std::uint32_t> changed = {}, const std::string& document = "one",
                          std::uint64_t* id = nullptr) {
    auto view = std::make_shared<View>();
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (i > 0) view->text += '\n';
      const auto begin = static_cast<std::uint32_t>(view->text.size());
      view->text += words[i];
      view->blocks.push_back({i + 1, {begin, static_cast<std::uint32_t>(view->text.size())}, 1, 0, ""});
    }
    auto promise = std::make_shared<std::promise<Answer>>();
    auto future = promise->get_future();
    const auto number = pool->check(plugin, document, view, std::move(changed),
                                    [promise](Answer answer) { promise->set_value(std::move(answer)); });
    if (id != nullptr) *id = number;
    return future;
  }
  Answer say(const std::string& plugin, const std::vector<std::string>& words,
             std::vector<std::uint32_t> changed = {}, const std::string& document = "one") {
    auto future = ask(plugin, words, std::move(changed), document);
    REQUIRE(future.wait_for(patience) == std::future_status::ready);
    return future.get();
  }

  Folder folder;
  PoolOptions options;
  Values values;
  Terms terms;

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  std::map<std::string, PluginStatus> states_;

 public:
  std::unique_ptr<PluginPool> pool;
};

}  // namespace

TEST_CASE("PluginPool: a check and its answer") {
  World world({"hostile"});
  CHECK(world.status(hostile).state == PluginState::running);
  const Answer first = world.say(hostile, {"hello", "wörld"});
  REQUIRE(first.outcome == Outcome::complete);
  CHECK_FALSE(first.incremental);
  REQUIRE(first.findings.size() == 2);
  CHECK(first.findings[1].span == Span{6, 12});
  CHECK(first.findings[1].message == "1.0.0");
  // The same document again: only what changed.
  const Answer second = world.say(hostile, {"hello", "wörld"}, {1});
  CHECK(second.incremental);
  CHECK(second.findings.size() == 1);
  // Another document has not been seen.
  CHECK_FALSE(world.say(hostile, {"hello", "wörld"}, {1}, "two").incremental);
  // Closed and opened again: not seen either.
  world.pool->close("one");
  CHECK(world.say(hostile, {"hello", "wörld"}, {1}).findings.size() == 2);
  CHECK(world.status(hostile).checks == 4);
  CHECK(world.status(hostile).memory_kib > 0);
  CHECK(world.say("no-such", {"x"}).outcome == Outcome::unavailable);
}

TEST_CASE("PluginPool: services") {
  World world({"hostile"});
  CHECK(world.say(hostile, {"count"}).findings.at(0).message == "1");
  CHECK(world.say(hostile, {"count", "count"}).findings.at(1).message == "3");
  CHECK(world.values.get(hostile, "count") == "3");
  CHECK(world.say(hostile, {"term"}).findings.at(0).message == "3 of 7");
  CHECK(world.say(hostile, {"panel"}).panel == R"({"a": [1, 2]})");
  const Answer failed = world.say(hostile, {"fail"});
  CHECK(failed.outcome == Outcome::failed);
  CHECK(failed.message == "as asked");
  CHECK(world.say(hostile, {"unsupported"}).outcome == Outcome::unsupported);
  CHECK(world.status(hostile).deaths == 0);
}

TEST_CASE("PluginPool: what comes while a plugin waits for an answer waits for its turn") {
  World world({"hostile"}, [](PoolOptions& options) { options.settings[hostile] = R"({"asks": true})"; });
  // A document of this size is on its way still while its instance is made.
  const std::string large(32u << 20, 'x');
  CHECK(world.say(hostile, {large}, {}, "large").outcome == Outcome::complete);
  // Its `close` reaches the process before the answer to what it asks next.
  world.values.asked = [&] { world.pool->close("one"); };
  CHECK(world.say(hostile, {"count"}).findings.at(0).message == "1");
  CHECK(world.values.wait_for(hostile + "/destroyed", "asked"));
  // Behind a `close` whose instance asks while it is destroyed: a check, and another `close`.
  world.values.asked = nullptr;
  CHECK(world.say(hostile, {"hello"}, {}, "two").outcome == Outcome::complete);
  world.pool->close("large");
  world.pool->close("two");
  CHECK(world.say(hostile, {"hello"}).outcome == Outcome::complete);
  // What is closed meanwhile may be cancelled as well.
  std::uint64_t id = 0;
  world.values.asked = [&] { world.pool->close("three"); };
  auto cancelled = world.ask(hostile, {"count", "wait"}, {}, "three", &id);
  CHECK(world.values.wait_for(hostile + "/count", "2"));
  world.pool->cancel(id);
  CHECK(cancelled.get().outcome == Outcome::cancelled);
  CHECK(world.say(hostile, {"hello"}, {}, "three").outcome == Outcome::complete);
  CHECK(world.status(hostile).deaths == 0);
}

TEST_CASE("PluginPool: the worst a plugin can do ends its own process alone", "[limits]") {
  struct Case {
    const char* word;
    Outcome outcome;
    const char* says;
  };
  const Case cases[] = {
      {"crash", Outcome::crashed, "SIGSEGV"},      {"abort", Outcome::crashed, "SIGABRT"},
      {"exit", Outcome::crashed, "status 0"},      {"hang", Outcome::timed_out, "longer"},
      {"bomb", Outcome::crashed, "SIG"},           {"nonsense", Outcome::refused, "more than"},
      {"close", Outcome::crashed, "SIGKILL"},      {"socket", Outcome::crashed, "SIGSYS"},
      {"fork", Outcome::crashed, "SIGSYS"},        {"exec", Outcome::crashed, "SIGSYS"},
      {"kill-parent", Outcome::crashed, "SIGSYS"}, {"shrink", Outcome::crashed, "SIGSYS"},
      {"outside", Outcome::refused, "outside"},    {"bad-utf8", Outcome::refused, "UTF-8"},
      {"bad-panel", Outcome::refused, "JSON"},     {"flood-log", Outcome::timed_out, "longer"},
      {"print", Outcome::timed_out, "longer"},     {"flood-put", Outcome::timed_out, "longer"},
      {"flood-get", Outcome::refused, "reads"},
  };
  World world({"hostile", "packs_for_tests"}, [](PoolOptions& options) {
    options.budget = 2s;  // the bomb needs most of it where fresh memory is slow
    options.grace = 200ms;
    options.address_space_bytes = 96u << 20;
  });
  std::uint64_t deaths = 0;
  for (const auto& c : cases) {
    INFO(c.word);
    // A document of its own: what ended the plugin once more in the same would be skipped.
    const Answer answer = world.say(hostile, {c.word}, {}, c.word);
    CHECK(answer.outcome == c.outcome);
    CHECK(answer.message.find(c.says) != std::string::npos);
    INFO(answer.message);
    CHECK(answer.findings.empty());
    // The others never noticed, and it serves again.
    CHECK(world.say(packs, {"x"}).outcome == Outcome::complete);
    CHECK(world.say(hostile, {"hello"}).outcome == Outcome::complete);
    CHECK(world.status(hostile).deaths == ++deaths);
  }
  CHECK(world.status(packs).deaths == 0);
  // What is merely refused.
  CHECK(world.say(hostile, {"open"}).findings.at(0).message == "not opened");
  const Answer flooded = world.say(hostile, {"flood"});
  CHECK(flooded.outcome == Outcome::failed);
  CHECK(world.status(hostile).deaths == deaths);
}

TEST_CASE("PluginPool: one that floods does not cost the server a core") {
  World world({"hostile"}, [](PoolOptions& options) {
    options.budget = 1s;
    options.grace = 1s;
  });
  for (const char* word : {"flood-log", "print", "flood-put"}) {
    INFO(word);
    rusage before{}, after{};
    const auto began = std::chrono::steady_clock::now();
    getrusage(RUSAGE_SELF, &before);
    CHECK(world.say(hostile, {word}, {}, word).outcome == Outcome::timed_out);
    getrusage(RUSAGE_SELF, &after);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const auto seconds = [](const timeval& of) {
      return static_cast<double>(of.tv_sec) + 1e-6 * static_cast<double>(of.tv_usec);
    };
    const double used = seconds(after.ru_utime) + seconds(after.ru_stime) - seconds(before.ru_utime) -
                        seconds(before.ru_stime);
    // A fifth, and what the rest of the loop costs.
    CHECK(used / took.count() < 0.4);
  }
}

TEST_CASE("PluginPool: budget, cancel, and the newest only") {
  World world({"hostile"}, [](PoolOptions& options) {
    options.budget = 100ms;
    options.grace = 20s;
  });
  // Asked to stop by its budget, it stops, and lives.
  CHECK(world.say(hostile, {"wait"}).outcome == Outcome::timed_out);
  CHECK(world.status(hostile).deaths == 0);

  World patient({"hostile"}, [](PoolOptions& options) {
    options.budget = 20s;
    options.grace = 20s;
  });
  std::uint64_t id = 0;
  auto long_one = patient.ask(hostile, {"wait"}, {}, "one", &id);
  auto older = patient.ask(hostile, {"older"}, {}, "one");
  auto other = patient.ask(hostile, {"other"}, {}, "two");
  auto newer = patient.ask(hostile, {"newer", "words"}, {}, "one");
  REQUIRE(older.wait_for(patience) == std::future_status::ready);
  CHECK(older.get().outcome == Outcome::cancelled);
  patient.pool->cancel(id);
  REQUIRE(long_one.wait_for(patience) == std::future_status::ready);
  CHECK(long_one.get().outcome == Outcome::cancelled);
  CHECK(newer.get().findings.size() == 2);
  CHECK(other.get().findings.size() == 1);
  CHECK(patient.status(hostile).deaths == 0);
}

TEST_CASE("PluginPool: three deaths switch it off, a person or a new version on again") {
  World world({"hostile"}, [](PoolOptions& options) { options.deaths_max = 3; });
  for (const char* document : {"a", "b", "c"})
    CHECK(world.say(hostile, {"crash"}, {}, document).outcome == Outcome::crashed);
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.state == PluginState::stopped; }));
  const Answer off = world.say(hostile, {"hello"});
  CHECK(off.outcome == Outcome::unavailable);
  CHECK(off.message.find("3 times") != std::string::npos);
  world.pool->switch_on(hostile, true);
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.state == PluginState::running; }));
  CHECK(world.say(hostile, {"hello"}).outcome == Outcome::complete);

  for (const char* document : {"a", "b", "c"}) world.say(hostile, {"crash"}, {}, document);
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.state == PluginState::stopped; }));
  world.folder.install("hostile_next", "hostile");
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.state == PluginState::running; }));
  CHECK(world.say(hostile, {"hello"}).findings.at(0).message == "2.0.0");

  world.pool->switch_on(hostile, false);
  CHECK(world.say(hostile, {"hello"}).outcome == Outcome::unavailable);
}

TEST_CASE("PluginPool: a block that ends it twice is left out until it changes") {
  World world({"hostile"});
  REQUIRE(world.say(hostile, {"fine", "good", "well"}).outcome == Outcome::complete);
  CHECK(world.say(hostile, {"fine", "crash", "well"}, {1}).outcome == Outcome::crashed);
  // A new process is shown everything, and ends on the same block.
  CHECK(world.say(hostile, {"fine", "crash", "well"}, {1}).outcome == Outcome::crashed);
  const Answer without = world.say(hostile, {"fine", "crash", "well"}, {1});
  REQUIRE(without.outcome == Outcome::complete);
  CHECK(without.findings.size() == 2);
  CHECK(without.left_out == 1);
  CHECK(world.say(hostile, {"fine", "crash", "well"}, {1}).outcome == Outcome::failed);
  // Changed, it is shown again.
  const Answer with = world.say(hostile, {"fine", "better", "well"}, {1});
  CHECK(with.findings.size() == 1);
  CHECK(with.left_out == 0);
}

TEST_CASE("PluginPool: a new version by rename, and one that does not start") {
  World world({"hostile"});
  CHECK(world.say(hostile, {"hello"}).findings.at(0).message == "1.0.0");
  const auto before = world.status(hostile).generation;
  world.folder.install("hostile_next", "hostile");
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.version == "2.0.0"; }));
  CHECK(world.status(hostile).generation > before);
  CHECK(world.say(hostile, {"hello"}).findings.at(0).message == "2.0.0");

  world.folder.install("hostile_refused", "hostile");
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return !status.reason.empty(); }));
  CHECK(world.status(hostile).reason.find("never starts") != std::string::npos);
  CHECK(world.status(hostile).state == PluginState::running);
  CHECK(world.say(hostile, {"hello"}).findings.at(0).message == "2.0.0");
  // Even its death does not bring the refused one in: the file it was made from is still held.
  CHECK(world.say(hostile, {"crash"}).outcome == Outcome::crashed);
  CHECK(world.say(hostile, {"hello"}).findings.at(0).message == "2.0.0");
  // Nor does it make forget that a version waits that was refused, until one starts.
  CHECK(world.status(hostile).reason.find("never starts") != std::string::npos);
  world.folder.install("hostile", "hostile");
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.version == "1.0.0"; }));
  CHECK(world.status(hostile).reason.empty());

  fs::remove(world.folder.plugins() / "hostile.so");
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.state == PluginState::stopped; }));
  CHECK(world.pool->plugins().empty());
}

TEST_CASE("PluginPool: what cannot be loaded is refused, with a reason", "[limits]") {
  World world({"hostile_loading", "hostile_refused"});
  std::ofstream(world.folder.plugins() / "text.so") << "no library";
  REQUIRE(world.wait_for("text", [](const auto& status) { return status.state == PluginState::refused; }));
  CHECK(world.status("text").reason.find("cannot be loaded") != std::string::npos);
  CHECK(world.status("hostile_loading").state == PluginState::refused);
  CHECK(world.status("hostile_loading").reason.find("SIGSYS") != std::string::npos);
  CHECK(world.status(hostile).state == PluginState::refused);
  CHECK(world.status(hostile).reason == "this version never starts");
}

TEST_CASE("PluginPool: rule packs come and go, and a broken one leaves the text before it") {
  World world({"packs_for_tests"});
  const auto in_force = [&] {
    std::map<std::string, std::string> texts;
    for (const auto& finding : world.say(packs, {"x"}).findings) texts[finding.rule] = finding.message;
    return texts;
  };
  using Texts = std::map<std::string, std::string>;
  CHECK(in_force().empty());
  auto generation = world.status(packs).generation;
  const auto changed = [&](const auto& status) { return status.generation > generation; };
  world.folder.write_pack("a.toml", "first");
  REQUIRE(world.wait_for(packs, changed));
  CHECK(in_force() == Texts{{"a.toml", "first"}});
  world.folder.write_pack("a.toml", "broken");
  REQUIRE(world.wait_for(packs, [](const auto& status) { return status.refused_packs.contains("a.toml"); }));
  CHECK(world.status(packs).refused_packs.at("a.toml") == "a.toml:1: it is broken");
  CHECK(in_force() == Texts{{"a.toml", "first"}});
  generation = world.status(packs).generation;
  world.folder.write_pack("b.toml", "second");
  REQUIRE(world.wait_for(packs, changed));
  CHECK(in_force() == Texts{{"a.toml", "first"}, {"b.toml", "second"}});
  generation = world.status(packs).generation;
  world.folder.write_pack("a.toml", "mended");
  REQUIRE(world.wait_for(packs, changed));
  CHECK(world.status(packs).refused_packs.empty());
  CHECK(in_force() == Texts{{"a.toml", "mended"}, {"b.toml", "second"}});
  generation = world.status(packs).generation;
  fs::remove(world.folder.packs_folder() / "b.toml");
  REQUIRE(world.wait_for(packs, changed));
  CHECK(in_force() == Texts{{"a.toml", "mended"}});
}

TEST_CASE("PluginPool: what a pack has done ends with it") {
  const auto in_force = [](World& world, const std::string& text) {
    return world.wait_for(packs, [&](const auto& status) { return status.state == PluginState::running; }) &&
           world.say(packs, {"x"}).findings.at(0).message == text;
  };
  {
    World world({"packs_for_tests"});
    world.folder.write_pack("a.toml", "deadly");
    REQUIRE(world.wait_for(packs, [](const auto& status) { return status.generation > 1; }));
    for (int i = 0; i < 2; ++i) CHECK(world.say(packs, {"x"}).outcome == Outcome::crashed);
    CHECK(world.say(packs, {"x"}).outcome == Outcome::failed);  // nothing is left to be shown
    const auto generation = world.status(packs).generation;
    world.folder.write_pack("a.toml", "mended");
    REQUIRE(world.wait_for(packs, [&](const auto& status) { return status.generation > generation; }));
    CHECK(in_force(world, "mended"));
  }
  World world({"packs_for_tests"}, [](PoolOptions& options) { options.deaths_max = 3; });
  world.folder.write_pack("a.toml", "deadly");
  REQUIRE(world.wait_for(packs, [](const auto& status) { return status.generation > 1; }));
  for (const char* document : {"a", "b", "c"})
    CHECK(world.say(packs, {"x"}, {}, document).outcome == Outcome::crashed);
  REQUIRE(world.wait_for(packs, [](const auto& status) { return status.state == PluginState::stopped; }));
  world.folder.write_pack("a.toml", "mended");
  CHECK(in_force(world, "mended"));
}

TEST_CASE("PluginPool: lessons") {
  World world({"packs_for_tests", "hostile"});
  CHECK(world.status(packs).learns);
  CHECK_FALSE(world.status(hostile).learns);
  world.pool->learn(packs, {"report-1", "Title", "Text", {"tag"}, {}});
  CHECK(world.values.wait_for(packs + "/learned", "report-1tag"));
  world.pool->forget(packs, "report-1");
  CHECK(world.values.wait_for(packs + "/forgotten", "report-1"));
}

TEST_CASE("PluginPool: a later folder's plugin of the same id wins, and gives way when it goes") {
  Folder ours;
  ours.install("hostile", "hostile");
  World world({},
              [&](PoolOptions& options) { options.folders.insert(options.folders.begin(), ours.plugins()); });
  CHECK(world.say(hostile, {"x"}).findings.at(0).message == "1.0.0");
  world.folder.install("hostile_next", "other-name");
  REQUIRE(world.wait_for(hostile, [](const auto& status) { return status.version == "2.0.0"; }));
  CHECK(world.say(hostile, {"x"}).findings.at(0).message == "2.0.0");
  fs::remove(world.folder.plugins() / "other-name.so");
  REQUIRE(world.wait_for(hostile, [](const auto& status) {
    return status.version == "1.0.0" && status.state == PluginState::running;
  }));
  CHECK(world.say(hostile, {"x"}).findings.at(0).message == "1.0.0");
}

TEST_CASE("PluginPool: ends with checks under way, each answered once") {
  World world({"hostile"});
  auto busy = world.ask(hostile, {"hang"}, {}, "one");
  auto waiting = world.ask(hostile, {"hello"}, {}, "two");
  world.pool.reset();
  REQUIRE(busy.wait_for(0s) == std::future_status::ready);
  CHECK(busy.get().outcome == Outcome::unavailable);
  CHECK(waiting.get().outcome == Outcome::unavailable);
}

TEST_CASE("PluginPool: a file whose name cannot be shown is listed under one that can, and not used") {
  World world({"packs_for_tests", "hostile"});
  const fs::path odd = world.folder.plugins() / "a\xff\n.so";
  fs::copy_file(world.folder.plugins() / "hostile.so", odd);
  REQUIRE(world.wait_for("a%FF%0A", [](const auto& status) { return status.state == PluginState::refused; }));
  CHECK(world.status("a%FF%0A").library == world.folder.plugins() / "a%FF%0A.so");
  CHECK(world.status("a%FF%0A").name == "a%FF%0A");
  CHECK(world.status("a%FF%0A").reason.find("file name") != std::string::npos);
  CHECK(world.say("a%FF%0A", {"x"}).outcome == Outcome::unavailable);
  // Switched off and on it is what it was, and it goes with its file.
  world.pool->switch_on("a%FF%0A", false);
  REQUIRE(world.wait_for("a%FF%0A", [](const auto& status) { return status.state == PluginState::stopped; }));
  world.pool->switch_on("a%FF%0A", true);
  REQUIRE(world.wait_for("a%FF%0A", [](const auto& status) { return status.state == PluginState::refused; }));
  fs::remove(odd);
  REQUIRE(world.wait_for("a%FF%0A", [](const auto& status) { return status.removed; }));

  for (const char* name : {"b\xff.toml", "b\n.toml", "b\xc2\x85.toml", "b\x7f.toml", "über uns.toml"})
    world.folder.write_pack(name, "text");
  const auto all = [](const auto& status) {
    return status.refused_packs.size() == 4 && status.generation > 1;
  };
  REQUIRE(world.wait_for(packs, all));
  for (const char* name : {"b%FF.toml", "b%0A.toml", "b%C2%85.toml", "b%7F.toml"})
    CHECK(world.status(packs).refused_packs.contains(name));
  const auto found = world.say(packs, {"x"}).findings;
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == "über uns.toml");
  CHECK(world.status(hostile).refused_packs.empty());
  // Gone, they are forgotten.
  for (const auto& file : fs::directory_iterator(world.folder.packs_folder()))
    if (file.path().filename().string()[0] == 'b') fs::remove(file.path());
  CHECK(world.wait_for(packs, [](const auto& status) { return status.refused_packs.empty(); }));
}
