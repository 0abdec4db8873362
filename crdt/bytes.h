// Reader and Writer: the only code of the library that touches raw bytes. lib0's variable-length integers,
// strings and buffers, every read checked.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "crdt/ids.h"
#include "crdt/result.h"

namespace assay::crdt {

static_assert(std::endian::native == std::endian::little || std::endian::native == std::endian::big);

// Eight bytes, the first one lowest.
inline std::uint64_t load_word(const std::uint8_t* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// A number of at most four bytes, of which seven bits each count: how many bytes it takes, 0 if more than
// four. Four bytes from `at` on can be read. No branch depends on how long it is: clocks in the middle of a
// document take two or three.
inline std::size_t short_varint(const std::uint8_t* at, std::uint64_t& value) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  const std::uint32_t stops = ~word & 0x80808080u;
  if (stops == 0) return 0;
  word &= stops ^ (stops - 1);  // up to the last byte of the number
  value = (word & 0x7fu) | (word >> 1 & 0x3f80u) | (word >> 2 & 0x1fc000u) | (word >> 3 & 0xfe00000u);
  return static_cast<std::size_t>(std::countr_zero(stops)) / 8 + 1;
}

inline constexpr std::uint64_t number_max = (std::uint64_t{1} << 53) - 1;  // what JavaScript counts exactly

// Reads forward and never owns the bytes. The first error sticks: from then on every read gives nothing, so a
// decoder may read a whole record and ask once.
class Reader {
 public:
  static constexpr bool trusts = false;
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
    if (end_ - at_ >= 3) {
      if (at_[1] < 0x80) return two_bytes();
      if (at_[2] < 0x80) return three_bytes();
    }
    return long_varint();
  }
  // Whether some number so far took more bytes than it needs, which nobody writes and everybody reads.
  bool wordy() const { return wordy_; }
  // lib0's signed integer: a sign bit, then the magnitude. Negative zero is kept.
  struct Signed {
    std::uint64_t magnitude = 0;  // at most number_max
    bool negative = false;
  };
  Signed signed_integer() {
    if (left() >= 4) {
      std::uint64_t value = 0;
      if (const std::size_t size = short_varint(at_, value)) {
        at_ += size;
        return {(value >> 7 << 6) | (value & 0x3f), (value & 0x40) != 0};
      }
    }
    return long_signed();
  }
  double signed_number() {
    const Signed number = signed_integer();
    const auto magnitude = static_cast<double>(number.magnitude);
    return number.negative ? -magnitude : magnitude;
  }
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
  // Over bytes that were read otherwise, by `peek`.
  void advance(std::size_t size) {
    assert(size <= left());
    at_ += size;
  }
  ByteView buffer() { return bytes(varint()); }
  // Text that is valid UTF-8.
  std::string_view string();
  // Big-endian, as lib0 writes floats and bigints.
  std::uint64_t fixed(unsigned size);

 private:
  std::uint64_t two_bytes() {
    const std::uint64_t value = (at_[0] & 0x7fu) | std::uint64_t{at_[1]} << 7;
    wordy_ |= at_[1] == 0;
    at_ += 2;
    return value;
  }
  std::uint64_t three_bytes() {
    const std::uint64_t value = (at_[0] & 0x7fu) | (at_[1] & 0x7fu) << 7 | std::uint64_t{at_[2]} << 14;
    wordy_ |= at_[2] == 0;
    at_ += 3;
    return value;
  }
  std::uint64_t long_varint();
  Signed long_signed();

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  bool failed_ = false;
  bool wordy_ = false;
  DecodeError error_ = DecodeError::truncated;
};

// Reads again what a Reader has read over without an error: nothing is checked twice.
class TrustedReader {
 public:
  static constexpr bool trusts = true;
  explicit TrustedReader(ByteView bytes, std::size_t from = 0)
      : begin_(bytes.data()), at_(bytes.data() + from), end_(bytes.data() + bytes.size()) {}

