// How the structs of a version 1 update stand in its bytes. One reader for two uses: a scan checks bytes from
// outside, struct by struct, in one pass; a StructStream reads structs again that a scan has checked.
#pragma once

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
  bool all_ascii = false;  // known of bytes that are read again: texts need not be looked at

  std::uint32_t client() {
    if constexpr (R::trusts) {
      return clients_->find(reader.varint());
    } else {
      return clients_->number(reader.varint());
    }
  }

  std::uint64_t id_of(std::uint32_t client) const { return (*clients_)[client]; }

  // All but the client and the clock, which stand in front of the block.
  void read(RawStruct& s) {
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
        if (R::trusts && all_ascii) {
          s.length = bytes.size();
          return span(as_text(bytes), s.content, s.content_size);
        }
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
//   begin_block(client, clock, at), add(struct, at, size), end_block(clock), begin_deletes(at), remove(range)
// where `at` and `size` say which bytes it stands in. Structs without length are left out. While
// takes_plain() says so, plain structs come as add_plain(struct, at, size).
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
      sink_.begin_block(client, clock, static_cast<std::uint32_t>(reader.offset()));
      const ClientBytes own(parser_.id_of(client));
      PlainStruct plain;
      for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
        if (sink_.takes_plain()) {
          const ByteView left = reader.peek();
          if (const auto* next =
                  read_plain<false>(left.data(), left.data() + left.size(), own, clock, plain)) {
            const auto size = static_cast<std::uint32_t>(next - left.data());
            sink_.add_plain(plain, static_cast<std::uint32_t>(reader.offset()), size);
            reader.advance(size);
            clock += plain.length;
            continue;
          }
        }
        RawStruct s;
        s.client = client;
        s.clock = clock;
        const auto at = static_cast<std::uint32_t>(reader.offset());
        parser_.read(s);
        if (!reader.ok()) return;
        const bool skip = s.kind == ContentKind::skip;
        if (s.length > (skip ? number_max : struct_length_max) || s.length > number_max - clock)
          return reader.fail(DecodeError::too_large);
        clock += s.length;
        if (s.length) sink_.add(s, at, static_cast<std::uint32_t>(reader.offset()) - at);
      }
      sink_.end_block(clock);
    }
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

  StructParser<Reader> parser_;
  Sink& sink_;
};

inline constexpr DecodeLimits no_limits{static_cast<std::size_t>(-1)};

// The structs of a block of a decoded update, in their order.
class StructStream {
 public:
  StructStream(const Update::Parts& parts, const Update::Parts::Block& block)
      : parser_(TrustedReader(parts.bytes, block.at), parts.clients, no_limits),
        own_(parts.clients[block.client]),
        client_(block.client),
        clock_(block.clock),
        left_(block.count) {
    parser_.all_ascii = parts.all_ascii;
  }

  bool done() const { return left_ == 0; }
  // Not when done.
  void next(RawStruct& s) {
    do {
      s = RawStruct();
      s.client = client_;
      s.clock = clock_;
      parser_.read(s);
    } while (s.length == 0);
    clock_ += s.length;
    --left_;
  }
  // Reads plain structs ahead, in variables of whoever loops.
  class Cursor {
   public:
    // Where the struct after the next one begins; null when there is none or the next is not plain.
    const std::uint8_t* read(std::uint64_t clock, PlainStruct& s) const {
      return left_ ? read_plain<true>(at_, end_, own_, clock, s) : nullptr;
    }
    // The struct was taken.
    void next(const std::uint8_t* at) {
      at_ = at;
      --left_;
    }

   private:
    friend class StructStream;
    Cursor(const std::uint8_t* at, const std::uint8_t* end, const ClientBytes& own, std::uint32_t left)
        : at_(at), end_(end), own_(own), left_(left) {}
    const std::uint8_t* at_;
    const std::uint8_t* end_;
    ClientBytes own_;
    std::uint32_t left_;
  };
  Cursor cursor() const {
    const ByteView rest = parser_.reader.peek();
    return {rest.data(), rest.data() + rest.size(), own_, parser_.all_ascii ? left_ : 0};
  }
  // Goes on where the cursor is.
  void move(const Cursor& cursor, std::uint64_t clock) {
    parser_.reader.seek(cursor.at_);
    clock_ = clock;
    left_ = cursor.left_;
  }

  std::uint64_t clock() const { return clock_; }
  // Where in the update's bytes it stands.
  std::size_t offset() const { return parser_.reader.offset(); }

 private:
  StructParser<TrustedReader> parser_;
  ClientBytes own_;
  std::uint32_t client_;
  std::uint64_t clock_;
  std::uint32_t left_;
};

}  // namespace assay::crdt
