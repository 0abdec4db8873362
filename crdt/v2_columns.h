// The columns of an update in version 2, each run-length encoded. Values are asked for one by one, or many at
// a time: what is asked for at once is wanted for rows, and no more is given than a row can say.
#pragma once

#include <algorithm>
#include <string>

#include "crdt/update_parts.h"

namespace assay::crdt {

// Numbers of a row are below this.
inline constexpr unsigned row_bits = 28;

// A byte, then how often it repeats; the last one repeats for ever.
class ByteRuns {
 public:
  explicit ByteRuns(ByteView bytes) : reader_(bytes) {}
  std::uint8_t next(Reader& outer) {
    if (endless_) return value_;
    if (!left_) {
      value_ = reader_.byte();
      if (reader_.at_end()) {
        endless_ = true;
      } else {
        left_ = reader_.varint() + 1;
      }
      if (!reader_.ok()) outer.fail(reader_.error());
    }
    if (left_) --left_;
    return value_;
  }
  // As many of the next ones as `wanted` says yes to, at most so many; behind `out` are sixteen bytes more.
  // False: the column has an error.
  template <class Wanted>
  bool take(std::uint8_t* out, std::size_t& count, const Wanted& wanted) {
    std::size_t taken = 0;
    while (taken < count) {
      if (!endless_ && !left_) {
        value_ = reader_.byte();
        endless_ = reader_.at_end();
        if (!endless_) left_ = reader_.varint() + 1;
        if (!reader_.ok()) return false;
      }
      if (!wanted(value_)) break;
      const std::size_t run = endless_ ? count - taken : std::min<std::uint64_t>(left_, count - taken);
      std::memset(out + taken, value_, 16);
      if (run > 16) std::memset(out + taken, value_, run);
      taken += run;
      left_ -= endless_ ? 0 : run;
    }
    count = taken;
    return true;
  }

 private:
  Reader reader_;
  std::uint8_t value_ = 0;
  std::uint64_t left_ = 0;
  bool endless_ = false;
};

// A number, or a negative one and how often its opposite repeats.
class NumberRuns {
 public:
  explicit NumberRuns(Reader reader) : reader_(reader) {}
  std::uint64_t next(Reader& outer) {
    if (!left_) {
      const auto [magnitude, negative] = reader_.signed_integer();
      left_ = 1;
      if (negative) left_ = reader_.varint() + 2;
      value_ = magnitude;
      if (!reader_.ok()) outer.fail(reader_.error());
    }
    --left_;
    return value_;
  }
  // False: one of them does not fit, or the column has an error.
  bool take(std::uint32_t* out, std::size_t count) {
    std::uint64_t seen = 0;
    for (const std::uint32_t* const end = out + count; out != end;) {
      if (!left_) {
        const auto [magnitude, negative] = reader_.signed_integer();
        value_ = magnitude;
        seen |= magnitude;
        *out++ = static_cast<std::uint32_t>(magnitude);
        if (!negative) continue;
        --out;
        left_ = reader_.varint() + 2;
      }
      const std::uint64_t run = std::min(left_, static_cast<std::uint64_t>(end - out));
      seen |= value_;
      out = std::fill_n(out, run, static_cast<std::uint32_t>(value_));
      left_ -= run;
    }
    return seen >> row_bits == 0 && reader_.ok();
  }
  // How many of the next ones are this number, and known to be.
  std::uint64_t repeats(std::uint64_t value) const { return value_ == value ? left_ : 0; }
  // Over so many of those.
  void pass(std::uint64_t count) { left_ -= count; }

