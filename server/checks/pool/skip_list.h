// Blocks that twice ended a plugin's process: they are hidden from this version of it until they change. A
// document is checked whole after a restart, so what two fatal checks of one document have in common is what
// is to blame. Thread: the pool's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plugins/host/check_values.h"

namespace assay::checks {

class SkipList {
 public:
  // A check of these blocks of this document (all, when empty) ended the process.
  void note_death(const std::string& document, const View& view, const std::vector<std::uint32_t>& changed);

  struct Shown {
    std::shared_ptr<const View> view;    // hidden blocks are spaces, of the same length
    std::vector<std::uint32_t> changed;  // without hidden blocks
    std::vector<std::uint32_t> hidden;
  };
  // What the plugin may see. The view itself when nothing is hidden.
  Shown show(const std::string& document, std::shared_ptr<const View> view,
             std::vector<std::uint32_t> changed) const;

  void forget(const std::string& document) { documents_.erase(document); }
  void clear() { documents_.clear(); }
  bool empty() const { return documents_.empty(); }

 private:
  using Words = std::pair<std::uint64_t, std::size_t>;  // a block's id and the hash of its text
  static Words words_of(const View& view, std::uint32_t index);
  struct Suspects {
    std::set<Words> once, twice;
  };
  std::map<std::string, Suspects> documents_;
};

}  // namespace assay::checks
