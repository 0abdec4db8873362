// Ignores: what people said need not be said again: of one finding, of a rule in a report, of a suggestion.
// Kept by the server and not in the document, so that no editor can forge them; in memory whole, written
// through the store. [any thread]
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/room_store.h"

namespace assay::checks {

struct Ignore {
  std::string id, plugin, rule;
  bool whole_report = false;  // else only the words it was said of
  std::string quote, block;   // for one place: its words, and the block's id
  std::string reason;
  std::string by;  // user id
  std::int64_t at_ms = 0;
};

struct RefusedSuggestion {
  std::string kind, value;
  bool operator==(const RefusedSuggestion&) const = default;
};

// What was said in one report. Immutable once shared.
struct ReportIgnores {
  std::vector<Ignore> ignores;  // oldest first
  std::vector<RefusedSuggestion> refused;
};

// The ignore that covers a finding. One for a place holds in its block while at least half of its words are
// as they were; once the block is gone (`is_there` says no), for the very words wherever they are now.
const Ignore* find_ignore(const ReportIgnores& said, std::string_view plugin, std::string_view rule,
                          std::string_view block, std::string_view quote,
                          const std::function<bool(const std::string& block)>& is_there);

class IgnoreStore {
 public:
  // Reads all; `store` must outlive this. Throws storage::StorageError, as do all that change something: when
  // they return, it is durable.
  explicit IgnoreStore(storage::RoomStore& store);

  std::shared_ptr<const ReportIgnores> of(std::string_view report) const;  // never null
  Ignore add(const std::string& report, Ignore ignore);                    // gets its id here
  bool remove(const std::string& report, std::string_view id);             // false: there is none
  void refuse(const std::string& report, RefusedSuggestion suggestion);
  // The report was erased for good.
  void forget(const std::string& report);

 private:
  void change(const std::string& report, const std::vector<storage::Record>& records,
              std::shared_ptr<const ReportIgnores> now);

  storage::RoomStore& store_;
  std::mutex changing_;  // one change at a time; never held with `mutex_` while waiting
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const ReportIgnores>, std::less<>> reports_;
};

inline constexpr std::size_t ignores_max = 2'000;  // of a report; over it `add` gives std::length_error

}  // namespace assay::checks
