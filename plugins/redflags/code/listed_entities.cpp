// Entities that the report lists, and that occur nowhere in its text.
#include <algorithm>
#include <map>
#include <string>
#include <unordered_set>
#include <utility>

#include "plugins/redflags/code/name_kind.h"
#include "plugins/redflags/code/tag_themes.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

bool capital(const Token& token) { return token.shape == Shape::capital || token.shape == Shape::upper; }

struct Entry {
  Place place;
  Extent words;
  bool found = false;
  // The stems of its words; of those that are its own; and of those that the text has in small letters. A
  // pipeline in the text is no Caspian Pipeline Consortium, but the ecology ministry is the Ministry of
  // Ecology.
  StemSet all, own, met;
  bool body_of_many = false;  // an organisation of three words or more: one of them is not enough
  // "MONUSCO, the United Nations mission": perhaps told of the one before; its place in the list, or -1.
  int told_of = -1;
};

// "the Iraqi oil ministry": what is listed is the ministry, which a text that says whose it is need not say
// again.
std::uint32_t end_of_common_name(const Report& report, const BlockFacts& facts, Extent name) {
  constexpr std::uint32_t common_max = 3;
  const auto size = static_cast<std::uint32_t>(facts.tokens.size());
  for (std::uint32_t i = name.end; i < std::min(name.end + common_max, size); ++i) {
    const Token& token = facts.tokens[i];
    if (token.gap != Gap::space || token.function || token.shape != Shape::lower) break;
    if (facts.has(report.cues.org_word, {i, i + 1})) return i + 1;
  }
  return name.end;
}

void add_entries(const Report& report, std::uint32_t block, const Name& name, std::vector<Entry>& entries) {
  const BlockFacts& facts = report.facts(block);
  Extent part{name.words.begin, name.words.begin};
  const auto close = [&](std::uint32_t end) {
    part.end = end;
    while (part.begin < part.end && facts.tokens[part.begin].function) ++part.begin;
    while (part.begin < part.end && facts.tokens[part.end - 1].function) --part.end;
    if (part.begin < part.end)
      entries.push_back({report.words(block, part), part, false, {}, {}, {}, false, -1});
    part.begin = end + 1;
  };
  for (std::uint32_t i = name.words.begin; i < name.words.end; ++i)
    if (folded(facts, i) == "and") close(i);
  while (part.begin < name.words.end && facts.tokens[part.begin].function) ++part.begin;
  const bool one_word = part.begin + 1 == name.words.end;
  close(one_word ? end_of_common_name(report, facts, {part.begin, name.words.end}) : name.words.end);
}

// "Organisations: A, B": the word after the colon; else the sentence's first.
std::uint32_t after_label(const BlockFacts& facts, const Sentence& sentence) {
  for (std::uint32_t i = sentence.words.begin + 1; i < sentence.words.end && i < sentence.words.begin + 5;
       ++i)
    if (facts.text[facts.tokens[i - 1].end] == ':') return i;
  return sentence.words.begin;
}

// Whether the sentence is names and nothing else.
bool is_plain_list(const BlockFacts& facts, const Sentence& sentence, std::uint32_t from) {
  std::uint32_t others = 0, listed = 0;
  for (std::uint32_t i = from; i < sentence.words.end; ++i) {
    if (!holding(facts.names, i).empty())
      ++listed;
    else
      others += !facts.tokens[i].function && !capital(facts.tokens[i]);
  }
  return listed > 0 && others <= listed / 4;
}

// "Individuals:", alone in its paragraph, lists nothing itself.
bool is_label_alone(const BlockFacts& facts, const Sentence& sentence) {
  static constexpr std::string_view labels[] = {"persons",       "people",   "individuals", "organisations",
                                                "organizations", "entities", "companies",   "bodies",
                                                "institutions",  "places",   "outlets"};
  const std::size_t last = facts.text.find_last_not_of(" \t\n");
  if (last == std::string::npos || sentence.words.end != facts.tokens.size()) return false;
  return facts.text[last] == ':' ||
         (facts.tokens.size() == 1 &&
          std::find(std::begin(labels), std::end(labels), folded(facts, 0)) != std::end(labels));
}

