// Sourcing: quotations and claims without a source; reports that lean on one source, or on sources
// that repeat one another.
#include <algorithm>
#include <string>

#include "plugins/redflags/code/credit.h"
#include "plugins/redflags/code_rules.h"

namespace assay::redflags {
namespace {

// ---- Quotations

// "Lund called it", "the letter reads"; but "it has been called" names nobody.
bool introduced(const RuleSet& rules, const BlockFacts& facts, Extent words, Extent sentence) {
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == rules.cues().inscription ||
        (facts.hits[h].cue == rules.cues().quote_ok && !agentless(facts, facts.hits[h], sentence)))
      return true;
  return false;
}

// "For Mayor Lund the plan is", "the analyst Ruiz regards it as": an opinion is said to be somebody's.
bool holds_opinion(const RuleSet& rules, const BlockFacts& facts, Extent before) {
  return any_name(facts, before, [&](const Name& name) {
    if (name.words.end > before.end) return false;
    const std::uint32_t first = name.words.begin - std::min(name.title, name.words.begin);
    const std::string opening = first > before.begin ? folded(facts, first - 1) : std::string();
    const bool person = name.title > 0 || name.words.end - name.words.begin > 1;
    return (person && first == before.begin + 1 && (opening == "for" || opening == "to")) ||
           facts.has(rules.cues().opinion_verb, {name.words.end, std::min(name.words.end + 1, before.end)});
  });
}

// "One clerk was the heart of the scheme: ...": of somebody it is told what they are, and not that they
// speak.
bool describes_somebody(const BlockFacts& facts, Extent before) {
  constexpr std::uint32_t reach = 5;
  if (before.end < before.begin + 4) return false;
  const std::string opening = folded(facts, before.begin);
  if (opening != "one" && opening != "a" && opening != "an" && opening != "another" && opening != "some")
    return false;
  for (std::uint32_t i = before.begin + 2; i + 1 < std::min(before.end, before.begin + reach); ++i) {
    if (facts.tokens[i].gap != Gap::space) return false;
    const std::string word = folded(facts, i), next = folded(facts, i + 1);
    if (word == "was" || word == "is" || word == "were" || word == "are" || word == "became" ||
        word == "remains")
      return next == "the" || next == "a" || next == "an" || next == "at" || next == "in";
  }
  return false;
}

// "The letter reads: ..."; but "the mood is bitter: ..." names nobody who speaks.
bool colon_introduces(const RuleSet& rules, const BlockFacts& facts, Extent before) {
  const CodeCues& cues = rules.cues();
  if (describes_somebody(facts, before)) return false;
  for (const CueId cue : {cues.document_noun, cues.source_noun, cues.own_document, cues.role_noun,
                          cues.office, cues.org_word, cues.person_verb})
    if (facts.has(cue, before)) return true;
  for (std::uint32_t i = before.begin; i < before.end; ++i)
    if (const std::string word = folded(facts, i);
        word == "he" || word == "she" || word == "they" || word == "his" || word == "her" || word == "their")
      return true;
  return any_name(facts, before,
                  [&](const Name& name) { return name.words.end <= before.end && !name.starts_sentence; });
}

// A hit of the cue that does not run on into the quotation: "summed up as “the state has lost ...”".
bool has_before(const BlockFacts& facts, CueId cue, Extent part) {
  for (std::size_t h = facts.first_hit(part.begin); h < facts.hits.size() && facts.hits[h].first < part.end;
       ++h)
    if (facts.hits[h].cue == cue && facts.hits[h].last <= part.end) return true;
  return false;
}

// “...” (council minutes, 13 May)
bool source_in_brackets(const RuleSet& rules, const BlockFacts& facts, Extent quote, Extent after) {
  const std::string_view rest = std::string_view(facts.text).substr(quote.end);
  if (!rest.starts_with(" (") || after.begin >= after.end) return false;
  const std::size_t close =
      std::string_view(facts.text).substr(0, facts.tokens[after.end - 1].end).find(')', quote.end);
  Extent inside{after.begin, after.begin};
  while (inside.end < after.end && facts.tokens[inside.end].begin < close) ++inside.end;
  return facts.has(rules.cues().document_noun, inside) ||
         any_name(facts, inside, [&](const Name& name) { return name.words.end <= inside.end; });
}

// "An inquiry for “agent activity for sabotage purposes” was opened", "charged with “gross neglect of ...”":
// the words of a law or of an indictment.
bool names_offence(const BlockFacts& facts, Extent before) {
  static const std::vector<WordHash> nouns = hash_words(
      {"inquiry",   "investigation", "charge", "charges", "proceedings", "indictment", "prosecution",
       "trial",     "count",         "counts", "charged", "convicted",   "accused",    "guilty",
       "sentenced", "fined",         "case",   "cases",   "probe",       "suspicion",  "suspected",
       "offence",   "offense",       "crime",  "tried",   "indicted"});
  static const std::vector<WordHash> links = hash_words({"for", "of", "with", "over", "into", "on"});
  return before.end >= before.begin + 2 &&
         std::binary_search(links.begin(), links.end(), facts.tokens[before.end - 1].word) &&
         std::binary_search(nouns.begin(), nouns.end(), facts.tokens[before.end - 2].word);
}

// Only a space stands between the quotation and the word before: no colon, no comma.
bool follows_word(const BlockFacts& facts, Extent quote, std::uint32_t first) {
  if (first == 0 || facts.tokens[first - 1].end > quote.begin) return false;
  const std::string_view between = facts.at(Extent{facts.tokens[first - 1].end, quote.begin});
  return between.find_first_of(":,;.") == std::string_view::npos;
}

// "The programme “A roof for every family” was cut", "a search for “ferry times from Tarn”": the quotation is
// the thing's name, which stands right behind what kind of thing it is.
bool is_name_of(const BlockFacts& facts, Extent before) {
  static const std::vector<WordHash> kinds = hash_words(
      {"plan",     "programme",  "program",     "play",     "song",        "hymn",      "opera",
       "film",     "book",       "novel",       "poem",     "pamphlet",    "brochure",  "leaflet",
       "article",  "essay",      "thesis",      "study",    "survey",      "paper",     "chapter",
       "section",  "heading",    "column",      "category", "class",       "series",    "project",
       "campaign", "initiative", "strategy",    "scheme",   "exhibition",  "festival",  "conference",
       "seminar",  "lecture",    "course",      "exercise", "operation",   "prize",     "award",
       "app",      "game",       "show",        "episode",  "documentary", "podcast",   "channel",
       "page",     "site",       "website",     "folder",   "file",        "directory", "drive",
       "option",   "menu",       "field",       "form",     "box",         "tag",       "keyword",
       "hashtag",  "term",       "formula",     "search",   "query",       "tender",    "contract",
       "lot",      "fund",       "association", "society",  "movement",    "list",      "party",
       "treaty",   "law",        "bill",        "act",      "decree",      "guideline", "manual",
       "handbook", "painting",   "statue",      "ship",     "brand",       "item",      "clause",
       "entry",    "heading",    "topic",       "theme",    "question"});
  if (before.begin >= before.end) return false;
  const std::uint32_t last = before.end - 1;
  const bool searched = folded(facts, last) == "for" && last > before.begin &&
                        (folded(facts, last - 1) == "search" || folded(facts, last - 1) == "searches" ||
                         folded(facts, last - 1) == "query");
  return searched || std::binary_search(kinds.begin(), kinds.end(), facts.tokens[last].word);
}

// "The contract of 3 May asks for “...”", "the first article of the treaty guarantees “...”": a paper, and
// what it does in words.
bool paper_tells(const RuleSet& rules, const BlockFacts& facts, Extent before) {
  static const std::vector<WordHash> verbs = hash_words(
      {"asks",     "calls",    "demands",   "guarantees", "promises", "bars",      "bans",    "forbids",
       "has",      "had",      "lists",     "names",      "reserves", "grants",    "allows",  "permits",
       "limits",   "requires", "excludes",  "offers",     "contains", "contained", "uses",    "orders",
       "provides", "mentions", "defines",   "describes",  "invites",  "warns",     "urges",   "asked",
       "called",   "demanded", "promised",  "barred",     "banned",   "required",  "offered", "ordered",
       "speaks",   "spoke",    "prohibits", "stipulates"});
  constexpr std::uint32_t reach = 8;
  for (std::size_t h = facts.first_hit(before.begin);
       h < facts.hits.size() && facts.hits[h].last < before.end; ++h) {
    if (facts.hits[h].cue != rules.cues().document_noun) continue;
    for (std::uint32_t i = facts.hits[h].last; i < std::min(before.end, facts.hits[h].last + reach); ++i) {
      if (facts.tokens[i].gap != Gap::space) break;
      if (std::binary_search(verbs.begin(), verbs.end(), facts.tokens[i].word)) return true;
    }
  }
  return false;
}

// "His letter asks for “...”", "He went further: ...", after a sentence that says who speaks: it goes on
// about the same one. But "it is “...”" says nothing of them.
bool goes_on_about_speaker(const RuleSet& rules, const BlockFacts& facts, Extent before) {
  if (before.end < before.begin + 2) return false;
  const std::string first = folded(facts, before.begin), second = folded(facts, before.begin + 1);
  if (first == "his" || first == "her" || first == "its" || first == "their")
    return facts.has(rules.cues().document_noun, {before.begin + 1, std::min(before.begin + 4, before.end)});
  return (first == "he" || first == "she" || first == "they") && second != "is" && second != "are" &&
         second != "was" && second != "were" && second != "has" && second != "have" && second != "had" &&
         second != "will" && second != "would";
}

// "The count in the estates was “unusually orderly”": the quotation tells how something was done, which may
// be a paper elsewhere, and nobody's words. But "the finding of the inquiry was “...”" gives them.
bool is_said_of_doing(const BlockFacts& facts, Extent before) {
  static const std::vector<WordHash> doings =
      hash_words({"count", "counting", "recount", "inspection", "review", "audit", "survey", "census", "poll",
                  "hearing", "briefing", "study", "session", "search", "exercise", "inquiry", "tender"});
  if (before.end <= before.begin + 1) return false;
  const std::string last = folded(facts, before.end - 1);
  if (last != "was" && last != "were" && last != "is" && last != "are" && last != "been") return false;
  std::uint32_t subject = before.begin;
  while (subject + 1 < before.end && facts.tokens[subject].function) ++subject;
  for (std::uint32_t i = subject; i < std::min(subject + 3, before.end); ++i)
    if (std::binary_search(doings.begin(), doings.end(), facts.tokens[i].word)) return true;
  return false;
}

void quote_without_attribution(const RuleSet& rules, const BlockFacts& facts, Zone, std::uint32_t rule,
                               std::vector<LocalFinding>& out) {
  for (const Extent& quote : facts.quotes) {
    const auto word = std::lower_bound(facts.tokens.begin(), facts.tokens.end(), quote.begin,
                                       [](const Token& token, std::uint32_t b) { return token.begin < b; });
    const auto first = static_cast<std::uint32_t>(word - facts.tokens.begin());
    std::uint32_t last = first;
    while (last < facts.tokens.size() && facts.tokens[last].end <= quote.end) ++last;
    if (last - first < 4) continue;
    const std::size_t sentence = facts.sentence_of_word(first);
    const Extent words = facts.sentences[sentence].words;
    const bool tells_how = is_said_of_doing(facts, {words.begin, first});
    const auto credited = [&](Extent part) {
      return part.begin < part.end &&
             (speaks(rules, facts, part, words) || has_before(facts, rules.cues().attribution, part) ||
              facts.has(rules.cues().own_document, part) ||
              (facts.has(rules.cues().source_noun, part) && !(tells_how && part.begin == words.begin)) ||
              introduced(rules, facts, part, words));
    };
    // Titles: each long word of the quotation has a capital; a number has none.
    std::uint32_t capitals = 0, counted = 0;
    for (std::uint32_t i = first; i < last; ++i)
      if (!facts.tokens[i].function && facts.tokens[i].shape != Shape::number)
        ++counted,
            capitals += facts.tokens[i].shape == Shape::capital || facts.tokens[i].shape == Shape::upper;
    if (counted > 0 && capitals == counted) continue;
    // "The letter reads: ..."; but the label of an item ("Market: ...") is no speaker, unless it is a title
    // and name.
    const bool label = words.begin == 0 && first <= 4 &&
                       std::none_of(facts.names.begin(), facts.names.end(), [&](const Name& name) {
                         return name.words.end <= first && name.title > 0;
                       });
    const bool colon =
        quote.begin >= 2 && first > words.begin && !label &&
        facts.at(Extent{std::min(facts.tokens[first - 1].end, quote.begin), quote.begin}).find(':') !=
            std::string_view::npos &&
        colon_introduces(rules, facts, {std::max(words.begin, facts.label), first});
    // “...” sums up the mood in the clinics: the quotation itself does, and nobody.
    const bool sums_up =
        last < words.end && first == said_in(facts, sentence).begin && folded(facts, last).starts_with("sum");
    if (credited({words.begin, first}) || credited({last + (sums_up ? 1 : 0), words.end}) || colon ||
        holds_opinion(rules, facts, said_in(facts, sentence)) || names_offence(facts, {words.begin, first}) ||
        paper_tells(rules, facts, {std::min(said_in(facts, sentence).begin, first), first}) ||
        (follows_word(facts, quote, first) && is_name_of(facts, {words.begin, first})) ||
        source_in_brackets(rules, facts, quote, {last, words.end}))
      continue;
    // A sentence that is all quotation, after one that names the speaker.
    if (sentence > 0 && credited(facts.sentences[sentence - 1].words) &&
        ((first == words.begin && last == words.end) ||
         goes_on_about_speaker(rules, facts, {words.begin, first})))
      continue;
    out.push_back({rule, quote, -1});
  }
}

void unsourced_claim(const RuleSet& rules, const BlockFacts& facts, Zone zone, std::uint32_t rule,
                     std::vector<LocalFinding>& out) {
  if (zone == Zone::hypothesis_statement) return;  // a hypothesis is no claim
  for (std::size_t s = 0; s < facts.sentences.size(); ++s)
    if (credits(rules, facts, s)) return;
  for (const Sentence& sentence : facts.sentences) {
    const bool named =
        any_name(facts, sentence.words, [](const Name& name) { return !name.starts_sentence; });
    const CodeCues& cues = rules.cues();
    if (!named || !facts.has(cues.past_verb, sentence.words) || facts.has(cues.hedge, sentence.words) ||
        facts.has(cues.likelihood, sentence.words) || facts.has(cues.prefer, sentence.words) ||
        facts.has(cues.back_reference, sentence.words))
      continue;
    out.push_back({rule, sentence.bytes, -1});
  }
}

// ---- The report as a whole

// The documents that words speak of, as stems of their nouns.
StemSet documents_in(const Report& report, const BlockFacts& facts, Extent words) {
  StemSet stems;
  for (std::size_t h = facts.first_hit(words.begin); h < facts.hits.size() && facts.hits[h].first < words.end;
       ++h)
    if (facts.hits[h].cue == report.cues.document_noun)
      stems.push_back(facts.tokens[facts.hits[h].first].stem);
  std::sort(stems.begin(), stems.end());
  return stems;
}

// "A dealer would testify", "banks may welcome an audit": what is only thought of is no source.
bool supposed(const BlockFacts& facts, std::uint32_t word, std::uint32_t from) {
  constexpr std::uint32_t reach = 6;
  for (std::uint32_t i = word; i > from && word - i < reach && facts.tokens[i].gap == Gap::space;) {
    const std::string before = folded(facts, --i);
    if (before == "would" || before == "will" || before == "may" || before == "might" || before == "could" ||
        before == "should")
      return true;
  }
  return false;
}

// "Low confidence in this assessment": the report itself is no source of its own.
bool is_own_judgement(const BlockFacts& facts, const Hit& hit) {
  for (std::uint32_t i = hit.first; i < hit.last; ++i) {
    const std::string word = folded(facts, i), before = i > 0 ? folded(facts, i - 1) : std::string();
    if ((word == "assessment" || word == "report" || word == "analysis") &&
        (before == "this" || before == "our"))
      return true;
  }
  return false;
}

bool names_outlet(const Report& report, const BlockFacts& facts, Extent words, const StemSet& outlet) {
  if (facts.has(report.cues.own_document, words)) return true;
  return any_name(facts, words, [&](const Name& name) {
    return shared(content_stems(facts, name.words), outlet) * 2 > outlet.size();
  });
}

// "The weighbridge at San Antonio records": the name says where, and does not count.
bool is_whereabouts(const BlockFacts& facts, const Name& name) {
  const std::string before = name.words.begin > 0 ? folded(facts, name.words.begin - 1) : std::string();
  return before == "at" || before == "in" || before == "near" || before == "off" || before == "outside" ||
         before == "around";
}

// "The bureau's charts place floes at all three, and the Post quotes its head": beside the outlet a paper of
// somebody else's, in a clause of its own.
bool owned_paper(const Report& report, const BlockFacts& facts, const Sentence& sentence,
                 const StemSet& outlet) {
  for (std::size_t h = sentence.hits.begin; h < sentence.hits.end; ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue != report.cues.source_noun) continue;
    const Extent clause = region(facts, {hit.first, hit.last}, Within::clause);
    if (clause == sentence.words || names_outlet(report, facts, clause, outlet)) continue;
    bool owned = false;
    for (std::uint32_t i = clause.begin; i < hit.last && !owned; ++i)
      owned = facts.tokens[i].shape == Shape::clitic;
    if (owned) return true;
  }
  return false;
}

