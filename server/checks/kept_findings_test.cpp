#include "server/checks/kept_findings.h"

#include <sodium.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "storage/memory_store.h"

namespace assay::checks {
namespace {

using crdt::ClientId;
using crdt::Document;
using crdt::Transaction;
using crdt::TypeKind;
using crdt::TypeRef;
using Json = nlohmann::json;

// A report of paragraphs, with a title, and what a plugin keeps of it.
struct Report {
  Document document;
  std::vector<TypeRef> texts;
  std::uint64_t revision = 0;
  KeptFindings kept{"test"};
  ReportIgnores said;
  FindingCounts counts;

  explicit Report(const std::vector<std::string>& paragraphs) {
    Transaction transaction(document, ClientId{3});
    transaction.set(document.root("meta", TypeKind::map), "title", "Some title");
    const auto root = document.root("default", TypeKind::xml_fragment);
    for (std::size_t i = 0; i < paragraphs.size(); ++i) {
      const auto paragraph = transaction.insert_element(root, i, "paragraph");
      transaction.set(paragraph, "id", "p" + std::to_string(i));
      texts.push_back(transaction.insert_xml_text(paragraph, 0));
      transaction.insert_text(texts.back(), 0, paragraphs[i]);
    }
    transaction.commit();
  }
  void type(std::size_t paragraph, std::uint64_t at, const std::string& words) {
    Transaction transaction(document, ClientId{3});
    transaction.insert_text(texts[paragraph], at, words);
    transaction.commit();
  }
  ReportView view() { return make_report_view(document, ++revision); }
  Json write(const ReportView& now) {
    counts = {};
    return Json::parse(kept.write(
        document, now, said, [](const std::string& user) { return "Name of " + user; }, counts));
  }
  // The words between two positions of the wire.
  std::string words(const Json& range) const {
    const auto place = [&](const char* edge) {
      const auto text = range[edge].get<std::string>();
      crdt::Bytes bytes(text.size());
      std::size_t size = 0;
      REQUIRE(sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, nullptr,
                                sodium_base64_VARIANT_ORIGINAL) == 0);
      bytes.resize(size);
      const auto position = crdt::decode_relative_position(bytes);
      REQUIRE(position);
      const auto found = resolve(document, *position);
      REQUIRE(found);
      return *found;
    };
    const auto start = place("start"), end = place("end");
    REQUIRE(start.type == end.type);
    return document.text(start.type).substr(start.index, end.index - start.index);  // ASCII in these tests
  }
};

Finding finding(const ReportView& view, const std::string& words, const std::string& rule = "rule",
                Severity severity = Severity::warning) {
  const auto at = view.view->text.find(words);
  REQUIRE(at != std::string::npos);
  Finding found;
  found.severity = severity;
  found.span = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + words.size())};
  found.rule = rule;
  found.message = "About " + words;
  return found;
}

}  // namespace

TEST_CASE("a finding on the wire: its words, its place, what to do", "[findings]") {
  Report report({"The first \"words\" here.", "And others there."});
  const auto view = report.view();
  auto found = finding(view, "\"words\"", "quotes", Severity::error);
  found.hint = "Say it.";
  found.help_url = "https://example.org/x";
  found.fixes.push_back({"Drop them", {{found.span, "words"}}});
  found.related.push_back({finding(view, "others").span, "These, too."});
  report.kept.take({found}, view, view, {});
  const auto wire = report.write(view);
  REQUIRE(wire.size() == 1);
  const auto& one = wire[0];
  CHECK(one["rule"] == "quotes");
  CHECK(one["severity"] == "error");
  CHECK(one["quote"] == "\"words\"");
  CHECK(one["hint"] == "Say it.");
  CHECK(one["help"] == "https://example.org/x");
  CHECK(report.words(one["range"]) == "\"words\"");
  CHECK(one["anchor"]["before"] == "The first ");
  CHECK(one["anchor"]["after"] == " here.\nAnd others there.");
  CHECK(one["anchor"]["block"] == "p0");
  CHECK(one["anchor"]["section"].is_null());
  CHECK(one["anchor"]["start"] == one["range"]["start"]);
  CHECK(one["fixes"][0]["edits"][0]["replacement"] == "words");
  CHECK(report.words(one["fixes"][0]["edits"][0]["range"]) == "\"words\"");
  CHECK(report.words(one["related"][0]["range"]) == "others");
  CHECK_FALSE(one.contains("ignored"));
  CHECK(report.counts == FindingCounts{1, 0, 0});
}