 private:
  Reader reader_;
  std::uint64_t value_ = 0, left_ = 0;
};

// A difference to the value before, doubled, with the lowest bit saying that it repeats.
class DifferenceRuns {
 public:
  explicit DifferenceRuns(ByteView bytes) : reader_(bytes) {}
  std::uint64_t next(Reader& outer) {
    if (!left_) {
      const auto [magnitude, negative] = reader_.signed_integer();
      const auto read =
          negative ? -static_cast<std::int64_t>(magnitude) : static_cast<std::int64_t>(magnitude);
      left_ = 1;
      if (read & 1) left_ = reader_.varint() + 2;
      difference_ = read >> 1;
      if (!reader_.ok()) outer.fail(reader_.error());
    }
    --left_;
    value_ += difference_;
    if (value_ < 0 || value_ > static_cast<std::int64_t>(number_max)) {
      outer.fail(DecodeError::too_large);
      value_ = 0;
    }
    return static_cast<std::uint64_t>(value_);
  }
  // As NumberRuns::take, at most take_max of them.
  static constexpr std::size_t take_max = 512;
  bool take(std::uint32_t* out, std::size_t count) {
    // A difference is below 2^53 and the value below 2^28 at the beginning: so many cannot overflow.
    std::int64_t value = value_, seen = 0;
    for (const std::uint32_t* const end = out + count; out != end;) {
      if (!left_) {
        const auto [magnitude, negative] = reader_.signed_integer();
        const auto sign = -static_cast<std::int64_t>(negative);
        difference_ = ((static_cast<std::int64_t>(magnitude) ^ sign) - sign) >> 1;
        value += difference_;
        seen |= value;
        *out++ = static_cast<std::uint32_t>(value);
        if (!(magnitude & 1)) continue;
        left_ = reader_.varint() + 1;
      }
      for (std::uint64_t run = std::min(left_, static_cast<std::uint64_t>(end - out)); run; --run, --left_) {
        value += difference_;
        seen |= value;
        *out++ = static_cast<std::uint32_t>(value);
      }
    }
    value_ = value;
    return static_cast<std::uint64_t>(seen) >> row_bits == 0 && reader_.ok();
  }

 private:
  Reader reader_;
  std::int64_t value_ = 0, difference_ = 0;
  std::uint64_t left_ = 0;
};

// All strings as one, and how long each is in UTF-16 units.
class StringColumn {
 public:
  static StringColumn read(ByteView bytes, Reader& outer) {
    Reader reader(bytes);
    const std::string_view all = reader.string();
    if (!reader.ok()) outer.fail(reader.error());
    return StringColumn(all, reader);
  }
  // Whether there are no other letters.
  bool ascii() const { return ascii_; }
  std::string_view all() const { return all_; }
  // How much of it is read; where it is ASCII.
  std::size_t offset() const { return at_; }
  // For who reads many at once: how long the next ones are, and then over all of them.
  bool take_lengths(std::uint32_t* out, std::size_t count) { return lengths_.take(out, count); }
  bool pass(std::uint64_t size) {
    if (size > all_.size() - at_) return false;
    at_ += size;
    return true;
  }
  // Whether sixteen bytes from where this text begins are in the column.
  bool reaches(std::string_view text) const {
    return static_cast<std::size_t>(all_.data() + all_.size() - text.data()) >= 16;
  }
  std::string_view next(Reader& outer) {
    const std::uint64_t units = lengths_.next(outer);
    if (ascii_) {
      if (units > all_.size() - at_) return fail(outer);
      at_ += units;
      return all_.substr(at_ - units, units);
    }
    if (units > wide_.size() - at_) return fail(outer);
    scratch_.clear();
    utf16_to_utf8(std::u16string_view(wide_).substr(at_, units), scratch_);
    at_ += units;
    return scratch_;
  }

 private:
  StringColumn(std::string_view all, Reader lengths) : all_(all), lengths_(lengths) {
    ascii_ = measure_utf8(as_bytes(all)).ascii;
    if (!ascii_) utf8_to_utf16(all, wide_);
  }
  static std::string_view fail(Reader& outer) {
    outer.fail(DecodeError::truncated);
    return {};
  }

  std::string_view all_;
  std::u16string wide_;
  std::string scratch_;
  bool ascii_ = true;
  std::size_t at_ = 0;
  NumberRuns lengths_;
};

}  // namespace assay::crdt
