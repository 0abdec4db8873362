// Models: everything that lessons move, and the one list they agree on.
#pragma once

#include <string>
#include <vector>

#include "plugins/tags/candidates.h"
#include "plugins/tags/label_model.h"
#include "plugins/tags/lesson.h"
#include "plugins/tags/phrase_odds.h"
#include "plugins/tags/ranker.h"
#include "plugins/tags/vocabulary.h"

namespace assay::tagging {

// One possible tag: a phrase of the text, a known tag, or both.
struct Scored {
  float log_odds = 0;
  std::uint32_t stem_set = 0;
  std::uint32_t label = Vocabulary::none();
  std::uint32_t candidate = Vocabulary::none();  // its index
  LabelEvidence evidence;                        // if it is a known tag that was taught
  Match match;                                   // strength 0: its words are not all there
};

class Models {
 public:
  explicit Models(Vocabulary& vocabulary);
  void clear();  // as if nothing had been learned; the vocabulary is the caller's to clear

  void learn(Words& words, const Lesson& lesson);
  // Sets the candidates' learned features. Best first; more than one may share a stem set.
  std::vector<Scored> score(std::vector<Candidate>& candidates, const Terms& terms);

  const LabelModel& labels() const { return labels_; }
  const PhraseOdds& odds() const { return odds_; }
  const std::string& report_title(std::uint32_t lesson) const { return titles_[lesson]; }

 private:
  void describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count,
                Features& features) const;
  LabelFeatures label_features(const LabelEvidence* evidence, std::uint32_t label, const Match* match,
                               const float* phrase_odds) const;
  void learn_labels(const Lesson& lesson, const std::vector<std::uint32_t>& labels);

  Vocabulary& vocabulary_;
  LabelModel labels_;
  PhraseOdds odds_;
  OnlineLogistic phrases_, known_;
  std::vector<std::string> titles_;
  std::vector<LabelEvidence> evidence_;
};

}  // namespace assay::tagging
