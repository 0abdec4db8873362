// Structure: what only the whole report shows.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "plugins/redflags/code_rules.h"
#include "plugins/redflags/hypothesis_references.h"

namespace assay::redflags {
namespace {

void add(Drafts& out, std::uint32_t rule, Place at, std::string detail = {}) {
  out.push_back({rule, at, std::nullopt, {}, std::move(detail), std::nullopt});
}

// What the whole report is about: its words tell no hypothesis from another.
StemSet topic_of(const Report& report) {
  StemCollector topic;
  report.each(mask(Zone::title, Zone::bluf),
              [&](std::uint32_t, const BlockFacts& facts) { topic.add(content_stems(facts)); });
  return topic.take();
}

// Whether a passage of section 2 speaks of the hypothesis: by any word of its title, be it another's as well,
// or by several of those words of its statement that are no other's.
bool speaks_of(const StemSet& passage, const HypothesisWords& words, const StemSet& own) {
  return shared(passage, words.title) >= 1 || shared(passage, own) >= 3;
}

void hypothesis_without_evidence(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto blocks = judgement_blocks(report);
  if (report.hypotheses.size() < 2 || blocks.empty()) return;
  const auto words = hypothesis_words(report);
  const StemSet topic = topic_of(report);
  std::vector<StemSet> own(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) own[i] = without(words[i].own, topic);
  // A stem that is one hypothesis's own, and whose.
  std::unordered_map<WordHash, std::size_t> owner;
  for (std::size_t i = 0; i < words.size(); ++i)
    for (const WordHash stem : own[i]) owner.emplace(stem, i);
  std::vector<bool> named(words.size());
  StemCollector passages;
  bool others = false;
  for (const std::uint32_t block : blocks) {
    const BlockFacts& facts = report.facts(block);
    passages.add(content_stems(facts));
    others = others || facts.find(report.cues.other_hypotheses) != nullptr;
    // Two of its own words in one sentence: it is spoken of, by whatever name.
    for (const Sentence& sentence : facts.sentences) {
      std::unordered_map<std::size_t, std::size_t> said;
      for (const WordHash stem : sentence_stems(facts, sentence))
        if (const auto at = owner.find(stem); at != owner.end() && ++said[at->second] == 2)
          named[at->second] = true;
      // Or one alone in a short sentence that denies: "nothing so far bears out a debt"; or a sentence that
      // opens by denying it: "no tremor is in the bulletin".
      constexpr std::uint32_t short_words = 12;
      if (said.size() == 1 && sentence.words.end - sentence.words.begin <= short_words &&
          facts.has(report.cues.negation, sentence.words))
        named[said.begin()->first] = true;
      if (sentence.words.end > sentence.words.begin + 2 &&
          facts.has(report.cues.negation, {sentence.words.begin, sentence.words.begin + 1}))
        if (const auto at = owner.find(facts.tokens[sentence.words.begin + 1].stem); at != owner.end())
          named[at->second] = true;
      // Or one that its sentence is about: "A fungus was looked for and not found".
      std::uint32_t subject = sentence.words.begin;
      while (subject + 1 < sentence.words.end && facts.tokens[subject].function) ++subject;
      if (const auto at = owner.find(facts.tokens[subject].stem);
          at != owner.end() && subject < sentence.words.begin + 3)
        named[at->second] = true;
    }
    for (const Reference& reference :
         ordinal_references(report, facts, {0, static_cast<std::uint32_t>(facts.tokens.size())}))
      named[reference.hypothesis] = true;
  }
  const StemSet passage = passages.take();
  if (const auto chosen = preferred(report, words)) named[*chosen] = true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& rated = report.data.rated_hypotheses;
    const std::string& id = report.hypotheses[i].id;
    const bool in_matrix = !id.empty() && std::find(rated.begin(), rated.end(), id) != rated.end();
    if (!named[i] && !others && !in_matrix && !speaks_of(passage, words[i], own[i]))
      add(out, rule, report.all(report.hypotheses[i].title));
  }
}

// "Neither is better supported", "it is too early to prefer one": no preference.
bool denied(const Report& report, const BlockFacts& facts, const Hit& hit) {
  const std::uint32_t start = facts.sentences[facts.sentence_of_word(hit.first)].words.begin;
  bool another_clause = false;
  for (std::uint32_t i = hit.first; i > start && hit.first - i < 6;) {
    --i;
    if (facts.tokens[i + 1].gap == Gap::other) return false;
    const std::string word = fold(facts.at(facts.tokens[i]));
    if (word == "early" || word == "impossible" || word == "unable" || word == "hard" || word == "whether")
      return true;
    // "No other fits better", "not only": one is preferred all the same.
    if (!another_clause && facts.has(report.cues.negation, {i, i + 1})) {
      const std::string next = fold(facts.at(facts.tokens[i + 1]));
      return next != "other" && next != "only" && next != "doubt";
    }
    // "It has nothing against it and is preferred": what was denied is not the preference.
    another_clause = another_clause || word == "and" || word == "but";
  }
  return false;
}

// Whether the paragraphs speak of two hypotheses or more by their titles, in sentences of their own of which
// one weighs: what only tells that the station closed and that people came says nothing for either.
bool goes_through(const Report& report) {
  const auto words = hypothesis_words(report);
  const CodeCues& cues = report.cues;
  std::vector<bool> named(words.size());
  std::size_t sentences = 0;
  bool weighs = false;
  for (const std::uint32_t block : judgement_blocks(report))
    for (const Sentence& sentence : report.facts(block).sentences) {
      const StemSet stems = sentence_stems(report.facts(block), sentence);
      bool speaks = false;
      for (std::size_t i = 0; i < words.size(); ++i)
        if (shared(stems, words[i].title_own) > 0) named[i] = speaks = true;
      sentences += speaks;
      for (const CueId cue :
           {cues.speaks_for, cues.speaks_against, cues.negation, cues.likelihood, cues.hedge})
        weighs = weighs || (speaks && report.facts(block).has(cue, sentence.words));
    }
  const auto count = static_cast<std::size_t>(std::count(named.begin(), named.end(), true));
  return weighs && sentences >= 2 && count >= 2;
}

void no_ach_judgement(const Report& report, std::uint32_t rule, Drafts& out) {
  if (report.hypotheses.size() < 2) return;
  bool prefers = false, reasons = false, for_one = false, against_one = false, undecided = false;
  bool denies = false;
  StemSet spoken_of;          // hypotheses that the paragraphs name by ordinal or number
  std::size_t sentences = 0;  // from the one that prefers on
  for (const std::uint32_t block : judgement_blocks(report)) {
    const BlockFacts& facts = report.facts(block);
    for (const Hit& hit : facts.hits)
      if (hit.cue == report.cues.prefer) (denied(report, facts, hit) ? denies : prefers) = true;
    for (const Reference& reference :
         ordinal_references(report, facts, {0, static_cast<std::uint32_t>(facts.tokens.size())}))
      if (!contains(spoken_of, reference.hypothesis))
        spoken_of.insert(std::lower_bound(spoken_of.begin(), spoken_of.end(), reference.hypothesis),
                         reference.hypothesis);
    for_one = for_one || facts.find(report.cues.speaks_for) != nullptr;
    against_one = against_one || facts.find(report.cues.speaks_against) != nullptr;
    undecided = undecided || facts.find(report.cues.undecided) != nullptr;
    // A paragraph of several sentences weighs, as do several items; one sentence must say why.
    const bool judges = prefers || !spoken_of.empty();
    if (judges) sentences += facts.sentences.size();
    constexpr std::size_t says_why = 12;  // words
    reasons = reasons || facts.find(report.cues.reason) != nullptr || facts.sentences.size() >= 2 ||
              sentences >= 2 ||
              (judges && (facts.tokens.size() >= says_why || facts.text.find(": ") != std::string::npos));
  }
  // Who goes through them by name and leaves nothing open has weighed them, in whatever words: a paragraph
  // that decides nothing tells of events, and seldom calls two hypotheses by their titles.
  if (!prefers && !denies && !undecided) prefers = goes_through(report);
  // Who goes through the hypotheses by number, and leaves nothing open, has weighed them in whatever words.
  prefers = prefers || (!undecided && ((for_one && against_one) || (!denies && !spoken_of.empty())));
  reasons = reasons || spoken_of.size() >= 2;
  if (!prefers || !reasons) add(out, rule, report.heading_or_title(Role::hypotheses));
}

// The words of a recommendation that are about something.
StemSet subject_of(const Report& report, const BlockFacts& facts) {
  StemSet own;
  for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
    const Token& token = facts.tokens[i];
    if (!token.function && token.shape != Shape::clitic && !facts.has(report.cues.generic_stem, {i, i + 1}))
      own.push_back(token.stem);
  }
  std::sort(own.begin(), own.end());
  own.erase(std::unique(own.begin(), own.end()), own.end());
  return own;
}

