#include "server/checks/file_view.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "server/checks/report_view.h"
#include "server/checks/utf.h"
#include "server/reports/header.h"
#include "server/reports/lines.h"
#include "server/reports/tags.h"
#include "server/reports/text_printer.h"

namespace assay::checks {
namespace {

namespace reports = server::reports;
using reports::Block;
using reports::Inline;
using reports::NodeKind;
using reports::Range;
using reports::Report;

constexpr std::size_t points_step = 4'096;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Characters that mean nothing to anybody: the first that the file does not hold marks the words in it.
constexpr std::array<std::string_view, 6> marks{"\uFDD0", "\uFDD1", "\uFDD2", "\uE0FF", "\uE1FF", "\uE2FF"};

std::optional<std::string_view> unused_mark(std::string_view bytes) {
  const auto found = std::find_if(marks.begin(), marks.end(), [&](std::string_view mark) {
    return bytes.find(mark) == std::string_view::npos;
  });
  return found == marks.end() ? std::nullopt : std::optional(*found);
}

void name_blocks(std::vector<Block>& blocks, std::size_t& next) {
  for (auto& block : blocks) {
    block.id = "b" + std::to_string(++next);
    name_blocks(block.blocks, next);
  }
}

// One stretch of words of the view, as its block knows it, and where it stands in the file (bytes).
struct Place {
  std::string block;
  std::size_t begin = 0, size = 0;  // bytes from the beginning of the block's text
  Range file;
};

// Puts a mark before and after each stretch of words, in the order in which they are printed.
class Marker {
 public:
  explicit Marker(std::string_view mark) : mark_(mark) {}

  void blocks(std::vector<Block>& all) {
    for (auto& block : all) {
      if (block.kind == NodeKind::tag_list && block.source && !tag_list_) {
        tag_list_ = places.size();
        places.push_back({block.id, 0, block.source->size(), {}});
        block.source = std::string(mark_) + *block.source + std::string(mark_);
        tags = reports::parse_tags(*block.source);
      }
      std::size_t at = 0;
      for (auto& part : block.words) {
        const std::size_t size = part.kind == Inline::Kind::hard_break ? 1 : part.text.size();
        if (part.kind != Inline::Kind::hard_break && size > 0) {
          places.push_back({block.id, at, size, {}});
          part.text = std::string(mark_) + part.text + std::string(mark_);
        }
        at += size;
      }
      blocks(block.blocks);
    }
  }

  // Takes the marks out of what was printed; false when they are not where they were put.
  bool take_out(std::string_view printed, std::string& plain) {
    std::size_t at = 0, edge = 0;
    for (;;) {
      const std::size_t found = printed.find(mark_, at);
      plain += printed.substr(at, found - at);
      if (found == std::string_view::npos) break;
      if (edge / 2 >= places.size()) return false;
      Range& file = places[edge / 2].file;
      (edge % 2 == 0 ? file.start : file.end) = plain.size();
      ++edge;
      at = found + mark_.size();
    }
    return edge == 2 * places.size();
  }

  const Place* tag_list() const { return tag_list_ ? &places[*tag_list_] : nullptr; }
  std::vector<Place> places;
  std::optional<std::vector<std::string>> tags;

 private:
  std::string_view mark_;
  std::optional<std::size_t> tag_list_;
};

// Code points before a byte of the file.
class Points {
 public:
  explicit Points(std::string_view bytes) : bytes_(bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += stride) {
      before_.push_back(total_);
      total_ += code_points(bytes.substr(at, stride));
    }
  }
  std::size_t operator()(std::size_t byte) const {
    if (byte >= bytes_.size()) return total_;
    return before_[byte / stride] + code_points(bytes_.substr(byte - byte % stride, byte % stride));
  }

 private:
  static constexpr std::size_t stride = 128;
  std::string_view bytes_;
  std::vector<std::size_t> before_;
  std::size_t total_ = 0;
};

}  // namespace

// Finds for all words of the view where they stand in the file.
class FileView::Finder {
 public:
  Finder(std::string_view bytes, const Report& report, const ReportView& view, FileView& to)
      : bytes_(bytes), report_(report), view_(view), to_(to), points_(bytes) {}

  void find() {
    by_id_.reserve(view_.places.size());
    for (std::size_t i = 0; i < view_.places.size(); ++i)
      if (!view_.places[i].id.empty()) by_id_.emplace(view_.places[i].id, i);
    header();
    if (!marked()) searched();
    std::sort(to_.pieces_.begin(), to_.pieces_.end(),
              [](const Piece& a, const Piece& b) { return a.bytes.begin < b.bytes.begin; });
  }

 private:
  const ViewBlock& block(std::size_t index) const { return view_.view->blocks[index]; }
  std::string_view words(Span span) const {
    return std::string_view(view_.view->text).substr(span.begin, span.end - span.begin);
  }
  void piece(Span span, std::size_t from, std::size_t to) {
    const bool same = bytes_.substr(from, to - from) == words(span);
    to_.pieces_.push_back({span, {points_(from), points_(to)}, same});
  }

