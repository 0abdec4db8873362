// What a plugin found in a room, kept by place (a block and a byte in it) so that it outlives edits
// elsewhere, and written as the wire has it (docs/protocol.md, Findings). [the room's shard]
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "server/checks/check.h"
#include "server/checks/ignores.h"
#include "server/checks/report_view.h"

namespace assay::checks {

struct FindingCounts {
  std::uint32_t errors = 0, warnings = 0, hints = 0;
  bool operator==(const FindingCounts&) const = default;
};

class KeptFindings {
 public:
  explicit KeptFindings(std::string plugin) : plugin_(std::move(plugin)) {}

  // Takes an answer about `asked`. Counts for the blocks that are in `now` as they were asked about; of the
  // others what was kept before stays. `blocks`: the answer is about these alone (indexes into asked); empty:
  // about all.
  void take(std::vector<Finding> found, const ReportView& asked, const ReportView& now,
            const std::vector<std::uint32_t>& blocks);
  // Drops what lies in blocks that are no more.
  void drop_gone(const ReportView& now);
  void clear() { kept_.clear(); }
  bool empty() const { return kept_.empty(); }

  // All of them as a JSON array, in the order of the text. `name_of` gives a user's name. Counts those not
  // ignored.
  std::string write(const crdt::Document& document, const ReportView& now, const ReportIgnores& said,
                    const std::function<std::string(const std::string&)>& name_of, FindingCounts& counts);

  // Those that were written last, for ignores.
  struct Known {
    std::string id, rule, quote, block;
  };
  std::vector<Known> known() const;

  static constexpr std::size_t kept_max = 2'000;

 private:
  struct Place {
    std::uint64_t block = 0;
    std::uint32_t offset = 0;
  };
  struct Stretch {
    Place begin, end;
  };
  struct Kept {
    Severity severity = Severity::hint;
    Stretch at;
    std::uint64_t stamp = 0;  // of the block it begins in, as it was
    std::string rule, said;   // `said`: the members that do not depend on places
    struct Edit {
      Stretch at;
      std::string replacement;
    };
    struct Fix {
      std::string title;
      std::vector<Edit> edits;
    };
    struct Related {
      Stretch at;
      std::string message;
    };
    std::vector<Fix> fixes;
    std::vector<Related> related;
    // As written last:
    std::string id, quote, block, wire;
    std::uint32_t order = 0;
  };
  class Writer;

  Kept keep(Finding found, const ReportView& in) const;
  static Stretch stretch(Span span, const ReportView& in);
  static std::optional<Span> span(const Stretch& at, const ReportView& in);

  std::string plugin_;
  std::vector<Kept> kept_;
};

void append_json_string(std::string& to, std::string_view utf8);

}  // namespace assay::checks
