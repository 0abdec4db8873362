// Report: a report as a value, and the ways between it and the three forms it takes: plain text, shared
// document, JSON.
//
//     text --parse_report--> Report --write_report--> document --read_report--> Report --to_text--> text
//
// An unedited report comes out byte for byte as it went in. Nothing here does I/O, looks at a clock or keeps
// state; every function may be called from any thread, and costs time linear in its input.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "crdt/document.h"
#include "crdt/result.h"
#include "server/reports/block.h"

namespace assay::server::reports {

// How the file was, as far as the text does not say it: `meta.source`.
struct Source {
  std::string format = "txt";
  std::string eol = "\n";     // the line end that most lines have: "\n", "\r\n" or "\r"
  bool final_newline = true;  // whether the last line that is not blank ends
  bool bom = false;           // UTF-8 byte order mark
  std::string header;         // the bytes of the header as imported
  std::string tail;           // blank lines after the last line, byte for byte
  bool operator==(const Source&) const = default;
};

struct Entity {
  std::string id;
  std::string name;
  std::string type;  // person, organisation, place, other
  bool operator==(const Entity&) const = default;
};

// A stretch of the imported text that fits no rule of the layout. It is in the report all the same.
struct Unrecognised {
  Range range;
  std::string text;
};

struct Report {
  std::string title;
  std::string outlet;
  std::string published;     // ISO date; empty: none, or none that could be read
  std::string report_title;  // what stands after "Intelligence Report: "
  Source source;
  std::vector<Block> blocks;               // sections, and blocks outside any
  std::vector<std::string> tags;           // in order, each once
  std::vector<Entity> entities;            // in order of first mention on import, of id on reading
  std::vector<Unrecognised> unrecognised;  // only after parse_report
};

// ---- From plain text

struct ParseError {
  enum class Kind { not_utf8, utf16, too_large };
  Kind kind = Kind::not_utf8;
  std::size_t offset = 0;  // byte, for not_utf8
  std::string message;     // one line for people, without the file's name and without a full stop
};
struct ParseLimits {
  std::size_t bytes_max = 128u << 20;
  std::size_t lines_max = 1'500'000;  // each costs about a kilobyte while it is imported
};
// Any UTF-8 text is a report; only what is no such text is refused.
crdt::Result<Report, ParseError> parse_report(std::string_view bytes, const ParseLimits& limits = {});

// ---- To and from the shared document

struct Author {
  std::string user;                      // user id: stands beside each tag as `by`
  std::int64_t now_ms = 0;               // Unix time: stands beside each tag as `at`
  std::function<std::string()> make_id;  // default: new_id of new_id.h
};
// Fills an empty document, as docs/schema.md says. Blocks and entities without an id get one. The transaction
// is the caller's to commit.
void write_report(const Report& report, crdt::Document& document, crdt::Transaction& transaction,
                  const Author& author);
// The same into a fresh document: the one update to append as entry 1 of the report's room.
crdt::Bytes first_update(const Report& report, crdt::ClientId as, const Author& author);

// Reads whatever is there: a document edited by any client, or one that is no report. Unknown nodes and marks
// stay as the text in them.
Report read_report(const crdt::Document& document);

// ---- To what people and programs read

std::string to_text(const Report& report);
// The report as data: the model of its header, sections, hypotheses and so on, and all blocks, each with its
// range in to_text(report). Keys in the order of docs/report-text.md. Ends with a line end.
std::string to_json(const Report& report);
// `Preview` of docs/api.md.
nlohmann::ordered_json preview(const Report& report);

// What the list of reports shows.
struct ReportSummary {
  std::string title;  // never empty: where the report has none, its second title or its first words
  std::string outlet;
  std::string published;
  std::vector<std::string> tags;
  std::size_t words = 0;
};
ReportSummary summarise(const Report& report);
// A file name for a download, from the title: safe on every system, never empty, without extension.
std::string file_name(const Report& report);

// ---- Where reports begin

// A new report: all seven sections with their headings, and nothing said in them. An empty title is "Untitled
// report".
Report template_report(const std::string& title, const std::string& published = {});
// The sample that a new server shows: a finished report on a fictional matter.
Report sample_report();
std::string_view sample_text();
// The analysts who rate in its matrix and comment on it: invented, and known as such by how their ids begin.
struct SampleAnalyst {
  const char* id;
  const char* name;
};
inline constexpr SampleAnalyst sample_mara{"sample-mara", "Mara Lind"};
inline constexpr SampleAnalyst sample_jonas{"sample-jonas", "Jonas Eck"};
// Its document: the report with a matrix, evidence and the analysts' ratings of it. Entry 1 of the sample's
// room.
crdt::Bytes sample_update(crdt::ClientId as, const Author& author);

}  // namespace assay::server::reports
