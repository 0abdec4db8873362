// A document, or what changed in it, as a version 1 update: byte for byte what Yjs writes.
#include <algorithm>
#include <utility>

#include "crdt/document_impl.h"
#include "crdt/plain_item_writer.h"
#include "crdt/value_codec.h"

namespace assay::crdt {

void write_struct(Writer& writer, const ClientTable& clients, ByteView bytes, const RawStruct& s,
                  std::uint64_t offset) {
  const auto text = [&](std::uint32_t at, std::uint32_t size) { return as_text(bytes.subspan(at, size)); };
  if (s.kind == ContentKind::gc || s.kind == ContentKind::skip) {
    writer.byte(static_cast<std::uint8_t>(s.kind));
    writer.varint(s.length - offset);
    return;
  }
  const bool origin = s.origin_client != no_client || offset;
  const bool right = s.right_client != no_client;
  writer.byte(static_cast<std::uint8_t>(static_cast<unsigned>(s.kind) | (origin ? 0x80u : 0u) |
                                        (right ? 0x40u : 0u) | (s.has_key ? 0x20u : 0u)));
  if (offset) {
    writer.varint(clients[s.client]);
    writer.varint(s.clock + offset - 1);
  } else if (origin) {
    writer.varint(clients[s.origin_client]);
    writer.varint(s.origin_clock);
  }
  if (right) {
    writer.varint(clients[s.right_client]);
    writer.varint(s.right_clock);
  }
  if (!origin && !right) {
    if (s.parent == RawStruct::root) {
      writer.varint(1);
      writer.string(text(s.name, s.name_size));
    } else {
      writer.varint(0);
      writer.varint(clients[s.parent_client]);
      writer.varint(s.origin_clock);
    }
    if (s.has_key) writer.string(text(s.key, s.key_size));
  }
  write_content(writer, s.kind, text(s.content, s.content_size), s.length, offset);
}

void write_content(Writer& writer, ContentKind kind, std::string_view content, std::uint64_t length,
                   std::uint64_t offset) {
  switch (kind) {
    case ContentKind::gc:
    case ContentKind::skip:
    case ContentKind::deleted:
      writer.varint(length - offset);
      return;
    case ContentKind::string: {
      if (!offset) return writer.string(content);
      std::u16string units;
      utf8_to_utf16(content, units);
      std::string rest;
      utf16_to_utf8(std::u16string_view(units).substr(offset), rest);
      return writer.string(rest);
    }
    case ContentKind::json:
    case ContentKind::any: {
      Reader reader(as_bytes(content));
      if (kind == ContentKind::any) {
        skip_values(reader, offset, static_cast<std::size_t>(-1));
      } else {
        for (auto n = offset; n; --n) reader.buffer();
      }
      writer.varint(length - offset);
      return writer.raw(content.substr(reader.offset()));
    }
    case ContentKind::binary:
    case ContentKind::embed:
      return writer.string(content);
    case ContentKind::format:
    case ContentKind::type:
    case ContentKind::document:
      return writer.raw(content);
  }
}

void Document::Impl::write_item(Writer& writer, const Item& item, std::uint64_t offset) const {
  std::uint8_t* at = writer.room(64);
  const auto put = [&at](std::uint64_t value) { at += Writer::put_varint(at, value); };
  if (item.is_gc()) {
    *at++ = 0;
    put(item.length - offset);
    return writer.wrote(at);
  }
  const PackedId origin = offset ? item.id + offset - 1 : item.origin;
  const bool right = item.right_origin != no_id;
  const Slot& slot = store_.slots[item.slot];
  *at++ = static_cast<std::uint8_t>(item.kind_ | (origin != no_id ? 0x80u : 0u) | (right ? 0x40u : 0u) |
                                    (slot.key != no_key ? 0x20u : 0u));
  const auto put_id = [&](PackedId id) {
    put(store_.clients[client_of(id)].id);
    put(clock_of(id));
  };
  if (origin != no_id) put_id(origin);
  if (right) put_id(item.right_origin);
  if (item.kind() == ContentKind::string && !item.wide && (origin != no_id || right)) {
    const std::string_view text = store_.narrow_text(item).substr(offset);
    put(text.size());
    if (text.size() <= 24) {
      std::memcpy(at, text.data(), text.size());
      return writer.wrote(at + text.size());
    }
    writer.wrote(at);
    return writer.raw(text);
  }
  if (item.kind() == ContentKind::deleted && (origin != no_id || right)) {
    put(item.length - offset);
    return writer.wrote(at);
  }
  writer.wrote(at);
  if (origin == no_id && !right) write_parent(writer, slot);
  write_item_content(writer, item, offset);
}

void Document::Impl::write_parent(Writer& writer, const Slot& slot) const {
  writer.wrote(put_parent(store_, slot, writer.room(parent_size_max(store_, slot))));
}

void Document::Impl::write_item_content(Writer& writer, const Item& item, std::uint64_t offset) const {
  switch (item.kind()) {
    case ContentKind::string:
      if (!item.wide) return writer.string(store_.narrow_text(item).substr(offset));
      {
        std::string text;
        utf16_to_utf8(store_.wide_text(item).substr(offset), text);
        return writer.string(text);
      }
    case ContentKind::type: {
      const TypeState& type = store_.types[item.content];
      writer.varint(type_ref_of(type.kind));
      if (type.kind == TypeKind::xml_element || type.kind == TypeKind::xml_hook)
        writer.string(store_.names[type.name]);
      return;
    }
    case ContentKind::gc:
    case ContentKind::skip:
    case ContentKind::deleted:
      return write_content(writer, item.kind(), {}, item.length, offset);
    case ContentKind::json:
    case ContentKind::any:
      writer.varint(item.length - offset);
      return writer.raw(store_.payload(item).substr(
          offset ? store_.value_offset(item, static_cast<std::uint32_t>(offset)) : 0));
    default:
      return write_content(writer, item.kind(), store_.payload(item), item.length, offset);
  }
}

namespace {

// The highest client id first, as on the wire; as a rule they come so. The ids lie beside what is sorted, for
// thousands may have written.
template <class Entry, class IdOf>
void sort_by_client(std::span<Entry> entries, const IdOf& id_of) {
  std::uint64_t last = ~std::uint64_t{0};
  const auto in_order = [&](const Entry& entry) { return std::exchange(last, id_of(entry)) >= last; };
  if (std::all_of(entries.begin(), entries.end(), in_order)) return;
  std::vector<std::pair<std::uint64_t, Entry>> keyed;
  keyed.reserve(entries.size());
  for (const Entry& entry : entries) keyed.emplace_back(id_of(entry), entry);
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (std::size_t i = 0; i < keyed.size(); ++i) entries[i] = keyed[i].second;
}

// The deleted ranges among a client's items, which follow one another without gaps: where what is deleted
// begins and ends in turn. Whether the next item is deleted nobody can foresee.
class DeletedRuns {
 public:
  explicit DeletedRuns(std::vector<Change::Deleted>& runs) : runs_(runs) {}
  // Of so many items. Every other one is deleted at most; room is made as a vector makes it.
  void begin(std::uint32_t client, std::size_t items) {
    client_ = client;
    deleted_ = 0;
    const std::size_t most = runs_.size() + items / 2 + 1;
    if (most > runs_.capacity()) runs_.reserve(std::max(most, 2 * runs_.capacity()));
  }
  void add(const Item& item) {
    turns_[count_] = item.clock();
    count_ += item.deleted ^ deleted_;
    deleted_ = item.deleted;
    if (count_ == turns_max) empty();
  }
  // `end`: behind the last item.
  void finish(std::uint64_t end) {
    turns_[count_] = end;
    count_ += deleted_;
    empty();
  }

