// Findings from a plugin's process to REST and events, over real rooms; and what people say to them.
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "server/api/checked_report.h"

using namespace assay;
using namespace assay::server;
using namespace assay::server::api;

namespace {

// Appends words to the first paragraph of the first section, as somebody in the room.
void type(CheckedReport& checked, const std::string& words) {
  checked.server.rooms().write(
      checked.id, "anonymous", [&](crdt::Document& document, crdt::Transaction& transaction) {
        const auto section = std::get<crdt::TypeRef>(document.elements(document.root("default")).at(0));
        const auto paragraph = std::get<crdt::TypeRef>(document.elements(section).at(1));
        const auto text = std::get<crdt::TypeRef>(document.elements(paragraph).at(0));
        transaction.remove(text, 0, document.length(text));
        transaction.insert_text(text, 0, words);
      });
}

// What a listener at /events hears.
class Heard {
 public:
  explicit Heard(const HttpResponse& response) : stream_(response.events) {
    REQUIRE(stream_);
    stream_->subscribe([heard = heard_](const std::shared_ptr<const std::string>& event) {
      const std::lock_guard lock(heard->mutex);
      if (event)
        heard->events.push_back(Json::parse(*event));
      else
        heard->ended = true;
      heard->came.notify_all();
      return true;
    });
  }
  // One that fits and was not taken before.
  template <class Fits>
  Json wait_for(Fits fits) {
    std::unique_lock lock(heard_->mutex);
    auto& events = heard_->events;
    Json found;
    REQUIRE(heard_->came.wait_for(lock, std::chrono::seconds(30), [&] {
      const auto one = std::find_if(events.begin(), events.end(), fits);
      if (one == events.end()) return false;
      found = *one;
      events.erase(one);
      return true;
    }));
    return found;
  }
  void wait_for_end() {
    std::unique_lock lock(heard_->mutex);
    REQUIRE(heard_->came.wait_for(lock, std::chrono::seconds(30), [&] { return heard_->ended; }));
  }
  bool allowed() const { return stream_->allowed(); }

 private:
  struct Shared {  // the room may outlive the listener
    std::mutex mutex;
    std::condition_variable came;
    std::vector<Json> events;
    bool ended = false;
  };
  std::shared_ptr<const EventStream> stream_;
  std::shared_ptr<Shared> heard_ = std::make_shared<Shared>();
};

// The plugin says something of every block; these are about the words it is asked with.
Json opens(const Json& said) {
  Json found = Json::array();
  for (const auto& one : said["findings"])
    if (one["message"] == "not opened") found.push_back(one);
  return found;
}
std::size_t count(const Json& said) { return opens(said).size(); }

}  // namespace

TEST_CASE("findings of a report that nobody has open: it is opened, checked, and answered as final",
          "[findings]") {
  CheckedReport checked;
  const auto said = checked.findings();
  REQUIRE(count(said) == 1);
  const auto found = opens(said)[0];
  CHECK(found["plugin"] == "org.example.hostile");
  CHECK(found["rule"] == "word");
  CHECK(found["quote"] == "open");
  CHECK(found["anchor"]["before"] == "Bottom Line Up Front (BLUF)\n");
  CHECK(said["plugins"][0]["state"] == "running");
  const auto row = body_of(checked.ask("GET", ""));
  CHECK(row["findings"] == Json{{"errors", 0}, {"warnings", said["findings"].size()}, {"hints", 0}});
}

TEST_CASE("an edit is checked after a pause; events tell what changed", "[findings]") {
  CheckedReport checked("quiet");
  CHECK(count(checked.findings()) == 0);
  Heard heard(checked.ask("GET", "/events"));
  type(checked, "open");
  const auto message =
      heard.wait_for([](const Json& event) { return event["type"] == "findings" && count(event) > 0; });
  CHECK(opens(message)[0]["quote"] == "open");
  CHECK(message["final"] == true);
  type(checked, "mended");
  heard.wait_for([&](const Json& event) {
    return event["type"] == "findings" && event["revision"] > message["revision"] && count(event) == 0;
  });
  // Nothing that this plugin looks at.
  checked.server.rooms().write(checked.id, "anonymous",
                               [](crdt::Document& document, crdt::Transaction& transaction) {
                                 transaction.set(document.root("meta"), "marking", "TLP:GREEN");
                               });
  heard.wait_for([](const Json& event) { return event["type"] == "checked"; });
  CHECK(heard.allowed());
  CHECK(checked.ask("DELETE", "").status == 204);
  heard.wait_for_end();
  CHECK_FALSE(heard.allowed());
}

