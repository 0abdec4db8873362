// Declarative rules that need the whole report: field, section, metric, pair, and require or limit over a
// section or the document.
#include <algorithm>
#include <string>

#include "plugins/redflags/declarative.h"

namespace assay::redflags {
namespace {

class DocumentRules {
 public:
  DocumentRules(const Report& report, Drafts& out) : report_(report), out_(out) {}

  void run(std::uint32_t index) {
    index_ = index;
    rule_ = &report_.rules.rules()[index];
    switch (rule_->kind) {
      case Kind::field:
        return field();
      case Kind::section:
        return section();
      case Kind::metric:
        return metric();
      case Kind::pair:
        return pair();
      case Kind::require:
        return require();
      case Kind::limit:
        return limit();
      default:
        return;
    }
  }

 private:
  void add(Place place) { out_.push_back({index_, place, std::nullopt, {}, {}, std::nullopt}); }

  void field() {
    if (!report_.is_report) return;
    if (rule_->field == "published") {
      if (!report_.published) add(report_.title());
      return;
    }
    if (rule_->field == "action") {
      bool there = false;
      report_.each(mask(Zone::bluf), [&](std::uint32_t, const BlockFacts& facts) {
        there = there || facts.find(report_.cues.action_label) != nullptr;
      });
      if (!there) add(report_.heading_or_title(Role::bluf));
      return;
    }
    if (rule_->allowed.empty()) {
      if (!report_.confidence) add(report_.heading_or_title(Role::bluf));
      return;
    }
    if (!report_.confidence) return;
    const std::string value = fold(report_.facts(report_.confidence->block).at(report_.confidence->value));
    const bool good = std::any_of(rule_->allowed.begin(), rule_->allowed.end(), [&](const std::string& one) {
      return fold(one) == (report_.confidence->labelled ? value : report_.confidence->level);
    });
    if (!good) add({report_.confidence->block, report_.confidence->value});
  }

  std::size_t items(ZoneMask zones) const {
    std::size_t count = 0;
    report_.each(zones, [&](std::uint32_t, const BlockFacts& facts) {
      count += !facts.tokens.empty() && (rule_->except == no_cue || facts.find(rule_->except) == nullptr);
    });
    return count;
  }

  void section() {
    if (!report_.is_report) return;
    if (!rule_->parts.empty()) {
      for (const std::string& part : rule_->parts)
        if (items(*zones_named(part)) == 0) return add(missing_part());
      return;
    }
    std::size_t words = 0;
    report_.each(rule_->zones, [&](std::uint32_t, const BlockFacts& facts) { words += facts.tokens.size(); });
    const bool there = report_.has_section(rule_->role);
    // What stands elsewhere for it: "Recommended action:" in the bottom line, say.
    if (rule_->also != no_cue) {
      bool elsewhere = false;
      report_.each(prose_zones, [&](std::uint32_t, const BlockFacts& facts) {
        elsewhere = elsewhere || facts.find(rule_->also) != nullptr;
      });
      if (elsewhere) return;
    }
    const auto min = rule_->min < 0 ? 1 : rule_->min;
    const bool enough = rule_->metric == "words" ? static_cast<std::int64_t>(words) >= min
                                                 : static_cast<std::int64_t>(items(rule_->zones)) >= min;
    if (!there || !enough) add(report_.heading_or_title(rule_->role));
  }
  // A scenario that is missing: the label of the group, if there is one.
  Place missing_part() const {
    if (rule_->role == Role::recommendations)
      for (std::uint32_t i = 0; i < report_.blocks.size(); ++i)
        if (report_.blocks[i].zone == Zone::heading && report_.blocks[i].role == Role::recommendations &&
            report_.blocks[i].level > 2)
          return report_.all(i);
    return report_.heading_or_title(rule_->role);
  }

