#include "server/checks/report_view.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include <assay/plugin.h>
#include "server/checks/any_json.h"
#include "server/checks/utf.h"
#include "server/reports/block.h"
#include "server/reports/numbering.h"

namespace assay::checks {
namespace {

using crdt::Document;
using crdt::TypeKind;
using crdt::TypeRef;
using Json = nlohmann::ordered_json;

constexpr std::string_view embedded = "\uFFFC";
constexpr std::string_view outlet_mark = " – ";
constexpr std::size_t text_bytes_max = 0xFFFF'FFFFu;

std::string string_of(const std::optional<crdt::Element>& element) {
  const auto* value = element ? std::get_if<crdt::Any>(&*element) : nullptr;
  const auto* text = value ? value->get_if<std::string>() : nullptr;
  return text ? *text : std::string();
}

std::uint64_t mix(std::uint64_t hash, std::string_view bytes) {
  constexpr std::uint64_t prime = 0x100000001b3;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * prime;
  return (hash ^ bytes.size()) * prime;
}
constexpr std::uint64_t hash_start = 0xcbf29ce484222325;

// What surrounds a block on the way down.
struct Around {
  std::string section_id;
  std::string key;  // of View's sections
  std::uint32_t kind = ASSAY_PARAGRAPH;
  std::uint32_t depth = 0;                                      // of lists
  enum class In { other, section, hypothesis } in = In::other;  // what it is a child of
};

class Walk {
 public:
  Walk(const Document& from, ReportView& to, View& view) : from_(from), to_(to), view_(view) {}

  void header() {
    const auto meta = from_.find_root("meta");
    if (!meta) return;
    const auto text = [&](std::string_view key) { return string_of(from_.get(*meta, key)); };
    std::string title = text("title");
    if (const auto outlet = text("outlet"); !outlet.empty() && !title.empty())
      title += std::string(outlet_mark) + outlet;
    field("title", "head/title", ASSAY_HEADING, 1, title, "meta:title");
    field("published", "head/published", ASSAY_PARAGRAPH, 0, text("published"), "meta:published");
    field("reportTitle", "head/reportTitle", ASSAY_PARAGRAPH, 0, text("reportTitle"), "meta:reportTitle");
    view_.language = text("language");
    const auto source = from_.get(*meta, "source");
    const auto* object = source ? std::get_if<crdt::Any>(&*source) : nullptr;
    const auto* kept = object ? object->member("kept") : nullptr;
    const auto* ids = kept ? kept->get_if<crdt::AnyArray>() : nullptr;
    for (std::size_t i = 0; ids && i < ids->size(); ++i)
      if (const auto* id = (*ids)[i].get_if<std::string>()) kept_numbers_.insert(*id);
  }

  void body(const std::vector<std::string>& tags) {
    tags_ = &tags;
    if (const auto text = from_.find_root("default")) children(*text, {});
    tag_blocks();
  }

  Json hypotheses = Json::array(), scenarios = Json::array(), sections = Json::array();

 private:
  void children(TypeRef parent, const Around& around) {
    bool hypothesis_before = false;
    for (const auto& element : from_.elements(parent)) {
      const auto* child = std::get_if<TypeRef>(&element);
      if (!child || from_.kind(*child) != TypeKind::xml_element) continue;
      const std::string name = from_.node_name(*child);
      const bool judgement = hypothesis_before && around.key == "hypotheses" && name != "heading";
      node(*child, name, around, judgement);
      hypothesis_before = hypothesis_before || name == "hypothesis";
    }
  }

  void node(TypeRef element, const std::string& name, const Around& around, bool judgement) {
    if (name == "paragraph" || name == "heading" || name == "codeBlock") {
      if (!judgement) return block(element, name, around);
      Around below = around;
      below.key = "hypotheses/judgement";
      return block(element, name, below);
    }
    if (name == "tagList") return tag_blocks();
    Around below = around;
    below.in = Around::In::other;
    if (judgement && name != "hypothesis") below.key = "hypotheses/judgement";
    if (name == "section") {
      const auto role = server::reports::parse_section_role(attribute(element, "role"));
      below = {attribute(element, "id"),
               std::string(to_string(role.value_or(server::reports::SectionRole::custom))), ASSAY_PARAGRAPH,
               0, Around::In::section};
      sections.push_back({{"role", below.key}, {"id", below.section_id}});
    } else if (name == "hypothesis") {
      below.key = "hypotheses/statement";
      below.in = Around::In::hypothesis;
      hypotheses.push_back({{"id", attribute(element, "id")}, {"title", ""}, {"span", {0, 0}}});
    } else if (name == "assumptionList") {
      const auto kind = server::reports::parse_assumption_kind(attribute(element, "kind"));
      below.key =
          "assumptions/" + std::string(to_string(kind.value_or(server::reports::AssumptionKind::assumption)));
    } else if (name == "scenario") {
      return scenario(element, below);
    } else if (name == "bulletList" || name == "orderedList") {
      ++below.depth;
      below.kind = ASSAY_LIST_ITEM;
      if (around.key == "assumptions" && around.in == Around::In::section)
        below.key = "assumptions/assumption";
    } else if (name == "blockquote") {
      below.kind = ASSAY_QUOTE;
    } else if (name == "tableCell" || name == "tableHeader") {
      below.kind = ASSAY_TABLE_CELL;
    }
    children(element, below);
  }

