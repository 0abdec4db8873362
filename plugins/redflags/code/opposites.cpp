#include "plugins/redflags/code/opposites.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace assay::redflags {
namespace {

struct Side {
  int kind, side;
};

using Sides = std::unordered_multimap<WordHash, Side>;

const Sides& sides() {
  static const Sides all = [] {
    // A side may have several words.
    static const std::vector<std::vector<std::string_view>> classes{
        {"first", "second", "third", "fourth"},
        {"north", "south", "east", "west"},
        {"northern", "southern", "eastern", "western"},
        {"upper", "lower"},
        {"old", "new"},
        {"morning", "evening", "night", "afternoon"},
        {"domestic", "foreign"},
        {"men", "women"},
        {"urban", "rural"},
        {"before", "since"},
        {"before", "after"},
        {"inbound", "outbound"},
        {"left", "right"},
        {"inner", "outer"},
        {"gross", "net"},
        {"arrived reached entered landed docked", "left departed sailed"},
        {"loaded embarked", "unloaded discharged disembarked"},
        {"opened reopened", "closed shut"},
        {"imposed introduced", "lifted repealed revoked"},
        {"bought acquired", "sold"},
        {"taken collected drawn", "tested analysed analyzed"},
        {"admitted", "discharged"},
        {"granted", "revoked withdrawn"},
        {"signed initialled", "ratified"},
        {"arrested detained", "charged convicted sentenced freed"},
        {"suspended", "resumed restored"},
        {"tabled submitted", "adopted passed rejected"}};
    Sides map;
    for (std::size_t kind = 0; kind < classes.size(); ++kind)
      for (std::size_t side = 0; side < classes[kind].size(); ++side)
        for (std::string_view words = classes[kind][side]; !words.empty();) {
          const std::size_t end = std::min(words.find(' '), words.size());
          map.insert({hash_word(words.substr(0, end)), {static_cast<int>(kind), static_cast<int>(side)}});
          words.remove_prefix(std::min(end + 1, words.size()));
        }
    return map;
  }();
  return all;
}

std::vector<Side> sides_in(const BlockFacts& facts, Extent words) {
  std::vector<Side> all;
  for (std::uint32_t i = words.begin; i < words.end; ++i)
    for (auto [at, end] = sides().equal_range(facts.tokens[i].word); at != end; ++at)
      all.push_back(at->second);
  return all;
}

}  // namespace

bool opposed(const BlockFacts& a, Extent x, const BlockFacts& b, Extent y) {
  const auto of_a = sides_in(a, x), of_b = sides_in(b, y);
  const auto same = [&](const Side& one) {
    return std::any_of(of_b.begin(), of_b.end(),
                       [&](const Side& other) { return one.kind == other.kind && one.side == other.side; });
  };
  // Of a class that has a word in common nothing is told apart.
  std::vector<int> common;
  for (const Side& one : of_a)
    if (same(one)) common.push_back(one.kind);
  return std::any_of(of_a.begin(), of_a.end(), [&](const Side& one) {
    return std::find(common.begin(), common.end(), one.kind) == common.end() &&
           std::any_of(of_b.begin(), of_b.end(), [&](const Side& other) { return one.kind == other.kind; });
  });
}

}  // namespace assay::redflags
