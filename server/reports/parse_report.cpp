#include "server/reports/body_parser.h"
#include "server/reports/entities.h"
#include "server/reports/header.h"
#include "server/reports/lines.h"
#include "server/reports/report.h"
#include "server/reports/tags.h"
#include "server/reports/text_printer.h"

namespace assay::server::reports {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::size_t count_line_ends(std::string_view text) {
  std::size_t ends = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    ends += text[i] == '\n' || (text[i] == '\r' && text.substr(i + 1, 1) != "\n");
  return ends;
}

std::optional<ParseError> refuse(std::string_view bytes, const ParseLimits& limits) {
  using Kind = ParseError::Kind;
  if (bytes.size() > limits.bytes_max)
    return ParseError{
        Kind::too_large, 0,
        "larger than " + std::to_string(limits.bytes_max >> 20) + " MiB, the most a report may have"};
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"))
    return ParseError{Kind::utf16, 0, "UTF-16 text; save it as UTF-8 and try again"};
  if (count_line_ends(bytes) > limits.lines_max)
    return ParseError{Kind::too_large, 0,
                      "more than " + std::to_string(limits.lines_max) + " lines, the most a report may have"};
  if (const auto offset = find_malformed_utf8(bytes))
    return ParseError{
        Kind::not_utf8, *offset,
        "not UTF-8 text at byte " + std::to_string(*offset) + "; save it as UTF-8 and try again"};
  return std::nullopt;
}

// Neighbouring lines, with or without blank ones between, are one stretch.
std::vector<Range> merged(const std::vector<Range>& ranges, std::string_view text) {
  std::vector<Range> merged;
  for (const auto& range : ranges) {
    const bool touches =
        !merged.empty() &&
        text.substr(merged.back().end, range.start - merged.back().end).find_first_not_of(" \t\r\n") ==
            std::string_view::npos;
    if (touches)
      merged.back().end = range.end;
    else
      merged.push_back(range);
  }
  return merged;
}

const Block* find_tag_list(const std::vector<Block>& blocks) {
  for (const auto& block : blocks) {
    if (block.kind == NodeKind::tag_list) return &block;
    if (block.kind != NodeKind::section) continue;
    if (const auto* found = find_tag_list(block.blocks)) return found;
  }
  return nullptr;
}

}  // namespace

crdt::Result<Report, ParseError> parse_report(std::string_view bytes, const ParseLimits& limits) {
  if (auto error = refuse(bytes, limits)) return *error;
  Report report;
  report.source.bom = bytes.starts_with(byte_order_mark);
  const std::size_t skipped = report.source.bom ? byte_order_mark.size() : 0;
  const std::string_view text = bytes.substr(skipped);
  const auto lines = split_lines(text);
  report.source.eol = usual_eol(lines);

  const Header header = parse_header(lines);
  report.title = header.fields.title;
  report.outlet = header.fields.outlet;
  report.published = header.fields.published;
  report.report_title = header.fields.report_title;
  report.source.header =
      text.substr(0, header.line_count < lines.size() ? lines[header.line_count].start : text.size());
  if (header.line_count == 0) report.source.header.clear();

  std::vector<Range> unrecognised;
  bool has_layout_line = false;
  for (const auto& line : header.lines) {
    has_layout_line |=
        line.kind == HeaderLine::Kind::published || line.kind == HeaderLine::Kind::report_title;
    if (line.kind != HeaderLine::Kind::published || !header.published_unreadable) continue;
    const auto start = static_cast<std::size_t>(line.before.data() - text.data());
    unrecognised.push_back({start, start + line.before.size() + line.value.size() + line.after.size()});
  }
  BodyParser parser(report.source.eol, has_layout_line);
  for (std::size_t i = header.line_count; i < lines.size(); ++i) parser.add(lines, i);
  auto body = parser.finish();
  report.blocks = std::move(body.blocks);
  report.source.tail = std::move(body.tail);
  const std::string_view before_tail = text.substr(0, text.size() - report.source.tail.size());
  report.source.final_newline = before_tail.ends_with('\n') || before_tail.ends_with('\r');
  keep_odd_numbers(report.blocks);

  if (const Block* tags = find_tag_list(report.blocks)) report.tags = parse_tags(*tags->source);
  report.entities = find_entities(report.blocks);

  unrecognised.insert(unrecognised.end(), body.unrecognised.begin(), body.unrecognised.end());
  const auto stretches = merged(unrecognised, text);
  const auto ranges = to_code_points(text, stretches);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const std::size_t mark = report.source.bom ? 1 : 0;  // a character of the file as stored
    report.unrecognised.push_back(
        {{ranges[i].start + mark, ranges[i].end + mark},
         std::string(text.substr(stretches[i].start, stretches[i].end - stretches[i].start))});
  }
  return report;
}

std::string to_text(const Report& report) { return TextPrinter(report).print(); }

}  // namespace assay::server::reports
