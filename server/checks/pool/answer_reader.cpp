#include "server/checks/pool/answer_reader.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>

#include "plugins/host/messages.h"

namespace assay::checks {
namespace {

constexpr std::size_t rule_bytes_max = 128;
constexpr std::size_t sentence_bytes_max = 4'000;
constexpr std::size_t replacement_bytes_max = 64u << 10;
constexpr std::size_t fixes_max = 32;
constexpr std::size_t edits_max = 1'000;
constexpr std::size_t related_max = 256;
constexpr std::size_t panel_depth_max = 32;

struct Refusal {
  std::string reason;
};

class Judge {
 public:
  explicit Judge(const View& view) : text_(view.text) {}

  void judge(Answer& answer) const {
    words(answer.message, sentence_bytes_max, "message");
    count(answer.findings.size(), host::findings_max, "findings");
    count(answer.scores.size(), host::scores_max, "scores");
    count(answer.suggestions.size(), host::suggestions_max, "suggestions");
    for (auto& finding : answer.findings) judge(finding);
    for (const auto& score : answer.scores) judge(score);
    for (const auto& suggestion : answer.suggestions) judge(suggestion);
    judge_panel(answer.panel);
  }

 private:
  void judge(Finding& finding) const {
    span(finding.span, "finding");
    some(finding.rule, rule_bytes_max, "rule");
    some(finding.message, sentence_bytes_max, "message");
    words(finding.hint, sentence_bytes_max, "hint");
    words(finding.help_url, sentence_bytes_max, "help link");
    if (!finding.help_url.empty() && !finding.help_url.starts_with("https://") &&
        !finding.help_url.starts_with("http://"))
      throw Refusal{"a help link is no http or https link"};
    share(finding.confidence);
    count(finding.fixes.size(), fixes_max, "fixes");
    for (auto& fix : finding.fixes) judge(fix);
    count(finding.related.size(), related_max, "related places");
    for (const auto& related : finding.related) {
      span(related.span, "related place");
      words(related.message, sentence_bytes_max, "message");
    }
  }
  void judge(Fix& fix) const {
    words(fix.title, sentence_bytes_max, "fix's title");
    if (fix.edits.empty()) throw Refusal{"a fix changes nothing"};
    count(fix.edits.size(), edits_max, "edits");
    for (const auto& edit : fix.edits) {
      span(edit.span, "edit");
      words(edit.replacement, replacement_bytes_max, "replacement");
    }
    std::stable_sort(fix.edits.begin(), fix.edits.end(), [](const Edit& a, const Edit& b) {
      return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
    });
    for (std::size_t i = 1; i < fix.edits.size(); ++i)
      if (fix.edits[i].span.begin < fix.edits[i - 1].span.end) throw Refusal{"two edits of a fix overlap"};
  }
  void judge(const Score& score) const {
    span(score.span, "score");
    for (const float number : {score.value, score.low, score.high})
      if (!std::isfinite(number)) throw Refusal{"a score is no number"};
    some(score.name, rule_bytes_max, "score's name");
    words(score.label, sentence_bytes_max, "score's label");
  }
  static void judge(const Suggestion& suggestion) {
    share(suggestion.confidence);
    some(suggestion.kind, rule_bytes_max, "suggestion's kind");
    some(suggestion.value, sentence_bytes_max, "suggestion's value");
    words(suggestion.label, sentence_bytes_max, "suggestion's label");
  }
  static void judge_panel(const std::string& panel);

  void span(Span at, const char* whose) const {
    if (at.begin > at.end || at.end > text_.size())
      throw Refusal{std::string("the span of a ") + whose + " lies outside the text"};
    if (!on_code_point(at.begin) || !on_code_point(at.end))
      throw Refusal{std::string("the span of a ") + whose + " cuts a code point"};
  }
  bool on_code_point(std::size_t at) const {
    return at == text_.size() || (static_cast<unsigned char>(text_[at]) & 0xc0) != 0x80;
  }
  static void count(std::size_t number, std::size_t most, const char* what) {
    if (number > most)
      throw Refusal{"it has " + std::to_string(number) + " " + what + ", more than " + std::to_string(most)};
  }
  static void words(const std::string& text, std::size_t bytes_max, const char* what) {
    if (text.size() > bytes_max)
      throw Refusal{std::string("a ") + what + " is longer than " + std::to_string(bytes_max) + " bytes"};
    if (!is_utf8(text)) throw Refusal{std::string("a ") + what + " is not valid UTF-8"};
  }
  static void some(const std::string& text, std::size_t bytes_max, const char* what) {
    words(text, bytes_max, what);
    if (text.empty()) throw Refusal{std::string("a ") + what + " is empty"};
  }
  static void share(float confidence) {
    if (!(confidence >= 0 && confidence <= 1)) throw Refusal{"a confidence is not between 0 and 1"};
  }

  std::string_view text_;
};

// Reads JSON without keeping it, to know that it is some and not too deep.
class DepthReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool key(string_t&) override { return true; }
  bool start_object(std::size_t) override { return ++depth_ <= panel_depth_max; }
  bool start_array(std::size_t) override { return ++depth_ <= panel_depth_max; }
  bool end_object() override { return --depth_, true; }
  bool end_array() override { return --depth_, true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  std::size_t depth_ = 0;
};

void Judge::judge_panel(const std::string& panel) {
  if (panel.empty()) return;
  if (panel.size() > host::panel_bytes_max) throw Refusal{"the panel is too large"};
  DepthReader reader;
  if (!nlohmann::json::sax_parse(panel, &reader))
    throw Refusal{"the panel is no JSON, or deeper than " + std::to_string(panel_depth_max)};
}

}  // namespace

std::optional<std::string> judge_answer(const View& view, Answer& answer) {
  try {
    Judge(view).judge(answer);
  } catch (const Refusal& refusal) {
    return refusal.reason;
  }
  std::stable_sort(answer.findings.begin(), answer.findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.span.begin, a.span.end) < std::tie(b.span.begin, b.span.end);
  });
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  for (std::size_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) return false;
  }
  return true;
}

std::string as_utf8(std::string_view text, std::size_t bytes_max) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const std::size_t size = text.size();
  std::string clean;
  for (std::size_t at = 0; at < size;) {
    const std::size_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    const bool control = (c >= 0 && c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0);
    const std::string_view next = c < 0     ? std::string_view("\xef\xbf\xbd")
                                  : control ? std::string_view(" ")
                                            : text.substr(begin, at - begin);
    if (clean.size() + next.size() > bytes_max) break;
    clean.append(next);
  }
  return clean;
}

}  // namespace assay::checks
