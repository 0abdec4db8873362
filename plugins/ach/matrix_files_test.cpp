#include "plugins/ach/matrix_files.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "plugins/ach/group.h"
#include "plugins/ach/methods.h"

namespace assay::ach {
namespace {

using nlohmann::json;

constexpr Rating CC = Rating::very_consistent, C = Rating::consistent, N = Rating::neutral,
                 I = Rating::inconsistent, II = Rating::very_inconsistent, NA = Rating::not_applicable,
                 none = Rating::unrated;

const std::string parc_body = R"(<ACH><PROJECT-TITLE>Cable faults</PROJECT-TITLE><LAST-INDEX>3</LAST-INDEX>
<CLASSIFICATION>U</CLASSIFICATION><MATRIX>
<HYPOTHESIS><NAME>Anchor &amp; storm</NAME></HYPOTHESIS><HYPOTHESIS><NAME>Sabotage</NAME></HYPOTHESIS>
<EVIDENCE><NAME>One furrow</NAME><NOTES>Seen by sonar.</NOTES><LINK>http://survey.example</LINK><TYPE>Open source</TYPE>
<DATE>1760486400000</DATE><CODE>S1</CODE><CREDIBILITY>HIGH</CREDIBILITY><RELEVANCE>LOW</RELEVANCE><FLAG>1</FLAG>
<VALUES>C C,I I</VALUES></EVIDENCE>
<EVIDENCE><NAME>A gap</NAME><DATE>0</DATE><CREDIBILITY>MEDIUM</CREDIBILITY><VALUES>,NA</VALUES></EVIDENCE>
</MATRIX></ACH>)";

std::string utf16(const std::string& ascii) {
  std::string result = "\xFF\xFE";
  for (const char c : ascii) result += c, result += '\0';
  return result;
}

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(compressBound(bytes.size()) + 64, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void check_parc(const Matrix& matrix) {
  CHECK(matrix.title == "Cable faults");
  CHECK(matrix.hypotheses == std::vector<std::string>{"Anchor & storm", "Sabotage"});
  REQUIRE(matrix.evidence.size() == 2);
  CHECK(matrix.evidence[0].text == "One furrow");
  CHECK(matrix.evidence[0].note == "Seen by sonar. http://survey.example");
  CHECK(matrix.evidence[0].date == "2025-10-15");
  CHECK(matrix.evidence[0].credibility == Level::high);
  CHECK(matrix.evidence[0].relevance == Level::low);
  CHECK(matrix.evidence[1].date.empty());
  CHECK_FALSE(matrix.evidence[1].relevance.has_value());
  CHECK(*matrix.ratings == Ratings{{CC, II}, {none, NA}});
}

}  // namespace

std::string refusal(const std::string& file) {
  try {
    read_matrix(file);
  } catch (const MatrixError& error) {
    return error.what();
  }
  return {};
}

TEST_CASE("a file that is no UTF-8 is refused with its line") {
  for (const std::string bad : {"q\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFFx"}) {
    INFO(bad);
    CHECK(refusal("evidence,H1,H2\nfine,C,I\n" + bad + ",C,I\n").starts_with("line 3: not UTF-8"));
    CHECK(refusal("{\"hypotheses\": [\"" + bad + "\"]}").starts_with("not JSON"));
    CHECK(refusal("<ACH><MATRIX><HYPOTHESIS><NAME>" + bad + "</NAME></HYPOTHESIS></MATRIX></ACH>")
              .starts_with("line 1: not XML"));
  }
  CHECK(refusal("evidence,H1,H2\n\xC3\xA4\xE2\x82\xAC\xF0\x9F\x9A\xA2,C,I\n").empty());
}

TEST_CASE("a matrix of more hypotheses than are compared is refused, whatever the file") {
  const auto csv = [](std::size_t count) {
    std::string head = "evidence", row = "one";
    for (std::size_t i = 0; i < count; ++i) head += ",H" + std::to_string(i), row += ",C";
    return head + "\n" + row + "\n";
  };
  CHECK(refusal(csv(file_hypotheses_max)).empty());
  CHECK(refusal(csv(file_hypotheses_max + 1)) == "line 1 names more than 1000 hypotheses");
  const auto json = nlohmann::json{{"hypotheses", std::vector<std::string>(file_hypotheses_max + 1, "H")},
                                   {"evidence", nlohmann::json::array()},
                                   {"ratings", nlohmann::json::array()}};
  CHECK(refusal(json.dump()) == "more than 1000 hypotheses");
  std::string parc = "<ACH><MATRIX>";
  for (std::size_t i = 0; i <= file_hypotheses_max; ++i) parc += "<HYPOTHESIS><NAME>H</NAME></HYPOTHESIS>";
  CHECK(refusal(parc + "</MATRIX></ACH>").find("so many hypotheses") != std::string::npos);
}

TEST_CASE("PARC: plain, UTF-16, gzipped") {
  check_parc(read_matrix(parc_body));
  check_parc(read_matrix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + parc_body));
  check_parc(read_matrix(utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n" + parc_body)));
  check_parc(read_matrix(gzipped(utf16(parc_body))));
}

TEST_CASE("PARC: what is wrong is said, and nothing of the file's own is expanded") {
  const auto says = [](const std::string& bytes, const std::string& words) {
    INFO(bytes.substr(0, 80));
    CHECK_THROWS_WITH(read_matrix(bytes), Catch::Contains(words));
  };
  says("<ACH><MATRIX>", "not XML");
  says("<ACH/>", "no hypothesis");
  says("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "document type");
  says(parc_body.substr(0, 100), "not XML");
  says(gzipped(parc_body).substr(0, 60), "gzip");
  std::string three = parc_body;
  three.replace(three.find("C C,I I"), 7, "C C,I I,N");
  says(three, "3 values for 2 hypotheses");
  std::string odd = parc_body;
  odd.replace(odd.find("C C,I I"), 7, "C C,maybe");
  says(odd, "\"maybe\" is no rating");
  std::string deep;
  for (int n = 0; n < 100; ++n) deep += "<a>";
  says(deep, "nesting");
  says(gzipped(std::string(file_bytes_max + 1, ' ')), "larger");
}

TEST_CASE("CSV: separators, quotes, symbols, several analysts") {
  const Matrix plain = read_matrix(
      "\xEF\xBB\xBF"
      "Evidence;Credibility;Drag;\"Sabo;tage\"\r\n\"One \"\"long\"\" furrow\";High;++;I I\r\n\r\nA "
      "gap;;0;\r\n");
  CHECK(plain.hypotheses == std::vector<std::string>{"Drag", "Sabo;tage"});
  CHECK(plain.evidence[0].text == "One \"long\" furrow");
  CHECK(plain.evidence[0].credibility == Level::high);
  CHECK(*plain.ratings == Ratings{{CC, II}, {N, none}});
  const Matrix several = read_matrix("evidence,analyst,A,B\nfurrow,ann,C,I\nfurrow,bob,C,II\ngap,ann,N/A,\n");
  CHECK(several.evidence.size() == 2);
  CHECK_FALSE(several.ratings.has_value());
  CHECK(several.analysts.at("ann") == Ratings{{C, I}, {NA, none}});
  CHECK(several.analysts.at("bob") == Ratings{{C, II}, {none, none}});
}

TEST_CASE("CSV: a line of another length than the first is read and noted") {
  std::vector<std::string> notes;
  const Matrix matrix = read_matrix("evidence,A,B\nwhole,C,I\nshort,C\nlong,C,I,II\nwide,C,I, ,\n", &notes);
  CHECK(*matrix.ratings == Ratings{{C, I}, {C, none}, {C, I}, {C, I}});
  CHECK(notes ==
        std::vector<std::string>{"line 3 has 2 cells, the first line 3; the rest counts as not rated",
                                 "line 4 has 4 cells, the first line 3; what is beyond is not read"});
}

TEST_CASE("an empty file is said to be empty") {
  CHECK(refusal("") == "the file is empty");
  CHECK(refusal("\n \n") == "line 1 names no column \"evidence\"");
}

TEST_CASE("CSV: what is wrong is said with its line") {
  const auto says = [](const std::string& text, const std::string& words) {
    INFO(text);
    CHECK_THROWS_WITH(parse_csv(text), Catch::Contains(words));
  };
  says("", "empty");
  says("words,A\nx,C", "no column \"evidence\"");
  says("evidence,type\nx,y", "no hypothesis");
  says("evidence,A\n\nx,sure", "line 3, A: \"sure\" is no rating");
  says("evidence,A\n,C", "line 2 has no words");
  says("evidence,A\n\"x,C", "line 2: a quotation mark");
  says("evidence,credibility,A\nx,great,C", "no level");
  says("evidence,A,evidence\nx,C,y", "twice");
}

TEST_CASE("files: out and in again is the same matrix") {
  Matrix matrix = parse_parc(parc_body);
  matrix.title.clear();  // a table has no place for it
  matrix.evidence[0].text = "=HYPERLINK(\"x\"), and, more";
  matrix.evidence[1].stance = Stance::deceptive;
  matrix.evidence[1].origin = "wire";
  const auto wanted = to_json(matrix);
  CHECK(to_json(parse_csv(to_csv(matrix))) == wanted);
  CHECK(to_json(parse_matrix(wanted.dump())) == wanted);
  CHECK(to_csv(matrix).find("\n=") == std::string::npos);
  const Matrix several = parse_csv("evidence,analyst,A,B\nfurrow,ann,C,I\nfurrow,bob,C,II\n");
  CHECK(to_json(parse_csv(to_csv(several))) == to_json(several));
  CHECK(to_json(parse_matrix(to_json(several).dump())) == to_json(several));
}

TEST_CASE("files: whatever the bytes, a matrix or a MatrixError, and what was read is scored") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  const std::string packed = gzipped(parc_body), wide = utf16(parc_body);
  const std::string whole[] = {
      parc_body, packed, wide, "evidence,analyst,A,B\n\"x\"\"y\",ann,C,I\nz,bob,--,n/a\n",
      R"({"hypotheses": ["a", "b"], "evidence": [{"text": "x", "credibility": "H"}], "ratings": [["CC", null]]})"};
  std::size_t read = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = whole[random() % std::size(whole)];
    for (unsigned changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 4) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, 1 + random() % 8);
          break;
        case 2:
          bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 32));
          break;
        default:
          bytes.resize(at + 1);
      }
      if (bytes.empty()) bytes = "x";
    }
    try {
      const Matrix matrix = read_matrix(bytes);
      REQUIRE((matrix.ratings || !matrix.analysts.empty()));
      scores(matrix);
      to_csv(matrix);
      ++read;
    } catch (const MatrixError&) {
    }
  }
  CHECK(read > 500);
}

