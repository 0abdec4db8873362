// How the structs of a version 1 update stand in its bytes. One reader for two uses: a scan checks bytes from
// outside, struct by struct, in one pass; a StructStream reads structs again that a scan has checked.
#pragma once

#include <optional>

#include "crdt/plain_struct.h"
#include "crdt/update_parts.h"
#include "crdt/value_codec.h"

namespace assay::crdt {

// Reads one struct. R is Reader or TrustedReader.
template <class R>
class StructParser {
 public:
  using Clients = std::conditional_t<R::trusts, const ClientTable, ClientTable>;
  StructParser(R bytes, Clients& clients, const DecodeLimits& limits)
      : reader(bytes), clients_(&clients), limits_(limits) {}

  R reader;

  std::uint32_t client() {
    if constexpr (R::trusts) {
      return clients_->find(reader.varint());
    } else {
      return clients_->number(reader.varint());
    }
  }

  std::uint64_t id_of(std::uint32_t client) const { return (*clients_)[client]; }

  // All but the client and the clock, which stand in front of the block.
  [[gnu::always_inline]] void read(RawStruct& s) {
    const std::uint8_t info = reader.byte();
    const std::uint8_t kind = info & info_kind;
    s.kind = static_cast<ContentKind>(kind);
    if (kind == 0 || kind == 10) {
      s.length = reader.varint();
      return;
    }
    if (kind > 10) return reader.fail(DecodeError::bad_tag);
    s.keyed = info & info_key;
    if (info & info_origin) {
      s.origin_client = client();
      s.origin_clock = reader.varint();
    }
    if (info & info_right) {
      s.right_client = client();
      s.right_clock = reader.varint();
    }
    if (!(info & (info_origin | info_right))) parent(s, info);
    content(s);
  }

 private:
  static constexpr std::uint8_t info_origin = 0x80, info_right = 0x40, info_key = 0x20, info_kind = 0x1f;

  std::uint32_t here() const { return static_cast<std::uint32_t>(reader.offset()); }

  void parent(RawStruct& s, std::uint8_t info) {
    const std::uint64_t how = reader.varint();
    if (how == 1) {
      s.parent = RawStruct::root;
      span(reader.string(), s.name, s.name_size);
    } else {
      s.parent = RawStruct::item;
      s.odd = how != 0;
      s.parent_client = client();
      s.origin_clock = reader.varint();
    }
    if (info & info_key) {
      s.has_key = true;
      span(reader.string(), s.key, s.key_size);
    }
  }

  // Where a view that was just read stands.
  void span(std::string_view view, std::uint32_t& offset, std::uint32_t& size) {
    size = static_cast<std::uint32_t>(view.size());
    offset = here() - size;
  }

  void json(std::string_view text) {
    if (R::trusts || !reader.ok()) return;
    bool too_deep = false;
    if (!check_json(text, limits_.value_nesting_max, too_deep)) {
      reader.fail(too_deep ? DecodeError::too_deep : DecodeError::bad_tag);
    }
  }

  void values(std::uint64_t count) {
    if constexpr (R::trusts) {
      Reader over(reader.peek());
      skip_values(over, count, static_cast<std::size_t>(-1));
      reader.bytes(over.offset());
    } else {
      skip_values(reader, count, limits_.value_nesting_max);
    }
  }

  void content(RawStruct& s) {
    s.length = 1;
    s.content = here();
    switch (s.kind) {
      case ContentKind::deleted:
        s.length = reader.varint();
        return;
      case ContentKind::string: {
        const ByteView bytes = reader.buffer();
        const TextMeasure measure = measure_utf8(bytes);
        if (!measure.valid) return reader.fail(DecodeError::bad_utf8);
        s.length = measure.units;
        s.ascii = measure.ascii;
        return span(as_text(bytes), s.content, s.content_size);
      }
      case ContentKind::json:
        s.length = reader.count();
        s.content = here();
        for (auto n = s.length; n && reader.ok(); --n) {
          const std::string_view text = reader.string();
          if (text != "undefined") json(text);
        }
        break;
      case ContentKind::any:
        s.length = reader.count();
        s.content = here();
        values(s.length);
        break;
      case ContentKind::binary:
        return span(as_text(reader.buffer()), s.content, s.content_size);
      case ContentKind::embed: {
        const std::string_view text = reader.string();
        json(text);
        return span(text, s.content, s.content_size);
      }
      case ContentKind::format:
        reader.string();
        json(reader.string());
        break;
      case ContentKind::type: {
        const std::uint64_t ref = reader.varint();
        if (ref > 6) return reader.fail(DecodeError::bad_tag);
        if (ref == 3 || ref == 5) reader.string();
        break;
      }
      case ContentKind::document:
        reader.string();
        values(1);
        break;
      case ContentKind::gc:
      case ContentKind::skip:
        break;
    }
    s.content_size = here() - s.content;
  }

  Clients* clients_;
  DecodeLimits limits_;
};

// One checked pass over an update. Each struct, block and deletion is handed to the sink:
//   begin_block(client, clock, at, most), to_read(), then add_read(at, end) or drop_read(), end_block(clock),
//   begin_deletes(at), remove(range)
// where `at` and `end` or `size` say which bytes it stands in, and `most` how many structs there can be. A
// struct is read into what to_read() gives, a fresh one, so that it need not be copied; one without length is
// dropped. While takes_plain() says so, plain structs come as add_plain(struct, at, size).
template <class Sink>
class UpdateScan {
 public:
  UpdateScan(ByteView bytes, ClientTable& clients, const DecodeLimits& limits, Sink& sink)
      : parser_(Reader(bytes), clients, limits), sink_(sink) {}