// Whether a sentence credits somebody other than the outlet: a named speaker, or documents of some kind that
// are not those which the outlet told of.
bool other_source(const Report& report, const BlockFacts& facts, const Sentence& sentence,
                  const StemSet& outlet, const StemSet& documents, const StemSet& titles) {
  const CodeCues& cues = report.cues;
  if (facts.has(cues.anonymous, sentence.words) || facts.has(cues.vague_subject, sentence.words))
    return false;
  if (names_outlet(report, facts, sentence.words, outlet))
    return owned_paper(report, facts, sentence, outlet);
  bool document = facts.has(cues.attribution, sentence.words), speaker = false;
  for (std::size_t h = sentence.hits.begin; h < sentence.hits.end && !document; ++h)
    document = facts.hits[h].cue == cues.source_noun &&
               !supposed(facts, facts.hits[h].first, sentence.words.begin) &&
               !is_own_judgement(facts, facts.hits[h]) &&
               shared(documents_in(report, facts, {facts.hits[h].first, facts.hits[h].last}), documents) == 0;
  for (std::size_t h = sentence.hits.begin; h < sentence.hits.end && !speaker; ++h) {
    const Hit& hit = facts.hits[h];
    if (hit.cue != cues.speech || facts.has(cues.no_information, {hit.first, hit.first + 1}) ||
        agentless(facts, hit, sentence.words) || supposed(facts, hit.first, sentence.words.begin) ||
        // "The other side has not spoken"; "unpaid claims", where a hypothesis is called so.
        facts.has(cues.negation, {hit.first > 2 ? hit.first - 2 : 0, hit.first}) ||
        contains(titles, facts.tokens[hit.first].stem))
      continue;
    const std::uint32_t subject = before_verb(facts, hit.first, sentence.words.begin);
    const std::string word = subject > sentence.words.begin ? folded(facts, subject - 1) : std::string();
    // "It adds that": whoever was named before.
    speaker = word != "it" && word != "he" && word != "she" && word != "they" && word != "we";
  }
  return document || speaker || any_name(facts, sentence.words, [&](const Name& name) {
           return !is_whereabouts(facts, name) && name_counts(report.rules, facts, name, sentence.words);
         });
}