TEST_CASE("a finding in the header is anchored by its field", "[findings]") {
  Report report({"Words."});
  const auto view = report.view();
  report.kept.take({finding(view, "title")}, view, view, {});
  const auto wire = report.write(view);
  REQUIRE(wire.size() == 1);
  CHECK(wire[0]["field"] == "title");
  CHECK(wire[0]["quote"] == "title");
  CHECK_FALSE(wire[0].contains("range"));
  CHECK_FALSE(wire[0].contains("anchor"));
}

TEST_CASE("an answer counts for the blocks that are as they were asked about", "[findings]") {
  Report report({"one bad word", "two bad words"});
  const auto first = report.view();
  report.kept.take({finding(first, "one"), finding(first, "two")}, first, first, {});
  const auto before = report.write(first);

  // Somebody types in the second while both are asked about again.
  const auto asked = report.view();
  report.type(1, 0, "so ");
  const auto now = report.view();
  report.kept.take({finding(asked, "bad word"), finding(asked, "words")}, asked, now, {});
  const auto wire = report.write(now);
  REQUIRE(wire.size() == 2);
  CHECK(wire[0]["quote"] == "bad word");
  // The other keeps what was found before, at its words.
  CHECK(wire[1]["quote"] == "two");
  CHECK(wire[1]["id"] == before[1]["id"]);
  CHECK(report.words(wire[1]["range"]) == "two");

  SECTION("asked about one block, the others keep theirs") {
    const auto block = static_cast<std::uint32_t>(*now.block_of(id_number("p1")));
    report.kept.take({finding(now, "so")}, now, now, {block});
    const auto later = report.write(now);
    REQUIRE(later.size() == 2);
    CHECK(later[0]["quote"] == "bad word");
    CHECK(later[1]["quote"] == "so");
  }
  SECTION("a block that goes takes its findings along") {
    Transaction transaction(report.document, ClientId{3});
    transaction.remove(report.document.root("default"), 0, 1);
    transaction.commit();
    const auto gone = report.view();
    report.kept.drop_gone(gone);
    const auto later = report.write(gone);
    REQUIRE(later.size() == 1);
    CHECK(later[0]["quote"] == "two");
  }
}

TEST_CASE("ids stay while rule, block and quote do, and tell equals apart", "[findings]") {
  Report report({"very very", "other"});
  const auto view = report.view();
  auto second = finding(view, "very");
  second.span = {second.span.begin + 5, second.span.end + 5};
  report.kept.take({finding(view, "very"), second}, view, view, {});
  const auto wire = report.write(view);
  REQUIRE(wire.size() == 2);
  CHECK(wire[0]["id"] != wire[1]["id"]);
  report.type(1, 0, "an");
  const auto now = report.view();
  report.kept.take({finding(now, "very"), second}, now, now, {});
  const auto again = report.write(now);
  CHECK(again[0]["id"] == wire[0]["id"]);
  CHECK(again[1]["id"] == wire[1]["id"]);
  CHECK(report.kept.known().size() == 2);
}

TEST_CASE("places are written anew when the same words are other characters", "[findings]") {
  Report report({"some words", "more"});
  const auto before = report.view();
  report.kept.take({finding(before, "words")}, before, before, {});
  const auto wire = report.write(before);
  {  // As the editor's binding does it when a paragraph becomes a list item: away, and there again.
    Transaction transaction(report.document, ClientId{3});
    const auto root = report.document.root("default");
    transaction.remove(root, 0, 1);
    const auto paragraph = transaction.insert_element(root, 0, "paragraph");
    transaction.set(paragraph, "id", "p0");
    transaction.insert_text(transaction.insert_xml_text(paragraph, 0), 0, "some words");
    transaction.commit();
  }
  const auto after = report.view();
  const auto later = report.write(after);
  REQUIRE(later.size() == 1);
  CHECK(later[0]["id"] == wire[0]["id"]);
  CHECK(later[0]["range"] != wire[0]["range"]);
  CHECK(report.words(later[0]["range"]) == "words");
}

