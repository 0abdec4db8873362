// Update format version 2: the same structs in columns, each run-length encoded. Read and written by way of
// version 1, so that only this file knows it.
#include <cmath>

#include "crdt/struct_scan.h"
#include "crdt/update_merge.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

// ---- columns, reading

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

class ToV1 {
 public:
  ToV1(Reader reader, std::size_t size, const DecodeLimits& limits, Bytes& out)
      : rest_(reader),
        limits_(limits),
        structs_left_(structs_min + size * structs_per_byte_max),
        out_(std::move(out)),
        key_clocks_(rest_.buffer()),
        clients_(Reader(rest_.buffer())),
        left_clocks_(rest_.buffer()),
        right_clocks_(rest_.buffer()),
        infos_(rest_.buffer()),
        strings_(StringColumn::read(rest_.buffer(), rest_)),
        parent_infos_(rest_.buffer()),
        type_refs_(Reader(rest_.buffer())),
        lengths_(Reader(rest_.buffer())) {}

  bool run(Bytes& out, DecodeError& error) {
    const std::uint64_t blocks = rest_.count();
    out_.varint(blocks);
    for (std::uint64_t b = 0; b < blocks && rest_.ok(); ++b) {
      const std::uint64_t count = rest_.varint();
      // Runs make many structs of few bytes; how many is bounded all the same.
      if (count > structs_left_) rest_.fail(DecodeError::too_large);
      structs_left_ -= std::min(count, structs_left_);
      out_.varint(count);
      out_.varint(clients_.next(rest_));
      out_.varint(rest_.varint());
      for (std::uint64_t i = 0; i < count && rest_.ok(); ++i) one();
    }
    deletes();
    if (rest_.ok() && !rest_.at_end()) rest_.fail(DecodeError::trailing_bytes);
    error = rest_.error();
    out = out_.take();
    return rest_.ok();
  }

 private:
  static constexpr std::uint64_t structs_min = 65'536, structs_per_byte_max = 64;

  void one() {
    const std::uint8_t info = infos_.next(rest_);
    const unsigned kind = info & 0x1fu;
    if ((info & 0xc0) && (kind == 1 || kind == 4)) return text(info);
    out_.byte(info);
    if (kind == 0) return out_.varint(lengths_.next(rest_));
    if (kind == 10) return out_.varint(rest_.varint());
    if (kind > 10) return rest_.fail(DecodeError::bad_tag);
    if (info & 0x80) id(left_clocks_);
    if (info & 0x40) id(right_clocks_);
    if (!(info & 0xc0)) {
      const bool root = parent_infos_.next(rest_) == 1;
      out_.varint(root ? 1 : 0);
      if (root) {
        out_.string(strings_.next(rest_));
      } else {
        id(left_clocks_);
      }
      if (info & 0x20) out_.string(strings_.next(rest_));
    }
    content(static_cast<ContentKind>(kind));
  }

  // Text, or what once was text, behind or in front of something: nearly every struct.
  void text(std::uint8_t info) {
    std::uint8_t* at = out_.room(1 + 5 * 10);
    const auto put = [&at](std::uint64_t value) { at += Writer::put_varint(at, value); };
    *at++ = info;
    if (info & 0x80) {
      put(clients_.next(rest_));
      put(left_clocks_.next(rest_));
    }
    if (info & 0x40) {
      put(clients_.next(rest_));
      put(right_clocks_.next(rest_));
    }
    if ((info & 0x1f) == 1) {
      put(lengths_.next(rest_));
      return out_.wrote(at);
    }
    const std::string_view text = strings_.next(rest_);
    put(text.size());
    out_.wrote(at);
    out_.raw(text);
  }

  void id(DifferenceRuns& clocks) {
    out_.varint(clients_.next(rest_));
    out_.varint(clocks.next(rest_));
  }

  void key() {
    const std::uint64_t clock = key_clocks_.next(rest_);
    if (clock >= keys_.size()) keys_.emplace_back(strings_.next(rest_));
    out_.string(clock < keys_.size() ? keys_[clock] : keys_.back());
  }

  void any_as_json() { out_.string(to_json(read_any(rest_, limits_.value_nesting_max))); }
  void any() {
    const ByteView before = rest_.peek();
    const std::size_t from = rest_.offset();
    skip_any(rest_, limits_.value_nesting_max);
    if (rest_.ok()) out_.raw(before.first(rest_.offset() - from));
  }

