// Who wrote what: client ids, their clocks, and what a replica has seen of them.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace assay::crdt {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The tag keeps a clock from being passed as a client id; the compiler finds the swap, not a user.
template <class Tag>
struct Strong {
  std::uint64_t value = 0;
  auto operator<=>(const Strong&) const = default;
};
using ClientId = Strong<struct ClientIdTag>;  // below 2^53, as Yjs can count
using Clock = Strong<struct ClockTag>;  // counts UTF-16 units of text, one for any other element; below 2^53

struct ItemId {
  ClientId client;
  Clock clock;
  auto operator<=>(const ItemId&) const = default;
};

// For each client the clock that comes next: everything below it is here. No entry means 0.
using StateVector = std::map<ClientId, Clock>;

}  // namespace assay::crdt
