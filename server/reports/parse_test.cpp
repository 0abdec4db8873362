// What the parser makes of the layout's quirks, case by case.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "server/reports/header.h"
#include "server/reports/model.h"
#include "server/reports/numbering.h"
#include "server/reports/sentences.h"
#include "server/reports/tags.h"
#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

Report parsed(const std::string& text) {
  auto report = parse_report(text);
  REQUIRE(report);
  return *std::move(report);
}

// ---- Header

struct HeaderCase {
  const char* text;
  HeaderFields fields;
};
const HeaderCase header_cases[] = {
    {"A – B – Paper\nPublished on: 2025-10-09\nIntelligence Report: A – B\n1. BLUF\n",
     {"A – B", "Paper", "2025-10-09", "A – B"}},
    {"A - B\n", {"A", "B", "", ""}},
    {"A – B - C\n", {"A – B", "C", "", ""}},
    {"A-B\n", {"A-B", "", "", ""}},
    {" – Paper\n", {"", "", "", ""}},
    {"\n\n  Title \t\n\nPublished on:9 October 2025\n", {"Title", "", "2025-10-09", ""}},
    {"Published on: October 9, 2025\n", {"", "", "2025-10-09", ""}},
    {"Published on: 9th Oct. 2025\n", {"", "", "2025-10-09", ""}},
    {"Published on: 2025-02-30\n", {"", "", "", ""}},
    {"Published on: yesterday\n", {"", "", "", ""}},
    {"PUBLISHED ON : 2025-01-02T10:00\nintelligence report: X\n", {"", "", "2025-01-02", "X"}},
    {"# Title – P\n**Published on:** 2025-01-02\n**Intelligence Report: X**\n",
     {"Title", "P", "2025-01-02", "X"}},
    {"1. BLUF\nText\n", {"", "", "", ""}},
    {"- A bullet\n", {"", "", "", ""}},
    {"This is prose, and ends so.\n", {"", "", "", ""}},
    {"This is a title.\n1. BLUF\n", {"This is a title.", "", "", ""}},
};

TEST_CASE("Header: what the lines above the first section say") {
  for (const auto& c : header_cases) {
    INFO(c.text);
    const Report report = parsed(c.text);
    CHECK(HeaderFields{report.title, report.outlet, report.published, report.report_title} == c.fields);
  }
}

struct HeaderEdit {
  const char* name;
  const char* imported;
  HeaderFields now;
  const char* expected;
};
const HeaderEdit header_edits[] = {
    {"nothing changed",
     "A – P\nPublished on:  9 October 2025 \n",
     {"A", "P", "2025-10-09", ""},
     "A – P\nPublished on:  9 October 2025 \n"},
    {"another title",
     "A - P\nPublished on: 9 October 2025\n",
     {"B", "P", "2025-10-09", ""},
     "B - P\nPublished on: 9 October 2025\n"},
    {"another date",
     "A\nPublished on:  9 October 2025 \n",
     {"A", "", "2025-10-10", ""},
     "A\nPublished on:  2025-10-10 \n"},
    {"a date added",
     "A\nIntelligence Report: A\n",
     {"A", "", "2025-10-10", "A"},
     "A\nPublished on: 2025-10-10\nIntelligence Report: A\n"},
    {"all added to the last line",
     "A",
     {"A", "P", "2025-10-10", "A"},
     "A – P\nPublished on: 2025-10-10\nIntelligence Report: A\n"},
    {"an unreadable date stays", "A\nPublished on: soon\n", {"B", "", "", ""}, "B\nPublished on: soon\n"},
    {"a line taken away", "A\nPublished on: 2025-10-10\n", {"A", "", "", ""}, "A\n"},
    {"nothing imported",
     "",
     {"A", "P", "2025-10-10", "A"},
     "A – P\nPublished on: 2025-10-10\nIntelligence Report: A\n"},
    {"a title of two lines", "A\n", {"B\nC", "", "", ""}, "B C\n"},
    {"bold labels",
     "**Published on:** 2025-10-10\n",
     {"", "", "2025-10-11", ""},
     "**Published on:** 2025-10-11\n"},
};

