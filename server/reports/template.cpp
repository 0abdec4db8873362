// The template: what a new report starts from. Headings and labels are the layout's; everything else is for
// people to say.
#include <array>

#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

struct TemplateSection {
  SectionRole role;
  std::string_view heading;
};
constexpr std::array<TemplateSection, 7> template_sections{{
    {SectionRole::bluf, "BLUF (Bottom Line Up Front)"},
    {SectionRole::hypotheses, "Competing Hypotheses"},
    {SectionRole::assumptions, "Key Assumptions and Red Flags"},
    {SectionRole::implications, "Implications and Strategic Risks"},
    {SectionRole::recommendations, "Recommendations and Outlook"},
    {SectionRole::entities, "Key Individuals and Entities"},
    {SectionRole::tags, "Thematic Tags"},
}};

Block block(NodeKind kind) {
  Block made;
  made.kind = kind;
  return made;
}

Block heading(std::string_view words, std::string marker, int level) {
  Block made = block(NodeKind::heading);
  made.level = level;
  made.marker = std::move(marker);
  Inline part;
  part.text = words;
  made.words = {part};
  return made;
}

Block labelled(Block made, std::string marker) {
  made.marker = std::move(marker);
  made.blocks = {block(NodeKind::paragraph)};
  return made;
}

std::vector<Block> content(SectionRole role) {
  std::vector<Block> blocks;
  switch (role) {
    case SectionRole::assumptions:
      for (const auto kind :
           {AssumptionKind::assumption, AssumptionKind::red_flag, AssumptionKind::blind_spot}) {
        Block list = block(NodeKind::assumption_list);
        list.assumption = kind;
        blocks.push_back(labelled(std::move(list), "– "));
      }
      break;
    case SectionRole::recommendations:
      blocks.push_back(block(NodeKind::paragraph));
      blocks.push_back(heading("Scenario Projections:", "- ", 3));
      for (const auto scenario : {ScenarioCase::best, ScenarioCase::worst, ScenarioCase::likely}) {
        Block made = block(NodeKind::scenario);
        made.scenario = scenario;
        blocks.push_back(labelled(std::move(made), "- "));
      }
      break;
    case SectionRole::tags:
      blocks.push_back(block(NodeKind::tag_list));
      break;
    default:
      blocks.push_back(block(NodeKind::paragraph));
  }
  return blocks;
}

}  // namespace

Report template_report(const std::string& title, const std::string& published) {
  Report report;
  report.title = title.empty() ? "Untitled report" : title;
  report.published = published;
  std::size_t number = 0;
  for (const auto& [role, words] : template_sections) {
    Block section = block(NodeKind::section);
    section.role = role;
    section.blocks = content(role);
    section.blocks.insert(section.blocks.begin(), heading(words, std::to_string(++number) + ". ", 2));
    report.blocks.push_back(std::move(section));
  }
  return report;
}

}  // namespace assay::server::reports
