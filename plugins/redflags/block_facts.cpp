#include "plugins/redflags/block_facts.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace assay::redflags {
namespace {

// What has more words is no sentence, and is taken for several: rules compare all there is in one.
constexpr std::size_t sentence_words_max = 500;

constexpr std::array<std::string_view, 46> abbreviations{
    "mr",     "mrs", "ms",  "dr",   "prof", "gen", "lt",  "col", "capt", "maj", "sgt",  "adm",
    "gov",    "sen", "rep", "hon",  "st",   "no",  "nos", "vol", "fig",  "sec", "dept", "est",
    "approx", "inc", "ltd", "co",   "corp", "jr",  "sr",  "vs",  "e.g",  "i.e", "cf",   "al",
    "jan",    "feb", "aug", "sept", "oct",  "nov", "dec", "u.s", "u.k",  "u.n"};

bool is_abbreviation(std::string_view word) {
  std::string folded;
  for (const char c : word) folded += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return std::find(abbreviations.begin(), abbreviations.end(), folded) != abbreviations.end();
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts,
                     std::size_t& length) {
  for (const auto start : starts)
    if (text.starts_with(start)) return length = start.size(), true;
  return false;
}

// Spaces and closing marks after a full stop.
std::size_t closing_length(std::string_view text) {
  std::size_t all = 0, one = 0;
  while (starts_with_any(text.substr(all), {"”", "’", "\"", "'", ")", "]"}, one)) all += one;
  return all;
}

// Whether the full stop after `token` may end a sentence.
bool may_end(const BlockFacts& facts, std::size_t token, std::size_t first) {
  const Token& last = facts.tokens[token];
  const std::string_view word = facts.at(last);
  if (is_abbreviation(word)) return false;
  if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z' && word[0] != 'I') return false;
  return !(token == first && last.shape == Shape::number && word.size() <= 3);
}

}  // namespace

std::size_t BlockFacts::sentence_of_word(std::uint32_t word) const {
  const auto after = std::upper_bound(sentences.begin(), sentences.end(), word,
                                      [](std::uint32_t w, const Sentence& s) { return w < s.words.begin; });
  return after == sentences.begin() ? 0 : static_cast<std::size_t>(after - sentences.begin()) - 1;
}

std::size_t BlockFacts::sentence_of_byte(std::uint32_t byte) const {
  const auto after = std::upper_bound(sentences.begin(), sentences.end(), byte,
                                      [](std::uint32_t b, const Sentence& s) { return b < s.bytes.begin; });
  return after == sentences.begin() ? 0 : static_cast<std::size_t>(after - sentences.begin()) - 1;
}

std::size_t BlockFacts::first_hit(std::uint32_t word) const {
  return static_cast<std::size_t>(
      std::lower_bound(hits.begin(), hits.end(), word,
                       [](const Hit& h, std::uint32_t w) { return h.first < w; }) -
      hits.begin());
}

const Hit* BlockFacts::find(CueId cue, Extent words) const {
  if (!may_have(cue)) return nullptr;
  for (std::size_t i = first_hit(words.begin); i < hits.size() && hits[i].first < words.end; ++i)
    if (hits[i].cue == cue) return &hits[i];
  return nullptr;
}

bool BlockFacts::quoted(std::uint32_t byte) const {
  const auto after = std::upper_bound(quotes.begin(), quotes.end(), byte,
                                      [](std::uint32_t b, const Extent& quote) { return b < quote.begin; });
  return after != quotes.begin() && byte < std::prev(after)->end;
}

std::string folded(const BlockFacts& facts, std::uint32_t token) {
  return token < facts.tokens.size() ? fold(facts.at(facts.tokens[token])) : std::string();
}

namespace {

// Where a quotation in single marks ends; 0 if what stands there opens none, as in ‘90s. The closing mark is
// an apostrophe as well, which has a letter behind it.
std::size_t single_quote_end(std::string_view text, std::size_t from) {
  constexpr std::size_t reach = 400;
  const auto is_letter = [&](std::size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || (text[at] & 0x80) != 0);
  };
  if (from >= text.size() || std::isdigit(static_cast<unsigned char>(text[from])) != 0) return 0;
  for (std::size_t at = text.find("’", from); at != std::string_view::npos && at < from + reach;
       at = text.find("’", at + 3)) {
    const std::string_view behind = text.substr(std::min(at + 3, text.size()));
    if (!is_letter(at + 3) || behind.starts_with("\u2013") || behind.starts_with("\u2014")) return at + 3;
  }
  return 0;
}

}  // namespace