  void scenario(TypeRef element, Around below) {
    using server::reports::ScenarioCase;
    const auto which =
        server::reports::parse_scenario_case(attribute(element, "case")).value_or(ScenarioCase::likely);
    below.key = "recommendations/scenario." + std::string(to_string(which));
    const std::size_t first = view_.blocks.size();
    children(element, below);
    std::string label = attribute(element, "label");
    if (label.empty()) label = default_label(which);
    Json entry{{"case", to_string(which)},
               {"likelihood", attribute(element, "likelihood")},
               {"label", std::move(label)},
               {"block", ""},
               {"span", {view_.text.size(), view_.text.size()}}};
    if (first < view_.blocks.size()) {
      const auto& block = view_.blocks[first];
      entry["block"] = std::to_string(block.id);
      entry["span"] = {block.span.begin, block.span.end};
    }
    scenarios.push_back(std::move(entry));
  }

  void block(TypeRef element, const std::string& name, const Around& around) {
    BlockPlace place;
    place.id = attribute(element, "id");
    place.section = around.section_id;
    ViewBlock block;
    block.kind = around.kind;
    block.level = around.depth;
    block.section = around.key;
    if (name == "heading") {
      block.kind = ASSAY_HEADING;
      block.level = level(element);
      if (around.in == Around::In::hypothesis) block.section = "hypotheses/title";
      if (around.in == Around::In::section && kept_numbers_.contains(place.id))
        if (const auto marker = server::reports::split_number(attribute(element, "marker")))
          sections.back()["number"] = marker->number;
    } else if (name == "codeBlock") {
      block.kind = ASSAY_CODE;
      block.level = 0;
    }
    begin(block, place);
    std::uint64_t index = 0;
    for (const auto& child : from_.elements(element)) {
      if (const auto* type = std::get_if<TypeRef>(&child)) inline_child(element, *type, index);
      ++index;
    }
    std::string key = place.id;
    if (key.empty()) {
      const auto item = from_.item_of(element).value_or(crdt::ItemId{});
      key = "item:" + std::to_string(item.client.value) + "/" + std::to_string(item.clock.value);
    }
    end(std::move(block), std::move(place), key);
    if (block_in_title(around, name)) {
      const auto& written = view_.blocks.back();
      hypotheses.back()["title"] =
          view_.text.substr(written.span.begin, written.span.end - written.span.begin);
      hypotheses.back()["span"] = {written.span.begin, written.span.end};
    }
  }

  // The first heading of a hypothesis is its title.
  bool block_in_title(const Around& around, const std::string& name) const {
    return around.in == Around::In::hypothesis && name == "heading" && !hypotheses.empty() &&
           hypotheses.back()["title"].get_ref<const std::string&>().empty();
  }

  void inline_child(TypeRef parent, TypeRef child, std::uint64_t index) {
    const auto kind = from_.kind(child);
    if (kind == TypeKind::xml_text || kind == TypeKind::text) {
      std::string words = from_.text(child);
      if (utf16_units(words) != from_.length(child)) words = with_embeds(child);
      run(words, {{}, child, false, 0});
    } else if (kind == TypeKind::xml_element) {
      run(atom_text(child), {{}, parent, true, index});
    }
  }

  std::string with_embeds(TypeRef text) const {
    std::string words;
    from_.visit_delta(text, [&](const crdt::DeltaRun& part) {
      const auto* insert = std::get_if<std::string>(&part.insert);
      words += insert ? std::string_view(*insert) : embedded;
    });
    return words;
  }

