#include "server/reports/labels.h"

#include <algorithm>
#include <array>

#include "server/reports/lines.h"

namespace assay::server::reports {
namespace {

constexpr std::size_t heading_words_max = 8;
constexpr std::size_t label_words_max = 10;
constexpr std::size_t line_bytes_max = 400;  // a longer line is no heading and starts with no label

struct Keyword {
  std::string_view start;  // of a word, lower case
  SectionRole role;
};
constexpr std::array<Keyword, 17> keywords{{
    {"bluf", SectionRole::bluf},
    {"bottom line", SectionRole::bluf},
    {"key judg", SectionRole::bluf},
    {"hypothes", SectionRole::hypotheses},
    {"assumption", SectionRole::assumptions},
    {"red flag", SectionRole::assumptions},
    {"blind spot", SectionRole::assumptions},
    {"implication", SectionRole::implications},
    {"strategic risk", SectionRole::implications},
    {"recommendation", SectionRole::recommendations},
    {"outlook", SectionRole::recommendations},
    {"individual", SectionRole::entities},
    {"entit", SectionRole::entities},
    {"tag", SectionRole::tags},
    {"theme", SectionRole::tags},
    {"source", SectionRole::sources},
    {"change", SectionRole::changes},
}};
// Headings that need no number.
constexpr std::array<std::string_view, 30> plain_headings{"bluf",
                                                          "bluf (bottom line up front)",
                                                          "bottom line up front",
                                                          "bottom line",
                                                          "bottom line up front (bluf)",
                                                          "key judgements",
                                                          "key judgments",
                                                          "key judgement",
                                                          "key judgment",
                                                          "competing hypotheses",
                                                          "hypotheses",
                                                          "key assumptions",
                                                          "key assumptions and red flags",
                                                          "assumptions",
                                                          "assumptions and red flags",
                                                          "implications",
                                                          "implications and strategic risks",
                                                          "strategic risks",
                                                          "recommendations",
                                                          "recommendations and outlook",
                                                          "outlook",
                                                          "key individuals and entities",
                                                          "individuals and entities",
                                                          "key individuals",
                                                          "key entities",
                                                          "entities",
                                                          "thematic tags",
                                                          "tags",
                                                          "themes",
                                                          "sources"};
// The words of which an unnumbered heading that joins several heads is made.
constexpr std::array<std::string_view, 55> heading_words{"actions",
                                                         "actors",
                                                         "alternative",
                                                         "and",
                                                         "assumption",
                                                         "assumptions",
                                                         "blind",
                                                         "bluf",
                                                         "bottom",
                                                         "competing",
                                                         "confidence",
                                                         "consequences",
                                                         "entities",
                                                         "evidence",
                                                         "flags",
                                                         "forecast",
                                                         "gaps",
                                                         "hypotheses",
                                                         "implications",
                                                         "indicators",
                                                         "individuals",
                                                         "information",
                                                         "judgement",
                                                         "judgements",
                                                         "judgment",
                                                         "judgments",
                                                         "key",
                                                         "limitations",
                                                         "limits",
                                                         "line",
                                                         "main",
                                                         "next",
                                                         "of",
                                                         "organisations",
                                                         "organizations",
                                                         "outlook",
                                                         "people",
                                                         "persons",
                                                         "projections",
                                                         "recommendation",
                                                         "recommendations",
                                                         "red",
                                                         "risk",
                                                         "risks",
                                                         "scenario",
                                                         "scenarios",
                                                         "sources",
                                                         "sourcing",
                                                         "spots",
                                                         "steps",
                                                         "strategic",
                                                         "tags",
                                                         "thematic",
                                                         "themes",
                                                         "unknowns"};

bool is_letter(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         static_cast<unsigned char>(byte) >= 0x80;
}

std::size_t count_tokens(std::string_view text) {
  std::size_t tokens = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool space = text[i] == ' ' || text[i] == '\t';
    tokens += !space && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t');
  }
  return tokens;
}

std::string_view without_colon(std::string_view text) {
  text = trim(text);
  if (text.ends_with(':')) text.remove_suffix(1);
  return trim(text);
}

// The space and the one mark between a label and its statement.
std::size_t separator_length(std::string_view text) {
  std::size_t at = leading_space(text).size();
  for (const std::string_view mark : {":", "–", "—", "-"}) {
    if (!text.substr(at).starts_with(mark)) continue;
    at += mark.size();
    break;
  }
  return at + leading_space(text.substr(at)).size();
}

template <std::size_t size>
bool is_one_of(std::string_view text, const std::array<std::string_view, size>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// "Assumptions, Red Flags and Gaps": heads in any order, joined, and not a word besides. One head alone may
// be a label within a section ("Blind Spots"), so it is a heading only where the layout says so.
bool joins_heads(std::string_view line) {
  if (line.empty() || line[0] < 'A' || line[0] > 'Z') return false;
  const std::string folded = fold(line);
  bool joined = false;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t end = std::min(folded.find_first_of(" \t", at), folded.size());
    std::string_view word = std::string_view(folded).substr(at, end - at);
    at = end + 1;
    const bool comma = word.ends_with(',');
    if (comma) word.remove_suffix(1);
    joined = joined || comma || word == "and" || word == "&";
    if (!word.empty() && word != "&" && !is_one_of(word, heading_words)) return false;
  }
  return joined && !folded.ends_with(',') && role_named(line);
}

}  // namespace

