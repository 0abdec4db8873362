#include "server/reports/header.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "server/reports/labels.h"
#include "server/reports/numbering.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t title_bytes_max = 1'000;
constexpr std::array<std::string_view, 2> outlet_marks{" – ", " - "};

struct HeaderLabel {
  std::string_view words;  // lower case
  HeaderLine::Kind kind;
};
constexpr std::array<HeaderLabel, 3> header_labels{{
    {"published on", HeaderLine::Kind::published},
    {"published", HeaderLine::Kind::published},
    {"intelligence report", HeaderLine::Kind::report_title},
}};

// Cuts `text` into before, value and after, the last being the space at the end and what `closing` adds.
HeaderLine cut(HeaderLine::Kind kind, const Line& line, std::size_t value_start,
               std::string_view closing = {}) {
  std::string_view value = line.text.substr(value_start);
  value = value.substr(0, leading_space(value).size() + trim(value).size());
  if (!closing.empty() && value.ends_with(closing)) value.remove_suffix(closing.size());
  const std::size_t space = leading_space(value).size();
  value.remove_prefix(space);
  const std::size_t end = value_start + space + value.size();
  return {kind, line.text.substr(0, value_start + space), value, line.text.substr(end), line.eol};
}

// "Published on: X", also with the label or all of it in bold.
std::optional<HeaderLine> parse_labelled(const Line& line) {
  std::size_t at = leading_space(line.text).size();
  while (at < line.text.size() && line.text[at] == '#') ++at;
  at += leading_space(line.text.substr(at)).size();
  const bool bold = line.text.substr(at).starts_with("**");
  if (bold) at += 2;
  for (const auto& label : header_labels) {
    if (!starts_with_folded(line.text.substr(at), label.words)) continue;
    std::size_t end = at + label.words.size();
    bool closed = !bold;
    const auto close = [&] {
      if (closed || !line.text.substr(end).starts_with("**")) return;
      closed = true;
      end += 2;
    };
    close();
    end += leading_space(line.text.substr(end)).size();
    if (end >= line.text.size() || line.text[end] != ':') continue;
    ++end;
    close();
    return cut(label.kind, line, end, closed ? "" : "**");
  }
  return std::nullopt;
}

// Where the outlet's mark stands: the last one of either kind with words on both sides.
std::optional<std::pair<std::size_t, std::string_view>> outlet_mark(std::string_view title) {
  std::optional<std::pair<std::size_t, std::string_view>> last;
  for (const auto mark : outlet_marks) {
    const std::size_t at = title.rfind(mark);
    if (at == std::string_view::npos || at == 0 || at + mark.size() == title.size()) continue;
    if (!last || at > last->first) last = {at, mark};
  }
  return last;
}

void split_title(std::string_view value, HeaderFields& fields) {
  const auto mark = outlet_mark(value);
  fields.title = mark ? value.substr(0, mark->first) : value;
  fields.outlet = mark ? value.substr(mark->first + mark->second.size()) : std::string_view();
}

// Prose is no title: a first line that ends like a sentence counts only if the layout's next line follows.
bool may_be_title(const std::vector<Line>& lines, std::size_t at, bool alone) {
  const std::string_view text = trim(lines[at].text);
  if (text.size() > title_bytes_max) return false;
  const auto split = split_marker(lines[at].text);
  if (split.kind != MarkerSplit::Kind::none && split.kind != MarkerSplit::Kind::hashes) return false;
  if (section_heading_role(lines[at].text)) return false;
  if (alone || (!text.ends_with('.') && !text.ends_with(':'))) return true;
  const auto next = std::find_if(lines.begin() + static_cast<std::ptrdiff_t>(at) + 1, lines.end(),
                                 [](const Line& line) { return !is_blank(line.text); });
  return next != lines.end() && (parse_labelled(*next) || section_heading_role(next->text));
}