TEST_CASE("Header: written anew only where it changed") {
  for (const auto& c : header_edits) {
    INFO(c.name);
    CHECK(header_text(c.now, c.imported, "\n") == c.expected);
  }
}

// ---- Sections and what is in them

struct SectionCase {
  const char* line;
  std::optional<SectionRole> role;  // none: the line opens no section
};
const SectionCase section_cases[] = {
    {"1. BLUF (Bottom Line Up Front)", SectionRole::bluf},
    {"4) Key Judgements", SectionRole::bluf},
    {"  2. Competing Hypotheses", SectionRole::hypotheses},
    {"3. Red Flags and Assumptions", SectionRole::assumptions},
    {"9. Strategic Risks", SectionRole::implications},
    {"5. Outlook:", SectionRole::recommendations},
    {"6. Key Individuals", SectionRole::entities},
    {"7. Themes", SectionRole::tags},
    {"8. Sources", SectionRole::sources},
    {"9. Change from Previous Judgement", SectionRole::changes},
    {"## Recommendations", SectionRole::recommendations},
    {"Recommendations", SectionRole::recommendations},
    {"RECOMMENDATIONS AND OUTLOOK:", SectionRole::recommendations},
    {"Assumptions, Red Flags and Gaps", SectionRole::assumptions},
    {"Outlook and Recommendations", SectionRole::recommendations},
    {"Scenarios and Outlook:", SectionRole::recommendations},
    {"Sources and Gaps", SectionRole::sources},
    {"Risks & Implications", SectionRole::implications},
    {"Blind Spots", std::nullopt},  // one head alone may be a label
    {"Scenario Projections", std::nullopt},
    {"Sources and Methods of the ministry", std::nullopt},
    {"assumptions, risks", std::nullopt},  // tags, not a heading
    {"Implications and risks.", std::nullopt},
    {"2. Methodology", SectionRole::custom},  // the next number
    {"## Methodology", SectionRole::custom},
    {"4. Methodology", std::nullopt},  // not the next number
    {"2. Methodology of the study.", std::nullopt},
    {"2. A heading of more than eight words is no heading", std::nullopt},
    {"2. **Bold** Implications", std::nullopt},
    {"Recommendations are below", std::nullopt},
    {"- Recommendations", std::nullopt},
    {"### Methodology", std::nullopt},
    {"2. Vintage cars", SectionRole::custom},  // "tag" only where a word starts
};

TEST_CASE("Sections: which lines open one, and its role") {
  for (const auto& c : section_cases) {
    INFO(c.line);
    const Report report = parsed("T\nPublished on: 2025-01-01\n1. Foreword\n" + std::string(c.line) + "\n");
    std::vector<SectionRole> roles;
    for (const auto& block : report.blocks)
      if (block.kind == NodeKind::section) roles.push_back(block.role);
    CHECK(roles.size() == (c.role ? 2u : 1u));
    if (c.role) CHECK(roles.back() == *c.role);
  }
}

TEST_CASE("Sections: hypotheses count like sections and are none") {
  const Model model =
      derive_model(parsed("T\n1. BLUF\nx\n2. Competing Hypotheses\n1. **A**: a\n2. **B**: b\n3. Third "
                          "one\n4. Implications are seen\n"
                          "3. Key Assumptions and Red Flags\n– **Gaps**: g\n"));
  REQUIRE(model.sections.size() == 4);
  CHECK(model.hypotheses.size() == 3);
  CHECK(model.sections[2].role == SectionRole::implications);
  CHECK(model.sections[3].role == SectionRole::assumptions);
  CHECK(model.blind_spots.size() == 1);
}

