// LoggedStore: the writing half of a RoomStore, all of it by way of one LogWriter. What differs between
// stores is where the log is, and reading.
#pragma once

#include <map>
#include <string>

#include "storage/log_writer.h"
#include "storage/room_store.h"
#include "storage/values.h"

namespace assay::storage {

class LoggedStore : public RoomStore {
 public:
  void append(Write write, Completion done) override;
  void append_and_wait(Write write) override;
  void checkpoint(const std::string& room, Checkpoint checkpoint, Completion done) override;
  void erase(const std::string& room) override;
  bool recover() override { return writer().recover(); }
  bool writable() const override { return writer().writable(); }
  Statistics statistics() const override { return writer().statistics(); }

 protected:
  virtual LogWriter& writer() = 0;
  virtual const LogWriter& writer() const = 0;

 private:
  void run_and_wait(std::variant<Write, CheckpointWrite, Erasure> what);
};

// The rules of the log, the same in every store. Why the operation cannot be taken by a room that stands at
// `summary` (all zero: unknown); empty if it can.
std::string why_refused(const Write& write, const RoomSummary& summary);
std::string why_refused(const CheckpointWrite& write, const RoomSummary& summary);
// The summary after one more entry.
void extend(RoomSummary& summary, const LogEntry& entry);
RoomInfo to_info(const std::string& room, const RoomSummary& summary);

}  // namespace assay::storage
