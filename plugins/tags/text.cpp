#include "plugins/tags/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "plugins/tags/template_headings.h"

namespace assay::tagging {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Letters and digits of ASCII take no look into ICU's tables.
enum Kind : std::uint8_t { space, lower, upper, digit, mark };
Kind kind_of(UChar32 c) {
  if (c < 0) return mark;
  if (c < 0x80) {
    if (c >= 'a' && c <= 'z') return lower;
    if (c >= 'A' && c <= 'Z') return upper;
    if (c >= '0' && c <= '9') return digit;
    return c <= ' ' ? space : mark;
  }
  if (u_isalpha(c)) return u_isupper(c) ? upper : lower;
  if (u_isdigit(c)) return digit;
  return u_isspace(c) ? space : mark;
}

class Reader {
 public:
  Reader(Words& words, Text& text) : words_(words), text_(text), bytes_(text.bytes) {}

  // Adds the tokens of bytes [begin, end).
  void read(std::size_t begin, std::size_t end, bool title) {
    std::size_t at = begin;
    line_begin_ = at;
    break_ = sentence_ = true;
    title_ = title;
    while (at < end) {
      const std::size_t here = at;
      const UChar32 c = next(at, end);
      switch (kind_of(c)) {
        case lower:
        case upper:
        case digit:
          at = read_word(here, end);
          break;
        case space:
          if (c == '\n') read_line_end(at, end);
          break;
        case mark:
          read_mark(c, at, end);
          break;
      }
    }
  }

 private:
  UChar32 next(std::size_t& at, std::size_t end) const {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes_.data());
    auto i = static_cast<std::int32_t>(at);
    UChar32 c = 0;
    U8_NEXT(data, i, static_cast<std::int32_t>(end), c);
    at = static_cast<std::size_t>(i);
    return c;
  }

  // A newline inside a wrapped paragraph is a blank; after a short line, a whole paragraph on one line, or
  // before a blank line it ends a sentence.
  void read_line_end(std::size_t at, std::size_t end) {
    const std::size_t length = at - line_begin_;
    line_begin_ = at;
    std::size_t ahead = at;
    while (ahead < end && (bytes_[ahead] == ' ' || bytes_[ahead] == '\t' || bytes_[ahead] == '\r')) ++ahead;
    if (length < 35 || length > 160 || ahead >= end || bytes_[ahead] == '\n') break_ = sentence_ = true;
  }

  void read_mark(UChar32 c, std::size_t at, std::size_t end) {
    break_ = true;
    if (c == '.' || c == '!' || c == '?') {
      if (at >= end || blank(bytes_[at]) || bytes_[at] == '"') sentence_ = true;
    } else if (c == ':' || c == 0x201C || c == '"' || c == '(') {
      sentence_ = sentence_ || c == ':';
    }
  }

  // Letters and digits, and between two of them one of - ' ’ & / . (the last only between digits or single
  // letters).
  std::size_t read_word(std::size_t begin, std::size_t end) {
    std::size_t at = begin, stop = begin, letters = 0, capitals = 0, run = 0;
    bool digits = false;
    lower_.clear();
    bool first_capital = false;
    while (at < end) {
      std::size_t after = at;
      const UChar32 c = next(after, end);
      const Kind kind = kind_of(c);
      if (kind == lower || kind == upper || kind == digit) {
        if (at == begin) first_capital = kind == upper;
        letters += kind != digit;
        capitals += kind == upper;
        digits = kind == digit;
        ++run;
        append(kind == upper ? (c < 0x80 ? c + 32 : u_tolower(c)) : c);
        at = stop = after;
        continue;
      }
      const bool joins = c == '-' || c == '\'' || c == 0x2019 || c == '&' || c == '/' || c == 0x2010 ||
                         c == 0x2011 || (c == '.' && (digits || run == 1)) || (c == ',' && digits);
      if (!joins || after >= end) break;
      std::size_t beyond = after;
      const Kind follows = kind_of(next(beyond, end));
      if (follows == space || follows == mark) {
        if (c == '.' && run == 1 && lower_.size() > 1) stop = after;  // the last point of "U.S."
        break;
      }
      if ((c == '.' || c == ',') && digits && follows != digit) break;
      if (c == '/' && digits != (follows == digit)) break;
      append(c == 0x2019 ? '\'' : (c == 0x2010 || c == 0x2011) ? '-' : c);
      run = 0;
      at = after;
    }
    if (lower_.size() > max_word) {
      break_ = true;
      return std::max(stop, begin + 1);
    }
    Token token;
    token.begin = static_cast<std::uint32_t>(begin);
    token.end = static_cast<std::uint32_t>(stop);
    token.word = &words_.word(lower_);
    token.break_before = break_;
    token.sentence_start = sentence_;
    token.capital = first_capital;
    token.all_caps = capitals == letters && letters > 1;
    token.in_title = title_;
    text_.tokens.push_back(token);
    break_ = sentence_ = false;
    return std::max(stop, begin + 1);
  }

  void append(UChar32 c) {
    if (c < 0x80) {
      lower_ += static_cast<char>(c);
      return;
    }
    std::array<char, 4> out{};
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(out.data(), length, c);
    lower_.append(out.data(), static_cast<std::size_t>(length));
  }

  Words& words_;
  Text& text_;
  std::string_view bytes_;
  std::string lower_;
  std::size_t line_begin_ = 0;
  bool break_ = true, sentence_ = true, title_ = false;
};

// ---- What each word is in its sentence

struct Weights {
  float noun, verb, adjective, adverb;
};

