// AwarenessBoard: who is here in one room. Judges entry by entry whose it is and which is newer; an entry
// belongs to the connection it first came on.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "crdt/awareness.h"

namespace assay::server {

struct AwarenessBounds {
  std::size_t entries_per_owner_max = 64;
  std::int64_t tombstone_ms = 60'000;
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
  // Forgets those who left long ago.
  void forget(std::int64_t now_ms);

 private:
  struct Present {
    std::uint64_t clock = 0;
    std::string state;
    Owner owner = nullptr;
    std::string user;
  };
  struct Gone {
    std::uint64_t clock = 0;
    std::int64_t until_ms = 0;
  };
  enum class Judgement { accepted, rebuffed, dropped };
  Judgement judge(Owner owner, const std::string& user, const crdt::AwarenessEntry& entry,
                  std::uint64_t& gone_clock, std::int64_t now_ms);
  bool has_room(Owner owner) const;

  AwarenessBounds bounds_;
  std::map<crdt::ClientId, Present> present_;
  std::map<crdt::ClientId, Gone> gone_;
  std::map<Owner, std::size_t> owned_;
};

}  // namespace assay::server