TEST_CASE("a plugin that dies leaves its findings, marked old, and checks again when it runs", "[findings]") {
  CheckedReport checked("open");
  REQUIRE(count(checked.findings()) == 1);
  Heard heard(checked.ask("GET", "/events"));
  type(checked, "crash");
  heard.wait_for(
      [](const Json& event) { return event["type"] == "plugin" && event["state"] == "restarting"; });
  heard.wait_for([](const Json& event) { return event["type"] == "findings" && event.contains("stale"); });
  type(checked, "open");
  const auto said = checked.findings_when(
      [](const Json& now) { return count(now) == 1 && !opens(now)[0].contains("stale"); });
  CHECK(opens(said)[0]["quote"] == "open");
}

TEST_CASE("a check that does not finish is told: who did not is named, the row does not know", "[findings]") {
  CheckedReport checked("fail");
  const auto unfinished = [](const Json& now) { return !now["unfinished"].empty(); };
  const auto said = checked.findings_when(unfinished, false);
  CHECK(said["unfinished"][0]["plugin"] == "org.example.hostile");
  CHECK(said["unfinished"][0]["reason"].get<std::string>().find("as asked") != std::string::npos);
  CHECK(body_of(checked.ask("GET", ""))["findings"].is_null());
  Heard heard(checked.ask("GET", "/events"));
  heard.wait_for([](const Json& event) {
    return event["type"] == "findings" && event.contains("stale") && event.contains("reason");
  });
  type(checked, "open");
  CHECK(checked.findings_when([](const Json& now) { return count(now) == 1; })["unfinished"].empty());
  CHECK_FALSE(body_of(checked.ask("GET", ""))["findings"].is_null());
}

TEST_CASE("what a plugin is not shown any more, because it ended it twice, is told", "[findings]") {
  CheckedReport checked("fine\nwell");
  Heard heard(checked.ask("GET", "/events"));
  const auto has = [](const char* member) {
    return [member](const Json& event) { return event["type"] == "findings" && event.contains(member); };
  };
  checked.findings();  // only what is typed next can be to blame
  type(checked, "crash");
  heard.wait_for(has("left_out"));
  const auto said = checked.findings_when([](const Json& now) { return !now["unfinished"].empty(); });
  CHECK(said["unfinished"][0]["reason"] == "one passage ended it twice, and is left out until it changes");
  CHECK(body_of(checked.ask("GET", ""))["findings"].is_null());
  type(checked, "open");
  CHECK(checked.findings_when([](const Json& now) { return count(now) == 1; })["unfinished"].empty());
}

TEST_CASE("a plugin that was stopped for its deaths is missed in every report", "[findings]") {
  auto options = hostile_plugin();
  options.pool.deaths_max = 1;
  CheckedReport checked("crash", std::move(options));
  const auto stopped = [](const Json& now) { return now["plugins"][0]["state"] == "stopped"; };
  const auto said = checked.findings_when(stopped, false);
  REQUIRE(said["unfinished"].size() == 1);
  CHECK(said["unfinished"][0]["reason"] == said["plugins"][0]["reason"]);
  CHECK(body_of(checked.ask("GET", ""))["findings"].is_null());
}

TEST_CASE("a panel reaches listeners", "[findings]") {
  CheckedReport checked("panel");
  const auto said = checked.findings();
  REQUIRE(said["panels"].size() == 1);
  CHECK(said["panels"][0]["data"] == Json{{"a", {1, 2}}});
}

TEST_CASE("ignoring here, in the report, and not any more", "[findings]") {
  CheckedReport checked("open\nopen");
  const auto said = checked.findings();
  REQUIRE(count(said) == 2);
  const auto here = body_of(
      checked.ask_json("POST", "/ignores", {{"finding", opens(said)[0]["id"]}, {"reason", "as agreed"}}));
  CHECK(here["scope"] == "here");
  CHECK(here["reason"] == "as agreed");
  const auto ignored = [](const Json& now, std::size_t i) { return opens(now)[i].contains("ignored"); };
  auto now = checked.findings_when([&](const Json& seen) { return ignored(seen, 0); });
  CHECK(opens(now)[0]["ignored"]["id"] == here["id"]);
  CHECK(body_of(checked.ask("GET", ""))["findings"]["warnings"] == said["findings"].size() - 1);
  CHECK(body_of(checked.ask("GET", "/ignores"))["ignores"].size() == 1);
  CHECK(checked.ask("DELETE", "/ignores?ignore=" + here["id"].get<std::string>()).status == 204);
  checked.findings_when([&](const Json& seen) { return !ignored(seen, 0); });
  checked.ask_json("POST", "/ignores", {{"finding", opens(said)[0]["id"]}, {"scope", "report"}});
  checked.findings_when([&](const Json& seen) { return ignored(seen, 0) && ignored(seen, 1); });
  CHECK(body_of(checked.ask("GET", ""))["findings"]["warnings"] == 0);  // all are of one rule
}