  bool run(DecodeError& error) {
    Reader& reader = parser_.reader;
    structs();
    deletes();
    if (reader.ok() && !reader.at_end()) reader.fail(DecodeError::trailing_bytes);
    error = reader.error();
    return reader.ok();
  }
  // Whether each number took as few bytes as it can; ask after `run`.
  bool wordy() const { return parser_.reader.wordy(); }

 private:
  void structs() {
    Reader& reader = parser_.reader;
    for (auto blocks = reader.count(); blocks && reader.ok(); --blocks) {
      const std::uint64_t count = reader.count();
      const std::uint32_t client = parser_.client();
      std::uint64_t clock = reader.varint();
      const std::size_t most = std::min<std::uint64_t>(count, reader.left() / plain_size_min + 1);
      sink_.begin_block(client, clock, static_cast<std::uint32_t>(reader.offset()), most);
      std::optional<ClientBytes> own;
      for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
        if (sink_.takes_plain()) {
          if (!own) own.emplace(parser_.id_of(client));
          i += plain(*own, count - i, clock);
          if (i == count) break;
        }
        RawStruct& s = sink_.to_read();
        s.client = client;
        s.clock = clock;
        const auto at = static_cast<std::uint32_t>(reader.offset());
        parser_.read(s);
        if (!reader.ok()) return;
        const bool skip = s.kind == ContentKind::skip;
        if (s.length > (skip ? number_max : struct_length_max) || s.length > number_max - clock)
          return reader.fail(DecodeError::too_large);
        clock += s.length;
        if (s.length) {
          sink_.add_read(at, static_cast<std::uint32_t>(reader.offset()));
        } else {
          sink_.drop_read();
        }
      }
      sink_.end_block(clock);
    }
  }

  // At most `count` plain structs, up to the first that is not. How many it was.
  std::uint64_t plain(const ClientBytes& own, std::uint64_t count, std::uint64_t& clock) {
    const ByteView left = parser_.reader.peek();
    const auto offset = static_cast<std::uint32_t>(parser_.reader.offset());
    const std::uint8_t* at = left.data();
    std::uint64_t taken = 0;
    for (PlainStruct s; taken < count; ++taken) {
      const std::uint8_t* const next = read_plain(at, left.data() + left.size(), own, clock, s);
      if (!next) break;
      sink_.add_plain(s, offset + static_cast<std::uint32_t>(at - left.data()),
                      static_cast<std::uint32_t>(next - at));
      clock += s.length;
      at = next;
    }
    parser_.reader.advance(static_cast<std::size_t>(at - left.data()));
    return taken;
  }

  void deletes() {
    Reader& reader = parser_.reader;
    sink_.begin_deletes(reader.offset());
    for (auto clients = reader.count(); clients && reader.ok(); --clients) {
      const std::uint32_t of = parser_.client();
      for (auto ranges = reader.count(); ranges && reader.ok(); --ranges) {
        RawDelete range{of, reader.varint(), 0};
        range.length = reader.varint();
        if (range.length > number_max - range.clock) return reader.fail(DecodeError::too_large);
        if (range.length && reader.ok()) sink_.remove(range);
      }
    }
  }

  static constexpr std::size_t plain_size_min = 4;
  StructParser<Reader> parser_;
  Sink& sink_;
};

inline constexpr DecodeLimits no_limits{static_cast<std::size_t>(-1)};

// The structs of a block of a decoded update, in their order.
class StructStream {
 public:
  StructStream(const Update::Parts& parts, const Update::Parts::Block& block)
      : parts_(&parts), client_(block.client), clock_(block.clock) {
    rows_.text = block.at;
    if ((kept_ = parts.kept())) {
      kept_ += block.first;
      kept_end_ = kept_ + block.count;
    } else {
      rows_.next = parts.rows.data() + block.row;
      rows_.end = rows_.next + block.count;
    }
  }

  bool done() const { return kept_ == kept_end_ && rows_.next == rows_.end; }
  // Not when done.
  void next(RawStruct& s) {
    if (kept_) {
      s = *kept_++;
    } else {
      s = RawStruct();
      s.client = client_;
      s.clock = clock_;
      read(*rows_.next++, s);
    }
    clock_ = s.end();
  }
  // Those that are left, for whoever loops over the plain ones himself; and where in the bytes the text
  // before the next one ends. None where structs are kept.
  struct Rows {
    const Row* next = nullptr;
    const Row* end = nullptr;
    std::uint32_t text = 0;
  };
  const Rows& rows() const { return rows_; }
  ByteView bytes() const { return parts_->bytes; }
  // Goes on where the loop ended.
  void move(const Rows& rows, std::uint64_t clock) {
    rows_ = rows;
    clock_ = clock;
  }

  std::uint64_t clock() const { return clock_; }

 private:
  void read(const Row& row, RawStruct& s) {
    if (!row.plain()) {
      StructParser<TrustedReader> parser(TrustedReader(parts_->bytes, row.origin), parts_->clients,
                                         no_limits);
      parser.read(s);
      rows_.text += row.right;
      return;
    }
    s.kind = row.deleted() ? ContentKind::deleted : ContentKind::string;
    s.length = row.length();
    s.origin_client = client_;
    s.origin_clock = row.origin;
    if (row.right != Row::no_clock) {
      s.right_client = client_;
      s.right_clock = row.right;
    }
    s.content = rows_.text + row.head();
    s.content_size = row.text_size();
    rows_.text = s.content + s.content_size;
  }

  const Update::Parts* parts_;
  const RawStruct* kept_ = nullptr;
  const RawStruct* kept_end_ = nullptr;
  Rows rows_;
  std::uint32_t client_;
  std::uint64_t clock_;
};

}  // namespace assay::crdt
