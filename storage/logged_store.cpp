#include "storage/logged_store.h"

#include <future>
#include <optional>
#include <utility>

namespace assay::storage {
namespace {

constexpr std::size_t room_name_bytes_max = 512, user_bytes_max = 1024, kind_bytes_max = 128,
                      key_bytes_max = 4096;
constexpr std::size_t value_bytes_max = 1u << 30;

std::function<void(const StorageError*)> settle(Completion done) {
  return [done = std::move(done)](const StorageError* error) {
    if (!done) return;
    if (error == nullptr) {
      done(Outcome::durable, {});
    } else {
      done(Outcome::failed, error->what());
    }
  };
}

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string why_refused(const Record& record) {
  if (record.kind.empty() || record.kind.size() > kind_bytes_max) return "a record's kind is 1 to 128 bytes";
  if (record.key.size() > key_bytes_max)
    return "a record's key is at most 4096 bytes; this one, of kind " + record.kind + ", has " +
           number(record.key.size());
  if (record.value && record.value->size() > value_bytes_max) return "a record is at most 1 GiB";
  return {};
}

}  // namespace

void LoggedStore::append(Write write, Completion done) {
  writer().queue({std::move(write), settle(std::move(done))});
}

void LoggedStore::append_and_wait(Write write) { run_and_wait(std::move(write)); }

void LoggedStore::checkpoint(const std::string& room, Checkpoint checkpoint, Completion done) {
  writer().queue({CheckpointWrite{room, std::move(checkpoint)}, settle(std::move(done))});
}

void LoggedStore::erase(const std::string& room) { run_and_wait(Erasure{room}); }

void LoggedStore::run_and_wait(std::variant<Write, CheckpointWrite, Erasure> what) {
  // Shared: the writer may still be inside `set_value` when the future is ready.
  const auto settled = std::make_shared<std::promise<std::optional<StorageError>>>();
  auto waiting = settled->get_future();
  writer().queue({std::move(what), [settled](const StorageError* error) {
                    settled->set_value(error == nullptr ? std::nullopt : std::optional(*error));
                  }});
  if (const auto error = waiting.get()) throw *error;
}

std::string why_refused(const Write& write, const RoomSummary& summary) {
  for (const auto& record : write.records) {
    if (auto why = why_refused(record); !why.empty()) return why;
  }
  if (write.entries.empty()) return {};
  if (write.room.empty() || write.room.size() > room_name_bytes_max) return "a room's name is 1 to 512 bytes";
  auto next = summary.last_sequence + 1;
  for (const auto& entry : write.entries) {
    if (entry.sequence != next) {
      return "entry " + number(entry.sequence) + " does not continue the log of room " + write.room +
             ", where " + number(next) + " is next";
    }
    if (entry.user.size() > user_bytes_max) return "a user's id is at most 1024 bytes";
    if (entry.update.size() > value_bytes_max) return "an update is at most 1 GiB";
    ++next;
  }
  return {};
}

std::string why_refused(const CheckpointWrite& write, const RoomSummary& summary) {
  const auto sequence = write.checkpoint.sequence;
  if (sequence == 0 || sequence > summary.last_sequence) {
    return "a checkpoint at " + number(sequence) + " is not within the log of room " + write.room +
           ", which ends at " + number(summary.last_sequence);
  }
  if (write.checkpoint.state.size() > value_bytes_max) return "a checkpoint is at most 1 GiB";
  return {};
}

void extend(RoomSummary& summary, const LogEntry& entry) {
  if (summary.last_sequence == 0) summary.created_ms = entry.time_ms;
  summary.changed_ms = entry.time_ms;
  summary.last_sequence = entry.sequence;
  summary.log_bytes += entry.update.size();
}

RoomInfo to_info(const std::string& room, const RoomSummary& summary) {
  return {room, summary.last_sequence, summary.created_ms, summary.changed_ms, summary.log_bytes};
}

}  // namespace assay::storage