// An item of the recommendations that asks for nothing: what to watch for, what would change the judgement,
// when the report comes again, that there is nothing to do.
bool is_no_action(const Report& report, const BlockFacts& facts) {
  static const std::vector<WordHash> directives =
      hash_words({"should", "must", "ought", "need", "needs", "shall", "recommend", "recommended", "advise"});
  static const std::vector<WordHash> nothing = hash_words({"no", "none", "nothing"});
  static const std::vector<WordHash> itself = hash_words(
      {"this", "next", "report", "note", "assessment", "judgement", "judgment", "update", "review"});
  const std::string first = fold(facts.at(facts.tokens[0])), second = fold(facts.at(facts.tokens[1]));
  for (const std::string_view label :
       {"indicator", "milestone", "signpost", "watch", "sign", "trigger", "next"})
    if (first.starts_with(label)) return true;
  if (first == "to" && (second == "watch" || second == "follow" || second == "monitor")) return true;
  if (std::binary_search(nothing.begin(), nothing.end(), facts.tokens[0].word)) return true;
  if (facts.find(report.cues.indicator) != nullptr) return true;
  bool would = false, directive = false, own = false;
  for (const Token& token : facts.tokens) {
    directive = directive || std::binary_search(directives.begin(), directives.end(), token.word);
    own = own || std::binary_search(itself.begin(), itself.end(), token.word);
    would = would || fold(facts.at(token)) == "would";
  }
  const bool about_itself = std::binary_search(itself.begin(), itself.end(), facts.tokens[0].word) ||
                            std::binary_search(itself.begin(), itself.end(), facts.tokens[1].word);
  return (would && !directive) || (own && about_itself);
}

