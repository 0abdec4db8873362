// Updates merged, cut and counted without a document, byte for byte as Yjs does it.
#include "crdt/update_merge.h"

#include <algorithm>
#include <cassert>

#include "crdt/struct_scan.h"

namespace assay::crdt {
namespace {

// One struct of one of the updates, where it stands. Few of them are ever looked into: most of a merged
// update is bytes that are copied.
struct Span {
  std::uint64_t client = 0, clock = 0;
  const std::uint8_t* at = nullptr;
  std::uint64_t size_and_flags = 0;  // see below
  std::uint64_t length = 0;          // clocks

  static constexpr unsigned flag_odd = 1, kind_shift = 1, info_shift = 5, size_shift = 16;
  void set(std::uint32_t size, ContentKind kind, std::uint8_t info, bool odd) {
    size_and_flags = std::uint64_t{size} << size_shift | std::uint64_t{info} << info_shift |
                     static_cast<std::uint64_t>(kind) << kind_shift | (odd ? flag_odd : 0u);
  }
  std::size_t size() const { return static_cast<std::size_t>(size_and_flags >> size_shift); }
  ContentKind kind() const { return static_cast<ContentKind>(size_and_flags >> kind_shift & 15u); }
  // Its first byte, as Yjs writes it.
  std::uint8_t info() const { return static_cast<std::uint8_t>(size_and_flags >> info_shift & 0xff); }
  // Cannot be copied; it says the same in other bytes than Yjs would.
  bool odd() const { return size_and_flags & flag_odd; }
  bool collected() const { return kind() == ContentKind::gc; }
  std::uint64_t end() const { return clock + length; }
};

// Deleted ranges, sorted and united as Yjs writes them.
class Deletions {
 public:
  void add(std::uint64_t client, std::uint64_t clock, std::uint64_t length) {
    if (!ranges_.empty() && ranges_.back().client == client) {
      // Somebody holds a delete key: the next letter, or the one before.
      Range& last = ranges_.back();
      if (last.end() == clock) {
        last.length += length;
        return;
      }
      if (clock + length == last.clock) {
        last.clock = clock;
        last.length += length;
        return;
      }
    }
    ranges_.push_back({client, clock, length});
  }

  void write(Writer& out) {
    unite();
    std::uint64_t clients = 0;
    for (std::size_t i = 0; i < ranges_.size(); ++i)
      clients += i == 0 || ranges_[i].client != ranges_[i - 1].client;
    out.varint(clients);
    for (std::size_t i = 0; i < ranges_.size();) {
      std::size_t end = i;
      while (end < ranges_.size() && ranges_[end].client == ranges_[i].client) ++end;
      out.varint(ranges_[i].client);
      out.varint(end - i);
      for (; i < end; ++i) {
        out.varint(ranges_[i].clock);
        out.varint(ranges_[i].length);
      }
    }
  }

 private:
  struct Range {
    std::uint64_t client, clock, length;
    std::uint64_t end() const { return clock + length; }
  };

  void unite() {
    if (ranges_.size() < 2) return;
    std::sort(ranges_.begin(), ranges_.end(), [](const Range& a, const Range& b) {
      return a.client != b.client ? a.client > b.client : a.clock < b.clock;
    });
    std::size_t kept = 0;
    for (std::size_t i = 1; i < ranges_.size(); ++i) {
      Range& last = ranges_[kept];
      if (last.client == ranges_[i].client && last.end() >= ranges_[i].clock) {
        last.length = std::max(last.end(), ranges_[i].end()) - last.clock;
      } else {
        ranges_[++kept] = ranges_[i];
      }
    }
    ranges_.resize(kept + 1);
  }

  std::vector<Range> ranges_;
};

// All updates of a call, scanned into one array of spans. Skips are left out: what is missing between two
// updates shows by their clocks.
class Input {
 public:
  struct Source {
    std::uint32_t at = 0, end = 0;  // its spans, in the order in which the update tells them
  };

