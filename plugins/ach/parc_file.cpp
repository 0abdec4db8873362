#include <expat.h>
#include <zlib.h>

#include <chrono>
#include <ctime>
#include <memory>

#include "plugins/ach/matrix_files.h"
#include "plugins/ach/rating_words.h"

namespace assay::ach {
namespace {

constexpr std::size_t depth_max = 32, words_max = 100'000;

// gzip, one member or several, to at most file_bytes_max.
std::string inflated(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) throw MatrixError("no memory to decompress it");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  if (bytes.size() > file_bytes_max) throw MatrixError("larger than is read");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  char part[1 << 16];
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(part);
    stream.avail_out = sizeof part;
    const int said = inflate(&stream, Z_NO_FLUSH);
    if (said != Z_OK && said != Z_STREAM_END) throw MatrixError("not a whole gzip file");
    out.append(part, sizeof part - stream.avail_out);
    if (out.size() > file_bytes_max) throw MatrixError("larger than is read once decompressed");
    if (said == Z_STREAM_END) return out;
  }
}

std::string date_of(const std::string& milliseconds) {
  char* end = nullptr;
  const long long value = std::strtoll(milliseconds.c_str(), &end, 10);
  if (milliseconds.empty() || *end != '\0' || value == 0) return {};
  const auto seconds = static_cast<std::time_t>(value / 1000);
  std::tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr || parts.tm_year < -1899 || parts.tm_year > 8099) return {};
  char text[16];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