 private:
  static constexpr std::size_t turns_max = 256;
  void empty() {
    for (std::size_t i = 0; i < count_; i += 2)
      runs_.push_back({client_, turns_[i], turns_[i + 1] - turns_[i]});
    count_ = 0;
  }
  std::vector<Change::Deleted>& runs_;
  std::uint32_t client_ = 0;
  std::uint32_t deleted_ = 0;
  std::size_t count_ = 0;
  std::uint64_t turns_[turns_max + 1];  // not set: a document may have thousands of clients
};

}  // namespace

void Document::Impl::write_structs(Writer& writer, std::span<std::pair<std::uint32_t, std::uint64_t>> clients,
                                   std::vector<Change::Deleted>* deleted) const {
  sort_by_client(clients, [this](const auto& entry) { return store_.clients[entry.first].id; });
  writer.varint(clients.size());
  std::vector<Change::Deleted> nobody_asks;
  DeletedRuns runs(deleted ? *deleted : nobody_asks);
  PlainItemWriter plain(store_, writer);
  for (const auto& [client, since] : clients) {
    const ClientStructs& of = store_.clients[client];
    StructList::Place place;
    std::uint64_t offset = 0, count = of.structs.size();
    if (since != 0) {
      const bool in_last = store_.items[of.structs.last()].clock() <= since;
      place = in_last ? of.structs.last_place() : of.structs.find(since);
      offset = since - store_.items[of.structs.at(place)].clock();
      count = of.structs.count_from(place);
    }
    plain.begin(client, count, since);
    const bool wants_runs = deleted && since == 0;
    if (wants_runs) runs.begin(client, of.structs.size());
    store_.items.visit_flat([&](const auto& items) {
      of.structs.visit_pieces(place, [&](const auto& piece) {
        for (std::size_t at = 0; at != piece.size();) {
          if (!offset) at = plain.write(items, piece, at);
          if (at == piece.size()) break;
          write_item(writer, items[piece[at++]], std::exchange(offset, 0));
        }
        if (wants_runs)
          for (std::size_t i = 0; i != piece.size(); ++i) runs.add(items[piece[i]]);
      });
    });
    if (wants_runs) runs.finish(of.state);
  }
}

void Document::Impl::add_run(std::vector<Change::Deleted>& runs, std::uint32_t client, const Item& item) {
  if (!runs.empty() && runs.back().client == client && runs.back().end() == item.clock()) {
    runs.back().length += item.length;
  } else {
    runs.push_back({client, item.clock(), item.length});
  }
}

// Runs come client by client; on the wire the highest id is first.
void Document::Impl::write_deleted(Writer& writer, const std::vector<Change::Deleted>& deleted) const {
  if (deleted.empty()) return writer.varint(0);
  if (deleted.size() == 1) {
    std::uint8_t* at = writer.room(50);
    *at++ = 1;
    at += Writer::put_varint(at, store_.clients[deleted[0].client].id);
    *at++ = 1;
    at += Writer::put_varint(at, deleted[0].clock);
    at += Writer::put_varint(at, deleted[0].length);
    return writer.wrote(at);
  }
  std::vector<std::pair<std::size_t, std::size_t>> clients;
  for (std::size_t i = 0; i < deleted.size();) {
    std::size_t end = i;
    while (end < deleted.size() && deleted[end].client == deleted[i].client) ++end;
    clients.emplace_back(i, end);
    i = end;
  }
  sort_by_client(std::span(clients),
                 [&](const auto& range) { return store_.clients[deleted[range.first].client].id; });
  writer.varint(clients.size());
  for (const auto& [begin, end] : clients) {
    std::uint8_t* at = writer.room(20);
    at += Writer::put_varint(at, store_.clients[deleted[begin].client].id);
    at += Writer::put_varint(at, end - begin);
    for (std::size_t i = begin; i < end; ++i) {
      if (writer.room_end() - at < 20) {
        writer.wrote(at);
        at = writer.room(20);
      }
      at = put_near_varint(at, deleted[i].clock);
      at = put_near_varint(at, deleted[i].length);
    }
    writer.wrote(at);
  }
}

Bytes Document::Impl::encode_since(const StateVector& since) const {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> clients;
  std::vector<Change::Deleted> deleted;
  for (const std::uint32_t c : store_.clients_by_id()) {
    const ClientStructs& of = store_.clients[c];
    if (of.structs.empty()) continue;
    const auto known = since.find(ClientId{of.id});
    const std::uint64_t clock = known == since.end() ? 0 : known->second.value;
    if (of.state > clock) clients.emplace_back(c, clock);
    if (clock == 0) continue;
    of.structs.visit_from({}, [&](Index i) {
      if (store_.items[i].deleted) add_run(deleted, c, store_.items[i]);
    });
  }
  Writer writer;
  constexpr std::size_t room_of_one = 256;  // asked for before it is known how little it takes
  writer.reserve(store_.narrow.size() + store_.wide.size() * 2 + 14 * std::size_t{store_.items.end()} +
                 room_of_one);
  write_structs(writer, clients, &deleted);
  write_deleted(writer, deleted);
  Bytes bytes = writer.take();
  if (pending_.empty()) return bytes;
  return with_pending(std::move(bytes), since);
}

}  // namespace assay::crdt
