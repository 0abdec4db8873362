// Update format version 2, read: the same structs in columns, each run-length encoded. They are written as
// version 1, so that nothing else knows of columns.
#include "crdt/parts_sink.h"
#include "crdt/struct_scan.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

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
  // Whether there are no other letters.
  bool ascii() const { return ascii_; }
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

// What it writes it has checked; only structs that are not plain are looked at again.
class V2Reader {
 public:
  V2Reader(Reader reader, std::size_t size, const DecodeLimits& limits, Bytes storage, ClientTable& table,
           PartsSink& sink)
      : rest_(reader),
        limits_(limits),
        size_(size),
        structs_left_(structs_min + size * structs_per_byte_max),
        out_(std::move(storage)),
        table_(table),
        sink_(sink),
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
    for (std::uint64_t b = 0; b < blocks && rest_.ok(); ++b) block();
    deletes();
    if (rest_.ok() && !rest_.at_end()) rest_.fail(DecodeError::trailing_bytes);
    if (out_.size() > v1_size_max) rest_.fail(DecodeError::too_large);
    error = rest_.error();
    out = out_.take();
    return rest_.ok();
  }

 private:
  static constexpr std::uint64_t structs_min = 65'536, structs_per_byte_max = 64;

  void block() {
    const std::uint64_t count = rest_.varint();
    // Runs make many structs of few bytes; how many is bounded all the same.
    if (count > structs_left_) rest_.fail(DecodeError::too_large);
    structs_left_ -= std::min(count, structs_left_);
    own_ = clients_.next(rest_);
    clock_ = rest_.varint();
    if (!rest_.ok()) return;
    own_size_ = Writer::put_varint(own_digits_, own_);
    out_.varint(count);
    out_.varint(own_);
    out_.varint(clock_);
    client_ = table_.number(own_);
    const std::size_t most = std::min<std::uint64_t>(count, size_);
    sink_.begin_block(client_, clock_, static_cast<std::uint32_t>(out_.size()), most);
    for (std::uint64_t i = 0; i < count && rest_.ok(); ++i) one();
    sink_.end_block(clock_);
  }

  void one() {
    const std::size_t at = out_.size();
    const std::uint8_t info = infos_.next(rest_);
    const unsigned kind = info & 0x1fu;
    if ((info & 0xc0) && (kind == 1 || kind == 4)) {
      PlainStruct plain;
      plain.clock = clock_;
      plain.kind = static_cast<ContentKind>(kind);
      if (text(info, plain) && sink_.takes_plain() && plain.length - 1 < struct_length_max &&
          plain.length <= number_max - clock_) {
        sink_.add_plain(plain, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(out_.size() - at));
        clock_ += plain.length;
        return;
      }
    } else {
      other(info);
    }
    if (rest_.ok()) look_at(at);
  }

  // Reads what was written from there on.
  void look_at(std::size_t at) {
    if (out_.size() > v1_size_max) return rest_.fail(DecodeError::too_large);
    Reader written(out_.view());
    written.advance(at);
    StructParser<Reader> parser(written, table_, limits_);
    RawStruct s;
    s.client = client_;
    s.clock = clock_;
    parser.read(s);
    if (!parser.reader.ok()) return rest_.fail(parser.reader.error());
    const bool skip = s.kind == ContentKind::skip;
    if (s.length > (skip ? number_max : struct_length_max) || s.length > number_max - clock_)
      return rest_.fail(DecodeError::too_large);
    clock_ += s.length;
    if (s.length) sink_.add(s, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(out_.size() - at));
  }

  void other(std::uint8_t info) {
    const unsigned kind = info & 0x1fu;
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

  // Text, or what once was text, behind or in front of something: nearly every struct. Whether it is plain.
  bool text(std::uint8_t info, PlainStruct& s) {
    std::uint8_t* at = out_.room(1 + 5 * 10 + 16);
    bool own = (info & 0xa0) == 0x80;  // so far
    const auto put_id = [&](DifferenceRuns& clocks, std::uint64_t& clock) {
      const std::uint64_t client = clients_.next(rest_);
      if (client == own_) {
        std::memcpy(at, own_digits_, 8);
        at += own_size_;
      } else {
        own = false;
        at += Writer::put_varint(at, client);
      }
      clock = clocks.next(rest_);
      at += Writer::put_varint(at, clock);
    };
    *at++ = info;
    if (info & 0x80) put_id(left_clocks_, s.origin_clock);
    s.has_right = info & 0x40;
    if (s.has_right) put_id(right_clocks_, s.right_clock);
    if (s.kind == ContentKind::deleted) {
      s.length = lengths_.next(rest_);
      at += Writer::put_varint(at, s.length);
      out_.wrote(at);
      return own;
    }
    s.text = strings_.next(rest_);
    s.length = s.text.size();
    at += Writer::put_varint(at, s.length);
    if (s.length - 1 < 16 && strings_.ascii() && strings_.reaches(s.text)) {
      std::memcpy(at, s.text.data(), 16);
      out_.wrote(at + s.length);
      return own;
    }
    out_.wrote(at);
    out_.raw(s.text);
    return own && strings_.ascii();
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
    sink_.begin_deletes(out_.size());
    const std::uint64_t clients = rest_.count();
    out_.varint(clients);
    for (std::uint64_t c = 0; c < clients && rest_.ok(); ++c) {
      const std::uint64_t of = rest_.varint();
      const std::uint32_t number = rest_.ok() ? table_.number(of) : 0;
      out_.varint(of);
      const std::uint64_t ranges = rest_.count();
      out_.varint(ranges);
      std::uint64_t clock = 0;
      for (std::uint64_t i = 0; i < ranges && rest_.ok(); ++i) {
        clock += rest_.varint();
        const std::uint64_t length = rest_.varint() + 1;
        if (clock > number_max || length > number_max - clock) return rest_.fail(DecodeError::too_large);
        std::uint8_t* at = out_.room(20);
        at += Writer::put_varint(at, clock);
        at += Writer::put_varint(at, length);
        out_.wrote(at);
        if (rest_.ok()) sink_.remove({number, clock, length});
        clock += length;
      }
    }
  }

  Reader rest_;
  const DecodeLimits& limits_;
  std::size_t size_;  // of the update
  std::uint64_t structs_left_;
  Writer out_;
  ClientTable& table_;
  PartsSink& sink_;
  // Of the block under way.
  std::uint64_t own_ = 0, clock_ = 0;
  std::uint32_t client_ = 0;
  std::uint8_t own_digits_[16] = {};
  std::size_t own_size_ = 0;
  DifferenceRuns key_clocks_;
  NumberRuns clients_;
  DifferenceRuns left_clocks_, right_clocks_;
  ByteRuns infos_;
  StringColumn strings_;
  ByteRuns parent_infos_;
  NumberRuns type_refs_, lengths_;
  std::vector<std::string> keys_;
};

}  // namespace

bool decode_v2(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error) {
  Reader reader(bytes);
  reader.varint();  // feature flags, none so far
  PartsSink sink(parts);
  V2Reader columns(reader, bytes.size(), limits, std::move(parts.owned), parts.clients, sink);
  if (!columns.run(parts.owned, error)) return false;
  parts.bytes = parts.owned;
  sink.finish();
  return true;
}

}  // namespace assay::crdt
