// storage_bench: how many appends a second this disk takes, how large the batches grow, how long a sync is.
//
//   storage_bench DIR [rooms] [bytes an update] [seconds]
//
// Each room keeps one append in flight, as a room whose clients type does: the next follows when the last is
// durable.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/room_store.h"

namespace {

using assay::storage::Bytes;
using assay::storage::Outcome;
using assay::storage::RoomStore;
using Clock = std::chrono::steady_clock;

struct Room {
  std::string name;
  std::uint64_t sequence = 0;
  Clock::time_point sent;
};

class Load {
 public:
  Load(RoomStore& store, std::size_t rooms, std::size_t bytes) : store_(store), bytes_(bytes), rooms_(rooms) {
    for (std::size_t i = 0; i < rooms; ++i) rooms_[i].name = "room " + std::to_string(i);
    wait_us_.reserve(1'000'000);
  }

  void run(std::chrono::seconds time) {
    end_ = Clock::now() + time;
    for (auto& room : rooms_) append(room);
    while (in_flight_ != 0) in_flight_.wait(in_flight_.load());
  }

  void print(double seconds) {
    const auto statistics = store_.statistics();
    std::sort(wait_us_.begin(), wait_us_.end());
    const auto at = [&](double part) {
      return wait_us_.empty()
                 ? 0.0
                 : wait_us_[static_cast<std::size_t>(part * static_cast<double>(wait_us_.size() - 1))] / 1000;
    };
    const auto entries = static_cast<double>(statistics.entries),
               syncs = static_cast<double>(statistics.syncs);
    std::printf(
        "%zu rooms, %zu bytes an update: %.0f appends/s, %.1f a sync, %.0f syncs/s; "
        "durable after p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
        rooms_.size(), bytes_, entries / seconds, entries / std::max(syncs, 1.0), syncs / seconds, at(0.5),
        at(0.99), at(1));
  }

 private:
  // The first time from run, then from completions: on the writer's thread, one at a time.
  void append(Room& room) {
    ++in_flight_;
    room.sent = Clock::now();
    store_.append({room.name, {{++room.sequence, 0, "bench", Bytes(bytes_, 'x')}}, {}},
                  [this, &room](Outcome outcome, const std::string& error) {
                    if (outcome == Outcome::failed) {
                      std::fprintf(stderr, "%s\n", error.c_str());
                      std::exit(4);
                    }
                    const auto now = Clock::now();
                    wait_us_.push_back(std::chrono::duration<double, std::micro>(now - room.sent).count());
                    if (now < end_) append(room);
                    --in_flight_;
                    in_flight_.notify_one();
                  });
  }

  RoomStore& store_;
  const std::size_t bytes_;
  std::vector<Room> rooms_;
  std::vector<double> wait_us_;
  Clock::time_point end_;
  std::atomic<std::size_t> in_flight_ = 0;
};

std::size_t argument(int argc, char** argv, int index, std::size_t otherwise) {
  return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr,
                 "usage: storage_bench DIR [rooms] [bytes an update] [seconds]; DIR must not exist yet\n");
    return 2;
  }
  if (std::filesystem::exists(argv[1])) {
    std::fprintf(stderr, "%s exists; name a directory that does not\n", argv[1]);
    return 2;
  }
  const auto seconds = argument(argc, argv, 4, 5);
  try {
    const auto store = assay::storage::open_store(argv[1]);
    Load load(*store, argument(argc, argv, 2, 100), argument(argc, argv, 3, 50));
    load.run(std::chrono::seconds(seconds));
    load.print(static_cast<double>(seconds));
  } catch (const assay::storage::StorageError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 4;
  }
  std::filesystem::remove_all(argv[1]);
  return 0;
}
