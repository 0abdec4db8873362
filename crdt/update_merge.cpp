// Updates merged, cut and counted without a document, byte for byte as Yjs does it.
#include "crdt/update_merge.h"

#include <algorithm>
#include <cassert>

namespace assay::crdt {
namespace {

// Walks the structs of one update in their order, without the skips.
struct StructReader {
  const Update::Parts* parts = nullptr;
  std::size_t at = 0;  // in `order`
  std::size_t block = 0, in_block = 0;

  explicit StructReader(const Update::Parts& update) : parts(&update) { settle(); }
  bool done() const { return block == parts->blocks.size(); }
  const RawStruct& current() const { return parts->structs[parts->blocks[block].first + in_block]; }
  std::uint64_t client() const { return parts->clients[current().client]; }
  void next() {
    ++in_block;
    settle();
  }

 private:
  void settle() {
    for (;;) {
      if (done()) return;
      if (in_block == parts->blocks[block].count) {
        ++block;
        in_block = 0;
      } else if (current().kind == ContentKind::skip) {
        ++in_block;
      } else {
        return;
      }
    }
  }
};

// Collects structs client by client; the count of a client's structs stands before them and is known only at
// its end.
class StructWriter {
 public:
  void write(const Update::Parts* parts, const RawStruct& s, std::uint64_t client, std::uint64_t offset) {
    if (written_ && client != client_) flush();
    if (!written_) {
      client_ = client;
      current_.varint(client);
      current_.varint(s.clock + offset);
    }
    if (s.kind == ContentKind::skip || s.kind == ContentKind::gc) {
      current_.byte(static_cast<std::uint8_t>(s.kind));
      current_.varint(s.length - offset);
    } else {
      write_struct(current_, *parts, s, offset);
    }
    ++written_;
  }
  Bytes finish(const std::vector<const Update::Parts*>& updates) {
    flush();
    Writer out;
    out.reserve(blocks_.size() + 16);
    out.varint(count_);
    out.raw(blocks_.view());
    write_deletes(out, updates);
    return out.take();
  }

 private:
  void flush() {
    if (!written_) return;
    blocks_.varint(written_);
    blocks_.raw(current_.view());
    current_.clear();
    written_ = 0;
    ++count_;
  }

  static void write_deletes(Writer& out, const std::vector<const Update::Parts*>& updates) {
    struct Range {
      std::uint64_t client, clock, length;
    };
    std::vector<Range> ranges;
    for (const Update::Parts* parts : updates) {
      for (const RawDelete& range : parts->deletes)
        ranges.push_back({parts->clients[range.client], range.clock, range.length});
    }
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) {
      return a.client != b.client ? a.client > b.client : a.clock < b.clock;
    });
    std::size_t kept = 0;
    std::uint64_t clients = ranges.empty() ? 0 : 1;
    for (std::size_t i = 1; i < ranges.size(); ++i) {
      Range& last = ranges[kept];
      if (last.client == ranges[i].client && last.clock + last.length >= ranges[i].clock) {
        last.length = std::max(last.clock + last.length, ranges[i].clock + ranges[i].length) - last.clock;
      } else {
        clients += last.client != ranges[i].client;
        ranges[++kept] = ranges[i];
      }
    }
    if (!ranges.empty()) ranges.resize(kept + 1);
    out.varint(clients);
    for (std::size_t i = 0; i < ranges.size();) {
      std::size_t end = i;
      while (end < ranges.size() && ranges[end].client == ranges[i].client) ++end;
      out.varint(ranges[i].client);
      out.varint(end - i);
      for (; i < end; ++i) {
        out.varint(ranges[i].clock);
        out.varint(ranges[i].length);
      }
    }
  }

  Writer current_, blocks_;
  std::uint64_t client_ = 0, written_ = 0, count_ = 0;
};

// The struct that is written next, which may still be cut or grow.
struct Waiting {
  const Update::Parts* parts = nullptr;
  RawStruct s;
  std::uint64_t client = 0, offset = 0;
  bool set = false;

  std::uint64_t clock() const { return s.clock + offset; }
  std::uint64_t end() const { return s.end(); }
};

Waiting waiting_of(const StructReader& reader, std::uint64_t offset = 0) {
  return {reader.parts, reader.current(), reader.client(), offset, true};
}

}  // namespace

