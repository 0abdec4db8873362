// SignInThrottle: how often somebody may be wrong. Counts failures of a user and of an address in a sliding
// window. Holds at most `keys_max` names, so guessing with made-up users costs us no memory. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>

namespace assay::server {

class SignInThrottle {
 public:
  SignInThrottle(unsigned failures_max, std::int64_t window_ms)
      : failures_max_(failures_max), window_ms_(window_ms) {}

  bool blocked(const std::string& key, std::int64_t now_ms);
  void failed(const std::string& key, std::int64_t now_ms);
  void forget(const std::string& key) { failures_.erase(key); }

  static constexpr std::size_t keys_max = 10'000;

 private:
  void drop_old(std::int64_t now_ms);

  const unsigned failures_max_;
  const std::int64_t window_ms_;
  std::unordered_map<std::string, std::deque<std::int64_t>>
      failures_;  // times, oldest first, at most failures_max_
};

}  // namespace assay::server
