#include "server/reports/text_printer.h"

#include <algorithm>

#include "server/reports/form.h"
#include "server/reports/header.h"
#include "server/reports/lines.h"
#include "server/reports/tags.h"
#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool has_structured_line(NodeKind kind) {
  return kind == NodeKind::hypothesis || kind == NodeKind::assumption_list || kind == NodeKind::scenario;
}

std::size_t run_of(NodeKind kind) {
  if (kind == NodeKind::hypothesis) return 0;
  return kind == NodeKind::assumption_list ? 1 : 2;
}

std::string_view default_marker(NodeKind kind) {
  if (kind == NodeKind::hypothesis) return "1. ";
  return kind == NodeKind::assumption_list ? "– " : "- ";
}

// An editor may leave one at the very end, to have a place to type: it is no line.
bool is_empty_end(const Block& block) {
  return block.kind == NodeKind::paragraph && block.words.empty() && block.lead.empty() && !block.marker;
}

// Everything that a cell says, on one line.
std::string flat_text(const Block& block) {
  std::string text = words_text(block.words, " ");
  for (const auto& child : block.blocks) {
    const std::string more = flat_text(child);
    if (!text.empty() && !more.empty()) text += ' ';
    text += more;
  }
  return text;
}

bool suits(const std::optional<std::string>& marker, bool ordered) {
  return marker && split_number(*marker).has_value() == ordered;
}

// A list's items may have taken their markers along from a list of the other kind.
std::optional<std::string> item_marker(const Block& item, bool ordered) {
  if (suits(item.marker, ordered)) return item.marker;
  if (!item.blocks.empty() && suits(item.blocks[0].marker, ordered) &&
      split_marker(*item.blocks[0].marker + "x").kind != MarkerSplit::Kind::none)
    return item.blocks[0].marker;
  return std::nullopt;
}

}  // namespace

std::string TextPrinter::print() {
  if (report_.source.bom) out_ += byte_order_mark;
  out_ += header_text({report_.title, report_.outlet, report_.published, report_.report_title},
                      report_.source.header, report_.source.eol);
  body();
  if (has_line_ && report_.source.final_newline) out_ += pending_eol_;
  out_ += report_.source.tail;
  return std::move(out_);
}

void TextPrinter::body() {
  const auto& blocks = report_.blocks;
  const bool empty_end = !blocks.empty() && is_empty_end(blocks.back());
  children(blocks, 0, blocks.size() - empty_end);
}

void TextPrinter::children(const std::vector<Block>& blocks, std::size_t from, std::size_t to) {
  std::array<Run, 3> runs;
  for (std::size_t i = from; i < to; ++i) {
    const Block& child = blocks[i];
    if (!has_structured_line(child.kind)) {
      block(child);
      continue;
    }
    Run& run = runs[run_of(child.kind)];
    const std::string marker = structured_marker(child, run, blocks);
    told(child, [&] { structured(child, run.numbering.next(marker, child.number_kept)); });
  }
}

std::string TextPrinter::structured_marker(const Block& block, Run& run,
                                           const std::vector<Block>& siblings) const {
  if (block.marker) run.style = block.marker;
  if (!run.style) {
    const auto after = std::find_if(siblings.begin(), siblings.end(), [&](const Block& other) {
      return other.kind == block.kind && other.marker;
    });
    if (after != siblings.end())
      run.style = after->marker;
    else if (block.kind == NodeKind::scenario && !bullet_.empty())
      run.style = bullet_;
    else
      run.style = default_marker(block.kind);
  }
  return *run.style;
}

void TextPrinter::told(const Block& block, const std::function<void()>& print) {
  const auto around = std::exchange(first_line_at_, std::nullopt);
  print();
  if (on_block_) on_block_(block, {first_line_at_.value_or(out_.size()), out_.size()});
  if (around) first_line_at_ = around;
}

void TextPrinter::block(const Block& block) {
  told(block, [&] {
    switch (block.kind) {
      case NodeKind::section:
        return section(block);
      case NodeKind::heading:
        return heading(block, block.marker.value_or(""));
      case NodeKind::paragraph:
        return paragraph(block);
      case NodeKind::bullet_list:
      case NodeKind::ordered_list:
        return list(block);
      case NodeKind::code_block:
        return code(block);
      case NodeKind::table_row:
        return table_row(block);
      case NodeKind::tag_list:
        return line(block, tags_text(block));
      case NodeKind::list_item:
        return list_item(block, block.marker.value_or(default_item_marker(block)));
      default:
        break;
    }
    if (!block.words.empty()) paragraph(block);
    children(block.blocks);
  });
}

void TextPrinter::section(const Block& block) {
  bullet_.clear();
  std::size_t from = 0;
  if (!block.blocks.empty() && block.blocks[0].kind == NodeKind::heading && block.blocks[0].marker) {
    const Block& title = block.blocks[0];
    told(title, [&] { heading(title, section_numbering_.next(*title.marker, title.number_kept)); });
    from = 1;
  }
  children(block.blocks, from);
}