  // False: one of them is no update.
  bool scan(std::span<const ByteView> updates, const DecodeLimits& limits, DecodeError& error) {
    spans_.reserve(updates.size());
    sources_.reserve(updates.size());
    for (const ByteView bytes : updates) {
      if (bytes.size() > 0xfffffff0u || spans_.size() > 0x7fffffffu) {
        error = DecodeError::too_large;
        return false;
      }
      bytes_ = bytes;
      blocks_.clear();
      const auto from = static_cast<std::uint32_t>(spans_.size());
      UpdateScan<Input> pass(bytes, clients_, limits, *this);
      if (!pass.run(error)) return false;
      if (blocks_.size() > 1) drop_repeated(from);
      if (pass.wordy()) {
        for (std::size_t i = from; i < spans_.size(); ++i) spans_[i].size_and_flags |= Span::flag_odd;
      }
      sources_.push_back({from, static_cast<std::uint32_t>(spans_.size())});
    }
    return true;
  }

  std::vector<Source>& sources() { return sources_; }
  const Span& span(std::uint32_t at) const { return spans_[at]; }
  const ClientTable& clients() const { return clients_; }
  Deletions& deletions() { return deletions_; }

  // For the scan.
  void begin_block(std::uint32_t client, std::uint64_t, std::uint32_t, std::size_t) {
    client_id_ = clients_[client];
    blocks_.push_back({client, spans_.size()});
  }
  RawStruct& to_read() { return read_ = {}; }
  void drop_read() {}
  void add_read(std::uint32_t at, std::uint32_t end) {
    const RawStruct& s = read_;
    if (s.kind == ContentKind::skip) return;
    Span& span = spans_.emplace_back();
    span.client = client_id_;
    span.clock = s.clock;
    span.length = s.length;
    span.at = bytes_.data() + at;
    const std::uint8_t info = *span.at;
    // A key that is only hinted at is not told again.
    span.set(end - at, s.kind, s.keyed && !s.has_key ? info & 0xdfu : info, s.odd);
  }
  static constexpr bool takes_plain() { return true; }
  void add_plain(const PlainStruct& s, std::uint32_t at, std::uint32_t size) {
    Span& span = spans_.emplace_back();
    span.client = client_id_;
    span.clock = s.clock;
    span.length = s.length;
    span.at = bytes_.data() + at;
    span.set(size, s.kind, *span.at, false);
  }
  void end_block(std::uint64_t) {}
  void begin_deletes(std::size_t) {}
  void remove(const RawDelete& range) { deletions_.add(clients_[range.client], range.clock, range.length); }

 private:
  // Of a client that one update tells twice the last block counts, in the place of the first.
  void drop_repeated(std::uint32_t from) {
    std::map<std::uint32_t, std::size_t> last;  // block of each client
    for (std::size_t b = 0; b < blocks_.size(); ++b) last[blocks_[b].client] = b;
    if (last.size() == blocks_.size()) return;
    std::vector<Span> kept;
    for (const Block& block : blocks_) {
      const auto place = last.find(block.client);
      if (place == last.end()) continue;
      const std::size_t b = place->second;
      const std::size_t end = b + 1 < blocks_.size() ? blocks_[b + 1].first : spans_.size();
      for (std::size_t i = blocks_[b].first; i < end; ++i) kept.push_back(spans_[i]);
      last.erase(place);
    }
    spans_.resize(from);
    spans_.insert(spans_.end(), kept.begin(), kept.end());
  }

  struct Block {
    std::uint32_t client = 0;
    std::size_t first = 0;
  };
  ClientTable clients_;
  std::vector<Span> spans_;
  std::vector<Source> sources_;
  Deletions deletions_;
  ByteView bytes_;  // of the update that is scanned
  std::uint64_t client_id_ = 0;
  RawStruct read_;
  std::vector<Block> blocks_;  // of that update
};

// What of a span is written.
struct Piece {
  Span span;
  std::uint64_t offset = 0;  // clocks left out in front
  bool gap = false;          // a skip; `span` has no bytes

