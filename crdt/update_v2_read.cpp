// Update format version 2, read: the same structs in columns, each run-length encoded. They are written as
// version 1, so that nothing else knows of columns.
#include "crdt/parts_sink.h"
#include "crdt/struct_scan.h"
#include "crdt/v2_columns.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

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

  // To be said before `run`: plain structs are given to the sink as rows over the text, which is copied as a
  // whole, and only what else there is is written as version 1. False: there is other text than ASCII.
  bool make_rows() {
    if (!strings_.ascii() || strings_.all().size() > v1_size_max) return false;
    apart_ = true;
    out_.raw(strings_.all());
    sink_.make_rows();
    return true;
  }

  // False, of rows: also where there is something that rows cannot say; then all has to be read as it comes.
  bool run(Bytes& out, DecodeError& error) {
    const std::uint64_t blocks = rest_.count();
    if (!apart_) out_.varint(blocks);
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
    client_ = table_.number(own_);
    const std::size_t most = std::min<std::uint64_t>(count, size_);
    if (apart_) {
      sink_.begin_block(client_, clock_, static_cast<std::uint32_t>(strings_.offset()), most);
      for (std::uint64_t i = 0; i < count && rest_.ok();) {
        const std::size_t taken = rows(count - i);
        if (taken == 0 && rest_.ok()) one();
        i += std::max<std::size_t>(taken, 1);
      }
    } else {
      out_.varint(count);
      out_.varint(own_);
      out_.varint(clock_);
      sink_.begin_block(client_, clock_, static_cast<std::uint32_t>(out_.size()), most);
      for (std::uint64_t i = 0; i < count && rest_.ok(); ++i) one();
    }
    sink_.end_block(clock_);
  }

  // Plain structs, as many as come next, at most `count` and what a piece holds. How many it was.
  std::size_t rows(std::uint64_t count) {
    const auto plain = [](std::uint8_t info) {
      return (info & 0xa0) == 0x80 && ((info & 0x1f) == 1 || (info & 0x1f) == 4);
    };
    const std::uint64_t own = clients_.repeats(own_);  // an id or two each
    std::size_t size = std::min({count, own / 2, std::uint64_t{piece_max}});
    Piece& piece = piece_;
    if (!infos_.take(piece.infos, size, plain)) rest_.fail(DecodeError::truncated);
    if (size == 0 || !rest_.ok()) return 0;
    std::size_t rights = 0, texts = 0;
    for (std::size_t i = 0; i < size; ++i) {
      rights += piece.infos[i] >> 6 & 1u;
      texts += piece.infos[i] >> 2 & 1u;
    }
    clients_.pass(size + rights);
    piece.rights[rights] = piece.texts[texts] = piece.lengths[size - texts] = 0;
    if (!left_clocks_.take(piece.lefts, size) || !right_clocks_.take(piece.rights, rights) ||
        !strings_.take_lengths(piece.texts, texts) || !lengths_.take(piece.lengths, size - texts) ||
        !put_rows(size))
      rest_.fail(DecodeError::too_large);
    return size;
  }

  bool put_rows(std::size_t size) {
    const Piece& piece = piece_;
    Row* row = sink_.add_rows(size);
    const std::uint32_t *right = piece.rights, *text = piece.texts, *length = piece.lengths;
    std::uint64_t letters = 0, clocks = 0;
    std::uint32_t too_long = 0;
    for (std::size_t i = 0; i < size; ++i, ++row) {
      const std::uint32_t info = piece.infos[i], has_right = info >> 6 & 1u, has_text = info >> 2 & 1u;
      const std::uint32_t mask = 0u - has_text;
      const std::uint32_t units = (*text & mask) | (*length & ~mask);
      row->origin = piece.lefts[i];
      row->right = *right | (has_right - 1u);
      row->shape = units | (1u - has_text) << Row::deleted_shift;
      right += has_right;
      text += has_text;
      length += 1u - has_text;
      too_long |= units - 1u >= Row::length_max;  // or none
      letters += units & mask;
      clocks += units;
    }
    clock_ += clocks;
    sink_.added_text(letters, static_cast<std::uint32_t>(strings_.offset() + letters));
    return !too_long && strings_.pass(letters) && clock_ <= number_max;
  }

  void one() {
    const std::size_t at = out_.size();
    const std::uint8_t info = infos_.next(rest_);
    const unsigned kind = info & 0x1fu;
    if ((info & 0xc0) && (kind == 1 || kind == 4)) {
      PlainStruct plain;
      plain.clock = clock_;
      plain.kind = static_cast<ContentKind>(kind);
      if (text(info, plain) && !apart_ && sink_.takes_plain() && plain.length - 1 < struct_length_max &&
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
    RawStruct& s = sink_.to_read();
    s.client = client_;
    s.clock = clock_;
    parser.read(s);
    if (!parser.reader.ok()) return rest_.fail(parser.reader.error());
    const bool skip = s.kind == ContentKind::skip;
    if (s.length > (skip ? number_max : struct_length_max) || s.length > number_max - clock_)
      return rest_.fail(DecodeError::too_large);
    clock_ += s.length;
    if (!s.length) return sink_.drop_read();
    sink_.add_read(static_cast<std::uint32_t>(at),
                   static_cast<std::uint32_t>(apart_ ? strings_.offset() : out_.size()));
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

  // What the columns say of some structs, spread out; one more of each is read and not used.
  static constexpr std::size_t piece_max = 256;
  static_assert(piece_max <= DifferenceRuns::take_max);
  struct Piece {
    std::uint8_t infos[piece_max + 16];
    std::uint32_t lefts[piece_max], rights[piece_max + 1], texts[piece_max + 1], lengths[piece_max + 1];
  };

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
  bool apart_ = false;
  Piece piece_;
};

// Whether an update is worth rows: a key stroke's is not.
constexpr std::size_t rows_min = 1024;

bool decode(ByteView bytes, const DecodeLimits& limits, bool rows, Update::Parts& parts, DecodeError& error) {
  Reader reader(bytes);
  reader.varint();  // feature flags, none so far
  PartsSink sink(parts);
  V2Reader columns(reader, bytes.size(), limits, std::move(parts.owned), parts.clients, sink);
  if (rows && !columns.make_rows()) return false;
  if (!columns.run(parts.owned, error)) return false;
  parts.bytes = parts.owned;
  parts.apart = rows;
  sink.finish();
  return true;
}

}  // namespace

bool decode_v2(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error) {
  return decode(bytes, limits, false, parts, error);
}

bool decode_v2_apart(ByteView bytes, const DecodeLimits& limits, Update::Parts& parts, DecodeError& error) {
  if (bytes.size() >= rows_min && decode(bytes, limits, true, parts, error)) return true;
  parts.clear();
  return decode_v2(bytes, limits, parts, error);
}

}  // namespace assay::crdt
