// Entities: whom the report names and does not list; spellings of one name.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "plugins/redflags/code/name_kind.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

bool capital(const Token& token) { return token.shape == Shape::capital || token.shape == Shape::upper; }

struct Words {
  StemSet stems;
  std::vector<std::string> capitals;  // folded, sorted
  // Any of the capitals that begin as the word does and fit.
  template <class Fits>
  bool any_like(const std::string& word, Fits fits) const {
    if (word.size() < root_letters) return false;
    for (auto at = std::lower_bound(capitals.begin(), capitals.end(), word.substr(0, root_letters));
         at != capitals.end() && at->compare(0, root_letters, word, 0, root_letters) == 0; ++at)
      if (same_root(word, *at) && fits(*at)) return true;
    return false;
  }
  bool has(const BlockFacts& facts, std::uint32_t i) const {
    if (contains(stems, facts.tokens[i].stem)) return true;
    if (!capital(facts.tokens[i])) return false;
    return any_like(folded(facts, i), [](const std::string&) { return true; });
  }
  // A surname, which may be spelt in two ways but takes no endings: Teles is not Telegram.
  bool has_surname(const BlockFacts& facts, std::uint32_t i) const {
    if (contains(stems, facts.tokens[i].stem)) return true;
    const std::string word = folded(facts, i);
    return any_like(word, [&](const std::string& other) {
      return std::max(word.size(), other.size()) <= std::min(word.size(), other.size()) + 2;
    });
  }
};

Words listed_words(const Report& report) {
  Words words;
  StemCollector stems;
  for (const std::uint32_t block : report.in(Zone::entities)) {
    const BlockFacts& facts = report.facts(block);
    stems.add(content_stems(facts));
    for (std::uint32_t i = 0; i < facts.tokens.size(); ++i)
      if (capital(facts.tokens[i])) words.capitals.push_back(folded(facts, i));
  }
  words.stems = stems.take();
  std::sort(words.capitals.begin(), words.capitals.end());
  words.capitals.erase(std::unique(words.capitals.begin(), words.capitals.end()), words.capitals.end());
  return words;
}

// "the Transport Agency (TRAFO)", where the list has the short form.
bool short_form_listed(const BlockFacts& facts, const Name& name, const Words& listed) {
  return name.words.end < facts.tokens.size() &&
         std::string_view(facts.text).substr(name.bytes.end).starts_with(" (") &&
         facts.tokens[name.words.end].begin == name.bytes.end + 2 && listed.has(facts, name.words.end);
}

StemSet outlet_words(const Report& report) {
  if (report.outlet.empty()) return {};
  const BlockFacts& title = report.facts(report.in(Zone::title)[0]);
  StemSet stems;
  for (const Token& token : title.tokens)
    if (token.begin >= report.outlet.begin) stems.push_back(token.stem);
  std::sort(stems.begin(), stems.end());
  return stems;
}

bool is_outlet(const StemSet& outlet, const BlockFacts& facts, const Name& name) {
  std::size_t same = 0, all = 0;
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i) {
    if (facts.tokens[i].function) continue;
    ++all;
    same += contains(outlet, facts.tokens[i].stem);
  }
  return all > 0 && same == all;
}

bool is_listed(const Report& report, const BlockFacts& facts, const Name& name, NameKind kind,
               const Words& listed) {
  if (kind == NameKind::person) return listed.has_surname(facts, name.words.end - 1);
  std::size_t found = 0, all = 0;
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i) {
    // "Hoshino Medical of Osaka": listed, and where it sits is told as well.
    if (facts.tokens[i].function && all > 0 && found == all && folded(facts, i) == "of") return true;
    if (facts.tokens[i].function || facts.tokens[i].shape == Shape::clitic ||
        facts.has(report.cues.org_word, {i, i + 1}))
      continue;
    ++all;
    found += listed.has(facts, i);
  }
  if (found * 5 >= all * 3) return true;
  // By its initials.
  std::string initials;
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i)
    if (capital(facts.tokens[i])) initials += folded(facts, i)[0];
  return initials.size() >= 2 && std::binary_search(listed.capitals.begin(), listed.capitals.end(), initials);
}

// "At Prince Rupert", "in Lady Lake": where one can be is no person; but "in King Lund's view".
bool is_place_with_title(const BlockFacts& facts, const Name& name) {
  const std::uint32_t first = name.words.begin - std::min(name.title, name.words.begin);
  const std::uint32_t next = name.words.end;
  if (first == 0 || !borne_by_things(facts, name) ||
      (next < facts.tokens.size() && facts.tokens[next].shape == Shape::clitic))
    return false;
  const std::string before = folded(facts, first - 1);
  return before == "at" || before == "in" || before == "near" || before == "off" || before == "outside" ||
         before == "via";
}

// Ships, satellites, villages, storms: what the report somewhere calls by its kind is neither a person nor an
// organisation, whatever it does elsewhere.
std::vector<StemSet> named_things(const Report& report) {
  std::vector<StemSet> things;
  report.each(body_zones | mask(Zone::title, Zone::entities), [&](std::uint32_t, const BlockFacts& facts) {
    for (const Name& name : facts.names) {
      const std::uint32_t next = name.words.end;
      const bool before_kind = next < facts.tokens.size() && facts.tokens[next].gap == Gap::space &&
                               facts.tokens[next].shape == Shape::lower &&
                               facts.has(report.cues.thing_noun, {next, next + 1});
      if ((name.title == 0 && before_kind) || follows(facts, report.cues.thing_noun, name) ||
          is_place_with_title(facts, name))
        things.push_back(content_stems(facts, name.words));
    }
  });
  std::sort(things.begin(), things.end());
  things.erase(std::unique(things.begin(), things.end()), things.end());
  return things;
}

