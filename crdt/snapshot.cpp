#include "crdt/snapshot.h"

#include <algorithm>

#include "crdt/document_impl.h"

namespace assay::crdt {
namespace {

void write_delete_set(Writer& writer, const DeleteSet& deleted) {
  writer.varint(deleted.size());
  for (auto client = deleted.rbegin(); client != deleted.rend(); ++client) {
    writer.varint(client->first.value);
    writer.varint(client->second.size());
    for (const ClockRange& range : client->second) {
      writer.varint(range.from.value);
      writer.varint(range.length);
    }
  }
}

void normalise(std::vector<ClockRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.from < b.from; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    ClockRange& last = ranges[kept];
    const std::uint64_t end = last.from.value + last.length;
    if (end >= ranges[i].from.value) {
      last.length = std::max(end, ranges[i].from.value + ranges[i].length) - last.from.value;
    } else {
      ranges[++kept] = ranges[i];
    }
  }
  if (!ranges.empty()) ranges.resize(kept + 1);
}

bool covers(const DeleteSet& deleted, ClientId client, std::uint64_t clock, std::uint64_t length) {
  const auto of = deleted.find(client);
  if (of == deleted.end()) return false;
  for (const ClockRange& range : of->second) {
    if (range.from.value <= clock && clock + length <= range.from.value + range.length) return true;
  }
  return false;
}

}  // namespace

Snapshot take_snapshot(const Document& document) {
  const ItemStore& store = document.impl().store_;
  Snapshot snapshot;
  snapshot.state = document.state_vector();
  for (const ClientStructs& of : store.clients) {
    if (of.structs.empty()) continue;
    std::vector<ClockRange> ranges;
    of.structs.visit_from({}, [&](Index i) {
      const Item& item = store.items[i];
      if (!item.deleted) return;
      if (!ranges.empty() && ranges.back().from.value + ranges.back().length == item.clock()) {
        ranges.back().length += item.length;
      } else {
        ranges.push_back({{item.clock()}, item.length});
      }
    });
    if (!ranges.empty()) snapshot.deleted.emplace(ClientId{of.id}, std::move(ranges));
  }
  return snapshot;
}

Bytes encode_snapshot(const Snapshot& snapshot) {
  Writer writer;
  write_delete_set(writer, snapshot.deleted);
  writer.raw(ByteView(encode_state_vector(snapshot.state)));
  return writer.take();
}

Result<Snapshot> decode_snapshot(ByteView bytes) {
  Reader reader(bytes);
  Snapshot snapshot;
  for (auto clients = reader.count(); clients && reader.ok(); --clients) {
    auto& ranges = snapshot.deleted[ClientId{reader.varint()}];
    for (auto count = reader.count(); count && reader.ok(); --count) {
      ClockRange range;
      range.from.value = reader.varint();
      range.length = reader.varint();
      if (range.length > number_max - range.from.value) reader.fail(DecodeError::too_large);
      if (range.length) ranges.push_back(range);
    }
    normalise(ranges);
  }
  std::erase_if(snapshot.deleted, [](const auto& entry) { return entry.second.empty(); });
  if (!reader.ok()) return reader.error();
  auto state = decode_state_vector(bytes.subspan(reader.offset()));
  if (!state) return state.error();
  snapshot.state = std::move(*state);
  return snapshot;
}

bool contains(const Snapshot& snapshot, const Update& update) {
  const Update::Parts& parts = update.parts();
  for (const RawStruct& s : parts.structs()) {
    if (s.kind == ContentKind::skip) continue;
    const auto known = snapshot.state.find(ClientId{parts.clients[s.client]});
    if (known == snapshot.state.end() || known->second.value < s.end()) return false;
  }
  return std::all_of(parts.deletes.begin(), parts.deletes.end(), [&](const RawDelete& range) {
    return covers(snapshot.deleted, ClientId{parts.clients[range.client]}, range.clock, range.length);
  });
}

std::optional<Document> document_at(Document& document, const Snapshot& snapshot, DocumentOptions options) {
  Document::Impl& impl = document.impl();
  ItemStore& store = impl.store_;
  if (impl.options_.gc) return std::nullopt;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> clients;
  for (const auto& [client, clock] : snapshot.state) {
    if (!clock.value) continue;
    const std::uint32_t known = store.find_client(client.value);
    if (clock.value > impl.state(known)) return std::nullopt;
    clients.emplace_back(known, clock.value);
  }
  // Items that go on past the point are cut there, and merged again when all is written.
  impl.change_.begin();
  Writer writer;
  writer.varint(clients.size());
  for (const auto& [client, clock] : clients) {
    const ClientStructs& of = store.clients[client];
    if (clock < of.state) impl.clean_start(pack(client, clock));
    std::uint64_t count = 0;
    of.structs.visit_from({}, [&, limit = clock](Index i) { count += store.items[i].clock() < limit; });
    writer.varint(count);
    writer.varint(of.id);
    writer.varint(0);
    of.structs.visit_from({}, [&](Index i) {
      if (count == 0) return;
      --count;
      impl.write_item(writer, store.items[i], 0);
    });
  }
  write_delete_set(writer, snapshot.deleted);
  impl.finish();
  const Bytes bytes = writer.take();
  const auto update = Update::decode(bytes, UpdateFormat::v1, {static_cast<std::size_t>(-1)});
  if (!update) return std::nullopt;
  Document then(options);
  then.apply(*update);
  return then;
}

}  // namespace assay::crdt
