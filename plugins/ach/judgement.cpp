#include "plugins/ach/judgement.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

namespace assay::ach {
namespace {

using Words = std::vector<std::string>;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

Words words_of(std::string_view text) {
  Words words;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_word(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    words.push_back(lowered(text.substr(i, end - i)));
    i = end;
  }
  return words;
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// ---- Which hypothesis a stretch of words names

constexpr std::array<std::string_view, 10> ordinals = {"first", "second",  "third",  "fourth", "fifth",
                                                       "sixth", "seventh", "eighth", "ninth",  "tenth"};

struct Reference {
  std::size_t at = 0;  // the word it begins with
  std::size_t hypothesis = 0;
};

std::optional<std::size_t> ordinal(const std::string& word) {
  for (std::size_t n = 0; n < ordinals.size(); ++n)
    if (word == ordinals[n]) return n;
  return std::nullopt;
}

// "1" or "h1" to 0.
std::optional<std::size_t> number(std::string_view word) {
  if (!word.empty() && word.front() == 'h') word.remove_prefix(1);
  if (word.empty() || word.size() > 2 || !std::all_of(word.begin(), word.end(), is_digit))
    return std::nullopt;
  const std::size_t n = word.size() == 1 ? static_cast<std::size_t>(word[0] - '0')
                                         : static_cast<std::size_t>((word[0] - '0') * 10 + (word[1] - '0'));
  return n == 0 ? std::nullopt : std::optional(n - 1);
}

bool stands_at(const Words& words, std::size_t at, const Words& phrase) {
  return !phrase.empty() && at + phrase.size() <= words.size() &&
         std::equal(phrase.begin(), phrase.end(), words.begin() + static_cast<std::ptrdiff_t>(at));
}

std::vector<Reference> references(const Words& words, const std::vector<ReportHypothesis>& hypotheses) {
  std::vector<Words> titles;
  for (const ReportHypothesis& hypothesis : hypotheses) titles.push_back(words_of(hypothesis.title));
  const auto is_noun = [](const std::string& w) { return w == "hypothesis" || w == "explanation"; };
  std::vector<Reference> found;
  const auto add = [&](std::size_t at, std::optional<std::size_t> hypothesis) {
    if (hypothesis && *hypothesis < hypotheses.size()) found.push_back({at, *hypothesis});
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool more = i + 1 < words.size();
    // "the first hypothesis", and once it is plain what is counted, "the first is".
    const bool subject = i > 0 && words[i - 1] == "the" && more &&
                         is_one_of(words[i + 1], {"is", "remains", "has", "appears", "seems", "fits",
                                                  "explains", "leads", "prevails", "stands"});
    if ((more && is_noun(words[i + 1])) || subject) add(i, ordinal(words[i]));
    if (more && is_noun(words[i])) add(i, number(words[i + 1]));
    if (words[i].size() > 1 && words[i].front() == 'h') add(i, number(words[i]));
    if (hypotheses.size() == 2 && i > 0 && words[i - 1] == "the") {
      if (words[i] == "former") add(i, 0);
      if (words[i] == "latter") add(i, 1);
    }
    for (std::size_t j = 0; j < titles.size(); ++j)
      if (stands_at(words, i, titles[j])) add(i, j);
  }
  return found;
}

// ---- Words that prefer

struct Preference {
  Words phrase;
  bool comparative = false;  // "more likely": against one other unless it says "than all"
  bool after = false;        // what is preferred stands after it: "favours the second"
  bool of_all = false;       // only of the evidence as a whole: "best explains the evidence", not one item
};

const std::vector<Preference>& preferences() {
  static const std::vector<Preference> all = [] {
    std::vector<Preference> list;
    for (const char* phrase :
         {"best supported", "most supported", "most likely", "most plausible", "most probable",
          "least inconsistent", "fewest inconsistencies", "is preferred", "is favoured", "is favored",
          "strongest hypothesis", "leading hypothesis", "leads", "prevails",
          "most consistent with the evidence", "remains the strongest", "is the strongest"})
      list.push_back({words_of(phrase)});
    for (const char* phrase :
         {"better supported", "more likely", "more plausible", "more probable", "is stronger"})
      list.push_back({words_of(phrase), true});
    for (const char* phrase : {"best explains", "best fits", "fits best", "explains best"})
      list.push_back({words_of(phrase), false, false, true});
    for (const char* phrase :
         {"evidence favours", "evidence favors", "analysis favours", "analysis favors", "matrix favours",
          "matrix favors", "we prefer", "we favour", "we favor", "preferring"})
      list.push_back({words_of(phrase), false, true});
    return list;
  }();
  return all;
}

// Denied, or only supposed, or no longer held.
bool negated(const Words& words, std::size_t at) {
  for (std::size_t i = 0; i < at; ++i) {
    if (is_one_of(words[i], {"if", "whether", "unless", "previously", "earlier", "initially", "neither"}))
      return true;
    if (at - i <= 3 && is_one_of(words[i], {"not", "no", "less", "never", "nor", "cannot", "would", "could",
                                            "might", "may"}))
      return true;
  }
  return false;
}

// What follows makes it a word on one item, or no preference at all: "most likely explanation for the gap",
// "leads to".
bool narrowed(const Words& words, std::size_t after, bool of_all) {
  if (after < words.size() && words[after] == "to") return true;
  for (std::size_t i = after; i < words.size() && i < after + 4; ++i) {
    if (is_one_of(words[i], {"evidence", "facts", "data", "record", "all", "whole"})) return false;
    if (words[i] == "for" || words[i] == "of" || words[i] == "why") return true;
  }
  return of_all && after < words.size();
}

// "than" one other, where there are more: no leader is named.
bool against_one(const Words& words, std::size_t from, std::size_t hypotheses) {
  const auto than = std::find(words.begin() + static_cast<std::ptrdiff_t>(from), words.end(), "than");
  if (than == words.end() || hypotheses <= 2) return false;
  return !std::any_of(than, words.end(), [](const std::string& w) {
    return w == "all" || w == "any" || w == "others" || w == "rest" || w == "rivals" || w == "alternatives" ||
           w == "either";
  });
}

bool says_tie(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "tie" || words[i] == "ties" || words[i] == "tied" || words[i] == "equally" ||
        words[i] == "both" || words[i] == "jointly")
      return true;
    if (stands_at(words, i, {"as", "likely", "as"}) || stands_at(words, i, {"no", "clear", "leader"}))
      return true;
  }
  return false;
}

std::optional<std::size_t> preferred(const Words& words, const std::vector<ReportHypothesis>& hypotheses) {
  if (says_tie(words)) return std::nullopt;
  const auto named = references(words, hypotheses);
  for (const Preference& preference : preferences()) {
    for (std::size_t at = 0; at < words.size(); ++at) {
      if (!stands_at(words, at, preference.phrase) || negated(words, at)) continue;
      const std::size_t after = at + preference.phrase.size();
      if (preference.comparative && against_one(words, after, hypotheses.size())) continue;
      if (narrowed(words, after, preference.of_all)) continue;
      std::optional<std::size_t> nearest;
      for (const Reference& reference : named)
        if (!preference.after && reference.at < at) nearest = reference.hypothesis;
      if (nearest) return nearest;
      for (const Reference& reference : named)
        if (reference.at >= after) return reference.hypothesis;
    }
  }
  return std::nullopt;
}

// ---- "The most supported hypothesis is that ...": which one, by its content

std::string stem(std::string word) {
  for (const std::string_view ending : {"ing", "ed", "es", "ly", "s", "e"}) {
    if (word.size() < ending.size() + 4 || !std::string_view(word).ends_with(ending)) continue;
    word.resize(word.size() - ending.size());
    break;
  }
  return word;
}

std::set<std::string> stems(std::string_view text) {
  static const std::set<std::string> common = {
      "that",  "this",  "with",  "from",        "have",     "been",       "were",   "which",
      "would", "could", "their", "there",       "most",     "hypothesis", "more",   "than",
      "into",  "under", "over",  "explanation", "evidence", "likely",     "rather", "because",
      "while", "when",  "where", "without",     "only",     "they",       "also",   "supported"};
  std::set<std::string> result;
  for (const std::string& word : words_of(text))
    if (word.size() >= 4 && !common.contains(word)) result.insert(stem(word));
  return result;
}

struct Content {
  std::set<std::string> title, statement;
};

std::vector<Content> contents(std::string_view text, const std::vector<TextBlock>& blocks,
                              const std::vector<ReportHypothesis>& hypotheses) {
  std::vector<Content> result(hypotheses.size());
  for (std::size_t j = 0; j < hypotheses.size(); ++j) {
    result[j].title = stems(hypotheses[j].title);
    bool inside = false;
    for (const TextBlock& block : blocks) {
      if (block.section == "hypotheses/title")
        inside = hypotheses[j].begin < hypotheses[j].end && block.span.begin <= hypotheses[j].begin &&
                 hypotheses[j].begin < block.span.end;
      else if (inside && block.section == "hypotheses/statement")
        result[j].statement.merge(stems(text.substr(block.span.begin, block.span.end - block.span.begin)));
    }
  }
  return result;
}

// None unless one fits clearly better than every other.
std::optional<std::size_t> by_content(std::string_view clause, const std::vector<Content>& contents) {
  std::map<std::string, std::size_t> holders;
  for (const Content& content : contents) {
    std::set<std::string> all = content.title;
    all.insert(content.statement.begin(), content.statement.end());
    for (const std::string& s : all) ++holders[s];
  }
  std::vector<std::size_t> scores(contents.size());
  for (const std::string& s : stems(clause)) {
    if (holders[s] != 1) continue;  // what several say tells none of them
    for (std::size_t j = 0; j < contents.size(); ++j)
      scores[j] += contents[j].title.contains(s) ? 2u : contents[j].statement.contains(s) ? 1u : 0u;
  }
  const auto best = std::max_element(scores.begin(), scores.end());
  if (best == scores.end() || *best < 2) return std::nullopt;
  for (auto other = scores.begin(); other != scores.end(); ++other)
    if (other != best && 2 * *best < 3 * *other) return std::nullopt;
  if (std::count(scores.begin(), scores.end(), *best) > 1) return std::nullopt;
  return static_cast<std::size_t>(best - scores.begin());
}

// Where the clause begins that says what the leading hypothesis is; none in any other sentence.
std::optional<std::size_t> leading_clause(const std::string& sentence) {
  for (const std::string_view start : {"most supported", "best supported", "most likely", "most plausible",
                                       "leading", "strongest", "best-supported", "preferred"}) {
    for (const std::string_view noun : {" hypothesis", " explanation"}) {
      const std::size_t at = sentence.find(std::string(start) + std::string(noun));
      if (at == std::string::npos) continue;
      const std::size_t after = at + start.size() + noun.size();
      if (sentence.compare(after, 4, " is ") == 0) return after + 4;
      if (sentence.compare(after, 9, " remains ") == 0) return after + 9;
    }
  }
  return std::nullopt;
}

bool abbreviation(std::string_view text, std::size_t begin, std::size_t stop) {
  std::size_t start = stop;
  while (start > begin && (is_letter(text[start - 1]) || text[start - 1] == '.')) --start;
  const std::string word = lowered(text.substr(start, stop - start));
  if (word.size() == 1 || word.find('.') != std::string::npos) return true;  // an initial, "u.s", "e.g"
  for (const std::string_view known :
       {"mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "capt", "no", "vs", "st", "fig"})
    if (word == known) return true;
  return false;
}

}  // namespace

std::vector<TextSpan> sentences(std::string_view text, TextSpan within) {
  std::vector<TextSpan> result;
  const auto space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
  std::size_t begin = within.begin;
  const auto close = [&](std::size_t end) {
    while (begin < end && space(text[begin])) ++begin;
    std::size_t last = end;
    while (last > begin && space(text[last - 1])) --last;
    if (begin < last) result.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(last)});
    begin = end;
  };
  for (std::size_t i = within.begin; i < within.end; ++i) {
    if (text[i] != '.' && text[i] != '?' && text[i] != '!') continue;
    std::size_t end = i + 1;
    while (end < within.end && (text[end] == '"' || text[end] == '\'' || text[end] == ')')) ++end;
    if (end < within.end && !space(text[end])) continue;
    if (text[i] == '.' && abbreviation(text, begin, i)) continue;
    std::size_t next = end;
    while (next < within.end && space(text[next])) ++next;
    if (next < within.end && text[next] >= 'a' && text[next] <= 'z') continue;
    close(end);
  }
  close(within.end);
  return result;
}

