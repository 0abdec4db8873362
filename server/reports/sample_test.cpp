#include <catch2/catch.hpp>

#include "server/reports/report.h"

namespace assay::server::reports {

TEST_CASE("The sample's document: the text as it is, and a matrix whose quotes stand in it once") {
  crdt::Document document;
  const auto bytes = sample_update(crdt::ClientId{7}, {"", 1'700'000'000'000, {}});
  const auto update = crdt::Update::decode(bytes);
  REQUIRE(update);
  REQUIRE_FALSE(document.apply(*update).pending);
  CHECK(to_text(read_report(document)) == sample_text());
  const crdt::Any evidence = document.to_any(document.root("evidence", crdt::TypeKind::map));
  const auto* items = evidence.get_if<crdt::AnyObject>();
  REQUIRE(items);
  CHECK(items->size() == 6);
  for (const auto& [id, item] : *items) {
    REQUIRE(item.member("text"));
    const auto* words = item.member("text")->get_if<std::string>();
    REQUIRE(words);
    INFO(*words);
    const crdt::Any* anchor = item.member("anchor");
    if (!anchor) continue;
    const std::size_t at = sample_text().find(*words);
    CHECK(at != std::string_view::npos);
    CHECK(sample_text().find(*words, at + 1) == std::string_view::npos);
  }
  const crdt::Any ratings = document.to_any(document.root("ratings", crdt::TypeKind::map));
  REQUIRE(ratings.get_if<crdt::AnyObject>());
  CHECK(ratings.get_if<crdt::AnyObject>()->size() == 2 * 3 * items->size());
}

}  // namespace assay::server::reports
