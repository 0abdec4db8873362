#include "server/checks/pool/answer_reader.h"

#include <cmath>
#include <functional>

#include <catch2/catch.hpp>

#include "plugins/host/messages.h"

using namespace assay::checks;
namespace host = assay::host;

namespace {

Answer good_answer() {
  Answer answer;
  answer.findings.push_back({Severity::warning,
                             {3, 8},
                             "rule",
                             "Message.",
                             "Hint.",
                             "https://example.org",
                             0.5f,
                             {{"Mend", {{{6, 8}, "b"}, {{3, 5}, "a"}}}},
                             {{{0, 2}, "see"}}});
  answer.findings.push_back({Severity::error, {0, 2}, "rule", "Message.", "", "", 1, {}, {}});
  answer.scores.push_back({1, 0, 10, "score", "Score", {0, 8}});
  answer.suggestions.push_back({0.9f, "tag", "war", "War"});
  answer.panel = R"({"a": [1, {"b": null}]})";
  return answer;
}

View view_of() {
  View view;
  view.text = "ab\nö ö";  // bytes: a b LF o2 space o2
  view.blocks.push_back({1, {0, 2}, 1, 0, ""});
  view.blocks.push_back({2, {3, 8}, 1, 0, ""});
  return view;
}

struct Case {
  const char* says;
  std::function<void(Answer&)> spoil;
};

const Case cases[] = {
    {"outside", [](Answer& a) { a.findings[0].span.end = 9; }},
    {"outside",
     [](Answer& a) {
       a.findings[0].span = {2, 1};
     }},
    {"cuts a code point", [](Answer& a) { a.findings[0].span.end = 7; }},
    {"rule is empty", [](Answer& a) { a.findings[0].rule.clear(); }},
    {"message is empty", [](Answer& a) { a.findings[0].message.clear(); }},
    {"not valid UTF-8", [](Answer& a) { a.findings[0].hint = "\xc3"; }},
    {"not valid UTF-8", [](Answer& a) { a.findings[0].hint = "\xed\xa0\x80"; }},
    {"no http", [](Answer& a) { a.findings[0].help_url = "javascript:alert(1)"; }},
    {"confidence", [](Answer& a) { a.findings[0].confidence = NAN; }},
    {"confidence", [](Answer& a) { a.findings[0].confidence = 1.5f; }},
    {"overlap",
     [](Answer& a) {
       a.findings[0].fixes[0].edits[0].span = {3, 8};
     }},
    {"changes nothing", [](Answer& a) { a.findings[0].fixes[0].edits.clear(); }},
    {"edit lies outside",
     [](Answer& a) {
       a.findings[0].fixes[0].edits[0].span = {8, 100};
     }},
    {"related place lies outside",
     [](Answer& a) {
       a.findings[0].related[0].span = {8, 100};
     }},
    {"more than 32", [](Answer& a) { a.findings[0].fixes.resize(33, a.findings[0].fixes[0]); }},
    {"longer than", [](Answer& a) { a.findings[0].message.assign(5'000, 'a'); }},
    {"score is no number", [](Answer& a) { a.scores[0].high = INFINITY; }},
    {"score lies outside",
     [](Answer& a) {
       a.scores[0].span = {0, 9};
     }},
    {"value is empty", [](Answer& a) { a.suggestions[0].value.clear(); }},
    {"no JSON", [](Answer& a) { a.panel = "{\"a\": }"; }},
    {"no JSON", [](Answer& a) { a.panel = std::string(40, '[') + std::string(40, ']'); }},
    {"no JSON", [](Answer& a) { a.panel = std::string(1'000'000, '['); }},
    {"more than 10000", [](Answer& a) { a.findings.resize(10'001, a.findings[0]); }},
};

}  // namespace

TEST_CASE("judge_answer: a good one is taken and put in order") {
  Answer answer = good_answer();
  CHECK_FALSE(judge_answer(view_of(), answer));
  CHECK(answer.findings[0].span == Span{0, 2});
  CHECK(answer.findings[1].fixes[0].edits[0].replacement == "a");
}

TEST_CASE("judge_answer: what is wrong is said") {
  for (const auto& c : cases) {
    INFO(c.says);
    Answer answer = good_answer();
    c.spoil(answer);
    const auto wrong = judge_answer(view_of(), answer);
    REQUIRE(wrong);
    INFO(*wrong);
    CHECK(wrong->find(c.says) != std::string::npos);
  }
}

TEST_CASE("messages: an answer comes back as it was, and no part of it passes for one") {
  const std::string whole = host::encode_answer({7, 0, good_answer()});
  const auto back = host::decode_answer(whole);
  REQUIRE(back);
  CHECK(back->check == 7);
  CHECK(host::encode_answer(*back) == whole);
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(host::decode_answer(std::string_view(whole).substr(0, size)));
  CHECK_FALSE(host::decode_answer(whole + "x"));
}

TEST_CASE("messages: a check comes back as it was, its blocks inside its text") {
  View view = view_of();
  view.language = "en";
  view.data = "{}";
  view.blocks[1].section = "head/title";
  const auto back = host::decode_check(host::encode_check(3, 2, 1'000, view, {1}, true));
  REQUIRE(back);
  CHECK(back->view.text == view.text);
  CHECK(back->view.data == "{}");
  CHECK(back->view.blocks[1].section == "head/title");
  CHECK(host::decode_check(host::encode_check(3, 2, 1'000, view, {1}, false))->view.data.empty());
  CHECK_FALSE(host::decode_check(host::encode_check(3, 2, 1'000, view, {2}, true)));
  view.blocks[1].span.end = 9;
  CHECK_FALSE(host::decode_check(host::encode_check(3, 2, 1'000, view, {1}, true)));
}

TEST_CASE("FrameReader: frames from any cut of the bytes, and a bound") {
  std::string bytes;
  host::append_frame(bytes, 1, "hello");
  host::append_frame(bytes, 2, "");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    host::FrameReader reader(5);
    std::vector<std::string> got;
    for (const auto part : {std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}) {
      reader.feed(part);
      while (auto frame = reader.next()) got.push_back(frame->payload);
    }
    CHECK(got == std::vector<std::string>{"hello", ""});
  }
  host::FrameReader reader(4);
  reader.feed(bytes);
  CHECK_FALSE(reader.next());
  CHECK(reader.too_long());
}

TEST_CASE("as_utf8: what is none becomes replacement characters, cut on a code point") {
  CHECK(as_utf8("a\xff", 10) == "a\xef\xbf\xbd");
  CHECK(as_utf8("aö", 2) == "a");
  CHECK(as_utf8("one\n[error] two\tä\x1b[2J\xc2\x85.", 50) == "one [error] two\tä [2J .");
}
