// RocksStore: the RoomStore that keeps rooms in RocksDB. `open_store` makes it on the machine's own files;
// tests bring their own disk. Only storage/ includes this header.
#pragma once

#include <rocksdb/env.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/data_directory.h"
#include "storage/logged_store.h"
#include "storage/rocks_log.h"

namespace assay::storage {

class RocksStore final : public LoggedStore {
 public:
  // `path` is RocksDB's directory in `env`. With `directory`, which is kept locked as long as this lives, and
  // says whether RocksDB's has to be there; without, it is made where there is none.
  RocksStore(const std::string& path, rocksdb::Env* env, const StoreOptions& options,
             std::unique_ptr<DataDirectory> directory = nullptr);

  bool exists(const std::string& room) override;
  RoomState load(const std::string& room) override;
  std::vector<LogEntry> history(const std::string& room, std::uint64_t from, std::uint64_t to) override;
  std::vector<RoomInfo> list() override;
  std::optional<std::string> record(const std::string& kind, const std::string& key) override;
  std::vector<Record> records(const std::string& kind, const std::string& prefix) override;
  std::vector<Problem> verify(const std::function<void(std::uint64_t, std::uint64_t)>& progress) override;

 protected:
  LogWriter& writer() override { return writer_; }
  const LogWriter& writer() const override { return writer_; }

 private:
  std::unique_ptr<DataDirectory> directory_;  // first, so that it is let go last
  const std::string path_;
  RocksLog log_;
  LogWriter writer_;
};

}  // namespace assay::storage
