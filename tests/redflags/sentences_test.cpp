// Rules on single sentences, by many that break one and many that nearly do: `flags/RULE.txt` has a line
// `words at fault | sentence` each, `passes/NAME.txt` a sentence a line, in which there is nothing to find. A
// line that starts with `?` is not held to it yet. `levels` has what may say how sure the bottom line is, and
// `judgements` what may weigh the hypotheses, a line each; in `names` what has capitals is nobody to list.
#include <algorithm>

#include "tests/redflags/checked_report.h"

namespace {

using namespace assay::redflags_test;
using assay::redflags::Severity;

// A report that has what a report must have, with the sentence among its implications, or as its third
// hypothesis.
const std::string plain_level = "Confidence level: Moderate, because two surveys agree but both are old.";
const std::string plain_judgement =
    "The first hypothesis is preferred, because the union published its demands on 3 November 2025.";
std::string report_with(const std::string& implication, const std::string& hypothesis,
                        const std::string& level = plain_level,
                        const std::string& judgement = plain_judgement) {
  return "Strike at the port \u2013 Harbour Post\n"
         "Published on: 2025-11-20\n"
         "Intelligence Report: Strike at the port \u2013 Harbour Post\n"
         "1. BLUF (Bottom Line Up Front)\n"
         "The strike at the port will likely end in November. " +
         level +
         " Recommended action: Shippers should book other ports.\n"
         "2. Competing Hypotheses\n"
         "1. **Wages**: The dockers want higher pay.\n"
         "2. **Politics**: The party wants to bring the minister down.\n"
         "3. " +
         hypothesis + "\n" + judgement +
         "\n"
         "3. Key Assumptions and Red Flags\n"
         "\u2013 **Assumptions**: It is assumed that the union keeps its funds.\n"
         "4. Implications and Strategic Risks\n"
         "\u2013 **Trade**: " +
         implication +
         "\n5. Recommendations and Outlook\n"
         "- Shippers should book other ports.\n";
}

const std::string plain_hypothesis = "**Accident**: A fault in the crane stopped the work.";
const std::string plain_implication = "Shippers will likely book other ports.";

// Calls with each line of each file of the folder: the file's name, whether the line counts, the line.
template <class Visit>
std::size_t each_line(const char* folder, Visit visit) {
  std::size_t lines = 0;
  const auto path = std::filesystem::path(ASSAY_REDFLAGS_REPORTS) / "sentences" / folder;
  std::vector<std::filesystem::path> files(std::filesystem::directory_iterator(path), {});
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream in(file);
    REQUIRE(in.good());
    for (std::string line; std::getline(in, line); ++lines) {
      const bool counts = !line.starts_with("? ");
      // The second writer's files bear the rule's name behind a word.
      const std::string name = file.stem().string();
      visit(name.starts_with("second-") ? name.substr(7) : name, counts, counts ? line : line.substr(2));
    }
  }
  return lines;
}

}  // namespace

TEST_CASE("Sentences that break a rule are marked by it") {
  const std::size_t lines =
      each_line("flags", [](const std::string& rule, bool counts, const std::string& line) {
        if (!counts) return;
        const std::size_t bar = line.find(" | ");
        REQUIRE(bar != std::string::npos);
        const std::string sentence = line.substr(bar + 3);
        // A hypothesis is one against its neighbours; its title is marked.
        const bool hypothesis = rule == "logic.hypotheses-not-exclusive";
        const std::size_t colon = hypothesis ? sentence.find(':') : 0;
        const auto marks =
            check(hypothesis ? report_with(plain_implication,
                                           "**" + sentence.substr(0, colon) + "**" + sentence.substr(colon))
                             : report_with(sentence, plain_hypothesis));
        INFO(rule << ": " << sentence);
        CHECK(std::any_of(marks.begin(), marks.end(), [&](const Mark& mark) {
          return mark.rule == rule && sentence.find(mark.words) != std::string::npos;
        }));
      });
  CHECK(lines >= 1000);
}

TEST_CASE("Sentences that nearly break a rule are left alone") {
  const std::size_t lines =
      each_line("passes", [](const std::string&, bool counts, const std::string& sentence) {
        if (!counts) return;
        INFO(sentence);
        for (const Mark& mark : check(report_with(sentence, plain_hypothesis))) {
          if (mark.severity == Severity::hint || sentence.find(mark.words) == std::string::npos) continue;
          if (mark.rule.starts_with("consistency.entity")) continue;  // the report lists nobody
          INFO(mark.rule << ": " << mark.words);
          CHECK(false);
        }
      });
  CHECK(lines >= 1100);
}

TEST_CASE("Levels that stand on something, and paragraphs that weigh, are left alone") {
  const auto silent = [](const std::string& rule, const std::string& report, const std::string& line) {
    INFO(line);
    for (const Mark& mark : check(report)) CHECK(mark.rule != rule);
  };
  std::size_t lines = each_line("levels", [&](const std::string&, bool counts, const std::string& level) {
    if (counts)
      silent("structure.confidence-no-basis", report_with(plain_implication, plain_hypothesis, level), level);
  });
  lines += each_line("judgements", [&](const std::string&, bool counts, const std::string& judgement) {
    if (counts)
      silent("structure.no-ach-judgement",
             report_with(plain_implication, plain_hypothesis, plain_level, judgement), judgement);
  });
  CHECK(lines >= 85);
}

TEST_CASE("Names of things, states and papers are none to list") {
  const std::size_t lines = each_line("names", [](const std::string&, bool counts, const std::string& line) {
    if (!counts) return;
    INFO(line);
    for (const Mark& mark :
         check(report_with(line, plain_hypothesis) +
               "6. Key Individuals and Entities\nKey entities include the Harbour Post.\n"))
      CHECK(mark.rule != "consistency.entity-not-listed");
  });
  CHECK(lines >= 170);
}
