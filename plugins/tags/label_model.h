// Label model: which of the tags that were used before fit a text, whether or not their words are in it. One
// linear classifier a label (AROW, one against the rest) over tf-idf, and the votes of the nearest earlier
// reports. A pure function of the lessons in order: no clock, no chance, one thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace assay::tagging {

// A stem and how much of it a text has (1 + ln occurrences, more in the title). Sorted by stem, one each.
struct Term {
  std::uint32_t stem = 0;
  float weight = 0;
  friend bool operator==(const Term&, const Term&) = default;
};
using Terms = std::vector<Term>;

struct LabelEvidence {
  std::uint32_t label = 0;
  float margin = -1;          // AROW's: 1 and more is surely yes, -1 and less surely no
  float vote = 0;             // share of the nearest reports that have it, weighted by nearness
  std::uint32_t nearest = 0;  // the nearest lesson that has it; only where vote > 0
  float nearness = 0;         // its cosine
};

class LabelModel {
 public:
  // Teaches that a text has these labels (small dense numbers) and no others, least of all the refused ones.
  // Lessons are numbered from 0 as they come.
  void learn(const Terms& terms, std::span<const std::uint32_t> labels,
             std::span<const std::uint32_t> refused = {});
  // Labels with something to be said for them: at most `limit`, best first.
  void judge(const Terms& terms, std::size_t limit, std::vector<LabelEvidence>& out);

  std::size_t lessons() const { return lessons_.size(); }
  // In how many lessons a stem occurs.
  std::uint32_t lessons_with(std::uint32_t stem) const;
  // How often a label was taught.
  std::uint32_t uses(std::uint32_t label) const { return label < uses_.size() ? uses_[label] : 0; }
  // The stem of `terms` that speaks most for the label, or 0.
  std::uint32_t strongest(const Terms& terms, std::uint32_t label) const;
  std::size_t weights() const { return weights_; }

 private:
  struct Weight {
    std::uint32_t label;
    float mean, variance;
  };
  struct Posting {
    std::uint32_t lesson;
    float weight;
  };
  struct Stem {
    std::uint32_t lessons = 0;  // document frequency
    float prior = 0;            // its share of WordNet's glosses
    std::vector<Weight> weights;
    std::vector<Posting> postings;
  };
  struct Taught {
    Terms terms;
    std::vector<std::uint32_t> labels, refused;
  };

  float idf(const Stem& stem) const;
  void weigh(const Terms& terms, Terms& out);
  void add_margins(const Terms& x);
  void clear_margins();
  void step(const Terms& x, std::span<const std::uint32_t> labels, std::span<const std::uint32_t> refused);
  void find_neighbours(const Terms& x, std::vector<LabelEvidence>& out);
  void grow(std::uint32_t label);

  boost::unordered_flat_map<std::uint32_t, Stem> stems_;
  std::vector<Taught> lessons_;
  std::vector<std::uint32_t> uses_, first_;  // and the lesson of the first use
  std::vector<float> bias_, bias_variance_;
  std::size_t weights_ = 0;
  // Working space, empty between calls.
  std::vector<float> margin_, variance_, step_, votes_;
  std::vector<std::uint32_t> touched_, stamp_, vote_at_;
  std::uint32_t now_ = 0;
  std::vector<float> nearness_;
  std::vector<std::uint32_t> near_;
  Terms x_;
};

}  // namespace assay::tagging
