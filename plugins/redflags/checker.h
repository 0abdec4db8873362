// Checker: the findings of one document, again and again as it changes. What was read from a block, and what
// local rules said of it, is kept under the block's words and zone; a check after an edit reads the touched
// blocks alone and runs the rules that look at the whole report over kept facts. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plugins/redflags/declarative.h"
#include "plugins/redflags/report.h"
#include "plugins/redflags/rule_set.h"

namespace assay::redflags {

struct CodeRule;

struct RelatedPlace {
  Extent bytes;
  std::string message;
};
// Offsets are bytes of the document's text.
struct Finding {
  const Rule* rule = nullptr;
  Extent bytes;
  std::string message;
  std::vector<RelatedPlace> related;
  std::optional<std::string> replacement;
};

struct Choice {
  std::set<std::string, std::less<>> off;  // rule ids
  bool strict = true;                      // false: errors and warnings alone
};

class Checker {
 public:
  static constexpr std::size_t findings_max = 9'000;  // in one answer

  Checker(std::shared_ptr<const RuleSet> rules, Choice choice);

  struct Input {
    std::string_view text;
    std::vector<BlockInput> blocks;
    std::string_view data;  // JSON
  };
  // In the order of the text. `cancelled` is asked once a block; when it says so, the result is empty.
  std::vector<Finding> check(const Input& input, const std::function<bool()>& cancelled = {});

  const RuleSet& rules() const { return *rules_; }
  std::size_t blocks_read() const { return blocks_read_; }  // since the start: for tests

 private:
  struct Kept {
    BlockFacts facts;
    std::vector<LocalFinding> local;
    Zone zone = Zone::none;
    std::uint64_t used = 0;
  };
  const Kept& keep(std::string_view text, Zone zone);
  void forget_unused();
  // Nothing but what the template of a new report holds: nobody has written anything that could be judged.
  static bool is_blank(const std::vector<DocBlock>& blocks);
  std::vector<Finding> settle(const Report& report, Drafts& drafts, const Input& input) const;

  std::shared_ptr<const RuleSet> rules_;
  std::vector<std::pair<std::uint32_t, const CodeRule*>> code_;  // of the rules that have code, by index
  Choice choice_;
  WordCache words_;
  std::unordered_multimap<std::uint64_t, std::unique_ptr<Kept>> kept_;
  std::uint64_t check_ = 0;
  std::size_t blocks_read_ = 0;
  std::uint64_t data_hash_ = 0;
  ReportData data_;
};

}  // namespace assay::redflags
