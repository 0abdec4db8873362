#include "server/checks/report_feed.h"

#include <utility>

namespace assay::checks {

void ReportFeed::put(const std::string& slot, const Message& message, const Message& news) {
  const std::lock_guard lock(mutex_);
  if (message)
    messages_[slot] = message;
  else
    messages_.erase(slot);
  if (news) std::erase_if(listeners_, [&](const Listener& listener) { return !listener(news); });
}

void ReportFeed::know(const std::string& plugin, const std::vector<KeptFindings::Known>& known) {
  const std::lock_guard lock(mutex_);
  std::erase_if(known_, [&](const auto& entry) { return entry.second.plugin == plugin; });
  for (const auto& one : known) known_[one.id] = {plugin, one.rule, one.quote, one.block};
}

void ReportFeed::settle(std::uint64_t revision, std::uint64_t plugins, bool settled,
                        std::vector<Unfinished> unfinished) {
  const std::lock_guard lock(mutex_);
  unfinished_ = std::move(unfinished);
  revision_ = revision;
  plugins_ = plugins;
  settled_ = settled;
  if (settled) changed_.notify_all();
}

void ReportFeed::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (const auto& listener : std::exchange(listeners_, {})) listener(nullptr);
  changed_.notify_all();
}

std::vector<Message> ReportFeed::all() const {
  const std::lock_guard lock(mutex_);
  std::vector<Message> all;
  for (const auto& [slot, message] : messages_) all.push_back(message);
  return all;
}

void ReportFeed::listen(Listener listener) {
  const std::lock_guard lock(mutex_);
  for (const auto& [slot, message] : messages_)
    if (!listener(message)) return;
  if (closed_)
    listener(nullptr);
  else
    listeners_.push_back(std::move(listener));
}

std::optional<ReportFeed::Known> ReportFeed::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(id);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<ReportFeed::Unfinished> ReportFeed::unfinished() const {
  const std::lock_guard lock(mutex_);
  return unfinished_;
}

std::uint64_t ReportFeed::revision() const {
  const std::lock_guard lock(mutex_);
  return revision_;
}

bool ReportFeed::settled(std::chrono::milliseconds longest, std::uint64_t plugins) const {
  std::unique_lock lock(mutex_);
  const auto all = [&] { return settled_ && plugins_ >= plugins; };
  changed_.wait_for(lock, longest, [&] { return all() || closed_; });
  return all();
}

}  // namespace assay::checks