void take(HeaderLine line, Header& header, std::size_t lines_so_far) {
  switch (line.kind) {
    case HeaderLine::Kind::title:
      split_title(line.value, header.fields);
      break;
    case HeaderLine::Kind::published:
      header.fields.published = parse_date(line.value);
      header.published_unreadable = header.fields.published.empty() && !line.value.empty();
      break;
    case HeaderLine::Kind::report_title:
      header.fields.report_title = line.value;
      break;
    case HeaderLine::Kind::other:
      break;
  }
  header.lines.push_back(line);
  header.line_count = lines_so_far;
}

std::string title_line(const HeaderFields& fields, std::string_view mark) {
  if (fields.outlet.empty()) return fields.title;
  return fields.title + std::string(mark) + fields.outlet;
}

// The value that a line should have now; none when the one it has says the same.
std::optional<std::string> new_value(const HeaderLine& line, const HeaderFields& now,
                                     const HeaderFields& was) {
  switch (line.kind) {
    case HeaderLine::Kind::title: {
      if (now.title == was.title && now.outlet == was.outlet) return std::nullopt;
      const auto mark = outlet_mark(line.value);
      return title_line(now, mark ? mark->second : outlet_marks[0]);
    }
    case HeaderLine::Kind::published:
      return now.published == was.published ? std::nullopt : std::optional(now.published);
    case HeaderLine::Kind::report_title:
      return now.report_title == was.report_title ? std::nullopt : std::optional(now.report_title);
    case HeaderLine::Kind::other:
      break;
  }
  return std::nullopt;
}

std::string fresh_line(HeaderLine::Kind kind, const HeaderFields& fields) {
  switch (kind) {
    case HeaderLine::Kind::title:
      return title_line(fields, outlet_marks[0]);
    case HeaderLine::Kind::published:
      return fields.published.empty() ? "" : "Published on: " + fields.published;
    case HeaderLine::Kind::report_title:
      return fields.report_title.empty() ? "" : "Intelligence Report: " + fields.report_title;
    case HeaderLine::Kind::other:
      break;
  }
  return {};
}

// The words of a value stay on one line, whatever a client put into it.
std::string one_line(std::string value) {
  std::replace_if(
      value.begin(), value.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return value;
}

class HeaderPrinter {
 public:
  HeaderPrinter(const HeaderFields& now, const HeaderFields& was, std::string_view eol)
      : now_(now), was_(was), eol_(eol) {}

  void imported(const HeaderLine& line) {
    for (auto kind = next_; kind != HeaderLine::Kind::other && kind < line.kind; kind = after(kind))
      fresh(kind);
    if (line.kind != HeaderLine::Kind::other) next_ = after(line.kind);
    const auto value = new_value(line, now_, was_);
    if (value && value->empty()) return;
    add(std::string(line.before) + (value ? one_line(*value) : std::string(line.value)) +
            std::string(line.after),
        line.eol);
  }
  std::string finish() {
    for (auto kind = next_; kind != HeaderLine::Kind::other; kind = after(kind)) fresh(kind);
    return std::move(out_);
  }

 private:
  using Kind = HeaderLine::Kind;
  static Kind after(Kind kind) {
    if (kind == Kind::title) return Kind::published;
    return kind == Kind::published ? Kind::report_title : Kind::other;
  }
  void fresh(Kind kind) {
    if (std::find(seen_.begin(), seen_.end(), kind) != seen_.end()) return;
    seen_.push_back(kind);
    if (const std::string line = one_line(fresh_line(kind, now_)); !line.empty()) add(line, eol_);
  }
  void add(const std::string& line, std::string_view eol) {
    if (open_) out_ += eol_;
    out_ += line;
    out_ += eol;
    open_ = eol.empty();
  }

  const HeaderFields& now_;
  const HeaderFields& was_;
  std::string_view eol_;
  std::string out_;
  bool open_ = false;  // the last line has no end yet
  Kind next_ = Kind::title;
  std::vector<Kind> seen_;

 public:
  void has(Kind kind) { seen_.push_back(kind); }
};

std::optional<unsigned> month_named(std::string_view word) {
  constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                    "may",       "june",     "july",     "august",
                                                    "september", "october",  "november", "december"};
  const std::string folded = fold(word);
  for (unsigned i = 0; i < months.size(); ++i)
    if (folded.size() >= 3 && (folded == months[i] || folded == months[i].substr(0, 3))) return i + 1;
  return std::nullopt;
}