Bytes merge_parts(const std::vector<const Update::Parts*>& updates) {
  std::vector<StructReader> readers;
  readers.reserve(updates.size());
  for (const Update::Parts* parts : updates) readers.emplace_back(*parts);
  StructWriter writer;
  Waiting waiting;
  const auto flush = [&] { writer.write(waiting.parts, waiting.s, waiting.client, waiting.offset); };

  // A heap by client (the highest first), clock (the lowest first) and place in the call.
  std::vector<std::uint32_t> heap;
  for (std::uint32_t i = 0; i < readers.size(); ++i) {
    if (!readers[i].done()) heap.push_back(i);
  }
  const auto later = [&](std::uint32_t a, std::uint32_t b) {
    const StructReader &x = readers[a], &y = readers[b];
    if (x.client() != y.client()) return x.client() < y.client();
    if (x.current().clock != y.current().clock) return x.current().clock > y.current().clock;
    return a > b;
  };
  std::make_heap(heap.begin(), heap.end(), later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    const std::uint32_t first = heap.back();
    heap.pop_back();
    StructReader& reader = readers[first];
    const auto put_back = [&] {
      if (reader.done()) return;
      heap.push_back(first);
      std::push_heap(heap.begin(), heap.end(), later);
    };
    const std::uint64_t client = reader.client();
    if (waiting.set) {
      bool moved = false;
      while (!reader.done() && reader.current().end() <= waiting.end() && reader.client() >= waiting.client) {
        reader.next();
        moved = true;
      }
      if (reader.done() || reader.client() != client || (moved && reader.current().clock > waiting.end())) {
        put_back();
        continue;
      }
      const RawStruct& current = reader.current();
      if (client != waiting.client) {
        flush();
        waiting = waiting_of(reader);
        reader.next();
      } else if (waiting.end() < current.clock) {
        if (waiting.s.kind == ContentKind::skip) {
          waiting.s.length = current.end() - waiting.s.clock;
        } else {
          flush();
          Waiting gap;
          gap.client = client;
          gap.s.kind = ContentKind::skip;
          gap.s.clock = waiting.end();
          gap.s.length = current.clock - waiting.end();
          gap.set = true;
          waiting = gap;
        }
      } else {
        std::uint64_t known = waiting.end() - current.clock;
        if (known && waiting.s.kind == ContentKind::skip) {
          waiting.s.length -= known;
          known = 0;
        }
        if (waiting.s.kind == ContentKind::gc && current.kind == ContentKind::gc) {
          waiting.s.length += current.length - known;
        } else {
          flush();
          waiting = waiting_of(reader, known);
          reader.next();
        }
      }
    } else {
      waiting = waiting_of(reader);
      reader.next();
    }
    while (!reader.done() && reader.client() == client && reader.current().clock == waiting.end()) {
      flush();
      waiting = waiting_of(reader);
      reader.next();
    }
    put_back();
  }
  if (waiting.set) flush();
  return writer.finish(updates);
}

Bytes diff_parts(const Update::Parts& update, const StateVector& since) {
  StructWriter writer;
  for (const auto& block : update.blocks) {
    const std::uint64_t client = update.clients[block.client];
    const auto entry = since.find(ClientId{client});
    const std::uint64_t known = entry == since.end() ? 0 : entry->second.value;
    bool writing = false;
    for (const RawStruct& s : update.of(block)) {
      if (!writing && (s.kind == ContentKind::skip || s.end() <= known)) continue;
      writer.write(&update, s, client, writing || known < s.clock ? 0 : known - s.clock);
      writing = true;
    }
  }
  return writer.finish({&update});
}

Bytes merge_trusted(const std::vector<Bytes>& updates) {
  std::vector<Update::Parts> parts(updates.size());
  std::vector<const Update::Parts*> all;
  for (std::size_t i = 0; i < updates.size(); ++i) {
    DecodeError error;
    const bool decoded = decode_v1(updates[i], {static_cast<std::size_t>(-1)}, parts[i], error);
    assert(decoded);
    static_cast<void>(decoded);
    all.push_back(&parts[i]);
  }
  return merge_parts(all);
}

Bytes diff_trusted(const Bytes& update, const StateVector& since) {
  Update::Parts parts;
  DecodeError error;
  const bool decoded = decode_v1(update, {static_cast<std::size_t>(-1)}, parts, error);
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
  std::vector<Update> decoded;
  decoded.reserve(updates.size());
  std::vector<const Update::Parts*> all;
  for (const ByteView bytes : updates) {
    auto update = Update::decode(bytes, format);
    if (!update) return update.error();
    decoded.push_back(std::move(*update));
    all.push_back(&decoded.back().parts());
  }
  Bytes merged = merge_parts(all);
  if (format == UpdateFormat::v2) return convert_update(merged, UpdateFormat::v1, UpdateFormat::v2);
  return merged;
}

Result<Bytes> diff_update(ByteView bytes, const StateVector& since, UpdateFormat format) {
  const auto update = Update::decode(bytes, format);
  if (!update) return update.error();
  Bytes diff = diff_parts(update->parts(), since);
  if (format == UpdateFormat::v2) return convert_update(diff, UpdateFormat::v1, UpdateFormat::v2);
  return diff;
}

Result<StateVector> state_vector_of(ByteView bytes, UpdateFormat format) {
  const auto update = Update::decode(bytes, format);
  if (!update) return update.error();
  const Update::Parts& parts = update->parts();
  StateVector vector;
  for (const auto& block : parts.blocks) {
    std::uint64_t clock = 0;
    for (const RawStruct& s : parts.of(block)) {
      if (s.clock != clock || s.kind == ContentKind::skip) break;
      clock = s.end();
    }
    if (clock) vector[ClientId{parts.clients[block.client]}] = Clock{clock};
  }
  return vector;
}

}  // namespace assay::crdt