std::optional<SectionRole> role_named(std::string_view heading) {
  const std::string folded = fold(heading);
  std::size_t first = std::string::npos;
  std::optional<SectionRole> role;
  for (const auto& keyword : keywords) {
    std::size_t at = folded.find(keyword.start);
    while (at != std::string::npos && at > 0 && is_letter(folded[at - 1]))
      at = folded.find(keyword.start, at + 1);
    if (at >= first) continue;
    first = at;
    role = keyword.role;
  }
  return role;
}

std::optional<HeadingLine> parse_heading_line(std::string_view line) {
  if (line.size() > line_bytes_max) return std::nullopt;
  HeadingLine heading{split_marker(line), std::nullopt};
  const std::string_view words = trim(heading.split.rest);
  if (words.empty() || words.ends_with('.') || words.find("**") != std::string_view::npos)
    return std::nullopt;
  if (count_tokens(words) > heading_words_max) return std::nullopt;
  switch (heading.split.kind) {
    case MarkerSplit::Kind::number:
    case MarkerSplit::Kind::hashes:
      break;
    case MarkerSplit::Kind::none:
      if (heading.split.indent > 0 ||
          (!is_one_of(fold(without_colon(words)), plain_headings) && !joins_heads(without_colon(words))))
        return std::nullopt;
      break;
    default:
      return std::nullopt;
  }
  heading.role = role_named(words);
  return heading;
}

std::optional<SectionRole> section_heading_role(std::string_view line) {
  const auto heading = parse_heading_line(line);
  return heading ? heading->role : std::nullopt;
}

std::optional<LabelledText> parse_bold_label(std::string_view text, char letter) {
  if (!text.starts_with("**")) return std::nullopt;
  const std::size_t close = text.find("**", 2);
  if (close == std::string_view::npos || close == 2) return std::nullopt;
  LabelledText labelled;
  labelled.bold = true;
  std::string_view inside = text.substr(2, close - 2);
  labelled.label = without_colon(inside);
  if (labelled.label.empty()) return std::nullopt;
  const auto before = static_cast<std::size_t>(labelled.label.data() - inside.data());
  const std::string_view after = text.substr(close + 2);
  const std::size_t separator = separator_length(after);
  labelled.statement = after.substr(separator);
  labelled.form = "**" + std::string(inside.substr(0, before)) + letter +
                  std::string(inside.substr(before + labelled.label.size())) + "**" +
                  std::string(after.substr(0, separator));
  if (!labelled.statement.empty()) labelled.form += 'S';
  return labelled;
}

std::optional<LabelledText> parse_plain_label(std::string_view text, char letter) {
  const std::size_t colon = text.substr(0, line_bytes_max).find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view after = text.substr(colon + 1);
  if (!after.empty() && after[0] != ' ' && after[0] != '\t') return std::nullopt;
  LabelledText labelled;
  const std::string_view before = text.substr(0, colon);
  labelled.label = trim(before);
  if (labelled.label.empty() || labelled.label.find("**") != std::string_view::npos) return std::nullopt;
  if (count_tokens(labelled.label) > label_words_max || labelled.label.find(". ") != std::string_view::npos)
    return std::nullopt;
  const auto start = static_cast<std::size_t>(labelled.label.data() - text.data());
  const std::size_t space = leading_space(after).size();
  labelled.statement = after.substr(space);
  labelled.form =
      std::string(text.substr(0, start)) + letter +
      std::string(text.substr(start + labelled.label.size(), colon + 1 - start - labelled.label.size())) +
      std::string(after.substr(0, space));
  if (!labelled.statement.empty()) labelled.form += 'S';
  return labelled;
}

std::optional<AssumptionKind> assumption_kind_named(std::string_view label) {
  std::string folded = fold(trim(label));
  if (folded.starts_with("key ")) folded.erase(0, 4);
  if (folded.ends_with('s')) folded.pop_back();
  if (folded == "assumption") return AssumptionKind::assumption;
  if (folded == "red flag") return AssumptionKind::red_flag;
  constexpr std::array<std::string_view, 6> blind{"blind spot",       "blindspot",       "gap",
                                                  "intelligence gap", "information gap", "unknown"};
  if (is_one_of(folded, blind)) return AssumptionKind::blind_spot;
  return std::nullopt;
}

std::optional<ScenarioLabel> scenario_named(std::string_view label) {
  ScenarioLabel found;
  found.words = label;
  if (const std::size_t open = label.find('('); open != std::string_view::npos && label.ends_with(')')) {
    found.words = label.substr(0, label.find_last_not_of(" \t", open == 0 ? 0 : open - 1) + 1);
    found.between = label.substr(found.words.size(), open + 1 - found.words.size());
    found.likelihood = label.substr(open + 1, label.size() - open - 2);
    found.after = label.substr(label.size() - 1);
  }
  std::string folded = fold(trim(found.words));
  std::replace(folded.begin(), folded.end(), '-', ' ');
  for (const std::string_view ending : {" outcome", " scenario", " case"})
    if (std::string_view(folded).ends_with(ending)) folded.resize(folded.size() - ending.size());
  if (folded == "best")
    found.scenario = ScenarioCase::best;
  else if (folded == "worst")
    found.scenario = ScenarioCase::worst;
  else if (folded == "most likely" || folded == "likely")
    found.scenario = ScenarioCase::likely;
  else
    return std::nullopt;
  return found;
}

}  // namespace assay::server::reports
