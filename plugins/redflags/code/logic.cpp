// Logic: assumptions against findings and hypotheses; hypotheses against one another.
#include <algorithm>
#include <string>
#include <unordered_map>

#include "plugins/redflags/code_rules.h"
#include "plugins/redflags/hypothesis_references.h"

namespace assay::redflags {
namespace {

constexpr double repeats_min = 0.6;
constexpr double repeats_few_min = 0.7;  // three words: two of five new ones say something else
constexpr double repeats_with_figures_min = 0.85;
constexpr double overlap_min = 0.5;
// A report with more is none; each is compared with every sentence.
constexpr std::size_t assumptions_max = 200;

struct Assumption {
  Place place;
  StemSet stems;
  bool negated = false;
  bool figures = false;  // it has some of its own
};

// The assumptions, one a sentence, without the words that only say that they are assumed.
std::vector<Assumption> assumptions(const Report& report) {
  std::vector<Assumption> all;
  for (const std::uint32_t block : report.in(Zone::assumption)) {
    const BlockFacts& facts = report.facts(block);
    for (std::size_t s = 0; s < facts.sentences.size(); ++s) {
      if (all.size() == assumptions_max) return all;
      StemSet stems = sentence_stems(facts, facts.sentences[s]);
      static const StemSet frame = [] {
        StemSet words;
        for (const std::string_view word :
             {"assumed", "assume", "assumes", "assumption", "assumptions", "assessment", "analysis",
              "judgement", "report", "taken", "key", "hold", "holds", "true", "remain", "remains", "continue",
              "continues"})
          words.push_back(hash_word(stem_of(word)));
        std::sort(words.begin(), words.end());
        return words;
      }();
      all.push_back({report.sentence(block, s), without(stems, frame),
                     facts.has(report.cues.negation, facts.sentences[s].words),
                     !beginning_in(facts.numbers, facts.sentences[s].words).empty()});
    }
  }
  return all;
}

// A word of doubt in the sentence. "The treasury can pay", as was assumed, is none.
bool hedged(const Report& report, const BlockFacts& facts, Extent words) {
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == report.cues.hedge && fold(facts.at(facts.tokens[facts.hits[h].first])) != "can")
      return true;
  return false;
}

// Whether what a sentence shares with the assumption stands together: words that are strewn over a long
// sentence about something else repeat nothing.
bool in_one_stretch(const BlockFacts& facts, Extent words, const Assumption& assumption, std::size_t common) {
  StemSet seen;
  std::size_t met = 0, since_first = 0, best = 0;
  for (std::uint32_t i = words.begin; i < words.end; ++i) {
    if (facts.tokens[i].gap == Gap::other) met = since_first = 0, seen.clear();
    if (facts.tokens[i].function) continue;
    if (met > 0) ++since_first;
    const WordHash stem = facts.tokens[i].stem;
    if (!contains(assumption.stems, stem) || std::find(seen.begin(), seen.end(), stem) != seen.end())
      continue;
    seen.push_back(stem);
    ++met;
    if (met == 1) since_first = 1;
    if (met * 2 >= since_first) best = std::max(best, met);
  }
  return best * 5 >= common * 4;
}

void assumption_as_fact(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto all = assumptions(report);
  if (all.empty()) return;
  std::unordered_map<WordHash, std::vector<std::size_t>> holding;
  for (std::size_t a = 0; a < all.size(); ++a)
    for (const WordHash stem : all[a].stems) holding[stem].push_back(a);
  std::vector<std::size_t> common;
  const CodeCues& cues = report.cues;
  // What is recommended is asked for, not claimed.
  constexpr ZoneMask zones =
      mask(Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::implications, Zone::custom);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    for (std::size_t s = 0; s < facts.sentences.size(); ++s) {
      const Extent words = facts.sentences[s].words;
      const StemSet stems = content_stems(facts, words);
      common.assign(all.size(), 0);
      for (const WordHash stem : stems)
        if (const auto at = holding.find(stem); at != holding.end())
          for (const std::size_t assumption : at->second) ++common[assumption];
      for (std::size_t a = 0; a < all.size(); ++a) {
        const Assumption& assumption = all[a];
        // "The ministry counted 8,430 cases" is a finding of its own, whatever was assumed of the counting.
        const bool own_figures = !assumption.figures && !beginning_in(facts.numbers, words).empty();
        const double least = own_figures ? repeats_with_figures_min : repeats_min;
        if (common[a] < 4 ||
            static_cast<double>(common[a]) < least * static_cast<double>(assumption.stems.size()))
          continue;
        if (facts.has(cues.negation, words) != assumption.negated ||
            !in_one_stretch(facts, words, assumption, common[a]))
          continue;
        // What a named release tells is a finding, and no assumption in other words.
        if (facts.has(cues.attribution, words) || hedged(report, facts, words) ||
            facts.has(cues.likelihood, words) || facts.has(cues.back_reference, words) ||
            facts.has(cues.most_supported, words) || facts.has(cues.action_label, words))
          break;
        out.push_back(
            {rule, report.sentence(block, s), assumption.place, "the assumption", {}, std::nullopt});
        break;
      }
    }
  });
}

