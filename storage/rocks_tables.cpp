#include "storage/rocks_tables.h"

#include "storage/rocks_info_log.h"

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <array>
#include <optional>

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
rocksdb::DBOptions database_options(rocksdb::Env* env, WALRecoveryMode mode,
                                    const std::shared_ptr<rocksdb::Logger>& info_log) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
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

enum class Access { read_write, read_only };

std::shared_ptr<rocksdb::Logger> info_log_for(const std::string& path, rocksdb::Env* env) {
  check(env->CreateDirIfMissing(path), "cannot make " + path);
  if (env == rocksdb::Env::Default()) return open_info_log(path);
  std::shared_ptr<rocksdb::Logger> log;
  check(env->NewLogger(path + "/LOG", &log), "cannot write in " + path);
  return log;
}

Status open(const std::string& path, rocksdb::Env* env, WALRecoveryMode mode, Access access, Opened& out) {
  const auto cache = rocksdb::NewLRUCache(32u << 20);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto* name : family_names) families.emplace_back(name, family_options(cache));
  rocksdb::DB* db = nullptr;
  const auto options = database_options(env, mode, info_log_for(path, env));
  const auto status = access == Access::read_write
                          ? rocksdb::DB::Open(options, path, families, &out.handles, &db)
                          : rocksdb::DB::OpenForReadOnly(options, path, families, &out.handles, &db);
  out.db.reset(db);
  return status;
}

std::optional<rocksdb::SequenceNumber> readable_up_to(const std::string& path, rocksdb::Env* env,
                                                      WALRecoveryMode mode) {
  Opened opened;
  if (!open(path, env, mode, Access::read_only, opened).ok()) return std::nullopt;
  const auto last = opened.db->GetLatestSequenceNumber();
  opened.close();
  return last;
}

// The log fails its checksums somewhere. Every write is synced before the next begins, so a power cut can
// tear only the last one. If something readable follows the damage, it was not that: what was synced is
// damaged.
bool only_the_end_is_torn(const std::string& path, rocksdb::Env* env) {
  const auto before = readable_up_to(path, env, WALRecoveryMode::kPointInTimeRecovery);
  return before && before == readable_up_to(path, env, WALRecoveryMode::kSkipAnyCorruptedRecords);
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

void refuse_unknown_families(const std::string& path, rocksdb::Env* env) {
  if (!env->FileExists(path + "/CURRENT").ok()) return;
  std::vector<std::string> names;
  check(rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(database_options(env, {}, nullptr)), path, &names),
        "cannot read the data in " + path);
  for (const auto& name : names) {
    if (std::find(family_names.begin(), family_names.end(), name) == family_names.end()) {
      throw StorageError(Kind::newer_format,
                         path + " holds a table \"" + name +
                             "\" that this program does not know; use the newer program that wrote it");
    }
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

RocksTables::RocksTables(const std::string& path, rocksdb::Env* env,
                         const std::function<void(const std::string&)>& warn) {
  refuse_unknown_families(path, env);
  Opened opened;
  auto status = open(path, env, WALRecoveryMode::kTolerateCorruptedTailRecords, Access::read_write, opened);
  if (status.IsCorruption() && only_the_end_is_torn(path, env)) {
    const auto aside = path + ".damaged";
    keep_damaged_log(path, env, aside);
    const auto why = one_line(status.ToString());
    status = open(path, env, WALRecoveryMode::kPointInTimeRecovery, Access::read_write, opened);
    if (status.ok() && warn) {
      warn("the last write to " + path + " was torn, as by a power cut, and is left out (" + why +
           "); nothing that was acknowledged is in it unless the disk lost it; the log as found is kept in " +
           aside);
    }
  }
  check(status, "cannot open the data in " + path);
  db_ = std::move(opened.db);
  handles_ = std::move(opened.handles);
}

RocksTables::~RocksTables() {
  for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close();
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
