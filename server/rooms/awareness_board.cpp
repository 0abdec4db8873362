#include "server/rooms/awareness_board.h"

#include <utility>

namespace assay::server {
namespace {
const std::string gone_state = "null";
}

// Returning: for an entry of its own that ended, whose tombstone goes.
bool AwarenessBoard::has_room(Owner owner, bool returning) const {
  const auto found = owned_.find(owner);
  if (found == owned_.end()) return true;
  const Owned& owned = found->second;
  return owned.present < bounds_.entries_per_owner_max &&
         owned.gone < bounds_.tombstones_per_owner_max + (returning ? 1 : 0);
}

AwarenessBoard::Owned& AwarenessBoard::owned(Owner owner) {
  const auto [place, fresh] = owned_.try_emplace(owner);
  if (fresh) place->second.number = ++owners_;
  return place->second;
}

void AwarenessBoard::bury(crdt::ClientId client, std::uint64_t clock, const std::string& user, Owner owner,
                          std::int64_t now_ms) {
  Owned& of = owned(owner);
  ++of.gone;
  const std::int64_t until = now_ms + bounds_.tombstone_ms;
  gone_[client] = {clock, until, owner, of.number, user};
  gone_by_end_.insert({until, client});
  if (gone_.size() > bounds_.tombstones_max) forget(gone_.find(gone_by_end_.begin()->second));
}

void AwarenessBoard::forget(Tombstones::iterator tombstone) {
  const Gone& gone = tombstone->second;
  const auto owner = owned_.find(gone.owner);
  if (owner != owned_.end() && owner->second.number == gone.owner_number) --owner->second.gone;
  gone_by_end_.erase({gone.until_ms, tombstone->first});
  gone_.erase(tombstone);
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
    // The client is still whose it was.
    if (tombstone != gone_.end() && tombstone->second.until_ms > now_ms && tombstone->second.user != user)
      return Judgement::dropped;
    const bool returning = tombstone != gone_.end() && tombstone->second.owner == owner;
    if (leaves || present_.size() >= bounds_.entries_max || !has_room(owner, returning))
      return Judgement::dropped;
    if (tombstone != gone_.end()) forget(tombstone);
    present_[entry.client] = {entry.clock, entry.state, owner, user};
    ++owned(owner).present;
    return Judgement::accepted;
  }
  Present& entry_here = here->second;
  const bool newer = entry.clock > entry_here.clock;
  if (entry_here.owner != owner) {
    if (entry_here.user != user || !newer || !has_room(owner, false)) return Judgement::dropped;
    --owned(entry_here.owner).present;
    entry_here.owner = owner;
    ++owned(owner).present;
  } else if (!newer && !(leaves && entry.clock == entry_here.clock)) {
    return Judgement::dropped;
  }
  if (leaves) {
    bury(entry.client, entry.clock, user, owner, now_ms);
    --owned(owner).present;
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
  for (auto at = present_.begin(); owned->second.present > 0 && at != present_.end();) {
    if (at->second.owner != owner) {
      ++at;
      continue;
    }
    left.push_back({at->first, at->second.clock, gone_state});
    bury(at->first, at->second.clock, at->second.user, owner, now_ms);
    at = present_.erase(at);
    --owned->second.present;
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

const std::string* AwarenessBoard::user_of(crdt::ClientId client) const {
  if (const auto here = present_.find(client); here != present_.end()) return &here->second.user;
  const auto gone = gone_.find(client);
  return gone == gone_.end() ? nullptr : &gone->second.user;
}

void AwarenessBoard::forget(std::int64_t now_ms) {
  while (!gone_by_end_.empty() && gone_by_end_.begin()->first <= now_ms)
    forget(gone_.find(gone_by_end_.begin()->second));
}

}  // namespace assay::server
