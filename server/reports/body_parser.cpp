#include "server/reports/body_parser.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "server/reports/form.h"
#include "server/reports/tags.h"
#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

using Mark = MarkerSplit::Kind;

bool is_list(const Block& block) {
  return block.kind == NodeKind::bullet_list || block.kind == NodeKind::ordered_list;
}

// True when the block prints as the very line it was made from.
bool prints_as(const Block& block, std::string_view line) {
  return block.marker.value_or("") + first_line(block, "\n").text == line;
}

std::optional<std::string> unless_usual(std::string text, std::string_view usual) {
  if (text == usual) return std::nullopt;
  return text;
}

Inline plain_words(std::string_view text) {
  Inline part;
  part.text = text;
  return part;
}

Block titled(std::string_view title) {
  Block heading;
  heading.kind = NodeKind::heading;
  heading.level = 3;
  heading.words = {plain_words(title)};
  return heading;
}

}  // namespace

BodyParser::BodyParser(std::string_view usual_eol, bool has_header)
    : usual_eol_(usual_eol), has_header_(has_header) {
  open_.emplace_back();
}

void BodyParser::add(const std::vector<Line>& lines, std::size_t at) {
  const Line& line = lines[at];
  if (is_blank(line.text)) return blank(line);
  if (section(line)) return;
  const MarkerSplit split = split_marker(line.text);
  if (in_role(SectionRole::hypotheses) && hypothesis(line, split)) return;
  if (in_role(SectionRole::assumptions) && assumption(line, split)) return;
  if (in_role(SectionRole::recommendations)) {
    const bool deeper = at + 1 < lines.size() && split_marker(lines[at + 1].text).indent > split.indent;
    if (scenario(line, split) || group(line, split, deeper)) return;
  }
  if (in_role(SectionRole::tags) && tag_line(line)) return;
  if (subheading(line, split)) return;
  if (split.kind == Mark::bullet || split.kind == Mark::number) return list_item(line, split);
  paragraph(line, split);
}

BodyParser::Result BodyParser::finish() {
  close_to(1);
  return {std::move(open_[0].block.blocks), std::move(unrecognised_), std::move(lead_)};
}

// ---- Sections

bool BodyParser::continues_count(const MarkerSplit& split) const {
  if (split.kind != Mark::number) return false;
  if (in_role(SectionRole::hypotheses) && hypothesis_number_ + 1 == split.number) return true;
  return std::any_of(open_.begin(), open_.end(), [&](const Open& open) {
    return open.block.kind == NodeKind::ordered_list && open.number + 1 == split.number;
  });
}

bool BodyParser::section(const Line& line) {
  const auto heading = parse_heading_line(line.text);
  if (!heading) return false;
  const MarkerSplit& split = heading->split;
  const bool inside_item = open_.back().block.kind == NodeKind::list_item;
  if (split.indent > 0 && inside_item) return false;
  const bool counts_on = continues_count(split);
  if (heading->role) {
    const bool known = std::find(seen_.begin(), seen_.end(), *heading->role) != seen_.end();
    if (counts_on && known) return false;
    if (split.kind == Mark::none && in_role(*heading->role)) return false;
  } else if (split.kind == Mark::number) {
    const bool next = split.number == section_number_ + 1 && (section_number_ > 0 || has_header_);
    if (!next || counts_on || in_role(SectionRole::hypotheses)) return false;
  } else if (split.hashes > 2) {
    return false;
  }
  close_to(1);
  Block block;
  block.kind = NodeKind::section;
  block.role = heading->role.value_or(SectionRole::custom);
  Block title = stamped(NodeKind::heading, line);
  if (split.kind != Mark::none) title.marker = split.marker;
  title.words = parse_words(split.kind == Mark::none ? line.text : split.rest);
  open(std::move(block), 0);
  in_section_ = true;
  place(std::move(title));
  if (split.kind == Mark::number) section_number_ = split.number;
  hypothesis_number_ = 0;
  if (heading->role)
    seen_.push_back(*heading->role);
  else
    unrecognised(line);
  return true;
}