std::vector<Claim> leader_claims(std::string_view text, const std::vector<TextBlock>& blocks,
                                 const std::vector<ReportHypothesis>& hypotheses) {
  std::vector<Claim> claims;
  if (hypotheses.size() < 2) return claims;
  const auto known = contents(text, blocks, hypotheses);
  for (const TextBlock& block : blocks) {
    if (block.heading || (block.section != "bluf" && block.section != "hypotheses/judgement")) continue;
    for (const TextSpan sentence : sentences(text, block.span)) {
      const std::string_view said = text.substr(sentence.begin, sentence.end - sentence.begin);
      std::optional<std::size_t> hypothesis;
      if (const auto clause = leading_clause(lowered(said))) {
        const auto named = references(words_of(said.substr(*clause)), hypotheses);
        hypothesis =
            named.empty() ? by_content(said.substr(*clause), known) : std::optional(named.front().hypothesis);
      } else {
        hypothesis = preferred(words_of(said), hypotheses);
      }
      if (hypothesis) claims.push_back({sentence, *hypothesis});
    }
  }
  return claims;
}

std::optional<TextSpan> method_claim(std::string_view text, const std::vector<TextBlock>& blocks) {
  if (lowered(text).find("clearing house") != std::string::npos)
    return std::nullopt;  // payments, another ACH
  for (const TextBlock& block : blocks) {
    if (block.heading) continue;
    for (const TextSpan sentence : sentences(text, block.span)) {
      const std::string_view said = text.substr(sentence.begin, sentence.end - sentence.begin);
      const std::string folded = lowered(said);
      std::size_t at = folded.find("analysis of competing hypotheses"), size = 32;
      if (at == std::string::npos) {
        size = 3;
        for (at = said.find("ACH"); at != said.npos; at = said.find("ACH", at + 1))
          if ((at == 0 || !is_word(said[at - 1])) && (at + 3 == said.size() || !is_word(said[at + 3]))) break;
      }
      if (at == std::string::npos) continue;
      const Words before = words_of(std::string_view(folded).substr(0, at));
      const Words after = words_of(std::string_view(folded).substr(at + size));
      const auto denies = [](const std::string& w) {
        return w == "not" || w == "no" || w == "without" || w == "instead";
      };
      if (std::any_of(before.end() - std::min<std::ptrdiff_t>(4, std::ssize(before)), before.end(), denies) ||
          std::any_of(after.begin(), after.begin() + std::min<std::ptrdiff_t>(4, std::ssize(after)), denies))
        continue;
      std::size_t end = at + size, begin = at;
      // The version, and the word that says it was used.
      std::size_t version = end;
      while (version < said.size() &&
             (said[version] == ' ' || said[version] == '.' || is_digit(said[version])))
        ++version;
      while (version > end && !is_digit(said[version - 1])) --version;
      if (version > end) end = version;
      for (const std::string_view used : {"using the ", "using ", "applying ", "by ", "through "})
        if (begin >= used.size() && folded.compare(begin - used.size(), used.size(), used) == 0) {
          begin -= used.size();
          break;
        }
      return TextSpan{sentence.begin + static_cast<std::uint32_t>(begin),
                      sentence.begin + static_cast<std::uint32_t>(end)};
    }
  }
  return std::nullopt;
}

}  // namespace assay::ach
