#include "plugins/ach/findings.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "plugins/ach/panel.h"

namespace assay::ach {
namespace {

using nlohmann::json;

// A report in small: two or three hypotheses with statements, a judgement, and a matrix as the maps hold it.
class Report {
 public:
  explicit Report(std::vector<std::string> titles = {"Anchor drag", "Sabotage"}) {
    block("head/title", true, "Cable faults in the sound");
    block("bluf", true, "BLUF");
    block("hypotheses", true, "Competing Hypotheses");
    data_["hypotheses"] = json::array();
    for (std::size_t j = 0; j < titles.size(); ++j) {
      const auto begin = text_.size();
      block("hypotheses/title", true, titles[j]);
      data_["hypotheses"].push_back({{"id", "h" + std::to_string(j)},
                                     {"title", titles[j]},
                                     {"span", {begin, begin + titles[j].size()}}});
    }
    data_["evidence"] = json::object();
    data_["ratings"] = json::object();
  }

  Report& bluf(const std::string& words) { return block("bluf", false, words); }
  Report& judgement(const std::string& words) { return block("hypotheses/judgement", false, words); }
  Report& block(const std::string& section, bool heading, const std::string& words) {
    const auto begin = static_cast<std::uint32_t>(text_.size());
    text_ += words + "\n";
    sections_.push_back(std::make_unique<std::string>(section));
    blocks_.push_back(
        {{begin, begin + static_cast<std::uint32_t>(words.size())}, heading, *sections_.back()});
    return *this;
  }
  // One row, as each named analyst rated it.
  Report& rated_by(const std::string& words, const std::map<std::string, std::vector<std::string>>& ratings,
                   const json& more = json::object()) {
    const std::string id = "e" + std::to_string(data_["evidence"].size());
    json item = {{"text", words}, {"order", data_["evidence"].size()}};
    item.update(more);
    data_["evidence"][id] = item;
    for (const auto& [user, cells] : ratings)
      for (std::size_t j = 0; j < cells.size(); ++j)
        if (!cells[j].empty())
          data_["ratings"][user + "/" + id + "/h" + std::to_string(j)] = {{"value", cells[j]}};
    return *this;
  }
  Report& row(const std::string& words, const std::vector<std::string>& cells,
              const json& more = json::object()) {
    return rated_by(words, {{"ann", cells}}, more);
  }

  ReportMatrix matrix() const { return read_report_matrix(data_.dump(), text_.size()); }
  // The words that a rule marks, one a finding.
  std::vector<std::string> marks(const std::string& rule) const {
    std::vector<std::string> result;
    for (const Finding& finding : matrix_findings(text_, blocks_, matrix()))
      if (finding.rule == "matrix." + rule)
        result.push_back(text_.substr(finding.span.begin, finding.span.end - finding.span.begin));
    return result;
  }

