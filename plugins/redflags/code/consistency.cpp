// Consistency: the same thing said differently in two places.
#include <algorithm>
#include <array>
#include <string>

#include "plugins/redflags/code_rules.h"
#include "plugins/redflags/hypothesis_references.h"

namespace assay::redflags {
namespace {

constexpr std::size_t mentions_max = 600;  // of a kind: beyond it the rest is not compared

// ---- Confidence and the leading hypothesis

std::string level_in(const BlockFacts& facts, const Hit& hit) {
  for (std::uint32_t i = hit.first; i < hit.last; ++i) {
    const std::string word = folded(facts, i);
    if (word == "low" || word == "moderate" || word == "high") return word;
  }
  return {};
}

// "Overall", "this assessment"; but "the judgement on politics" is one of several.
bool tells_scope(const Report& report, const BlockFacts& facts, Extent sentence) {
  for (std::size_t h = facts.first_hit(sentence.begin);
       h < facts.hits.size() && facts.hits[h].first < sentence.end; ++h) {
    if (facts.hits[h].cue != report.cues.overall_scope) continue;
    const std::uint32_t next = facts.hits[h].last;
    const std::string word = next < sentence.end ? folded(facts, next) : std::string();
    if (word != "on" && word != "about" && word != "regarding" && word != "concerning" && word != "over")
      return true;
  }
  return false;
}

void confidence_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  if (!report.confidence || report.confidence->level.empty()) return;
  const auto words = hypothesis_words(report);
  const auto leading = preferred(report, words);
  constexpr ZoneMask zones =
      prose_zones & ~mask(Zone::bluf, Zone::changes, Zone::hypothesis_statement, Zone::hypothesis_title);
  report.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
    if (!facts.may_have(report.cues.confidence_level)) return;
    for (const Hit& hit : facts.hits) {
      if (hit.cue != report.cues.confidence_level) continue;
      const std::string level = level_in(facts, hit);
      const Extent sentence = facts.sentences[facts.sentence_of_word(hit.first)].words;
      if (level.empty() || level == report.confidence->level || facts.has(report.cues.change_word, sentence))
        continue;
      const auto references = ordinal_references(report, facts, sentence);
      const bool other = std::any_of(references.begin(), references.end(), [&](const Reference& r) {
        return !leading || r.hypothesis != *leading;
      });
      const bool overall = tells_scope(report, facts, sentence) || (!references.empty() && leading);
      if (overall && !other)
        out.push_back({rule, report.words(block, {hit.first, hit.last}),
                       Place{report.confidence->block, report.confidence->value},
                       "the level of the bottom line", report.confidence->level, std::nullopt});
    }
  });
}

void bluf_hypothesis_mismatch(const Report& report, std::uint32_t rule, Drafts& out) {
  const auto words = hypothesis_words(report);
  if (words.size() < 2) return;
  const auto leader = bluf_leader(report, words);
  const auto chosen = preferred(report, words);
  if (!leader || !chosen || leader->hypothesis == *chosen) return;
  out.push_back({rule,
                 leader->sentence,
                 report.all(report.hypotheses[*chosen].title),
                 "the one that section 2 prefers",
                 {},
                 std::nullopt});
}

// ---- Likelihoods of one event

int rank_of(const std::string& term) {
  struct Ranked {
    std::string_view start;
    int rank;
  };
  static constexpr std::array<Ranked, 14> terms{{{"almost no", 0},
                                                 {"remote", 0},
                                                 {"very unlikely", 1},
                                                 {"highly improbable", 1},
                                                 {"unlikely", 2},
                                                 {"improbabl", 2},
                                                 {"roughly even", 3},
                                                 {"very likely", 5},
                                                 {"highly probable", 5},
                                                 {"likely", 4},
                                                 {"probabl", 4},
                                                 {"almost certain", 6},
                                                 {"nearly certain", 6},
                                                 {"even ", 3}}};
  for (const Ranked& one : terms)
    if (term.starts_with(one.start)) return one.rank;
  return -1;
}

void likelihood_conflict(const Report& report, std::uint32_t rule, Drafts& out) {
  struct Mention {
    Place place;
    StemSet stems;
    int rank;
  };
  std::vector<Mention> mentions;
  report.each(mask(Zone::bluf, Zone::judgement, Zone::hypotheses_other, Zone::implications),
              [&](std::uint32_t block, const BlockFacts& facts) {
                if (!facts.may_have(report.cues.likelihood)) return;
                for (const Hit& hit : facts.hits) {
                  if (hit.cue != report.cues.likelihood || mentions.size() >= mentions_max) continue;
                  const int rank = rank_of(fold(facts.at(facts.bytes_of({hit.first, hit.last}))));
                  if (rank < 0) continue;
                  mentions.push_back(
                      {report.words(block, {hit.first, hit.last}),
                       content_stems(facts, region(facts, {hit.first, hit.last}, Within::clause)), rank});
                }
              });
  for (std::size_t j = 1; j < mentions.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) {
      const Mention &a = mentions[i], &b = mentions[j];
      if (std::abs(a.rank - b.rank) < 2 || (a.place.block == b.place.block && a.place.bytes == b.place.bytes))
        continue;
      const std::size_t common = shared(a.stems, b.stems);
      if (common < 3 ||
          static_cast<double>(common) < 0.7 * static_cast<double>(std::min(a.stems.size(), b.stems.size())))
        continue;
      out.push_back({rule, b.place, a.place, "here it is said otherwise", std::string(report.text(a.place)),
                     std::nullopt});
      break;
    }
}

}  // namespace

const std::vector<CodeRule>& consistency_rules() {
  static const std::vector<CodeRule> rules{
      {"consistency.confidence-conflict", nullptr, confidence_conflict},
      {"consistency.bluf-hypothesis-mismatch", nullptr, bluf_hypothesis_mismatch},
      {"consistency.likelihood-conflict", nullptr, likelihood_conflict}};
  return rules;
}

}  // namespace assay::redflags
