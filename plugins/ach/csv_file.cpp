#include <algorithm>
#include <array>
#include <map>

#include "plugins/ach/matrix_files.h"
#include "plugins/ach/rating_words.h"

namespace assay::ach {
namespace {

constexpr std::array<std::string_view, 10> fields = {
    "evidence", "type", "source", "date", "origin", "stance", "credibility", "relevance", "note", "analyst"};

using Line = std::vector<std::string>;

struct Parsed {
  std::vector<Line> lines;
  std::vector<std::size_t> numbers;  // where each began in the file, from 1
};

char separator_of(std::string_view text) {
  const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
  const auto count = [&](char c) { return std::count(first.begin(), first.end(), c); };
  if (count('\t') > 0) return '\t';
  return count(';') > count(',') ? ';' : ',';
}

// The bytes of the character that begins the text; 0 if none does.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  // Longer than it need be, half of a pair, or beyond the last character.
  const bool wrong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
                     (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F);
  return wrong ? 0 : length;
}

void require_utf8(std::string_view text) {
  std::size_t line = 1;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0)
      throw MatrixError("line " + std::to_string(line) + ": not UTF-8; save the file in that encoding");
    if (text[0] == '\n') ++line;
    text.remove_prefix(length);
  }
}

// RFC 4180, with any line end; lines without a word are passed over.
Parsed parse_lines(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const char separator = separator_of(text);
  Parsed result;
  Line line(1);
  std::size_t number = 1, began = 1;
  bool quoted = false;
  const auto end_line = [&] {
    if (line.size() > 1 || !line.front().empty()) {
      result.lines.push_back(std::move(line));
      result.numbers.push_back(began);
    }
    line.assign(1, {});
    began = number;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++number;
    if (quoted) {
      if (c != '"')
        line.back() += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        line.back() += text[++i];
      else
        quoted = false;
    } else if (c == '"' && line.back().empty()) {
      quoted = true;
    } else if (c == separator) {
      line.emplace_back();
    } else if (c == '\n') {
      end_line();
    } else if (c != '\r' || i + 1 == text.size() || text[i + 1] != '\n') {
      line.back() += c;
    }
  }
  if (quoted) throw MatrixError("line " + std::to_string(began) + ": a quotation mark is not closed");
  end_line();
  return result;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool formula_like(std::string_view text) {
  return !text.empty() && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@');
}

std::string unguarded(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('\'') && formula_like(text.substr(1))) text.remove_prefix(1);
  return std::string(text);
}

struct Columns {
  std::map<std::string, std::size_t, std::less<>> field;
  std::vector<std::size_t> hypotheses;
};

Columns columns_of(const Line& head, Matrix& matrix) {
  Columns columns;
  for (std::size_t at = 0; at < head.size(); ++at) {
    const std::string name = unguarded(head[at]);
    const std::string folded = folded_word(name);
    if (std::find(fields.begin(), fields.end(), folded) != fields.end()) {
      if (!columns.field.emplace(folded, at).second)
        throw MatrixError("line 1: the column \"" + name + "\" is there twice");
    } else if (!name.empty()) {
      columns.hypotheses.push_back(at);
      matrix.hypotheses.push_back(name);
    }
  }
  if (!columns.field.contains("evidence")) throw MatrixError("line 1 names no column \"evidence\"");
  if (columns.hypotheses.empty()) throw MatrixError("line 1 names no hypothesis");
  if (columns.hypotheses.size() > file_hypotheses_max)
    throw MatrixError("line 1 names more than " + std::to_string(file_hypotheses_max) + " hypotheses");
  matrix.priors.assign(matrix.hypotheses.size(), 1 / static_cast<double>(matrix.hypotheses.size()));
  return columns;
}

std::string csv_cell(std::string_view words) {
  std::string text = formula_like(words) ? "'" + std::string(words) : std::string(words);
  if (text.find_first_of(",;\t\"\r\n") == std::string::npos && trimmed(text).size() == text.size())
    return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

// Spreadsheets write every cell, so a line of another length has most likely lost one or gained one.
void note_length(const Line& line, std::size_t head, const std::string& where,
                 std::vector<std::string>& notes) {
  const auto cells = [](std::size_t n) { return std::to_string(n) + (n == 1 ? " cell" : " cells"); };
  if (line.size() < head)
    notes.push_back(where + " has " + cells(line.size()) + ", the first line " + std::to_string(head) +
                    "; the rest counts as not rated");
  else if (std::any_of(line.begin() + static_cast<std::ptrdiff_t>(head), line.end(),
                       [](const std::string& cell) { return !trimmed(cell).empty(); }))
    notes.push_back(where + " has " + cells(line.size()) + ", the first line " + std::to_string(head) +
                    "; what is beyond is not read");
}

}  // namespace

