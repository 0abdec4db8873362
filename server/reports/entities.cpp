#include "server/reports/entities.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "server/reports/labels.h"
#include "server/reports/lines.h"
#include "server/reports/sentences.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t entities_max = 500;
constexpr std::size_t name_bytes_max = 160;

constexpr std::array<std::string_view, 24> person_titles{
    "minister ",  "prime minister ", "president ",  "captain ", "general ",   "colonel ",
    "admiral ",   "major ",          "dr ",         "dr. ",     "mr ",        "mr. ",
    "mrs ",       "mrs. ",           "ms ",         "ms. ",     "professor ", "senator ",
    "secretary ", "ambassador ",     "chancellor ", "king ",    "director ",  "sheikh "};
constexpr std::array<std::string_view, 4> listing_verbs{" include ", " includes ", " are ", " including "};

// "Individuals", "Organisations:", "Places": what follows is of that type.
std::string type_named(std::string_view label) {
  const std::string folded = fold(label);
  const auto says = [&](std::string_view word) { return folded.find(word) != std::string::npos; };
  if (says("organi") || says("compan") || says("agenc") || says("institution")) return "organisation";
  if (says("place") || says("location") || says("countr")) return "place";
  if (says("individual") || says("person") || says("people")) return "person";
  return {};
}

std::string_view without_article(std::string_view name) {
  for (const std::string_view article : {"the ", "a ", "an ", "and "})
    if (starts_with_folded(name, article)) name.remove_prefix(article.size());
  return trim(name);
}

class EntityFinder {
 public:
  void block(const Block& block) {
    switch (block.kind) {
      case NodeKind::heading:
        type_ = type_named(plain(block.words));
        return;
      case NodeKind::paragraph:
        return paragraph(plain(block.words));
      case NodeKind::list_item:
        return item(block);
      default:
        for (const auto& child : block.blocks) this->block(child);
    }
  }
  std::vector<Entity> take() { return std::move(entities_); }

 private:
  void paragraph(std::string_view text) {
    if (const auto label = parse_plain_label(text, 'L'); label && !type_named(label->label).empty()) {
      type_ = type_named(label->label);
      return names(label->statement);
    }
    for (const auto sentence : split_sentences(text)) listing(sentence);
  }

  // "Key entities include the A, B, and the C."
  void listing(std::string_view sentence) {
    const std::string folded = fold(sentence);
    if (folded.starts_with("no ") || folded.starts_with("none")) return;
    for (const auto verb : listing_verbs) {
      const std::size_t at = folded.find(verb);
      if (at == std::string::npos) continue;
      std::string before = type_named(sentence.substr(0, at));
      if (!before.empty() && folded.find("entit") == std::string::npos) std::swap(type_, before);
      names(sentence.substr(at + verb.size()));
      return;
    }
  }

  void item(const Block& block) {
    for (const auto& child : block.blocks) {
      if (child.kind != NodeKind::paragraph) {
        this->block(child);
        continue;
      }
      const std::string text = plain(child.words);
      std::string_view name = text;
      if (const auto label = parse_plain_label(text, 'L')) {
        if (const auto type = type_named(label->label); !type.empty() && !label->statement.empty()) {
          type_ = type;
          names(label->statement);
          continue;
        }
        name = label->label;
      }
      for (const std::string_view mark : {" – ", " — ", " - ", " (", ", "})
        name = name.substr(0, name.find(mark));
      add(name);
    }
  }

  void names(std::string_view list) {
    list = trim(list);
    if (list.ends_with('.')) list.remove_suffix(1);
    for (std::size_t at = 0; at <= list.size();) {
      const std::size_t end = std::min(list.find_first_of(",;", at), list.size());
      std::string_view name = list.substr(at, end - at);
      at = end + 1;
      if (at > list.size())  // the last one may hold two: "A and B"
        if (const std::size_t both = name.find(" and "); both != std::string_view::npos) {
          add(name.substr(0, both));
          name.remove_prefix(both + 5);
        }
      add(name);
    }
  }

  void add(std::string_view name) {
    name = trim(name);
    if (name.ends_with('.')) name.remove_suffix(1);
    name = without_article(name);
    if (name.empty() || name.size() > name_bytes_max || entities_.size() == entities_max) return;
    if (!seen_.insert(std::string(name)).second) return;
    const bool person = std::any_of(person_titles.begin(), person_titles.end(),
                                    [&](std::string_view title) { return starts_with_folded(name, title); });
    entities_.push_back({{}, std::string(name), person ? "person" : type_.empty() ? "organisation" : type_});
  }

  std::vector<Entity> entities_;
  std::unordered_set<std::string> seen_;
  std::string type_;
};

}  // namespace

std::vector<Entity> find_entities(const std::vector<Block>& blocks) {
  EntityFinder finder;
  for (const auto& section : blocks) {
    if (section.kind != NodeKind::section || section.role != SectionRole::entities) continue;
    // The section's own heading says both persons and entities: no type.
    const bool titled = !section.blocks.empty() && section.blocks[0].kind == NodeKind::heading;
    for (std::size_t i = titled; i < section.blocks.size(); ++i) finder.block(section.blocks[i]);
  }
  return finder.take();
}

}  // namespace assay::server::reports