void recommendation_not_tied(const Report& report, std::uint32_t rule, Drafts& out) {
  struct Item {
    std::uint32_t block;
    StemSet subject;
    bool tied = false;
  };
  std::vector<Item> items;
  StemCollector subjects;
  for (const std::uint32_t block : report.in(Zone::recommendations)) {
    const BlockFacts& facts = report.facts(block);
    if (facts.tokens.size() < 4) continue;
    if (is_no_action(report, facts)) continue;
    items.push_back({block, subject_of(report, facts)});
    subjects.add(items.back().subject);
  }
  if (items.empty()) return;
  const StemSet wanted = subjects.take();
  StemSet met;
  bool any = false;
  StemSet action;  // met in the recommended action of the bottom line
  StemSet actors;  // and of these, those that the list of entities names
  const auto meet = [&](const BlockFacts& facts, Extent words, StemSet& in) {
    any = any || words.end > words.begin;
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (contains(wanted, facts.tokens[i].stem)) in.push_back(facts.tokens[i].stem);
  };
  constexpr ZoneMask zones = mask(Zone::title, Zone::bluf, Zone::hypothesis_title, Zone::hypothesis_statement,
                                  Zone::judgement, Zone::hypotheses_other, Zone::assumption, Zone::red_flag,
                                  Zone::blind_spot, Zone::assumptions_other, Zone::implications);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    for (const Sentence& sentence : facts.sentences) {
      // The recommended action of the bottom line is itself a recommendation: the same actor or a word is no
      // tie, saying the same in more words is.
      const bool is_action =
          report.blocks[block].zone == Zone::bluf && facts.has(report.cues.action_label, sentence.words);
      // Of the title, what stands before the outlet.
      Extent words = sentence.words;
      if (report.blocks[block].zone == Zone::title && !report.outlet.empty())
        while (words.end > words.begin && facts.tokens[words.end - 1].end > report.outlet.begin) --words.end;
      meet(facts, words, is_action ? action : met);
    }
  });
  if (!any) return;
  std::sort(met.begin(), met.end());
  met.erase(std::unique(met.begin(), met.end()), met.end());
  std::sort(action.begin(), action.end());
  action.erase(std::unique(action.begin(), action.end()), action.end());
  constexpr std::size_t action_again = 2;
  for (const std::uint32_t block : report.in(Zone::entities)) {
    const BlockFacts& facts = report.facts(block);
    for (const Name& name : facts.names)
      for (std::uint32_t i = name.words.begin; i < name.words.end; ++i)
        if (contains(action, facts.tokens[i].stem)) actors.push_back(facts.tokens[i].stem);
  }
  std::sort(actors.begin(), actors.end());
  actors.erase(std::unique(actors.begin(), actors.end()), actors.end());
  // An item may hang on another one that is tied: "release the seed to growers", then "growers should spray
  // early".
  StemCollector chain;
  chain.add(met);
  for (Item& item : items) {
    item.tied = item.subject.empty() || shared(item.subject, met) > 0 ||
                shared(item.subject, action) >= action_again || shared(item.subject, actors) > 0;
    if (item.tied) chain.add(item.subject);
  }
  const StemSet chained = chain.take();
  for (const Item& item : items)
    if (!item.tied && shared(item.subject, chained) == 0)
      out.push_back({rule, report.all(item.block), std::nullopt, {}, {}, std::nullopt});
}

