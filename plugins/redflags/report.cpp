#include "plugins/redflags/report.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace assay::redflags {

// ---- Stems

StemSet content_stems(const BlockFacts& facts, Extent words) {
  StemSet stems;
  if (words.empty()) return stems;
  const Sentence& sentence = facts.sentences[facts.sentence_of_word(words.begin)];
  if (sentence.words == words) return sentence_stems(facts, sentence);
  for (std::uint32_t i = words.begin; i < words.end; ++i)
    if (!facts.tokens[i].function && facts.tokens[i].shape != Shape::clitic)
      stems.push_back(facts.tokens[i].stem);
  std::sort(stems.begin(), stems.end());
  stems.erase(std::unique(stems.begin(), stems.end()), stems.end());
  return stems;
}
const StemSet& content_stems(const BlockFacts& facts) { return facts.stems; }
StemSet sentence_stems(const BlockFacts& facts, const Sentence& sentence) {
  const auto first = facts.sentence_stems.begin();
  return {first + sentence.stems.begin, first + sentence.stems.end};
}

void add_stems(StemSet& to, const StemSet& more) {
  StemSet both;
  both.reserve(to.size() + more.size());
  std::set_union(to.begin(), to.end(), more.begin(), more.end(), std::back_inserter(both));
  to.swap(both);
}
StemSet StemCollector::take() {
  std::sort(stems_.begin(), stems_.end());
  stems_.erase(std::unique(stems_.begin(), stems_.end()), stems_.end());
  return std::move(stems_);
}
StemSet without(const StemSet& all, const StemSet& some) {
  StemSet rest;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
  return rest;
}
std::size_t shared(const StemSet& a, const StemSet& b) {
  std::size_t count = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j)
      ++count, ++i, ++j;
    else if (*i < *j)
      ++i;
    else
      ++j;
  }
  return count;
}
bool contains(const StemSet& set, WordHash stem) { return std::binary_search(set.begin(), set.end(), stem); }

namespace {

bool speaks_of_level(const Token& token, const std::string& word) {
  static constexpr std::array<std::string_view, 33> words{
      "low",     "moderate", "high",     "medium",      "very",      "extremely", "fairly",
      "quite",   "rather",   "to",       "or",          "between",   "from",      "about",
      "around",  "percent",  "per",      "cent",        "strong",    "weak",      "limited",
      "mid",     "upper",    "lower",    "good",        "certain",   "average",   "mixed",
      "partial", "full",     "absolute", "substantial", "reasonable"};
  return token.shape == Shape::number || std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

// ---- Data

ReportData ReportData::parse(std::string_view json) {
  ReportData data;
  if (json.empty()) return data;
  const auto root = nlohmann::json::parse(json, nullptr, false);
  if (!root.is_object()) return data;
  const auto text = [](const nlohmann::json& object, const char* key) {
    const auto at = object.is_object() ? object.find(key) : object.end();
    return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  if (const auto at = root.find("scenarios"); at != root.end() && at->is_array())
    for (const auto& one : *at) {
      const std::string block = text(one, "block"), likelihood = text(one, "likelihood");
      std::uint64_t id = 0;
      const auto [end, error] = std::from_chars(block.data(), block.data() + block.size(), id);
      if (error == std::errc() && end == block.data() + block.size() && !likelihood.empty())
        data.likelihoods.emplace(id, likelihood);
    }
  if (const auto at = root.find("hypotheses"); at != root.end() && at->is_array())
    for (const auto& one : *at) data.hypothesis_ids.push_back(text(one, "id"));
  if (const auto at = root.find("ratings"); at != root.end() && at->is_object())
    for (const auto& [key, value] : at->items()) {
      const std::size_t last = key.rfind('/');
      if (last != std::string::npos && !text(value, "value").empty())
        data.rated_hypotheses.push_back(key.substr(last + 1));
    }
  if (const auto at = root.find("sections"); at != root.end() && at->is_array())
    for (const auto& one : *at)
      if (one.is_object() && one.contains("number") && one["number"].is_number_integer() &&
          one["number"] >= 0 && one["number"] <= 1'000'000)
        data.section_numbers.push_back(one["number"].get<int>());
  return data;
}

// ---- Report

Report::Report(const RuleSet& set, std::vector<DocBlock> given, const ReportData& maps)
    : rules(set), data(maps), cues(set.cues()), blocks(std::move(given)) {
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    const DocBlock& block = blocks[i];
    by_zone[static_cast<unsigned>(block.zone)].push_back(i);
    const auto role = static_cast<unsigned>(block.role);
    if (!block.facts->tokens.empty()) any_of_role_[role] = true;
    if (block.zone == Zone::heading && block.role != Role::none && block.level <= 2) {
      section_headings.push_back(i);
      if (!headings[role]) headings[role] = i;
    }
    is_report =
        is_report || (block.role != Role::none && block.role != Role::custom && block.zone != Zone::title);
  }
  find_title();
  find_hypotheses();
  find_confidence();
  if (const auto& date = in(Zone::published); !date.empty() && !facts(date[0]).dates.empty()) {
    const Date& found = facts(date[0]).dates[0];
    if (found.year != 0 && found.month != 0 && found.day != 0) published = found;
  }
}

// The outlet is what follows the last " – " or " - " of the title.
void Report::find_title() {
  if (in(Zone::title).empty()) return;
  const std::string& text = facts(in(Zone::title)[0]).text;
  std::size_t begin = 0;
  for (const std::string_view mark : {" – ", " — ", " - "})
    if (const std::size_t at = text.rfind(mark); at != std::string::npos)
      begin = std::max(begin, at + mark.size());
  if (begin != 0 && begin < text.size())
    outlet = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size())};
}