void single_source(const Report& report, std::uint32_t rule, Drafts& out) {
  if (report.outlet.empty() || !report.is_report) return;
  const StemSet outlet = outlet_stems(report);
  std::size_t listed = 0, others_listed = 0;
  // Three issues of the outlet are still the outlet.
  for (const std::uint32_t block : report.in(Zone::sources)) {
    const BlockFacts& facts = report.facts(block);
    const bool own = !facts.names.empty() && facts.names[0].words.begin <= 1 &&
                     shared(content_stems(facts, facts.names[0].words), outlet) * 2 > outlet.size();
    listed += !facts.tokens.empty();
    others_listed += !facts.tokens.empty() && !own;
  }
  if (listed >= 2 && others_listed > 0) return;
  bool said = false, others = false;
  constexpr ZoneMask zones = mask(Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::assumption,
                                  Zone::red_flag, Zone::blind_spot, Zone::assumptions_other,
                                  Zone::implications, Zone::changes, Zone::custom, Zone::sources);
  // What is said of sources among red flags and blind spots assesses them.
  constexpr ZoneMask crediting = zones & ~mask(Zone::red_flag, Zone::blind_spot, Zone::assumption);
  StemSet documents, titles;
  for (const Hypothesis& hypothesis : report.hypotheses)
    add_stems(titles, content_stems(report.facts(hypothesis.title)));
  report.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
    said = said || facts.find(report.cues.reliance) != nullptr;
    for (const Sentence& sentence : facts.sentences)
      if (names_outlet(report, facts, sentence.words, outlet))
        add_stems(documents, documents_in(report, facts, sentence.words));
  });
  if (said) return;
  report.each(crediting, [&](std::uint32_t, const BlockFacts& facts) {
    for (const Sentence& sentence : facts.sentences)
      others = others || (!facts.has(report.cues.action_label, sentence.words) &&
                          !facts.has(report.cues.indicator, sentence.words) &&
                          other_source(report, facts, sentence, outlet, documents, titles));
  });
  if (!others)
    out.push_back({rule, {report.in(Zone::title)[0], report.outlet}, std::nullopt, {}, {}, std::nullopt});
}