// Without what differs from one printer to the next: spaces, kinds of dashes, quotation marks, the bar or the
// brackets that set the outlet off.
std::string plain_title(std::string_view text) {
  std::string out;
  for (char c : fold(text)) {
    if (c == '"' || c == '\'' || c == '*') continue;
    if (c == '|' || c == '(') c = '-';
    if (c == ')') continue;
    if (c == '-' && !out.empty() && out.back() == ' ') out.pop_back();
    if ((c == ' ' || c == '-') && (out.empty() || out.back() == ' ' || out.back() == '-')) continue;
    out += c;
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == '.')) out.pop_back();
  return out;
}

void title_mismatch(const Report& report, std::uint32_t rule, Drafts& out) {
  if (report.in(Zone::title).empty() || report.in(Zone::report_title).empty()) return;
  const std::uint32_t first = report.in(Zone::title)[0], second = report.in(Zone::report_title)[0];
  const std::string title = plain_title(report.facts(first).text),
                    other = plain_title(report.facts(second).text);
  if (title == other || other.empty()) return;
  // The second title may leave the outlet out.
  if (!report.outlet.empty() &&
      plain_title(std::string_view(report.facts(first).text).substr(0, report.outlet.begin)) == other + "-")
    return;
  out.push_back({rule, report.all(second), report.all(first), "the title stands here", {}, std::nullopt});
}

void section_order(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto& numbers = report.data.section_numbers;
  for (std::size_t i = 1; i < numbers.size() && i < report.section_headings.size(); ++i)
    if (numbers[i] != numbers[i - 1] + 1)
      return add(out, rule, report.all(report.section_headings[i]),
                 std::to_string(numbers[i]) + " follows " + std::to_string(numbers[i - 1]));
}

}  // namespace

const std::vector<CodeRule>& structure_rules() {
  static const std::vector<CodeRule> rules{
      {"structure.hypothesis-without-evidence", nullptr, hypothesis_without_evidence},
      {"structure.no-ach-judgement", nullptr, no_ach_judgement},
      {"structure.recommendation-not-tied", nullptr, recommendation_not_tied},
      {"structure.title-mismatch", nullptr, title_mismatch},
      {"structure.section-order", nullptr, section_order}};
  return rules;
}

}  // namespace assay::redflags
