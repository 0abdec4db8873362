#include "plugins/tags/template_headings.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <string>

#include "plugins/tags/lexicon/lexicon.h"

namespace assay::tagging {
namespace {

constexpr std::string_view headings[] = {"bluf",
                                         "bluf (bottom line up front)",
                                         "bottom line up front (bluf)",
                                         "bottom line up front",
                                         "bottom line",
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
                                         "red flags",
                                         "blind spots",
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
                                         "sources",
                                         "scenario projections",
                                         "changes"};

constexpr std::string_view labels[] = {"judgement",           "judgment",
                                       "hypothesis",          "confidence level",
                                       "level of confidence", "confidence",
                                       "assumption",          "red flag",
                                       "blind spot",          "best case",
                                       "worst case",          "likely case",
                                       "most likely case",    "best case scenario",
                                       "worst case scenario", "most likely scenario",
                                       "bottom line",         "bottom line up front",
                                       "key judgement",       "competing hypothesis",
                                       "key assumption",      "strategic risk",
                                       "key individual",      "key entity",
                                       "thematic tag",        "scenario projection",
                                       "untitled report",     "supported hypothesis"};

}  // namespace

bool is_template_heading(std::string_view line) {
  const auto decoration = [](char c) {
    return c == ' ' || c == '\t' || c == '*' || c == '#' || c == '-' || c == '.' || c == ')' || c == ':' ||
           c == '\r' || (c >= '0' && c <= '9');
  };
  while (!line.empty() && (decoration(line.front()) || line.starts_with("\xE2\x80\x93")))
    line.remove_prefix(decoration(line.front()) ? 1 : 3);
  while (!line.empty() && line.back() != ')' && decoration(line.back())) line.remove_suffix(1);
  if (line.empty() || line.size() > 60) return false;
  std::string folded(line);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(std::begin(headings), std::end(headings), folded) != std::end(headings);
}

bool is_template_phrase(std::uint32_t phrase) {
  static const auto phrases = [] {
    boost::unordered_flat_set<std::uint32_t> made;
    Stemmer stemmer;
    for (std::string_view label : labels) {
      std::uint32_t hash = 0;
      while (!label.empty()) {
        const std::size_t end = std::min(label.find(' '), label.size());
        hash = phrase_hash(hash, stem_hash(stemmer.stem(label.substr(0, end))));
        label.remove_prefix(std::min(label.size(), end + 1));
      }
      made.insert(hash);
    }
    return made;
  }();
  return phrases.contains(phrase);
}

}  // namespace assay::tagging
