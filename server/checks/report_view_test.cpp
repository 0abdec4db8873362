#include "server/checks/report_view.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <assay/plugin.h>
#include "server/checks/utf.h"
#include "server/reports/report.h"

namespace assay::checks {
namespace {

using crdt::ClientId;
using crdt::Document;
using crdt::Transaction;
using crdt::TypeKind;
using crdt::TypeRef;

Document sample() {
  Document document;
  Transaction transaction(document, ClientId{1});
  int next = 0;
  write_report(server::reports::sample_report(), document, transaction,
               {"ana", 1'790'000'000'000, [&] { return "id" + std::to_string(next++); }});
  transaction.commit();
  return document;
}

std::string_view words(const ReportView& view, const ViewBlock& block) {
  return std::string_view(view.view->text).substr(block.span.begin, block.span.end - block.span.begin);
}

std::size_t count(const ReportView& view, std::string_view section) {
  return static_cast<std::size_t>(
      std::count_if(view.view->blocks.begin(), view.view->blocks.end(),
                    [&](const ViewBlock& block) { return block.section == section; }));
}

TypeRef child(const Document& document, TypeRef parent, std::size_t index) {
  return std::get<TypeRef>(document.elements(parent).at(index));
}

// A section of one paragraph with the words given.
struct OneParagraph {
  Document document;
  TypeRef paragraph, text;
  explicit OneParagraph(const std::string& said) {
    Transaction transaction(document, ClientId{7});
    const auto root = document.root("default", TypeKind::xml_fragment);
    const auto section = transaction.insert_element(root, 0, "section");
    transaction.set(section, "id", "sec");
    transaction.set(section, "role", "bluf");
    paragraph = transaction.insert_element(section, 0, "paragraph");
    transaction.set(paragraph, "id", "par");
    text = transaction.insert_xml_text(paragraph, 0);
    transaction.insert_text(text, 0, said);
    transaction.commit();
  }
};

}  // namespace

TEST_CASE("the sample's view: blocks cover the text and name their sections", "[view]") {
  const auto document = sample();
  const auto view = make_report_view(document, 5);
  CHECK(view.view->revision == 5);
  REQUIRE(view.view->blocks.size() == view.places.size());
  std::uint32_t at = 0;
  for (const auto& block : view.view->blocks) {
    CHECK(block.span.begin == at);
    at = block.span.end + 1;
  }
  CHECK(at == view.view->text.size() + 1);
  CHECK(view.view->blocks[0].section == "head/title");
  CHECK(count(view, "head/published") == 1);
  const auto sample_report = server::reports::sample_report();
  CHECK(words(view, view.view->blocks[0]).starts_with(sample_report.title));
  CHECK(count(view, "tags/tag") == sample_report.tags.size());
  CHECK(count(view, "hypotheses/title") >= 2);
  CHECK(count(view, "hypotheses/title") <= count(view, "hypotheses/statement"));
  CHECK(count(view, "hypotheses/judgement") >= 1);
  for (const char* section :
       {"bluf", "assumptions/assumption", "assumptions/redFlag", "assumptions/blindSpot", "implications",
        "recommendations/scenario.best", "recommendations/scenario.worst", "recommendations/scenario.likely",
        "entities"})
    CHECK(count(view, section) >= 1);
  CHECK(view.view->text.find("**") == std::string::npos);
}

TEST_CASE("a view's data: maps, hypotheses with their titles' bytes, scenarios", "[view]") {
  const auto document = sample();
  const auto view = make_report_view(document, 1);
  const auto data = nlohmann::json::parse(view.view->data);
  for (const char* member : {"meta", "entities", "tags", "evidence", "ratings"})
    CHECK(data.at(member).is_object());
  CHECK_FALSE(data["meta"].contains("source"));
  REQUIRE(data["hypotheses"].size() >= 2);
  for (const auto& hypothesis : data["hypotheses"]) {
    const auto begin = hypothesis["span"][0].get<std::size_t>(),
               end = hypothesis["span"][1].get<std::size_t>();
    CHECK(view.view->text.substr(begin, end - begin) == hypothesis["title"].get<std::string>());
    CHECK_FALSE(hypothesis["id"].get<std::string>().empty());
  }
  CHECK(data["scenarios"].size() == 3);
  CHECK(data["sections"][0]["role"] == "bluf");
  CHECK_FALSE(data["sections"][0].contains("number"));
}

TEST_CASE("a view's data: members told twice have their last value, at their first place", "[view]") {
  Document document;
  Transaction transaction(document, ClientId{7});
  const auto ratings = document.root("ratings", crdt::TypeKind::map);
  transaction.set(ratings, "ann/e/h",
                  crdt::Any(crdt::AnyObject{
                      {"value", crdt::Any("C")}, {"note", crdt::Any("n")}, {"value", crdt::Any("II")}}));
  for (int i = 0; i < 300; ++i) transaction.set(ratings, "bob/" + std::to_string(i), crdt::Any(i + 0.0));
  transaction.set(document.root("meta", crdt::TypeKind::map), "source", crdt::Any("hidden"));
  transaction.commit();
  const auto data = nlohmann::ordered_json::parse(make_report_view(document, 1).view->data);
  CHECK(data["meta"].dump() == "{}");
  CHECK(data["ratings"]["ann/e/h"].dump() == R"({"value":"II","note":"n"})");
  CHECK(data["ratings"].size() == 301);
  CHECK(data["ratings"]["bob/299"] == 299);
}

TEST_CASE("positions of a view lead back to the same words, in UTF-16 units", "[view]") {
  OneParagraph one("An 😀 emoji – and a dash, then the words.");
  const auto view = make_report_view(one.document, 1);
  const std::string& text = view.view->text;
  const auto begin = static_cast<std::uint32_t>(text.find("words"));
  const auto start = position_at(one.document, view, begin, Edge::start);
  const auto end = position_at(one.document, view, begin + 5, Edge::end);
  REQUIRE((start && end));
  const auto from = resolve(one.document, *start), to = resolve(one.document, *end);
  REQUIRE((from && to));
  CHECK(from->type == one.text);
  CHECK(from->index == utf16_units(std::string_view(text).substr(0, begin)));
  CHECK(to->index == from->index + 5);
  CHECK(start->side == 0);
  CHECK(end->side == -1);
  SECTION("and stay on them while others type before and after") {
    Transaction transaction(one.document, ClientId{8});
    transaction.insert_text(one.text, 0, "More. ");
    transaction.commit();
    CHECK(resolve(one.document, *start)->index == from->index + 6);
    CHECK(resolve(one.document, *end)->index == to->index + 6);
  }
}

TEST_CASE("chips show their words; an end position at a chip stays behind it", "[view]") {
  OneParagraph one("Confidence level: ");
  {
    Transaction transaction(one.document, ClientId{7});
    const auto chip = transaction.insert_element(one.paragraph, 1, "confidence");
    transaction.set(chip, "level", "high");
    const auto after = transaction.insert_xml_text(one.paragraph, 2);
    transaction.insert_text(after, 0, ". Done.");
    transaction.commit();
  }
  const auto view = make_report_view(one.document, 1);
  CHECK(view.view->text == "Confidence level: High. Done.");
  const auto start = position_at(one.document, view, 18, Edge::start);
  const auto end = position_at(one.document, view, 22, Edge::end);
  REQUIRE((start && end));
  CHECK(resolve(one.document, *start)->type == one.paragraph);
  CHECK(resolve(one.document, *start)->index == 1);
  CHECK(resolve(one.document, *end)->index == 2);
  CHECK_FALSE(position_at(one.document, view, 29, Edge::start));
}

TEST_CASE("what is embedded in a text counts one character", "[view]") {
  OneParagraph one("before after");
  {
    Transaction transaction(one.document, ClientId{7});
    transaction.insert_embed(one.text, 7, crdt::Any(crdt::AnyObject{{"image", crdt::Any("x")}}));
    transaction.commit();
  }
  const auto view = make_report_view(one.document, 1);
  CHECK(view.view->text == "before \uFFFCafter");
  const auto start =
      position_at(one.document, view, static_cast<std::uint32_t>(view.view->text.find("after")), Edge::start);
  REQUIRE(start);
  CHECK(resolve(one.document, *start)->index == 8);
}

TEST_CASE("ids: a block keeps its number and its stamp; a doubled id does not name two blocks", "[view]") {
  OneParagraph one("The first.");
  const auto before = make_report_view(one.document, 1);
  {
    Transaction transaction(one.document, ClientId{7});
    const auto section = child(one.document, one.document.root("default"), 0);
    const auto twin = transaction.insert_element(section, 1, "paragraph");
    transaction.set(twin, "id", "par");
    transaction.insert_text(transaction.insert_xml_text(twin, 0), 0, "The second.");
    const auto nameless = transaction.insert_element(section, 2, "paragraph");
    transaction.insert_text(transaction.insert_xml_text(nameless, 0), 0, "The third.");
    transaction.commit();
  }
  const auto after = make_report_view(one.document, 2, &before, {true, false});
  REQUIRE(after.view->blocks.size() == 3);
  CHECK(after.view->blocks[0].id == before.view->blocks[0].id);
  CHECK(after.places[0].stamp == before.places[0].stamp);
  CHECK(after.view->blocks[1].id != after.view->blocks[0].id);
  CHECK(after.view->blocks[2].id != after.view->blocks[0].id);
  CHECK(after.view->blocks[2].id == make_report_view(one.document, 3).view->blocks[2].id);
  CHECK(after.view->data == make_report_view(one.document, 2).view->data);
}

TEST_CASE("context is the page's: without header and tags, blocks a line end apart", "[view]") {
  OneParagraph one("Some words here.");
  {
    Transaction transaction(one.document, ClientId{7});
    transaction.set(one.document.root("meta", TypeKind::map), "title", "A title");
    const auto section = child(one.document, one.document.root("default"), 0);
    const auto second = transaction.insert_element(section, 1, "paragraph");
    transaction.insert_text(transaction.insert_xml_text(second, 0), 0, "Next.");
    transaction.commit();
  }
  const auto view = make_report_view(one.document, 1);
  CHECK(view.view->text == "A title\nSome words here.\nNext.");
  const auto at = static_cast<std::uint32_t>(view.view->text.find("words"));
  CHECK(words_before(view, at, 32) == "Some ");
  CHECK(words_after(view, at + 5, 32) == " here.\nNext.");
  CHECK(words_after(view, at + 5, 8) == " here.\nN");
  const auto next = static_cast<std::uint32_t>(view.view->text.find("Next"));
  CHECK(words_before(view, next, 7) == " here.\n");
  CHECK(view.places[0].field == "title");
  CHECK_FALSE(position_at(one.document, view, 0, Edge::start));
}

TEST_CASE("any document has a view", "[view]") {
  Document empty;
  const auto view = make_report_view(empty, 1);
  CHECK(view.view->text.empty());
  CHECK(view.view->blocks.empty());
  CHECK(nlohmann::json::parse(view.view->data).at("ratings").empty());
  CHECK_FALSE(view.block_at(0));
}

}  // namespace assay::checks
