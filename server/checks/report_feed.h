// ReportFeed: what a room's checks have said last, and whoever listens to it outside the room: REST and
// server-sent events. Written on the room's shard, read on any thread. [any thread]
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/checks/kept_findings.h"

namespace assay::checks {

using Message = std::shared_ptr<const std::string>;  // one message of docs/protocol.md, JSON

class ReportFeed {
 public:
  // Hears each message; false: it wants no more. Called on the shard, so it must be short.
  using Listener = std::function<bool(const Message&)>;

  // [the shard] `slot` names what the message replaces ("redflags/findings"); an empty message ends it.
  // Listeners hear `news`, if there is any.
  void put(const std::string& slot, const Message& message, const Message& news);
  // The findings of a plugin's list, by id: instead of those before.
  void know(const std::string& plugin, const std::vector<KeptFindings::Known>& known);
  // A plugin that did not get to the end with the newest words, and why.
  struct Unfinished {
    std::string plugin, reason;
  };
  void settle(std::uint64_t revision, std::uint64_t plugins, bool settled,
              std::vector<Unfinished> unfinished);  // `plugins`: number of their table
  // The room is closed: listeners hear an empty message, and no more.
  void close();

  // [any thread]
  std::vector<Message> all() const;
  void listen(Listener listener);  // hears at once what `all` gives
  // A finding of the last lists, by its id.
  struct Known {
    std::string plugin, rule, quote, block;
  };
  std::optional<Known> find(const std::string& id) const;
  std::uint64_t revision() const;
  std::vector<Unfinished> unfinished() const;
  // Whether no check of the newest revision is under way or still to come; waits for it this long.
  // That is, by every one of this table of plugins, or a later one.
  bool settled(std::chrono::milliseconds longest, std::uint64_t plugins) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, Message> messages_;
  std::map<std::string, Known> known_;
  std::vector<Listener> listeners_;
  std::uint64_t revision_ = 0, plugins_ = 0;
  bool settled_ = false, closed_ = false;
  std::vector<Unfinished> unfinished_;
};

}  // namespace assay::checks
