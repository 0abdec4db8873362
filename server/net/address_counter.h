// AddressCounter: how many connections each address has open. Loopback and proxies are not counted by their
// own address.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace assay::server {

// [any thread]
class AddressCounter : public std::enable_shared_from_this<AddressCounter> {
 public:
  explicit AddressCounter(std::size_t connections_max) : connections_max_(connections_max) {}
  // Counts until it is dropped. None when the address has too many already.
  using Ticket = std::shared_ptr<void>;
  Ticket take(const std::string& address) {
    const std::lock_guard lock(mutex_);
    auto& count = counts_[address];
    if (count >= connections_max_) return nullptr;
    ++count;
    return {static_cast<void*>(this),
            [self = shared_from_this(), address](void*) { self->give_back(address); }};
  }

 private:
  void give_back(const std::string& address) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(address);
    if (--found->second == 0) counts_.erase(found);
  }

  const std::size_t connections_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> counts_;
};

}  // namespace assay::server
