#include "server/rooms/awareness_board.h"

#include <utility>

namespace assay::server {
namespace {
const std::string gone_state = "null";
}

bool AwarenessBoard::has_room(Owner owner) const {
  const auto found = owned_.find(owner);
  return found == owned_.end() || found->second < bounds_.entries_per_owner_max;
}

AwarenessBoard::Judgement AwarenessBoard::judge(Owner owner, const std::string& user,
                                                const crdt::AwarenessEntry& entry, std::uint64_t& gone_clock,
                                                std::int64_t now_ms) {
  const bool leaves = entry.state == gone_state;
  const auto here = present_.find(entry.client);
  if (here == present_.end()) {
    const auto tombstone = gone_.find(entry.client);
    if (tombstone != gone_.end() && tombstone->second.until_ms > now_ms &&
        entry.clock <= tombstone->second.clock) {
      gone_clock = tombstone->second.clock;
      return leaves ? Judgement::dropped : Judgement::rebuffed;
    }
    if (leaves || !has_room(owner)) return Judgement::dropped;
    if (tombstone != gone_.end()) gone_.erase(tombstone);
    present_[entry.client] = {entry.clock, entry.state, owner, user};
    ++owned_[owner];
    return Judgement::accepted;
  }
  Present& entry_here = here->second;
  const bool newer = entry.clock > entry_here.clock;
  if (entry_here.owner != owner) {
    if (entry_here.user != user || !newer || !has_room(owner)) return Judgement::dropped;
    --owned_[entry_here.owner];
    entry_here.owner = owner;
    ++owned_[owner];
  } else if (!newer && !(leaves && entry.clock == entry_here.clock)) {
    return Judgement::dropped;
  }
  if (leaves) {
    gone_[entry.client] = {entry.clock, now_ms + bounds_.tombstone_ms};
    --owned_[owner];
    present_.erase(here);
  } else {
    entry_here.clock = entry.clock;
    entry_here.state = entry.state;
  }
  return Judgement::accepted;
}

AwarenessBoard::Heard AwarenessBoard::hear(Owner owner, const std::string& user,
                                           std::vector<crdt::AwarenessEntry> entries, std::int64_t now_ms) {
  Heard heard;
  for (auto& entry : entries) {
    std::uint64_t gone_clock = 0;
    switch (judge(owner, user, entry, gone_clock, now_ms)) {
      case Judgement::accepted:
        heard.accepted.push_back(std::move(entry));
        break;
      case Judgement::rebuffed:
        heard.rebuffed.push_back({entry.client, gone_clock, gone_state});
        break;
      case Judgement::dropped:
        ++heard.dropped;
        break;
    }
  }
  return heard;
}

std::vector<crdt::AwarenessEntry> AwarenessBoard::leave(Owner owner, std::int64_t now_ms) {
  std::vector<crdt::AwarenessEntry> left;
  const auto owned = owned_.find(owner);
  if (owned == owned_.end()) return left;
  for (auto at = present_.begin(); owned->second > 0 && at != present_.end();) {
    if (at->second.owner != owner) {
      ++at;
      continue;
    }
    left.push_back({at->first, at->second.clock, gone_state});
    gone_[at->first] = {at->second.clock, now_ms + bounds_.tombstone_ms};
    at = present_.erase(at);
    --owned->second;
  }
  owned_.erase(owned);
  return left;
}

std::vector<crdt::AwarenessEntry> AwarenessBoard::all() const {
  std::vector<crdt::AwarenessEntry> entries;
  entries.reserve(present_.size());
  for (const auto& [client, present] : present_) entries.push_back({client, present.clock, present.state});
  return entries;
}

void AwarenessBoard::forget(std::int64_t now_ms) {
  std::erase_if(gone_, [&](const auto& entry) { return entry.second.until_ms <= now_ms; });
}

}  // namespace assay::server