// "the government of the Philippines" is spoken of as the government.
bool is_state_of_government(const BlockFacts& facts, const Name& name) {
  std::uint32_t i = name.words.begin;
  if (i > 0 && folded(facts, i - 1) == "the") --i;
  return i > 1 && folded(facts, i - 1) == "of" && folded(facts, i - 2) == "government";
}

// "The United Nations mission in South Sudan": where it is, and no entry.
bool is_whereabouts(const BlockFacts& facts, const Name& name, std::uint32_t from) {
  if (name.words.begin <= from + 1 || facts.tokens[name.words.begin].gap != Gap::space) return false;
  const std::string before = folded(facts, name.words.begin - 1);
  return (before == "in" || before == "at" || before == "near") &&
         facts.tokens[name.words.begin - 1].gap == Gap::space;
}

// "..., the United Nations mission": after a comma and an article, with a common noun of what it is.
bool in_apposition(const Report& report, const BlockFacts& facts, const Name& name) {
  const std::uint32_t first = name.words.begin, next = name.words.end;
  if (first < 2 || next >= facts.tokens.size() || facts.tokens[first - 1].gap != Gap::comma ||
      facts.tokens[next].gap != Gap::space || facts.tokens[next].shape != Shape::lower)
    return false;
  const std::string article = folded(facts, first - 1);
  return (article == "the" || article == "a" || article == "an") &&
         (facts.has(report.cues.org_word, {next, next + 1}) || !facts.tokens[next].function);
}

void add_sentence(const Report& report, std::uint32_t block, const Sentence& sentence,
                  std::vector<Entry>& entries) {
  const BlockFacts& facts = report.facts(block);
  if (is_label_alone(facts, sentence)) return;
  const Hit* verb = facts.find(report.cues.listing_verb, sentence.words);
  const auto names_from = [&](std::uint32_t word) {
    return !beginning_in(facts.names, {word, sentence.words.end}).empty();
  };
  // "Captain Lund is named": the verb closes the list.
  const bool after_verb = verb != nullptr && names_from(verb->last);
  const std::uint32_t from = after_verb ? verb->last : after_label(facts, sentence);
  const bool list = verb != nullptr || from > sentence.words.begin || is_plain_list(facts, sentence, from);
  for (const Name& name : beginning_in(facts.names, {from, sentence.words.end})) {
    // "Key entities are the army and the bank": its first word names nobody.
    if (verb != nullptr && !after_verb && name.starts_sentence && name.words.end - name.words.begin == 1)
      continue;
    // What stands in brackets explains.
    if (name.bytes.begin > 0 && facts.text[name.bytes.begin - 1] == '(') continue;
    if (list && is_state_of_government(facts, name)) continue;
    const std::size_t before = entries.size();
    if (is_whereabouts(facts, name, from)) continue;
    add_entries(report, block, name, entries);
    if (list && before > 0 && entries.size() == before + 1 && in_apposition(report, facts, name))
      entries[before].told_of = static_cast<int>(before) - 1;
    if (!list) return;  // an item that describes what it lists: only its first name is the entry
  }
}

std::vector<Entry> listed_entries(const Report& report) {
  std::vector<Entry> entries;
  for (const std::uint32_t block : report.in(Zone::entities)) {
    const BlockFacts& facts = report.facts(block);
    for (const Sentence& sentence : facts.sentences) {
      if (!facts.has(report.cues.no_entities, sentence.words)) add_sentence(report, block, sentence, entries);
      if (entries.size() > listed_entities_max) return {};
    }
  }
  return entries;
}

