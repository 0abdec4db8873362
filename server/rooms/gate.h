// Gate: what a room wants to say and may not yet, because what it rests on is not durable. In order, always.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <variant>

#include "server/rooms/peer.h"

namespace assay::server {

// To all but the one it came from.
struct Broadcast {
  std::uint64_t sequence = 0;
  std::shared_ptr<const Bytes> update;
  std::shared_ptr<PeerLink> except;
};
// To one peer; dropped when it has gone meanwhile.
struct Direct {
  std::shared_ptr<PeerLink> to;
  Frame frame;
  bool answer = false;  // to a step 1: without it the peer waits for ever
};
// Called with true when durable, with false when it never will be.
using Waiting = std::function<void(bool durable)>;
using Gated = std::variant<Broadcast, Direct, Waiting>;

class Gate {
 public:
  // `sequence` never decreases from one call to the next.
  void push(std::uint64_t sequence, Gated what) { waiting_.push_back({sequence, std::move(what)}); }
  bool empty() const { return waiting_.empty(); }
  // Hands on all that rests on nothing later than `durable`.
  template <class Pass>
  void open(std::uint64_t durable, Pass pass) {
    while (!waiting_.empty() && waiting_.front().sequence <= durable) {
      Gated what = std::move(waiting_.front().what);
      waiting_.pop_front();
      pass(std::move(what));
    }
  }
  std::deque<Gated> take_all() {
    std::deque<Gated> all;
    for (auto& entry : waiting_) all.push_back(std::move(entry.what));
    waiting_.clear();
    return all;
  }

 private:
  struct Entry {
    std::uint64_t sequence = 0;
    Gated what;
  };
  std::deque<Entry> waiting_;
};

}  // namespace assay::server