  void metric() {
    if (rule_->metric == "words") {
      std::int64_t words = 0;
      report_.each(rule_->zones, [&](std::uint32_t, const BlockFacts& facts) {
        words += static_cast<std::int64_t>(facts.tokens.size());
      });
      if (outside(words))
        add(rule_->role == Role::none ? report_.title() : report_.heading_or_title(rule_->role));
      return;
    }
    report_.each(rule_->zones, [&](std::uint32_t block, const BlockFacts& facts) {
      for (std::size_t s = 0; s < facts.sentences.size(); ++s)
        if (outside(facts.sentences[s].words.end - facts.sentences[s].words.begin))
          add(report_.sentence(block, s));
    });
  }
  bool outside(std::int64_t value) const {
    return (rule_->max >= 0 && value > rule_->max) || (rule_->min >= 0 && value < rule_->min);
  }

  // Calls with each hit of the cue that no exception takes away.
  template <class Visit>
  void hits(CueId cue, Visit visit) const {
    report_.each(rule_->zones, [&](std::uint32_t block, const BlockFacts& facts) {
      if (!facts.may_have(cue)) return;
      for (const Hit& hit : facts.hits) {
        if (hit.cue != cue) continue;
        if (rule_->quoted != Quoted::check && facts.quoted(facts.tokens[hit.first].begin)) continue;
        if (goes_on(facts, hit) || excepted(facts, hit)) continue;
        visit(block, facts, hit);
      }
    });
  }
  bool excepted(const BlockFacts& facts, const Hit& hit) const {
    if (rule_->except != no_cue)
      for (std::size_t i = facts.first_hit(hit.first > 64 ? hit.first - 64 : 0);
           i < facts.hits.size() && facts.hits[i].first < hit.last; ++i)
        if (facts.hits[i].cue == rule_->except && facts.hits[i].last > hit.first) return true;
    return rule_->unless != no_cue &&
           facts.has(rule_->unless, region(facts, {hit.first, hit.last}, rule_->unless_within));
  }

  void pair() {
    std::optional<Place> first;
    hits(rule_->any, [&](std::uint32_t block, const BlockFacts&, const Hit& hit) {
      if (!first) first = report_.words(block, {hit.first, hit.last});
    });
    if (!first) return;
    bool done = false;
    hits(rule_->with, [&](std::uint32_t block, const BlockFacts&, const Hit& hit) {
      if (done) return;
      done = true;
      out_.push_back({index_, report_.words(block, {hit.first, hit.last}), first,
                      "the other form stands here", std::string(report_.text(*first)), std::nullopt});
    });
  }

  bool companion_in(std::uint32_t block, const BlockFacts& facts, Extent words, const Hit* own) const {
    if (const auto likelihood = report_.data.likelihoods.find(report_.blocks[block].id);
        likelihood != report_.data.likelihoods.end() &&
        (mask(report_.blocks[block].zone) & scenario_zones) != 0)
      return true;
    if (rule_->with == no_cue || !facts.may_have(rule_->with)) return false;
    for (std::size_t i = facts.first_hit(words.begin);
         i < facts.hits.size() && facts.hits[i].first < words.end; ++i) {
      const Hit& hit = facts.hits[i];
      if (hit.cue != rule_->with) continue;
      const Extent sentence = facts.sentences[facts.sentence_of_word(hit.first)].words;
      const bool same = own != nullptr && own->first >= sentence.begin && own->first < sentence.end;
      if (same || rule_->with_unless == no_cue || !facts.has(rule_->with_unless, sentence)) return true;
    }
    return false;
  }
  bool companion_anywhere() const {
    bool found = false;
    const ZoneMask zones = rule_->role == Role::none ? rule_->zones : prose_zones;
    report_.each(zones, [&](std::uint32_t block, const BlockFacts& facts) {
      found =
          found || companion_in(block, facts, {0, static_cast<std::uint32_t>(facts.tokens.size())}, nullptr);
    });
    return found;
  }
  // In another sentence that has one of `also`.
  bool companion_also() const {
    if (rule_->also == no_cue) return false;
    bool found = false;
    report_.each(prose_zones, [&](std::uint32_t block, const BlockFacts& facts) {
      if (found || !facts.may_have(rule_->also)) return;
      for (const Hit& hit : facts.hits)
        if (!found && hit.cue == rule_->also)
          found =
              companion_in(block, facts, facts.sentences[facts.sentence_of_word(hit.first)].words, nullptr);
    });
    return found;
  }