  std::uint64_t end() const { return span.end(); }
};

// Writes structs client by client into one buffer. The count of a client's structs stands before them and is
// known only at their end: room is left for it.
class StructWriter {
 public:
  // `size`: about how much is to come.
  StructWriter(const ClientTable& clients, std::size_t size) : clients_(clients) {
    out_.reserve(size + count_room);
    out_.skip(count_room);
  }

  void write(const Piece& piece) {
    if (written_ && piece.span.client != client_) end_block();
    if (!written_) begin_block(piece.span.client, piece.span.clock + piece.offset);
    ++written_;
    if (piece.gap || piece.span.collected()) {
      out_.byte(static_cast<std::uint8_t>(piece.gap ? ContentKind::skip : ContentKind::gc));
      out_.varint(piece.span.length - piece.offset);
    } else if (piece.offset || piece.span.odd()) {
      write_anew(piece);
    } else {
      std::uint8_t* const at = out_.copy(piece.span.at, piece.span.size());
      *at = piece.span.info();
    }
  }

  // The same for a struct of a decoded update.
  void write(ByteView bytes, const RawStruct& s, std::uint64_t offset) {
    const std::uint64_t client = clients_[s.client];
    if (written_ && client != client_) end_block();
    if (!written_) begin_block(client, s.clock + offset);
    ++written_;
    write_struct(out_, clients_, bytes, s, offset);
  }

  Bytes finish(Deletions& deletions) {
    end_block();
    out_.close_gap(0, count_room, count_);
    deletions.write(out_);
    return out_.take();
  }

 private:
  static constexpr std::size_t count_room = 5;

  void begin_block(std::uint64_t client, std::uint64_t clock) {
    client_ = client;
    begin_ = out_.size();
    out_.skip(count_room);
    out_.varint(client);
    out_.varint(clock);
  }
  void end_block() {
    if (!written_) return;
    out_.close_gap(begin_, count_room, written_);
    written_ = 0;
    ++count_;
  }
  void write_anew(const Piece& piece) {
    const ByteView bytes(piece.span.at, piece.span.size());
    StructParser<TrustedReader> parser(TrustedReader(bytes), clients_, no_limits);
    RawStruct s;
    s.client = clients_.find(piece.span.client);
    s.clock = piece.span.clock;
    parser.read(s);
    write_struct(out_, clients_, bytes, s, piece.offset);
  }

  const ClientTable& clients_;
  Writer out_;
  std::uint64_t client_ = 0, written_ = 0, count_ = 0;
  std::size_t begin_ = 0;
};

// The updates of a call in the order in which their next structs are due: by client (the highest first),
// clock (the lowest first); of equals the one that was read from last, as Yjs's sorting leaves them, then by
// place in the call. Nearly all are one struct, and come in that order already.
class Queue {
 public:
  explicit Queue(Input& input) : input_(input), sources_(input.sources()) {
    for (std::uint32_t i = 0; i < sources_.size(); ++i) {
      if (sources_[i].at != sources_[i].end) first_.push_back(i);
    }
    const auto in_order = [this](std::uint32_t a, std::uint32_t b) {
      return before(a, b) || (!before(b, a) && a < b);
    };
    if (!std::is_sorted(first_.begin(), first_.end(), in_order))
      std::sort(first_.begin(), first_.end(), in_order);
  }
  bool empty() const { return next_ == first_.size() && again_.empty(); }
  std::uint32_t pop() {
    if (again_.empty() || (next_ != first_.size() && before(first_[next_], again_.front().source)))
      return first_[next_++];
    std::pop_heap(again_.begin(), again_.end(), Later{*this});
    const std::uint32_t source = again_.back().source;
    again_.pop_back();
    return source;
  }
  // One that was popped and has more to say.
  void push(std::uint32_t source) {
    again_.push_back({source, ++turn_});
    std::push_heap(again_.begin(), again_.end(), Later{*this});
  }