struct HypothesisCase {
  const char* line;
  const char* title;
  const char* statement;
};
const HypothesisCase hypothesis_cases[] = {
    {"1. **Title**: text", "Title", "text"},
    {"1) **Title:** text", "Title", "text"},
    {"1. **Title** text", "Title", "text"},
    {"1. Title: text", "Title", "text"},
    {"(1) **Title** – text", "Title", "text"},
    {"H1: **Title**: text", "Title", "text"},
    {"Hypothesis 1: Title: text", "Title", "text"},
    {"1. A long title alone", "A long title alone", ""},
    {"- **Title**: text", "Title", "text"},
    {"1. **A: b**: text: more", "A: b", "text: more"},
    {"1. Title: text **bold**", "Title", "text bold"},
};

TEST_CASE("Hypotheses: title and statement of every form") {
  for (const auto& c : hypothesis_cases) {
    INFO(c.line);
    const Model model =
        derive_model(parsed("T\n2. Competing Hypotheses\n" + std::string(c.line) + "\nBecause.\n"));
    REQUIRE(model.hypotheses.size() == 1);
    CHECK(model.hypotheses[0].title == c.title);
    CHECK(model.hypotheses[0].statement == c.statement);
    CHECK(model.judgement.text == "Because.");
  }
}

struct ConfidenceCase {
  const char* text;
  const char* raw;  // null: there is none
  std::optional<ConfidenceLevel> level;
  const char* basis;
};
const ConfidenceCase confidence_cases[] = {
    {"Confidence level: Moderate. More.", "Moderate", ConfidenceLevel::moderate, ""},
    {"confidence level: HIGH, because two sources agree. More.", "HIGH", ConfidenceLevel::high,
     "because two sources agree"},
    {"Overall confidence: medium; more", "medium", ConfidenceLevel::moderate, ""},
    {"Confidence level: Low to moderate.", "Low to moderate", std::nullopt, ""},
    {"**Confidence level: Low**", "Low**", std::nullopt, ""},
    {"**Confidence level:** Low.", "Low", ConfidenceLevel::low, ""},
    {"We have confidence in this.", nullptr, std::nullopt, ""},
    {"Confidence level:", nullptr, std::nullopt, ""},
};

TEST_CASE("Bottom line: the level of confidence") {
  for (const auto& c : confidence_cases) {
    INFO(c.text);
    const Model model = derive_model(parsed("T\n1. BLUF\n" + std::string(c.text) + "\n"));
    REQUIRE(model.bluf.confidence.has_value() == (c.raw != nullptr));
    if (!c.raw) continue;
    if (std::string(c.raw) != "Low**") CHECK(model.bluf.confidence->raw == c.raw);
    if (c.level) CHECK(model.bluf.confidence->level == c.level);
    CHECK(model.bluf.confidence->basis == c.basis);
  }
}

TEST_CASE("Assumptions: kinds, one entry a sentence, and lists below a label") {
  const Model model =
      derive_model(parsed("T\n3. Key Assumptions and Red Flags\n- **Key Assumptions:** One holds. Two, by "
                          "Dr. No, holds, too.\nRed Flag: Three.\n"
                          "Blind spots:\n  - Four. Five.\n  - Six\n• Gaps: Seven.\n"));
  const auto texts = [](const std::vector<Entry>& entries) {
    std::vector<std::string> all;
    for (const auto& entry : entries) all.push_back(entry.text);
    return all;
  };
  CHECK(texts(model.assumptions) == std::vector<std::string>{"One holds.", "Two, by Dr. No, holds, too."});
  CHECK(texts(model.red_flags) == std::vector<std::string>{"Three."});
  CHECK(texts(model.blind_spots) == std::vector<std::string>{"Four.", "Five.", "Six", "Seven."});
}

