// Update format version 2, written: the structs of a decoded update in columns, each run-length encoded.
#include "crdt/struct_scan.h"
#include "crdt/update_merge.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

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
  ToV2(const Update::Parts& parts, bool of_our_own) : parts_(parts), of_our_own_(of_our_own) {}

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
                                           (s.has_key || (of_our_own_ && s.keyed) ? 0x20u : 0u)));
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
  const bool of_our_own_;
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

Bytes own_as_v2(const Bytes& update) {
  Update::Parts parts;
  DecodeError error;
  const bool decoded = decode_v1(update, {static_cast<std::size_t>(-1)}, parts, error);
  assert(decoded);
  static_cast<void>(decoded);
  return ToV2(parts, true).run();
}

Result<Bytes> convert_update(ByteView bytes, UpdateFormat from, UpdateFormat to) {
  Update::Parts parts;
  DecodeError error = DecodeError::truncated;
  const bool decoded =
      from == UpdateFormat::v2 ? decode_v2(bytes, {}, parts, error) : decode_v1(bytes, {}, parts, error);
  if (!decoded) return error;
  if (from == to) return Bytes(bytes.begin(), bytes.end());
  if (to == UpdateFormat::v2) return ToV2(parts, false).run();
  return normalise(parts.bytes);
}

}  // namespace assay::crdt