TEST_CASE("the page's cases for its own scoring are the plugin's too") {
  std::ifstream file(ASSAY_SCORE_CASES);
  const json cases = json::parse(file);
  for (const json& one : cases["matrices"]) {
    INFO(one["name"]);
    json evidence = json::array();
    for (const json& levels : one["weights"])
      evidence.push_back({{"text", "x"}, {"credibility", levels[0]}, {"relevance", levels[1]}});
    std::vector<std::string> names(one["scores"].size(), "h");
    const Matrix matrix =
        parse_matrix(json{{"hypotheses", names}, {"evidence", evidence}, {"ratings", one["cells"]}}.dump());
    const Scores scores = inconsistency(*matrix.ratings, weights_of(matrix), names.size());
    const auto ranges = bounds(matrix, *matrix.ratings);
    for (std::size_t j = 0; j < names.size(); ++j) {
      CHECK(scores[j] == Approx(one["scores"][j].get<double>()).margin(1e-12));
      CHECK(ranges[j].worst == Approx(one["worst"][j].get<double>()).margin(1e-12));
    }
    CHECK(highest(scores) == one["leaders"].get<Indexes>());
    CHECK(coverage(*matrix.ratings, names.size()) == one["coverage"].get<Scores>());
  }
  for (const json& one : cases["votes"]) {
    INFO(one.dump());
    json analysts = json::object();
    for (std::size_t a = 0; a < one["votes"].size(); ++a) analysts[std::to_string(a)] = {{one["votes"][a]}};
    const Matrix matrix = parse_matrix(json{
        {"hypotheses", {"h"}},
        {"evidence", {{{"text", "x"}}}},
        {"ratings", nullptr},
        {"analyst_ratings", analysts}}.dump());
    const Rating wanted = one["together"].is_null() ? none : *rating_from(one["together"].get<std::string>());
    CHECK(aggregate(matrix)[0][0] == wanted);
    CHECK(spread(matrix)[0][0] == Approx(one["spread"].get<double>()).margin(1e-12));
  }
}

}  // namespace assay::ach
