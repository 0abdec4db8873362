// Language: numbers against the words of likelihood, hedges counted, acronyms.
#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

struct Band {
  std::string_view term;
  double low, high;
};
// ICD 203, closed intervals: 80 percent is both likely and very likely.
constexpr std::array<Band, 22> bands{{{"almost no chance", 1, 5},    {"remote", 1, 5},
                                      {"remote chance", 1, 5},       {"very unlikely", 5, 20},
                                      {"highly improbable", 5, 20},  {"highly unlikely", 5, 20},
                                      {"unlikely", 20, 45},          {"improbable", 20, 45},
                                      {"improbably", 20, 45},        {"roughly even chance", 45, 55},
                                      {"roughly even odds", 45, 55}, {"even chance", 45, 55},
                                      {"even odds", 45, 55},         {"likely", 55, 80},
                                      {"probable", 55, 80},          {"probably", 55, 80},
                                      {"very likely", 80, 95},       {"highly probable", 80, 95},
                                      {"almost certain", 95, 99},    {"almost certainly", 95, 99},
                                      {"nearly certain", 95, 99},    {"nearly certainly", 95, 99}}};

const Band* band_of(std::string_view term) {
  // "is remote", as the list of likelihoods has it.
  if (term.ends_with(" remote")) term = "remote";
  for (const Band& band : bands)
    if (band.term == term) return &band;
  return nullptr;
}

// Words that may stand between the term and the number that says the same.
bool links(const std::string& word) {
  static constexpr std::array<std::string_view, 31> words{
      "about",       "around", "roughly", "at",   "some", "approximately", "approx",    "or",    "a",
      "an",          "the",    "i.e",     "is",   "near", "under",         "over",      "below", "above",
      "more",        "less",   "than",    "only", "just", "perhaps",       "estimated", "put",   "chance",
      "probability", "with",   "of",      "in"};
  return std::find(words.begin(), words.end(), word) != words.end();
}
bool names_chance(const std::string& word) {
  return word == "chance" || word == "chances" || word == "probability" || word == "likelihood" ||
         word == "likely" || word == "probable" || word == "odds" || word == "unlikely";
}

void band_mismatch(const RuleSet& rules, const BlockFacts& facts, Zone, std::uint32_t rule,
                   std::vector<LocalFinding>& out) {
  const auto folded = [&](std::uint32_t i) {
    return i < facts.tokens.size() ? fold(facts.at(facts.tokens[i])) : std::string();
  };
  for (const Number& number : facts.numbers) {
    if (number.unit != Unit::percent) continue;
    const Extent sentence = facts.sentences[facts.sentence_of_word(number.words.begin)].words;
    for (std::size_t h = facts.first_hit(sentence.begin);
         h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h) {
      const Hit& hit = facts.hits[h];
      if (hit.cue != rules.cues().likelihood) continue;
      const Band* band = band_of(fold(facts.at(facts.bytes_of({hit.first, hit.last}))));
      if (band == nullptr || (number.value >= band->low && number.high <= band->high)) continue;
      const bool term_first = hit.last <= number.words.begin;
      const std::uint32_t from = term_first ? hit.last : number.words.end,
                          to = term_first ? number.words.begin : hit.first;
      if (from > to || to - from > 5) continue;
      bool linked = true;
      for (std::uint32_t i = from; i < to; ++i)
        linked = linked && (links(folded(i)) || names_chance(folded(i)));
      // "a likely 30 percent rise" speaks of the rise.
      if (term_first && number.words.end < sentence.end && facts.tokens[number.words.end].gap == Gap::space &&
          facts.text[number.bytes.end] != ')' && !names_chance(folded(number.words.end)) &&
          !facts.tokens[number.words.end].function)
        linked = false;
      // "Very likely 12 percent of the crop is lost" speaks of the crop.
      if (term_first && folded(number.words.end) == "of" &&
          facts.tokens[number.words.end].gap == Gap::space && !names_chance(folded(number.words.end + 1)) &&
          hit.last == number.words.begin && facts.tokens[number.words.begin].gap == Gap::space)
        linked = false;
      // "Growth of 3 percent is likely" speaks of the growth.
      if (!term_first && number.words.begin > sentence.begin + 1 && folded(number.words.begin - 1) == "of" &&
          !names_chance(folded(number.words.begin - 2)) && folded(number.words.begin - 2) != "risk" &&
          folded(hit.first - 1) != "(" && to > from)
        linked = false;
      // "will almost certainly fail (80 %)"
      linked = linked || (term_first && number.bytes.begin > 0 && facts.text[number.bytes.begin - 1] == '(');
      if (linked)
        out.push_back({rule,
                       {std::min(facts.tokens[hit.first].begin, number.bytes.begin),
                        std::max(facts.tokens[hit.last - 1].end, number.bytes.end)},
                       -1});
    }
  }
}

// Three hedges in one clause; two next to each other are phrases of the pack.
void stacked_hedges(const RuleSet& rules, const BlockFacts& facts, Zone, std::uint32_t rule,
                    std::vector<LocalFinding>& out) {
  Extent current{};
  std::vector<const Hit*> run;
  const auto close = [&] {
    // Where two of them are a phrase of the pack, that is marked already.
    if (run.size() >= 3 && !facts.has(rules.rules()[rule].any, {run.front()->first, run.back()->last}))
      out.push_back({rule, facts.bytes_of({run.front()->first, run.back()->last}), -1});
    run.clear();
  };
  for (const Hit& hit : facts.hits) {
    if (hit.cue != rules.rules()[rule].with) continue;
    const Extent clause = region(facts, {hit.first, hit.last}, Within::clause);
    if (run.empty() || !(clause == current)) close(), current = clause;
    run.push_back(&hit);
  }
  close();
}

void undefined_acronym(const Report& report, std::uint32_t rule, Drafts& out) {
  struct Use {
    Place first;
    bool defined = false;
  };
  std::map<std::string, Use> uses;
  report.each(prose_zones | mask(Zone::title), [&](std::uint32_t block, const BlockFacts& facts) {
    for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
      const Token& token = facts.tokens[i];
      const std::uint32_t length = token.end - token.begin;
      if (token.shape != Shape::upper || length < 2 || length > 7 ||
          facts.has(report.cues.known_acronym, {i, i + 1}))
        continue;
      std::string name(facts.at(token));
      if (name.find('.') != std::string::npos) continue;
      if (name.back() == 's') name.pop_back();
      const bool before = token.begin > 0 && facts.text[token.begin - 1] == '(';
      const bool after = facts.text.compare(token.end, 2, " (") == 0;
      // Part of a longer name in capitals, or of an identifier: ABC-12, MV CORRIEDALE.
      const bool part = (i + 1 < facts.tokens.size() && facts.tokens[i + 1].begin == token.end + 1 &&
                         facts.tokens[i + 1].shape == Shape::number);
      auto [use, fresh] = uses.try_emplace(name, Use{report.words(block, {i, i + 1}), false});
      use->second.defined =
          use->second.defined || before || after || part || report.blocks[block].zone == Zone::title;
    }
  });
  for (const auto& [name, use] : uses)
    if (!use.defined) out.push_back({rule, use.first, std::nullopt, {}, {}, std::nullopt});
}

}  // namespace

const std::vector<CodeRule>& language_rules() {
  static const std::vector<CodeRule> rules{{"language.band-mismatch", band_mismatch, nullptr},
                                           {"language.stacked-hedges", stacked_hedges, nullptr},
                                           {"language.undefined-acronym", nullptr, undefined_acronym}};
  return rules;
}

}  // namespace assay::redflags
