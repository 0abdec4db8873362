// The plugin `redflags`: rule packs and the rules in C++, behind the plugin contract.
//
// It does not declare ASSAY_INCREMENTAL: what a rule on the whole report says of a block may change when
// another block does, so every answer is complete. The work is incremental all the same: see checker.h.
#include <assay/plugin.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "plugins/redflags/checker.h"

namespace assay::redflags {
namespace {

constexpr const char* settings_schema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "packs": {
      "title": "Rule packs", "type": "array", "maxItems": 1000,
      "items": {"type": "object", "required": ["file", "text"],
        "properties": {"file": {"type": "string"}, "text": {"type": "string"}}}
    },
    "off": {"title": "Rules that are off", "type": "array", "items": {"type": "string"}},
    "profile": {"title": "Profile", "enum": ["core", "strict"], "default": "strict",
      "description": "core: errors and warnings alone. strict: hints as well."}
  }
})";

struct Settings {
  std::vector<PackText> packs;
  Choice choice;
};

Settings parse_settings(std::string_view text) {
  Settings settings;
  if (text.empty()) return settings;
  const auto root = nlohmann::json::parse(text, nullptr, false);
  if (root.is_null()) return settings;
  if (!root.is_object()) throw BadSettings("the settings are no JSON object");
  const auto string_of = [](const nlohmann::json& value, const char* what) {
    if (!value.is_string()) throw BadSettings(std::string(what) + " is no text");
    return value.get<std::string>();
  };
  if (const auto packs = root.find("packs"); packs != root.end()) {
    if (!packs->is_array()) throw BadSettings("packs is no list");
    for (const auto& pack : *packs) {
      if (!pack.is_object() || !pack.contains("file") || !pack.contains("text"))
        throw BadSettings("a pack needs file and text");
      settings.packs.push_back(
          {string_of(pack["file"], "a pack's file"), string_of(pack["text"], "a pack's text")});
    }
  }
  if (const auto off = root.find("off"); off != root.end()) {
    if (!off->is_array()) throw BadSettings("off is no list of rules");
    for (const auto& rule : *off) settings.choice.off.insert(string_of(rule, "a rule in off"));
  }
  if (const auto profile = root.find("profile"); profile != root.end()) {
    const std::string name = string_of(*profile, "profile");
    if (name != "core" && name != "strict") throw BadSettings("profile is neither core nor strict");
    settings.choice.strict = name == "strict";
  }
  return settings;
}

// Rule sets that instances use now, by their packs. Instances may be made on any thread.
std::shared_ptr<const RuleSet> shared_rules(const std::vector<PackText>& packs) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<const RuleSet>> made;
  std::string key;
  for (const PackText& pack : packs)
    key += std::to_string(pack.file.size()) + ':' + pack.file + std::to_string(pack.text.size()) + ':' +
           pack.text;
  const std::lock_guard lock(mutex);
  std::erase_if(made, [](const auto& one) { return one.second.expired(); });
  if (const auto found = made.find(key); found != made.end())
    if (auto rules = found->second.lock()) return rules;
  PackError error;
  auto rules = RuleSet::make(packs, error);
  if (!rules) throw BadSettings(error.message);
  made[key] = rules;
  return rules;
}

}  // namespace

class RedFlags {
 public:
  RedFlags(Host, std::string_view text) : RedFlags(parse_settings(text)) {}

  void check(Check& check) {
    const Document& document = check.document();
    Checker::Input input{document.text(), {}, document.data()};
    input.blocks.reserve(document.blocks().size());
    for (const assay_block& block : document.blocks())
      input.blocks.push_back({block.id, document.text(block), Document::section(block), block.span.begin,
                              block.kind == ASSAY_HEADING, block.level});
    const auto findings = checker_.check(input, [&] { return check.cancelled(); });
    check.stop_if_cancelled();
    for (const Finding& finding : findings) report(check, finding);
  }

 private:
  explicit RedFlags(Settings settings) : checker_(shared_rules(settings.packs), std::move(settings.choice)) {}

  static void report(Check& check, const Finding& finding) {
    assay::Finding out;
    out.severity = static_cast<assay_severity>(finding.rule->severity);
    out.span = {finding.bytes.begin, finding.bytes.end};
    out.rule = finding.rule->id;
    out.message = finding.message;
    out.hint = finding.rule->hint;
    out.help_url = finding.rule->help;
    out.confidence = finding.rule->risk == "high" ? 0.6f : finding.rule->risk == "medium" ? 0.8f : 0.95f;
    if (finding.replacement)
      out.fixes.push_back(
          {"Replace with “" + *finding.replacement + "”", {{out.span, *finding.replacement}}});
    for (const RelatedPlace& place : finding.related)
      out.related.push_back({{place.bytes.begin, place.bytes.end}, place.message});
    check.finding(out);
  }

  Checker checker_;
};

}  // namespace assay::redflags

ASSAY_PLUGIN(assay::redflags::RedFlags, .id = "redflags", .name = "Red flags", .version = "1.0.0",
             .settings_schema = assay::redflags::settings_schema, .capabilities = ASSAY_WANTS_DATA)
