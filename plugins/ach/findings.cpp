#include "plugins/ach/findings.h"

#include <algorithm>

#include "plugins/ach/group.h"
#include "plugins/ach/methods.h"
#include "plugins/ach/sensitivity.h"

namespace assay::ach {
namespace {

constexpr double spread_strong = 0.5;
constexpr std::size_t row_words_min = 8;  // shorter words stand anywhere
constexpr std::size_t quote_max = 60;     // code units of a row quoted in a message

bool contains(const Indexes& indexes, std::size_t j) {
  return std::find(indexes.begin(), indexes.end(), j) != indexes.end();
}

class Rules {
 public:
  Rules(std::string_view text, const std::vector<TextBlock>& blocks, const ReportMatrix& report)
      : text_(text), blocks_(blocks), report_(report), matrix_(report.matrix) {}

  std::vector<Finding> run() {
    if (blocks_.empty()) return {};
    if (report_.rated == 0) {
      claim_without_matrix();
      return std::move(findings_);
    }
    const Ratings& ratings = *matrix_.ratings;
    weights_ = weights_of(matrix_);
    leaders_ = highest(inconsistency(ratings, weights_, report_.hypotheses.size()));
    if (report_.ready()) leader_mismatch();
    zero_diagnosticity();
    if (report_.ready()) one_sided();
    if (report_.hypotheses.size() >= 2) {
      missing_cells();
      linchpin();
      same_origin();
    }
    high_disagreement();
    if (report_.ready()) methods_disagree();
    return std::move(findings_);
  }

 private:
  void claim_without_matrix() {
    const auto claim = method_claim(text_, blocks_);
    if (!claim) return;
    add(ASSAY_HINT, *claim, "claim-without-matrix",
        "The text says ACH was used, but no evidence is rated in the matrix.",
        "Rate the evidence against each hypothesis in the matrix, or drop the claim.");
  }

  void leader_mismatch() {
    for (const Claim& claim : leader_claims(text_, blocks_, report_.hypotheses)) {
      if (leaders_.size() == 1 && leaders_.front() == claim.hypothesis) continue;
      const bool tie = contains(leaders_, claim.hypothesis);
      const std::string named = quoted(title(claim.hypothesis));
      add(ASSAY_ERROR, claim.sentence, "leader-mismatch",
          tie ? "The text lets " + named + " lead, but in the matrix it ties with " +
                    others(claim.hypothesis) + "."
              : "The text lets " + named + " lead, but by the matrix " + titles(leaders_) +
                    (leaders_.size() == 1 ? " does." : " do."),
          tie ? "Say that the evidence does not separate them, or add evidence that does."
              : "Say why the judgement departs from the matrix, or correct one of them.");
    }
  }

  void zero_diagnosticity() {
    const auto& ratings = *matrix_.ratings;
    if (report_.hypotheses.size() < 2) return;
    for (const std::size_t i : zero_diagnostic(ratings)) {
      const auto rated = [](Rating rating) { return rating != Rating::unrated; };
      if (std::none_of(ratings[i].begin(), ratings[i].end(), rated)) continue;  // not looked at yet
      const auto steps = std::count_if(ratings[i].begin(), ratings[i].end(), is_step);
      add(ASSAY_WARNING, row(i), "zero-diagnosticity",
          steps >= 2
              ? row_name(i) + " says the same of every hypothesis: it cannot tell them apart."
              : row_name(i) + " is rated against fewer than two hypotheses: it cannot tell them apart.",
          "Do not use it as support for one of them, or rate the others.");
    }
  }

  void one_sided() {
    const auto contradicts = [](const std::vector<Rating>& row) {
      return std::any_of(row.begin(), row.end(), [](Rating r) { return is_step(r) && step(r) < 0; });
    };
    if (std::any_of(matrix_.ratings->begin(), matrix_.ratings->end(), contradicts)) return;
    add(ASSAY_WARNING, heading(), "one-sided", "Nothing in the matrix speaks against any hypothesis.",
        "Ask of each hypothesis what would contradict it, and look for that.");
  }

