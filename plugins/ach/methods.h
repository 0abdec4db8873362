// The scoring methods. Each takes a matrix of ratings and says what that method says, nothing more; which one
// to believe is the reader's affair, and that they disagree is a finding of its own.
//
// Sources: Heuer, Psychology of Intelligence Analysis (1999), for the minus count; PARC ACH 2.0.5 for the
// inconsistency scores and weights; Burton's Open Source ACH and Open Synthesis for theirs; Josang,
// Subjective Logic (2016), for the operators.
#pragma once

#include "plugins/ach/matrix.h"

namespace assay::ach {

using Scores = std::vector<double>;        // one a hypothesis
using Indexes = std::vector<std::size_t>;  // from 0

// credibility * relevance with low 1/sqrt(2), medium 1, high sqrt(2) (PARC): 0.5 to 2.
double weight(const Evidence& item);
Scores weights_of(const Matrix& matrix);
inline constexpr double equal_within = 1e-9;

// All whose score equals the highest: leaders are a set, never picked by column order.
Indexes highest(const Scores& scores);
Indexes lowest(const Scores& scores);

// How many cells speak against each hypothesis.
Scores minus_count(const Ratings& ratings, std::size_t hypotheses);
// Sum of -2 for II and -1 for I, times the weight of the item; nearest to zero leads. `weights` holds one an
// item.
Scores inconsistency(const Ratings& ratings, const Scores& weights, std::size_t hypotheses);
// Sum of steps, -2 to 2: lets consistencies outvote a contradiction; for comparison only.
Scores net_score(const Ratings& ratings, std::size_t hypotheses);
// Sum of 2 and 1 times credibility (high 2, medium 1, low 1/2); lowest leads.
Scores burton(const Matrix& matrix, const Ratings& ratings);
// Points of a row added up, as that tool shows it: high for an item that contradicts everything alike.
Scores burton_rows(const Ratings& ratings);

// What unrated cells could still do: `worst` counts each as II, `best` as nothing.
struct Bounds {
  double worst = 0, best = 0;
};
std::vector<Bounds> bounds(const Matrix& matrix, const Ratings& ratings);
// Hypotheses that would overtake a leader if its unrated cells spoke against it: while there are any, the
// matrix does not decide.
Indexes undecided(const std::vector<Bounds>& bounds);

struct OpenSynthesis {
  Scores inconsistency, consistency;
  Indexes hypothesis_order, evidence_order;
  Scores diagnosticity;  // one an item
};
// `votes` holds every analyst's ratings.
OpenSynthesis open_synthesis(const std::vector<const Ratings*>& votes, std::size_t evidence,
                             std::size_t hypotheses);

// P(item | hypothesis) for the five steps: 0.05, 0.2, 0.5, 0.8, 0.95. Cells that are no step take the
// geometric mean of the row's steps, and leave that hypothesis where it is. None when fewer than two cells
// are steps.
std::optional<Scores> likelihoods(const std::vector<Rating>& row);
// How far an item may move belief: weight / 2, so 1 for high/high.
double tempering(const Evidence& item);
// What each item adds to the logarithm of the odds; zeros for an item that says nothing.
std::vector<Scores> log_evidence(const Matrix& matrix, const Ratings& ratings);
// Logarithms, up to a shared constant, to probabilities.
Scores softmax(Scores logs);
// Decibans by which each item favours hypothesis `a` over `b`: 10 log10 of the tempered likelihood ratio.
Scores weight_of_evidence(const Matrix& matrix, const Ratings& ratings, std::size_t a, std::size_t b);
// Posterior of the naive Bayes reading: items are taken as independent, which they rarely are.
Scores bayes(const Matrix& matrix, const Ratings& ratings);

struct Opinion {
  Scores belief;
  double uncertainty = 1;
  Scores projected;
};
// Each row an uncertainty-maximised opinion, discounted by its tempering, all fused cumulatively; base rates
// are the priors.
Opinion subjective_logic(const Matrix& matrix, const Ratings& ratings);

// Bits that a row tells of which hypothesis holds, hypotheses equally likely: 0 for a row that separates
// nothing.
Scores mutual_information(const Ratings& ratings);
// Rows with fewer than two steps, or with equal ones.
Indexes zero_diagnostic(const Ratings& ratings);
// Highest minus lowest step of each row: 0 to 4.
std::vector<int> ranges(const Ratings& ratings);
// Share of items that are rated (not applicable is a rating), one a hypothesis.
Scores coverage(const Ratings& ratings, std::size_t hypotheses);

// Who leads by each method, for a badge that says whether the choice of method matters here.
struct MethodLeaders {
  const char* method;  // the name of the method's key in the JSON
  Indexes leaders;
};
// Those that are meant to be believed; the net score is left out, since it does not refute.
std::vector<MethodLeaders> method_leaders(const Matrix& matrix, const Ratings& ratings);
bool agree(const std::vector<MethodLeaders>& methods);

// Weighted inconsistency of one reading of the statements with a stance.
Scores by_stance(const Matrix& matrix, const Ratings& ratings, Stance stance);
// Weighted inconsistency with each origin counted once, by its strongest penalty for each hypothesis.
Scores origin_collapsed(const Matrix& matrix, const Ratings& ratings);

}  // namespace assay::ach
