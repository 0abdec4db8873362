#include "server/rooms/rooms_on_shards.h"

#include <future>
#include <stdexcept>
#include <utility>

namespace assay::server {
namespace {

DocumentName parse_or_throw(const std::string& name) {
  auto parsed = parse_document_name(name);
  if (!parsed) throw std::out_of_range("'" + name + "' is no name of a document");
  return *std::move(parsed);
}

using Promise = std::shared_ptr<std::promise<void>>;

std::function<void(std::exception_ptr)> settle(const Promise& promise) {
  return [promise](std::exception_ptr error) {
    if (error) {
      promise->set_exception(error);
    } else {
      promise->set_value();
    }
  };
}

}  // namespace

RoomsOnShards::RoomsOnShards(const std::vector<Loop*>& loops, RoomSurroundings around, Access& access)
    : around_(std::move(around)) {
  std::vector<Shard*> all;
  for (unsigned i = 0; i < loops.size(); ++i) {
    shards_.push_back(std::make_unique<Shard>(*loops[i], i, around_));
    all.push_back(shards_.back().get());
  }
  for (const auto& shard : shards_) shard->connect(all);
  // The loops outlive the shards, and a loop that has stopped runs nothing more: a late change finds no shard
  // that is gone.
  std::vector<std::pair<Loop*, Shard*>> places;
  for (Shard* shard : all) places.emplace_back(&shard->loop(), shard);
  access.on_change([places](const std::string& report) {
    for (const auto& [loop, shard] : places) {
      loop->post([to = shard, report] { to->access_changed(report); });
    }
  });
}

RoomsOnShards::~RoomsOnShards() = default;

void RoomsOnShards::read(const std::string& name, const std::function<void(const crdt::Document&)>& look) {
  const auto document = parse_or_throw(name);
  Shard& shard = shards_.front()->home_of(name);
  const auto promise = std::make_shared<std::promise<void>>();
  shard.loop().post([&shard, document, &look, promise] { shard.room(document).read(look, settle(promise)); });
  promise->get_future().get();
}

void RoomsOnShards::write(const std::string& name, const std::string& user,
                          const std::function<void(crdt::Document&, crdt::Transaction&)>& edit) {
  const auto document = parse_or_throw(name);
  Shard& shard = shards_.front()->home_of(name);
  const auto promise = std::make_shared<std::promise<void>>();
  shard.loop().post(
      [&shard, document, user, &edit, promise] { shard.room(document).write(user, edit, settle(promise)); });
  promise->get_future().get();
}

void RoomsOnShards::close(const std::string& name, const std::string& reason,
                          const std::function<void()>& then) {
  Shard& shard = shards_.front()->home_of(name);
  const auto promise = std::make_shared<std::promise<void>>();
  shard.loop().post([&shard, name, reason, &then, promise] {
    shard.close(name, reason, [&then, promise] {
      try {
        if (then) then();
        promise->set_value();
      } catch (...) {
        promise->set_exception(std::current_exception());
      }
    });
  });
  promise->get_future().get();
}

std::vector<Present> RoomsOnShards::present(const std::string& name) {
  Shard& shard = shards_.front()->home_of(name);
  const auto promise = std::make_shared<std::promise<std::vector<Present>>>();
  shard.loop().post([&shard, name, promise] {
    const Room* room = shard.find(name);
    promise->set_value(room ? room->present() : std::vector<Present>{});
  });
  return promise->get_future().get();
}

void RoomsOnShards::drain() {
  std::vector<std::future<void>> ends;
  for (const auto& shard : shards_) {
    const auto promise = std::make_shared<std::promise<void>>();
    ends.push_back(promise->get_future());
    shard->loop().post([to = shard.get(), promise] { to->drain([promise] { promise->set_value(); }); });
  }
  const auto until = std::chrono::steady_clock::now() + around_.bounds.drain_time;
  for (auto& end : ends) end.wait_until(until);
}

}  // namespace assay::server
