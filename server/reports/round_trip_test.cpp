// Whatever text comes in goes out the same, through the parser alone and through a document, its update and
// another replica.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "server/reports/mutations.h"
#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> test_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_REPORTS_TESTDATA))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= 12);
  return files;
}

Report parsed(const std::string& text) {
  auto report = parse_report(text);
  REQUIRE(report);
  return *std::move(report);
}

crdt::Document replica(const crdt::Bytes& update) {
  crdt::Document document;
  const auto decoded = crdt::Update::decode(update);
  REQUIRE(decoded);
  REQUIRE_FALSE(document.apply(*decoded).pending);
  return document;
}

// Ids are the document's; everything else must come back.
void forget_ids(std::vector<Block>& blocks) {
  for (auto& block : blocks) {
    block.id.clear();
    forget_ids(block.blocks);
  }
}

void check_round_trip(const std::string& text) {
  Report report = parsed(text);
  REQUIRE(to_text(report) == text);
  const auto update = first_update(report, crdt::ClientId{77}, {"ana", 1'700'000'000'000, {}});
  const auto document = replica(update);
  Report back = read_report(document);
  REQUIRE(to_text(back) == text);
  forget_ids(back.blocks);
  CHECK(back.blocks == report.blocks);
  CHECK(back.source == report.source);
  CHECK(back.tags == report.tags);
  CHECK(back.entities.size() == report.entities.size());
}

TEST_CASE("Reports of every shape come out byte for byte") {
  for (const auto& file : test_files()) {
    INFO(file.filename().string());
    check_round_trip(read_file(file));
  }
  check_round_trip(std::string(sample_text()));
}

struct TextCase {
  const char* name;
  std::string text;
};
const TextCase text_cases[] = {
    {"empty", ""},
    {"a byte order mark alone", "\xEF\xBB\xBF"},
    {"blank lines alone", "\n \n\t\r\n\r"},
    {"a title alone", "Title"},
    {"a title and its line end", "Title\n"},
    {"a title between blank lines", "\n\n  Title  \n\n\n"},
    {"a title that is prose", "Title.\n1. BLUF\nText."},
    {"line ends of three kinds", "Title\r\n1. BLUF\rOne\nTwo\r\n\r3\n\r"},
    {"no header", "1. BLUF\nText"},
    {"no header, blank first", "\n\n1. BLUF\n\nText\n\n"},
    {"published alone", "Published on: soon"},
    {"labels in bold", "T\n**Published on:** 2025-01-02  \n**Intelligence Report**: T\n"},
    {"markdown title", "# T – O\nPublished on: 9 October 2025\n"},
    {"NUL and controls", std::string("A\0B\n\x01\x7f\n1. BLUF\n\0", 16)},
    {"asterisks", "T\n1. BLUF\n**a** b **c**\n**a****b**\n****\n**a\n*a*\n***b***\n** **\n**a**b**\n"},
    {"hypotheses of many forms",
     "T\n2. Competing Hypotheses\n1. **A**: b\n2. **A:** b\n3) **A** b\n(4) A: b\nH5: **A** – b\nHypothesis "
     "6: A\n"
     "7. ****: b\n8. **A**:\n9. **A**: \n10. A\n- **B**: c\n  - evidence\n    more\n1. **A**: b **c** d\n"},
    {"scenarios of many forms",
     "T\n5. Recommendations\n1. Do\n2. Best Case (20 %): x\n**Worst-case scenario:** y\n- Most Likely:\n  - "
     "z\n- Likely : w\n"
     "- best case(low) :v\n- Group:\n- **Group**:\n"},
    {"tags over lines", "T\n7. Thematic Tags\n- a\n- b, c\n\n• d;e.\nThis. Is prose.\n- f\n"},
    {"tags twice", "T\n7. Tags\na, b, a,, c;\n"},
    {"numbers that do not count",
     "T\n4. Implications\n5. One.\n5. Two.\n07. Three.\n1. Four.\n\n9999999999. Five.\n0. Six.\n"},
    {"sections misnumbered", "T\n3. BLUF\nx\n3. Implications\n1. Tags\na\n"},
    {"lists deep and back",
     "T\n4. Implications\n- a\n  - b\n    1. c\n    2. d\n   - e\n\t- f\n- g\n     continued\n\n- h\n"},
    {"empty markers", "T\n4. Implications\n- \n-\n1. \n1.\n**\n– \n"},
};

TEST_CASE("Texts at the edges come out byte for byte") {
  for (const auto& c : text_cases) {
    INFO(c.name);
    check_round_trip(c.text);
  }
}

TEST_CASE("Lists nested beyond the bound come out byte for byte") {
  std::string text = "T\n4. Implications\n";
  for (std::size_t depth = 0; depth < 300; ++depth) text += std::string(depth * 2, ' ') + "- item\n";
  check_round_trip(text);
}

TEST_CASE("Mutated reports come out byte for byte") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  Mutations mutate(seed);
  std::vector<std::string> texts{std::string(sample_text())};
  for (const auto& file : test_files())
    if (auto text = read_file(file); text.size() < 20'000) texts.push_back(std::move(text));
  for (int round = 0; round < 6'000; ++round) {
    const std::string text = mutate(texts[static_cast<std::size_t>(round) % texts.size()]);
    CAPTURE(round, text);
    check_round_trip(text);
  }
}

}  // namespace
}  // namespace assay::server::reports
