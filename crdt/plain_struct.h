// Plain structs: text, or what once was text, typed behind and in front of structs of its own client. They
// are nearly all there is in a document, so they are read in one go, a number at a time instead of a byte at
// a time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "crdt/bytes.h"
#include "crdt/update_parts.h"

namespace assay::crdt {

struct PlainStruct {
  std::uint64_t clock = 0, length = 0;
  std::uint64_t origin_clock = 0, right_clock = 0;
  std::string_view text;  // ASCII
  ContentKind kind = ContentKind::string;
  bool has_right = false;
};

// How a client's id stands in the bytes, to be compared and not decoded.
class ClientBytes {
 public:
  explicit ClientBytes(std::uint64_t id) {
    // In one word: what was written byte by byte could not be read at once as a whole.
    for (; id >= 0x80 && size_ < 8; id >>= 7) word_ |= ((id & 0x7f) | 0x80) << 8 * size_++;
    fits_ = size_ < 8;
    if (fits_) word_ |= id << 8 * size_++;
    mask_ = size_ >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size_)) - 1;
  }
  // Eight bytes from `at` on can be read.
  bool stands_at(const std::uint8_t* at) const { return fits_ && (load_word(at) & mask_) == word_; }
  std::size_t size() const { return size_; }

 private:
  std::uint64_t word_ = 0, mask_ = 0;
  std::size_t size_ = 0;
  bool fits_ = false;
};

// A number of at most four bytes, as short as it can be. False: it is not that. Four bytes from
// `at` on can be read. Neighbours in a document have clocks of one length as a rule: a branch that
// is foreseen lets the next struct begin before this one is read.
inline bool read_short_varint(const std::uint8_t*& at, std::uint64_t& value) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  if ((word & 0x808080u) == 0x8080u) {
    value = (word & 0x7fu) | (word >> 1 & 0x3f80u) | (word >> 2 & 0x1fc000u);
    at += 3;
    return value >> 14;
  }
  if ((word & 0x8080u) == 0x80u) {
    value = (word & 0x7fu) | (word >> 1 & 0x3f80u);
    at += 2;
    return value >> 7;
  }
  const std::size_t size = short_varint(at, value);
  if (size == 0) return false;
  const std::uint8_t last = at[size - 1];
  at += size;
  return size == 1 || last != 0;
}

// The high bits of the first so many of sixteen bytes.
inline constexpr auto high_bits = [] {
  std::array<std::array<std::uint64_t, 2>, 17> masks{};
  for (std::size_t size = 0; size < masks.size(); ++size) {
    for (std::size_t i = 0; i < size; ++i) masks[size][i / 8] |= std::uint64_t{0x80} << 8 * (i % 8);
  }
  return masks;
}();

// Whether `size` bytes are ASCII. Sixteen bytes from `at` on can be read.
inline bool is_ascii(const std::uint8_t* at, std::size_t size) {
  constexpr std::uint64_t high = 0x8080808080808080u;
  const auto& masks = high_bits[std::min<std::size_t>(size, 16)];
  std::uint64_t seen = (load_word(at) & masks[0]) | (load_word(at + 8) & masks[1]);
  if (size > 16) {
    std::uint64_t other = 0;
    for (std::size_t i = 16; i + 16 < size; i += 16) {
      seen |= load_word(at + i);
      other |= load_word(at + i + 8);
    }
    seen |= other | load_word(at + size - 16) | load_word(at + size - 8);
    seen &= high;
  }
  return seen == 0;
}

// Reads a plain struct of the client, whose clock is known. Null: it is not plain, or not surely so, or near
// the end; the general reader has to look. Else where the next one begins; sixteen bytes from the text's
// beginning on can be read.
inline const std::uint8_t* read_plain(const std::uint8_t* at, const std::uint8_t* end,
                                      const ClientBytes& client, std::uint64_t clock, PlainStruct& s) {
  constexpr std::ptrdiff_t head_max = 1 + 2 * 8 + 3 * 4, slack = head_max + 16;
  if (end - at < slack) return nullptr;
  const std::uint8_t info = *at++;
  // Text or deleted, behind something, in no map. Asked at once, as is how many bytes follow: one as often as
  // the other.
  constexpr std::uint32_t kinds = 1u << 1 | 1u << 4;
  if (((kinds >> (info & 31u)) & (info >> 7) & ~(info >> 5) & 1u) == 0 || !client.stands_at(at))
    return nullptr;
  const std::uint64_t text_mask = std::uint64_t{0} - (info >> 2 & 1u);
  at += client.size();
  if (!read_short_varint(at, s.origin_clock)) return nullptr;
  s.has_right = info & 0x40;
  if (s.has_right) {
    if (!client.stands_at(at)) return nullptr;
    at += client.size();
    if (!read_short_varint(at, s.right_clock)) return nullptr;
  }
  if (*at < 0x80) {
    s.length = *at++;
  } else if (!read_short_varint(at, s.length)) {
    return nullptr;
  }
  s.kind = static_cast<ContentKind>(info & 0x1fu);
  s.clock = clock;
  const std::uint64_t bytes = s.length & text_mask;
  if (s.length > struct_length_max || s.length > number_max - clock) return nullptr;
  if (bytes > static_cast<std::uint64_t>(end - at) || !is_ascii(at, bytes)) return nullptr;
  if (s.length == 0) return nullptr;
  s.text = {reinterpret_cast<const char*>(at), bytes};
  return at + bytes;
}

}  // namespace assay::crdt