// "Confirmed by Faklia and Codru" where another paragraph tells that these two took it from each other.
void circular_elsewhere(const Report& report, ZoneMask zones, std::uint32_t rule, Drafts& out) {
  std::optional<Place> claim, citation;
  StemSet outlets;
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    const Hit* hit = claim ? nullptr : facts.find(report.cues.corroboration);
    if (hit == nullptr || facts.find(report.cues.not_independent) != nullptr) return;
    const Extent sentence = facts.sentences[facts.sentence_of_word(hit->first)].words;
    StemCollector stems;
    for (const Name& name : beginning_in(facts.names, {hit->last, sentence.end}))
      stems.add(content_stems(facts, name.words));
    outlets = stems.take();
    if (outlets.size() >= 2) claim = report.words(block, {hit->first, hit->last});
  });
  if (!claim) return;
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    const Hit* hit = citation ? nullptr : facts.find(report.cues.cross_citation);
    if (hit == nullptr || block == claim->block) return;
    const Sentence& sentence = facts.sentences[facts.sentence_of_word(hit->first)];
    if (shared(outlets, sentence_stems(facts, sentence)) == outlets.size())
      citation = report.words(block, {hit->first, hit->last});
  });
  if (citation) out.push_back({rule, *claim, *citation, "here one source cites another", {}, std::nullopt});
}

