#include "crdt/any.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>

#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

enum Tag : std::uint8_t {
  tag_bytes = 116,
  tag_array,
  tag_object,
  tag_string,
  tag_true,
  tag_false,
  tag_bigint,
  tag_float64,
  tag_float32,
  tag_integer,
  tag_null,
  tag_undefined,
};

void write_number(Writer& writer, double value) {
  if (std::trunc(value) == value && std::fabs(value) <= 2147483647.0) {
    writer.byte(tag_integer);
    writer.signed_number(value);
  } else if (const auto narrow = static_cast<float>(value); static_cast<double>(narrow) == value) {
    writer.byte(tag_float32);
    writer.fixed(std::bit_cast<std::uint32_t>(narrow), 4);
  } else {
    writer.byte(tag_float64);
    writer.fixed(std::isnan(value) ? 0x7ff8000000000000u : std::bit_cast<std::uint64_t>(value), 8);
  }
}

// An integer of at most five bytes behind its tag, which is every integer of 32 bits. Looks at eight bytes at
// once: arrays of numbers are long, and no branch should depend on each number's size.
struct SmallInteger {
  std::size_t size = 0;  // with the tag; 0: the next value is none, or too near the end
  std::uint64_t digits = 0;

  explicit SmallInteger(ByteView bytes) {
    if (bytes.size() < 8 || bytes[0] != tag_integer) return;
    const std::uint64_t word = load_word(bytes.data()) >> 8;
    const std::uint64_t stops = ~word & 0x8080808080u;
    if (stops == 0) return;
    size = 1 + (static_cast<std::size_t>(std::countr_zero(stops)) + 1) / 8;
    digits = word & (stops ^ (stops - 1));
  }
  double value() const {
    const std::uint64_t magnitude = (digits & 0x3f) | (digits >> 2 & 0x1fc0) | (digits >> 3 & 0xfe000) |
                                    (digits >> 4 & 0x7f00000) | (digits >> 5 & 0x3f8000000);
    const auto number = static_cast<double>(static_cast<std::int64_t>(magnitude));
    return digits & 0x40 ? -number : number;
  }
};

struct AnyWriter {
  Writer& writer;
  void operator()(Undefined) const { writer.byte(tag_undefined); }
  void operator()(Null) const { writer.byte(tag_null); }
  void operator()(bool value) const { writer.byte(value ? tag_true : tag_false); }
  void operator()(double value) const { write_number(writer, value); }
  void operator()(BigInt value) const {
    writer.byte(tag_bigint);
    writer.fixed(static_cast<std::uint64_t>(value.value), 8);
  }
  void operator()(const std::string& value) const {
    writer.byte(tag_string);
    writer.string(value);
  }
  void operator()(const Bytes& value) const {
    writer.byte(tag_bytes);
    writer.buffer(value);
  }
  void operator()(const AnyArray& value) const {
    writer.byte(tag_array);
    writer.varint(value.size());
    for (const Any& element : value) write_any(writer, element);
  }
  void operator()(const AnyObject& value) const {
    writer.byte(tag_object);
    writer.varint(value.size());
    for (const auto& [key, member] : value) {
      writer.string(key);
      write_any(writer, member);
    }
  }
};

}  // namespace

static bool repeats_a_key(const AnyObject& members) {
  constexpr std::size_t few = 12;
  if (members.size() <= few) {
    for (std::size_t i = 1; i < members.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (members[i].first == members[j].first) return true;
    return false;
  }
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const auto& member : members) keys.push_back(member.first);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

void settle_members(AnyObject& members) {
  if (!repeats_a_key(members)) return;
  AnyObject settled;
  std::map<std::string, std::size_t> places;
  for (auto& member : members) {
    const auto [place, first] = places.try_emplace(member.first, settled.size());
    if (first) {
      settled.push_back(std::move(member));
    } else {
      settled[place->second].second = std::move(member.second);
    }
  }
  members = std::move(settled);
}

const Any* Any::member(std::string_view key) const {
  const auto* object = get_if<AnyObject>();
  if (!object) return nullptr;
  for (const auto& [name, value] : *object) {
    if (name == key) return &value;
  }
  return nullptr;
}

void skip_any(Reader& reader, std::size_t nesting_max) {
  switch (reader.byte()) {
    case tag_undefined:
    case tag_null:
    case tag_true:
    case tag_false:
      return;
    case tag_integer:
      reader.signed_number();
      return;
    case tag_float32:
      reader.bytes(4);
      return;
    case tag_float64:
    case tag_bigint:
      reader.bytes(8);
      return;
    case tag_string:
      reader.string();
      return;
    case tag_bytes:
      reader.buffer();
      return;
    case tag_array: {
      if (nesting_max == 0) return reader.fail(DecodeError::too_deep);
      for (auto count = reader.count(); count && reader.ok(); --count) skip_any(reader, nesting_max - 1);
      return;
    }
    case tag_object: {
      if (nesting_max == 0) return reader.fail(DecodeError::too_deep);
      for (auto count = reader.count(); count && reader.ok(); --count) {
        reader.string();
        skip_any(reader, nesting_max - 1);
      }
      return;
    }
    default:
      reader.fail(DecodeError::bad_tag);
  }
}

Any read_any(Reader& reader, std::size_t nesting_max) {
  switch (reader.byte()) {
    case tag_undefined:
      return Any();
    case tag_null:
      return Any(Any::Value(Null{}));
    case tag_true:
      return Any(true);
    case tag_false:
      return Any(false);
    case tag_integer:
      return Any(reader.signed_number());
    case tag_float32:
      return Any(static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(reader.fixed(4)))));
    case tag_float64:
      return Any(std::bit_cast<double>(reader.fixed(8)));
    case tag_bigint:
      return Any(Any::Value(BigInt{static_cast<std::int64_t>(reader.fixed(8))}));
    case tag_string:
      return Any(std::string(reader.string()));
    case tag_bytes: {
      const ByteView view = reader.buffer();
      return Any(Any::Value(Bytes(view.begin(), view.end())));
    }
    case tag_array: {
      if (nesting_max == 0) {
        reader.fail(DecodeError::too_deep);
        return {};
      }
      AnyArray array;
      for (auto count = reader.count(); count && reader.ok(); --count)
        array.push_back(read_any(reader, nesting_max - 1));
      return Any(Any::Value(std::move(array)));
    }
    case tag_object: {
      if (nesting_max == 0) {
        reader.fail(DecodeError::too_deep);
        return {};
      }
      AnyObject object;
      for (auto count = reader.count(); count && reader.ok(); --count) {
        std::string key(reader.string());
        object.emplace_back(std::move(key), read_any(reader, nesting_max - 1));
      }
      settle_members(object);
      return Any(Any::Value(std::move(object)));
    }
    default:
      reader.fail(DecodeError::bad_tag);
      return {};
  }
}

void skip_values(Reader& reader, std::uint64_t count, std::size_t nesting_max) {
  for (; count && reader.ok(); --count) {
    const SmallInteger integer(reader.peek());
    if (integer.size) {
      reader.advance(integer.size);
    } else {
      skip_any(reader, nesting_max);
    }
  }
}

void read_values(Reader& reader, std::uint64_t count, AnyArray& out) {
  for (; count && reader.ok(); --count) {
    const SmallInteger integer(reader.peek());
    if (integer.size) {
      out.emplace_back(integer.value());
      reader.advance(integer.size);
    } else {
      out.push_back(read_any(reader, static_cast<std::size_t>(-1)));
    }
  }
}

void write_any(Writer& writer, const Any& value) { std::visit(AnyWriter{writer}, value.value()); }

}  // namespace assay::crdt