 private:
  struct Again {
    std::uint32_t source = 0;
    std::uint64_t turn = 0;  // when it was put back
  };
  bool before(std::uint32_t a, std::uint32_t b) const {
    const Span &x = input_.span(sources_[a].at), &y = input_.span(sources_[b].at);
    return x.client != y.client ? x.client > y.client : x.clock < y.clock;
  }
  struct Later {
    const Queue& queue;
    bool operator()(const Again& a, const Again& b) const {
      if (queue.before(b.source, a.source)) return true;
      return !queue.before(a.source, b.source) && a.turn < b.turn;
    }
  };

  Input& input_;
  std::vector<Input::Source>& sources_;
  std::vector<std::uint32_t> first_;  // in order; from next_ on to come
  std::size_t next_ = 0;
  std::vector<Again> again_;  // a heap
  std::uint64_t turn_ = 0;
};

// Collected ranges become one as in Yjs, unless the whole could not be taken in where its parts can.
bool within_bounds(const Span& left, const Span& right) {
  if (right.end() - left.clock > struct_length_max) return false;
  return right.end() <= struct_clock_max || left.end() > struct_clock_max;
}

// Yjs's mergeUpdates, step by step.
class Merge {
 public:
  Merge(Input& input, std::size_t size) : input_(input), queue_(input), writer_(input.clients(), size) {}

  Bytes run() {
    while (!queue_.empty()) {
      const std::uint32_t number = queue_.pop();
      Input::Source& source = input_.sources()[number];
      take(source);
      if (source.at != source.end) queue_.push(number);
    }
    flush();
    return writer_.finish(input_.deletions());
  }

 private:
  void flush() {
    if (waiting_set_) writer_.write(waiting_);
  }
  void next(const Span& span, std::uint64_t offset = 0) {
    flush();
    waiting_.span = span;
    waiting_.offset = offset;
    waiting_.gap = false;
    waiting_set_ = true;
  }

  void take(Input::Source& source) {
    const std::uint64_t client = input_.span(source.at).client;
    if (!waiting_set_) {
      next(input_.span(source.at++));
    } else if (!join(source, client)) {
      return;
    }
    while (source.at != source.end && input_.span(source.at).client == client &&
           input_.span(source.at).clock == waiting_.end())
      next(input_.span(source.at++));
  }

  // The source's next struct that is news, behind the waiting one. False when the source has to wait its turn
  // again.
  bool join(Input::Source& source, std::uint64_t client) {
    bool moved = false;
    while (source.at != source.end && input_.span(source.at).end() <= waiting_.end() &&
           input_.span(source.at).client >= waiting_.span.client) {
      ++source.at;
      moved = true;
    }
    if (source.at == source.end) return false;
    const Span& current = input_.span(source.at);
    if (current.client != client || (moved && current.clock > waiting_.end())) return false;
    if (client != waiting_.span.client) {
      next(current);
      ++source.at;
    } else if (waiting_.end() < current.clock) {
      leave_gap(current);
    } else {
      std::uint64_t known = waiting_.end() - current.clock;
      if (known && waiting_.gap) {
        waiting_.span.length -= known;
        known = 0;
      }
      if (!waiting_.gap && waiting_.span.collected() && current.collected() &&
          within_bounds(waiting_.span, current)) {
        waiting_.span.length += current.length - known;
      } else {
        next(current, known);
        ++source.at;
      }
    }
    return true;
  }

  void leave_gap(const Span& current) {
    if (waiting_.gap) {
      waiting_.span.length = current.end() - waiting_.span.clock;
      return;
    }
    const std::uint64_t from = waiting_.end();
    flush();
    waiting_ = {};
    waiting_.gap = true;
    waiting_.span.client = current.client;
    waiting_.span.clock = from;
    waiting_.span.length = current.clock - from;
  }

