#include "server/checks/pool/settings_trial.h"

#include <functional>

#include <catch2/catch.hpp>

using assay::checks::Packs;
using assay::checks::SettingsTrial;

namespace {

// A plugin that refuses any set with a text that contains "bad", and counts how often it was asked.
struct Plugin {
  int asked = 0;
  Packs stands;
  SettingsTrial run(Packs in_force, Packs wanted, bool fresh) {
    SettingsTrial trial(std::move(in_force), std::move(wanted), fresh);
    while (const Packs* next = trial.next()) {
      ++asked;
      const Packs tried = *next;
      std::string reason;
      for (const auto& [file, text] : tried)
        if (text.find("bad") != std::string::npos) reason = file + ": bad";
      if (reason.empty()) stands = tried;
      trial.result(reason.empty(), reason);
      REQUIRE(asked < 100);
    }
    return trial;
  }
};

struct Case {
  const char* name;
  Packs in_force, wanted;
  bool fresh;
  Packs after;
  std::vector<std::string> refused;
  int asked;
};

const Case cases[] = {
    {"nothing changed", {{"a", "1"}}, {{"a", "1"}}, false, {{"a", "1"}}, {}, 0},
    {"first start without packs", {}, {}, true, {}, {}, 1},
    {"first start", {}, {{"a", "1"}, {"b", "2"}}, true, {{"a", "1"}, {"b", "2"}}, {}, 1},
    {"first start with one broken", {}, {{"a", "1"}, {"b", "bad"}}, true, {{"a", "1"}}, {"b"}, 4},
    {"all well changed", {{"a", "1"}}, {{"a", "2"}, {"b", "3"}}, false, {{"a", "2"}, {"b", "3"}}, {}, 1},
    {"one broken keeps its text before",
     {{"a", "1"}, {"b", "2"}},
     {{"a", "bad"}, {"b", "3"}},
     false,
     {{"a", "1"}, {"b", "3"}},
     {"a"},
     3},
    {"taken away", {{"a", "1"}, {"b", "2"}}, {{"b", "2"}}, false, {{"b", "2"}}, {}, 1},
    {"taken away beside a broken one",
     {{"a", "1"}, {"b", "2"}},
     {{"b", "bad"}},
     false,
     {{"b", "2"}},
     {"b"},
     3},
    {"a new version takes what was in force", {{"a", "1"}}, {{"a", "bad"}}, true, {{"a", "1"}}, {"a"}, 3},
    {"a new version refuses what was in force",
     {{"a", "was good, is bad"}, {"b", "1"}},
     {{"a", "bad"}, {"b", "2"}},
     true,
     {{"b", "2"}},
     {"a"},
     5},
};

}  // namespace

TEST_CASE("SettingsTrial: which packs are in force afterwards") {
  for (const auto& c : cases) {
    INFO(c.name);
    Plugin plugin;
    const auto trial = plugin.run(c.in_force, c.wanted, c.fresh);
    CHECK(trial.in_force() == c.after);
    CHECK_FALSE(trial.failed());
    std::vector<std::string> refused;
    for (const auto& [file, reason] : trial.refused()) refused.push_back(file);
    CHECK(refused == c.refused);
    CHECK(plugin.asked == c.asked);
    // What the plugin holds is what is said to be in force.
    if (plugin.asked > 0 && !plugin.stands.empty()) CHECK(plugin.stands == c.after);
  }
}

TEST_CASE("SettingsTrial: a plugin that takes nothing fails") {
  SettingsTrial trial({}, {{"a", "1"}}, true);
  int asked = 0;
  while (trial.next() != nullptr) {
    REQUIRE(++asked < 10);
    trial.result(false, "no");
  }
  CHECK(trial.failed());
  CHECK(trial.reason() == "no");
}
