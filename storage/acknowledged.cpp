#include "storage/acknowledged.h"

#include "storage/bytes.h"
#include "storage/crc32c.h"
#include "storage/rocks_tables.h"

namespace assay::storage {
namespace {

constexpr char layout = 1;
constexpr std::size_t content_bytes = 1 + 8 + 8, encoded_bytes = content_bytes + 8;

std::string encode(const WalPosition& position) {
  std::string out{layout};
  append_u64(out, position.number);
  append_u64(out, position.bytes);
  append_u64(out, crc32c(out));
  return out;
}

std::optional<WalPosition> decode(std::string_view bytes) {
  if (bytes.size() != encoded_bytes || bytes[0] != layout) return std::nullopt;
  if (read_u64(bytes.substr(content_bytes)) != crc32c(bytes.substr(0, content_bytes))) return std::nullopt;
  return WalPosition{read_u64(bytes.substr(1)), read_u64(bytes.substr(9))};
}

}  // namespace

AcknowledgedMark::Content AcknowledgedMark::read(rocksdb::Env* env, const std::string& path) {
  std::string bytes;
  const auto status = rocksdb::ReadFileToString(env, path, &bytes);
  if (status.IsNotFound() || status.IsPathNotFound()) return {};
  check(status, "cannot read " + path);
  const auto position = decode(bytes);
  return {position, !position};
}

AcknowledgedMark::AcknowledgedMark(rocksdb::Env* env, const std::string& path, const WalPosition& position) {
  const auto what = "cannot write " + path;
  const auto bytes = encode(position);
  std::uint64_t size = 0;
  const bool there = env->GetFileSize(path, &size).ok() && size == bytes.size();
  if (!there) {
    check(rocksdb::WriteStringToFile(env, bytes, path, true), what);
    std::unique_ptr<rocksdb::Directory> directory;
    check(env->NewDirectory(path.substr(0, path.rfind('/')), &directory), what);
    check(directory->Fsync(), what);
  }
  check(env->NewRandomRWFile(path, &file_, rocksdb::EnvOptions()), what);
  if (there) check(file_->Write(0, bytes), what);
  if (there) check(file_->Sync(), what);
}

AcknowledgedMark::~AcknowledgedMark() {
  file_->Sync().PermitUncheckedError();
  file_->Close().PermitUncheckedError();
}

void AcknowledgedMark::set(const WalPosition& position) {
  file_->Write(0, encode(position)).PermitUncheckedError();
}

}  // namespace assay::storage