  void content(ContentKind kind) {
    switch (kind) {
      case ContentKind::deleted:
        out_.varint(lengths_.next(rest_));
        return;
      case ContentKind::json: {
        const std::uint64_t count = lengths_.next(rest_);
        if (count > structs_left_) return rest_.fail(DecodeError::too_large);
        structs_left_ -= count;
        out_.varint(count);
        for (std::uint64_t i = 0; i < count && rest_.ok(); ++i) out_.string(strings_.next(rest_));
        return;
      }
      case ContentKind::any: {
        const std::uint64_t count = lengths_.next(rest_);
        if (count > rest_.left()) return rest_.fail(DecodeError::truncated);
        out_.varint(count);
        for (std::uint64_t i = 0; i < count && rest_.ok(); ++i) any();
        return;
      }
      case ContentKind::string:
        out_.string(strings_.next(rest_));
        return;
      case ContentKind::binary:
        out_.buffer(rest_.buffer());
        return;
      case ContentKind::embed:
        any_as_json();
        return;
      case ContentKind::format:
        key();
        any_as_json();
        return;
      case ContentKind::type: {
        const std::uint64_t ref = type_refs_.next(rest_);
        out_.varint(ref);
        if (ref == 3 || ref == 5) key();
        return;
      }
      case ContentKind::document:
        out_.string(strings_.next(rest_));
        any();
        return;
      default:
        return;
    }
  }

  void deletes() {
    const std::uint64_t clients = rest_.count();
    out_.varint(clients);
    for (std::uint64_t c = 0; c < clients && rest_.ok(); ++c) {
      out_.varint(rest_.varint());
      const std::uint64_t ranges = rest_.count();
      out_.varint(ranges);
      std::uint64_t clock = 0;
      for (std::uint64_t i = 0; i < ranges && rest_.ok(); ++i) {
        clock += rest_.varint();
        const std::uint64_t length = rest_.varint() + 1;
        if (clock > number_max || length > number_max - clock) return rest_.fail(DecodeError::too_large);
        out_.varint(clock);
        out_.varint(length);
        clock += length;
      }
    }
  }

  Reader rest_;
  const DecodeLimits& limits_;
  std::uint64_t structs_left_;
  Writer out_;
  DifferenceRuns key_clocks_;
  NumberRuns clients_;
  DifferenceRuns left_clocks_, right_clocks_;
  ByteRuns infos_;
  StringColumn strings_;
  ByteRuns parent_infos_;
  NumberRuns type_refs_, lengths_;
  std::vector<std::string> keys_;
};

// ---- columns, writing

class ByteRunWriter {
 public:
  void write(std::uint8_t value) {
    if (count_ && value == value_) {
      ++count_;
      return;
    }
    if (count_) out_.varint(count_ - 1);
    count_ = 1;
    value_ = value;
    out_.byte(value);
  }
  ByteView finish() { return out_.view(); }

 private:
  Writer out_;
  std::uint8_t value_ = 0;
  std::uint64_t count_ = 0;
};

class NumberRunWriter {
 public:
  void write(std::uint64_t value) {
    if (value == value_) {
      ++count_;
      return;
    }
    flush();
    count_ = 1;
    value_ = value;
  }
  ByteView finish() {
    flush();
    count_ = 0;
    return out_.view();
  }

 private:
  void flush() {
    if (!count_) return;
    const auto value = static_cast<double>(value_);
    out_.signed_number(count_ == 1 ? value : -value);
    if (count_ > 1) out_.varint(count_ - 2);
  }
  Writer out_;
  std::uint64_t value_ = 0, count_ = 0;
};

class DifferenceRunWriter {
 public:
  void write(std::uint64_t value) {
    const std::int64_t difference = static_cast<std::int64_t>(value) - value_;
    value_ = static_cast<std::int64_t>(value);
    if (difference == difference_) {
      ++count_;
      return;
    }
    flush();
    count_ = 1;
    difference_ = difference;
  }
  ByteView finish() {
    flush();
    count_ = 0;
    return out_.view();
  }

 private:
  void flush() {
    if (!count_) return;
    out_.signed_number(static_cast<double>(difference_ * 2 + (count_ == 1 ? 0 : 1)));
    if (count_ > 1) out_.varint(count_ - 2);
  }
  Writer out_;
  std::int64_t value_ = 0, difference_ = 0;
  std::uint64_t count_ = 0;
};

class ToV2 {
 public:
  // Yjs says "in a map" of a struct with an origin when it writes a document, and forgets it when it converts
  // bytes.
  ToV2(const Update::Parts& parts, bool of_document) : parts_(parts), of_document_(of_document) {}

  Bytes run() {
    rest_.varint(parts_.blocks.size());
    for (const auto& block : parts_.blocks) {
      rest_.varint(block.count);
      clients_.write(parts_.clients[block.client]);
      rest_.varint(block.count ? block.clock : 0);
      RawStruct s;
      for (StructStream stream(parts_, block); !stream.done();) {
        stream.next(s);
        one(s);
      }
    }
    deletes();
    Writer out;
    out.byte(0);
    out.buffer(key_clocks_.finish());
    out.buffer(clients_.finish());
    out.buffer(left_clocks_.finish());
    out.buffer(right_clocks_.finish());
    out.buffer(infos_.finish());
    Writer strings;
    strings.string(strings_);
    strings.raw(string_lengths_.finish());
    out.buffer(strings.view());
    out.buffer(parent_infos_.finish());
    out.buffer(type_refs_.finish());
    out.buffer(lengths_.finish());
    out.raw(rest_.view());
    return out.take();
  }

