// JSON as Yjs needs it. Written here because the library stands on the standard library alone.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

// One recursive descent for checking and for building: `build` false makes no values and allocates nothing.
class JsonReader {
 public:
  JsonReader(std::string_view text, std::size_t nesting_max) : text_(text), nesting_max_(nesting_max) {}

  template <bool build>
  bool document(Any& out) {
    space();
    if (!value<build>(out, 0)) return false;
    space();
    return at_ == text_.size();
  }
  bool too_deep() const { return too_deep_; }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char expected) {
    if (peek() != expected || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void space() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  template <bool build>
  bool value(Any& out, std::size_t depth) {
    switch (peek()) {
      case 'n':
        if constexpr (build) out = Any(Any::Value(Null{}));
        return word("null");
      case 't':
        if constexpr (build) out = Any(true);
        return word("true");
      case 'f':
        if constexpr (build) out = Any(false);
        return word("false");
      case '"': {
        std::string text;
        if (!string<build>(text)) return false;
        if constexpr (build) out = Any(std::move(text));
        return true;
      }
      case '[':
        return array<build>(out, depth);
      case '{':
        return object<build>(out, depth);
      default:
        return number<build>(out);
    }
  }

  template <bool build>
  bool array(Any& out, std::size_t depth) {
    if (depth >= nesting_max_) return !(too_deep_ = true);
    AnyArray elements;
    ++at_;
    space();
    if (!take(']')) {
      do {
        space();
        Any element;
        if (!value<build>(element, depth + 1)) return false;
        if constexpr (build) elements.push_back(std::move(element));
        space();
      } while (take(','));
      if (!take(']')) return false;
    }
    if constexpr (build) out = Any(Any::Value(std::move(elements)));
    return true;
  }

  template <bool build>
  bool object(Any& out, std::size_t depth) {
    if (depth >= nesting_max_) return !(too_deep_ = true);
    AnyObject members;
    ++at_;
    space();
    if (!take('}')) {
      do {
        space();
        std::string key;
        if (peek() != '"' || !string<build>(key)) return false;
        space();
        if (!take(':')) return false;
        space();
        Any member;
        if (!value<build>(member, depth + 1)) return false;
        if constexpr (build) members.emplace_back(std::move(key), std::move(member));
        space();
      } while (take(','));
      if (!take('}')) return false;
    }
    if constexpr (build) {
      settle_members(members);
      out = Any(Any::Value(std::move(members)));
    }
    return true;
  }

  bool hex4(unsigned& out) {
    if (text_.size() - at_ < 4) return false;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, begin + 4, out, 16);
    at_ += 4;
    return error == std::errc() && end == begin + 4;
  }

  template <bool build>
  bool string(std::string& out) {
    ++at_;
    std::u16string units;  // escapes may spell halves of a pair one by one
    const auto flush = [&] {
      if (!units.empty()) utf16_to_utf8(units, out);
      units.clear();
    };
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        if constexpr (build) flush();
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c != '\\') {
        if constexpr (build) {
          flush();
          out.push_back(c);
        }
        continue;
      }
      unsigned unit = 0;
      const char escape = peek();
      ++at_;
      switch (escape) {
        case '"':
        case '\\':
        case '/':
          unit = static_cast<unsigned char>(escape);
          break;
        case 'b':
          unit = '\b';
          break;
        case 'f':
          unit = '\f';
          break;
        case 'n':
          unit = '\n';
          break;
        case 'r':
          unit = '\r';
          break;
        case 't':
          unit = '\t';
          break;
        case 'u':
          if (at_ > text_.size() || !hex4(unit)) return false;
          break;
        default:
          return false;
      }
      if constexpr (build) units.push_back(static_cast<char16_t>(unit));
    }
    return false;
  }

  bool digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > start;
  }

  template <bool build>
  bool number(Any& out) {
    const std::size_t start = at_;
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) take('-');
      if (!digits()) return false;
    }
    if constexpr (build) {
      double parsed = 0;
      const auto [end, error] = std::from_chars(text_.data() + start, text_.data() + at_, parsed);
      // Out of range: from_chars leaves the value; JavaScript makes it infinite or zero, as strtod does.
      if (error == std::errc::result_out_of_range)
        parsed = std::strtod(std::string(text_.substr(start, at_ - start)).c_str(), nullptr);
      static_cast<void>(end);
      out = Any(parsed);
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nesting_max_;
  bool too_deep_ = false;
};

void append_quoted(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out.push_back(hex[static_cast<unsigned char>(c) >> 4]);
          out.push_back(hex[c & 15]);
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

struct JsonWriter {
  std::string& out;
  void operator()(Undefined) const { out += "null"; }
  void operator()(Null) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      append_number(out, value == 0 ? 0 : value);
    } else {
      out += "null";
    }
  }
  void operator()(BigInt value) const { out += std::to_string(value.value); }
  void operator()(const std::string& value) const { append_quoted(out, value); }
  // JSON.stringify(Uint8Array): an object of its indexes.
  void operator()(const Bytes& value) const {
    out.push_back('{');
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i) out.push_back(',');
      out += '"' + std::to_string(i) + "\":" + std::to_string(value[i]);
    }
    out.push_back('}');
  }
  void operator()(const AnyArray& value) const {
    out.push_back('[');
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i) out.push_back(',');
      append_json(out, value[i]);
    }
    out.push_back(']');
  }
  void operator()(const AnyObject& value) const {
    out.push_back('{');
    bool first = true;
    for (const auto& [key, member] : value) {
      if (member.get_if<Undefined>()) continue;
      if (!first) out.push_back(',');
      first = false;
      append_quoted(out, key);
      out.push_back(':');
      append_json(out, member);
    }
    out.push_back('}');
  }
};

}  // namespace

bool check_json(std::string_view text, std::size_t nesting_max, bool& too_deep) {
  too_deep = false;
  if (text == "null" || text == "true" || text == "{}" || text == "false") return true;
  JsonReader reader(text, nesting_max);
  Any unused;
  const bool good = reader.document<false>(unused);
  too_deep = reader.too_deep();
  return good;
}

Any parse_json(std::string_view text) {
  Any out;
  if (text == "undefined") return out;
  JsonReader reader(text, text.size());
  reader.document<true>(out);
  return out;
}

void append_json(std::string& out, const Any& value) { std::visit(JsonWriter{out}, value.value()); }

std::string to_json(const Any& value) {
  std::string out;
  append_json(out, value);
  return out;
}

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
    return;
  }
  if (value == 0) {
    out.push_back('0');
    return;
  }
  // The shortest digits that read back the same, laid out by JavaScript's rules.
  std::array<char, 40> buffer;
  const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                  std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(done.ptr - buffer.data()));
  const std::size_t e = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c != '.') digits.push_back(c);
  }
  int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the decimal point
  if (value < 0) out.push_back('-');
  if (count <= point && point <= 21) {
    out += digits;
    out.append(static_cast<std::size_t>(point - count), '0');
  } else if (0 < point && point <= 21) {
    out += digits.substr(0, static_cast<std::size_t>(point)) + '.' +
           digits.substr(static_cast<std::size_t>(point));
  } else if (-6 < point && point <= 0) {
    out += "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  } else {
    out.push_back(digits[0]);
    if (count > 1) out += '.' + digits.substr(1);
    out.push_back('e');
    out.push_back(exponent < 0 ? '-' : '+');
    out += std::to_string(std::abs(exponent));
  }
}

}  // namespace assay::crdt
