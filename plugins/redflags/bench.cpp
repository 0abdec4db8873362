// redflags_bench: CPU time of all rules over 1 MB of text, and of one changed paragraph in a report of 20,000
// words. Prints one line a figure. The text is made of the sample paragraphs below with numbers and names
// varied, so that no two paragraphs are alike and nothing is found in the cache of blocks.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "plugins/redflags/report_fixture.h"

namespace {

using namespace assay::redflags;

double cpu_ms() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
}

constexpr std::array<const char*, 8> sentences{
    "The survey of 3 May found one furrow that crosses both legs of the cable near Station %, which is "
    "inconsistent with the third hypothesis. ",
    "According to the harbour office of District %, the ship's speed fell from 11 to 6 knots two hours "
    "before the first fault and stayed there. ",
    "A crew acting on purpose would more likely have raised the anchor between the legs, as the pilots of "
    "Line % have done in earlier years. ",
    "It is assumed that the position reports of vessel % were not falsified before the gap, since the last "
    "audit dates from June 2024. ",
    "Exports of refined metal from Plant % fell by a tenth, customs data show, while the price in the inland "
    "markets hardly moved at all. ",
    "Insurers may raise the premium for ships of Class %, which would strain the budgets of smaller owners "
    "and delay the repair of harbours. ",
    "Officials of the Ministry of Transport told reporters in Town % that the standby ship would be moved to "
    "the sound before the winter. ",
    "Whoever wishes to test the region's response can now see how long detection, attribution and repair "
    "take in Zone % and elsewhere. "};

std::string paragraph(unsigned seed, std::size_t bytes) {
  std::string text;
  for (unsigned i = seed; text.size() < bytes; i = i * 1103515245u + 12345u) {
    std::string sentence = sentences[(i >> 16) % sentences.size()];
    sentence.replace(sentence.find('%'), 1, std::to_string((i >> 8) % 9973));
    text += sentence;
  }
  return text;
}

std::string report(std::size_t bytes, unsigned changed) {
  std::string text =
      "head/title> Cable faults – Northern Review\nhead/published> 2026-10-19\n#bluf> BLUF\nbluf> The most "
      "supported hypothesis is that a ship dragged "
      "her anchor. Confidence level: Moderate, because the tracks agree.\n#hypotheses> Competing "
      "Hypotheses\nhypotheses/title> Accidental anchor "
      "drag\nhypotheses/statement> An anchor worked loose in a gale.\nhypotheses/title> Deliberate "
      "damage\nhypotheses/statement> The master lowered "
      "the anchor on instruction.\nhypotheses/judgement> The first hypothesis is better supported because of "
      "the furrow.\n#assumptions> "
      "Assumptions\nassumptions/assumption> It is assumed that the logs are complete.\n#implications> "
      "Implications\n";
  for (unsigned i = 0; text.size() < bytes; ++i)
    text += "implications> " + paragraph(i == 20 ? 7000 + changed : i, 900) + "\n";
  return text +
         "#recommendations> Recommendations\nrecommendations> The harbour office should inspect the "
         "anchor.\n#entities> Entities\n"
         "entities> Key entities include the Ministry of Transport.\n#tags> Tags\ntags/tag> subsea cables\n";
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main() {
  PackError error;
  const double start = cpu_ms();
  const auto rules = RuleSet::make({}, error);
  if (!rules) return std::fprintf(stderr, "%s\n", error.message.c_str()), 1;
  std::printf("packs read and compiled          %8.2f ms\n", cpu_ms() - start);

  const ReportFixture large(report(1u << 20, 0));
  std::vector<double> times;
  std::size_t found = 0;
  for (int run = 0; run < 7; ++run) {
    Checker checker(rules, {});
    const auto input = large.input();
    const double before = cpu_ms();
    found = checker.check(input).size();
    times.push_back(cpu_ms() - before);
  }
  std::printf("1 MB, all rules                  %8.2f ms   (%zu bytes, %zu findings, median of 7)\n",
              median(times), large.text().size(), found);

  Checker checker(rules, {});
  std::vector<ReportFixture> versions;
  for (unsigned i = 0; i < 41; ++i) versions.emplace_back(report(124'000, i));
  const auto words = std::count(versions[0].text().begin(), versions[0].text().end(), ' ');
  checker.check(versions[0].input());
  times.clear();
  for (std::size_t i = 1; i < versions.size(); ++i) {
    const auto input = versions[i].input();
    const double before = cpu_ms();
    checker.check(input);
    times.push_back(cpu_ms() - before);
  }
  std::printf("one paragraph of %ld words     %8.2f ms   (median of 40; %zu blocks read in all)\n",
              static_cast<long>(words), median(times), checker.blocks_read());
  return 0;
}