// "That families report truthfully where they draw water", "that the timeline of the intrusion is complete":
// that what we are told is so, whichever hypothesis it serves.
bool speaks_of_data(const Report& report, const BlockFacts& facts, Extent sentence) {
  static const std::vector<WordHash> quality =
      hash_words({"truthfully", "honestly", "faithfully", "accurately", "correctly", "truthful", "honest",
                  "accurate", "representative", "reliable", "unaltered", "authentic", "genuine"});
  const CodeCues& cues = report.cues;
  if (!facts.has(cues.speech, sentence) && !facts.has(cues.source_noun, sentence) &&
      !facts.has(cues.document_noun, sentence))
    return false;
  for (std::uint32_t i = sentence.begin; i < sentence.end; ++i)
    if (std::binary_search(quality.begin(), quality.end(), facts.tokens[i].word)) return true;
  return false;
}

void assumption_restates_hypothesis(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto words = hypothesis_words(report);
  if (words.empty()) return;
  const auto leader = bluf_leader(report, words);
  auto leading = preferred(report, words);
  if (!leading && leader) leading = leader->hypothesis;
  if (!leading) return;
  StemSet conclusion = words[*leading].all;
  StemSet rivals;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (i != *leading) add_stems(rivals, words[i].all);
  if (leader && leader->hypothesis == *leading)
    add_stems(conclusion,
              sentence_stems(report.facts(leader->sentence.block),
                             report.facts(leader->sentence.block)
                                 .sentences[report.facts(leader->sentence.block)
                                                .sentence_of_byte(leader->sentence.bytes.begin)]));
  const StemSet telling = without(conclusion, rivals);
  for (const Assumption& assumption : assumptions(report)) {
    const BlockFacts& facts = report.facts(assumption.place.block);
    const Extent sentence = facts.sentences[facts.sentence_of_byte(assumption.place.bytes.begin)].words;
    if (assumption.stems.size() < 3) continue;
    const std::size_t common = shared(assumption.stems, conclusion);
    const std::size_t own = shared(assumption.stems, telling);
    if (speaks_of_data(report, facts, sentence)) continue;
    bool denied = false;
    for (const std::uint32_t block : report.hypotheses[*leading].statement)
      denied = denied || report.facts(block).find(report.cues.negation) != nullptr;
    const bool repeats = own >= 2 && common >= 3 && assumption.negated == denied &&
                         static_cast<double>(common) >= (common == 3 ? repeats_few_min : repeats_min) *
                                                            static_cast<double>(assumption.stems.size());
    // Or says nearly all that the leading one says, and much less of any rival.
    std::size_t rival = 0;
    for (std::size_t i = 0; i < words.size(); ++i)
      if (i != *leading) rival = std::max(rival, shared(assumption.stems, words[i].all));
    const bool nearly_all = common >= 4 && common >= rival + 2 && assumption.negated == denied &&
                            common * 4 >= assumption.stems.size() * 3;
    // "is driven by X rather than Y": takes the motive, which is the question, as given.
    const bool motive =
        own >= 1 && facts.has(report.cues.motive, sentence) && facts.has(report.cues.contrast, sentence);
    if (repeats || nearly_all || motive)
      out.push_back({rule,
                     assumption.place,
                     report.all(report.hypotheses[*leading].title),
                     "the hypothesis it restates",
                     {},
                     std::nullopt});
  }
}

