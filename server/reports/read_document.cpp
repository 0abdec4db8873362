// Document -> report: whatever any client made of it. Reads only what has the type it should have; the rest
// is its default.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <unordered_set>
#include <utility>

#include "server/reports/report.h"
#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

using crdt::Any;
using crdt::Element;
using crdt::TypeKind;
using crdt::TypeRef;

constexpr int level_max = 6;
constexpr int number_max = 999'999'999;

const Any* value_of(const std::optional<Element>& element) {
  return element ? std::get_if<Any>(&*element) : nullptr;
}

std::optional<std::string> string_of(const Any* value) {
  const auto* text = value ? value->get_if<std::string>() : nullptr;
  return text ? std::optional(*text) : std::nullopt;
}

// A number within bounds, as number or in digits; `otherwise` for anything else.
int number_of(const Any* value, int least, int most, int otherwise) {
  const auto* number = value ? value->get_if<double>() : nullptr;
  if (!number || !std::isfinite(*number) || *number < least || *number > most) return otherwise;
  return static_cast<int>(*number);
}

bool is_one_line(std::string_view text) { return text.find_first_of("\r\n") == std::string_view::npos; }
bool is_eol(std::string_view text) { return text == "\n" || text == "\r\n" || text == "\r"; }
bool is_blank_lines(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool holds_words(NodeKind kind) {
  return kind == NodeKind::heading || kind == NodeKind::paragraph || kind == NodeKind::code_block;
}

// The name of a mark; the binding adds "--" and a hash where several of one kind may overlap.
std::string mark_name(std::string_view format) { return std::string(format.substr(0, format.find("--"))); }

class DocumentReader {
 public:
  DocumentReader(const crdt::Document& from, std::unordered_set<std::string> kept)
      : from_(from), kept_(std::move(kept)) {}

  // Elements become blocks. Words where only blocks should be become paragraphs, so that they keep their
  // place.
  void children(TypeRef parent, Block& into) {
    std::vector<Inline> run;
    const auto flush = [&] {
      if (run.empty()) return;
      const bool own = (holds_words(into.kind) || into.kind == NodeKind::unknown) && into.blocks.empty();
      Block paragraph;
      (own ? into : paragraph).words = std::exchange(run, {});
      if (!own) into.blocks.push_back(std::move(paragraph));
    };
    for (const auto& element : from_.elements(parent)) {
      const auto* child = std::get_if<TypeRef>(&element);
      if (!child) continue;
      const TypeKind kind = from_.kind(*child);
      if (kind == TypeKind::xml_text || kind == TypeKind::text) {
        text(*child, run);
      } else if (kind == TypeKind::xml_element && !atom(*child, run, into.kind)) {
        flush();
        add(block(*child), into.blocks);
      }
    }
    flush();
  }

 private:
  // Blocks inside a block of words, where no schema has them, come after it.
  static void add(Block block, std::vector<Block>& to) {
    std::vector<Block> inside;
    if (holds_words(block.kind)) inside = std::exchange(block.blocks, {});
    to.push_back(std::move(block));
    std::move(inside.begin(), inside.end(), std::back_inserter(to));
  }

  Block block(TypeRef element) {
    Block block;
    const std::string name = from_.node_name(element);
    block.kind = parse_node_kind(name).value_or(NodeKind::unknown);
    if (block.kind == NodeKind::unknown) block.name = name;
    attributes(element, block);
    children(element, block);
    const bool silent = block.kind == NodeKind::unknown && block.words.empty() && block.blocks.empty();
    if (silent) unknown_words(element, block.words);
    return block;
  }

  void attributes(TypeRef element, Block& block) {
    block.id = attribute(element, "id").value_or("");
    block.number_kept = !block.id.empty() && kept_.contains(block.id);
    if (auto lead = attribute(element, "lead"); lead && is_blank_lines(*lead)) block.lead = std::move(*lead);
    if (auto eol = attribute(element, "eol"); eol && is_eol(*eol)) block.eol = std::move(eol);
    if (auto marker = attribute(element, "marker"); marker && is_one_line(*marker))
      block.marker = std::move(marker);
    switch (block.kind) {
      case NodeKind::section:
        block.role =
            parse_section_role(attribute(element, "role").value_or("")).value_or(SectionRole::custom);
        break;
      case NodeKind::heading:
        block.level = number(element, "level", 1, level_max, 2);
        break;
      case NodeKind::ordered_list:
        block.start = number(element, "start", 0, number_max, 1);
        break;
      case NodeKind::tag_list:
        block.source = attribute(element, "source");
        break;
      case NodeKind::assumption_list:
        block.assumption = parse_assumption_kind(attribute(element, "kind").value_or(""))
                               .value_or(AssumptionKind::assumption);
        form_and_label(element, block);
        break;
      case NodeKind::scenario:
        block.scenario =
            parse_scenario_case(attribute(element, "case").value_or("")).value_or(ScenarioCase::likely);
        block.likelihood = attribute(element, "likelihood").value_or("");
        form_and_label(element, block);
        break;
      case NodeKind::hypothesis:
        form_and_label(element, block);
        break;
      default:
        break;
    }
  }

  void form_and_label(TypeRef element, Block& block) {
    if (auto form = attribute(element, "form"); form && is_one_line(*form)) block.form = std::move(form);
    if (auto label = attribute(element, "label"); label && is_one_line(*label))
      block.label = std::move(label);
  }

  void text(TypeRef type, std::vector<Inline>& words) {
    constexpr std::size_t mark_bytes_max = 100, href_bytes_max = 8'192;  // told again at every run under them
    from_.visit_delta(type, [&](const crdt::DeltaRun& run) {
      const auto* insert = std::get_if<std::string>(&run.insert);
      if (!insert) return;
      Inline part;
      part.text = *insert;
      for (const auto& [format, value] : run.attributes) {
        if (value.get_if<crdt::Null>() || format.size() > mark_bytes_max) continue;
        const std::string mark = mark_name(format);
        if (mark == "bold")
          part.bold = true;
        else if (mark != "link")
          part.marks.push_back(mark);
        else if (auto href = string_of(value.member("href")); href && href->size() <= href_bytes_max)
          part.href = std::move(*href);
      }
      words.push_back(std::move(part));
    });
  }

  // Takes an element that stands among words; false when it is a block.
  bool atom(TypeRef element, std::vector<Inline>& words, NodeKind parent) {
    const std::string name = from_.node_name(element);
    Inline part;
    if (name == "hardBreak") {
      part.kind = Inline::Kind::hard_break;
    } else if (name == "confidence") {
      part.kind = Inline::Kind::confidence;
      part.level = parse_confidence_level(attribute(element, "level").value_or(""))
                       .value_or(ConfidenceLevel::moderate);
      part.text = confidence_text(part.level, attribute(element, "label").value_or(""));
    } else if (name == "entityMention") {
      part.kind = Inline::Kind::entity_mention;
      part.entity = attribute(element, "id").value_or("");
      part.text = attribute(element, "label").value_or("");
    } else {
      const bool among_words = holds_words(parent) && !parse_node_kind(name);
      if (among_words) unknown_words(element, words);
      return among_words;
    }
    words.push_back(std::move(part));
    return true;
  }

  // All text inside a node that we do not know, or what it is called when it has none.
  void unknown_words(TypeRef element, std::vector<Inline>& words) {
    Inline part;
    part.kind = Inline::Kind::unknown;
    Block inside;
    inside.kind = NodeKind::unknown;
    children(element, inside);
    gather(inside, part.text);
    for (const char* name : {"label", "text"})
      if (part.text.empty()) part.text = attribute(element, name).value_or("");
    if (!part.text.empty()) words.push_back(std::move(part));
  }

  static void gather(const Block& block, std::string& text) {
    text += plain(block.words);
    for (const auto& child : block.blocks) gather(child, text);
  }

  std::optional<std::string> attribute(TypeRef element, std::string_view name) const {
    const auto got = from_.get(element, name);
    return string_of(value_of(got));
  }
  int number(TypeRef element, std::string_view name, int least, int most, int otherwise) const {
    const auto got = from_.get(element, name);
    return number_of(value_of(got), least, most, otherwise);
  }

  const crdt::Document& from_;
  std::unordered_set<std::string> kept_;
};

// ---- The maps

std::string text_in(const crdt::Document& document, TypeRef map, std::string_view key) {
  const auto got = document.get(map, key);
  return string_of(value_of(got)).value_or("");
}

Source read_source(const Any& object) {
  Source source;
  const auto text = [&](std::string_view key) { return string_of(object.member(key)); };
  const auto flag = [&](std::string_view key, bool otherwise) {
    const auto* value = object.member(key);
    const bool* found = value ? value->get_if<bool>() : nullptr;
    return found ? *found : otherwise;
  };
  source.format = text("format").value_or(source.format);
  if (auto eol = text("eol"); eol && is_eol(*eol)) source.eol = std::move(*eol);
  source.final_newline = flag("finalNewline", true);
  source.bom = flag("bom", false);
  source.header = text("header").value_or("");
  if (auto tail = text("tail"); tail && is_blank_lines(*tail)) source.tail = std::move(*tail);
  return source;
}

std::unordered_set<std::string> read_kept(const Any& object) {
  std::unordered_set<std::string> kept;
  const auto* value = object.member("kept");
  const auto* list = value ? value->get_if<crdt::AnyArray>() : nullptr;
  if (!list) return kept;
  for (const auto& id : *list)
    if (auto text = string_of(&id)) kept.insert(std::move(*text));
  return kept;
}

std::vector<std::string> read_tags(const crdt::Document& document) {
  const auto map = document.find_root("tags");
  if (!map) return {};
  std::vector<std::pair<double, std::string>> ordered;
  for (const auto& [tag, element] : document.entries(*map)) {
    double order = std::numeric_limits<double>::max();
    if (const auto* entry = std::get_if<TypeRef>(&element)) {
      const auto got = document.get(*entry, "order");
      const auto* number = value_of(got) ? value_of(got)->get_if<double>() : nullptr;
      if (number && std::isfinite(*number)) order = *number;
    }
    ordered.emplace_back(order, tag);
  }
  std::sort(ordered.begin(), ordered.end());
  std::vector<std::string> tags;
  for (auto& [order, tag] : ordered) tags.push_back(std::move(tag));
  return tags;
}

std::vector<Entity> read_entities(const crdt::Document& document) {
  std::vector<Entity> entities;
  const auto map = document.find_root("entities");
  if (!map) return entities;
  for (const auto& [id, element] : document.entries(*map)) {
    const auto* entry = std::get_if<TypeRef>(&element);
    if (entry) entities.push_back({id, text_in(document, *entry, "name"), text_in(document, *entry, "type")});
  }
  return entities;
}

}  // namespace

Report read_report(const crdt::Document& document) {
  Report report;
  std::unordered_set<std::string> kept;
  if (const auto meta = document.find_root("meta")) {
    report.title = text_in(document, *meta, "title");
    report.outlet = text_in(document, *meta, "outlet");
    report.published = text_in(document, *meta, "published");
    report.report_title = text_in(document, *meta, "reportTitle");
    if (const auto source = document.get(*meta, "source"); value_of(source)) {
      report.source = read_source(*value_of(source));
      kept = read_kept(*value_of(source));
    }
  }
  report.tags = read_tags(document);
  report.entities = read_entities(document);
  if (const auto text = document.find_root("default")) {
    Block holder;
    holder.kind = NodeKind::section;
    DocumentReader(document, std::move(kept)).children(*text, holder);
    report.blocks = std::move(holder.blocks);
  }
  return report;
}

}  // namespace assay::server::reports
