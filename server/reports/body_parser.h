// BodyParser: the lines below the header, one after the other, into sections and blocks. Each line becomes
// the first line of exactly one block and is never changed: what no rule takes stays a plain paragraph. One
// pass; nothing is looked at twice.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/reports/block.h"
#include "server/reports/labels.h"
#include "server/reports/lines.h"
#include "server/reports/numbering.h"

namespace assay::server::reports {

class BodyParser {
 public:
  static constexpr std::size_t nesting_max = 16;  // of lists; deeper ones go on at this depth

  // `has_header`: the report has shown the layout's header, so an unknown "1. Words" may be a section.
  BodyParser(std::string_view usual_eol, bool has_header);

  void add(const std::vector<Line>& lines, std::size_t at);
  struct Result {
    std::vector<Block> blocks;
    std::vector<Range> unrecognised;  // bytes, ascending, each within one line
    std::string tail;                 // blank lines after the last
  };
  Result finish();

 private:
  // A block that can still take children.
  struct Open {
    Block block;
    std::size_t indent = 0;
    bool label_only = false;   // says "Red Flags:" and waits for what they are
    std::uint32_t number = 0;  // of the last item, in an ordered list
    std::string_view eol;      // tag_list: of its last line
  };

  void blank(const Line& line) { lead_ += line.whole(); }
  bool section(const Line& line);
  bool open_read(Block block, const Line& line, const MarkerSplit& split);
  bool hypothesis(const Line& line, const MarkerSplit& split);
  bool assumption(const Line& line, const MarkerSplit& split);
  bool scenario(const Line& line, const MarkerSplit& split);
  bool group(const Line& line, const MarkerSplit& split, bool deeper_follows);
  bool tag_line(const Line& line);
  bool subheading(const Line& line, const MarkerSplit& split);
  void list_item(const Line& line, const MarkerSplit& split);
  void paragraph(const Line& line, const MarkerSplit& split);

  bool continues_count(const MarkerSplit& split) const;
  Block stamped(NodeKind kind, const Line& line);  // with the blank lines before it and its own line end
  std::vector<Inline> words(std::string_view text) const;
  Block paragraph_of(std::string_view text) const;
  void open(Block block, std::size_t indent);
  void close();  // the innermost goes into its parent
  void close_to(std::size_t depth);
  void close_to_section() { close_to(in_section_ ? 2 : 1); }
  void place(Block block) { open_.back().block.blocks.push_back(std::move(block)); }
  bool in_role(SectionRole role) const { return in_section_ && open_[1].block.role == role; }
  void unrecognised(const Line& line);

  std::string_view usual_eol_;
  bool has_header_;
  std::vector<Open> open_;  // [0] the report, [1] the section if in one
  bool in_section_ = false;
  std::vector<SectionRole> seen_;
  std::uint32_t section_number_ = 0, hypothesis_number_ = 0;
  bool tags_done_ = false;
  std::string lead_;
  std::vector<Range> unrecognised_;
};

}  // namespace assay::server::reports
