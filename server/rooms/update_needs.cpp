#include "server/rooms/update_needs.h"

#include <algorithm>

#include "crdt/update_parts.h"

namespace assay::server {
namespace {

using Parts = crdt::Update::Parts;
using crdt::no_client;
using crdt::RawStruct;

bool met(const Need& need, const crdt::StateVector& here) {
  const auto known = here.find(need.client);
  return known != here.end() && known->second > need.clock;
}

class Needs {
 public:
  explicit Needs(const Parts& parts)
      : parts_(parts), blocks_(parts.clients.size()), last_(parts.clients.size()) {
    for (const auto& block : parts.blocks) blocks_[block.client] = &block;
  }

  std::vector<Need> outside(const crdt::StateVector& here) {
    for (const auto& block : parts_.blocks) look_at(block);
    for (const auto& range : parts_.deletes) rests_on(range.client, range.clock + range.length - 1);
    std::vector<Need> needs;
    for (std::size_t i = 0; i < last_.size(); ++i) {
      const Need need{{parts_.clients[static_cast<std::uint32_t>(i)]}, {last_[i] - 1}};
      if (last_[i] > 0 && !met(need, here)) needs.push_back(need);
    }
    return needs;
  }

 private:
  void look_at(const Parts::Block& block) {
    std::uint64_t next = 0;  // all of the client's before it is here or needed
    for (const RawStruct& s : parts_.of(block)) {
      if (s.kind == crdt::ContentKind::skip) continue;
      if (s.clock > next) need(s.client, s.clock - 1);
      next = s.end();
      if (s.kind == crdt::ContentKind::gc) continue;
      rests_on(s.origin_client, s.origin_clock);
      rests_on(s.right_client, s.right_clock);
      if (s.parent == RawStruct::item) rests_on(s.parent_client, s.origin_clock);
    }
  }

  // What lies in a gap of the update's own counts as here: what follows the gap needs it anyway.
  void rests_on(std::uint32_t client, std::uint64_t clock) {
    if (client == no_client) return;
    const auto* block = blocks_[client];
    if (!block || clock < block->clock || clock >= block->end) need(client, clock);
  }
  void need(std::uint32_t client, std::uint64_t clock) { last_[client] = std::max(last_[client], clock + 1); }

  const Parts& parts_;
  std::vector<const Parts::Block*> blocks_;
  std::vector<std::uint64_t> last_;  // by client, the end of what is needed
};

}  // namespace

std::vector<Need> needs_of(const crdt::Update& update, const crdt::StateVector& here) {
  auto needs = Needs(update.parts()).outside(here);
  if (needs.empty()) needs.push_back({{}, {crdt::number_max}});
  return needs;
}

crdt::StateVector ends_of(const crdt::Bytes& update) {
  crdt::StateVector ends;
  const auto decoded = crdt::Update::decode(update);
  if (!decoded) return ends;  // there is none
  const auto& parts = decoded->parts();
  for (const auto& block : parts.blocks) ends[{parts.clients[block.client]}] = {block.end};
  return ends;
}

bool all_met(std::vector<Need>& needs, const crdt::StateVector& here) {
  while (!needs.empty() && met(needs.back(), here)) needs.pop_back();
  return needs.empty();
}

}  // namespace assay::server
