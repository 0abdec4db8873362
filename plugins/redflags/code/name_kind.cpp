#include "plugins/redflags/code/name_kind.h"

#include <algorithm>
#include <array>
#include <string>

namespace assay::redflags {
namespace {

// The name with its title.
Extent with_title(const Name& name) {
  return {name.words.begin - std::min(name.title, name.words.begin), name.words.end};
}

}  // namespace

bool follows(const BlockFacts& facts, CueId cue, const Name& name) {
  const std::uint32_t first = with_title(name).begin;
  if (first == 0 || !facts.may_have(cue) || facts.tokens[first].gap != Gap::space) return false;
  for (std::size_t h = facts.first_hit(first > 3 ? first - 3 : 0);
       h < facts.hits.size() && facts.hits[h].first < first; ++h)
    if (facts.hits[h].cue == cue && facts.hits[h].last == first) return true;
  return false;
}

namespace {

// "Energy Minister", "Head of Security": an office, whoever holds it.
bool is_office(const Report& report, const BlockFacts& facts, const Name& name) {
  const std::uint32_t first = name.words.begin, last = name.words.end - 1;
  const CueId office = report.cues.office;
  return name.title == 0 &&
         (facts.has(office, {last, last + 1}) ||
          (first < last && facts.has(office, {first, first + 1}) && facts.tokens[first + 1].function));
}

// "Health Minister Ana Ruiz": an office and who holds it in one run of capitals.
bool holder_of_office(const Report& report, const BlockFacts& facts, const Name& name) {
  for (std::uint32_t i = name.words.begin; i + 1 < name.words.end; ++i)
    if (facts.has(report.cues.office, {i, i + 1})) {
      const Extent rest{i + 1, name.words.end};
      return rest.end - rest.begin <= 3 && !facts.has(report.cues.place_word, rest) &&
             !facts.has(report.cues.office, rest) && !facts.tokens[i + 1].function;
    }
  return false;
}

// "General Licence" names nobody, though General is a title; of "Health Minister Ana Ruiz" the title alone is
// of that kind.
bool names_nobody(const Report& report, const BlockFacts& facts, const Name& name) {
  const Extent words = with_title(name);
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == report.cues.not_entity && facts.hits[h].last > name.words.begin &&
        facts.hits[h].last <= words.end)
      return true;
  return false;
}

}  // namespace

bool borne_by_things(const BlockFacts& facts, const Name& name) {
  static constexpr std::string_view borne[] = {"lady", "king",    "queen",   "prince", "princess",
                                               "lord", "captain", "admiral", "emir",   "sir"};
  const std::uint32_t first = with_title(name).begin;
  return name.title == 1 && facts.tokens[first].shape == Shape::capital &&
         std::find(std::begin(borne), std::end(borne), folded(facts, first)) != std::end(borne);
}

namespace {

// "The Lady Sigrun", "the Prince Olav": nobody says so of a person.
bool titled_thing(const BlockFacts& facts, const Name& name) {
  const std::uint32_t first = with_title(name).begin;
  return first > 0 && borne_by_things(facts, name) && folded(facts, first - 1) == "the";
}

// "The Russian Federation", "the Swiss Confederation": a state by its long name, and no body.
bool is_state(const BlockFacts& facts, const Name& name) {
  if (name.words.end - name.words.begin != 2) return false;
  const std::string people = folded(facts, name.words.begin), form = folded(facts, name.words.begin + 1);
  return (form == "federation" || form == "confederation" || form == "commonwealth") &&
         (people.ends_with("an") || people.ends_with("ish") || people.ends_with("ese") ||
          people.ends_with("ss"));
}

// "Between Ambrey and other security companies": named as one of them.
bool among_firms(const Report& report, const BlockFacts& facts, const Name& name) {
  constexpr std::uint32_t reach = 5;
  const std::uint32_t next = name.words.end;
  if (name.starts_sentence || next + 2 >= facts.tokens.size() || folded(facts, next) != "and" ||
      folded(facts, next + 1) != "other" || facts.has(report.cues.demonym, name.words))
    return false;
  for (std::uint32_t i = next + 2; i < std::min<std::size_t>(next + reach, facts.tokens.size()); ++i) {
    if (facts.tokens[i].gap != Gap::space || facts.tokens[i].function) return false;
    if (facts.has(report.cues.firm_plural, {i, i + 1})) return true;
  }
  return false;
}

// "Rio Tinto has two applications before the office", "Vale Nord holds a stake": what firms have.
bool has_what_firms_have(const BlockFacts& facts, const Name& name) {
  static const std::vector<WordHash> verbs = hash_words(
      {"has", "had", "holds", "held", "filed", "lodged", "submitted", "withdrew", "sold", "bought", "owns"});
  static const std::vector<WordHash> things =
      hash_words({"application", "applications", "bid", "bids", "stake", "stakes", "shareholding", "licence",
                  "licences", "license", "licenses", "concession", "concessions", "subsidiary",
                  "subsidiaries", "shareholders", "franchise", "patents"});
  constexpr std::uint32_t reach = 5;
  const std::uint32_t verb = name.words.end;
  if (verb + 1 >= facts.tokens.size() || facts.tokens[verb].gap != Gap::space ||
      !std::binary_search(verbs.begin(), verbs.end(), facts.tokens[verb].word))
    return false;
  for (std::uint32_t i = verb + 1;
       i < std::min<std::size_t>(verb + reach, facts.tokens.size()) && facts.tokens[i].gap == Gap::space; ++i)
    if (std::binary_search(things.begin(), things.end(), facts.tokens[i].word)) return true;
  return false;
}

}  // namespace

