#include "server/checks/file_view.h"

#include <catch2/catch.hpp>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>

#include "server/checks/utf.h"
#include "server/reports/mutations.h"
#include "server/reports/report.h"

namespace assay::checks {
namespace {

// Characters [start, end) of a text.
std::string cut(std::string_view text, server::reports::Range range) {
  std::string cut;
  std::size_t point = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && !is_continuation(text[at])) ++point;
    if (point >= range.start && point < range.end) cut += text[at];
  }
  return cut;
}

FileView read(std::string_view bytes) {
  auto view = FileView::read(bytes);
  REQUIRE(view);
  return *std::move(view);
}

// Where the words stand in the view, and what the file has there.
std::string in_file(const FileView& view, std::string_view file, std::string_view words) {
  const auto at = view.view()->text.find(words);
  REQUIRE(at != std::string::npos);
  return cut(file,
             view.in_file({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + words.size())}));
}

std::size_t start_of(const FileView& view, std::string_view words) {
  const auto at = view.view()->text.find(words);
  REQUIRE(at != std::string::npos);
  return view.in_file({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + words.size())}).start;
}

// Every word of the view that stands there as it is, is found at its own place: in order, and the same
// characters.
void check_every_word(const std::string& file) {
  const auto view = read(file);
  std::size_t last = 0, verbatim = 0, words = 0;
  for (const auto& block : view.view()->blocks) {
    if (block.section.starts_with("head/")) continue;  // may stand in another order in the file
    std::uint32_t at = block.span.begin;
    const std::string& text = view.view()->text;
    while (at < block.span.end) {
      const auto stop = text.find_first_of(" \n\t", at);
      const auto end =
          std::min(block.span.end, static_cast<std::uint32_t>(std::min<std::size_t>(stop, text.size())));
      if (end > at) {
        const auto range = view.in_file({at, end});
        CHECK(range.start >= last);
        CHECK(range.end >= range.start);
        last = range.start;
        ++words;
        if (cut(file, range) == text.substr(at, end - at)) ++verbatim;
      }
      at = end + 1;
    }
  }
  CHECK(verbatim * 100 >= words * 95);  // bold may begin or end inside a word
}

}  // namespace

TEST_CASE("offsets count characters of the file as stored: CR LF, a byte order mark, an emoji", "[file]") {
  const std::string file =
      "\xEF\xBB\xBF"
      "Port 😀 closed – The Wire\r\nPublished on: 9 October 2025\r\nIntelligence Report: Port closed\r\n"
      "1. Bottom Line Up Front (BLUF)\r\nThe **port** is closed. Confidence level: Moderate.\r\n"
      "2. Competing Hypotheses\r\n1. **A strike**: Workers struck.\r\n2. **A storm**: Wind.\r\nOn balance a "
      "strike.\r\n"
      "7. Thematic Tags\r\nports, strikes, ports of call\r\n";
  const auto view = read(file);
  CHECK(start_of(view, "Port 😀 closed") == 1);
  CHECK(in_file(view, file, "The Wire") == "The Wire");
  CHECK(in_file(view, file, "2025-10-09") == "9 October 2025");
  CHECK(in_file(view, file, "The port is") == "The **port** is");
  CHECK(in_file(view, file, "port is closed") == "port** is closed");
  CHECK(in_file(view, file, "level: Moderate.") == "level: Moderate.");
  CHECK(in_file(view, file, "A strike\nWorkers") == "A strike**: Workers");
  CHECK(in_file(view, file, "struck.\nA storm") == "struck.\r\n2. **A storm");
  CHECK(in_file(view, file, "On balance") == "On balance");
  CHECK(in_file(view, file, "ports of call") == "ports of call");
  CHECK(start_of(view, "The port") == code_points(file.substr(0, file.find("The **port"))));
  check_every_word(file);
}

TEST_CASE("an empty span stays empty; one beyond the last words ends with the file's", "[file]") {
  const std::string file = "Only words here.\n";
  const auto view = read(file);
  CHECK(view.in_file({5, 5}) == server::reports::Range{5, 5});
  const auto end = static_cast<std::uint32_t>(view.view()->text.size());
  CHECK(view.in_file({end, end}).start == 16);
  CHECK(read("").view()->blocks.empty());
  CHECK(read("").in_file({0, 0}) == server::reports::Range{0, 0});
}

TEST_CASE("a file that holds the characters used as marks is mapped all the same", "[file]") {
  const std::string file =
      "A title\n1. BLUF\nThe \uFDD0 is \uFDD1 odd.\n2. Competing Hypotheses\n1. **One**: \uFDD2 it is.\n";
  const auto view = read(file);
  CHECK(in_file(view, file, "odd.") == "odd.");
  check_every_word(file);
  const std::string all = file + "- \uE0FF and \uE1FF and \uE2FF too\n";
  CHECK(in_file(read(all), all, "too") == "too");
}

TEST_CASE("a section's number is told where counting would give another", "[file]") {
  const std::string file =
      "A title\nPublished on: 2025-10-09\n1. Bottom Line Up Front (BLUF)\nWords.\n4. Competing "
      "Hypotheses\n1. **One**: It is.\n";
  const auto data = nlohmann::json::parse(read(file).view()->data);
  REQUIRE(data["sections"].size() == 2);
  CHECK_FALSE(data["sections"][0].contains("number"));
  CHECK(data["sections"][1]["role"] == "hypotheses");
  CHECK(data["sections"][1]["number"] == 4);
}

TEST_CASE("not UTF-8 is refused", "[file]") { CHECK_FALSE(FileView::read("caf\xE9")); }

TEST_CASE("every word of every sample file is where the view says", "[file]") {
  check_every_word(std::string(server::reports::sample_text()));
  for (const auto& entry : std::filesystem::directory_iterator(ASSAY_REPORTS_TESTDATA)) {
    INFO(entry.path().filename().string());
    std::ifstream in(entry.path(), std::ios::binary);
    check_every_word(std::string(std::istreambuf_iterator<char>(in), {}));
  }
}

TEST_CASE("mutated reports: ranges lie in the file and ascend", "[file]") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  server::reports::Mutations mutate(seed);
  for (int round = 0; round < 200; ++round) {
    const std::string file = mutate(std::string(server::reports::sample_text()));
    const auto view = FileView::read(file);
    if (!view) continue;
    const std::size_t points = code_points(file);
    std::size_t last = 0;
    for (const auto& block : view->view()->blocks) {
      const auto range = view->in_file(block.span);
      CHECK(range.start <= range.end);
      CHECK(range.end <= points);
      if (block.section.starts_with("head/")) continue;
      CHECK(range.start >= last);
      last = range.start;
    }
  }
}

TEST_CASE("FileView: in a line of megabytes each place is found at once, by its character") {
  std::string line;
  for (int i = 0; i < 200'000; ++i) line += "äö€ word" + std::to_string(i) + " ";
  const std::string file =
      "A title\nPublished on: 2025-10-09\n1. Bottom Line Up Front (BLUF)\n" + line + "\n";
  const auto view = read(file);
  for (const char* words : {"word0 ", "word4095 ", "word131071 ", "word199999"})
    CHECK(in_file(view, file, words) == words);
  const auto& text = view.view()->text;
  const auto before = std::clock();
  for (std::uint32_t i = 1; i <= 10'000; ++i) {
    const auto at = static_cast<std::uint32_t>(text.size()) - i;
    CHECK(view.in_file({at, at + 1}).end > 0);
  }
  CHECK(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 2);
}

}  // namespace assay::checks