  Input& input_;
  Queue queue_;
  StructWriter writer_;
  Piece waiting_;  // written next; may still be cut or grow
  bool waiting_set_ = false;
};

bool merge_v1(std::span<const ByteView> updates, const DecodeLimits& limits, Bytes& merged,
              DecodeError& error) {
  Input input;
  if (!input.scan(updates, limits, error)) return false;
  std::size_t size = 0;
  for (const ByteView update : updates) size += update.size();
  merged = Merge(input, size).run();
  return true;
}

Bytes merge_own(std::span<const ByteView> updates) {
  Bytes merged;
  DecodeError error = DecodeError::truncated;
  const bool decoded = merge_v1(updates, no_limits, merged, error);
  assert(decoded);
  static_cast<void>(decoded);
  return merged;
}

}  // namespace

Bytes merge_trusted(const std::vector<Bytes>& updates) {
  return merge_own(std::vector<ByteView>(updates.begin(), updates.end()));
}

Bytes normalise(ByteView update) { return merge_own({&update, 1}); }

Bytes diff_parts(const Update::Parts& update, const StateVector& since) {
  StructWriter writer(update.clients, update.bytes.size());
  for (const auto& block : update.blocks) {
    const std::uint64_t client = update.clients[block.client];
    const auto entry = since.find(ClientId{client});
    const std::uint64_t known = entry == since.end() ? 0 : entry->second.value;
    bool writing = false;
    RawStruct s;
    for (StructStream stream(update, block); !stream.done();) {
      stream.next(s);
      if (!writing && (s.kind == ContentKind::skip || s.end() <= known)) continue;
      writer.write(update.bytes, s, writing || known < s.clock ? 0 : known - s.clock);
      writing = true;
    }
  }
  Deletions deletions;
  for (const RawDelete& range : update.deletes)
    deletions.add(update.clients[range.client], range.clock, range.length);
  return writer.finish(deletions);
}

Bytes diff_trusted(const Bytes& update, const StateVector& since) {
  Update::Parts parts;
  DecodeError error;
  const bool decoded = decode_v1(update, no_limits, parts, error);
  assert(decoded);
  static_cast<void>(decoded);
  return diff_parts(parts, since);
}

Result<Bytes> merge_updates(std::span<const ByteView> updates, UpdateFormat format) {
  if (updates.size() == 1) {
    auto only = Update::decode(updates[0], format);
    if (!only) return only.error();
    return Bytes(updates[0].begin(), updates[0].end());
  }
  Bytes merged;
  DecodeError error = DecodeError::truncated;
  if (format == UpdateFormat::v1) {
    if (!merge_v1(updates, {}, merged, error)) return error;
    return merged;
  }
  std::vector<Bytes> first(updates.size());
  for (std::size_t i = 0; i < updates.size(); ++i) {
    Update::Parts parts;
    if (!decode_v2(updates[i], {}, parts, error)) return error;
    first[i] = std::move(parts.owned);
  }
  if (!merge_v1(std::vector<ByteView>(first.begin(), first.end()), {}, merged, error)) return error;
  return own_as_v2(merged);
}

Result<Bytes> diff_update(ByteView bytes, const StateVector& since, UpdateFormat format) {
  const auto update = Update::decode(bytes, format);
  if (!update) return update.error();
  Bytes diff = diff_parts(update->parts(), since);
  return format == UpdateFormat::v1 ? diff : own_as_v2(diff);
}

Result<StateVector> state_vector_of(ByteView bytes, UpdateFormat format) {
  const auto update = Update::decode(bytes, format);
  if (!update) return update.error();
  const Update::Parts& parts = update->parts();
  StateVector vector;
  for (const auto& block : parts.blocks) {
    std::uint64_t clock = 0;
    if (block.clock == 0) {
      RawStruct s;
      for (StructStream stream(parts, block); !stream.done();) {
        stream.next(s);
        if (s.kind == ContentKind::skip) break;
        clock = s.end();
      }
    }
    if (clock) vector[ClientId{parts.clients[block.client]}] = Clock{clock};
  }
  return vector;
}

}  // namespace assay::crdt
