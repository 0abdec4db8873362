// Runs of capitalised words, and the titles before them. Which of them name persons or organisations is the
// affair of the rules that care.
#include <algorithm>
#include <string>
#include <unordered_set>

#include "plugins/redflags/block_facts.h"

namespace assay::redflags {
namespace {

constexpr std::size_t name_words_max = 8;

// Of words with spaces between them.
std::unordered_set<WordHash> hashes(std::string_view words) {
  std::unordered_set<WordHash> all;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    all.insert(hash_word(words.substr(0, end)));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return all;
}

// Words that come before a person's name and are no part of it.
const std::unordered_set<WordHash>& titles() {
  static const std::unordered_set<WordHash> words = hashes(
      "minister president captain general colonel admiral major lieutenant sergeant commander brigadier "
      "marshal commodore dr mr mrs ms professor prof senator secretary ambassador chancellor king queen "
      "prince princess sheikh emir director governor mayor chairman chairwoman chair chief spokesman "
      "spokeswoman spokesperson inspector judge justice bishop ayatollah commissioner envoy "
      "representative congressman congresswoman premier sir lord lady dame gen col capt lt sgt adm maj "
      "cdr detective superintendent archbishop ceo founder analyst prosecutor attorney engineer "
      "councillor harbourmaster undersecretary officer executive manager skipper scientist lawyer "
      "negotiator adviser advisor owner leader head geologist sheriff imam mullah rabbi dean rector consul "
      "corporal magistrate speaker treasurer auditor banker broker journalist reporter editor historian "
      "economist biologist virologist epidemiologist hydrologist seismologist expert researcher technician "
      "pilot activist dissident warlord businessman businesswoman financier entrepreneur tycoon shipowner "
      "suspect witness defendant coroner surgeon doctor nurse bishop priest father sister councilman "
      "delegate lawmaker deputy chemist physicist surveyor dealer smuggler fisherman farmer shareholder "
      "trader driver clerk employee technologist consultant lobbyist veteran rebel");
  return words;
}
// Words that belong to a title that follows: Deputy Minister, Foreign Secretary, Rear Admiral.
const std::unordered_set<WordHash>& before_titles() {
  static const std::unordered_set<WordHash> words = hashes(
      "deputy vice prime foreign defence defense interior finance energy trade health transport economy "
      "rear senior acting former permanent under chief attorney police prison first environment "
      "agriculture justice labour education district managing fisheries mining");
  return words;
}

// Lower-case words that a name may hold between capitals: Ministry of Trade and Industry, Anna van der Meer.
bool joins(const Token& token) {
  static const std::unordered_set<WordHash> words =
      hashes("of for the and de van der von al bin ibn del la el den di da dos le ter");
  return token.shape == Shape::lower && token.end - token.begin <= 3 && words.contains(token.word);
}

// Words of the calendar and such, which have capitals and name nobody.
bool is_calendar(const Token& token) {
  static const std::unordered_set<WordHash> words = hashes(
      "january february march april may june july august september october november december monday "
      "tuesday wednesday thursday friday saturday sunday i");
  static const WordHash may = hash_word("may (month)");
  return token.word == may || words.contains(token.word);
}

bool capital(const Token& token) { return token.shape == Shape::capital || token.shape == Shape::upper; }

class NameFinder {
 public:
  explicit NameFinder(BlockFacts& facts) : facts_(facts) {}
  void run() {
    facts_.names.clear();
    std::size_t sentence = 0;
    for (std::size_t i = 0; i < facts_.tokens.size();) {
      while (sentence + 1 < facts_.sentences.size() && facts_.sentences[sentence + 1].words.begin <= i)
        ++sentence;
      if (!capital(facts_.tokens[i]) || is_calendar(facts_.tokens[i])) {
        ++i;
        continue;
      }
      const std::size_t limit =
          facts_.sentences.empty() ? facts_.tokens.size() : facts_.sentences[sentence].words.end;
      const bool at_start = facts_.sentences.empty() || facts_.sentences[sentence].words.begin == i ||
                            facts_.tokens[i].gap == Gap::other;  // after a label and its colon
      i = name(i, limit, at_start);
    }
  }