// "Pavel Grachenko of Rosatom hinted": whose he is stands before what he does.
bool acts_for_another(const Report& report, const BlockFacts& facts, const Name& name) {
  static constexpr std::array<std::string_view, 16> verbs{
      "hinted", "hints",    "fears",   "feared",    "suspects", "suspected", "remarked",  "mentioned",
      "doubts", "conceded", "expects", "suggested", "cautions", "cautioned", "maintains", "maintained"};
  constexpr std::uint32_t reach = 8;
  const std::uint32_t of = name.words.end;
  if (name.words.end - name.words.begin != 2 || of + 2 >= facts.tokens.size() || folded(facts, of) != "of")
    return false;
  const auto end = std::min<std::uint32_t>(of + reach, static_cast<std::uint32_t>(facts.tokens.size()));
  for (std::uint32_t i = of; i < end && facts.tokens[i].gap == Gap::space; ++i) {
    if (i > of + 1 && (facts.has(report.cues.person_verb, {i, i + 1}) ||
                       std::find(verbs.begin(), verbs.end(), folded(facts, i)) != verbs.end()))
      return true;
  }
  return false;
}

NameKind kind_of(const Report& report, const BlockFacts& facts, const Name& name) {
  const CodeCues& cues = report.cues;
  const std::uint32_t length = name.words.end - name.words.begin;
  // "Witness A", "Officer 2": nobody is named.
  if (length == 1 && name.bytes.end == name.bytes.begin + 1) return NameKind::other;
  if (length == 1 && name.title == 0)
    return follows(facts, cues.firm_noun, name) || follows(facts, cues.firm_example, name) ||
                   among_firms(report, facts, name)
               ? NameKind::organisation
               : NameKind::other;
  if (names_nobody(report, facts, name) || is_office(report, facts, name) || is_state(facts, name))
    return NameKind::other;
  std::uint32_t organisation_words = 0, own_words = 0;
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i) {
    if (facts.has(cues.org_word, {i, i + 1}))
      ++organisation_words;
    else if (!facts.tokens[i].function && facts.tokens[i].shape != Shape::number &&
             !facts.has(cues.common_body, {i, i + 1}))
      ++own_words;
  }
  if (organisation_words > 0) return own_words > 0 ? NameKind::organisation : NameKind::other;
  // "Skagerrak P&I", "R&D": nobody, and not to be told from a trade or a department.
  if (facts.at(name.bytes).find('&') != std::string_view::npos) return NameKind::other;
  if (name.title > 0 && length <= 4)
    return facts.has(cues.place_word, name.words) || titled_thing(facts, name) ? NameKind::other
                                                                               : NameKind::person;
  if (length < 2 || length > 4 || name.starts_sentence) {
    // At the start of a sentence the first capital says nothing, unless the rest is capitals as well.
    if (length < 2 || length > 4) return NameKind::other;
  }
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i)
    // "Jassim al-Rubaie", "Anna van der Meer"
    if (const Token& token = facts.tokens[i];
        token.shape != Shape::capital &&
        !(token.shape == Shape::lower && token.end - token.begin <= 3 && i > name.words.begin &&
          i + 1 < name.words.end && folded(facts, i) != "of" && folded(facts, i) != "for" &&
          folded(facts, i) != "the" && folded(facts, i) != "and"))
      return NameKind::other;
  if (holder_of_office(report, facts, name)) return NameKind::person;
  if (facts.has(cues.place_word, name.words)) return NameKind::other;
  if (!name.starts_sentence && length <= 3 && name.title == 0 && follows(facts, cues.firm_partner, name))
    return NameKind::organisation;
  if (length == 2 && has_what_firms_have(facts, name)) return NameKind::organisation;
  const std::string before = name.words.begin > 0 && facts.tokens[name.words.begin].gap == Gap::space
                                 ? folded(facts, name.words.begin - 1)
                                 : std::string();
  if (before == "in" || before == "at" || before == "near" || before == "off" || before == "from" ||
      before == "across" || before == "around" || before == "through")
    return NameKind::other;
  const bool acts = (name.words.end < facts.tokens.size() && facts.tokens[name.words.end].gap == Gap::space &&
                     facts.has(cues.person_verb, {name.words.end, name.words.end + 1})) ||
                    acts_for_another(report, facts, name);
  // "Ana Ruiz, who ...", "Ana Ruiz, the owner of ...", "Ana Ruiz, 43,"
  bool told = false;
  if (name.words.end + 2 < facts.tokens.size() && facts.tokens[name.words.end].gap == Gap::comma) {
    const std::string next = folded(facts, name.words.end);
    told =
        next == "who" || next == "whose" || facts.has(cues.role_noun, {name.words.end, name.words.end + 1});
    if (next == "the" || next == "a" || next == "an" || next == "its" || next == "their" || next == "head" ||
        next == "former")
      told = told || facts.has(cues.role_noun, {name.words.end + 1, name.words.end + 4});
  }
  // "led by Ana Ruiz"
  if (before == "by" && name.words.begin > 1) {
    static constexpr std::array<std::string_view, 20> verbs{
        "led",   "headed",  "owned",     "founded",     "chaired", "signed",     "written",
        "run",   "managed", "commanded", "represented", "hired",   "controlled", "replaced",
        "drawn", "issued",  "taken",     "made",        "given",   "prepared"};
    const std::string verb = folded(facts, name.words.begin - 2);
    told = told || std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
  }
  if (told) return NameKind::person;
  const bool role = name.words.begin > 0 &&
                    facts.has(cues.role_noun, {name.words.begin - 1, name.words.begin}) &&
                    facts.tokens[name.words.begin].gap != Gap::other;
  return acts || role ? NameKind::person : NameKind::other;
}