void circular_reporting(const Report& report, std::uint32_t rule, Drafts& out) {
  const std::size_t before = out.size();
  constexpr ZoneMask zones = claim_zones | mask(Zone::sources, Zone::custom, Zone::changes);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    if (facts.find(report.cues.cross_citation) == nullptr ||
        facts.find(report.cues.not_independent) != nullptr)
      return;
    for (const Hit& hit : facts.hits) {
      if (hit.cue != report.cues.corroboration) continue;
      const Extent around = region(facts, {hit.first, hit.last}, Within::around);
      const Hit* citation = facts.find(report.cues.cross_citation, around);
      if (citation == nullptr) continue;
      // "Two papers have", "separately verified": one claim.
      Extent claim{hit.first, hit.last};
      for (const Hit& next : std::span(facts.hits).subspan(facts.first_hit(hit.first)))
        if (next.cue == report.cues.corroboration && next.first >= claim.begin &&
            next.first <= claim.end + 2 && next.last > claim.end &&
            facts.sentence_of_word(next.first) == facts.sentence_of_word(hit.first))
          claim.end = next.last;
      out.push_back({rule,
                     report.words(block, claim),
                     report.words(block, {citation->first, citation->last}),
                     "here one source cites another",
                     {},
                     std::nullopt});
      return;
    }
  });
  if (out.size() == before) circular_elsewhere(report, zones, rule, out);
}