// "Petróleos Mexicanos (Pemex)": the one word in brackets behind the entry; none: empty.
std::string short_name(const BlockFacts& facts, Extent entry) {
  const std::uint32_t end = facts.tokens[entry.end - 1].end;
  const std::size_t open = facts.text.find('(', end);
  if (open == std::string::npos ||
      std::string_view(facts.text).substr(end, open - end).find_first_of(",;:.") != std::string_view::npos)
    return {};
  for (std::uint32_t i = entry.end; i < facts.tokens.size() && facts.tokens[i].begin <= open + 1; ++i)
    if (facts.tokens[i].begin == open + 1 && capital(facts.tokens[i]) &&
        facts.text[facts.tokens[i].end] == ')')
      return folded(facts, i);
  return {};
}

// What else the text may call those that it does not name: by the short name in the list, "Moscow" for the
// Russian government, "the army" for the one army that is spoken of.
void find_by_other_names(const Report& report, std::vector<Entry>& entries) {
  // Of these a report mostly speaks of one; a bank may be a river's.
  static const std::vector<WordHash> sole =
      hash_words({"army", "navy", "police", "court", "tribunal", "parliament", "senate", "ministry",
                  "authority", "agency", "commission", "gendarmerie", "coastguard"});
  std::multimap<std::string, std::size_t> names;  // in capitals
  std::map<WordHash, std::vector<std::size_t>> kinds;
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const Entry& entry = entries[e];
    const BlockFacts& facts = report.facts(entry.place.block);
    WordHash kind = 0;
    for (std::uint32_t i = entry.words.begin; i < entry.words.end; ++i)
      if (std::binary_search(sole.begin(), sole.end(), facts.tokens[i].word)) kind = facts.tokens[i].stem;
    if (kind != 0) kinds[kind].push_back(e);
    if (entry.found) continue;
    if (std::string name = short_name(facts, entry.words); !name.empty()) names.emplace(std::move(name), e);
    std::vector<std::string> own;
    for (std::uint32_t i = entry.words.begin; i < entry.words.end; ++i)
      if (capital(facts.tokens[i]) && contains(entry.own, facts.tokens[i].stem))
        own.push_back(folded(facts, i));
    if (own.size() != 1) continue;
    for (const Theme& theme : themes) {
      if (std::string_view(theme.others).starts_with(own[0] + ' '))
        for (std::string_view rest = theme.others; !rest.empty();) {
          const std::size_t end = std::min(rest.find(' '), rest.size());
          names.emplace(std::string(rest.substr(0, end)), e);
          rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
  }
  std::erase_if(kinds, [](const auto& one) { return one.second.size() != 1; });
  if (names.empty() && kinds.empty()) return;
  std::vector<WordHash> capitals, definite;
  report.each(body_zones | mask(Zone::title), [&](std::uint32_t, const BlockFacts& facts) {
    for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
      const Token& token = facts.tokens[i];
      if (capital(token) && !names.empty()) {
        const auto [from, to] = names.equal_range(folded(facts, i));
        for (auto at = from; at != to; ++at) entries[at->second].found = true;
      }
      if (!kinds.contains(token.stem)) continue;
      if (capital(token))
        capitals.push_back(token.stem);
      else if (i > 0 && token.gap == Gap::space && folded(facts, i - 1) == "the")
        definite.push_back(token.stem);
    }
  });
  for (const WordHash kind : definite)
    if (std::find(capitals.begin(), capitals.end(), kind) == capitals.end())
      entries[kinds[kind][0]].found = true;
}