TEST_CASE("a plugin that is switched off says so, and what it found stays", "[findings]") {
  CheckedReport checked;
  REQUIRE(count(checked.findings()) == 1);
  Heard heard(checked.ask("GET", "/events"));
  CHECK(outcome_of(checked.server.send(as_administrator(
            ask_json("POST", "/api/plugins/org.example.hostile", {{"on", false}})))) == "200");
  heard.wait_for([](const Json& event) { return event["type"] == "plugin" && event["state"] == "stopped"; });
  heard.wait_for([](const Json& event) { return event["type"] == "findings" && event.contains("stale"); });
  CHECK(count(checked.findings()) == 1);
  checked.server.send(ask_json("POST", "/api/plugins/org.example.hostile", {{"on", true}}));
  heard.wait_for([](const Json& event) { return event["type"] == "plugin" && event["state"] == "running"; });
  heard.wait_for([](const Json& event) { return event["type"] == "findings" && !event.contains("stale"); });
}

TEST_CASE("plugins learn a report's tags; the trash makes them forget, and coming back learn again",
          "[findings]") {
  auto options = hostile_plugin();
  options.pool.folders = {ASSAY_TAGS_FOLDER};
  TestServer server(Access::Mode::none, std::move(options));
  const auto id = body_of(server.send(ask_text(
      "/api/reports",
      "A title\nPublished on: 2025-10-09\n1. Bottom Line Up Front (BLUF)\nThe strike closed the port.\n"
      "7. Thematic Tags\nports, strikes\n")))["id"]
                      .get<std::string>();
  const auto learned = [&] { return !server.store.records("learned", id).empty(); };
  const auto wait_for = [](const auto& condition) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::yield();
    return condition();
  };
  CHECK_FALSE(learned());
  while (!body_of(server.send(ask("GET", "/api/reports/" + id + "/findings")))["final"].get<bool>()) {
  }
  REQUIRE(wait_for(learned));
  CHECK(wait_for([&] { return !server.store.records("plugin-kv", "tags/").empty(); }));
  CHECK(server.send(ask("DELETE", "/api/reports/" + id)).status == 204);
  CHECK(wait_for([&] { return !learned(); }));
  CHECK(server.send(ask("POST", "/api/reports/" + id + "/restore")).status == 200);
  CHECK(wait_for(learned));
}

TEST_CASE(
    "without accounts, whoever is at this machine looks after plugins and packs; code takes the control "
    "socket",
    "[findings]") {
  TestServer server(Access::Mode::none);
  const auto put = [&](const char* target, const std::string& bytes) {
    auto request = ask("PUT", target);
    request.headers.emplace_back("content-type", "application/octet-stream");
    request.body = bytes;
    return request;
  };
  CHECK(server.send(ask("GET", "/api/plugins")).status == 200);
  CHECK(server.send(ask("POST", "/api/plugins/reload")).status == 200);
  CHECK(server.send(put("/api/packs/mine.toml", "[pack]")).status == 202);
  CHECK(server.send(ask("DELETE", "/api/packs/mine.toml")).status == 204);
  CHECK(server
            .send(put("/api/plugins/mine.so",
                      "\x7f"
                      "ELF"))
            .status == 403);
  CHECK(server
            .send(as_administrator(put("/api/plugins/mine.so",
                                       "\x7f"
                                       "ELF")))
            .status == 202);
  CHECK(server.send(ask("DELETE", "/api/plugins/mine.so")).status == 403);
}

TEST_CASE("a rule pack is listed by the name that it is refused by, also where its file name is no text",
          "[findings]") {
  TestServer server(Access::Mode::none);
  std::filesystem::create_directories(server.folder() / "packs");
  for (const char* name : {"a\n\xff.toml", "of our house.toml"})
    std::ofstream(server.folder() / "packs" / name) << "";
  const auto packs = body_of(server.send(ask("GET", "/api/plugins")))["packs"];
  REQUIRE(packs.size() == 2);
  CHECK(packs[0]["file"] == "a%0A%FF.toml");
  CHECK(packs[1]["file"] == "of our house.toml");
}
