#include "storage/rocks_tables.h"

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <array>
#include <optional>

#include "storage/rocks_info_log.h"
#include "storage/wal_check.h"

namespace assay::storage {
namespace {

using Kind = StorageError::Kind;
using rocksdb::Status;
using rocksdb::WALRecoveryMode;

constexpr std::array family_names = {"default", "rooms", "updates", "checkpoints", "records"};

rocksdb::CompressionType first_supported(std::initializer_list<rocksdb::CompressionType> wanted) {
  const auto supported = rocksdb::GetSupportedCompressions();
  for (const auto type : wanted) {
    if (std::find(supported.begin(), supported.end(), type) != supported.end()) return type;
  }
  return rocksdb::kNoCompression;
}

// For machines of 1 GB as well: about 32 MiB of cache and 32 MiB of memtables in all.
rocksdb::DBOptions database_options(rocksdb::Env* env, Access access, WALRecoveryMode mode,
                                    const std::shared_ptr<rocksdb::Logger>& info_log) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = access == Access::create;
  options.create_missing_column_families = access == Access::create;
  options.wal_recovery_mode = mode;
  options.paranoid_checks = true;
  options.track_and_verify_wals_in_manifest = true;
  options.max_bgerror_resume_count =
      0;  // only `recover` resumes, so that nobody writes on after a failure unawares
  options.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(32u << 20);
  options.max_total_wal_size = 32u << 20;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.bytes_per_sync = 1u << 20;
  options.info_log = info_log;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = 8u << 20;
  options.max_write_buffer_number = 3;
  options.target_file_size_base = 16u << 20;
  options.max_bytes_for_level_base = 64u << 20;
  options.compression = first_supported({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  options.bottommost_compression = first_supported({rocksdb::kZSTD, rocksdb::kLZ4Compression});
  options.paranoid_file_checks = true;
  options.memtable_protection_bytes_per_key = 8;
  return options;
}

struct Opened {
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  void close() {
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
    handles.clear();
    db.reset();
  }
};

std::shared_ptr<rocksdb::Logger> info_log_for(const std::string& path, rocksdb::Env* env, Access access) {
  if (access == Access::read_only) return silent_info_log();
  if (env == rocksdb::Env::Default()) return open_info_log(path);
  std::shared_ptr<rocksdb::Logger> log;
  check(env->NewLogger(path + "/LOG", &log), "cannot write in " + path);
  return log;
}

Status open(const std::string& path, rocksdb::Env* env, Access access, WALRecoveryMode mode, Opened& out) {
  if (access == Access::create) check(env->CreateDirIfMissing(path), "cannot make " + path);
  const auto cache = rocksdb::NewLRUCache(32u << 20);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto* name : family_names) families.emplace_back(name, family_options(cache));
  rocksdb::DB* db = nullptr;
  const auto options = database_options(env, access, mode, info_log_for(path, env, access));
  const auto status = access == Access::read_only
                          ? rocksdb::DB::OpenForReadOnly(options, path, families, &out.handles, &db)
                          : rocksdb::DB::Open(options, path, families, &out.handles, &db);
  out.db.reset(db);
  return status;
}

// What is not there is damage, where something has to be.
void check_there(const Status& status, const std::string& what) {
  if (status.IsNotFound() || status.IsPathNotFound())
    throw to_error(Status::Corruption(status.ToString()), what);
  check(status, what);
}

// Its families. Throws when the program does not know one.
std::vector<std::string> known_families(const std::string& path, rocksdb::Env* env) {
  std::vector<std::string> names;
  check_there(
      rocksdb::DB::ListColumnFamilies(
          rocksdb::DBOptions(database_options(env, Access::read_only, {}, silent_info_log())), path, &names),
      "cannot read the data in " + path);
  for (const auto& name : names) {
    if (std::find(family_names.begin(), family_names.end(), name) == family_names.end()) {
      throw StorageError(Kind::newer_format,
                         path + " holds a table \"" + name +
                             "\" that this program does not know; use the newer program that wrote it");
    }
  }
  return names;
}

// Opening without the log.
class IgnoreLog final : public rocksdb::WalFilter {
 public:
  const char* Name() const override { return "assay.IgnoreLog"; }
  WalProcessingOption LogRecord(const rocksdb::WriteBatch&, rocksdb::WriteBatch*, bool*) const override {
    return WalProcessingOption::kIgnoreCurrentRecord;
  }
};

// Opens for reading, changing nothing: so all files are there that the MANIFEST names, closed log files in
// their full length. Returns the number from which on log files hold what no table does.
std::uint64_t oldest_live_log(const std::string& path, rocksdb::Env* env,
                              const std::vector<std::string>& names) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  const auto cache = rocksdb::NewLRUCache(1u << 20);
  for (const auto& name : names) families.emplace_back(name, family_options(cache));
  IgnoreLog filter;
  auto options =
      database_options(env, Access::read_only, WALRecoveryMode::kSkipAnyCorruptedRecords, silent_info_log());
  options.wal_filter = &filter;
  Opened opened;
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(options, path, families, &opened.handles, &db);
  opened.db.reset(db);
  check_there(status, "cannot open the data in " + path);
  std::uint64_t oldest = 0;
  const bool known = opened.db->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &oldest);
  opened.close();
  if (!known)
    throw to_error(Status::NotSupported("no " + rocksdb::DB::Properties::kMinLogNumberToKeep), path);
  return oldest;
}

