// AsioLoop: a shard's thread, an io_context that runs on it, and a clock.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <thread>

#include "server/rooms/loop.h"

namespace assay::server {

class AsioLoop final : public Loop {
 public:
  // `pool` runs what blocks; it outlives the loop's thread.
  explicit AsioLoop(boost::asio::thread_pool& pool);
  ~AsioLoop() override;

  // `on_tick` runs on the loop's thread a few times a second.
  void start(std::function<void()> on_tick);
  // Ends the thread; what is still queued is dropped when the loop is destroyed.
  void stop();

  boost::asio::io_context& io() { return io_; }
  void post(std::function<void()> work) override;
  void background(std::function<void()> work) override;
  void after(std::chrono::milliseconds wait, std::function<void()> work) override;
  std::int64_t now_ms() const override;
  std::int64_t wall_ms() const override;

 private:
  void schedule_tick();

  boost::asio::thread_pool& pool_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::function<void()> on_tick_;
  std::thread thread_;
};

}  // namespace assay::server
