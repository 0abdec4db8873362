#include "crdt/bytes.h"

#include <cmath>

namespace assay::crdt {

const char* to_string(DecodeError error) {
  switch (error) {
    case DecodeError::truncated:
      return "the bytes end in the middle of a value";
    case DecodeError::too_large:
      return "a number is out of its range";
    case DecodeError::too_deep:
      return "values are nested too deeply";
    case DecodeError::bad_tag:
      return "a value is of an unknown kind";
    case DecodeError::bad_utf8:
      return "a text is not UTF-8";
    case DecodeError::trailing_bytes:
      return "there are bytes after the end";
  }
  return "the bytes cannot be read";
}

std::uint64_t Reader::long_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (at_ == end_) {
      fail(DecodeError::truncated);
      return 0;
    }
    const std::uint8_t digit = *at_++;
    if (shift >= 56 && digit != 0 && !(shift == 56 && digit == 0x80)) {
      fail(DecodeError::too_large);
      return 0;
    }
    if (shift < 56) value |= std::uint64_t{digit & 0x7fu} << shift;
    if (digit < 0x80) {
      wordy_ |= digit == 0 && shift != 0;
      break;
    }
    if (shift >= 63) {
      fail(DecodeError::too_large);
      return 0;
    }
  }
  if (value > number_max) {
    fail(DecodeError::too_large);
    return 0;
  }
  return value;
}

Reader::Signed Reader::long_signed() {
  const std::uint8_t first = byte();
  const bool negative = first & 0x40;
  std::uint64_t value = first & 0x3f;
  std::uint8_t digit = first;
  for (unsigned shift = 6; digit & 0x80; shift += 7) {
    digit = byte();
    if (!ok()) return {};
    if (shift > 55 && (digit & 0x7f)) {
      fail(DecodeError::too_large);
      return {};
    }
    if (shift > 63) {
      fail(DecodeError::too_large);
      return {};
    }
    if (shift <= 55) value |= std::uint64_t{digit & 0x7fu} << shift;
  }
  if (value > number_max) {
    fail(DecodeError::too_large);
    return {};
  }
  return {value, negative};
}

std::uint64_t Reader::fixed(unsigned size) {
  const ByteView view = bytes(size);
  std::uint64_t value = 0;
  for (const std::uint8_t digit : view) value = value << 8 | digit;
  return value;
}

std::string_view Reader::string() {
  const ByteView view = buffer();
  if (!measure_utf8(view).valid) {
    fail(DecodeError::bad_utf8);
    return {};
  }
  return as_text(view);
}

void Writer::signed_number(double value) {
  const bool negative = std::signbit(value);
  auto rest = static_cast<std::uint64_t>(std::fabs(value));
  byte(static_cast<std::uint8_t>((rest > 0x3f ? 0x80u : 0u) | (negative ? 0x40u : 0u) | (rest & 0x3fu)));
  for (rest >>= 6; rest; rest >>= 7)
    byte(static_cast<std::uint8_t>((rest > 0x7f ? 0x80u : 0u) | (rest & 0x7fu)));
}

void Writer::fixed(std::uint64_t value, unsigned size) {
  while (size) byte(static_cast<std::uint8_t>(value >> (8 * --size)));
}

TextMeasure measure_utf8(ByteView bytes) {
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  while (end - at >= 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    if (word & 0x8080808080808080u) break;
    at += 8;
  }
  while (at != end && *at < 0x80) ++at;
  TextMeasure measure;
  if (at == end) {
    measure.units = bytes.size();
    return measure;
  }
  measure.ascii = false;
  measure.units = static_cast<std::uint64_t>(at - bytes.data());
  const auto follows = [&](unsigned n) {
    return n < static_cast<std::size_t>(end - at) && (at[n] & 0xc0) == 0x80;
  };
  while (at != end) {
    const std::uint8_t lead = *at;
    if (lead < 0x80) {
      ++at;
      ++measure.units;
    } else if (lead >= 0xc2 && lead <= 0xdf && follows(1)) {
      at += 2;
      ++measure.units;
    } else if ((lead & 0xf0) == 0xe0 && follows(1) && follows(2) && !(lead == 0xe0 && at[1] < 0xa0) &&
               !(lead == 0xed && at[1] >= 0xa0)) {
      at += 3;
      ++measure.units;
    } else if (lead >= 0xf0 && lead <= 0xf4 && follows(1) && follows(2) && follows(3) &&
               !(lead == 0xf0 && at[1] < 0x90) && !(lead == 0xf4 && at[1] >= 0x90)) {
      at += 4;
      measure.units += 2;
    } else {
      measure.valid = false;
      return measure;
    }
  }
  return measure;
}

void utf8_to_utf16(std::string_view text, std::u16string& out) {
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t n) {
      return static_cast<unsigned>(static_cast<std::uint8_t>(text[i + n]));
    };
    const unsigned lead = at(0);
    if (lead < 0x80) {
      out.push_back(static_cast<char16_t>(lead));
      i += 1;
    } else if (lead < 0xe0) {
      out.push_back(static_cast<char16_t>((lead & 0x1f) << 6 | (at(1) & 0x3f)));
      i += 2;
    } else if (lead < 0xf0) {
      out.push_back(static_cast<char16_t>((lead & 0x0f) << 12 | (at(1) & 0x3f) << 6 | (at(2) & 0x3f)));
      i += 3;
    } else {
      const unsigned point =
          (lead & 0x07) << 18 | (at(1) & 0x3f) << 12 | (at(2) & 0x3f) << 6 | (at(3) & 0x3f);
      out.push_back(static_cast<char16_t>(0xd800 + ((point - 0x10000) >> 10)));
      out.push_back(static_cast<char16_t>(0xdc00 + (point & 0x3ff)));
      i += 4;
    }
  }
}

void utf16_to_utf8(std::u16string_view units, std::string& out) {
  const auto put = [&out](unsigned value) { out.push_back(static_cast<char>(value)); };
  for (std::size_t i = 0; i < units.size(); ++i) {
    unsigned point = units[i];
    if (point >= 0xd800 && point < 0xe000) {
      const unsigned next = i + 1 < units.size() ? units[i + 1] : 0u;
      if (point < 0xdc00 && next >= 0xdc00 && next < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (next - 0xdc00);
        ++i;
      } else {
        point = 0xfffd;
      }
    }
    if (point < 0x80) {
      put(point);
    } else if (point < 0x800) {
      put(0xc0 | point >> 6);
      put(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
      put(0xe0 | point >> 12);
      put(0x80 | (point >> 6 & 0x3f));
      put(0x80 | (point & 0x3f));
    } else {
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
      put(0x80 | (point >> 6 & 0x3f));
      put(0x80 | (point & 0x3f));
    }
  }
}

}  // namespace assay::crdt