  void missing_cells() {
    const auto ranges = bounds(matrix_, *matrix_.ratings);
    const Indexes rivals = undecided(ranges);
    if (rivals.empty()) return;
    for (const std::size_t j : leaders_) {
      if (ranges[j].worst >= ranges[j].best - equal_within) continue;
      add(ASSAY_WARNING, column(j), "missing-cells",
          "Not decidable yet: unrated cells of " + quoted(title(j)) + " could still put " + titles(rivals) +
              " ahead.",
          "Rate the empty cells of this hypothesis.");
    }
  }

  void linchpin() {
    for (const std::size_t i : leave_one_out(*matrix_.ratings, weights_, report_.hypotheses.size())) {
      const Evidence& item = matrix_.evidence[i];
      const bool assumed = is_assumption(item);
      if (!assumed && item.credibility != Level::low) continue;
      add(ASSAY_WARNING, row(i), "linchpin",
          "The result hangs on " + row_name(i) + ", which is " +
              (assumed ? "an assumption" : "of low credibility") +
              ": without it another hypothesis leads or ties.",
          "Seek corroboration before the judgement rests on it.");
    }
  }

  void same_origin() {
    if (highest(origin_collapsed(matrix_, *matrix_.ratings)) == leaders_) return;
    std::map<std::string, Indexes> origins;
    for (std::size_t i = 0; i < matrix_.evidence.size(); ++i)
      if (!matrix_.evidence[i].origin.empty()) origins[matrix_.evidence[i].origin].push_back(i);
    for (const auto& [origin, rows] : origins) {
      if (rows.size() < 2 || !decides(rows)) continue;
      Finding finding = made(ASSAY_WARNING, row(rows.front()), "same-origin",
                             std::to_string(rows.size()) + " items come from one origin, " + quoted(origin) +
                                 "; counted once, they give another result.",
                             "Treat them as one item, or find an independent source.");
      for (std::size_t n = 1; n < rows.size(); ++n)
        finding.related.push_back(
            {span_of(row(rows[n])), "From the same origin: " + row_name(rows[n]) + "."});
      findings_.push_back(std::move(finding));
    }
  }

  void high_disagreement() {
    const auto apart = spread(matrix_);
    for (std::size_t i = 0; i < apart.size(); ++i) {
      Indexes columns;
      for (std::size_t j = 0; j < apart[i].size(); ++j)
        if (apart[i][j] >= spread_strong - equal_within) columns.push_back(j);
      if (columns.empty()) continue;
      add(ASSAY_HINT, row(i), "high-disagreement",
          "Analysts are far apart on what " + row_name(i) + " says of " + titles(columns) + ".",
          "Compare the ratings and discuss why they differ.");
    }
  }

  void methods_disagree() {
    const auto methods = method_leaders(matrix_, *matrix_.ratings);
    if (agree(methods)) return;
    std::string said;
    std::vector<Indexes> told;
    for (const MethodLeaders& method : methods) {
      if (std::find(told.begin(), told.end(), method.leaders) != told.end()) continue;
      told.push_back(method.leaders);
      said += (said.empty() ? "" : "; ") + name_of(method.method) + ": " + titles(method.leaders);
    }
    add(ASSAY_HINT, heading(), "methods-disagree", "Who leads depends on the scoring method (" + said + ").",
        "Say which method the judgement rests on, and why.");
  }

  // ---- What the rules share

  // Whether collapsing this origin alone changes who leads.
  bool decides(const Indexes& rows) const {
    Matrix alone = matrix_;
    for (std::size_t i = 0; i < alone.evidence.size(); ++i)
      if (!contains(rows, i)) alone.evidence[i].origin.clear();
    return highest(origin_collapsed(alone, *matrix_.ratings)) != leaders_;
  }

