#include "server/reports/words.h"

#include <algorithm>

#include "server/reports/lines.h"

namespace assay::server::reports {
namespace {

constexpr std::string_view bold_mark = "**";

Inline words(std::string_view text, bool bold = false) {
  Inline part;
  part.text = text;
  part.bold = bold;
  return part;
}

std::vector<Inline> literal(std::string_view text) {
  if (text.empty()) return {};
  return {words(text)};
}

// Opens and closes bold as runs come and go, never across a line end.
class WordsPrinter {
 public:
  void words(std::string_view text, bool bold) {
    if (text.empty()) return;
    if (bold != bold_) toggle();
    out_ += text;
  }
  void line_end(std::string_view eol) {
    if (bold_) toggle();
    out_ += eol;
  }
  std::string finish() {
    if (bold_) toggle();
    return std::move(out_);
  }

 private:
  void toggle() {
    out_ += bold_mark;
    bold_ = !bold_;
  }
  std::string out_;
  bool bold_ = false;
};

}  // namespace

std::vector<Inline> parse_words(std::string_view text) {
  std::vector<Inline> parts;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find(bold_mark, at);
    const std::size_t close = open == std::string_view::npos ? open : text.find(bold_mark, open + 2);
    if (close == std::string_view::npos) break;
    const bool touches = open == at && !parts.empty();  // two bold runs in a row would come back as one
    if (close == open + 2 || touches) return literal(text);
    if (open > at) parts.push_back(words(text.substr(at, open - at)));
    parts.push_back(words(text.substr(open + 2, close - open - 2), true));
    at = close + 2;
  }
  if (at < text.size()) parts.push_back(words(text.substr(at)));
  return words_text(parts) == text ? parts : literal(text);
}

std::optional<ConfidenceLevel> confidence_named(std::string_view word) {
  const std::string folded = fold(trim(word));
  if (folded == "low") return ConfidenceLevel::low;
  if (folded == "moderate" || folded == "medium") return ConfidenceLevel::moderate;
  if (folded == "high") return ConfidenceLevel::high;
  return std::nullopt;
}

std::string confidence_text(ConfidenceLevel level, std::string_view label) {
  return std::string(confidence_named(label) == level ? label : default_label(level));
}

std::optional<ConfidencePhrase> find_confidence(std::string_view folded, std::size_t from) {
  constexpr std::string_view word = "confidence", level = " level";
  for (std::size_t at = folded.find(word, from); at != std::string_view::npos;
       at = folded.find(word, at + 1)) {
    std::size_t colon = at + word.size();
    if (folded.substr(colon).starts_with(level)) colon += level.size();
    if (colon >= folded.size() || folded[colon] != ':') continue;
    const std::size_t start = std::min(folded.find_first_not_of(" \t", colon + 1), folded.size());
    return ConfidencePhrase{start, std::min(folded.find_first_of(".,;", start), folded.size())};
  }
  return std::nullopt;
}

std::vector<Inline> parse_bluf_words(std::string_view text) {
  std::vector<Inline> parts;
  for (auto& part : parse_words(text)) {
    std::size_t done = 0, from = 0;
    const std::string all = part.text;
    const std::string folded = fold(all);
    while (!part.bold) {
      const auto found = find_confidence(folded, from);
      if (!found) break;
      const std::string_view value =
          trim(std::string_view(all).substr(found->value_start, found->value_end - found->value_start));
      from = found->value_end;
      const auto level = confidence_named(value);
      if (!level) continue;
      if (found->value_start > done) parts.push_back(words(all.substr(done, found->value_start - done)));
      Inline chip;
      chip.kind = Inline::Kind::confidence;
      chip.level = *level;
      chip.text = value;
      parts.push_back(chip);
      done = found->value_start + value.size();
    }
    if (done < all.size()) parts.push_back(words(all.substr(done), part.bold));
  }
  return words_text(parts) == text ? parts : literal(text);
}

std::string words_text(const std::vector<Inline>& parts, std::string_view eol) {
  WordsPrinter printer;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Inline& part = parts[i];
    if (part.kind == Inline::Kind::hard_break) {
      printer.line_end(eol);
      continue;
    }
    printer.words(part.text, part.kind == Inline::Kind::words && part.bold);
    const bool link_ends = !part.href.empty() && (i + 1 == parts.size() || parts[i + 1].href != part.href);
    if (!link_ends) continue;
    std::size_t first = i;
    while (first > 0 && parts[first - 1].href == part.href) --first;
    if (const std::string label = plain({parts.begin() + static_cast<std::ptrdiff_t>(first),
                                         parts.begin() + static_cast<std::ptrdiff_t>(i) + 1});
        label != part.href)
      printer.words(" (" + part.href + ")", part.bold);
  }
  return printer.finish();
}

}  // namespace assay::server::reports
