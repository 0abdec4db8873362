#include "plugins/redflags/checker.h"

#include <algorithm>
#include <functional>

#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

std::uint64_t hash_text(std::string_view text, Zone zone) {
  return std::hash<std::string_view>{}(text)*31 + static_cast<std::uint64_t>(zone);
}

// "{match}", "{replacement}", "{other}" and "{detail}" filled in.
std::string fill(const std::string& pattern,
                 const std::vector<std::pair<std::string_view, std::string_view>>& values) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size();) {
    bool done = false;
    for (const auto& [name, value] : values)
      if (pattern.compare(i, name.size(), name) == 0) {
        // A long stretch is named by its beginning, cut at a word.
        std::string_view shown = value;
        if (shown.size() > 100) {
          std::size_t cut = std::min<std::size_t>(shown.rfind(' ', 90), 90);  // one word may be longer
          while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xC0) == 0x80) --cut;
          shown = shown.substr(0, cut);
        }
        out += shown;
        if (shown.size() < value.size()) out += " …";
        i += name.size();
        done = true;
        break;
      }
    if (!done) out += pattern[i++];
  }
  return out;
}

// The replacement with the case that the words had.
std::string in_case_of(std::string_view words, std::string replacement) {
  if (!words.empty() && !replacement.empty() && words[0] >= 'A' && words[0] <= 'Z' && replacement[0] >= 'a' &&
      replacement[0] <= 'z')
    replacement[0] = static_cast<char>(replacement[0] - 32);
  return replacement;
}

// Bytes of "Label: " at the start of an item: the mark of an item or sentence goes without it.
std::uint32_t label_length(const BlockFacts& facts) {
  for (std::size_t i = 1; i < facts.tokens.size() && i <= 5; ++i) {
    if (facts.text[facts.tokens[i - 1].end] != ':') continue;
    return facts.tokens[i].shape == Shape::lower ? 0 : facts.tokens[i].begin;
  }
  return 0;
}

}  // namespace

Checker::Checker(std::shared_ptr<const RuleSet> rules, Choice choice)
    : rules_(std::move(rules)), choice_(std::move(choice)) {
  for (std::uint32_t i = 0; i < rules_->rules().size(); ++i) {
    const Rule& rule = rules_->rules()[i];
    if (!rule.enabled || rule.kind == Kind::matrix) continue;
    if (const CodeRule* code = code_rule(rule.id)) code_.emplace_back(i, code);
  }
}

const Checker::Kept& Checker::keep(std::string_view text, Zone zone) {
  const std::uint64_t key = hash_text(text, zone);
  const auto [first, last] = kept_.equal_range(key);
  for (auto at = first; at != last; ++at)
    if (at->second->zone == zone && at->second->facts.text == text) {
      at->second->used = check_;
      return *at->second;
    }
  auto made = std::make_unique<Kept>();
  made->zone = zone;
  made->used = check_;
  rules_->read_block(text, words_, made->facts);
  run_local(*rules_, made->facts, zone, made->local);
  if (!made->facts.tokens.empty())
    for (const auto& [index, code] : code_)
      if (code->local != nullptr && (rules_->rules()[index].zones & mask(zone)) != 0)
        code->local(*rules_, made->facts, zone, index, made->local);
  ++blocks_read_;
  return *kept_.emplace(key, std::move(made))->second;
}

// What the last two checks did not need goes; two, so that an undo finds its block again.
void Checker::forget_unused() {
  for (auto at = kept_.begin(); at != kept_.end();)
    at = at->second->used + 2 <= check_ ? kept_.erase(at) : std::next(at);
}

std::vector<Finding> Checker::check(const Input& input, const std::function<bool()>& cancelled) {
  ++check_;
  if (const std::uint64_t hash = std::hash<std::string_view>{}(input.data);
      hash != data_hash_ || check_ == 1) {
    data_hash_ = hash;
    data_ = ReportData::parse(input.data);
  }
  std::vector<DocBlock> blocks;
  blocks.reserve(input.blocks.size());
  std::vector<const Kept*> kept;
  kept.reserve(input.blocks.size());
  for (const BlockInput& block : input.blocks) {
    if (cancelled && cancelled()) return {};
    const Zone zone = zone_of(block.section, block.heading);
    const Kept& one = keep(block.text, zone);
    kept.push_back(&one);
    blocks.push_back(
        {&one.facts, block.id, zone, role_of(block.section), block.heading, block.level, block.begin});
  }
  if (is_blank(blocks)) {
    forget_unused();
    return {};
  }
  const Report report(*rules_, std::move(blocks), data_);
  Drafts drafts;
  for (std::uint32_t i = 0; i < kept.size(); ++i)
    for (const LocalFinding& local : kept[i]->local) {
      const Rule& rule = rules_->rules()[local.rule];
      std::optional<std::string> replacement;
      if (local.replacement >= 0)
        replacement = in_case_of(kept[i]->facts.at(local.bytes),
                                 rule.replacements[static_cast<std::size_t>(local.replacement)]);
      drafts.push_back({local.rule, {i, local.bytes}, std::nullopt, {}, {}, std::move(replacement)});
    }
  run_document(report, drafts);
  for (const auto& [index, code] : code_) {
    if (code->document == nullptr || choice_.off.contains(rules_->rules()[index].id)) continue;
    if (cancelled && cancelled()) return {};
    code->document(report, index, drafts);
  }
  auto findings = settle(report, drafts, input);
  forget_unused();
  return findings;
}