  static bool is_assumption(const Evidence& item) {
    std::string type = item.type;
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
    return type.starts_with("assum");
  }

  static std::string name_of(std::string_view method) {
    if (method == "inconsistency_count") return "plain count";
    if (method == "weighted_inconsistency") return "weighted inconsistency";
    if (method == "burton_inconsistency") return "Burton";
    if (method == "open_synthesis") return "Open Synthesis";
    if (method == "bayes") return "Bayes";
    return "subjective logic";
  }

  static std::string quoted(std::string_view words) { return "“" + std::string(words) + "”"; }

  std::string title(std::size_t j) const {
    const std::string& title = report_.hypotheses[j].title;
    return title.empty() ? "hypothesis " + std::to_string(j + 1) : title;
  }
  std::string titles(const Indexes& indexes) const {
    std::string result;
    for (std::size_t n = 0; n < indexes.size(); ++n)
      result += (n == 0 ? "" : n + 1 == indexes.size() ? " and " : ", ") + quoted(title(indexes[n]));
    return result;
  }
  std::string others(std::size_t but) const {
    Indexes rest;
    for (const std::size_t j : leaders_)
      if (j != but) rest.push_back(j);
    return titles(rest);
  }

  std::string row_name(std::size_t i) const {
    std::string_view words = matrix_.evidence[i].text;
    if (words.empty()) return "item " + std::to_string(i + 1);
    if (words.size() <= quote_max) return quoted(words);
    std::size_t cut = quote_max;
    while (cut > 0 && (words[cut] & 0xC0) == 0x80) --cut;
    // Between words, unless the last of them is half of it.
    if (const std::size_t gap = words.rfind(' ', cut); gap != words.npos && gap > quote_max / 2) cut = gap;
    return "“" + std::string(words.substr(0, cut)) + "…”";
  }

  TextSpan heading() const {
    for (const TextBlock& block : blocks_)
      if (block.heading && block.section == "hypotheses") return block.span;
    for (const TextBlock& block : blocks_)
      if (block.section.starts_with("hypotheses")) return block.span;
    return blocks_.front().span;
  }
  TextSpan column(std::size_t j) const {
    const ReportHypothesis& hypothesis = report_.hypotheses[j];
    return hypothesis.begin < hypothesis.end ? TextSpan{hypothesis.begin, hypothesis.end} : heading();
  }
  // The row's words where they stand in a block of the text; the header and the tags are no evidence.
  TextSpan row(std::size_t i) const {
    const std::string& words = matrix_.evidence[i].text;
    if (words.size() < row_words_min) return heading();
    for (const TextBlock& block : blocks_) {
      if (block.section.starts_with("head/") || block.section.starts_with("tags")) continue;
      const std::string_view inside = text_.substr(block.span.begin, block.span.end - block.span.begin);
      if (const std::size_t at = inside.find(words); at != inside.npos)
        return {block.span.begin + static_cast<std::uint32_t>(at),
                block.span.begin + static_cast<std::uint32_t>(at + words.size())};
    }
    return heading();
  }

  static assay_span span_of(TextSpan span) { return {span.begin, span.end}; }
  static Finding made(assay_severity severity, TextSpan span, std::string_view rule, std::string message,
                      std::string hint) {
    Finding finding;
    finding.severity = severity;
    finding.span = span_of(span);
    finding.rule = "matrix." + std::string(rule);
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    return finding;
  }
  void add(assay_severity severity, TextSpan span, std::string_view rule, std::string message,
           std::string hint) {
    findings_.push_back(made(severity, span, rule, std::move(message), std::move(hint)));
  }

  std::string_view text_;
  const std::vector<TextBlock>& blocks_;
  const ReportMatrix& report_;
  const Matrix& matrix_;
  Scores weights_;
  Indexes leaders_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> matrix_findings(std::string_view text, const std::vector<TextBlock>& blocks,
                                     const ReportMatrix& report) {
  return Rules(text, blocks, report).run();
}

}  // namespace assay::ach
