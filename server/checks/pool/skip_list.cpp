#include "server/checks/pool/skip_list.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace assay::checks {

SkipList::Words SkipList::words_of(const View& view, std::uint32_t index) {
  const ViewBlock& block = view.blocks[index];
  const std::string_view text =
      std::string_view(view.text).substr(block.span.begin, block.span.end - block.span.begin);
  return {block.id, std::hash<std::string_view>{}(text)};
}

void SkipList::note_death(const std::string& document, const View& view,
                          const std::vector<std::uint32_t>& changed) {
  std::vector<std::uint32_t> indexes = changed;
  if (indexes.empty()) {
    indexes.resize(view.blocks.size());
    std::iota(indexes.begin(), indexes.end(), 0u);
  }
  Suspects& suspects = documents_[document];
  std::set<Words> now;
  for (const std::uint32_t index : indexes) now.insert(words_of(view, index));
  std::set<Words> both;
  std::set_intersection(now.begin(), now.end(), suspects.once.begin(), suspects.once.end(),
                        std::inserter(both, both.end()));
  if (both.empty()) {
    suspects.once = std::move(now);
  } else {
    suspects.twice.merge(both);
    suspects.once.clear();
  }
}

SkipList::Shown SkipList::show(const std::string& document, std::shared_ptr<const View> view,
                               std::vector<std::uint32_t> changed) const {
  const auto found = documents_.find(document);
  if (found == documents_.end() || found->second.twice.empty())
    return {std::move(view), std::move(changed), {}};
  Shown shown{nullptr, {}, {}};
  std::vector<bool> hides(view->blocks.size(), false);
  for (std::uint32_t index = 0; index < view->blocks.size(); ++index) {
    if (!found->second.twice.contains(words_of(*view, index))) continue;
    hides[index] = true;
    shown.hidden.push_back(index);
  }
  for (const std::uint32_t index : changed)
    if (!hides[index]) shown.changed.push_back(index);
  if (shown.hidden.empty()) {
    shown.view = std::move(view);
    return shown;
  }
  auto blanked = std::make_shared<View>(*view);
  for (const std::uint32_t index : shown.hidden) {
    const Span span = blanked->blocks[index].span;
    std::fill(blanked->text.begin() + span.begin, blanked->text.begin() + span.end, ' ');
  }
  shown.view = std::move(blanked);
  return shown;
}

}  // namespace assay::checks