Name without_opening(const Report& report, const BlockFacts& facts, Name name) {
  const std::uint32_t first = name.words.begin;
  if (!name.starts_sentence || name.words.end - first < 3 || !facts.tokens[first + 1].function ||
      facts.has(report.cues.org_word, {first, first + 1}) ||
      facts.has(report.cues.not_entity, {first, first + 1}))
    return name;
  while (name.words.begin + 1 < name.words.end &&
         (name.words.begin == first || facts.tokens[name.words.begin].function))
    ++name.words.begin;
  name.bytes = facts.bytes_of(name.words);
  name.starts_sentence = false;
  return name;
}

namespace {

Name ending_at(const BlockFacts& facts, Name name, std::uint32_t end) {
  name.words.end = end;
  name.bytes = facts.bytes_of(name.words);
  return name;
}

}  // namespace

Name without_second(const BlockFacts& facts, const Name& name) {
  for (std::uint32_t i = name.words.begin + 1; i + 1 < name.words.end; ++i)
    if (folded(facts, i) == "and" && folded(facts, i + 1) == "the") return ending_at(facts, name, i);
  return name;
}

Name without_origin(const BlockFacts& facts, const Name& name) {
  for (std::uint32_t i = name.words.begin + 1; i < name.words.end; ++i)
    if (folded(facts, i) == "of") return ending_at(facts, name, i);
  return name;
}

Name without_employer(const BlockFacts& facts, const Name& name) {
  return name.title == 0 ? name : without_origin(facts, name);
}

// "The Law on Digital Assets", "the Convention on Biological Diversity": what a law is on is no body.
static bool is_subject_of_law(const BlockFacts& facts, const Name& name) {
  static constexpr std::string_view links[] = {"on", "concerning", "regarding", "against", "governing"};
  static constexpr std::string_view laws[] = {
      "law",        "act",        "code",       "decree",  "bill",     "directive", "treaty",  "ordinance",
      "convention", "regulation", "resolution", "charter", "protocol", "agreement", "decision"};
  std::uint32_t i = name.words.begin;
  if (i > 0 && folded(facts, i - 1) == "the") --i;
  if (i < 2 || facts.tokens[i].gap != Gap::space || facts.tokens[i - 1].gap != Gap::space ||
      std::find(std::begin(links), std::end(links), folded(facts, i - 1)) == std::end(links))
    return false;
  return facts.tokens[i - 2].shape == Shape::capital &&
         std::find(std::begin(laws), std::end(laws), folded(facts, i - 2)) != std::end(laws);
}

bool is_part_of_paper(const BlockFacts& facts, const Name& name) {
  if (is_subject_of_law(facts, name)) return true;
  // "DBN-25-118 of the Data Protection Authority": a file's number.
  if (const std::uint32_t next = name.words.begin + 1; facts.tokens[name.words.begin].shape == Shape::upper &&
                                                       next < name.words.end &&
                                                       facts.tokens[next].shape == Shape::number)
    return true;
  static constexpr std::string_view parts[] = {
      "annex", "appendix", "article",   "chapter",   "clause",     "exhibit",  "circular", "notice",
      "order", "decree",   "directive", "ordinance", "regulation", "law",      "bulletin", "resolution",
      "act",   "bill",     "ruling",    "case",      "paragraph",  "protocol", "section",  "schedule"};
  return std::find(std::begin(parts), std::end(parts), folded(facts, name.words.begin)) != std::end(parts);
}

bool same_root(const std::string& a, const std::string& b) {
  const std::size_t least = std::min(a.size(), b.size());
  std::size_t same = 0;
  while (same < least && a[same] == b[same]) ++same;
  return same >= root_letters && same + 2 >= least && std::max(a.size(), b.size()) <= same + 5;
}

}  // namespace assay::redflags