void Report::find_hypotheses() {
  for (std::uint32_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].zone == Zone::hypothesis_title) {
      if (hypotheses.size() == hypotheses_max) return;
      Hypothesis one;
      one.title = i;
      if (hypotheses.size() < data.hypothesis_ids.size()) one.id = data.hypothesis_ids[hypotheses.size()];
      hypotheses.push_back(std::move(one));
    } else if (blocks[i].zone == Zone::hypothesis_statement && !hypotheses.empty()) {
      hypotheses.back().statement.push_back(i);
    }
  }
}

void Report::find_confidence() {
  for (const std::uint32_t i : in(Zone::bluf)) {
    const BlockFacts& block = facts(i);
    // The label first: what follows it counts, whatever it says.
    for (const Hit& hit : block.hits) {
      if (hit.cue != cues.confidence_word || hit.last >= block.tokens.size()) continue;
      const std::string_view after = std::string_view(block.text).substr(block.tokens[hit.last - 1].end);
      const std::size_t value = after.find_first_not_of(": \t*");
      if (value == std::string_view::npos || after.substr(0, value).find(':') == std::string_view::npos)
        continue;
      // "Moderate confidence: ...": the level stands before.
      if (hit.first > 0 && block.tokens[hit.first].gap == Gap::space &&
          speaks_of_level(block.tokens[hit.first - 1], fold(block.at(block.tokens[hit.first - 1]))))
        continue;
      ConfidenceField field;
      field.block = i;
      field.labelled = true;
      field.sentence = static_cast<std::uint32_t>(block.sentence_of_word(hit.first));
      const auto begin = static_cast<std::uint32_t>(block.tokens[hit.last - 1].end + value);
      // As far as the words are such as a level is made of; what gives the reason is none of it.
      std::uint32_t end = begin;
      for (std::uint32_t t = hit.last; t < block.tokens.size(); ++t) {
        const Token& token = block.tokens[t];
        if (t > hit.last && !speaks_of_level(token, fold(block.at(token)))) break;
        const std::string_view between = std::string_view(block.text).substr(end, token.begin - end);
        if (t > hit.last && between.find_first_of(".,;(:") != std::string_view::npos) break;
        end = token.end;
        if (end < block.text.size() && (block.text[end] == '%' || block.text[end] == '+')) ++end;
        // "Moderate-plus" is one word.
        while (t + 1 < block.tokens.size() && block.tokens[t + 1].begin == end + 1 && block.text[end] == '-')
          end = block.tokens[++t].end;
      }
      field.value = {begin, end};
      const std::string value_text = fold(block.at(field.value));
      if (value_text == "low" || value_text == "moderate" || value_text == "high") field.level = value_text;
      confidence = field;
      return;
    }
  }
  for (const std::uint32_t i : in(Zone::bluf)) {
    const BlockFacts& block = facts(i);
    const Hit* hit = block.find(cues.confidence_level);
    if (hit == nullptr) continue;
    ConfidenceField field;
    field.block = i;
    field.sentence = static_cast<std::uint32_t>(block.sentence_of_word(hit->first));
    field.value = block.bytes_of({hit->first, hit->last});
    std::size_t levels = 0;
    for (std::uint32_t t = hit->first; t < hit->last; ++t) {
      const std::string word = fold(block.at(block.tokens[t]));
      // "very high", "low to moderate" are none of the three.
      if (word != "level" && word != "to" && word != "of" && speaks_of_level(block.tokens[t], word)) ++levels;
      for (const std::string_view level : {"low", "moderate", "high"})
        if (word == level) field.level = level;
    }
    if (levels > 1) field.level.clear();
    confidence = field;
    return;
  }
}

bool Report::defines(std::string_view acronym) const {
  if (!defined_) {
    defined_.emplace();
    for (const DocBlock& block : blocks)
      for (std::uint32_t i = 0; i < block.facts->tokens.size(); ++i)
        if (block.facts->tokens[i].shape == Shape::upper && defined_at(*block.facts, i))
          defined_->insert(block.facts->at(block.facts->tokens[i]));
  }
  return defined_->contains(acronym);
}

bool Report::defined_at(const BlockFacts& block, std::uint32_t word) const {
  constexpr std::size_t letters_max = 20;
  const Token& token = block.tokens[word];
  if (word + 1 < block.tokens.size() && block.tokens[word + 1].gap == Gap::space &&
      block.tokens[word + 1].shape == Shape::capital && block.has(cues.org_word, {word + 1, word + 2}))
    return true;
  if (token.begin == 0 || block.text[token.begin - 1] != '(' || block.text[token.end] != ')') return false;
  // The first letters of the words before it, those that hold the name together left out or not.
  const std::string letters = fold(block.at(token));
  if (letters.size() > letters_max) return false;
  std::size_t left = letters.size();
  for (std::uint32_t i = word; i-- > 0 && left > 0 && word - i <= 2 * letters.size();) {
    const std::string before = fold(block.at(block.tokens[i]));
    if (before[0] == letters[left - 1])
      --left;
    else if (block.tokens[i].shape != Shape::lower || !block.tokens[i].function)
      return false;
  }
  return left == 0;
}

Place Report::all(std::uint32_t block) const {
  return {block, {0, static_cast<std::uint32_t>(facts(block).text.size())}};
}
Place Report::sentence(std::uint32_t block, std::size_t sentence) const {
  return {block, facts(block).sentences[sentence].bytes};
}
Place Report::title() const {
  if (!in(Zone::title).empty()) return all(in(Zone::title)[0]);
  return blocks.empty() ? Place{} : all(0);
}
Place Report::heading_or_title(Role role) const {
  const auto& heading = headings[static_cast<unsigned>(role)];
  return heading ? all(*heading) : title();
}

}  // namespace assay::redflags