 private:
  void string(std::string_view text) {
    strings_ += text;
    string_lengths_.write(measure_utf8(as_bytes(text)).units);
  }
  void key(std::string_view text) {
    key_clocks_.write(key_clock_++);
    string(text);
  }
  void id(std::uint32_t client, std::uint64_t clock, DifferenceRunWriter& clocks) {
    clients_.write(parts_.clients[client]);
    clocks.write(clock);
  }

  void one(const RawStruct& s) {
    const auto kind = static_cast<unsigned>(s.kind);
    const bool origin = s.origin_client != no_client, right = s.right_client != no_client;
    infos_.write(static_cast<std::uint8_t>(kind | (origin ? 0x80u : 0u) | (right ? 0x40u : 0u) |
                                           (s.has_key || (of_document_ && s.keyed) ? 0x20u : 0u)));
    if (s.kind == ContentKind::gc) return lengths_.write(s.length);
    if (s.kind == ContentKind::skip) return rest_.varint(s.length);
    if (origin) id(s.origin_client, s.origin_clock, left_clocks_);
    if (right) id(s.right_client, s.right_clock, right_clocks_);
    if (!origin && !right) {
      parent_infos_.write(s.parent == RawStruct::root ? 1 : 0);
      if (s.parent == RawStruct::root) {
        string(parts_.name(s));
      } else {
        id(s.parent_client, s.origin_clock, left_clocks_);
      }
      if (s.has_key) string(parts_.key(s));
    }
    content(s);
  }

  void content(const RawStruct& s) {
    const std::string_view bytes = parts_.content(s);
    Reader reader(as_bytes(bytes));
    switch (s.kind) {
      case ContentKind::deleted:
        return lengths_.write(s.length);
      case ContentKind::json:
        lengths_.write(s.length);
        for (std::uint64_t i = 0; i < s.length; ++i) string(reader.string());
        return;
      case ContentKind::any:
        lengths_.write(s.length);
        return rest_.raw(bytes);
      case ContentKind::string:
        return string(bytes);
      case ContentKind::binary:
        return rest_.string(bytes);
      case ContentKind::embed:
        return write_any(rest_, parse_json(bytes));
      case ContentKind::format:
        key(reader.string());
        return write_any(rest_, parse_json(reader.string()));
      case ContentKind::type: {
        const std::uint64_t ref = reader.varint();
        type_refs_.write(ref);
        if (ref == 3 || ref == 5) key(reader.string());
        return;
      }
      case ContentKind::document:
        string(reader.string());
        return rest_.raw(bytes.substr(reader.offset()));
      default:
        return;
    }
  }

  void deletes() {
    std::vector<RawDelete> all;
    for (const RawDelete& range : parts_.deletes) all.push_back(range);
    std::uint64_t clients = 0;
    for (std::size_t i = 0; i < all.size(); ++i) clients += i == 0 || all[i].client != all[i - 1].client;
    rest_.varint(clients);
    for (std::size_t i = 0; i < all.size();) {
      std::size_t end = i;
      while (end < all.size() && all[end].client == all[i].client) ++end;
      rest_.varint(parts_.clients[all[i].client]);
      rest_.varint(end - i);
      std::uint64_t clock = 0;
      for (; i < end; ++i) {
        rest_.varint(all[i].clock - clock);
        rest_.varint(all[i].length - 1);
        clock = all[i].clock + all[i].length;
      }
    }
  }

  const Update::Parts& parts_;
  const bool of_document_;
  DifferenceRunWriter key_clocks_;
  NumberRunWriter clients_;
  DifferenceRunWriter left_clocks_, right_clocks_;
  ByteRunWriter infos_;
  std::string strings_;
  NumberRunWriter string_lengths_;
  ByteRunWriter parent_infos_;
  NumberRunWriter type_refs_, lengths_;
  Writer rest_;
  std::uint64_t key_clock_ = 0;
};

}  // namespace

bool transcode_v2_to_v1(ByteView bytes, const DecodeLimits& limits, Bytes& out, DecodeError& error) {
  Reader reader(bytes);
  reader.varint();  // feature flags, none so far
  return ToV1(reader, bytes.size(), limits, out).run(out, error);
}

Bytes encode_v2(const Update::Parts& parts, bool of_document) { return ToV2(parts, of_document).run(); }

Result<Bytes> convert_update(ByteView bytes, UpdateFormat from, UpdateFormat to) {
  const auto update = Update::decode(bytes, from);
  if (!update) return update.error();
  if (from == to) return Bytes(bytes.begin(), bytes.end());
  const Update::Parts& parts = update->parts();
  if (to == UpdateFormat::v2) return encode_v2(parts, false);
  return normalise(parts.bytes);
}

}  // namespace assay::crdt