bool BodyParser::subheading(const Line& line, const MarkerSplit& split) {
  if (split.kind != Mark::hashes) return false;
  close_to_section();
  Block block = stamped(NodeKind::heading, line);
  block.level = static_cast<int>(split.hashes);
  block.marker = split.marker;
  block.words = parse_words(split.rest);
  place(std::move(block));
  if (!in_section_ || in_role(SectionRole::custom)) unrecognised(line);
  return true;
}

// ---- What a section is about

// Opens a block read from the whole line, if it prints as that line; otherwise false, and nothing has
// changed.
bool BodyParser::open_read(Block block, const Line& line, const MarkerSplit& split) {
  if (!prints_as(block, line.text)) return false;
  Block head = stamped(block.kind, line);
  block.lead = std::move(head.lead);
  block.eol = std::move(head.eol);
  close_to_section();
  open(std::move(block), split.indent);
  return true;
}

bool BodyParser::hypothesis(const Line& line, const MarkerSplit& split) {
  const bool child =
      open_.size() > 2 && open_[2].block.kind == NodeKind::hypothesis && split.indent > open_[2].indent;
  if (child || split.kind == Mark::none || split.kind == Mark::hashes) return false;
  auto text = parse_bold_label(split.rest, 'T');
  if (!text && split.kind == Mark::bullet) return false;
  if (!text) text = parse_plain_label(split.rest, 'T');
  if (!text) text = LabelledText{split.rest, split.rest.substr(split.rest.size()), "T", false};
  Block block;
  block.kind = NodeKind::hypothesis;
  block.marker = split.marker;
  block.form = unless_usual(text->form, default_form(block.kind));
  block.blocks = {titled(text->label), paragraph_of(text->statement)};
  if (!open_read(std::move(block), line, split)) return false;
  if (split.kind == Mark::number) hypothesis_number_ = split.number;
  return true;
}

bool BodyParser::assumption(const Line& line, const MarkerSplit& split) {
  auto text = parse_bold_label(split.rest, 'L');
  if (!text) text = parse_plain_label(split.rest, 'L');
  const auto kind = text ? assumption_kind_named(text->label) : std::nullopt;
  if (!kind) return false;
  Block block;
  block.kind = NodeKind::assumption_list;
  block.assumption = *kind;
  block.marker = split.marker;
  block.label = unless_usual(std::string(text->label), default_label(*kind));
  block.form = unless_usual(text->form, default_form(block.kind));
  block.blocks = {paragraph_of(text->statement)};
  if (!open_read(std::move(block), line, split)) return false;
  open_.back().label_only = text->statement.empty();
  return true;
}

bool BodyParser::scenario(const Line& line, const MarkerSplit& split) {
  auto text = parse_bold_label(split.rest, 'L');
  if (!text) text = parse_plain_label(split.rest, 'L');
  const auto label = text ? scenario_named(text->label) : std::nullopt;
  if (!label) return false;
  Block block;
  block.kind = NodeKind::scenario;
  block.scenario = label->scenario;
  block.marker = split.marker;
  block.label = unless_usual(std::string(label->words), default_label(label->scenario));
  block.likelihood = label->likelihood;
  std::string form = text->form;
  if (!label->likelihood.empty())
    form.insert(form.find('L') + 1, std::string(label->between) + "P" + std::string(label->after));
  block.form = unless_usual(std::move(form), default_form(block.kind));
  block.blocks = {paragraph_of(text->statement)};
  if (!open_read(std::move(block), line, split)) return false;
  open_.back().label_only = text->statement.empty();
  return true;
}

// "- Scenario Projections:" is a bullet that heads those after it, unless what it heads is indented below it.
bool BodyParser::group(const Line& line, const MarkerSplit& split, bool deeper_follows) {
  if (deeper_follows || split.kind == Mark::hashes || split.kind == Mark::label) return false;
  auto text = parse_bold_label(split.rest, 'L');
  if (!text) text = parse_plain_label(split.rest, 'L');
  if (!text || !text->statement.empty() || text->form.find(':') == std::string::npos) return false;
  close_to_section();
  Block block = stamped(NodeKind::heading, line);
  block.level = 3;
  if (!split.marker.empty()) block.marker = split.marker;
  block.words = parse_words(split.rest);
  place(std::move(block));
  return true;
}