void stale_evidence(const Report& report, std::uint32_t rule, Drafts& out) {
  if (!report.published) return;
  report.each(mask(Zone::bluf, Zone::judgement, Zone::implications), [&](std::uint32_t block,
                                                                         const BlockFacts& facts) {
    for (const Date& date : facts.dates) {
      if (date.year == 0 || date.year > report.published->year) continue;
      const int months = (report.published->year - date.year) * 12 +
                         (date.month == 0 ? 0 : report.published->month - date.month);
      // A bare year before a noun names the thing: the 2019 protocol.
      if (date.month == 0 && (date.words.begin == 0 || (folded(facts, date.words.begin - 1) != "in" &&
                                                        folded(facts, date.words.begin - 1) != "of" &&
                                                        folded(facts, date.words.begin - 1) != "from")))
        continue;
      if (date.month == 0 ? report.published->year - date.year < 2 : months <= 12) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(date.words.begin)].words;
      if (facts.has(report.cues.present_claim, sentence) && !facts.has(report.cues.past_verb, sentence))
        out.push_back({rule, {block, date.bytes}, std::nullopt, {}, {}, std::nullopt});
    }
  });
}

}  // namespace

const std::vector<CodeRule>& sourcing_rules() {
  static const std::vector<CodeRule> rules{
      {"sourcing.quote-without-attribution", quote_without_attribution, nullptr},
      {"sourcing.unsourced-claim", unsourced_claim, nullptr},
      {"sourcing.single-source", nullptr, single_source},
      {"sourcing.circular-reporting", nullptr, circular_reporting},
      {"sourcing.stale-evidence", nullptr, stale_evidence}};
  return rules;
}

}  // namespace assay::redflags