 private:
  std::string text_;
  std::vector<TextBlock> blocks_;
  std::vector<std::unique_ptr<std::string>> sections_;
  json data_ = json::object();
};

using Marks = std::vector<std::string>;
const std::string heading = "Competing Hypotheses";

Report first_leads(std::vector<std::string> titles = {"Anchor drag", "Sabotage"}) {
  Report report(std::move(titles));
  report.row("One furrow crosses both legs", {"C", "II"}).row("The ship slowed down", {"CC", "I"});
  return report;
}

}  // namespace

TEST_CASE("matrix.leader-mismatch: flags") {
  CHECK(first_leads()
            .judgement("The survey is clear. The second hypothesis is better supported.")
            .marks("leader-mismatch") == Marks{"The second hypothesis is better supported."});
  CHECK(first_leads()
            .bluf("The most supported hypothesis is that sabotage cut both legs.")
            .marks("leader-mismatch") ==
        Marks{"The most supported hypothesis is that sabotage cut both legs."});
  CHECK(first_leads().judgement("Of the two, Sabotage is the most likely.").marks("leader-mismatch").size() ==
        1);
  CHECK(first_leads().judgement("The evidence favours the latter.").marks("leader-mismatch").size() == 1);
  // A tie told as a win.
  Report tie;
  tie.row("One furrow crosses both legs", {"C", "II"}).row("The reports have a gap", {"II", "C"});
  CHECK(tie.judgement("Hypothesis 1 is best supported.").marks("leader-mismatch").size() == 1);
}

TEST_CASE("a leader is named only by words that prefer it over all, and now") {
  const auto named = [](const std::string& words) {
    return first_leads().judgement(words).marks("leader-mismatch").size();  // the second would be a mismatch
  };
  CHECK(named("While the second hypothesis is plausible, the first is better supported.") == 0);
  CHECK(named("The second hypothesis is the most likely explanation for the gap.") == 0);
  CHECK(named("The second hypothesis best explains the gap.") == 0);
  CHECK(named("If the recordings are forged, the second hypothesis is the most likely.") == 0);
  CHECK(named("The second hypothesis would be more likely after such a find.") == 0);
  CHECK(named("This leads to the second hypothesis.") == 0);
  CHECK(named("Neither the first nor the second hypothesis is best supported.") == 0);
  CHECK(named("The gap points to the second hypothesis.") == 0);
  CHECK(named("While the first hypothesis is plausible, the second is better supported.") == 1);
  CHECK(named("The second hypothesis best explains all the evidence.") == 1);
  CHECK(named("On balance the evidence favours the second hypothesis.") == 1);
  CHECK(named("H2 remains the most likely.") == 1);
}

TEST_CASE("matrix.leader-mismatch: passes") {
  CHECK(
      first_leads().judgement("The first hypothesis is better supported.").marks("leader-mismatch").empty());
  CHECK(first_leads()
            .bluf("The most supported hypothesis is that the anchor was dragged.")
            .marks("leader-mismatch")
            .empty());
  CHECK(first_leads()
            .judgement("The second hypothesis is less likely, and not the best supported.")
            .marks("leader-mismatch")
            .empty());
  CHECK(first_leads({"Drag", "Sabotage", "Old joint"})
            .judgement("The second hypothesis is more likely than the third.")
            .marks("leader-mismatch")
            .empty());
  CHECK(first_leads()
            .judgement("A crew acting on purpose would more likely have raised the anchor.")
            .marks("leader-mismatch")
            .empty());
  Report tie;
  tie.row("One furrow crosses both legs", {"C", "II"}).row("The reports have a gap", {"II", "C"});
  CHECK(tie.judgement("Hypothesis 1 and hypothesis 2 are equally well supported.")
            .marks("leader-mismatch")
            .empty());
  // Too little is rated to hold the text to it.
  Report begun;
  begun.row("One furrow", {"C", "II"}).row("Another", {"", ""}).row("A third", {"", ""});
  CHECK(begun.judgement("The second hypothesis is better supported.").marks("leader-mismatch").empty());
}

TEST_CASE("matrix.claim-without-matrix: flags") {
  CHECK(Report().judgement("Using ACH 2.0, the first is preferred.").marks("claim-without-matrix") ==
        Marks{"Using ACH 2.0"});
  CHECK(Report().judgement("An analysis of competing hypotheses was done.").marks("claim-without-matrix") ==
        Marks{"analysis of competing hypotheses"});
  CHECK(Report()
            .row("A row that nobody rated", {"", ""})
            .bluf("By ACH the first leads.")
            .marks("claim-without-matrix") == Marks{"By ACH"});
}

TEST_CASE("matrix.claim-without-matrix: passes") {
  CHECK(first_leads()
            .judgement("Using ACH 2.0, the first is preferred.")
            .marks("claim-without-matrix")
            .empty());
  CHECK(Report().judgement("ACH was not used here.").marks("claim-without-matrix").empty());
  CHECK(Report()
            .judgement("The bank sent it by ACH, the Automated Clearing House.")
            .marks("claim-without-matrix")
            .empty());
  CHECK(Report().judgement("He came to Aachen. EACH of them did.").marks("claim-without-matrix").empty());
}

TEST_CASE("matrix.zero-diagnosticity: flags") {
  CHECK(first_leads().row("The storm was strong", {"C", "C"}).marks("zero-diagnosticity") == Marks{heading});
  CHECK(first_leads().row("The storm was strong", {"CC", ""}).marks("zero-diagnosticity").size() == 1);
  CHECK(first_leads()
            .row("The storm was strong", {"NA", "I"})
            .bluf("Yes: The storm was strong, they say.")
            .marks("zero-diagnosticity") == Marks{"The storm was strong"});
}

TEST_CASE("matrix.zero-diagnosticity: passes") {
  CHECK(first_leads().marks("zero-diagnosticity").empty());
  CHECK(first_leads().row("Not looked at", {"", ""}).marks("zero-diagnosticity").empty());
  CHECK(first_leads().row("Weak, yet it separates", {"N", "C"}).marks("zero-diagnosticity").empty());
}

TEST_CASE("matrix.one-sided: flags") {
  CHECK(Report().row("a", {"C", "CC"}).marks("one-sided") == Marks{heading});
  CHECK(Report().row("a", {"C", "N"}).row("b", {"N", "NA"}).marks("one-sided").size() == 1);
  CHECK(Report()
            .rated_by("a", {{"ann", {"I", "C"}}, {"bob", {"C", "C"}}, {"cem", {"C", "C"}}})
            .marks("one-sided")
            .size() == 1);
}

TEST_CASE("matrix.one-sided: passes") {
  CHECK(first_leads().marks("one-sided").empty());
  CHECK(Report().row("a", {"C", "I"}).marks("one-sided").empty());
  CHECK(Report().row("a", {"C", ""}).row("b", {"", ""}).marks("one-sided").empty());
}

TEST_CASE("matrix.missing-cells: flags") {
  CHECK(Report().row("a", {"I", "II"}).row("b", {"", "C"}).marks("missing-cells") == Marks{"Anchor drag"});
  CHECK(
      Report({"A1", "B2", "C3"}).row("a", {"II", "II", ""}).row("b", {"C", "C", ""}).marks("missing-cells") ==
      Marks{"C3"});
  CHECK(Report().row("a", {"", "I"}).marks("missing-cells").size() == 1);
}

TEST_CASE("matrix.missing-cells: passes") {
  CHECK(first_leads().marks("missing-cells").empty());
  CHECK(Report().row("a", {"C", "II"}).row("b", {"C", ""}).marks("missing-cells").empty());
  CHECK(Report().row("a", {"NA", "II"}).marks("missing-cells").empty());
}

TEST_CASE("matrix.linchpin: flags") {
  CHECK(Report()
            .row("The crew knew nothing", {"C", "II"}, {{"credibility", "L"}})
            .row("b", {"C", "C"})
            .marks("linchpin")
            .size() == 1);
  CHECK(
      Report().row("The crew knew nothing", {"C", "II"}, {{"type", "Assumption"}}).marks("linchpin").size() ==
      1);
  CHECK(Report()
            .row("The crew knew nothing", {"C", "II"}, {{"type", "assumption"}})
            .bluf("We take it that The crew knew nothing.")
            .marks("linchpin") == Marks{"The crew knew nothing"});
}

TEST_CASE("matrix.linchpin: passes") {
  CHECK(Report().row("a", {"C", "II"}, {{"credibility", "H"}}).marks("linchpin").empty());
  CHECK(first_leads().row("weak", {"C", "I"}, {{"credibility", "L"}}).marks("linchpin").empty());
  CHECK(first_leads().row("assumed", {"C", "C"}, {{"type", "assumption"}}).marks("linchpin").empty());
}

TEST_CASE("matrix.same-origin: flags") {
  const json wire = {{"origin", "wire"}};
  CHECK(Report()
            .row("a", {"I", "C"}, wire)
            .row("b", {"I", "C"}, wire)
            .row("c", {"I", "C"}, wire)
            .row("d", {"C", "II"})
            .marks("same-origin")
            .size() == 1);
  // Counted once it is a tie.
  CHECK(Report()
            .row("a", {"I", "C"}, wire)
            .row("b", {"I", "C"}, wire)
            .row("c", {"C", "I"})
            .marks("same-origin")
            .size() == 1);
  CHECK(Report()
            .row("Halcyon saw a furrow", {"II", "C"}, wire)
            .row("Halcyon says so", {"II", "C"}, wire)
            .row("c", {"C", "II"})
            .bluf("Halcyon saw a furrow.")
            .marks("same-origin") == Marks{"Halcyon saw a furrow"});
}

TEST_CASE("matrix.same-origin: passes") {
  const json wire = {{"origin", "wire"}};
  CHECK(Report()
            .row("a", {"I", "C"}, wire)
            .row("b", {"I", "C"}, {{"origin", "agency"}})
            .row("c", {"C", "I"})
            .marks("same-origin")
            .empty());
  CHECK(Report().row("a", {"C", "II"}, wire).row("b", {"C", "II"}, wire).marks("same-origin").empty());
  CHECK(first_leads().marks("same-origin").empty());
}

TEST_CASE("matrix.high-disagreement: flags") {
  CHECK(Report()
            .rated_by("The gap in the reports", {{"ann", {"II", "C"}}, {"bob", {"C", "C"}}})
            .marks("high-disagreement") == Marks{heading});
  CHECK(
      Report().rated_by("a", {{"ann", {"II", "C"}}, {"bob", {"N", "C"}}}).marks("high-disagreement").size() ==
      1);
  CHECK(Report()
            .rated_by("a", {{"ann", {"II", "CC"}}, {"bob", {"CC", "II"}}, {"cem", {"II", "CC"}}})
            .marks("high-disagreement")
            .size() == 1);
}

TEST_CASE("matrix.high-disagreement: passes") {
  CHECK(
      Report().rated_by("a", {{"ann", {"I", "C"}}, {"bob", {"N", "C"}}}).marks("high-disagreement").empty());
  CHECK(Report()
            .rated_by("a", {{"ann", {"NA", "C"}}, {"bob", {"II", "C"}}})
            .marks("high-disagreement")
            .empty());
  CHECK(
      Report().rated_by("a", {{"ann", {"II", ""}}, {"bob", {"", "CC"}}}).marks("high-disagreement").empty());
}

TEST_CASE("matrix.methods-disagree: flags") {
  const json strong = {{"credibility", "H"}, {"relevance", "H"}},
             weak = {{"credibility", "L"}, {"relevance", "L"}};
  CHECK(Report()
            .row("a", {"II", "C"}, strong)
            .row("b", {"C", "II"}, weak)
            .row("c", {"C", "I"}, weak)
            .marks("methods-disagree") == Marks{heading});
  CHECK(Report()
            .row("a", {"II", "C"})
            .row("b", {"N", "I"})
            .row("c", {"N", "I"})
            .marks("methods-disagree")
            .size() == 1);
  CHECK(Report().row("a", {"I", "C"}, weak).row("b", {"C", "I"}, strong).marks("methods-disagree").size() ==
        1);
}

TEST_CASE("matrix.methods-disagree: passes") {
  CHECK(first_leads().marks("methods-disagree").empty());
  CHECK(Report().row("a", {"C", "II"}).marks("methods-disagree").empty());
  CHECK(Report()
            .row("a", {"C", "II"}, {{"credibility", "L"}})
            .row("b", {"CC", "I"})
            .marks("methods-disagree")
            .empty());
}

TEST_CASE("the maps are anybody's: what does not fit is left out") {
  const auto read = [](const json& data) { return read_report_matrix(data.dump(), 10); };
  CHECK(read_report_matrix("", 0).hypotheses.empty());
  CHECK(read_report_matrix("{", 0).hypotheses.empty());
  CHECK(read(json::array()).hypotheses.empty());
  const auto report = read(
      {{"hypotheses",
        {{{"id", "h"}, {"title", 7}, {"span", {5, 99}}}, {{"id", "h"}}, {{"title", "no id"}}, 3}},
       {"evidence",
        {{"b", {{"text", 3}, {"order", "x"}, {"credibility", "Z"}}}, {"a", {{"order", 2}}}, {"c", nullptr}}},
       {"ratings",
        {{"u/a/h", {{"value", "II"}}},
         {"u/a/h2", {{"value", "II"}}},
         {"/a/h", {{"value", "C"}}},
         {"a/h", {{"value", "C"}}},
         {"v/b/h", {{"value", "maybe"}}},
         {"w/b/h", "II"},
         {"x/y/b/h", {{"value", "N"}}}}}});
  REQUIRE(report.hypotheses.size() == 1);
  CHECK(report.hypotheses[0].begin == report.hypotheses[0].end);
  CHECK(report.evidence == std::vector<std::string>{"a", "b"});
  CHECK(report.matrix.analysts.size() == 2);
  CHECK(*report.matrix.ratings == Ratings{{Rating::very_inconsistent}, {Rating::neutral}});
  CHECK(report.rated == 2);
}

TEST_CASE("panel: what the page draws") {
  const json empty = json::parse(panel(Report().matrix()));
  CHECK(empty["group"].is_null());
  CHECK(empty["hypotheses"] == json({"h0", "h1"}));
  const json filled =
      json::parse(panel(first_leads().rated_by("c", {{"bob", {"I", "C"}}, {"ann", {"C", "C"}}}).matrix()));
  CHECK(filled["evidence"] == json({"e0", "e1", "e2"}));
  CHECK(filled["group"]["scores"] == json({-1, -3}));
  CHECK(filled["group"]["leaders"] == json({0}));
  CHECK(filled["group"]["aggregate"][2] == json({"I", "C"}));
  CHECK(filled["group"]["noise"].size() == 2);
  CHECK(filled["analysts"]["ann"]["scores"] == json({0, -3}));
  CHECK(filled["analysts"]["bob"]["scores"] == json({-1, 0}));
  CHECK(filled["group"]["alpha"].is_number());
  const json schema = json::parse(panel_schema);
  for (const json& key : schema["required"]) CHECK(filled.contains(key.get<std::string>()));
  for (const json& key : schema["properties"]["group"]["oneOf"][1]["required"])
    CHECK(filled["group"].contains(key.get<std::string>()));
}

}  // namespace assay::ach