// Follows the elements by name, whatever the outermost one is called.
class Reader {
 public:
  Matrix read(std::string_view xml) {
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
        XML_ParserCreate(nullptr), XML_ParserFree);
    if (!parser) throw MatrixError("no memory to read it");
    parser_ = parser.get();
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(parser_, started, ended);
    XML_SetCharacterDataHandler(parser_, said);
    // No declarations, so no entities of the file's own.
    XML_SetStartDoctypeDeclHandler(parser_, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                               int) { of(self).stop("a document type"); });
    const XML_Status status = XML_Parse(parser_, xml.data(), static_cast<int>(xml.size()), 1);
    if (!trouble_.empty()) throw MatrixError(trouble_);
    if (status != XML_STATUS_OK)
      throw MatrixError("line " + std::to_string(XML_GetCurrentLineNumber(parser_)) +
                        ": not XML: " + XML_ErrorString(XML_GetErrorCode(parser_)));
    return finished();
  }

 private:
  static Reader& of(void* self) { return *static_cast<Reader*>(self); }
  static void started(void* self, const XML_Char* name, const XML_Char**) { of(self).start(name); }
  static void ended(void* self, const XML_Char* name) { of(self).end(name); }
  static void said(void* self, const XML_Char* text, int size) {
    std::string& words = of(self).words_;
    words.append(text, static_cast<std::size_t>(size));
    if (words.size() > words_max) of(self).stop("an element of more than 100,000 bytes");
  }

  // Exceptions may not cross the parser, which is C.
  void stop(const std::string& what) {
    if (trouble_.empty())
      trouble_ = "line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ": " + what + " is not read";
    XML_StopParser(parser_, XML_FALSE);
  }

  void start(std::string_view name) {
    words_.clear();
    path_.emplace_back(name);
    if (path_.size() > depth_max) return stop("nesting that deep");
    if (is_item("EVIDENCE")) {
      matrix_.evidence.emplace_back();
      values_.emplace_back();
    }
    if (is_item("HYPOTHESIS")) matrix_.hypotheses.emplace_back();
    if (matrix_.hypotheses.size() > file_hypotheses_max) stop("a matrix of so many hypotheses");
    if ((matrix_.evidence.size() + 1) * matrix_.hypotheses.size() > cells_max) stop("a matrix that large");
  }

  void end(std::string_view name) {
    const std::string words = trimmed(words_);
    words_.clear();
    if (name == "PROJECT-TITLE") matrix_.title = words;
    if (path_.size() >= 2 && inside("HYPOTHESIS") && name == "NAME") matrix_.hypotheses.back() = words;
    if (path_.size() >= 2 && inside("EVIDENCE")) field(name, words);
    path_.pop_back();
  }

  void field(std::string_view name, const std::string& words) {
    Evidence& item = matrix_.evidence.back();
    try {
      if (name == "NAME") item.text = words;
      if (name == "NOTES" || name == "LINK")
        item.note += (item.note.empty() || words.empty() ? "" : " ") + words;
      if (name == "TYPE") item.type = words;
      if (name == "CODE") item.source = words;
      if (name == "DATE") item.date = date_of(words);
      if (name == "CREDIBILITY") item.credibility = read_level(words, "credibility");
      if (name == "RELEVANCE") item.relevance = read_level(words, "relevance");
      if (name == "VALUES") values_.back() = values_of(words);
    } catch (const MatrixError& error) {
      trouble_ = "line " + std::to_string(XML_GetCurrentLineNumber(parser_)) + ": " + error.what();
      XML_StopParser(parser_, XML_FALSE);
    }
  }

  static std::vector<Rating> values_of(std::string_view list) {
    std::vector<Rating> values;
    for (std::size_t from = 0; from <= list.size();) {
      const std::size_t to = std::min(list.find(',', from), list.size());
      values.push_back(
          read_rating(list.substr(from, to - from), "value " + std::to_string(values.size() + 1)));
      from = to + 1;
    }
    return values;
  }

  Matrix finished() {
    if (matrix_.hypotheses.empty()) throw MatrixError("no hypothesis in it: not a file of PARC ACH");
    matrix_.ratings.emplace();
    for (std::size_t i = 0; i < values_.size(); ++i) {
      auto& row = values_[i];
      while (row.size() > matrix_.hypotheses.size() && row.back() == Rating::unrated) row.pop_back();
      if (row.size() > matrix_.hypotheses.size())
        throw MatrixError("evidence " + std::to_string(i + 1) + " has " + std::to_string(row.size()) +
                          " values for " + std::to_string(matrix_.hypotheses.size()) + " hypotheses");
      row.resize(matrix_.hypotheses.size(), Rating::unrated);
      matrix_.ratings->push_back(row);
    }
    matrix_.priors.assign(matrix_.hypotheses.size(), 1 / static_cast<double>(matrix_.hypotheses.size()));
    return std::move(matrix_);
  }

  bool is_item(std::string_view name) const {
    return path_.size() >= 2 && path_.back() == name && path_[path_.size() - 2] == "MATRIX";
  }
  bool inside(std::string_view name) const {
    return path_.size() >= 3 && path_[path_.size() - 2] == name && path_[path_.size() - 3] == "MATRIX";
  }
  static std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  }

  XML_Parser parser_ = nullptr;
  Matrix matrix_;
  std::vector<std::vector<Rating>> values_;  // one an item, as long as the file has it
  std::vector<std::string> path_;
  std::string words_, trouble_;
};

}  // namespace

FileKind kind_of(std::string_view bytes) {
  if (bytes.starts_with("\x1F\x8B")) return FileKind::parc;
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return FileKind::parc;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const auto first = bytes.find_first_not_of(std::string_view(" \t\r\n\0", 5));
  if (first == bytes.npos) return FileKind::csv;  // which says that it is empty
  if (bytes[first] == '<') return FileKind::parc;
  return bytes[first] == '{' || bytes[first] == '[' ? FileKind::json : FileKind::csv;
}

Matrix parse_parc(std::string_view bytes) {
  const std::string unpacked = bytes.starts_with("\x1F\x8B") ? inflated(bytes) : std::string(bytes);
  if (unpacked.size() > file_bytes_max) throw MatrixError("larger than is read");
  return Reader().read(unpacked);
}

Matrix read_matrix(std::string_view bytes, std::vector<std::string>* notes) {
  switch (kind_of(bytes)) {
    case FileKind::parc:
      return parse_parc(bytes);
    case FileKind::csv:
      return parse_csv(bytes, notes);
    case FileKind::json:
      break;
  }
  return parse_matrix(bytes);
}

}  // namespace assay::ach