 private:
  std::size_t name(std::size_t first, std::size_t limit, bool at_start) {
    std::size_t end = first + 1;
    for (std::size_t i = first + 1; i < limit && i - first < name_words_max; ++i) {
      const Token& token = facts_.tokens[i];
      const bool joined = ampersand(i);
      if ((token.gap != Gap::space && !shortened_title(i - 1) && !joined) ||
          (token.begin - facts_.tokens[i - 1].end > 1 && !initial(i - 1) && !plural_possessive(i - 1) &&
           !joined))
        break;
      if (capital(token) && (joined || !is_calendar(facts_.tokens[i]))) {
        end = i + 1;
        continue;
      }
      if (token.shape == Shape::number && i == end && facts_.tokens[i].end - facts_.tokens[i].begin <= 3 &&
          !counts(i)) {
        end = i + 1;  // Channel 4, Unit 8200 is no name of ours
        continue;
      }
      if (!joins(token)) break;
    }
    end = before_another(first, end, limit);
    add(first, end, at_start);
    return end;
  }
  // A run that is longer than any name is several: "the Commission for Water Coordination and the Aga Khan
  // Foundation".
  std::size_t before_another(std::size_t first, std::size_t end, std::size_t limit) const {
    if (end - first < name_words_max || end >= limit || facts_.tokens[end].gap != Gap::space ||
        !capital(facts_.tokens[end]))
      return end;
    for (std::size_t i = end - 1; i > first + 1; --i)
      if (joins(facts_.tokens[i]) && facts_.at(facts_.tokens[i]) == "and") return i;
    return end;
  }
  // "Armenia's Transport Ministry 410 million": a figure stands behind the name, and is no part of it.
  bool counts(std::size_t i) const {
    static const std::unordered_set<WordHash> bodies = hashes(
        "ministry agency authority commission institute administration department council board "
        "treasury fund parliament embassy university association federation organization "
        "organisation chamber exchange company corporation directorate secretariat inspectorate");
    static const std::unordered_set<WordHash> units = hashes(
        "million billion thousand trillion hundred percent per dollars euros pounds roubles rubles yuan "
        "yen francs rupees crowns tonnes tons barrels litres kilometres hectares megawatts gigawatts "
        "dead wounded injured cases people km mw gw");
    return bodies.contains(facts_.tokens[i - 1].word) || facts_.text[facts_.tokens[i].end] == '%' ||
           (i + 1 < facts_.tokens.size() && units.contains(facts_.tokens[i + 1].word));
  }
  // Teachers' League: nothing but the apostrophe and a space stands between.
  bool plural_possessive(std::size_t i) const {
    const std::uint32_t end = facts_.tokens[i].end;
    return facts_.text[end] == '\'' || facts_.text.compare(end, 3, "\xE2\x80\x99") == 0;
  }
  // "Skagerrak P&I", "Marks & Lund": both sides are of one name.
  bool ampersand(std::size_t i) const {
    const std::uint32_t end = facts_.tokens[i - 1].end;
    const std::string_view between = std::string_view(facts_.text).substr(end, facts_.tokens[i].begin - end);
    return capital(facts_.tokens[i]) && (between == "&" || between == " & ");
  }
  // "Chief Medical Officer Dr. Ana Ruiz", "J. Ruiz": the full stop belongs to the word.
  bool shortened_title(std::size_t i) const {
    static const std::unordered_set<WordHash> words =
        hashes("dr prof gen lt col capt maj sgt adm gov sen rep hon mr mrs ms");
    const Token& token = facts_.tokens[i];
    return facts_.text.compare(token.end, facts_.tokens[i + 1].begin - token.end, ". ") == 0 &&
           capital(token) && (token.end - token.begin == 1 || words.contains(token.word));
  }
  bool initial(std::size_t i) const { return facts_.tokens[i].end - facts_.tokens[i].begin <= 3; }

  void add(std::size_t first, std::size_t end, bool at_start) {
    // The article, or any function word that merely starts a sentence.
    bool start = at_start;
    while (first < end && facts_.tokens[first].function && facts_.tokens[first].shape == Shape::capital)
      ++first, start = false;
    while (first < end && joins(facts_.tokens[first])) ++first;
    std::uint32_t title = 0;
    // "Later Captain Lund": the first word is a capital for the sentence's sake alone.
    if (start && first + 2 < end && titles().contains(facts_.tokens[first + 1].word) &&
        !titles().contains(facts_.tokens[first].word) && !before_titles().contains(facts_.tokens[first].word))
      ++first, start = false;
    for (std::size_t after = first; after + 1 < end; ++after) {
      const WordHash word = facts_.tokens[after].word;
      if (titles().contains(word))
        title += static_cast<std::uint32_t>(after + 1 - first), first = after + 1, start = false;
      // "Chief Medical Officer Ana Ruiz": a field between two titles.
      else if (!before_titles().contains(word) && !(title > 0 && after == first && after + 2 < end &&
                                                    titles().contains(facts_.tokens[after + 1].word)))
        break;
    }
    if (title > 0 &&
        facts_.at(facts_.tokens[first]) == "of") {  // "Director of Customs X": all of it is one name
      first -= title;
      title = 0;
    }
    // A title may stand before the name in small letters as well: "the energy minister Ana Ruiz".
    for (std::size_t before = first - title;
         title == 0 && before > 0 && titles().contains(facts_.tokens[before - 1].word) &&
         facts_.tokens[before].gap == Gap::space;
         --before) {
      ++title;
      break;
    }
    if (first >= end) return;
    const Extent words{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)};
    facts_.names.push_back({facts_.bytes_of(words), words, title, start});
  }

  BlockFacts& facts_;
};

}  // namespace

void find_names(BlockFacts& facts) { NameFinder(facts).run(); }

}  // namespace assay::redflags
