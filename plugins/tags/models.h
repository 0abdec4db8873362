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

  // After lessons, refresh() before score(). Learning the same lessons gives the same models wherever
  // refresh() comes between.
  void learn(Words& words, const Lesson& lesson);
  void refresh();
  // Sets the candidates' learned features. Best first; more than one may share a stem set.
  std::vector<Scored> score(std::vector<Candidate>& candidates, const Terms& terms);

  const LabelModel& labels() const { return labels_; }
  const std::string& report_title(std::uint32_t lesson) const { return titles_[lesson]; }

 private:
  // How a label stands to the others.
  struct Rivals {
    explicit Rivals(const std::vector<LabelEvidence>& evidence);
    struct Best {
      void take(std::uint32_t from, float value);
      float best_but(std::uint32_t other) const { return other == label ? second : first; }
      std::uint32_t label = Vocabulary::none();
      float first = 0, second = 0;
    };
    Best margin{Vocabulary::none(), -1, -1}, vote{Vocabulary::none(), 0, 0};
    float votes = 0;
  };
  // What is said for a known tag, but for the likelihood of its phrase, which is found when it is needed.
  struct LabelRow {
    LabelFeatures features{};
    std::uint32_t row = 0;  // of the lesson; none() if it has no such phrase
    bool yes = false;
  };
  // One of the first lessons, all of which the rankers are fitted to.
  struct Kept {
    std::vector<LessonRow> rows;
    std::vector<PhraseOdds::Places> places;
    std::vector<LabelRow> labels;
  };

  float known_rarity(const std::uint32_t* parts, std::size_t part_count, std::size_t without) const;
  void describe(std::uint32_t key, const std::uint32_t* parts, std::size_t part_count, const Kinds& kinds,
                Features& features) const;
  LabelFeatures label_features(const LabelEvidence* evidence, std::uint32_t label, const Match* match,
                               const Rivals& rivals) const;
  std::vector<LabelRow> label_rows(const Lesson& lesson, const std::vector<std::uint32_t>& labels);
  void learn_online(const Lesson& lesson, std::vector<LabelRow> labels);
  void fit();

  Vocabulary& vocabulary_;
  LabelModel labels_;
  PhraseOdds odds_;
  OnlineLogistic phrases_, known_;
  std::vector<Kept> kept_;  // none once they are too many
  bool fitted_ = true;      // to all that is in kept_ and should be
  std::vector<std::string> titles_;
  std::vector<LabelEvidence> evidence_;
};

}  // namespace assay::tagging
