// Tags: what the report says it is about against what it speaks of.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_set>

#include "plugins/redflags/code/tag_themes.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

// A report with more is none, and each word of the text is compared with each tag.
constexpr std::size_t tags_max = 100;

class TagWords {
 public:
  explicit TagWords(const Report& report) : report_(report) {}

  void run(std::uint32_t rule, Drafts& out) {
    collect();
    if (wanted_.empty()) return;
    const ZoneMask zones = body_zones | mask(Zone::title, Zone::report_title, Zone::entities);
    static const WordHash satellite = hash_word(lemma_of("satellite"));
    report_.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
      for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
        const Token& token = facts.tokens[i];
        if (token.lemma == satellite && seen_from_orbit(facts, i)) continue;
        if ((filter_ >> (token.lemma & 63) & 1) != 0) meet(token.lemma);
        if ((filter_ >> (token.stem & 63) & 1) != 0) meet(token.stem);
      }
    });
    look_for_prefixes();
    // Among tags in small letters one with a capital is a name, of a country most often: where a report is
    // about a town in it, it need not say so.
    const auto names = static_cast<std::size_t>(
        std::count_if(tags_.begin(), tags_.end(), [](const Tag& tag) { return tag.name; }));
    const bool names_stand_out = names * 2 <= tags_.size();
    for (const Tag& tag : tags_)
      if (!tag.found && !(tag.name && names_stand_out))
        out.push_back({rule, tag.place, std::nullopt, {}, {}, std::nullopt});
  }

 private:
  // "Satellite images of the quarry": how it was seen, and no space flight; unless a tag has the word.
  bool seen_from_orbit(const BlockFacts& facts, std::uint32_t word) const {
    static const std::vector<WordHash> seen = hash_words(
        {"image",      "images",      "imagery", "picture", "pictures", "photo",       "photos",
         "photograph", "photographs", "data",    "pass",    "passes",   "view",        "views",
         "altimetry",  "level",       "levels",  "reading", "readings", "measurement", "measurements",
         "map",        "maps",        "scene",   "scenes",  "estimate", "estimates",   "survey"});
    const bool tagged = std::any_of(tags_.begin(), tags_.end(), [](const Tag& tag) {
      return std::find(tag.words.begin(), tag.words.end(), "satellite") != tag.words.end() ||
             std::find(tag.words.begin(), tag.words.end(), "satellites") != tag.words.end();
    });
    if (tagged) return false;
    constexpr std::uint32_t reach = 2;
    for (std::uint32_t i = word + 1; i < std::min<std::size_t>(word + 1 + reach, facts.tokens.size()); ++i) {
      if (facts.tokens[i].gap != Gap::space) return false;
      if (std::binary_search(seen.begin(), seen.end(), facts.tokens[i].word)) return true;
    }
    return false;
  }
  struct Tag {
    Place place;
    std::vector<std::string> words;
    bool found = false;
    bool name = false;  // all of it in capitals, and not the first of the list
  };
  void collect() {
    for (const std::uint32_t block : report_.in(Zone::tags)) {
      const BlockFacts& facts = report_.facts(block);
      std::uint32_t from = 0;
      for (std::uint32_t i = 1; i <= facts.tokens.size(); ++i)
        if (i == facts.tokens.size() || facts.tokens[i].gap != Gap::space)
          add(block, facts, {from, i}), from = i;
    }
  }
  void want(WordHash hash) {
    wanted_[hash].push_back(tags_.size());
    filter_ |= std::uint64_t{1} << (hash & 63);
  }
  void add(std::uint32_t block, const BlockFacts& facts, Extent words) {
    if (tags_.size() == tags_max) return;
    Tag tag{report_.words(block, words), {}, false};
    for (std::uint32_t i = words.begin; i < words.end; ++i) {
      const Token& token = facts.tokens[i];
      if (token.function) continue;
      // "security" says little, yet where the text has the very word the tag is not beside it.
      want(token.lemma);
      if (facts.has(report_.cues.generic_tag, {i, i + 1})) continue;
      // By its stem as well, but for words that many subjects share the root of.
      want(token.stem);
      tag.words.push_back(folded(facts, i));
    }
    // A theme stands for what it is about only as the tag's noun: "maritime piracy" is about piracy. But
    // "swine fever" and "medicine shortages", of which the last word is no theme, are about swine and
    // medicine.
    for (std::size_t i = tag.words.size(); i-- > 0;)
      if (want_theme(tag.words[i])) break;
    tag.found = tag.words.empty();  // "security policy" says too little to be wrong
    tag.name = !tags_.empty() && is_name(facts, words);
    tags_.push_back(std::move(tag));
  }
  static bool is_name(const BlockFacts& facts, Extent words) {
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (!facts.tokens[i].function && facts.tokens[i].shape != Shape::capital &&
          facts.tokens[i].shape != Shape::upper)
        return false;
    return words.end > words.begin;
  }
  bool want_theme(std::string_view word) {
    bool known = false;
    for (const Theme& theme : themes)
      if (theme.word == word) want_all(theme.others), known = true;
    return known;
  }
  void want_all(std::string_view words) {
    while (!words.empty()) {
      const std::size_t end = std::min(words.find(' '), words.size());
      want(hash_word(lemma_of(words.substr(0, end))));
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  void meet(WordHash hash) {
    if (const auto at = wanted_.find(hash); at != wanted_.end())
      for (const std::size_t tag : at->second) tags_[tag].found = true;
  }
  // "geopolitics" for "geopolitical", "cyber" for "cyberattack"; parts of a compound. Each word of the text
  // is looked at once.
  void look_for_prefixes() {
    std::vector<Tag*> missing;
    for (Tag& tag : tags_)
      if (!tag.found) missing.push_back(&tag);
    if (missing.empty()) return;
    std::unordered_set<WordHash> seen;
    report_.each(body_zones | mask(Zone::title), [&](std::uint32_t, const BlockFacts& facts) {
      for (std::uint32_t i = 0; i < facts.tokens.size() && !missing.empty(); ++i) {
        if (facts.tokens[i].function || !seen.insert(facts.tokens[i].word).second) continue;
        const std::string word = folded(facts, i);
        std::erase_if(missing, [&](Tag* tag) { return tag->found = prefixed(*tag, word); });
      }
    });
  }
  // What is left of a word once it is no deed, doer or field any more: "brib" of bribery, bribed and bribes,
  // "robb" of robbery and robbed, "privati" of privatization and privatised.
  static std::string root(std::string word) {
    static constexpr std::string_view endings[] = {
        "ization", "isation", "ations", "ation", "izing", "ising", "izers", "isers", "ized", "ised",
        "eries",   "ments",   "ment",   "ition", "ities", "ists",  "isms",  "ions",  "ery",  "ing",
        "ism",     "ist",     "ers",    "ors",   "ion",   "ity",   "ies",   "ive",   "ize",  "ise",
        "ed",      "er",      "or",     "ry",    "es",    "al",    "ic",    "e",     "s",    "y"};
    constexpr std::size_t least = 4;
    for (const std::string_view ending : endings)
      if (word.size() >= least + ending.size() && word.ends_with(ending)) {
        word.resize(word.size() - ending.size());
        break;
      }
    if (word.size() > least && word.back() == word[word.size() - 2]) word.pop_back();
    return word;
  }
  static bool prefixed(const Tag& tag, const std::string& part) {
    const std::string part_root = part.size() >= 5 ? root(part) : std::string();
    return std::any_of(tag.words.begin(), tag.words.end(), [&](const std::string& word) {
      if (word.size() >= 4 && !part_root.empty() && root(word) == part_root) return true;
      const std::size_t length =
          word.size() > 8 ? word.size() - 3 : std::max<std::size_t>(5, word.size() - 1);
      // "ransomware" where the text has "ransom", "cybercrime" where it has "crime".
      if (word.size() >= 8 && part.size() >= 5 && part.size() < word.size() &&
          (word.starts_with(part) || word.ends_with(part)))
        return true;
      return word.size() >= 5 && part.size() >= length && part.compare(0, length, word, 0, length) == 0;
    });
  }

  const Report& report_;
  std::vector<Tag> tags_;
  std::map<WordHash, std::vector<std::size_t>> wanted_;
  std::uint64_t filter_ = 0;
};

void tag_unrelated(const Report& report, std::uint32_t rule, Drafts& out) { TagWords(report).run(rule, out); }

}  // namespace

const std::vector<CodeRule>& tag_rules() {
  static const std::vector<CodeRule> rules{{"consistency.tag-unrelated", nullptr, tag_unrelated}};
  return rules;
}

}  // namespace assay::redflags
