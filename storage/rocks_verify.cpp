#include "storage/rocks_verify.h"

#include <rocksdb/db.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "storage/keys.h"
#include "storage/values.h"

namespace assay::storage {
namespace {

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::Slice slice(const std::string& text) { return {text.data(), text.size()}; }

class Verifier {
 public:
  explicit Verifier(RocksTables& tables) : tables_(tables) { options_.snapshot = tables.db().GetSnapshot(); }
  ~Verifier() { tables_.db().ReleaseSnapshot(options_.snapshot); }
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  std::vector<RoomStore::Problem> run(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    // Checksums of whole files, those of deleted keys too.
    if (const auto status = tables_.db().VerifyChecksum(); !status.ok())
      problem("", "a file is damaged: " + status.ToString());
    read_summaries();
    std::uint64_t done = 0;
    for (const auto& [room, summary] : rooms_) {
      verify_log(room, summary);
      verify_checkpoints(room, summary);
      if (progress) progress(++done, rooms_.size());
    }
    find_strays("updates", tables_.updates());
    find_strays("checkpoints", tables_.checkpoints());
    verify_records();
    return std::move(problems_);
  }

 private:
  void problem(const std::string& room, std::string what) { problems_.push_back({room, std::move(what)}); }

  template <class Row>
  void scan(const std::string& room, rocksdb::ColumnFamilyHandle* family, const KeyRange& range, Row row) {
    const rocksdb::Slice end = slice(range.end);
    auto options = options_;
    options.fill_cache = false;
    if (!range.end.empty()) options.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at(tables_.db().NewIterator(options, family));
    for (at->Seek(slice(range.first)); at->Valid(); at->Next()) row(view(at->key()), view(at->value()));
    if (!at->status().ok()) problem(room, "cannot be read: " + at->status().ToString());
  }

  void read_summaries() {
    scan("", tables_.rooms(), {}, [&](std::string_view key, std::string_view value) {
      const auto summary = RoomSummary::decode(value);
      if (!summary) problem(std::string(key), "its summary cannot be read");
      rooms_.emplace(key, summary);
    });
  }

  void verify_log(const std::string& room, const std::optional<RoomSummary>& summary) {
    std::uint64_t next = 1, bytes = 0;
    scan(room, tables_.updates(), EntryKey::all_of(room), [&](std::string_view key, std::string_view value) {
      const auto at = EntryKey::decode(key);
      if (!at) return problem(room, "an entry's key cannot be read");
      if (at->sequence != next) {
        problem(room, "entries " + std::to_string(next) + " to " + std::to_string(at->sequence - 1) +
                          " are missing");
      }
      next = at->sequence + 1;
      const auto entry = decode_entry(at->sequence, value);
      if (!entry) return problem(room, "entry " + std::to_string(at->sequence) + " cannot be read");
      if (summary && at->sequence > summary->checkpoint_sequence) bytes += entry->update.size();
    });
    if (!summary) return;
    if (next - 1 != summary->last_sequence) {
      problem(room, "its log ends at " + std::to_string(next - 1) + " and its summary says " +
                        std::to_string(summary->last_sequence));
    }
    if (bytes != summary->log_bytes) {
      problem(room, "its summary says " + std::to_string(summary->log_bytes) +
                        " bytes after the checkpoint and there are " + std::to_string(bytes));
    }
  }

  void verify_checkpoints(const std::string& room, const std::optional<RoomSummary>& summary) {
    std::set<std::uint64_t> found;
    scan(room, tables_.checkpoints(), EntryKey::all_of(room),
         [&](std::string_view key, std::string_view value) {
           const auto at = EntryKey::decode(key);
           if (!at) return problem(room, "a checkpoint's key cannot be read");
           if (!decode_checkpoint(at->sequence, value)) {
             problem(room, "checkpoint " + std::to_string(at->sequence) + " cannot be read");
           }
           found.insert(at->sequence);
         });
    const std::set<std::uint64_t> expected = summary && summary->checkpoint_sequence != 0
                                                 ? std::set{summary->checkpoint_sequence}
                                                 : std::set<std::uint64_t>{};
    if (summary && found != expected) problem(room, "its checkpoints are not those that its summary says");
  }

  // Entries of rooms that have no summary.
  void find_strays(const std::string& table, rocksdb::ColumnFamilyHandle* family) {
    std::set<std::string> strays;
    scan("", family, {}, [&](std::string_view key, std::string_view) {
      const auto at = EntryKey::decode(key);
      if (!at) return problem("", "a key in " + table + " cannot be read");
      if (!rooms_.contains(at->room)) strays.insert(at->room);
    });
    for (const auto& room : strays) problem(room, "has " + table + " and no summary");
  }

  void verify_records() {
    scan("", tables_.records(), {}, [&](std::string_view key, std::string_view value) {
      const auto name = RecordKey::decode(key);
      if (!name) return problem("", "a record's key cannot be read");
      if (!decode_record(value)) problem("", "record " + name->kind + " " + name->key + " cannot be read");
    });
  }

  RocksTables& tables_;
  rocksdb::ReadOptions options_;
  std::map<std::string, std::optional<RoomSummary>> rooms_;
  std::vector<RoomStore::Problem> problems_;
};

}  // namespace

std::vector<RoomStore::Problem> verify_tables(
    RocksTables& tables, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  return Verifier(tables).run(progress);
}

}  // namespace assay::storage
