#include "server/checks/anchor.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

namespace assay::checks {
namespace {

using Json = nlohmann::json;

std::optional<std::string> optional_text(const Json& value) {
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}
std::optional<UnitRange> optional_range(const Json& value) {
  return value.is_array() ? std::optional(UnitRange{value[0].get<std::size_t>(), value[1].get<std::size_t>()})
                          : std::nullopt;
}

AnchorText text_of(const Json& blocks) {
  AnchorText made;
  for (const auto& block : blocks) {
    if (!made.blocks.empty()) made.text += u'\n';
    const std::size_t start = made.text.size();
    made.text += to_utf16(block["text"].get<std::string>());
    made.blocks.push_back(
        {optional_text(block["id"]), optional_text(block["section"]), {start, made.text.size()}});
  }
  return made;
}

}  // namespace

TEST_CASE("the cases that the page's tests read hold here", "[anchor]") {
  std::ifstream in(ASSAY_ANCHOR_CASES);
  const auto cases = Json::parse(in)["cases"];
  REQUIRE(cases.size() >= 15);
  for (const auto& one : cases) {
    INFO(one["name"].get<std::string>());
    const auto& said = one["anchor"];
    const Anchor anchor{to_utf16(said["quote"].get<std::string>()),
                        to_utf16(said["before"].get<std::string>()),
                        to_utf16(said["after"].get<std::string>()), optional_text(said["block"]),
                        optional_text(said["section"])};
    const auto found = resolve_anchor(text_of(one["blocks"]), anchor, optional_range(one["positions"]));
    const auto expected = optional_range(one["expect"]);
    REQUIRE(found.has_value() == expected.has_value());
    if (!expected) continue;
    CHECK(found->range == *expected);
    CHECK((found->by_quote ? "quote" : "positions") == one["by"].get<std::string>());
  }
}

TEST_CASE("likeness counts edits over the longer length", "[anchor]") {
  CHECK(likeness(u"abc", u"abc") == 1);
  CHECK(likeness(u"abc", u"xyz") == 0);
  CHECK(likeness(u"abcd", u"abxd") == Approx(0.75));
  CHECK(likeness(u"", u"abcd") == 0);
  CHECK(likeness(std::u16string(3000, u'a') + std::u16string(1000, u'b'),
                 std::u16string(3000, u'c') + std::u16string(1000, u'b')) == Approx(0.25));
}

TEST_CASE("UTF-16: two units above the first plane", "[anchor]") {
  CHECK(to_utf16("a–😀") == u"a–😀");
  CHECK(to_utf16("") == u"");
}

}  // namespace assay::checks