void find_quotes(std::string_view text, std::vector<Extent>& quotes) {
  quotes.clear();
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '"' && text[i] != '\xE2' && text[i] != '\xC2') {
      ++i;
      continue;
    }
    std::size_t open = 0;
    std::string_view close;
    if (text[i] == '"')
      open = 1, close = "\"";
    else if (text.substr(i).starts_with("“") || text.substr(i).starts_with("„"))
      open = 3, close = "”";
    else if (text.substr(i).starts_with("«"))
      open = 2, close = "»";
    else if (text.substr(i).starts_with("‘")) {
      if (const std::size_t end = single_quote_end(text, i + 3); end != 0)
        quotes.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end)}), i = end;
      else
        i += 3;
      continue;
    }
    if (open == 0) {
      ++i;
      continue;
    }
    std::size_t end = text.find(close, i + open);
    if (end == std::string_view::npos) {
      i += open;
      if (close == "\"") return;  // no straight one is left; a curly one without its partner ends nothing
      continue;
    }
    end += close.size();
    quotes.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end)});
    i = end;
  }
}

// "Public Trust: Whitlock said ...", or "Army Morale. Soldiers ..." where each word that says something has a
// capital.
void find_label(BlockFacts& facts) {
  constexpr std::size_t words_max = 6;
  facts.label = 0;
  bool capitals = true;
  for (std::size_t i = 0; i + 1 < facts.tokens.size() && i < words_max; ++i) {
    const Token& token = facts.tokens[i];
    capitals = capitals && (token.shape == Shape::capital || token.function);
    const std::string_view after = std::string_view(facts.text).substr(token.end);
    if (after.starts_with(": ") ||
        (after.starts_with(". ") && capitals && i > 0 && !is_abbreviation(facts.at(token))))
      facts.label = static_cast<std::uint32_t>(i + 1);
    if (facts.label != 0 || after.find_first_of(".?!;") == 0) return;
  }
}

void find_sentences(BlockFacts& facts) {
  facts.sentences.clear();
  const std::string_view text = facts.text;
  const auto& tokens = facts.tokens;
  std::size_t first = 0;
  std::size_t quote = 0;
  const auto finish = [&](std::size_t last, std::size_t end) {
    Sentence sentence;
    std::size_t begin = facts.sentences.empty() ? 0 : facts.sentences.back().bytes.end;
    while (begin < tokens[first].begin && (text[begin] == ' ' || text[begin] == '\t' || text[begin] == '\n'))
      ++begin;
    while (end > tokens[last].end && (text[end - 1] == ' ' || text[end - 1] == '\n')) --end;
    sentence.bytes = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    sentence.words = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last + 1)};
    facts.sentences.push_back(sentence);
    first = last + 1;
  };
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (i + 1 - first >= sentence_words_max) {
      finish(i, tokens[i].end);
      continue;
    }
    const std::size_t stop_from = tokens[i].end, stop_to = tokens[i + 1].begin;
    if (tokens[i + 1].gap != Gap::other) continue;
    const std::string_view between = text.substr(stop_from, stop_to - stop_from);
    std::size_t stop = between.find_first_of(".?!\n");
    // "...": the last of them
    while (stop != std::string_view::npos && stop + 1 < between.size() &&
           (between[stop + 1] == '.' || between[stop + 1] == '!' || between[stop + 1] == '?'))
      ++stop;
    if (stop == std::string_view::npos) continue;
    const std::size_t end = stop_from + stop + 1 + closing_length(between.substr(stop + 1));
    while (quote < facts.quotes.size() && facts.quotes[quote].end <= stop_from) ++quote;
    if (quote < facts.quotes.size() && facts.quotes[quote].begin < stop_from && facts.quotes[quote].end > end)
      continue;
    if (between[stop] != '\n') {
      if (end >= stop_to ||
          (text[end] != ' ' && text[end] != '\n' && static_cast<unsigned char>(text[end]) != 0xC2))
        continue;
      const Shape next = tokens[i + 1].shape;
      if (next == Shape::lower || next == Shape::clitic) continue;
      if (between[stop] == '.' && stop == 0 && !may_end(facts, i, first)) continue;
    }
    finish(i, end);
  }
  if (first < tokens.size()) finish(tokens.size() - 1, text.size());
  for (Sentence& sentence : facts.sentences) {
    sentence.hits = {static_cast<std::uint32_t>(facts.first_hit(sentence.words.begin)),
                     static_cast<std::uint32_t>(facts.first_hit(sentence.words.end))};
  }
}

void find_stems(BlockFacts& facts) {
  const auto add = [&](Extent words, std::vector<WordHash>& to) {
    const auto from = static_cast<std::ptrdiff_t>(to.size());
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (!facts.tokens[i].function && facts.tokens[i].shape != Shape::clitic)
        to.push_back(facts.tokens[i].stem);
    std::sort(to.begin() + from, to.end());
    to.erase(std::unique(to.begin() + from, to.end()), to.end());
  };
  facts.stems.clear();
  facts.sentence_stems.clear();
  add({0, static_cast<std::uint32_t>(facts.tokens.size())}, facts.stems);
  for (Sentence& sentence : facts.sentences) {
    sentence.stems.begin = static_cast<std::uint32_t>(facts.sentence_stems.size());
    add(sentence.words, facts.sentence_stems);
    sentence.stems.end = static_cast<std::uint32_t>(facts.sentence_stems.size());
  }
}

}  // namespace assay::redflags