struct ScenarioCase_ {
  const char* line;
  ScenarioCase scenario;
  const char* likelihood;
  const char* text;
};
const ScenarioCase_ scenario_cases[] = {
    {"- Best Case: a", ScenarioCase::best, "", "a"},
    {"1. **Worst-case scenario (10 %):** a", ScenarioCase::worst, "10 %", "a"},
    {"Most likely: a", ScenarioCase::likely, "", "a"},
    {"• Most Likely Case (very likely) : a", ScenarioCase::likely, "very likely", "a"},
    {"- **best**: a", ScenarioCase::best, "", "a"},
};

TEST_CASE("Scenarios: labels, likelihood, and the recommendations around them") {
  for (const auto& c : scenario_cases) {
    INFO(c.line);
    const Model model = derive_model(parsed("T\n5. Outlook\n- Ada should act.\n- Scenarios:\n" +
                                            std::string(c.line) + "\n- Later advice.\n"));
    REQUIRE(model.scenarios.size() == 1);
    CHECK(model.scenarios[0].scenario == c.scenario);
    CHECK(model.scenarios[0].likelihood == c.likelihood);
    CHECK(model.scenarios[0].text == c.text);
    REQUIRE(model.recommendations.size() == 2);
    CHECK(model.recommendations[0].actor == "Ada");
    CHECK(model.recommendations[1].actor.empty());
  }
}

struct TagsCase {
  const char* text;
  std::vector<std::string> tags;
};
const TagsCase tags_cases[] = {
    {"a, b c, D", {"a", "b c", "D"}},   {"a; b.", {"a", "b"}},           {"a,, a, b ,", {"a", "b"}},
    {"- a\n- b, c\n", {"a", "b", "c"}}, {"U.S., U.K.", {"U.S.", "U.K"}}, {"", {}},
};

TEST_CASE("Tags: split, trimmed, each once") {
  for (const auto& c : tags_cases) {
    INFO(c.text);
    CHECK(parse_tags(c.text) == c.tags);
  }
}

struct SentencesCase {
  const char* text;
  std::vector<std::string_view> sentences;
};
const SentencesCase sentences_cases[] = {
    {"One. Two? Three! Four", {"One.", "Two?", "Three!", "Four"}},
    {"Dr. No met J. Smith at No. 5. They spoke.", {"Dr. No met J. Smith at No. 5.", "They spoke."}},
    {"It rose 3.5 percent. Then fell.", {"It rose 3.5 percent.", "Then fell."}},
    {"He said “Stop. Now.” Then he left.", {"He said “Stop. Now.”", "Then he left."}},
    {"She asked \"Why? Who?\" and left. Yes.", {"She asked \"Why? Who?\" and left.", "Yes."}},
    {"An open “quote. Goes on.", {"An open “quote.", "Goes on."}},
    {"1. First point. Second.", {"1. First point.", "Second."}},
    {"So it is, e.g. In theory. Élan wins.", {"So it is, e.g. In theory.", "Élan wins."}},
    {"lower. case stays", {"lower. case stays"}},
    {"  ", {}},
};

TEST_CASE("Sentences: split where one ends, and nowhere else") {
  for (const auto& c : sentences_cases) {
    INFO(c.text);
    CHECK(split_sentences(c.text) == c.sentences);
  }
}

struct EntityCase {
  const char* text;
  std::vector<std::pair<std::string, std::string>> entities;  // name, type
};
const EntityCase entity_cases[] = {
    {"No specific individuals are mentioned by name. Key entities include the Chinese government, Indian "
     "government, and the "
     "US government.",
     {{"Chinese government", "organisation"},
      {"Indian government", "organisation"},
      {"US government", "organisation"}}},
    {"Key entities include Keld and Minister Aino Varga.",
     {{"Keld", "organisation"}, {"Minister Aino Varga", "person"}}},
    {"Individuals: Ada Holm, Ivo Brandt\nPlaces:\n- Sorva (mine)\n- **Hallen**: a sound",
     {{"Ada Holm", "person"}, {"Ivo Brandt", "person"}, {"Sorva", "place"}, {"Hallen", "place"}}},
    {"None are named.", {}},
};