bool joins(const Report& report, std::size_t hypothesis) {
  for (const std::uint32_t block : report.hypotheses[hypothesis].statement) {
    const BlockFacts& facts = report.facts(block);
    for (std::uint32_t i = 0; i < facts.tokens.size(); ++i) {
      const std::string word = fold(facts.at(facts.tokens[i]));
      if (word == "and" || word == "both" || word == "together" || word == "alongside" || word == "plus" ||
          word == "also" || word == "combined" || ((word == "well" || word == "addition") && i > 0))
        return true;
    }
  }
  return false;
}

// "Pilot and engine together", beside "Pilot error" and "Engine failure": a title that takes from two others
// what no third has.
bool title_joins(const Report& report, const std::vector<HypothesisWords>& words, const StemHolders& titles,
                 std::size_t i) {
  const BlockFacts& facts = report.facts(report.hypotheses[i].title);
  bool joined = false;
  for (const Token& token : facts.tokens)
    if (const std::string word = fold(facts.at(token)); word == "and" || word == "plus" || word == "with")
      joined = true;
  return joined && titles.takes_from(i, words[i].title, 1) >= 2;
}

void hypotheses_not_exclusive(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto words = hypothesis_words(report);
  const StemHolders titles(words, &HypothesisWords::title), all(words, &HypothesisWords::all);
  StemSet topic;
  if (!report.in(Zone::title).empty()) topic = content_stems(report.facts(report.in(Zone::title)[0]));
  std::vector<StemSet> definitions(words.size());
  std::vector<bool> denies(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) {
    StemCollector stems;
    for (const std::uint32_t block : report.hypotheses[i].statement) {
      const BlockFacts& facts = report.facts(block);
      stems.add(content_stems(facts));
      denies[i] = denies[i] || facts.find(report.cues.negation) != nullptr;
    }
    definitions[i] = without(stems.take(), topic);
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    bool found = false;
    for (const std::uint32_t block : report.hypotheses[i].statement)
      found = found || report.facts(block).find(report.cues.combination) != nullptr;
    const BlockFacts& title = report.facts(report.hypotheses[i].title);
    found = found || title.find(report.cues.combination) != nullptr ||
            title.find(report.cues.combination_title) != nullptr;
    std::size_t with = 0;
    found = found || (words.size() > 2 && title_joins(report, words, titles, i));
    // It takes from two others what is theirs alone, and joins the two: "the bad loans as well as the
    // letters".
    if (!found && !denies[i] && words.size() > 2 && joins(report, i))
      found = all.takes_from(i, without(words[i].all, topic), 2) >= 2;
    for (std::size_t j = 0; j < i && !found; ++j) {
      StemSet both = words[i].title;
      StemSet common;
      std::set_intersection(words[i].title.begin(), words[i].title.end(), words[j].title.begin(),
                            words[j].title.end(), std::back_inserter(common));
      const StemSet a = without(definitions[i], common), b = without(definitions[j], common);
      const std::size_t same = shared(a, b), least = std::min(a.size(), b.size());
      found = same >= 5 && static_cast<double>(same) >= overlap_min * static_cast<double>(least) &&
              denies[i] == denies[j];
      with = j;
    }
    if (found)
      out.push_back({rule,
                     report.all(report.hypotheses[i].title),
                     report.all(report.hypotheses[with].title),
                     "it can be true together with this one",
                     {},
                     std::nullopt});
  }
}

void no_null_hypothesis(const Report& report, std::uint32_t rule, Drafts& out) {
  if (report.hypotheses.size() < 2) return;
  for (const Hypothesis& hypothesis : report.hypotheses) {
    if (report.facts(hypothesis.title).find(report.cues.null_hypothesis) != nullptr) return;
    for (const std::uint32_t block : hypothesis.statement)
      if (report.facts(block).find(report.cues.null_hypothesis) != nullptr) return;
  }
  out.push_back({rule, report.heading_or_title(Role::hypotheses), std::nullopt, {}, {}, std::nullopt});
}

}  // namespace

const std::vector<CodeRule>& logic_rules() {
  static const std::vector<CodeRule> rules{
      {"logic.assumption-as-fact", nullptr, assumption_as_fact},
      {"logic.assumption-restates-hypothesis", nullptr, assumption_restates_hypothesis},
      {"logic.hypotheses-not-exclusive", nullptr, hypotheses_not_exclusive},
      {"logic.no-null-hypothesis", nullptr, no_null_hypothesis}};
  return rules;
}

}  // namespace assay::redflags