  static constexpr bool ok() { return true; }
  static constexpr bool wordy() { return false; }
  static void fail(DecodeError) {}
  ByteView peek() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }
  std::uint8_t byte() { return *at_++; }
  std::uint64_t varint() {
    std::uint64_t digit = *at_++;
    if (digit < 0x80) return digit;
    std::uint64_t value = digit & 0x7f;
    digit = *at_++;
    value |= (digit & 0x7f) << 7;
    if (digit < 0x80) return value;
    for (unsigned shift = 14;; shift += 7) {
      digit = *at_++;
      value |= (digit & 0x7f) << shift;
      if (digit < 0x80) return value;
    }
  }
  std::uint64_t count() { return varint(); }
  ByteView bytes(std::uint64_t size) {
    const ByteView view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return view;
  }
  ByteView buffer() { return bytes(varint()); }
  std::string_view string() {
    const ByteView view = buffer();
    return {reinterpret_cast<const char*>(view.data()), view.size()};
  }

 private:
  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

// How a number of so many bits, from one on, is written: in how many bytes, and the bits that say that more
// follow.
struct VarintShape {
  std::uint32_t size, more;
};
inline constexpr auto varint_shapes = [] {
  std::array<VarintShape, 28> shapes{};
  for (std::uint32_t i = 0; i < shapes.size(); ++i)
    shapes[i] = {i / 7 + 1, 0x80808080u & ((1u << 8 * (i / 7)) - 1)};
  return shapes;
}();

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
  // Up to where may be written since the last `room`.
  const std::uint8_t* room_end() const { return bytes_.data() + bytes_.size(); }
  void wrote(const std::uint8_t* end) { size_ = static_cast<std::size_t>(end - bytes_.data()); }
  // Ten bytes from `at` on can be written. Clocks are short or long as it comes, so for numbers of at most
  // four bytes no branch depends on it.
  static std::size_t put_varint(std::uint8_t* at, std::uint64_t value) {
    if (value >> 28) return put_long_varint(at, value);
    const auto low = static_cast<std::uint32_t>(value);
    const VarintShape& shape = varint_shapes[static_cast<unsigned>(std::bit_width(low | 1)) - 1];
    std::uint32_t word =
        (low & 0x7fu) | (low & 0x3f80u) << 1 | (low & 0x1fc000u) << 2 | (low & 0xfe00000u) << 3;
    word |= shape.more;
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    std::memcpy(at, &word, sizeof word);
    return shape.size;
  }
  // Of more than four bytes, as most client ids are: up to eight take their seven bits each in three steps.
  static std::size_t put_long_varint(std::uint8_t* at, std::uint64_t value) {
    if (value >> 56) return put_varint_by_bytes(at, value);
    const unsigned size = (static_cast<unsigned>(std::bit_width(value)) + 6) / 7;
    std::uint64_t word = (value & 0xfffffffu) | (value & 0xfffffff0000000u) << 4;
    word = (word & 0x00003fff00003fffu) | (word & 0x0fffc0000fffc000u) << 2;
    word = (word & 0x007f007f007f007fu) | (word & 0x3f803f803f803f80u) << 1;
    word |= 0x8080808080808080u >> (8 * (9 - size));
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    std::memcpy(at, &word, sizeof word);
    return size;
  }
  static std::size_t put_varint_by_bytes(std::uint8_t* at, std::uint64_t value) {
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
  // Appends; returns where the first byte went.
  std::uint8_t* copy(const std::uint8_t* from, std::size_t size) {
    std::uint8_t* const at = room(size);
    if (size - 8 <= 8) {  // most structs
      std::uint64_t head, tail;
      std::memcpy(&head, from, 8);
      std::memcpy(&tail, from + size - 8, 8);
      std::memcpy(at, &head, 8);
      std::memcpy(at + size - 8, &tail, 8);
    } else {
      std::memcpy(at, from, size);
    }
    size_ += size;
    return at;
  }
  // Leaves out some bytes, for a number that is known later; then puts it there and moves what follows up.
  void skip(std::size_t size) {
    room(size);
    size_ += size;
  }
  void close_gap(std::size_t at, std::size_t size, std::uint64_t number) {
    std::uint8_t digits[10];
    const std::size_t taken = put_varint(digits, number);
    assert(taken <= size);
    std::memcpy(bytes_.data() + at, digits, taken);
    std::memmove(bytes_.data() + at + taken, bytes_.data() + at + size, size_ - at - size);
    size_ -= size - taken;
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