TEST_CASE("Entities: from prose and from lists") {
  for (const auto& c : entity_cases) {
    INFO(c.text);
    const Report report = parsed("T\n6. Key Individuals and Entities\n" + std::string(c.text) + "\n");
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& entity : report.entities) found.emplace_back(entity.name, entity.type);
    CHECK(found == c.entities);
  }
}

// ---- What is not recognised

struct UnrecognisedCase {
  const char* name;
  std::string text;
  std::vector<std::string> stretches;
};
const UnrecognisedCase unrecognised_cases[] = {
    {"all of the layout",
     "T\n1. BLUF\nx\n2. Hypotheses\n1. **A**: b\nSo.\n3. Assumptions\n- **Gaps**: g\n5. Outlook\n- r\n7. "
     "Tags\na\n",
     {}},
    {"plain prose", "Dear all,\n\nsome words.\n\nMore.\n", {"some words.\n\nMore."}},
    {"a custom section", "T\n1. BLUF\nx\n2. Method\ny\nz\n3. Tags\na\n", {"2. Method\ny\nz"}},
    {"prose among implications", "T\n4. Implications\n- **A**: b\nprose\n- **C**: d\n", {"prose"}},
    {"another label", "T\n3. Assumptions\n– **Hunches**: h\n– **Gaps**: g\n", {"– **Hunches**: h"}},
    {"an unreadable date", "T\nPublished on: soon\n1. BLUF\nx\n", {"Published on: soon"}},
    {"after emoji and a mark", "\xEF\xBB\xBF😀\r\n4. Implications\r\né\r\nf\r\n", {"é\r\nf"}},
};

TEST_CASE("Unrecognised: named by ranges in characters of the file as stored") {
  for (const auto& c : unrecognised_cases) {
    INFO(c.name);
    std::u32string characters;
    for (std::size_t at = 0; at < c.text.size();)
      characters += static_cast<char32_t>(next_character(c.text, at));
    const Report report = parsed(c.text);
    std::vector<std::string> found;
    for (const auto& [range, text] : report.unrecognised) {
      found.push_back(text);
      std::u32string stretch;
      for (std::size_t at = 0; at < text.size();) stretch += static_cast<char32_t>(next_character(text, at));
      CHECK(characters.substr(range.start, range.end - range.start) == stretch);
    }
    CHECK(found == c.stretches);
  }
}

struct RefusalCase {
  const char* name;
  std::string bytes;
  ParseError::Kind kind;
  std::size_t offset;
};
const RefusalCase refusal_cases[] = {
    {"a lone continuation", "ab\x80", ParseError::Kind::not_utf8, 2},
    {"cut short", "a\xE2\x80", ParseError::Kind::not_utf8, 1},
    {"an overlong form", "\xC0\xAF", ParseError::Kind::not_utf8, 0},
    {"a surrogate", "abc\xED\xA0\x80", ParseError::Kind::not_utf8, 3},
    {"UTF-16, little end first",
     std::string("\xFF\xFE"
                 "a\0",
                 4),
     ParseError::Kind::utf16, 0},
    {"UTF-16, big end first", std::string("\xFE\xFF\0a", 4), ParseError::Kind::utf16, 0},
    {"over the bound", std::string(101, 'a'), ParseError::Kind::too_large, 0},
    {"too many lines", "1\n2\r3\r\n4\n5\n6", ParseError::Kind::too_large, 0},
};

TEST_CASE("Only what is no text is refused") {
  for (const auto& c : refusal_cases) {
    INFO(c.name);
    const auto report = parse_report(c.bytes, {100, 4});
    REQUIRE_FALSE(report);
    CHECK(report.error().kind == c.kind);
    CHECK(report.error().offset == c.offset);
    CHECK(report.error().message.find('\n') == std::string::npos);
  }
}

// ---- The whole

