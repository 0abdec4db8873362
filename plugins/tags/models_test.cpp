#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "plugins/tags/label_model.h"
#include "plugins/tags/lesson.h"
#include "plugins/tags/online_logistic.h"

using namespace assay::tagging;

TEST_CASE("OnlineLogistic: defaults hold until something is learned") {
  const float defaults[] = {1, -2}, deviations[] = {1, 1};
  const OnlineLogistic model(defaults, deviations, 1);
  const float inputs[] = {1, 0.5F};
  CHECK(model.score(inputs) == Approx(0));
}

TEST_CASE("OnlineLogistic: one row, against the optimum found by bisection") {
  // One weight, prior N(0.5, 2^2), one row with input 1.5, yes: the mode solves (w - 0.5) / 4 = 1.5 (1 -
  // s(1.5 w)).
  const float defaults[] = {0.5F}, deviations[] = {2};
  OnlineLogistic model(defaults, deviations, 1);
  const float input[] = {1.5F};
  const OnlineLogistic::Row row{input, true, 1};
  model.learn({&row, 1});
  double low = -10, high = 10;
  for (int i = 0; i < 100; ++i) {
    const double w = (low + high) / 2;
    (1.5 / (1 + std::exp(1.5 * w)) - (w - 0.5) / 4 > 0 ? low : high) = w;
  }
  CHECK(static_cast<double>(model.weights()[0]) == Approx(low).epsilon(1e-3));
}

TEST_CASE("OnlineLogistic: finds the weights that made the rows") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::uniform_real_distribution<double> uniform;
  const float truth[] = {-1, 2, 0.5F};
  const float defaults[] = {0, 0, 0}, deviations[] = {3, 3, 3};
  OnlineLogistic model(defaults, deviations, 1);
  for (int lesson = 0; lesson < 200; ++lesson) {
    float inputs[20][3];
    std::vector<OnlineLogistic::Row> rows;
    for (auto& input : inputs) {
      float sum = 0;
      for (int i = 0; i < 3; ++i) {
        input[i] = i == 0 ? 1 : normal(random);
        sum += truth[i] * input[i];
      }
      rows.push_back({input, uniform(random) < 1 / (1 + std::exp(-static_cast<double>(sum))), 1});
    }
    model.learn(rows);
  }
  for (int i = 0; i < 3; ++i) CHECK(std::abs(model.weights()[static_cast<std::size_t>(i)] - truth[i]) < 0.5F);
}

TEST_CASE("LabelModel: judges what it was taught, and says what speaks for it") {
  LabelModel model;
  const Terms oil = {{11, 2}, {12, 1}, {13, 1}}, grain = {{13, 1}, {21, 2}, {22, 1}};
  const std::uint32_t first[] = {0}, second[] = {1};
  for (int i = 0; i < 6; ++i) {
    model.learn(oil, first);
    model.learn(grain, second);
  }
  CHECK(model.lessons() == 12);
  CHECK(model.uses(0) == 6);
  CHECK(model.lessons_with(13) == 12);
  CHECK(model.lessons_with(99) == 0);
  std::vector<LabelEvidence> found;
  model.judge(oil, 10, found);
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].label == 0);
  CHECK(found[0].margin > 0);
  CHECK(found[0].vote > 0.5F);
  CHECK((model.strongest(oil, 0) == 11 || model.strongest(oil, 0) == 12));
  for (const LabelEvidence& evidence : found)
    if (evidence.label == 1) CHECK(evidence.margin < 0);
  model.judge({{99, 1}}, 10, found);
  CHECK(found.empty());
}

TEST_CASE("Lesson: a record read again is the lesson") {
  Lesson lesson;
  lesson.report = "r1";
  lesson.title = "T\xC3\xA4ter";
  lesson.terms = {{5, quantised_weight(1.7F)}, {0xffffffff, quantised_weight(3.3F)}};
  lesson.tags = {"one", "two words"};
  lesson.refused = {"three"};
  LessonRow row;
  row.part_count = 2;
  row.parts = {5, 77};
  row.key = phrase_hash(phrase_hash(0, 5), 77);
  row.yes = true;
  row.importance = 2.5F;
  row.features[f_bias] = 1;
  row.features[f_title] = -0.33F;
  quantise(row.features);
  lesson.rows = {row};
  const std::string bytes = encode(lesson);
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->report == lesson.report);
  CHECK(read->title == lesson.title);
  CHECK(read->terms == lesson.terms);
  CHECK(read->tags == lesson.tags);
  CHECK(read->refused == lesson.refused);
  REQUIRE(read->rows.size() == 1);
  CHECK(read->rows[0].key == row.key);
  CHECK(read->rows[0].yes);
  CHECK(read->rows[0].importance == row.importance);
  CHECK(read->rows[0].features == row.features);
  CHECK(encode(*read) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode(std::string_view(bytes).substr(0, size)));
  CHECK_FALSE(decode(bytes + "x"));
  CHECK_FALSE(decode("\x02" + bytes.substr(1)));
}
