#include "storage/rocks_store.h"

#include <utility>

#include "storage/keys.h"
#include "storage/rocks_verify.h"

namespace assay::storage {
namespace {

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

rocksdb::Slice slice(const std::string& text) { return {text.data(), text.size()}; }

// One state of all tables for the reads of one call.
class View {
 public:
  explicit View(RocksTables& tables) : tables_(tables) { options_.snapshot = tables.db().GetSnapshot(); }
  ~View() { tables_.db().ReleaseSnapshot(options_.snapshot); }
  View(const View&) = delete;
  View& operator=(const View&) = delete;

  std::optional<std::string> get(rocksdb::ColumnFamilyHandle* family, const std::string& key,
                                 const std::string& what) {
    std::string value;
    const auto status = tables_.db().Get(options_, family, slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    check(status, what);
    return value;
  }

  // Calls `row(key, value)` for every key of the range, in order.
  template <class Row>
  void scan(rocksdb::ColumnFamilyHandle* family, const KeyRange& range, const std::string& what, Row row) {
    const rocksdb::Slice end = slice(range.end);
    auto options = options_;
    if (!range.end.empty()) options.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at(tables_.db().NewIterator(options, family));
    for (at->Seek(slice(range.first)); at->Valid(); at->Next()) row(view(at->key()), view(at->value()));
    check(at->status(), what);
  }

 private:
  RocksTables& tables_;
  rocksdb::ReadOptions options_;
};

[[noreturn]] void damaged(const std::string& what, const std::string& why) {
  throw to_error(rocksdb::Status::Corruption(why), what);
}

std::optional<RoomSummary> summary_of(RocksTables& tables, View& rows, const std::string& room,
                                      const std::string& what) {
  const auto bytes = rows.get(tables.rooms(), room, what);
  if (!bytes) return std::nullopt;
  auto summary = RoomSummary::decode(*bytes);
  if (!summary) damaged(what, "its summary cannot be read");
  return summary;
}

// Entries [from, to], all of which must be there.
std::vector<LogEntry> entries(RocksTables& tables, View& rows, const std::string& room, std::uint64_t from,
                              std::uint64_t to, const std::string& what) {
  std::vector<LogEntry> out;
  if (from > to) return out;
  rows.scan(tables.updates(), {EntryKey{room, from}.encode(), EntryKey{room, to + 1}.encode()}, what,
            [&](std::string_view key, std::string_view value) {
              const auto at = EntryKey::decode(key);
              auto entry = at ? decode_entry(at->sequence, value) : std::nullopt;
              const auto expected = from + out.size();
              if (!entry || entry->sequence != expected) {
                damaged(what, "entry " + std::to_string(expected) + " is missing or cannot be read");
              }
              out.push_back(std::move(*entry));
            });
  if (out.size() != to - from + 1)
    damaged(what, "entry " + std::to_string(from + out.size()) + " is missing");
  return out;
}

OpeningOptions opening_options(const StoreOptions& options, const DataDirectory* directory) {
  const auto writing = directory == nullptr || directory->is_new() ? Access::create : Access::existing;
  return {options.read_only ? Access::read_only : writing, false, options.warn};
}

}  // namespace

RocksStore::RocksStore(const std::string& path, rocksdb::Env* env, const StoreOptions& options,
                       std::unique_ptr<DataDirectory> directory)
    : directory_(std::move(directory)),
      path_(path),
      log_(path, env, opening_options(options, directory_.get())),
      writer_(log_, options.queue_bytes_max) {
  if (directory_) directory_->finish();
}

bool RocksStore::exists(const std::string& room) {
  const RocksLog::Reading tables(log_);
  View rows(*tables);
  return rows.get(tables->rooms(), room, "cannot read " + path_).has_value();
}

RoomState RocksStore::load(const std::string& room) {
  const RocksLog::Reading tables(log_);
  View rows(*tables);
  const auto what = "cannot load room " + room + " from " + path_;
  const auto summary = summary_of(*tables, rows, room, what);
  RoomState out;
  if (!summary) return out;
  if (const auto sequence = summary->checkpoint_sequence; sequence != 0) {
    const auto bytes = rows.get(tables->checkpoints(), EntryKey{room, sequence}.encode(), what);
    if (bytes) out.checkpoint = decode_checkpoint(sequence, *bytes);
    if (!out.checkpoint) damaged(what, "its checkpoint is missing or cannot be read");
  }
  out.tail = entries(*tables, rows, room, summary->checkpoint_sequence + 1, summary->last_sequence, what);
  out.last_sequence = summary->last_sequence;
  return out;
}

std::vector<LogEntry> RocksStore::history(const std::string& room, std::uint64_t from, std::uint64_t to) {
  const RocksLog::Reading tables(log_);
  View rows(*tables);
  const auto what = "cannot read the history of room " + room + " from " + path_;
  const auto summary = summary_of(*tables, rows, room, what);
  if (!summary) return {};
  return entries(*tables, rows, room, std::max<std::uint64_t>(from, 1), std::min(to, summary->last_sequence),
                 what);
}

std::vector<RoomInfo> RocksStore::list() {
  const RocksLog::Reading tables(log_);
  View rows(*tables);
  const auto what = "cannot list the rooms in " + path_;
  std::vector<RoomInfo> out;
  rows.scan(tables->rooms(), {}, what, [&](std::string_view key, std::string_view value) {
    const auto summary = RoomSummary::decode(value);
    if (!summary) damaged(what, "the summary of room " + std::string(key) + " cannot be read");
    out.push_back(to_info(std::string(key), *summary));
  });
  return out;
}

std::optional<std::string> RocksStore::record(const std::string& kind, const std::string& key) {
  const RocksLog::Reading tables(log_);
  View rows(*tables);
  const auto what = "cannot read record " + kind + " " + key + " from " + path_;
  const auto bytes = rows.get(tables->records(), RecordKey{kind, key}.encode(), what);
  if (!bytes) return std::nullopt;
  auto value = decode_record(*bytes);
  if (!value) damaged(what, "its value cannot be read");
  return value;
}

std::vector<Record> RocksStore::records(const std::string& kind, const std::string& prefix) {
  const RocksLog::Reading tables(log_);
  View rows(*tables);
  const auto what = "cannot read the records of kind " + kind + " from " + path_;
  std::vector<Record> out;
  rows.scan(tables->records(), RecordKey::all_of(kind, prefix), what,
            [&](std::string_view key, std::string_view value) {
              auto name = RecordKey::decode(key);
              auto content = decode_record(value);
              if (!name || !content) damaged(what, "a record cannot be read");
              out.push_back({std::move(name->kind), std::move(name->key), std::move(content)});
            });
  return out;
}

std::vector<RoomStore::Problem> RocksStore::verify(
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  const RocksLog::Reading tables(log_);
  return verify_tables(*tables, progress);
}

std::unique_ptr<RoomStore> open_store(const std::string& directory, const StoreOptions& options) {
  auto locked = std::make_unique<DataDirectory>(
      directory, options.read_only ? DataDirectory::Use::read : DataDirectory::Use::write);
  const auto path = locked->log_path();
  return std::make_unique<RocksStore>(path, rocksdb::Env::Default(), options, std::move(locked));
}

}  // namespace assay::storage