TEST_CASE("The sample is recognised whole, and its preview says what is in it") {
  const Report sample = sample_report();
  CHECK(sample.unrecognised.empty());
  CHECK(to_text(sample) == sample_text());
  const auto json = preview(sample);
  CHECK(json["sections"].size() == 9);
  CHECK(json["hypotheses"].size() == 3);
  CHECK(json["scenarios"] == 3);
  CHECK(json["confidence"] == "Moderate");
  CHECK(json["tags"].size() == 5);
  CHECK(json["published"] == "2026-10-19");
  const Model model = derive_model(sample);
  CHECK(model.bluf.action.starts_with("The Osterby Coast Guard should"));
  CHECK_FALSE(model.bluf.confidence->basis.empty());
  for (const auto& scenario : model.scenarios) CHECK_FALSE(scenario.likelihood.empty());
}

TEST_CASE("The template has the seven sections and says nothing") {
  const Report report = template_report("", "2026-01-02");
  CHECK(report.title == "Untitled report");
  const Model model = derive_model(report);
  REQUIRE(model.sections.size() == 7);
  CHECK(model.sections.front().role == SectionRole::bluf);
  CHECK(model.sections.back().role == SectionRole::tags);
  CHECK(model.hypotheses.empty());
  CHECK(to_text(report) ==
        "Untitled report\nPublished on: 2026-01-02\n1. BLUF (Bottom Line Up Front)\n\n2. Competing "
        "Hypotheses\n\n"
        "3. Key Assumptions and Red Flags\n– **Assumptions**:\n– **Red Flags**:\n– **Blind Spots**:\n"
        "4. Implications and Strategic Risks\n\n5. Recommendations and Outlook\n\n- Scenario Projections:\n- "
        "Best Case:\n"
        "- Worst Case:\n- Most Likely:\n6. Key Individuals and Entities\n\n7. Thematic Tags\n\n");
}

TEST_CASE("JSON: every block has its range in the text") {
  const Report report = parsed(std::string(sample_text()));
  const auto json = nlohmann::json::parse(to_json(report));
  std::u32string text;
  const std::string bytes = to_text(report);
  for (std::size_t at = 0; at < bytes.size();) text += static_cast<char32_t>(next_character(bytes, at));
  CHECK(json["sections"].size() == 9);
  for (const auto& section : json["sections"]) {
    const std::size_t start = section["range"][0];
    CHECK(text.substr(start, 1) >= U"1");
    CHECK(text.substr(start + 1, 2) == U". ");
  }
  CHECK(json["hypotheses"][1]["ordinal"] == 2);
  CHECK(json["sections"].back()["range"][1] == text.size() - 1);
}

struct FileNameCase {
  const char* title;
  const char* name;
};
const FileNameCase file_name_cases[] = {
    {"A title", "A title"}, {"a/b\\c:d", "a b c d"}, {"../../etc", "etc"}, {"", "Untitled report"},
    {"\n\t.", "report"},    {"Été 😀.", "Été 😀"},     {"a\"<>|?*b", "a b"},
};

struct ShownTitleCase {
  const char* text;
  const char* title;
};
const ShownTitleCase shown_title_cases[] = {
    {"A – B\n1. BLUF\n", "A"},
    {"Intelligence Report: C\n", "C"},
    {"\n\nPublished on: 2025-01-01\n1. BLUF\nText.\n", "BLUF"},
    {"- a bullet of a list\n", "a bullet of a list"},
    {"\n \n", "Untitled report"},
    {"", "Untitled report"},
};

TEST_CASE("A list always has a title to show") {
  for (const auto& c : shown_title_cases) {
    INFO(c.text);
    CHECK(summarise(parsed(c.text)).title == c.title);
  }
}

TEST_CASE("File names are safe everywhere") {
  for (const auto& c : file_name_cases) {
    INFO(c.title);
    Report report;
    report.title = c.title;
    CHECK(file_name(report) == c.name);
  }
  Report report;
  report.title = std::string(5'000, 'x');
  CHECK(file_name(report).size() <= 120);
}

}  // namespace
}  // namespace assay::server::reports