bool capitals_mean_nothing(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  std::size_t content = 0, capital = 0;
  for (std::size_t i = begin; i < end; ++i) {
    if (tokens[i].word->role != Role::content && tokens[i].word->role != Role::weak) continue;
    ++content;
    capital += tokens[i].capital;
  }
  return content >= 3 && capital * 10 > content * 6;
}

// A token by its word's likelihoods and its neighbours: a determiner or an adjective before makes a noun
// likely, a pronoun, an auxiliary or "to" before makes a verb likely, a determiner after speaks for a verb.
Tag tag_content(const Token* before, const Token& token, const Token* after, bool capitals_count) {
  const Word& word = *token.word;
  if (token.capital && capitals_count) {
    if (!token.sentence_start || token.all_caps) return Tag::proper;
    if (!word.known) return Tag::proper;
  }
  if (token.capital && word.name) return Tag::proper;
  Weights w{word.noun, word.verb, word.adjective, word.adverb};
  const Role previous = before == nullptr ? Role::conjunction : before->word->role;
  const Tag previous_tag = before == nullptr ? Tag::other : before->tag;
  if (previous == Role::determiner || previous == Role::pointing || previous == Role::preposition ||
      previous == Role::number || previous_tag == Tag::adjective) {
    w.verb *= word.past || word.gerund ? 0.6F : 0.05F;
    w.adverb *= 0.2F;
    w.noun *= 1.5F;
  } else if (previous == Role::to) {
    w.verb *= 6;
    w.noun *= 0.5F;
  } else if (previous == Role::pronoun || previous == Role::auxiliary) {
    w.verb *= 4;
    w.noun *= previous == Role::pronoun ? 0.2F : 0.6F;
  } else if (previous_tag == Tag::noun || previous_tag == Tag::proper) {
    // "Dockers strike", "the union struck", but not "the union strike": that is a noun.
    const bool may_follow = word.past || word.gerund || word.text.ends_with('s');
    w.verb *= before->word->plural ? 1.5F : may_follow ? 0.7F : 0.15F;
    w.adjective *= 0.4F;
  } else if (before == nullptr) {
    w.verb *= 0.5F;
  }
  if (after != nullptr) {
    const Role next = after->word->role;
    if (next == Role::determiner || next == Role::pronoun) {
      w.verb *= 3;
      w.adjective *= 0.2F;
    } else if (next == Role::auxiliary || next == Role::preposition) {
      w.noun *= 1.5F;
      w.adjective *= 0.6F;
    } else if (next == Role::content && (after->word->noun > after->word->verb) && !after->break_before) {
      w.adjective *= 1.5F;
    }
  }
  const float best = std::max({w.noun, w.verb, w.adjective, w.adverb});
  if (best == 0) return Tag::noun;
  if (best == w.noun) return Tag::noun;
  if (best == w.adjective) return Tag::adjective;
  if (best == w.adverb) return Tag::adverb;
  if (word.past) return Tag::past;
  if (word.gerund) return Tag::gerund;
  return Tag::verb;
}

void tag_sentence(std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  const bool capitals_count = !capitals_mean_nothing(tokens, begin, end);
  for (std::size_t i = begin; i < end; ++i) {
    Token& token = tokens[i];
    const Token* before = i > begin && !token.break_before ? &tokens[i - 1] : nullptr;
    const Token* after = i + 1 < end ? &tokens[i + 1] : nullptr;
    switch (token.word->role) {
      case Role::content:
      case Role::weak:
        token.tag = tag_content(before, token, after, capitals_count);
        break;
      case Role::pointing:  // "New York"
        token.tag = token.capital && capitals_count && !token.sentence_start ? Tag::proper : Tag::other;
        break;
      case Role::number:
        token.tag = Tag::number;
        break;
      case Role::adverb:
        token.tag = Tag::adverb;
        break;
      case Role::preposition:
        token.tag = token.word->text == "of" ? Tag::of : Tag::other;
        break;
      default:
        token.tag = Tag::other;
    }
    if (token.word->part_count == 0) token.tag = Tag::other;
  }
}

// Adds `line`s that are no template heading, one by one.
std::string without_template_headings(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 1);
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::string_view line = text.substr(0, size);
    if (line.size() > 120 || !is_template_heading(trimmed(line)))
      out += line;
    else
      out += "\n\n";
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace

Text read_text(Words& words, std::string_view title, std::string_view text) {
  Text out;
  title = trimmed(title.substr(0, max_text));
  text = text.substr(0, max_text);
  std::string_view body = trimmed(text);
  const bool repeated = !title.empty() && body.starts_with(title);
  if (repeated) body.remove_prefix(title.size());
  out.bytes = title;
  out.bytes += '\n';
  const std::size_t body_begin = out.bytes.size();
  out.bytes += without_template_headings(body);
  out.tokens.reserve(out.bytes.size() / 5 + 8);
  Reader reader(words, out);
  reader.read(0, title.size(), true);
  const std::size_t title_tokens = out.tokens.size();
  reader.read(body_begin, out.bytes.size(), false);
  // A title that the text goes on from in the same sentence is not cut there.
  if (repeated && title_tokens < out.tokens.size() && !body.empty() && title_tokens > 0 && body.size() > 2 &&
      (body.front() == '\n' || body.front() == '\r') && (body[1] == '\t' || body[2] == '\t'))
    out.tokens[title_tokens].break_before = out.tokens[title_tokens].sentence_start = false;
  for (std::size_t begin = 0; begin < out.tokens.size();) {
    std::size_t end = begin + 1;
    while (end < out.tokens.size() && !out.tokens[end].sentence_start) ++end;
    tag_sentence(out.tokens, begin, end);
    begin = end;
  }
  return out;
}

}  // namespace assay::tagging
