// Report -> JSON: the preview of an import, and the export with everything in it.
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "server/reports/lines.h"
#include "server/reports/model.h"
#include "server/reports/report.h"
#include "server/reports/text_printer.h"

namespace assay::server::reports {
namespace {

using Json = nlohmann::ordered_json;

// A text that a client left half a character in must not break the answer.
std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json range_json(const Range& range) { return Json::array({range.start, range.end}); }

Json unrecognised_json(const Report& report) {
  Json list = Json::array();
  for (const auto& stretch : report.unrecognised)
    list.push_back({{"start", stretch.range.start}, {"end", stretch.range.end}, {"text", stretch.text}});
  return list;
}

// ---- Blocks

class BlockWriter {
 public:
  explicit BlockWriter(const Report& report) {
    std::vector<std::pair<const Block*, Range>> bytes;
    const std::string text = TextPrinter(report, [&](const Block& block, Range range) {
                               bytes.emplace_back(&block, range);
                             }).print();
    to_points(text, bytes);
  }

  Json blocks(const std::vector<Block>& blocks) const {
    Json list = Json::array();
    for (const auto& block : blocks) list.push_back(one(block));
    return list;
  }
  std::optional<Range> range(const Block& block) const {
    const auto found = ranges_.find(&block);
    return found == ranges_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  // Ranges nest, so their ends are sorted apart and looked up again.
  void to_points(const std::string& text, const std::vector<std::pair<const Block*, Range>>& bytes) {
    std::vector<std::size_t> places;
    for (const auto& [block, range] : bytes) places.insert(places.end(), {range.start, range.end});
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::vector<Range> points;
    for (const std::size_t place : places) points.push_back({place, place});
    points = to_code_points(text, points);
    const auto point = [&](std::size_t place) {
      return points[static_cast<std::size_t>(std::lower_bound(places.begin(), places.end(), place) -
                                             places.begin())]
          .start;
    };
    for (const auto& [block, range] : bytes) ranges_[block] = {point(range.start), point(range.end)};
  }

  Json one(const Block& block) const {
    Json json;
    json["type"] = block.kind == NodeKind::unknown ? block.name : std::string(to_string(block.kind));
    if (!block.id.empty()) json["id"] = block.id;
    if (const auto at = range(block)) json["range"] = range_json(*at);
    attributes(block, json);
    if (!block.words.empty()) json["words"] = words(block.words);
    if (!block.blocks.empty()) json["blocks"] = blocks(block.blocks);
    return json;
  }

  static void attributes(const Block& block, Json& json) {
    switch (block.kind) {
      case NodeKind::section:
        json["role"] = to_string(block.role);
        break;
      case NodeKind::heading:
        json["level"] = block.level;
        break;
      case NodeKind::ordered_list:
        json["start"] = block.start;
        break;
      case NodeKind::assumption_list:
        json["kind"] = to_string(block.assumption);
        json["label"] = block.label.value_or(std::string(default_label(block.assumption)));
        break;
      case NodeKind::scenario:
        json["case"] = to_string(block.scenario);
        json["label"] = block.label.value_or(std::string(default_label(block.scenario)));
        json["likelihood"] = block.likelihood;
        break;
      default:
        break;
    }
    if (block.marker) json["marker"] = *block.marker;
    if (block.form) json["form"] = *block.form;
    if (block.source) json["source"] = *block.source;
    if (!block.lead.empty()) json["lead"] = block.lead;
    if (block.eol) json["eol"] = *block.eol;
    if (block.number_kept) json["numberKept"] = true;
  }

  static Json words(const std::vector<Inline>& parts) {
    Json list = Json::array();
    for (const auto& part : parts) list.push_back(word(part));
    return list;
  }

  static Json word(const Inline& part) {
    Json json;
    switch (part.kind) {
      case Inline::Kind::words:
        json["text"] = part.text;
        break;
      case Inline::Kind::hard_break:
        json["type"] = "hardBreak";
        break;
      case Inline::Kind::confidence:
        json = {{"type", "confidence"}, {"level", to_string(part.level)}, {"text", part.text}};
        break;
      case Inline::Kind::entity_mention:
        json = {{"type", "entityMention"}, {"id", part.entity}, {"text", part.text}};
        break;
      case Inline::Kind::unknown:
        json = {{"type", "unknown"}, {"text", part.text}};
        break;
    }
    Json marks = Json::array();
    if (part.bold) marks.push_back("bold");
    for (const auto& mark : part.marks) marks.push_back(mark);
    if (!marks.empty()) json["marks"] = std::move(marks);
    if (!part.href.empty()) json["href"] = part.href;
    return json;
  }

  std::unordered_map<const Block*, Range> ranges_;
};

// ---- The model

Json confidence_json(const std::optional<Confidence>& confidence) {
  if (!confidence) return nullptr;
  return {{"value", confidence->level ? Json(to_string(*confidence->level)) : Json(nullptr)},
          {"raw", confidence->raw},
          {"basis", or_null(confidence->basis)}};
}

Json bluf_json(const BottomLine& bluf) {
  return {{"text", bluf.text},
          {"leadingSentence", or_null(bluf.leading_sentence)},
          {"leadingHypothesis", or_null(bluf.leading_hypothesis)},
          {"confidence", confidence_json(bluf.confidence)},
          {"action", or_null(bluf.action)}};
}

Json entries_json(const std::vector<Entry>& entries) {
  Json list = Json::array();
  for (const auto& entry : entries) list.push_back({{"text", entry.text}, {"block", or_null(entry.block)}});
  return list;
}

Json implications_json(const std::vector<Entry>& entries) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"label", or_null(entry.label)}, {"text", entry.text}, {"block", or_null(entry.block)}});
  return list;
}

