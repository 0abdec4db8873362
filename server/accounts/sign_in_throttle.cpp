#include "server/accounts/sign_in_throttle.h"

namespace assay::server {

bool SignInThrottle::blocked(const std::string& key, std::int64_t now_ms) {
  const auto found = failures_.find(key);
  if (found == failures_.end()) return false;
  auto& times = found->second;
  while (!times.empty() && now_ms - times.front() >= window_ms_) times.pop_front();
  const bool full = times.size() >= failures_max_;
  if (times.empty()) failures_.erase(found);
  return full;
}

void SignInThrottle::failed(const std::string& key, std::int64_t now_ms) {
  if (failures_.size() >= keys_max && !failures_.contains(key)) drop_old(now_ms);
  // Full of failures that all still count: the address is counted as well, so one name more or less opens no
  // door.
  if (failures_.size() >= keys_max && !failures_.contains(key)) return;
  auto& times = failures_[key];
  times.push_back(now_ms);
  if (times.size() > failures_max_) times.pop_front();
}

void SignInThrottle::drop_old(std::int64_t now_ms) {
  std::erase_if(failures_, [&](const auto& entry) { return now_ms - entry.second.back() >= window_ms_; });
}

}  // namespace assay::server
