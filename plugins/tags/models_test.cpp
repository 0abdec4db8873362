#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "plugins/tags/label_model.h"
#include "plugins/tags/lesson.h"
#include "plugins/tags/online_logistic.h"
#include "plugins/tags/phrase_odds.h"

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

TEST_CASE("OnlineLogistic: rows at once, against the optimum found by descent in small steps") {
  const std::uint32_t seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  constexpr std::size_t n = 11;  // no multiple of what is multiplied at a time
  float defaults[n], deviations[n];
  for (std::size_t i = 0; i < n; ++i) {
    defaults[i] = normal(random) / 2;
    deviations[i] = 0.5F + 0.1F * static_cast<float>(i);
  }
  for (const std::size_t count : {3U, 300U, 4000U}) {
    std::vector<std::array<float, n>> inputs(count);
    std::vector<OnlineLogistic::Row> rows;
    for (auto& input : inputs) {
      for (float& value : input) value = random() % 3 == 0 ? 0 : normal(random);
      rows.push_back({input.data(), input[0] + input[1] > normal(random), 0.5F});
    }
    OnlineLogistic model(defaults, deviations, 1);
    model.fit(rows);
    // Where the gradient of the objective is 0, here by central differences of the objective itself.
    const auto objective = [&](const std::array<double, n>& w) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        sum +=
            std::pow((w[i] - static_cast<double>(defaults[i])) / static_cast<double>(deviations[i]), 2) / 2;
      for (const auto& row : rows) {
        double score = 0;
        for (std::size_t i = 0; i < n; ++i) score += w[i] * static_cast<double>(row.inputs[i]);
        sum += 0.5 * std::log1p(std::exp(row.yes ? -score : score));
      }
      return sum;
    };
    std::array<double, n> at{};
    for (std::size_t i = 0; i < n; ++i) at[i] = static_cast<double>(model.weights()[i]);
    const double here = objective(at);
    for (std::size_t i = 0; i < n; ++i)
      for (const double step : {-0.3, 0.3}) {
        auto beside = at;
        beside[i] += step;
        CHECK(objective(beside) > here - 0.01);
      }
    // Beginning again forgets what was there.
    const std::vector<float> once(model.weights().begin(), model.weights().end());
    model.fit(rows);
    CHECK(std::equal(once.begin(), once.end(), model.weights().begin()));
    const std::vector<OnlineLogistic::Row> none;
    model.fit(none);
    CHECK(std::equal(defaults, defaults + n, model.weights().begin()));
  }
}

TEST_CASE("OnlineLogistic: defaults that are sure and far from the truth do not keep it from the optimum") {
  // Newton's first step from there is thousands long: the likelihood is all but flat.
  const float defaults[] = {12, 12}, deviations[] = {50, 50};
  OnlineLogistic model(defaults, deviations, 1);
  std::vector<std::array<float, 2>> inputs;
  std::vector<OnlineLogistic::Row> rows;
  for (int i = 0; i < 100; ++i) inputs.push_back({1, i < 50 ? 0.0F : 1.0F});
  for (int i = 0; i < 100; ++i) rows.push_back({inputs[static_cast<std::size_t>(i)].data(), i % 10 == 0, 1});
  model.fit(rows);
  CHECK(model.weights()[0] == Approx(std::log(1.0F / 9)).margin(0.05));
  CHECK(model.weights()[1] == Approx(0).margin(0.05));
}

TEST_CASE("PhraseOdds: what a lesson says of itself is no evidence") {
  const auto row_of = [](std::uint32_t first, std::uint32_t last, bool yes) {
    LessonRow row;
    row.part_count = 2;
    row.parts = {first, last};
    row.key = phrase_hash(phrase_hash(0, first), last);
    row.kinds = {1, 2, 3, 4, 5, 6};
    row.yes = yes;
    return row;
  };
  const std::vector<LessonRow> first = {row_of(1, 2, true), row_of(3, 2, false), row_of(1, 4, false)},
                               second = {row_of(1, 2, false), row_of(5, 4, true)};
  PhraseOdds without, with;
  for (const LessonRow& row : first) {
    without.learn(row);
    with.learn(row);
  }
  std::vector<PhraseOdds::Places> places;
  for (const LessonRow& row : second) places.push_back(with.learn(row));
  std::vector<LessonRow> described = second;
  with.describe_without(described, places);
  for (const LessonRow& row : described) {
    Features features{};
    without.describe(row.key, row.parts.data(), row.part_count, row.kinds, features);
    CHECK(features == row.features);
  }
  CHECK(described[0].features[f_was_tag] > 0);
  CHECK(described[1].features[f_was_tag] == 0);
  // And it is left as it was.
  Features before{}, after{};
  const LessonRow& asked = first[2];
  with.describe(asked.key, asked.parts.data(), 2, asked.kinds, before);
  with.describe_without(described, places);
  with.describe(asked.key, asked.parts.data(), 2, asked.kinds, after);
  CHECK(before == after);
  CHECK(before[f_was_tag] < 0);
  with.forget_untagged();
  with.describe(asked.key, asked.parts.data(), 2, asked.kinds, after);
  CHECK(after[f_was_tag] == 0);
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

TEST_CASE("LabelModel: a tag that never comes again takes no weights, one that does is known") {
  LabelModel model;
  const Terms text = {{11, 2}, {12, 1}, {13, 1}};
  for (std::uint32_t i = 0; i < 50; ++i) {
    const std::uint32_t label[] = {i};
    model.learn(text, label);
  }
  CHECK(model.weights() == 0);
  std::vector<LabelEvidence> found;
  model.judge(text, 10, found);
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].vote > 0);
  const std::uint32_t again[] = {7};
  model.learn(text, again);
  CHECK(model.weights() == text.size());
  model.judge(text, 10, found);
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].label == 7);
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
  row.kinds = {0, 1, 65535, 256, 7, 8};
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
  CHECK(read->rows[0].kinds == row.kinds);
  CHECK(encode(*read) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode(std::string_view(bytes).substr(0, size)));
  CHECK_FALSE(decode(bytes + "x"));
  CHECK_FALSE(decode("\x03" + bytes.substr(1)));
}

TEST_CASE("Lesson: of a record in format 1 all but the candidates is read") {
  const std::string bytes(
      "\x01"
      "\x02r1\x01T"         // name, title
      "\x01\x03one\x00"     // tags, refused
      "\x01\x05\x20"        // a term, twice
      "\x01"                // a candidate: one part, taken
      "\x81\x01\x04"        // the first term, for itself alone
      "\x01\0\0\0\0\0\x01"  // two of 49 features
      "\x3f\x10",
      28);
  const auto read = decode(bytes);
  REQUIRE(read);
  CHECK(read->report == "r1");
  CHECK(read->title == "T");
  CHECK(read->tags == std::vector<std::string>{"one"});
  CHECK(read->refused.empty());
  CHECK(read->terms == Terms{{5, 2}});
  CHECK(read->rows.empty());
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode(std::string_view(bytes).substr(0, size)));
}