  bool companion_next(const BlockFacts& facts, const Hit& hit) const {
    const std::size_t next = facts.sentence_of_word(hit.first) + 1;
    if (rule_->with_next == no_cue || next >= facts.sentences.size()) return false;
    const Extent words = facts.sentences[next].words;
    return facts.has(rule_->with_next, words) &&
           (rule_->with_unless == no_cue || !facts.has(rule_->with_unless, words));
  }

  // The levels of confidence that a sentence says.
  static std::vector<WordHash> levels_in(const BlockFacts& facts, const Hit& hit) {
    static const std::vector<WordHash> levels = hash_words({"low", "moderate", "medium", "high"});
    const Extent words = facts.sentences[facts.sentence_of_word(hit.first)].words;
    std::vector<WordHash> said;
    for (std::uint32_t i = words.begin; i < words.end; ++i)
      if (std::binary_search(levels.begin(), levels.end(), facts.tokens[i].word))
        said.push_back(facts.tokens[i].word);
    return said;
  }

  void require() {
    if (rule_->any == no_cue) {
      if (rule_->within < Within::section) {  // every block of these zones needs one
        report_.each(rule_->zones, [&](std::uint32_t block, const BlockFacts& facts) {
          if (!facts.tokens.empty() &&
              !companion_in(block, facts, {0, static_cast<std::uint32_t>(facts.tokens.size())}, nullptr))
            add(report_.all(block));
        });
      } else if (report_.is_report && !companion_anywhere()) {
        add(report_.heading_or_title(rule_->role));
      }
      return;
    }
    const bool elsewhere = companion_also();
    if (elsewhere || (rule_->within >= Within::section && companion_anywhere())) return;
    bool done = false;
    // Of a rule that speaks once: the levels that have what they need, and need it no second time.
    std::vector<WordHash> answered;
    hits(rule_->any, [&](std::uint32_t block, const BlockFacts& facts, const Hit& hit) {
      if (done) return;
      const std::vector<WordHash> said = rule_->once ? levels_in(facts, hit) : std::vector<WordHash>();
      if ((rule_->within < Within::section &&
           companion_in(block, facts, region(facts, {hit.first, hit.last}, rule_->within), &hit)) ||
          companion_next(facts, hit)) {
        answered.insert(answered.end(), said.begin(), said.end());
        return;
      }
      if (!said.empty() && std::all_of(said.begin(), said.end(), [&](WordHash level) {
            return std::find(answered.begin(), answered.end(), level) != answered.end();
          }))
        return;
      if (rule_->role != Role::none)
        add(report_.heading_or_title(rule_->role));
      else if (rule_->marks == Marks::sentence)
        add(report_.sentence(block, facts.sentence_of_word(hit.first)));
      else
        add(report_.words(block, {hit.first, hit.last}));
      done = rule_->role != Role::none || rule_->once;
    });
  }

  void limit() {
    std::int64_t count = 0;
    std::optional<Place> last;
    hits(rule_->any, [&](std::uint32_t block, const BlockFacts&, const Hit& hit) {
      ++count;
      if (rule_->max >= 0 && count == rule_->max + 1) last = report_.words(block, {hit.first, hit.last});
    });
    if (last)
      add(*last);
    else if (rule_->min >= 0 && count < rule_->min && report_.is_report)
      add(report_.heading_or_title(rule_->role));
  }

  const Report& report_;
  Drafts& out_;
  const Rule* rule_ = nullptr;
  std::uint32_t index_ = 0;
};

}  // namespace

void run_document(const Report& report, Drafts& out) {
  DocumentRules rules(report, out);
  for (std::uint32_t i = 0; i < report.rules.rules().size(); ++i) {
    const Rule& rule = report.rules.rules()[i];
    if (rule.enabled && !is_local(rule)) rules.run(i);
  }
}

}  // namespace assay::redflags
