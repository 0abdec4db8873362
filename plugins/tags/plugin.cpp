// The plugin `tags`: suggestions for the report's tags, learned from what its writers keep, type and refuse.
#include <algorithm>
#include <assay/plugin.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "plugins/tags/tagger.h"

namespace {

constexpr std::size_t suggested = 10;
constexpr float least_score = 0.2F;  // below it a suggestion only distracts
// Records that one check may learn again after a start or a forgotten report: some tens of milliseconds.
constexpr std::size_t patience = 100;

class HostStore final : public assay::tagging::Store {
 public:
  explicit HostStore(assay::Host host) : host_(host) {}
  std::optional<std::string> get(std::string_view key) override { return host_.get(key); }
  bool put(std::string_view key, std::string_view value) override {
    if (!host_.keeps()) return true;  // a run on files: nothing is to be kept
    host_.put(key, value);
    return true;
  }

 private:
  assay::Host host_;  // lives as long as the process
};

// What was learned is the plugin's, not a document's: one tagger for all instances of this process, made when
// it is first needed. If the store fails on the way, the next call begins again.
assay::tagging::Tagger& shared_tagger(assay::Host host) {
  struct Shared {
    explicit Shared(assay::Host from) : store(from), tagger(&store) { tagger.set_patience(patience); }
    HostStore store;
    assay::tagging::Tagger tagger;
  };
  static const auto shared = std::make_unique<Shared>(host);
  return shared->tagger;
}

bool is_words(const assay_block& block) {
  const std::string_view section = assay::Document::section(block);
  if (section.starts_with("head/") || section == "tags" || section.starts_with("tags/") ||
      section == "sources" || section == "changes")
    return false;
  // The heading of a section is the template's; the title of a hypothesis is the writers'.
  const bool bare = section.find('/') == std::string_view::npos;
  return block.kind != ASSAY_CODE && !(block.kind == ASSAY_HEADING && bare && !section.empty());
}

// The tags the report has: the keys of data.tags. Data that is not as promised has none.
std::vector<std::string> tags_of(std::string_view data) {
  std::vector<std::string> tags;
  const nlohmann::json parsed = nlohmann::json::parse(data, nullptr, false);
  if (!parsed.is_object()) return tags;
  const auto found = parsed.find("tags");
  if (found == parsed.end() || !found->is_object()) return tags;
  for (const auto& [tag, about] : found->items()) tags.push_back(tag);
  return tags;
}

class Tags {
 public:
  Tags(assay::Host host, std::string_view) : host_(host) {}

  void check(assay::Check& check) {
    const assay::Document& document = check.document();
    if (!document.language().empty() && !document.language().starts_with("en"))
      throw assay::Unsupported("tags are suggested for English alone");
    std::string title, text;
    for (const assay_block& block : document.blocks()) {
      const std::string_view words = document.text(block);
      if (assay::Document::section(block) == "head/title") title = words;
      if (!is_words(block)) continue;
      text += words;
      text += "\n\n";
    }
    if (document.blocks().empty()) text = document.text();
    check.stop_if_cancelled();
    const auto suggestions = shared_tagger(host_).suggest(title, text, suggested, tags_of(document.data()));
    for (const auto& suggestion : suggestions)
      if (suggestion.score >= least_score)
        check.suggestion("tag", suggestion.tag, suggestion.why, suggestion.score);
  }

  void learn(const assay::Lesson& lesson) {
    const std::vector<std::string> kept(lesson.kept.begin(), lesson.kept.end());
    const std::vector<std::string> refused(lesson.refused.begin(), lesson.refused.end());
    shared_tagger(host_).learn(lesson.report, lesson.title, lesson.text, kept, refused);
  }
  void forget(std::string_view report) { shared_tagger(host_).forget(report); }

 private:
  assay::Host host_;
};

}  // namespace

ASSAY_PLUGIN(Tags, .id = "tags", .name = "Tags", .version = "1.0.0", .capabilities = ASSAY_WANTS_DATA)
