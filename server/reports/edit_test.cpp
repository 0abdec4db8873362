// A report that people have edited: what is new takes the manners of what is old, and nothing is dropped.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "server/reports/report.h"

namespace assay::server::reports {
namespace {

using crdt::Any;
using crdt::AnyObject;
using crdt::Document;
using crdt::Transaction;
using crdt::TypeKind;
using crdt::TypeRef;

const std::string imported =
    "Title – Paper\nPublished on: 9 October 2025\n1. BLUF\nBottom line. Confidence level: medium.\n2. "
    "Competing Hypotheses\n"
    "1) **First**: one.\n2) **Second**: two.\n3. Implications\n• **A**: a\n\n• **B**: b\n4. "
    "Recommendations\n1. Do this.\n2. Do that.\n"
    "5. Rest.\n6. And more.\n* Best Case: good.\n5. Thematic Tags\nx; y";

Inline words(const std::string& text, bool bold = false) {
  Inline part;
  part.text = text;
  part.bold = bold;
  return part;
}

Block paragraph(const std::string& text) {
  Block block;
  block.words = {words(text)};
  return block;
}

Block item(const std::string& text) {
  Block block;
  block.kind = NodeKind::list_item;
  block.blocks = {paragraph(text)};
  return block;
}

Block hypothesis(const std::string& title, const std::string& statement) {
  Block heading = paragraph(title);
  heading.kind = NodeKind::heading;
  heading.level = 3;
  Block block;
  block.kind = NodeKind::hypothesis;
  block.blocks = {heading, paragraph(statement)};
  return block;
}

// The report as it lies in a document, and back after `edit`.
std::string edited(const std::function<void(Report&)>& edit, const std::string& text = imported) {
  const auto parsed = parse_report(text);
  REQUIRE(parsed);
  const auto through = [](const Report& report) {
    Document document;
    const auto bytes = first_update(report, crdt::ClientId{1}, {"ana", 1, {}});
    const auto update = crdt::Update::decode(bytes);
    REQUIRE(update);
    document.apply(*update);
    return read_report(document);
  };
  Report report = through(*parsed);
  edit(report);
  return to_text(through(report));
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::vector<Block>& section(Report& report, std::size_t at) { return report.blocks.at(at).blocks; }

struct Edit {
  const char* name;
  std::function<void(Report&)> edit;
  std::string from, to;  // how the text changes
};
const Edit edits[] = {
    {"nothing", [](Report&) {}, "", ""},
    {"a bullet after another", [](Report& r) { section(r, 2)[1].blocks.push_back(item("c")); },
     "• **B**: b\n", "• **B**: b\n• c\n"},
    {"a bullet before all others",
     [](Report& r) {
       auto& list = section(r, 2)[1].blocks;
       list.insert(list.begin(), item("c"));
     },
     "• **A**: a\n", "• c\n• **A**: a\n"},
    {"a list of its own takes the section's bullet",
     [](Report& r) {
       Block list;
       list.kind = NodeKind::bullet_list;
       list.blocks = {item("c")};
       section(r, 2).push_back(paragraph("So:"));
       section(r, 2).push_back(list);
     },
     "• **B**: b\n", "• **B**: b\nSo:\n• c\n"},
    {"a nested list",
     [](Report& r) {
       Block list;
       list.kind = NodeKind::bullet_list;
       list.blocks = {item("c"), item("d")};
       section(r, 2)[1].blocks[0].blocks.push_back(list);
     },
     "• **A**: a\n", "• **A**: a\n  - c\n  - d\n"},
    {"a number in between; a gap stays one",
     [](Report& r) {
       auto& list = section(r, 3)[1].blocks;
       list.insert(list.begin() + 1, item("New."));
     },
     "2. Do that.\n", "2. New.\n3. Do that.\n"},
    {"a number taken away",
     [](Report& r) {
       auto& list = section(r, 3)[1].blocks;
       list.erase(list.begin());
     },
     "1. Do this.\n2. Do that.\n", "1. Do that.\n"},
    {"a number at the end counts on", [](Report& r) { section(r, 3)[1].blocks.push_back(item("New.")); },
     "6. And more.\n", "6. And more.\n7. New.\n"},
    {"a hypothesis renamed", [](Report& r) { section(r, 1)[1].blocks[0].words = {words("Other")}; },
     "**First**", "**Other**"},
    {"a hypothesis with a title in two marks",
     [](Report& r) {
       section(r, 1)[1].blocks[0].words = {words("Ot", true), words("her")};
     },
     "**First**", "**Other**"},
    {"a hypothesis added", [](Report& r) { section(r, 1).push_back(hypothesis("Third", "three.")); },
     "two.\n", "two.\n3) **Third**: three.\n"},
    {"hypotheses swapped", [](Report& r) { std::swap(section(r, 1)[1], section(r, 1)[2]); },
     "1) **First**: one.\n2) **Second**: two.\n", "1) **Second**: two.\n2) **First**: one.\n"},
    {"a hypothesis without a title", [](Report& r) { section(r, 1)[1].blocks[0].words.clear(); },
     "1) **First**: one.", "1) one."},
    {"a hypothesis that lost its statement", [](Report& r) { section(r, 1)[1].blocks.pop_back(); },
     "**First**: one.", "**First**:"},
    {"a hypothesis of two paragraphs",
     [](Report& r) { section(r, 1)[1].blocks.push_back(paragraph("More.")); }, "one.\n", "one.\nMore.\n"},
    {"sections swapped count anew", [](Report& r) { std::swap(r.blocks[2], r.blocks[1]); },
     "2. Competing Hypotheses\n1) **First**: one.\n2) **Second**: two.\n3. Implications\n• **A**: a\n\n• "
     "**B**: b\n",
     "2. Implications\n• **A**: a\n\n• **B**: b\n3. Competing Hypotheses\n1) **First**: one.\n2) **Second**: "
     "two.\n"},
    {"a paragraph split as the editor does",
     [](Report& r) {
       Block second = section(r, 0)[1];
       second.words = {words("Tail.")};
       section(r, 0).push_back(second);
     },
     "medium.\n", "medium.\nTail.\n"},
    {"another level of confidence",
     [](Report& r) { section(r, 0)[1].words[1].level = ConfidenceLevel::high; }, "medium", "High"},
    {"a likelihood", [](Report& r) { section(r, 3)[2].likelihood = "20 %"; },
     "Best Case:", "Best Case (20 %):"},
    {"another scenario",
     [](Report& r) {
       Block s = section(r, 3)[2];
       s.marker.reset();
       s.scenario = ScenarioCase::likely;
       section(r, 3).push_back(s);
     },
     "* Best Case: good.\n", "* Best Case: good.\n* Most Likely: good.\n"},
    {"a tag more", [](Report& r) { r.tags.push_back("z"); }, "x; y", "x, y, z"},
    {"another title", [](Report& r) { r.title = "New"; }, "Title – Paper\n", "New – Paper\n"},
    {"another date", [](Report& r) { r.published = "2025-10-10"; }, "9 October 2025", "2025-10-10"},
    {"a place to type at the very end",
     [](Report& r) {
       r.blocks.push_back(paragraph(""));
       r.blocks.back().words.clear();
     },
     "", ""},
    {"bold beside bold",
     [](Report& r) {
       section(r, 2)[1].blocks[0].blocks[0].words = {words("A", true), words("B", true), words(" c")};
     },
     "**A**: a", "**AB** c"},
};

TEST_CASE("Edited reports export sensibly") {
  for (const auto& c : edits) {
    INFO(c.name);
    CHECK(edited(c.edit) == (c.from.empty() ? imported : replaced(imported, c.from, c.to)));
  }
}

// ---- What other clients write

std::string export_of(const std::function<void(Transaction&, TypeRef root, TypeRef meta)>& write) {
  Document document;
  const TypeRef root = document.root("default", TypeKind::xml_fragment);
  const TypeRef meta = document.root("meta", TypeKind::map);
  Transaction transaction(document, crdt::ClientId{9});
  write(transaction, root, meta);
  transaction.commit();
  return to_text(read_report(document));
}

TypeRef element(Transaction& to, TypeRef parent, std::uint64_t at, const char* name,
                const char* text = nullptr) {
  const TypeRef made = to.insert_element(parent, at, name);
  if (text) to.insert_text(to.insert_xml_text(made, 0), 0, text, {});
  return made;
}

TEST_CASE("A document that no importer made is exported as it is") {
  CHECK(export_of([](auto&, auto, auto) {}) == "");
  CHECK(export_of([](auto& to, TypeRef root, auto) {
          element(to, root, 0, "paragraph", "a");
          element(to, root, 1, "paragraph");
          element(to, root, 2, "paragraph", "b");
          element(to, root, 3, "paragraph");
        }) == "a\n\nb\n");
  CHECK(export_of([](auto& to, TypeRef root, auto) {
          to.insert_text(to.insert_xml_text(root, 0), 0, "loose", {});
        }) == "loose\n");
}

TEST_CASE("Unknown nodes and marks are exported as the text in them") {
  CHECK(export_of([](auto& to, TypeRef root, auto) {
          const TypeRef box = element(to, root, 0, "callout");
          element(to, box, 0, "paragraph", "inside");
          element(to, box, 1, "figure", "caption");
          to.set(element(to, root, 1, "chart"), "label", "A chart");
          const TypeRef line = element(to, root, 2, "paragraph", "see ");
          to.set(element(to, line, 1, "footnote"), "label", "[1]");
          const TypeRef text = to.insert_xml_text(line, 2);
          to.insert_text(text, 0, "glow", {{"glow--x1", Any(AnyObject{})}, {"bold", Any(AnyObject{})}});
          to.insert_text(text, 4, "link", {{"link", Any(AnyObject{{"href", Any("https://e.x")}})}});
          const TypeRef odd = element(to, root, 3, "paragraph", "words");
          element(to, odd, 1, "paragraph", "a block among words");
        }) == "inside\ncaption\nA chart\nsee [1]**glow**link (https://e.x)\nwords\na block among words\n");
}

TEST_CASE("Structure beyond the layout is exported line by line") {
  CHECK(export_of([](auto& to, TypeRef root, auto) {
          element(to, element(to, root, 0, "blockquote"), 0, "paragraph", "quoted");
          element(to, root, 1, "codeBlock", "one\ntwo");
          const TypeRef table = element(to, root, 2, "table");
          const TypeRef row = element(to, table, 0, "tableRow");
          element(to, element(to, row, 0, "tableHeader"), 0, "paragraph", "a");
          const TypeRef cell = element(to, row, 1, "tableCell");
          element(to, cell, 0, "paragraph", "b");
          element(to, cell, 1, "paragraph", "c");
          const TypeRef list = element(to, root, 3, "orderedList");
          to.set(list, "start", Any(3));
          element(to, element(to, list, 0, "listItem"), 0, "paragraph", "three");
          element(to, list, 1, "listItem");
          const TypeRef broken = element(to, root, 4, "paragraph", "up");
          element(to, broken, 1, "hardBreak");
          to.insert_text(to.insert_xml_text(broken, 2), 0, "down", {});
        }) == "quoted\none\ntwo\na\tb c\n3. three\n4. \nup\ndown\n");
}

TEST_CASE("Attributes of the wrong type or shape are their defaults") {
  CHECK(export_of([](auto& to, TypeRef root, TypeRef meta) {
          to.set(meta, "title", Any(5));
          to.set(meta, "source",
                 Any(AnyObject{
                     {"eol", Any("x")}, {"tail", Any("no blank")}, {"kept", Any(1)}, {"bom", Any("yes")}}));
          const TypeRef list = element(to, root, 0, "bulletList");
          const TypeRef item = element(to, list, 0, "listItem");
          to.set(item, "marker", Any("1. "));  // of a list of another kind
          to.set(item, "lead", Any("not blank"));
          to.set(item, "eol", Any("x"));
          element(to, item, 0, "paragraph", "a");
          const TypeRef scenario = element(to, root, 1, "scenario");
          to.set(scenario, "case", Any(1));
          to.set(scenario, "form", Any("no letters"));
          to.set(scenario, "marker", Any("two\nlines"));
          element(to, scenario, 0, "paragraph", "b");
          to.set(element(to, root, 2, "heading", "c"), "level", Any("2"));
        }) == "- a\n- Most Likely: b\nc\n");
}

}  // namespace
}  // namespace assay::server::reports