std::vector<WalFile> read_log(const std::string& path, rocksdb::Env* env, std::uint64_t oldest) {
  std::vector<std::string> names;
  check(env->GetChildren(path, &names), "cannot read " + path);
  std::vector<WalFile> files;
  for (const auto& name : names) {
    const auto number = parse_wal_name(name);
    if (!number || *number < oldest) continue;
    files.push_back({*number, {}});
    check(rocksdb::ReadFileToString(env, path + "/" + name, &files.back().bytes),
          "cannot read " + path + "/" + name);
  }
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  return files;
}

std::string mark_path(const std::string& path) { return path + ".acknowledged"; }

// Whether RocksDB, too, reads a torn log up to there and no further.
bool reads_up_to(const std::string& path, rocksdb::Env* env, std::uint64_t next_sequence) {
  if (next_sequence == 0) return true;
  Opened opened;
  if (!open(path, env, Access::read_only, WALRecoveryMode::kPointInTimeRecovery, opened).ok()) return false;
  const auto last = opened.db->GetLatestSequenceNumber();
  opened.close();
  return last + 1 == next_sequence;
}

// Reads everything that opening would go by, and changes nothing. Throws for damage.
WalVerdict inspect(const std::string& path, rocksdb::Env* env, Access access,
                   const AcknowledgedMark::Content& mark) {
  const auto what = "cannot open the data in " + path;
  const auto names = known_families(path, env);
  if (access != Access::create && names.size() != family_names.size())
    throw to_error(Status::Corruption("a table is missing"), what);
  const auto oldest = oldest_live_log(path, env, names);
  auto verdict = check_wal(read_log(path, env, oldest), oldest, mark.position);
  if (verdict.kind == WalVerdict::Kind::torn && !reads_up_to(path, env, verdict.next_sequence))
    verdict = {WalVerdict::Kind::damaged, verdict.why + ", and RocksDB reads something else", 0, {}, 0};
  if (verdict.kind == WalVerdict::Kind::damaged) throw to_error(Status::Corruption(verdict.why), what);
  return verdict;
}

// Copies what the log holds now, so that even a wrong guess loses nothing.
void keep_damaged_log(const std::string& path, rocksdb::Env* env, const std::string& aside) {
  check(env->CreateDirIfMissing(aside), "cannot make " + aside);
  std::vector<std::string> names;
  check(env->GetChildren(path, &names), "cannot read " + path);
  for (const auto& name : names) {
    if (!name.ends_with(".log")) continue;
    std::string bytes;
    check(rocksdb::ReadFileToString(env, path + "/" + name, &bytes), "cannot read " + path + "/" + name);
    check(rocksdb::WriteStringToFile(env, bytes, aside + "/" + name, true),
          "cannot write " + aside + "/" + name);
  }
}

void tell_torn_end(const std::string& path, rocksdb::Env* env, const OpeningOptions& options,
                   const WalVerdict& verdict) {
  const auto aside = path + ".damaged";
  const bool reading = options.access == Access::read_only;
  if (!reading) keep_damaged_log(path, env, aside);
  if (!options.warn) return;
  options.warn("the last write to " + path +
               " is not whole, as after a power cut, and is left out: " + verdict.why + " (" +
               std::to_string(verdict.dropped) + " bytes); nothing shows that it was acknowledged" +
               (reading ? "" : "; the log as found is kept in " + aside));
}