// "The Humanitarian Research Lab at Yale University", where the Lab is listed: it says whose that is.
bool houses_listed(const Report& report, const BlockFacts& facts, const Name& name, const Words& listed) {
  std::uint32_t i = name.words.begin;
  if (i > 0 && folded(facts, i - 1) == "the") --i;
  if (i < 2 || facts.tokens[i].gap != Gap::space || folded(facts, i - 1) != "at") return false;
  const auto before = holding(facts.names, i - 2);
  return !before.empty() && before[0].words.end == i - 1 &&
         is_listed(report, facts, before[0], kind_of(report, facts, before[0]), listed);
}

// "The Prime Minister and the Speaker met": offices alone name nobody.
bool only_offices(const Report& report, const BlockFacts& facts, const Name& name) {
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i)
    if (!facts.tokens[i].function && !facts.has(report.cues.office, {i, i + 1})) return false;
  return true;
}

void entity_not_listed(const Report& report, std::uint32_t rule, Drafts& out) {
  if (report.in(Zone::entities).empty()) return;
  const Words listed = listed_words(report);
  if (listed.capitals.size() > listed_entities_max) return;
  const StemSet outlet = outlet_words(report);
  std::optional<std::vector<StemSet>> things;  // asked for only where something is not listed
  std::map<StemSet, bool> seen;
  report.each(body_zones, [&](std::uint32_t block, const BlockFacts& facts) {
    // In a title every word may have a capital.
    if (report.blocks[block].zone == Zone::hypothesis_title) return;
    for (const Name& found : facts.names) {
      Name name = without_employer(facts, without_second(facts, without_opening(report, facts, found)));
      if (name.words.end <= facts.label) continue;  // a label's words have capitals for its own sake
      const NameKind kind = kind_of(report, facts, name);
      if (kind == NameKind::person) name = without_origin(facts, name);
      if (kind == NameKind::other || only_offices(report, facts, name) || is_part_of_paper(facts, name) ||
          short_form_listed(facts, name, listed) || facts.quoted(name.bytes.begin) ||
          is_outlet(outlet, facts, name) || is_listed(report, facts, name, kind, listed) ||
          houses_listed(report, facts, name, listed))
        continue;
      if (!things) things = named_things(report);
      if ((name.title == 0 || borne_by_things(facts, name)) &&
          std::binary_search(things->begin(), things->end(), content_stems(facts, name.words)))
        continue;
      const Extent key = kind == NameKind::person ? Extent{name.words.end - 1, name.words.end} : name.words;
      if (!seen.emplace(content_stems(facts, key), true).second) continue;
      out.push_back({rule,
                     {block, name.bytes},
                     std::nullopt,
                     {},
                     kind == NameKind::person ? "person" : "organisation",
                     std::nullopt});
    }
  });
}

// ---- Spellings

std::size_t distance(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return 2;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  if (a.substr(i) == b.substr(i)) return 0;
  const bool swapped = i + 1 < a.size() && a.size() == b.size() && a[i] == b[i + 1] && a[i + 1] == b[i] &&
                       a.substr(i + 2) == b.substr(i + 2);
  if (a.size() == b.size()) return a.substr(i + 1) == b.substr(i + 1) || swapped ? 1 : 2;
  return a.substr(i) == b.substr(i + 1) ? 1 : 2;
}

void name_variant(const Report& report, std::uint32_t rule, Drafts& out) {
  struct Use {
    Place first;
    std::size_t count = 0;
  };
  std::unordered_map<WordHash, Use> met;
  report.each(body_zones | mask(Zone::entities), [&](std::uint32_t block, const BlockFacts& facts) {
    if (report.blocks[block].zone == Zone::hypothesis_title) return;
    for (const Name& name : facts.names)
      for (std::uint32_t i = name.words.begin; i < name.words.end; ++i) {
        if (facts.tokens[i].shape != Shape::capital || facts.tokens[i].end - facts.tokens[i].begin < 6 ||
            facts.has(report.cues.org_word, {i, i + 1}))
          continue;
        if (i == name.words.begin && name.starts_sentence && name.words.end - name.words.begin == 1) continue;
        const auto [use, fresh] = met.try_emplace(facts.tokens[i].word, Use{});
        if (fresh) use->second.first = report.words(block, {i, i + 1});
        ++use->second.count;
      }
  });
  if (met.size() > 1'500) return;
  std::map<std::string, Use> uses;
  for (const auto& [word, use] : met) uses.emplace(fold(report.text(use.first)), use);
  std::map<char, std::vector<const std::pair<const std::string, Use>*>> by_letter;
  for (const auto& use : uses) by_letter[use.first[0]].push_back(&use);
  for (const auto& [letter, list] : by_letter)
    for (std::size_t j = 1; j < list.size(); ++j)
      for (std::size_t i = 0; i < j; ++i) {
        const auto &a = *list[i], &b = *list[j];
        if (distance(a.first, b.first) != 1) continue;
        // Plurals and demonyms are no variants.
        const std::string& longer = a.first.size() > b.first.size() ? a.first : b.first;
        if (a.first.size() != b.first.size() &&
            (longer.back() == 's' || longer.back() == 'n' || longer.back() == 'i'))
          continue;
        const auto& rare = a.second.count < b.second.count ? a : b;
        const auto& usual = &rare == &a ? b : a;
        out.push_back({rule, rare.second.first, usual.second.first, "the usual spelling",
                       std::string(report.text(usual.second.first)), std::nullopt});
      }
}

}  // namespace

const std::vector<CodeRule>& entity_rules() {
  static const std::vector<CodeRule> rules{{"consistency.entity-not-listed", nullptr, entity_not_listed},
                                           {"consistency.name-variant", nullptr, name_variant}};
  return rules;
}

}  // namespace assay::redflags
