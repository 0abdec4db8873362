#include "plugins/host/toml_bounds.h"

#include <algorithm>

namespace assay::host {
namespace {

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  std::optional<TomlTooDeep> run() {
    while (at_ < text_.size()) {
      step();
      if (dots_ > toml_key_dots_max)
        return TomlTooDeep{line_, "a key of more than " + std::to_string(toml_key_dots_max) + " dots"};
      if (open_ > toml_brackets_max)
        return TomlTooDeep{line_, "brackets more than " + std::to_string(toml_brackets_max) + " deep"};
    }
    return std::nullopt;
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case '#':
        at_ = std::min(text_.find('\n', at_), text_.size());
        return;
      case '"':
      case '\'':
        return string(c);
      case '.':
        ++dots_;
        break;
      case '[':
        ++open_;
        break;
      case '{':
        ++open_;
        dots_ = 0;
        break;
      case ']':
      case '}':
        if (open_ > 0) --open_;
        dots_ = 0;
        break;
      case '\n':
        ++line_;
        dots_ = 0;
        break;
      case '=':
      case ',':
        dots_ = 0;
        break;
      default:
        break;
    }
    ++at_;
  }

  void string(char quote) {
    if (!is_triple(quote)) return one_line_string(quote);
    at_ += 3;
    while (at_ < text_.size() && !is_triple(quote)) skip_one(quote);
    at_ = std::min(at_ + 3, text_.size());
    // One or two quotes more belong to the string.
    for (int more = 0; more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;
  }
  void one_line_string(char quote) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') skip_one(quote);
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
  }
  // A character of a string; a backslash in "..." takes the next one along.
  void skip_one(char quote) {
    if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') ++at_;
    if (text_[at_] == '\n') ++line_;
    ++at_;
  }
  bool is_triple(char quote) const {
    return text_.size() - at_ >= 3 && text_[at_] == quote && text_[at_ + 1] == quote &&
           text_[at_ + 2] == quote;
  }

  std::string_view text_;
  std::size_t at_ = 0, line_ = 1, open_ = 0, dots_ = 0;
};

}  // namespace

std::optional<TomlTooDeep> find_too_deep_toml(std::string_view text) { return Scan(text).run(); }

}  // namespace assay::host