// So that what is torn is torn once. RocksDB would leave it in place, and may find it again after the next
// power cut, in front of what was written since: it forgets the file only when its directory has been synced.
void cut_torn_ends(const std::string& path, rocksdb::Env* env, const WalVerdict& verdict) {
  for (const auto& [number, bytes] : verdict.ends) {
    const auto file = path + "/" + wal_name(number);
    std::unique_ptr<rocksdb::WritableFile> log;
    check(env->ReopenWritableFile(file, &log, {}), "cannot open " + file);
    check(log->Truncate(bytes), "cannot cut " + file);
    check(log->Sync(), "cannot sync " + file);
    check(log->Close(), "cannot close " + file);
  }
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

}  // namespace

StorageError to_error(const Status& status, const std::string& what) {
  const auto why = one_line(status.ToString());
  if (status.IsNoSpace() || status.subcode() == Status::kSpaceLimit ||
      why.find("No space left") != std::string::npos || why.find("quota exceeded") != std::string::npos) {
    return {Kind::full, what + ": the disk is full (" + why + "); free some space"};
  }
  if (status.IsCorruption()) {
    return {Kind::corrupt,
            what + ": damaged (" + why + "); run `assay verify`, and restore the directory from a backup"};
  }
  if (status.IsIOError() && why.find("lock") != std::string::npos) {
    return {Kind::in_use,
            what + ": in use by another process (" + why + "); stop it, or choose another with --data"};
  }
  if (status.IsShutdownInProgress()) return {Kind::closed, what + ": closing"};
  return {Kind::io, what + ": " + why + "; check the disk and the rights on the directory"};
}

void check(const Status& status, const std::string& what) {
  if (!status.ok()) throw to_error(status, what);
}

RocksTables::RocksTables(const std::string& path, rocksdb::Env* env, const OpeningOptions& options) {
  const auto warn = [&](const std::string& text) {
    if (options.warn) options.warn(text);
  };
  const auto mark = AcknowledgedMark::read(env, mark_path(path));
  const auto current = env->FileExists(path + "/CURRENT");
  if (!current.IsNotFound()) check(current, "cannot read " + path);
  auto mode =
      WALRecoveryMode::kAbsoluteConsistency;  // the log is whole by then, and RocksDB has to find it so
  if (current.ok()) {
    const auto verdict = inspect(path, env, options.access, mark);
    if (verdict.kind == WalVerdict::Kind::torn) {
      if (!options.torn_end_expected) tell_torn_end(path, env, options, verdict);
      if (options.access == Access::read_only)
        mode = WALRecoveryMode::kPointInTimeRecovery;
      else
        cut_torn_ends(path, env, verdict);
    }
  } else if (options.access != Access::create || mark.position) {
    throw to_error(Status::Corruption("CURRENT is missing"), "cannot open the data in " + path);
  }
  if (mark.unreadable) {
    warn(mark_path(path) + " cannot be read" +
         (options.access == Access::read_only ? "" : " and is made anew") +
         "; whether the last writes before it are all there cannot be told");
  }
  Opened opened;
  const auto status = open(path, env, options.access, mode, opened);
  if (!status.ok() && opened.db) opened.close();
  check(status, "cannot open the data in " + path);
  db_ = std::move(opened.db);
  handles_ = std::move(opened.handles);
  if (options.access == Access::read_only) return;
  // What the log held is in tables now; nothing is acknowledged yet in the file that was begun.
  try {
    acknowledged_ = std::make_unique<AcknowledgedMark>(env, mark_path(path), WalPosition{});
  } catch (...) {
    close();
    throw;
  }
}

void RocksTables::close() {
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  handles_.clear();
  db_->Close();
}

RocksTables::~RocksTables() { close(); }

void RocksTables::note_acknowledged() {
  std::unique_ptr<rocksdb::LogFile> log;
  if (acknowledged_ && db_->GetCurrentWalFile(&log).ok())
    acknowledged_->set({log->LogNumber(), log->SizeFileBytes()});
}

rocksdb::ColumnFamilyHandle* RocksTables::handle(std::uint32_t id) {
  for (auto* handle : handles_) {
    if (handle->GetID() == id) return handle;
  }
  return nullptr;
}

std::uint64_t log_file_bytes(rocksdb::DB& db) {
  rocksdb::VectorLogPtr files;
  std::uint64_t bytes = 0;
  if (db.GetSortedWalFiles(files).ok()) {
    for (const auto& file : files) bytes += file->SizeFileBytes();
  }
  return bytes;
}

}  // namespace assay::storage

#ifdef __SANITIZE_THREAD__
// Debian's libraries are not built for ThreadSanitizer: it sees their memory accesses where they call libc,
// and not the atomics that order them.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:librocksdb.so\nrace:libzstd.so\nrace:liblz4.so\nmutex:librocksdb.so\n";
}
#endif
