// ManualLoop: a shard's loop run by hand, with a clock of its own. For tests.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "server/rooms/loop.h"

namespace assay::server {

class ManualLoop final : public Loop {
 public:
  void post(std::function<void()> work) override {
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    came_.notify_all();
  }
  void background(std::function<void()> work) override { work(); }
  void after(std::chrono::milliseconds wait, std::function<void()> work) override {
    later_.emplace(now_ + wait.count(), std::move(work));
  }
  std::int64_t now_ms() const override { return now_; }
  std::int64_t wall_ms() const override { return 1'790'000'000'000 + now_; }
  // What falls due is posted.
  void advance(std::int64_t ms) {
    now_ += ms;
    while (!later_.empty() && later_.begin()->first <= now_) {
      post(std::move(later_.begin()->second));
      later_.erase(later_.begin());
    }
  }

  // Runs one piece of work; false when there is none.
  bool run_one() {
    std::function<void()> work;
    {
      const std::lock_guard lock(mutex_);
      if (work_.empty()) return false;
      work = std::move(work_.front());
      work_.pop_front();
    }
    work();
    return true;
  }
  // Waits until another thread has posted something. Gives up with an exception when nothing ever comes.
  void await() {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, std::chrono::seconds(30), [this] { return !work_.empty(); })) {
      throw std::runtime_error("nothing was posted to the loop");
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::function<void()>> work_;
  std::multimap<std::int64_t, std::function<void()>> later_;
  std::int64_t now_ = 1'000'000;
};

}  // namespace assay::server
