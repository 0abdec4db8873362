#include "storage/rocks_info_log.h"

#include <array>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <system_error>

namespace assay::storage {
namespace {

constexpr long bytes_max = 1 << 20;

class InfoLog final : public rocksdb::Logger {
 public:
  explicit InfoLog(const std::string& directory)
      : rocksdb::Logger(rocksdb::WARN_LEVEL),
        path_(directory + "/LOG"),
        file_(std::fopen(path_.c_str(), "ae")) {}
  ~InfoLog() override {
    if (file_ != nullptr) std::fclose(file_);
  }
  InfoLog(const InfoLog&) = delete;
  InfoLog& operator=(const InfoLog&) = delete;

  using rocksdb::Logger::Logv;
  __attribute__((format(printf, 2, 0))) void Logv(const char* format, va_list arguments) override {
    const std::lock_guard lock(mutex_);
    if (file_ == nullptr) return;
    std::array<char, 32> time{};
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm parts{};
    if (::gmtime_r(&now, &parts) != nullptr) std::strftime(time.data(), time.size(), "%FT%TZ ", &parts);
    std::fputs(time.data(), file_);
    std::vfprintf(file_, format, arguments);
    std::fputc('\n', file_);
    std::fflush(file_);
    std::clearerr(file_);
    if (std::ftell(file_) > bytes_max) roll();
  }

 private:
  void roll() {
    std::fclose(file_);
    std::error_code ignored;
    std::filesystem::rename(path_, path_ + ".old", ignored);
    file_ = std::fopen(path_.c_str(), "we");
  }

  std::mutex mutex_;
  const std::string path_;
  std::FILE* file_;
};

class SilentLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}

 protected:
  rocksdb::Status CloseImpl() override { return rocksdb::Status::OK(); }
};

}  // namespace

std::shared_ptr<rocksdb::Logger> silent_info_log() { return std::make_shared<SilentLog>(); }

std::shared_ptr<rocksdb::Logger> open_info_log(const std::string& directory) {
  return std::make_shared<InfoLog>(directory);
}

}  // namespace assay::storage