  std::string atom_text(TypeRef element) const {
    const std::string name = from_.node_name(element);
    if (name == "hardBreak") return "\n";
    std::string label = attribute(element, "label");
    if (name != "confidence" || !label.empty()) return label;
    using server::reports::ConfidenceLevel;
    const auto chosen = server::reports::parse_confidence_level(attribute(element, "level"));
    return std::string(default_label(chosen.value_or(ConfidenceLevel::moderate)));
  }

  void run(std::string_view words, ViewRun run) {
    if (words.size() > text_bytes_max - view_.text.size()) return;  // a span could not name it
    run.span.begin = here();
    view_.text += words;
    run.span.end = here();
    if (run.span.begin < run.span.end) to_.runs.push_back(run);
  }

  // ---- Fields

  void field(const char* name, const char* section, std::uint32_t kind, std::uint32_t level,
             const std::string& words, const std::string& key) {
    if (words.empty()) return;
    ViewBlock block;
    block.kind = kind;
    block.level = level;
    block.section = section;
    BlockPlace place;
    place.field = name;
    begin(block, place);
    view_.text += words;
    end(std::move(block), std::move(place), key);
  }

  void tag_blocks() {
    if (!tags_) return;
    for (const auto& tag : *std::exchange(tags_, nullptr))
      field("tags", "tags/tag", ASSAY_LIST_ITEM, 1, tag, "tag:" + tag);
  }

  // ---- Blocks

  std::uint32_t here() const { return static_cast<std::uint32_t>(view_.text.size()); }

  void begin(ViewBlock& block, BlockPlace& place) {
    if (!view_.blocks.empty()) view_.text += '\n';
    block.span.begin = here();
    place.first_run = static_cast<std::uint32_t>(to_.runs.size());
  }

  void end(ViewBlock block, BlockPlace place, std::string_view key) {
    block.span.end = here();
    place.runs = static_cast<std::uint32_t>(to_.runs.size()) - place.first_run;
    block.id = id_number(key);
    // An id that a merge doubled names the first of the two.
    const auto index = static_cast<std::uint32_t>(view_.blocks.size());
    for (unsigned again = 2; !to_.by_id.emplace(block.id, index).second; ++again)
      block.id = mix(id_number(key), std::to_string(again));
    place.stamp = mix(mix(hash_start, std::string_view(view_.text).substr(block.span.begin)), block.section) +
                  block.kind * 31 + block.level;
    view_.blocks.push_back(std::move(block));
    to_.places.push_back(std::move(place));
  }

  std::string attribute(TypeRef element, std::string_view name) const {
    return string_of(from_.get(element, name));
  }
  std::uint32_t level(TypeRef element) const {
    const auto got = from_.get(element, "level");
    const auto* value = got ? std::get_if<crdt::Any>(&*got) : nullptr;
    const auto* number = value ? value->get_if<double>() : nullptr;
    constexpr double level_max = 6;
    return number && *number >= 1 && *number <= level_max ? static_cast<std::uint32_t>(*number) : 2;
  }