  void header() {
    const std::size_t skipped = bytes_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const auto lines = reports::split_lines(bytes_.substr(skipped));
    for (const auto& line : reports::parse_header(lines).lines) {
      using Kind = reports::HeaderLine::Kind;
      if (line.kind == Kind::other) continue;
      const char* field = line.kind == Kind::title       ? "title"
                          : line.kind == Kind::published ? "published"
                                                         : "reportTitle";
      const auto found = std::find_if(view_.places.begin(), view_.places.end(),
                                      [&](const BlockPlace& place) { return place.field == field; });
      if (found == view_.places.end()) continue;
      const Span span = block(static_cast<std::size_t>(found - view_.places.begin())).span;
      const auto start = static_cast<std::size_t>(line.value.data() - bytes_.data());
      const std::size_t end = start + line.value.size();
      const std::size_t title = report_.title.size(), outlet = report_.outlet.size();
      if (line.kind == Kind::title && outlet > 0 && title + outlet < span.end - span.begin) {
        piece({span.begin, span.begin + static_cast<std::uint32_t>(title)}, start, start + title);
        piece({span.end - static_cast<std::uint32_t>(outlet), span.end}, end - outlet, end);
      } else {
        piece(span, start, end);
      }
    }
  }

  // Prints the report once more with marks around its words.
  bool marked() {
    const auto mark = unused_mark(bytes_);
    if (!mark) return false;
    Report copy = report_;
    Marker marker(*mark);
    marker.blocks(copy.blocks);
    if (marker.tags) copy.tags = *marker.tags;
    std::string plain;
    if (!marker.take_out(reports::TextPrinter(copy).print(), plain) || plain != bytes_) return false;
    for (const auto& place : marker.places) {
      const auto found = by_id_.find(place.block);
      if (found == by_id_.end()) continue;
      const Span whole = block(found->second).span;
      if (place.begin + place.size > whole.end - whole.begin) continue;
      const auto begin = whole.begin + static_cast<std::uint32_t>(place.begin);
      piece({begin, begin + static_cast<std::uint32_t>(place.size)}, place.file.start, place.file.end);
    }
    if (const auto* list = marker.tag_list()) tags(list->file.start, list->file.end);
    return true;
  }

  // Without marks: the runs one after the other, each where its words come next.
  void searched() {
    std::size_t at = 0;
    for (std::size_t i = 0; i < view_.places.size(); ++i) {
      const auto& place = view_.places[i];
      for (std::uint32_t r = place.first_run; r < place.first_run + place.runs; ++r) {
        const Span span = view_.runs[r].span;
        const std::size_t found = bytes_.find(words(span), at);
        if (found == std::string_view::npos) continue;
        at = found + (span.end - span.begin);
        piece(span, found, at);
      }
    }
    tags(0, bytes_.size());
  }

  void tags(std::size_t from, std::size_t to) {
    for (std::size_t i = 0; i < view_.places.size(); ++i) {
      if (view_.places[i].field != "tags") continue;
      const Span span = block(i).span;
      const std::size_t found = bytes_.substr(0, to).find(words(span), from);
      if (found == std::string_view::npos) continue;
      from = found + (span.end - span.begin);
      piece(span, found, from);
    }
  }

  std::string_view bytes_;
  const Report& report_;
  const ReportView& view_;
  FileView& to_;
  Points points_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

crdt::Result<FileView, reports::ParseError> FileView::read(std::string_view bytes) {
  auto parsed = reports::parse_report(bytes);
  if (!parsed) return parsed.error();
  Report report = *std::move(parsed);
  std::size_t next = 0;
  name_blocks(report.blocks, next);

  crdt::Document document;
  {
    crdt::Transaction transaction(document, crdt::ClientId{1});
    reports::write_report(report, document, transaction, {"", 0, {}});
    transaction.commit();
  }
  const ReportView view = make_report_view(document, 1);
  FileView made;
  made.view_ = view.view;
  const std::string_view text = made.view_->text;
  made.points_at_.push_back(0);
  for (std::size_t at = points_step; at < text.size(); at += points_step)
    made.points_at_.push_back(made.points_at_.back() +
                              code_points(text.substr(at - points_step, points_step)));
  Finder(bytes, report, view, made).find();
  return made;
}

std::size_t FileView::points_before(std::uint32_t byte) const {
  const std::size_t step = std::min<std::size_t>(byte / points_step, points_at_.size() - 1);
  const auto from = step * points_step;
  return points_at_[step] + code_points(std::string_view(view_->text).substr(from, byte - from));
}

Range FileView::in_file(Span span) const {
  const auto inside = [this](const Piece& piece, std::uint32_t byte) {
    return piece.file.start + points_before(byte) - points_before(piece.bytes.begin);
  };
  // Where the character at `begin` stands, or the next that stands anywhere.
  const auto first =
      std::upper_bound(pieces_.begin(), pieces_.end(), span.begin,
                       [](std::uint32_t byte, const Piece& piece) { return byte < piece.bytes.end; });
  std::size_t start = pieces_.empty() ? 0 : pieces_.back().file.end;
  if (first != pieces_.end())
    start = first->same && span.begin > first->bytes.begin ? inside(*first, span.begin) : first->file.start;
  if (span.end <= span.begin) return {start, start};
  const auto last =
      std::lower_bound(pieces_.begin(), pieces_.end(), span.end,
                       [](const Piece& piece, std::uint32_t byte) { return piece.bytes.begin < byte; });
  if (last == pieces_.begin()) return {start, start};
  const Piece& ending = *std::prev(last);
  const std::size_t end =
      ending.same && span.end < ending.bytes.end ? inside(ending, span.end) : ending.file.end;
  return {start, std::max(start, end)};
}

}  // namespace assay::checks