std::optional<int> small_number(std::string_view digits) {
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  int number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  return number;
}

std::string iso_date(int year, unsigned month, int day) {
  namespace chrono = std::chrono;
  const chrono::year_month_day date{chrono::year(year), chrono::month(month),
                                    chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || year < 1000) return {};
  const auto two_digits = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(year) + "-" + two_digits(static_cast<int>(month)) + "-" + two_digits(day);
}

std::string parse_worded_date(std::string_view text) {
  std::optional<unsigned> month;
  std::vector<int> numbers;
  std::size_t words = 0;
  for (std::size_t at = 0; at < text.size() && words < 4;) {
    const std::size_t end = std::min(text.find_first_of(" ,\t", at), text.size());
    std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    ++words;
    for (const std::string_view ordinal : {"st", "nd", "rd", "th"})
      if (word.size() > 2 && word.ends_with(ordinal) && small_number(word.substr(0, word.size() - 2)))
        word.remove_suffix(2);
    if (word.ends_with('.')) word.remove_suffix(1);
    if (const auto number = small_number(word))
      numbers.push_back(*number);
    else if (!month)
      month = month_named(word);
  }
  if (!month || numbers.size() != 2 || words != 3) return {};
  return iso_date(numbers[1], *month, numbers[0]);
}

}  // namespace

std::string parse_date(std::string_view text) {
  text = trim(text);
  if (text.size() >= 10 && text[4] == '-' && text[7] == '-') {
    const auto year = small_number(text.substr(0, 4)), month = small_number(text.substr(5, 2)),
               day = small_number(text.substr(8, 2));
    const bool ends = text.size() == 10 || text[10] == 'T' || text[10] == ' ';
    if (year && month && day && ends) return iso_date(*year, static_cast<unsigned>(*month), *day);
  }
  return parse_worded_date(text);
}

Header parse_header(const std::vector<Line>& lines, bool alone) {
  Header header;
  bool started = false;
  std::vector<HeaderLine::Kind> seen;
  std::vector<HeaderLine> blanks;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_blank(lines[i].text)) {
      blanks.push_back({HeaderLine::Kind::other, lines[i].text, {}, {}, lines[i].eol});
      continue;
    }
    std::optional<HeaderLine> line = parse_labelled(lines[i]);
    if (line && std::find(seen.begin(), seen.end(), line->kind) != seen.end()) break;
    if (!line && !started && may_be_title(lines, i, alone)) {
      std::size_t start = leading_space(lines[i].text).size();
      const auto split = split_marker(lines[i].text);
      if (split.kind == MarkerSplit::Kind::hashes) start = split.marker.size();
      line = cut(HeaderLine::Kind::title, lines[i], start);
    }
    if (!line) break;
    started = true;
    seen.push_back(line->kind);
    header.lines.insert(header.lines.end(), blanks.begin(), blanks.end());
    blanks.clear();
    take(*line, header, i + 1);
  }
  return header;
}

std::string header_text(const HeaderFields& fields, std::string_view imported, std::string_view eol) {
  const auto lines = split_lines(imported);
  const Header header = parse_header(lines, true);
  const bool whole = header.line_count == lines.size();
  if (whole && header.fields == fields) return std::string(imported);
  HeaderPrinter printer(fields, header.fields, eol);
  if (whole) {
    for (const auto& line : header.lines) printer.has(line.kind);
    for (const auto& line : header.lines) printer.imported(line);
  }
  return printer.finish();
}

}  // namespace assay::server::reports