void TextPrinter::heading(const Block& block, std::string marker) {
  line(block, std::move(marker) + words_text(block.words, report_.source.eol));
}

void TextPrinter::paragraph(const Block& block) {
  line(block, block.marker.value_or("") + words_text(block.words, report_.source.eol));
}

std::string TextPrinter::default_item_marker(const Block& list) const {
  const bool ordered = list.kind == NodeKind::ordered_list;
  const std::string glyph = ordered ? "1. " : "- ";
  if (!item_marker_.empty()) return std::string(leading_space(item_marker_)) + "  " + glyph;
  return ordered || bullet_.empty() ? glyph : bullet_;
}

void TextPrinter::list(const Block& block) {
  const bool ordered = block.kind == NodeKind::ordered_list;
  Run run;
  run.numbering = Numbering(static_cast<std::uint32_t>(std::max(block.start, 0)));
  for (const auto& item : block.blocks)
    if ((run.style = item_marker(item, ordered))) break;
  if (!run.style) run.style = default_item_marker(block);
  for (const auto& item : block.blocks) {
    if (auto own = item_marker(item, ordered)) run.style = std::move(own);
    const std::string marker = run.numbering.next(*run.style, item.number_kept);
    if (!ordered && item_marker_.empty()) bullet_ = marker;
    told(item, [&] { list_item(item, marker); });
  }
}

void TextPrinter::list_item(const Block& block, const std::string& marker) {
  const bool has_words = !block.blocks.empty() && (block.blocks[0].kind == NodeKind::paragraph ||
                                                   block.blocks[0].kind == NodeKind::heading);
  Block stamp;
  stamp.lead = block.lead;
  stamp.eol = block.eol;
  if (has_words && stamp.lead.empty()) stamp.lead = block.blocks[0].lead;
  if (has_words && !stamp.eol) stamp.eol = block.blocks[0].eol;
  line(stamp, marker + (has_words ? words_text(block.blocks[0].words, report_.source.eol) : std::string()));
  const std::string around = std::exchange(item_marker_, marker);
  children(block.blocks, has_words ? 1 : 0);
  item_marker_ = around;
}

void TextPrinter::structured(const Block& block, const std::string& marker) {
  const FirstLine first = first_line(block, report_.source.eol);
  line(block, marker + first.text);
  children(block.blocks, first.children);
}

void TextPrinter::table_row(const Block& block) {
  std::string text;
  for (std::size_t i = 0; i < block.blocks.size(); ++i) text += (i ? "\t" : "") + flat_text(block.blocks[i]);
  line(block, text);
}

void TextPrinter::code(const Block& block) {
  const std::string text = words_text(block.words, report_.source.eol);
  std::string out;
  for (const auto& part : split_lines(text))
    out += std::string(part.text) + (part.eol.empty() ? "" : report_.source.eol);
  line(block, out);
}

std::string TextPrinter::tags_text(const Block& block) const {
  if (block.source && parse_tags(*block.source) == report_.tags) return *block.source;
  std::string text;
  for (const auto& tag : report_.tags) text += (text.empty() ? "" : ", ") + tag;
  return text;
}

void TextPrinter::line(const Block& stamp, const std::string& text) {
  if (has_line_)
    out_ += pending_eol_;
  else if (!out_.empty() && out_ != byte_order_mark && !out_.ends_with('\n') && !out_.ends_with('\r'))
    out_ += report_.source.eol;
  out_ += stamp.lead;
  if (!first_line_at_) first_line_at_ = out_.size();
  out_ += text;
  pending_eol_ = stamp.eol.value_or(report_.source.eol);
  has_line_ = true;
}

// ---- Numbers that counting would change

namespace {

class NumberKeeper {
 public:
  void children(std::vector<Block>& blocks) {
    std::array<Numbering, 3> runs{Numbering(1), Numbering(1), Numbering(1)};
    for (auto& block : blocks) {
      if (block.kind == NodeKind::section && !block.blocks.empty() &&
          block.blocks[0].kind == NodeKind::heading)
        settle(sections_, block.blocks[0]);
      if (has_structured_line(block.kind)) settle(runs[run_of(block.kind)], block);
      if (block.kind == NodeKind::ordered_list || block.kind == NodeKind::bullet_list) {
        Numbering items(static_cast<std::uint32_t>(std::max(block.start, 0)));
        for (auto& item : block.blocks) settle(items, item);
      }
      children(block.blocks);
    }
  }

 private:
  static void settle(Numbering& numbering, Block& block) {
    if (!block.marker) return;
    Numbering trial = numbering;
    block.number_kept = trial.next(*block.marker, false) != *block.marker;
    numbering.next(*block.marker, block.number_kept);
  }
  Numbering sections_{1};
};

}  // namespace

void keep_odd_numbers(std::vector<Block>& blocks) { NumberKeeper().children(blocks); }

}  // namespace assay::server::reports