bool BodyParser::tag_line(const Line& line) {
  const bool more = open_.back().block.kind == NodeKind::tag_list;
  if ((tags_done_ && !more) || !looks_like_tags(line.text)) return false;
  if (!more) {
    close_to_section();
    open(stamped(NodeKind::tag_list, line), 0);
    open_.back().block.source = std::string(line.text);
    tags_done_ = true;
  } else {
    Open& tags = open_.back();
    *tags.block.source += std::string(tags.eol) + std::exchange(lead_, {}) + std::string(line.text);
    tags.block.eol = stamped(NodeKind::tag_list, line).eol;
  }
  open_.back().eol = line.eol;
  return true;
}

// ---- Prose and lists

void BodyParser::list_item(const Line& line, const MarkerSplit& split) {
  const NodeKind kind = split.kind == Mark::number ? NodeKind::ordered_list : NodeKind::bullet_list;
  const std::size_t floor = in_section_ ? 2 : 1;
  while (open_.size() > floor) {
    const Open& top = open_.back();
    if (is_list(top.block) && top.block.kind == kind && split.indent >= top.indent) break;
    const bool below = split.indent > top.indent || top.label_only;
    const bool takes = !is_list(top.block) && top.block.kind != NodeKind::tag_list;
    if (takes && below && open_.size() < floor + 2 * nesting_max) break;
    close();
  }
  if (!is_list(open_.back().block)) {
    Block list;
    list.kind = kind;
    if (kind == NodeKind::ordered_list) list.start = static_cast<int>(split.number);
    open(std::move(list), split.indent);
  }
  open_.back().number = split.number;
  const bool on_its_own = open_.size() == floor + 1;
  Block item = stamped(NodeKind::list_item, line);
  item.marker = split.marker;
  item.blocks = {paragraph_of(split.rest)};
  open(std::move(item), split.indent);

  const bool other_label = in_role(SectionRole::assumptions) && parse_bold_label(split.rest, 'L');
  if (!in_section_ || in_role(SectionRole::custom) ||
      (on_its_own && (in_role(SectionRole::hypotheses) || in_role(SectionRole::tags) || other_label)))
    unrecognised(line);
}

void BodyParser::paragraph(const Line& line, const MarkerSplit& split) {
  const std::size_t floor = in_section_ ? 2 : 1;
  while (open_.size() > floor) {
    const Open& top = open_.back();
    const bool takes = !is_list(top.block) && top.block.kind != NodeKind::tag_list;
    const bool waits = top.label_only && top.block.blocks.size() == 1;
    if (takes && (split.indent > top.indent || waits)) break;
    close();
  }
  const bool on_its_own = open_.size() == floor;
  Block block = stamped(NodeKind::paragraph, line);
  const std::string_view indent = leading_space(line.text);
  if (!indent.empty()) block.marker = indent;
  block.words = words(line.text.substr(indent.size()));
  place(std::move(block));
  const bool prose = in_role(SectionRole::bluf) || in_role(SectionRole::hypotheses) ||
                     in_role(SectionRole::entities) || in_role(SectionRole::sources) ||
                     in_role(SectionRole::changes);
  if (!in_section_ || in_role(SectionRole::custom) || (on_its_own && !prose)) unrecognised(line);
}

// ---- The stack

Block BodyParser::stamped(NodeKind kind, const Line& line) {
  Block block;
  block.kind = kind;
  block.lead = std::exchange(lead_, {});
  if (!line.eol.empty() && line.eol != usual_eol_) block.eol = line.eol;
  return block;
}

std::vector<Inline> BodyParser::words(std::string_view text) const {
  return in_role(SectionRole::bluf) ? parse_bluf_words(text) : parse_words(text);
}

Block BodyParser::paragraph_of(std::string_view text) const {
  Block block;
  block.words = words(text);
  return block;
}

void BodyParser::open(Block block, std::size_t indent) {
  open_.emplace_back();
  open_.back().block = std::move(block);
  open_.back().indent = indent;
}

void BodyParser::close() {
  assert(open_.size() > 1);
  Block block = std::move(open_.back().block);
  open_.pop_back();
  if (open_.size() == 1) in_section_ = false;
  place(std::move(block));
}

void BodyParser::close_to(std::size_t depth) {
  while (open_.size() > depth) close();
}

void BodyParser::unrecognised(const Line& line) {
  unrecognised_.push_back({line.start, line.start + line.text.size()});
}

}  // namespace assay::server::reports
