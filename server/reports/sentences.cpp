#include "server/reports/sentences.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "server/reports/lines.h"

namespace assay::server::reports {
namespace {

constexpr std::array<std::string_view, 40> abbreviations{
    "mr",  "mrs", "ms", "dr",  "prof", "gen", "lt",  "col",  "capt", "maj",    "sgt", "adm", "gov", "sen",
    "rep", "hon", "st", "no",  "vol",  "fig", "sec", "dept", "est",  "approx", "inc", "ltd", "co",  "corp",
    "jr",  "sr",  "vs", "etc", "e.g",  "i.e", "cf",  "al",   "jan",  "feb",    "u.s", "u.k"};
constexpr std::array<std::string_view, 7> closers{"”", "’", "\"", "'", ")", "]", "**"};

bool starts_sentence(std::string_view text) {
  for (const std::string_view opener : {"“", "‘", "\"", "'", "(", "["})
    if (text.starts_with(opener)) text.remove_prefix(opener.size());
  if (text.starts_with("**")) text.remove_prefix(2);
  if (text.empty()) return false;
  std::size_t at = 0;
  const auto character = next_character(text, at);
  return character >= 0 && (u_isupper(character) || u_istitle(character) || u_isdigit(character) ||
                            u_hasBinaryProperty(character, UCHAR_IDEOGRAPHIC));
}

// The word before a full stop, by which it may be none: "Dr", "e.g", "J", "12" at the start.
bool keeps_open(std::string_view text, std::size_t sentence_start, std::size_t stop) {
  std::size_t start = stop;
  while (start > sentence_start && text[start - 1] != ' ' && text[start - 1] != '\t' &&
         text[start - 1] != '(' && stop - start < 12)
    --start;
  const std::string word = fold(text.substr(start, stop - start));
  if (word.empty()) return true;
  if (std::find(abbreviations.begin(), abbreviations.end(), word) != abbreviations.end()) return true;
  const bool initial = word.size() == 1 && text[start] >= 'A' && text[start] <= 'Z' && text[start] != 'I';
  const bool marker = start == sentence_start && word.find_first_not_of("0123456789") == std::string::npos;
  return initial || marker;
}

// Tells, going forward, where the quotation ends that a place lies in.
class Quotations {
 public:
  explicit Quotations(std::string_view text) : text_(text) {}
  void pass(std::size_t at) {
    if (at < end_) return;
    if (text_.substr(at).starts_with("“"))
      open(at, "”");
    else if (text_[at] == '"')
      open(at, "\"");
  }
  std::size_t end() const { return end_; }

 private:
  void open(std::size_t at, std::string_view closer) {
    bool& none_left = closer.size() == 1 ? no_straight_ : no_curly_;
    if (none_left) return;
    const std::size_t close = text_.find(closer, at + 1);
    if (close == std::string_view::npos)
      none_left = true;
    else
      end_ = close + closer.size();
  }
  std::string_view text_;
  std::size_t end_ = 0;
  bool no_straight_ = false, no_curly_ = false;
};

std::size_t closers_length(std::string_view text) {
  std::size_t length = 0;
  for (bool more = true; more;) {
    more = false;
    for (const auto closer : closers) {
      if (!text.substr(length).starts_with(closer)) continue;
      length += closer.size();
      more = true;
    }
  }
  return length;
}

}  // namespace

std::vector<std::string_view> split_sentences(std::string_view text) {
  std::vector<std::string_view> sentences;
  Quotations quotations(text);
  std::size_t start = leading_space(text).size();
  for (std::size_t i = start; i < text.size(); ++i) {
    quotations.pass(i);
    if (text[i] != '.' && text[i] != '?' && text[i] != '!') continue;
    const std::size_t end = i + 1 + closers_length(text.substr(i + 1));
    if (quotations.end() > end || end == text.size()) continue;
    const std::size_t space = leading_space(text.substr(end)).size();
    if (space == 0 && text[end] != '\n') continue;
    if (text[i] == '.' && end == i + 1 && keeps_open(text, start, i)) continue;
    if (text[end] != '\n' && !starts_sentence(text.substr(end + space))) continue;
    sentences.push_back(trim(text.substr(start, end - start)));
    start = end + space;
    i = end - 1;
  }
  if (const auto rest = trim(text.substr(std::min(start, text.size()))); !rest.empty())
    sentences.push_back(rest);
  return sentences;
}

}  // namespace assay::server::reports
