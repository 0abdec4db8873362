// Loop: the one thread of a shard, as rooms see it. `net` runs it on an io_context, tests by hand with a
// clock of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace assay::server {

class Loop {
 public:
  virtual ~Loop() = default;
  // [any thread] Runs `work` later on this loop's thread, in the order posted.
  virtual void post(std::function<void()> work) = 0;
  // [any thread] Runs `work`, which may block, on some other thread.
  virtual void background(std::function<void()> work) = 0;
  // [the loop's thread] Runs `work` here once this time has passed.
  virtual void after(std::chrono::milliseconds wait, std::function<void()> work) = 0;
  // Milliseconds that only grow, from any beginning.
  virtual std::int64_t now_ms() const = 0;
  // Unix time.
  virtual std::int64_t wall_ms() const = 0;
};

}  // namespace assay::server
