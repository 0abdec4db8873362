// Report: one document as the rules see it: its blocks with what was read from them, and where the parts of a
// report stand. Made anew for each check from kept facts; costs time in the number of blocks, not of words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "plugins/redflags/block_facts.h"
#include "plugins/redflags/rule_set.h"
#include "plugins/redflags/zones.h"

namespace assay::redflags {

// One block as the host gives it. Borrows.
struct BlockInput {
  std::uint64_t id = 0;
  std::string_view text;
  std::string_view section;
  std::uint32_t begin = 0;  // in the document's text
  bool heading = false;
  std::uint32_t level = 0;
};

struct DocBlock {
  const BlockFacts* facts = nullptr;
  std::uint64_t id = 0;
  Zone zone = Zone::none;
  Role role = Role::none;
  bool heading = false;
  std::uint32_t level = 0;
  std::uint32_t begin = 0;
};

// A stretch of one block.
struct Place {
  std::uint32_t block = 0;
  Extent bytes;
};

struct FindingDraft {
  std::uint32_t rule = 0;
  Place at;
  std::optional<Place> other;  // for conflicts: what it conflicts with
  std::string other_message;
  std::string detail;  // fills {detail} of the message
  std::optional<std::string> replacement;
};
using Drafts = std::vector<FindingDraft>;

struct Hypothesis {
  std::uint32_t title = 0;               // block
  std::vector<std::uint32_t> statement;  // blocks
  std::string id;
};

// "Confidence level: Moderate" or "high confidence" of the bottom line.
struct ConfidenceField {
  std::uint32_t block = 0;
  Extent value;  // bytes
  std::uint32_t sentence = 0;
  std::string level;  // low, moderate, high; empty: it is none of them
  bool labelled = false;
};

// What the document's maps say, as far as rules need it.
struct ReportData {
  std::unordered_map<std::uint64_t, std::string> likelihoods;  // of scenarios, by block id
  std::vector<std::string> hypothesis_ids;                     // in order
  std::vector<std::string> rated_hypotheses;                   // ids that a matrix row rates
  std::vector<int> section_numbers;                            // as written, where they were kept
  static ReportData parse(std::string_view json);              // whatever does not fit is left out
};

class Report {
 public:
  Report(const RuleSet& rules, std::vector<DocBlock> blocks, const ReportData& data);

  const RuleSet& rules;
  const ReportData& data;
  const CodeCues& cues;
  std::vector<DocBlock> blocks;
  std::array<std::vector<std::uint32_t>, zone_count> by_zone;
  std::array<std::optional<std::uint32_t>, role_count> headings;  // the section's first heading
  std::vector<std::uint32_t> section_headings;                    // in order
  // The first of them: a report with more is none, and comparing each with each would take too long.
  static constexpr std::size_t hypotheses_max = 40;
  std::vector<Hypothesis> hypotheses;
  std::optional<ConfidenceField> confidence;
  std::optional<Date> published;
  Extent outlet;           // bytes of the title block; empty: none
  bool is_report = false;  // something in it says so; rules on what is missing hold for reports alone

  const std::vector<std::uint32_t>& in(Zone zone) const { return by_zone[static_cast<unsigned>(zone)]; }
  bool has_section(Role role) const {
    return headings[static_cast<unsigned>(role)].has_value() || any_of_role_[static_cast<unsigned>(role)];
  }
  const BlockFacts& facts(std::uint32_t block) const { return *blocks[block].facts; }
  std::string_view text(const Place& place) const { return facts(place.block).at(place.bytes); }

  Place all(std::uint32_t block) const;
  Place sentence(std::uint32_t block, std::size_t sentence) const;
  Place words(std::uint32_t block, Extent words) const { return {block, facts(block).bytes_of(words)}; }
  // The heading of the section that should hold something; else the title; else the first block.
  Place heading_or_title(Role role) const;
  // Whether a word in capitals is the short name of something: "The Border Consortium (TBC)", "TBC Bank".
  bool defines(std::string_view acronym) const;
  Place title() const;
  // Calls with (block index, facts) for the blocks of these zones, in order.
  template <class Visit>
  void each(ZoneMask zones, Visit visit) const {
    for (std::uint32_t i = 0; i < blocks.size(); ++i)
      if ((mask(blocks[i].zone) & zones) != 0) visit(i, *blocks[i].facts);
  }

 private:
  void find_title();
  void find_hypotheses();
  void find_confidence();
  bool defined_at(const BlockFacts& block, std::uint32_t word) const;
  std::array<bool, role_count> any_of_role_{};
  mutable std::optional<std::unordered_set<std::string_view>> defined_;  // made when first asked for
};

// Stems of the words that say something, sorted, each once.
using StemSet = std::vector<WordHash>;
StemSet content_stems(const BlockFacts& facts, Extent words);
const StemSet& content_stems(const BlockFacts& facts);
StemSet sentence_stems(const BlockFacts& facts, const Sentence& sentence);
void add_stems(StemSet& to, const StemSet& more);
// Adds the stems of many places in turn, and makes the set once.
class StemCollector {
 public:
  void add(const StemSet& more) { stems_.insert(stems_.end(), more.begin(), more.end()); }
  StemSet take();

 private:
  StemSet stems_;
};
StemSet without(const StemSet& all, const StemSet& some);
std::size_t shared(const StemSet& a, const StemSet& b);
bool contains(const StemSet& set, WordHash stem);

}  // namespace assay::redflags
