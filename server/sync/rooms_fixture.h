// What tests of rooms share: a report with one of each role, and a store that waits on request.
#pragma once

#include <string>
#include <vector>

#include "server/sync/test_world.h"

namespace assay::server {

using Words = std::vector<std::string>;

struct Fixture {
  explicit Fixture(unsigned shards = 2) : world(shards) {
    world.access.roles["r"] = {
        {"ann", Role::owner}, {"bob", Role::editor}, {"rae", Role::reviewer}, {"vic", Role::viewer}};
  }
  void hold() {
    world.store.hold();
    world.holding = true;
  }
  void release() {
    world.store.release();
    world.holding = false;
    world.settle();
  }
  TestWorld world;
};

inline constexpr auto y = Protocol::y_websocket;
inline constexpr auto h = Protocol::hocuspocus;

}  // namespace assay::server
