// AwarenessBoard: who is here in one room. Judges entry by entry whose it is and which is newer; an entry
// belongs to the connection it first came on.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crdt/awareness.h"

namespace assay::server {

struct AwarenessBounds {
  std::size_t entries_per_owner_max = 64;
  std::int64_t tombstone_ms = 60'000;
  // Of one connection's entries that ended, so many are remembered; over it the connection adds none before
  // the first is forgotten.
  std::size_t tombstones_per_owner_max = 256;
  std::size_t entries_max = 10'000;     // that a document holds; over it none is added
  std::size_t tombstones_max = 10'000;  // that a document remembers; over it the oldest is forgotten
};

class AwarenessBoard {
 public:
  using Owner = const void*;  // a connection
  explicit AwarenessBoard(AwarenessBounds bounds) : bounds_(bounds) {}

  struct Heard {
    std::vector<crdt::AwarenessEntry> accepted;  // to all, the sender included
    std::vector<crdt::AwarenessEntry> rebuffed;  // to the sender alone: gone at that clock
    std::size_t dropped = 0;
  };
  Heard hear(Owner owner, const std::string& user, std::vector<crdt::AwarenessEntry> entries,
             std::int64_t now_ms);
  // What `owner` still owned, as gone.
  std::vector<crdt::AwarenessEntry> leave(Owner owner, std::int64_t now_ms);
  std::vector<crdt::AwarenessEntry> all() const;
  // Who says this client is theirs, or said so last and left a short time ago; none if nobody did.
  const std::string* user_of(crdt::ClientId client) const;
  // Forgets those who left long ago.
  void forget(std::int64_t now_ms);
  std::size_t tombstones() const { return gone_.size(); }

 private:
  struct Owned {
    std::size_t present = 0, gone = 0;
    std::uint64_t number = 0;  // an address comes again, this does not
  };
  using Owners = std::map<Owner, Owned>;
  struct Present {
    std::uint64_t clock = 0;
    std::string state;
    Owner owner = nullptr;
    std::string user;
  };
  struct Gone {
    std::uint64_t clock = 0;
    std::int64_t until_ms = 0;
    Owner owner = nullptr;
    std::uint64_t owner_number = 0;
    std::string user;
  };
  using Tombstones = std::map<crdt::ClientId, Gone>;
  enum class Judgement { accepted, rebuffed, dropped };
  Judgement judge(Owner owner, const std::string& user, const crdt::AwarenessEntry& entry,
                  std::uint64_t& gone_clock, std::int64_t now_ms);
  bool has_room(Owner owner, bool returning) const;
  Owned& owned(Owner owner);
  void bury(crdt::ClientId client, std::uint64_t clock, const std::string& user, Owner owner,
            std::int64_t now_ms);
  void forget(Tombstones::iterator tombstone);

  AwarenessBounds bounds_;
  std::map<crdt::ClientId, Present> present_;
  Tombstones gone_;
  std::set<std::pair<std::int64_t, crdt::ClientId>> gone_by_end_;
  Owners owned_;
  std::uint64_t owners_ = 0;
};

}  // namespace assay::server