  const Document& from_;
  ReportView& to_;
  View& view_;
  const std::vector<std::string>* tags_ = nullptr;
  std::unordered_set<std::string> kept_numbers_;  // ids of blocks whose number is as written
};

std::vector<std::string> tags_in_order(const Document& document) {
  const auto map = document.find_root("tags");
  if (!map) return {};
  std::vector<std::pair<double, std::string>> ordered;
  for (const auto& [tag, element] : document.entries(*map)) {
    double order = 1e300;
    if (const auto* entry = std::get_if<TypeRef>(&element)) {
      const auto got = document.get(*entry, "order");
      const auto* value = got ? std::get_if<crdt::Any>(&*got) : nullptr;
      const auto* number = value ? value->get_if<double>() : nullptr;
      if (number && *number == *number) order = *number;
    }
    ordered.emplace_back(order, tag);
  }
  std::sort(ordered.begin(), ordered.end());
  std::vector<std::string> tags;
  for (auto& [order, tag] : ordered) tags.push_back(std::move(tag));
  return tags;
}

std::string dumped(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

// `"meta": {...}, "entities": {...}, ...`, without braces around.
std::string maps_json(const Document& document) {
  std::string json;
  for (const char* name : {"meta", "entities", "tags", "evidence", "ratings"}) {
    std::string members;
    if (const auto root = document.find_root(name)) {
      for (const auto& [key, element] : document.entries(*root)) {
        const auto* type = std::get_if<TypeRef>(&element);
        const auto* value = std::get_if<crdt::Any>(&element);
        if ((!type && !value) || (std::string_view(name) == "meta" && key == "source")) continue;
        if (!members.empty()) members += ',';
        members += dumped(key) + ':' + dumped(any_to_json(type ? document.to_any(*type) : *value));
      }
    }
    if (!json.empty()) json += ',';
    json += dumped(name) + ":{" + members + '}';
  }
  return json;
}

bool field_block(const ReportView& view, std::size_t block) { return !view.places[block].field.empty(); }

}  // namespace

std::uint64_t id_number(std::string_view id) { return mix(hash_start, id); }

std::optional<std::size_t> ReportView::block_at(std::uint32_t byte) const {
  const auto& blocks = view->blocks;
  const auto after = std::upper_bound(blocks.begin(), blocks.end(), byte,
                                      [](std::uint32_t at, const ViewBlock& b) { return at < b.span.begin; });
  if (after == blocks.begin()) return std::nullopt;
  const auto found = std::prev(after);
  if (byte > found->span.end) return std::nullopt;
  return static_cast<std::size_t>(found - blocks.begin());
}

std::optional<std::size_t> ReportView::block_of(std::uint64_t id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? std::nullopt : std::optional<std::size_t>(found->second);
}

ReportView make_report_view(const Document& document, std::uint64_t revision, const ReportView* before,
                            Changed changed) {
  ReportView made;
  auto view = std::make_shared<View>();
  view->revision = revision;
  if (before) {
    view->text.reserve(before->view->text.size() + 256);
    view->blocks.reserve(before->view->blocks.size() + 4);
    made.places.reserve(before->places.size() + 4);
    made.runs.reserve(before->runs.size() + 4);
  }
  made.maps = before && !changed.maps ? before->maps : maps_json(document);
  Walk walk(document, made, *view);
  walk.header();
  const auto tags = tags_in_order(document);
  walk.body(tags);
  constexpr auto replace = Json::error_handler_t::replace;
  view->data = "{" + made.maps + ",\"hypotheses\":" + walk.hypotheses.dump(-1, ' ', false, replace) +
               ",\"sections\":" + walk.sections.dump(-1, ' ', false, replace) +
               ",\"scenarios\":" + walk.scenarios.dump(-1, ' ', false, replace) + "}";
  made.view = std::move(view);
  return made;
}

std::optional<crdt::RelativePosition> position_at(const Document& document, const ReportView& view,
                                                  std::uint32_t byte, Edge edge) {
  const auto& runs = view.runs;
  const auto found =
      edge == Edge::start
          ? std::upper_bound(runs.begin(), runs.end(), byte,
                             [](std::uint32_t at, const ViewRun& run) { return at < run.span.end; })
          : std::lower_bound(runs.begin(), runs.end(), byte,
                             [](const ViewRun& run, std::uint32_t at) { return run.span.end < at; });
  if (found == runs.end()) return std::nullopt;
  const auto& [span, type, atom, index] = *found;
  const bool inside = edge == Edge::start ? span.begin <= byte : span.begin < byte;
  if (!inside) return std::nullopt;
  const std::int64_t side = edge == Edge::start ? 0 : -1;
  const std::uint64_t at =
      atom ? index + (edge == Edge::end)
           : utf16_units(std::string_view(view.view->text).substr(span.begin, byte - span.begin));
  if (at > document.length(type)) return std::nullopt;
  return crdt::relative_position(document, type, at, side);
}

std::string words_before(const ReportView& view, std::uint32_t byte, std::size_t units) {
  auto block = view.block_at(byte);
  std::string words;
  const std::string_view text = view.view->text;
  while (block && utf16_units(words) < units) {
    if (!field_block(view, *block)) {
      const auto begin = view.view->blocks[*block].span.begin;
      words = std::string(text.substr(begin, byte - begin)) + words;
    }
    if (*block == 0) break;
    --*block;
    if (!field_block(view, *block)) {
      words = "\n" + words;
      byte = view.view->blocks[*block].span.end;
    }
  }
  return std::string(last_units(words, units));
}

std::string words_after(const ReportView& view, std::uint32_t byte, std::size_t units) {
  auto block = view.block_at(byte);
  std::string words;
  const std::string_view text = view.view->text;
  while (block && utf16_units(words) < units) {
    if (!field_block(view, *block)) words += text.substr(byte, view.view->blocks[*block].span.end - byte);
    if (++*block == view.view->blocks.size()) break;
    if (!field_block(view, *block)) {
      words += '\n';
      byte = view.view->blocks[*block].span.begin;
    }
  }
  return std::string(first_units(words, units));
}

}  // namespace assay::checks
