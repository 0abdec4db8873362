#include "server/checks/pool/skip_list.h"

#include <catch2/catch.hpp>

using namespace assay::checks;

namespace {

std::shared_ptr<const View> view_of(const std::vector<std::string>& words) {
  auto view = std::make_shared<View>();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) view->text += '\n';
    const auto begin = static_cast<std::uint32_t>(view->text.size());
    view->text += words[i];
    view->blocks.push_back({i + 1, {begin, static_cast<std::uint32_t>(view->text.size())}, 1, 0, ""});
  }
  return view;
}

}  // namespace

TEST_CASE("SkipList: what two deaths have in common is hidden, by its words") {
  SkipList skips;
  const auto view = view_of({"one", "two", "three"});
  skips.note_death("d", *view, {1});
  CHECK(skips.show("d", view, {1}).view == view);
  skips.note_death("d", *view, {});
  const auto shown = skips.show("d", view, {0, 1});
  CHECK(shown.view->text == "one\n   \nthree");
  CHECK(shown.changed == std::vector<std::uint32_t>{0});
  CHECK(shown.hidden == std::vector<std::uint32_t>{1});
  // Another document, other words, or forgotten: shown.
  CHECK(skips.show("e", view, {1}).hidden.empty());
  CHECK(skips.show("d", view_of({"one", "zwei", "three"}), {1}).hidden.empty());
  skips.forget("d");
  CHECK(skips.show("d", view, {1}).hidden.empty());
}

TEST_CASE("SkipList: deaths on different blocks blame neither") {
  SkipList skips;
  const auto view = view_of({"one", "two"});
  skips.note_death("d", *view, {0});
  skips.note_death("d", *view, {1});
  CHECK(skips.show("d", view, {0, 1}).hidden.empty());
}
