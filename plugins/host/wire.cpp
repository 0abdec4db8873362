#include "plugins/host/wire.h"

#include <bit>
#include <cstring>

namespace assay::host {

static_assert(std::endian::native == std::endian::little,
              "the two ends share one machine, which is little-endian");

void Writer::number(std::uint64_t value, int size) {
  char bytes[8];
  std::memcpy(bytes, &value, sizeof bytes);
  bytes_.append(bytes, static_cast<std::size_t>(size));
}
void Writer::f32(float value) { u32(std::bit_cast<std::uint32_t>(value)); }
void Writer::text(std::string_view value) {
  u32(static_cast<std::uint32_t>(value.size()));
  bytes_.append(value);
}

std::uint64_t Reader::number(std::size_t size) {
  if (rest_.size() < size) {
    fail();
    return 0;
  }
  std::uint64_t value = 0;
  std::memcpy(&value, rest_.data(), size);
  rest_.remove_prefix(size);
  return value;
}
float Reader::f32() { return std::bit_cast<float>(u32()); }
std::string_view Reader::text() {
  const std::uint32_t size = u32();
  if (rest_.size() < size) {
    fail();
    return {};
  }
  const auto value = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return value;
}
std::uint32_t Reader::count(std::size_t bytes_each) {
  const std::uint32_t n = u32();
  if (n > rest_.size() / bytes_each) {
    fail();
    return 0;
  }
  return n;
}

std::optional<Frame> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(read_);
  if (too_long_ || rest.size() < frame_header_bytes) return std::nullopt;
  std::uint32_t size = 0;
  std::memcpy(&size, rest.data(), sizeof size);
  if (size > payload_bytes_max_) {
    too_long_ = true;
    return std::nullopt;
  }
  if (rest.size() - frame_header_bytes < size) {
    buffer_.erase(0, read_);
    read_ = 0;
    return std::nullopt;
  }
  Frame frame{static_cast<std::uint8_t>(rest[4]), std::string(rest.substr(frame_header_bytes, size))};
  read_ += frame_header_bytes + size;
  if (read_ == buffer_.size()) {
    buffer_.clear();
    read_ = 0;
    // One large document must not be held for ever.
    if (buffer_.capacity() > (std::size_t{1} << 20)) buffer_.shrink_to_fit();
  }
  return frame;
}

void append_frame(std::string& out, std::uint8_t kind, std::string_view payload) {
  const auto size = static_cast<std::uint32_t>(payload.size());
  char header[frame_header_bytes];
  std::memcpy(header, &size, sizeof size);
  header[4] = static_cast<char>(kind);
  out.append(header, sizeof header);
  out.append(payload);
}

}  // namespace assay::host
