// TextPrinter: a report's blocks as lines. The one place that says what stands in plain text, so that import,
// export and the ranges in JSON agree.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/reports/numbering.h"
#include "server/reports/report.h"

namespace assay::server::reports {

class TextPrinter {
 public:
  // Told of each block that has lines of its own, when it is done: its bytes in the text, from the first byte
  // of its first line to the end of its last one without the line end. Children come before their parent.
  using Listener = std::function<void(const Block& block, Range bytes)>;

  explicit TextPrinter(const Report& report, Listener on_block = {})
      : report_(report), on_block_(std::move(on_block)) {}
  std::string print();

 private:
  // Siblings of one kind: whose marker one takes that has none, and how numbers go on.
  struct Run {
    std::optional<std::string> style;
    Numbering numbering{1};
  };
  enum class Lined { hypotheses, assumptions, scenarios };

  void body();
  void children(const std::vector<Block>& blocks, std::size_t from = 0) {
    children(blocks, from, blocks.size());
  }
  void children(const std::vector<Block>& blocks, std::size_t from, std::size_t to);
  void block(const Block& block);
  void section(const Block& block);
  void heading(const Block& block, std::string marker);
  void paragraph(const Block& block);
  void list(const Block& block);
  void list_item(const Block& block, const std::string& marker);
  void structured(const Block& block, const std::string& marker);
  void table_row(const Block& block);
  void code(const Block& block);
  void line(const Block& stamp, const std::string& text);
  void told(const Block& block, const std::function<void()>& print);

  std::string structured_marker(const Block& block, Run& run, const std::vector<Block>& siblings) const;
  std::string default_item_marker(const Block& list) const;
  std::string tags_text(const Block& block) const;

  const Report& report_;
  Listener on_block_;
  std::string out_;
  std::string pending_eol_;  // of the line printed last
  bool has_line_ = false;
  std::optional<std::size_t> first_line_at_;  // of the block being printed
  Numbering section_numbering_{1};
  std::string bullet_;       // the last one printed in this section
  std::string item_marker_;  // of the item around what is being printed; empty outside lists
};

// Marks the numbered blocks whose number is not the one that counting gives, so that they keep it. After this
// every marker prints as it is.
void keep_odd_numbers(std::vector<Block>& blocks);

}  // namespace assay::server::reports
