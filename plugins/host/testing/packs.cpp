// A plugin for tests only: takes rule packs, refuses those that say "broken", and reports each of those it
// holds, or ends on one that says "deadly".
#include <cstdlib>
#include <nlohmann/json.hpp>

#include <assay/plugin.hpp>

namespace {

class Packs {
 public:
  Packs(assay::Host host, std::string_view settings)
      : host_(host), settings_(nlohmann::json::parse(settings)) {
    for (const auto& pack : settings_.at("packs")) {
      const std::string text = pack.at("text");
      if (text.find("broken") != std::string::npos)
        throw assay::BadSettings(pack.at("file").get<std::string>() + ":1: it is broken");
    }
  }
  void check(assay::Check& check) {
    for (const auto& pack : settings_.at("packs")) {
      if (pack.at("text") == "deadly") std::abort();
      check.finding({.span = {0, 0}, .rule = pack.at("file"), .message = pack.at("text")});
    }
  }
  void learn(const assay::Lesson& lesson) {
    host_.put("learned", std::string(lesson.report) + std::string(lesson.kept.at(0)));
  }
  void forget(std::string_view report) { host_.put("forgotten", report); }

 private:
  assay::Host host_;
  nlohmann::json settings_;
};

}  // namespace

ASSAY_PLUGIN(Packs, .id = "org.example.packs", .name = "Packs", .version = "1.0.0",
             .settings_schema = R"({"type": "object", "properties": {"packs": {"type": "array"}}})")
