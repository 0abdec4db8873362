// The bytes between the server and a plugin's process: frames of [u32 length][u8 kind][payload],
// little-endian, read with bounds on both sides. Lengths count the payload alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::host {

inline constexpr std::size_t frame_header_bytes = 5;

// Appends to a payload.
class Writer {
 public:
  void u8(std::uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void f32(float value);
  void text(std::string_view value);  // [u32 length][bytes]
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  void number(std::uint64_t value, int size);
  std::string bytes_;
};

// Reads a payload. After the first read past the end every read gives zero or nothing, and ok() is false for
// good, so a message is read to its end and judged once.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  float f32();
  std::string_view text();  // points into the payload
  // A count of things of at least `bytes_each` bytes: no peer can make us reserve more than it sent.
  std::uint32_t count(std::size_t bytes_each);
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }
  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  std::uint64_t number(std::size_t size);
  std::string_view rest_;
  bool ok_ = true;
};

struct Frame {
  std::uint8_t kind = 0;
  std::string payload;
};

// Bytes as they come from a socket, frames out.
class FrameReader {
 public:
  explicit FrameReader(std::size_t payload_bytes_max) : payload_bytes_max_(payload_bytes_max) {}
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next whole frame, if it is there. A frame longer than allowed sets too_long() and ends reading.
  std::optional<Frame> next();
  bool too_long() const { return too_long_; }

 private:
  std::size_t payload_bytes_max_;
  std::string buffer_;
  std::size_t read_ = 0;  // bytes of buffer_ that were handed out
  bool too_long_ = false;
};

void append_frame(std::string& out, std::uint8_t kind, std::string_view payload);

}  // namespace assay::host
