// Reader and Writer: the only code of the library that touches raw bytes. lib0's variable-length integers,
// strings and buffers, every read checked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "crdt/ids.h"
#include "crdt/result.h"

namespace assay::crdt {

inline constexpr std::uint64_t number_max = (std::uint64_t{1} << 53) - 1;  // what JavaScript counts exactly

// Reads forward and never owns the bytes. The first error sticks: from then on every read gives nothing, so a
// decoder may read a whole record and ask once.
class Reader {
 public:
  explicit Reader(ByteView bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool ok() const { return !failed_; }
  DecodeError error() const { return error_; }
  void fail(DecodeError error) {
    if (failed_) return;
    failed_ = true;
    error_ = error;
    at_ = end_;
  }
  bool at_end() const { return at_ == end_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  ByteView peek() const { return {at_, left()}; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  std::uint8_t byte() {
    if (at_ == end_) {
      fail(DecodeError::truncated);
      return 0;
    }
    return *at_++;
  }
  // At most number_max.
  std::uint64_t varint() {
    if (at_ != end_ && *at_ < 0x80) return *at_++;
    return long_varint();
  }
  // lib0's signed integer: a sign bit, then the magnitude. Negative zero is kept.
  double signed_number();
  // A count of things that take a byte or more each: more of them than bytes left is an error.
  std::uint64_t count() {
    const auto n = varint();
    if (n > left()) fail(DecodeError::truncated);
    return failed_ ? 0 : n;
  }
  ByteView bytes(std::uint64_t size) {
    if (size > left()) {
      fail(DecodeError::truncated);
      return {};
    }
    const ByteView view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return view;
  }
  ByteView buffer() { return bytes(varint()); }
  // Text that is valid UTF-8.
  std::string_view string();
  // Big-endian, as lib0 writes floats and bigints.
  std::uint64_t fixed(unsigned size);

 private:
  std::uint64_t long_varint();

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool failed_ = false;
  DecodeError error_ = DecodeError::truncated;
};

// Appends to bytes that it owns until `take`.
class Writer {
 public:
  Writer() = default;
  explicit Writer(Bytes storage) : bytes_(std::move(storage)) { bytes_.resize(bytes_.capacity()); }

  void byte(std::uint8_t value) { *room(1) = value, ++size_; }
  void varint(std::uint64_t value) {
    std::uint8_t* at = room(10);
    size_ += put_varint(at, value);
  }
  void signed_number(double value);
  void raw(ByteView bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void raw(std::string_view text) {
    raw(ByteView(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  }
  void string(std::string_view text) {
    varint(text.size());
    raw(text);
  }
  void buffer(ByteView bytes) {
    varint(bytes.size());
    raw(bytes);
  }
  void fixed(std::uint64_t value, unsigned size);
  // For those who write many small numbers at once: at least `size` bytes to fill, then `wrote` says up to
  // where.
  std::uint8_t* room(std::size_t size) {
    if (bytes_.size() - size_ < size) bytes_.resize(std::max(bytes_.size() * 2, size_ + size + 64));
    return bytes_.data() + size_;
  }
  void wrote(const std::uint8_t* end) { size_ = static_cast<std::size_t>(end - bytes_.data()); }
  static std::size_t put_varint(std::uint8_t* at, std::uint64_t value) {
    std::size_t size = 0;
    while (value >= 0x80) {
      at[size++] = static_cast<std::uint8_t>(value | 0x80);
      value >>= 7;
    }
    at[size++] = static_cast<std::uint8_t>(value);
    return size;
  }
  void reserve(std::size_t size) {
    if (bytes_.size() < size) bytes_.resize(size);
  }
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  ByteView view() const { return {bytes_.data(), size_}; }
  Bytes take() {
    bytes_.resize(size_);
    size_ = 0;
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;  // longer than what was written
  std::size_t size_ = 0;
};

inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// How long a text is in UTF-16 units, and whether it is all ASCII. valid is false when the bytes are not
// UTF-8.
struct TextMeasure {
  std::uint64_t units = 0;
  bool ascii = true;
  bool valid = true;
};
TextMeasure measure_utf8(ByteView bytes);

// Appends; the input was measured as valid.
void utf8_to_utf16(std::string_view text, std::u16string& out);
// Appends; a surrogate without its pair becomes U+FFFD, as a TextEncoder does.
void utf16_to_utf8(std::u16string_view units, std::string& out);

}  // namespace assay::crdt