Matrix parse_csv(std::string_view text, std::vector<std::string>* notes) {
  if (text.size() > file_bytes_max) throw MatrixError("larger than is read");
  require_utf8(text);
  const Parsed parsed = parse_lines(text);
  if (parsed.lines.empty()) throw MatrixError("the file is empty");
  Matrix matrix;
  const Columns columns = columns_of(parsed.lines.front(), matrix);
  const bool several = columns.field.contains("analyst");
  std::map<std::string, std::size_t> rows;
  std::vector<std::pair<std::size_t, std::vector<Rating>>> rated;  // row of the matrix
  std::vector<std::string> analysts;
  if (parsed.lines.size() * matrix.hypotheses.size() > cells_max)
    throw MatrixError("more than " + std::to_string(cells_max) + " cells");
  for (std::size_t n = 1; n < parsed.lines.size(); ++n) {
    const Line& line = parsed.lines[n];
    const std::string where = "line " + std::to_string(parsed.numbers[n]);
    if (notes) note_length(line, parsed.lines.front().size(), where, *notes);
    const auto cell = [&](std::size_t at) { return at < line.size() ? unguarded(line[at]) : std::string(); };
    const auto field = [&](std::string_view name) {
      const auto at = columns.field.find(name);
      return at == columns.field.end() ? std::string() : cell(at->second);
    };
    Evidence item;
    item.text = field("evidence");
    if (item.text.empty()) throw MatrixError(where + " has no words under \"evidence\"");
    item.type = field("type"), item.source = field("source"), item.date = field("date");
    item.origin = field("origin"), item.note = field("note");
    item.credibility = read_level(field("credibility"), where + ", credibility");
    item.relevance = read_level(field("relevance"), where + ", relevance");
    item.stance = read_stance(field("stance"), where + ", stance");
    std::vector<Rating> ratings;
    for (std::size_t j = 0; j < columns.hypotheses.size(); ++j)
      ratings.push_back(read_rating(cell(columns.hypotheses[j]), where + ", " + matrix.hypotheses[j]));
    std::size_t row = matrix.evidence.size();
    if (several) row = rows.emplace(item.text, row).first->second;
    if (row == matrix.evidence.size()) matrix.evidence.push_back(std::move(item));
    rated.emplace_back(row, std::move(ratings));
    analysts.push_back(field("analyst"));
  }
  const Ratings blank(matrix.evidence.size(), std::vector<Rating>(matrix.hypotheses.size(), Rating::unrated));
  if (!several) matrix.ratings = blank;
  for (std::size_t n = 0; n < rated.size(); ++n) {
    auto& [row, cells] = rated[n];
    if (several && analysts[n].empty()) continue;
    if (several && !matrix.analysts.contains(analysts[n]) &&
        (matrix.analysts.size() + 1) * blank.size() * matrix.hypotheses.size() > cells_max)
      throw MatrixError("more than " + std::to_string(cells_max) + " cells");
    (several ? matrix.analysts.try_emplace(analysts[n], blank).first->second : *matrix.ratings)[row] =
        std::move(cells);
  }
  if (several && matrix.analysts.empty()) matrix.ratings = blank;
  return matrix;
}

std::string to_csv(const Matrix& matrix) {
  std::string out;
  const bool several = !matrix.ratings && !matrix.analysts.empty();
  for (const std::string_view name : fields)
    if (name != "analyst" || several) out += (out.empty() ? "" : ",") + std::string(name);
  for (const std::string& hypothesis : matrix.hypotheses) out += "," + csv_cell(hypothesis);
  out += "\r\n";
  const auto write = [&](std::size_t i, const std::string& analyst, const std::vector<Rating>& row) {
    const Evidence& item = matrix.evidence[i];
    const std::string stance = !item.stance ? "" : *item.stance == Stance::sincere ? "sincere" : "deceptive";
    out += csv_cell(item.text);
    for (const std::string& words : {item.type, item.source, item.date, item.origin, stance})
      out += "," + csv_cell(words);
    out += std::string(",") + (item.credibility ? to_string(*item.credibility) : "");
    out += std::string(",") + (item.relevance ? to_string(*item.relevance) : "");
    out += "," + csv_cell(item.note);
    if (several) out += "," + csv_cell(analyst);
    for (const Rating rating : row) out += std::string(",") + to_string(rating);
    out += "\r\n";
  };
  for (std::size_t i = 0; i < matrix.evidence.size(); ++i) {
    if (matrix.ratings) write(i, {}, (*matrix.ratings)[i]);
    if (several)
      for (const auto& [name, ratings] : matrix.analysts) write(i, name, ratings[i]);
  }
  return out;
}

}  // namespace assay::ach