Json recommendations_json(const std::vector<Entry>& entries) {
  Json list = Json::array();
  for (const auto& entry : entries)
    list.push_back({{"text", entry.text}, {"actor", or_null(entry.actor)}, {"block", or_null(entry.block)}});
  return list;
}

Json hypotheses_json(const std::vector<Hypothesis>& hypotheses) {
  Json list = Json::array();
  for (const auto& hypothesis : hypotheses)
    list.push_back({{"id", or_null(hypothesis.id)},
                    {"ordinal", hypothesis.ordinal},
                    {"title", hypothesis.title},
                    {"statement", hypothesis.statement}});
  return list;
}

Json scenarios_json(const std::vector<Scenario>& scenarios) {
  Json list = Json::array();
  for (const auto& scenario : scenarios)
    list.push_back({{"case", to_string(scenario.scenario)},
                    {"label", scenario.label},
                    {"likelihood", or_null(scenario.likelihood)},
                    {"text", scenario.text},
                    {"block", or_null(scenario.block)}});
  return list;
}

Json entities_json(const Report& report, const Model& model) {
  Json list = Json::array();
  for (const auto& entity : report.entities)
    list.push_back({{"id", or_null(entity.id)}, {"name", entity.name}, {"type", entity.type}});
  return {{"note", model.entities_note}, {"list", std::move(list)}};
}

Json sections_json(const Report& report, const BlockWriter& writer) {
  Json list = Json::array();
  for (const auto& section : report.blocks) {
    if (section.kind != NodeKind::section) continue;
    const bool titled = !section.blocks.empty() && section.blocks[0].kind == NodeKind::heading;
    Json json{{"id", or_null(section.id)},
              {"role", to_string(section.role)},
              {"heading", titled ? plain(section.blocks[0].words) : std::string()}};
    if (const auto range = writer.range(section)) json["range"] = range_json(*range);
    list.push_back(std::move(json));
  }
  return list;
}

Json source_json(const Source& source) {
  return {{"format", source.format}, {"eol", source.eol},       {"finalNewline", source.final_newline},
          {"bom", source.bom},       {"header", source.header}, {"tail", source.tail}};
}

}  // namespace

std::string to_json(const Report& report) {
  const Model model = derive_model(report);
  const BlockWriter writer(report);
  Json json;
  json["format"] = "assay-report";
  json["version"] = 1;
  json["title"] = report.title;
  json["outlet"] = or_null(report.outlet);
  json["published"] = or_null(report.published);
  json["reportTitle"] = or_null(report.report_title);
  json["sections"] = sections_json(report, writer);
  json["bluf"] = bluf_json(model.bluf);
  json["hypotheses"] = hypotheses_json(model.hypotheses);
  json["judgement"] = {{"text", model.judgement.text},
                       {"preferredHypothesis", or_null(model.judgement.preferred_hypothesis)},
                       {"method", or_null(model.judgement.method)}};
  json["assumptions"] = entries_json(model.assumptions);
  json["redFlags"] = entries_json(model.red_flags);
  json["blindSpots"] = entries_json(model.blind_spots);
  json["implications"] = implications_json(model.implications);
  json["recommendations"] = recommendations_json(model.recommendations);
  json["scenarios"] = scenarios_json(model.scenarios);
  json["entities"] = entities_json(report, model);
  json["tags"] = report.tags;
  json["source"] = source_json(report.source);
  json["blocks"] = writer.blocks(report.blocks);
  return dump(json, 2) + "\n";
}

nlohmann::ordered_json preview(const Report& report) {
  const Model model = derive_model(report);
  Json json{{"title", report.title},
            {"outlet", report.outlet},
            {"published", report.published},
            {"reportTitle", report.report_title}};
  json["sections"] = Json::array();
  for (const auto& section : model.sections)
    json["sections"].push_back({{"role", to_string(section.role)},
                                {"heading", section.heading},
                                {"blocks", section.blocks},
                                {"excerpt", section.excerpt}});
  json["hypotheses"] = Json::array();
  for (const auto& hypothesis : model.hypotheses)
    json["hypotheses"].push_back({{"title", hypothesis.title}, {"statement", hypothesis.statement}});
  json["assumptions"] = model.assumptions.size();
  json["redFlags"] = model.red_flags.size();
  json["blindSpots"] = model.blind_spots.size();
  json["implications"] = model.implications.size();
  json["recommendations"] = model.recommendations.size();
  json["scenarios"] = model.scenarios.size();
  json["confidence"] = model.bluf.confidence ? Json(model.bluf.confidence->raw) : Json(nullptr);
  json["tags"] = report.tags;
  json["unrecognised"] = unrecognised_json(report);
  return json;
}

}  // namespace assay::server::reports