bool Checker::is_blank(const std::vector<DocBlock>& blocks) {
  constexpr std::size_t label_words_max = 3;
  return std::all_of(blocks.begin(), blocks.end(), [](const DocBlock& block) {
    const BlockFacts& facts = *block.facts;
    if (facts.tokens.empty() || block.zone == Zone::published) return true;
    // The name that a report has before anybody names it.
    if (block.zone == Zone::title || block.zone == Zone::report_title) {
      const std::string title = fold(facts.text);
      return title == "untitled report" || title == "untitled";
    }
    // The headings of the layout; one of another kind was written by somebody.
    if (block.zone == Zone::heading) return block.role != Role::custom && block.role != Role::none;
    // "Confidence level:" with nothing after it.
    const std::size_t last = facts.text.find_last_not_of(" \t*");
    return facts.tokens.size() <= label_words_max && facts.text[last] == ':';
  });
}

std::vector<Finding> Checker::settle(const Report& report, Drafts& drafts, const Input& input) const {
  const auto absolute = [&](const Place& place) {
    const std::uint32_t begin = report.blocks.empty() ? 0 : report.blocks[place.block].begin;
    return Extent{begin + place.bytes.begin, begin + place.bytes.end};
  };
  std::vector<bool> fired(rules_->rules().size());
  for (const FindingDraft& draft : drafts) fired[draft.rule] = true;
  const auto wanted = [&](const FindingDraft& draft) {
    const Rule& rule = rules_->rules()[draft.rule];
    if (!rule.enabled || choice_.off.contains(rule.id) || (!choice_.strict && rule.profile == "strict"))
      return false;
    if (rule.not_defined && report.defines(report.text(draft.at))) return false;
    return std::none_of(rule.suppressed_by.begin(), rule.suppressed_by.end(),
                        [&](const std::string& other) { return fired[*rules_->find(other)]; });
  };
  std::erase_if(drafts, [&](const FindingDraft& draft) { return !wanted(draft); });
  for (FindingDraft& draft : drafts) {
    constexpr ZoneMask labelled = mask(Zone::implications, Zone::recommendations) | scenario_zones;
    if (draft.at.bytes.begin != 0 || (mask(report.blocks[draft.at.block].zone) & labelled) == 0) continue;
    const std::uint32_t label = label_length(report.facts(draft.at.block));
    if (label < draft.at.bytes.end) draft.at.bytes.begin = label;
  }
  std::stable_sort(drafts.begin(), drafts.end(), [&](const FindingDraft& a, const FindingDraft& b) {
    if (a.at.block != b.at.block) return a.at.block < b.at.block;
    if (a.at.bytes.begin != b.at.bytes.begin) return a.at.bytes.begin < b.at.bytes.begin;
    if (a.rule != b.rule) return a.rule < b.rule;
    return a.at.bytes.end > b.at.bytes.end;
  });
  std::vector<Finding> findings;
  std::vector<bool> once(rules_->rules().size());
  const FindingDraft* last = nullptr;
  for (const FindingDraft& draft : drafts) {
    const Rule& rule = rules_->rules()[draft.rule];
    if (last != nullptr && last->rule == draft.rule && last->at.block == draft.at.block &&
        last->at.bytes.begin == draft.at.bytes.begin)
      continue;
    if (rule.once && once[draft.rule]) continue;
    if (findings.size() == findings_max) break;
    once[draft.rule] = true;
    last = &draft;
    Finding finding;
    finding.rule = &rule;
    finding.bytes = absolute(draft.at);
    finding.replacement = draft.replacement;
    const std::string_view match =
        input.text.substr(finding.bytes.begin, finding.bytes.end - finding.bytes.begin);
    const std::string_view other = draft.other ? report.text(*draft.other) : std::string_view();
    finding.message = fill(
        rule.message,
        {{"{match}", match},
         {"{replacement}", draft.replacement ? std::string_view(*draft.replacement) : std::string_view()},
         {"{other}", other},
         {"{detail}", draft.detail}});
    if (draft.other) finding.related.push_back({absolute(*draft.other), draft.other_message});
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace assay::redflags
