// ReportView: a report's shared document as plugins see it (`View`), and for each run of its text where in
// the document it came from, so that a span of bytes becomes a pair of relative positions. docs/checks.md
// says what the text holds. No I/O, no clock, no threads of its own; costs time linear in the document.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crdt/document.h"
#include "crdt/relative_position.h"
#include "server/checks/check.h"

namespace assay::checks {

// One stretch of View::text that lies in one shared text, or is one inline atom. What stands in a map (the
// header, the tags) has no run: it has a field.
struct ViewRun {
  Span span;
  crdt::TypeRef type;  // the shared text; of an atom the element around it
  bool atom = false;
  std::uint64_t index = 0;  // of an atom: its place among the element's children
};

// What a view's block is in the document. Beside View::blocks, one for one.
struct BlockPlace {
  std::string id;           // the node's attribute, as anchors have it; empty where it has none
  std::string section;      // the id of the section around it
  std::string field;        // "title", "published", "reportTitle", "tags": it lies in a map, not in the text
  std::uint64_t stamp = 0;  // equal for equal words, kind and section
  std::uint32_t first_run = 0, runs = 0;
};

struct ReportView {
  std::shared_ptr<const View> view;
  std::vector<ViewRun> runs;  // in order
  std::vector<BlockPlace> places;
  std::unordered_map<std::uint64_t, std::uint32_t> by_id;  // a block's number to its place in View::blocks
  std::string maps;  // the members of View::data that come from maps alone

  // The block in which this byte lies, or ends; none when there is no block.
  std::optional<std::size_t> block_at(std::uint32_t byte) const;
  std::optional<std::size_t> block_of(std::uint64_t id) const;
};

// What changed since the view before: the rest is taken over from it.
struct Changed {
  bool text = true;  // root `default`
  bool maps = true;  // any other root
};

// Any document has a view; one that is no report has no blocks, or blocks without sections. `before` must be
// of the same document.
ReportView make_report_view(const crdt::Document& document, std::uint64_t revision,
                            const ReportView* before = nullptr, Changed changed = {});

// The relative position of the character that begins at `byte` (`start`) or ends there (`end`): what is typed
// at either edge of a range stays outside it. None in a field, and between blocks.
enum class Edge { start, end };
std::optional<crdt::RelativePosition> position_at(const crdt::Document& document, const ReportView& view,
                                                  std::uint32_t byte, Edge edge);

// The words of the text around a span, `units` UTF-16 units at most, without what lies in fields: what the
// page sees.
std::string words_before(const ReportView& view, std::uint32_t byte, std::size_t units);
std::string words_after(const ReportView& view, std::uint32_t byte, std::size_t units);

// A stable 64-bit name for an id of any length.
std::uint64_t id_number(std::string_view id);

}  // namespace assay::checks