void entity_not_in_text(const Report& report, std::uint32_t rule, Drafts& out) {
  auto entries = listed_entries(report);
  if (entries.empty()) return;
  // Which words to look for: of each entry those that are its own.
  struct Wanted {
    std::vector<std::size_t> entries;
    bool met_capital = false, met_small = false;
  };
  std::map<WordHash, Wanted> wanted;
  std::multimap<std::string, std::pair<std::string, std::size_t>> roots;  // by their first letters
  for (std::size_t e = 0; e < entries.size(); ++e) {
    const BlockFacts& facts = report.facts(entries[e].place.block);
    bool own = false;
    for (const bool all : {false, true}) {
      if (all && own) break;
      for (std::uint32_t i = entries[e].words.begin; i < entries[e].words.end; ++i) {
        const Token& token = facts.tokens[i];
        if (token.function || token.shape == Shape::clitic ||
            (!all && facts.has(report.cues.org_word, {i, i + 1})))
          continue;
        own = true;
        entries[e].own.push_back(token.stem);
        if (const std::string word = folded(facts, i); capital(token) && word.size() >= root_letters)
          roots.emplace(word.substr(0, root_letters), std::pair(word, e));
      }
    }
    entries[e].found = !own;
    std::sort(entries[e].own.begin(), entries[e].own.end());
    entries[e].all = content_stems(facts, entries[e].words);
    // "the Mbarania Bar Association": that the report is of Mbarania does not speak of it.
    entries[e].body_of_many = entries[e].all.size() >= 3 && capital(facts.tokens[entries[e].words.end - 1]) &&
                              facts.has(report.cues.org_word, entries[e].words);
    for (const WordHash stem : entries[e].all) wanted[stem].entries.push_back(e);
  }
  const ZoneMask zones =
      body_zones | mask(Zone::title, Zone::report_title, Zone::changes, Zone::custom, Zone::sources);
  std::uint64_t filter = 0;
  for (const auto& [stem, list] : wanted) filter |= std::uint64_t{1} << (stem & 63);
  report.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
    for (const Token& token : facts.tokens) {
      if ((filter >> (token.stem & 63) & 1) == 0) continue;
      if (const auto at = wanted.find(token.stem); at != wanted.end()) {
        if (std::exchange(capital(token) ? at->second.met_capital : at->second.met_small, true)) continue;
        for (const std::size_t e : at->second.entries) {
          if (capital(token) && contains(entries[e].own, token.stem) && !entries[e].body_of_many)
            entries[e].found = true;
          else
            entries[e].met.push_back(token.stem);
        }
      }
    }
  });
  for (Entry& entry : entries) {
    std::sort(entry.met.begin(), entry.met.end());
    entry.met.erase(std::unique(entry.met.begin(), entry.met.end()), entry.met.end());
    entry.found = entry.found || entry.met.size() * 2 >= entry.all.size();
  }
  const bool missing = std::any_of(entries.begin(), entries.end(), [](const Entry& e) { return !e.found; });
  if (!missing) return;
  std::multimap<std::string, std::size_t> initials;  // of what is missing so far
  for (std::size_t e = 0; e < entries.size(); ++e)
    if (std::string letters; !entries[e].found) {
      const BlockFacts& own = report.facts(entries[e].place.block);
      for (std::uint32_t w = entries[e].words.begin; w < entries[e].words.end; ++w)
        if (capital(own.tokens[w])) letters += folded(own, w)[0];
      if (letters.size() >= 2) initials.emplace(letters, e);
    }
  std::unordered_set<std::string_view> seen;
  report.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
    for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
      if (!capital(facts.tokens[i]) || !seen.insert(facts.at(facts.tokens[i])).second) continue;
      const std::string word = folded(facts, i);
      const auto [first, last] = roots.equal_range(word.substr(0, root_letters));
      for (auto at = first; at != last; ++at) {
        Entry& entry = entries[at->second.second];
        if (!entry.found && !entry.body_of_many && same_root(word, at->second.first)) entry.found = true;
      }
      // An acronym in the text for what is listed in full.
      if (facts.tokens[i].shape == Shape::upper) {
        const auto [from, to] = initials.equal_range(word);
        for (auto at = from; at != to; ++at) entries[at->second].found = true;
      }
    }
  });
  find_by_other_names(report, entries);
  for (const Entry& entry : entries)
    if (!entry.found && (entry.told_of < 0 || !entries[static_cast<std::size_t>(entry.told_of)].found))
      out.push_back({rule, entry.place, std::nullopt, {}, {}, std::nullopt});
}

}  // namespace

const std::vector<CodeRule>& listed_entity_rules() {
  static const std::vector<CodeRule> rules{{"consistency.entity-not-in-text", nullptr, entity_not_in_text}};
  return rules;
}

}  // namespace assay::redflags