TEST_CASE("line ends at the edges of a span are no words; a flood is bounded, the worst first",
          "[findings]") {
  Report report({"one", "two"});
  const auto view = report.view();
  auto wide = finding(view, "one");
  wide.span.end += 1;
  report.kept.take({wide}, view, view, {});
  CHECK(report.write(view)[0]["quote"] == "one");

  std::vector<Finding> flood(KeptFindings::kept_max + 500, finding(view, "one"));
  flood.push_back(finding(view, "two", "worst", Severity::error));
  report.kept.take(flood, view, view, {});
  const auto wire = report.write(view);
  CHECK(wire.size() == KeptFindings::kept_max);
  CHECK(wire.back()["rule"] == "worst");
}

TEST_CASE("ignores: of a place until its words are others, of a rule in the whole report", "[ignores]") {
  ReportIgnores said;
  said.ignores.push_back({"i1", "p", "r", false, "the port was closed", "b1", "", "dana", 1});
  bool b1_is_there = true;
  const auto covered = [&](const char* plugin, const char* rule, const char* block, const char* quote) {
    return find_ignore(said, plugin, rule, block, quote,
                       [&](const std::string& id) { return id == "b1" && b1_is_there; }) != nullptr;
  };
  CHECK(covered("p", "r", "b1", "the port was closed"));
  CHECK(covered("p", "r", "b1", "the port is closed"));
  CHECK_FALSE(covered("p", "r", "b1", "a wholly other sentence"));
  CHECK_FALSE(covered("p", "r", "b2", "the port was closed"));
  CHECK_FALSE(covered("p", "other", "b1", "the port was closed"));
  CHECK_FALSE(covered("q", "r", "b1", "the port was closed"));
  b1_is_there = false;  // moved: the very words, wherever they are
  CHECK(covered("p", "r", "b2", "the port was closed"));
  CHECK_FALSE(covered("p", "r", "b2", "the port is closed"));
  said.ignores.push_back({"i2", "p", "other", true, "", "", "", "dana", 2});
  CHECK(covered("p", "other", "b7", "anything"));
}

TEST_CASE("what is ignored says by whom, and does not count", "[ignores]") {
  Report report({"one word"});
  const auto view = report.view();
  report.kept.take({finding(view, "word")}, view, view, {});
  report.said.ignores.push_back({"i1", "test", "rule", true, "", "", "as agreed", "dana", 1'790'000'000'000});
  const auto wire = report.write(view);
  CHECK(wire[0]["ignored"] == Json{{"id", "i1"},
                                   {"scope", "report"},
                                   {"reason", "as agreed"},
                                   {"by", {{"id", "dana"}, {"name", "Name of dana"}}},
                                   {"at", "2026-09-21T14:13:20.000Z"}});
  CHECK(report.counts == FindingCounts{});
}

TEST_CASE("ignores and refusals survive a restart; a report that is erased leaves none", "[ignores]") {
  storage::MemoryStore store;
  std::string id;
  {
    IgnoreStore ignores(store);
    id = ignores.add("r1", {"", "p", "rule", false, "words", "b", "why", "dana", 5}).id;
    ignores.add("r2", {"", "p", "rule", true, "", "", "", "eli", 6});
    ignores.refuse("r1", {"tag", "a/b"});
    ignores.refuse("r1", {"tag", "a/b"});
  }
  IgnoreStore ignores(store);
  const auto said = ignores.of("r1");
  REQUIRE(said->ignores.size() == 1);
  CHECK(said->ignores[0].id == id);
  CHECK(said->ignores[0].reason == "why");
  CHECK(said->refused == std::vector<RefusedSuggestion>{{"tag", "a/b"}});
  CHECK_FALSE(ignores.remove("r2", id));
  CHECK(ignores.remove("r1", id));
  CHECK(ignores.of("r1")->ignores.empty());
  ignores.forget("r1");
  ignores.forget("r2");
  CHECK(store.records("ignore", {}).empty());
  CHECK(store.records("refused-suggestion", {}).empty());
}

}  // namespace assay::checks
