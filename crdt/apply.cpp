// Taking in a decoded update: its structs (integration.cpp), then its deletions; what cannot go in
// yet waits.
#include <algorithm>

#include "crdt/document_impl.h"
#include "crdt/struct_scan.h"
#include "crdt/update_merge.h"

namespace assay::crdt {

TypeKind type_kind_of(std::uint64_t ref) {
  return ref < 7 ? static_cast<TypeKind>(ref) : TypeKind::undefined;
}
std::uint8_t type_ref_of(TypeKind kind) { return static_cast<std::uint8_t>(kind); }

void Document::Impl::apply_deletes(std::uint32_t client, std::uint64_t client_id, std::uint64_t clock,
                                   std::uint64_t length,
                                   std::vector<std::pair<std::uint64_t, Change::Deleted>>& rest) {
  const std::uint64_t here = state(client), end = clock + length;
  if (end > here) {
    const std::uint64_t from = std::max(clock, here);
    rest.push_back({client_id, {0, from, end - from}});
  }
  if (clock >= here) return;
  StructList& structs = store_.clients[client].structs;
  auto place = structs.find(clock);
  Index i = structs.at(place);
  if (store_.items[i].deleted && end <= store_.items[i].end()) return;  // of a loaded document nearly all
  const std::uint64_t from = clock - store_.items[i].clock();
  if (from + length <= store_.items[i].length &&
      erase_edge(i, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(length)))
    return;
  if (!store_.items[i].deleted && store_.items[i].clock() < clock) {
    split(i, static_cast<std::uint32_t>(clock - store_.items[i].clock()));
    place = structs.find(clock);
  }
  do {
    i = structs.at(place);
    const Item& item = store_.items[i];
    if (item.clock() >= end) break;
    if (item.deleted) continue;
    if (end < item.end()) {
      split(i, static_cast<std::uint32_t>(end - item.clock()));
      erase(i);
      break;
    }
    erase(i);
  } while (structs.next(place));
}

void Document::Impl::keep_waiting(std::vector<std::pair<std::uint64_t, Change::Deleted>>& waiting) {
  std::sort(waiting.begin(), waiting.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second.clock < b.second.clock;
  });
  for (const auto& [id, range] : waiting) {
    auto& kept = pending_.deletes;
    if (!kept.empty() && kept.back().first == id && kept.back().second.end() >= range.clock) {
      Change::Deleted& last = kept.back().second;
      last.length = std::max(last.end(), range.end()) - last.clock;
    } else {
      kept.emplace_back(id, range);
    }
  }
}

// Typing: the next letters of the client's last item, at its end. Yjs would make an item of them and merge it
// at the end of the transaction; here it grows at once.
bool Document::Impl::continues(const Update::Parts& parts) {
  if (parts.struct_count != 1 || parts.apart || !parts.deletes.empty() || !pending_.empty()) return false;
  const RawStruct& s = parts.structs().front();
  if (s.kind != ContentKind::string || !s.ascii || s.origin_client != s.client) return false;
  const std::uint32_t client = store_.find_client(parts.clients[s.client]);
  if (client == no_client) return false;
  ClientStructs& of = store_.clients[client];
  if (of.state != s.clock || s.origin_clock + 1 != s.clock) return false;
  const Index last = of.structs.last();
  const Item& item = store_.items[last];
  if (s.right_client == no_client) {
    if (item.right_origin != no_id || item.right) return false;
  } else {
    const std::uint32_t right_client =
        s.right_client == s.client ? client : store_.find_client(parts.clients[s.right_client]);
    if (right_client == no_client || s.right_clock > clock_mask) return false;
    const PackedId right = pack(right_client, s.right_clock);
    if (item.right_origin != right || !item.right || store_.items[item.right].id != right) return false;
  }
  return extend(last, parts.content(s));
}

bool Document::Impl::extend(Index extended, std::string_view ascii) {
  Item& item = store_.items[extended];
  const Slot& slot = store_.slots[item.slot];
  if (item.kind() != ContentKind::string || item.wide || item.deleted || slot.key != no_key) return false;
  const std::uint32_t client = client_of(item.id);
  ClientStructs& of = store_.clients[client];
  if (item.length + ascii.size() > item_length_max || of.state + ascii.size() > clock_mask) return false;
  store_.grow_text(of, item, ascii);
  change_.went_behind(extended, extended);
  touch(client);
  const auto length = static_cast<std::uint32_t>(ascii.size());
  item.length += length;
  of.state += length;
  store_.types[slot.type].length += length;
  if (item.leaf) index_.resized(slot.type, extended);
  return true;
}

namespace {

// Whether the change is what the update says, no more and no less, so that the update itself tells what was
// new.
bool says_it_all(const Update::Parts& parts, const Change& change, const ItemStore& store) {
  std::uint64_t told = 0, done = 0;
  for (const auto& block : parts.blocks) {
    if (!block.count || block.skips) return false;
    const std::uint32_t client = store.find_client(parts.clients[block.client]);
    if (client == no_client) return false;
    const ClientStructs& of = store.clients[client];
    if (of.change != change.number || of.before != block.clock || of.state != block.end) return false;
  }
  // Structs that come deleted are told among the deletions as well.
  for (const RawDelete& range : parts.deletes) told += range.length;
  for (const Change::Deleted& range : change.deleted) done += range.length;
  return told == done && parts.blocks.size() == change.touched.size();
}

}  // namespace

Applied Document::Impl::apply(const Update::Parts& parts, Bytes* news) {
  assert(!in_transaction_);
  change_.begin();
  Applied applied;
  if (continues(parts)) {
    applied.changed = true;
    if (news) news->assign(parts.bytes.begin(), parts.bytes.end());
    return applied;
  }
  change_.told = news != nullptr;
  // What waited may become part of this change, and no sum over the update alone would show it.
  const bool alone = pending_.structs.empty() && pending_.deletes.empty();
  bool again = integrate(parts, applied.dropped);
  while (again) {
    const Bytes bytes = std::move(pending_.structs);
    pending_.structs.clear();
    pending_.missing.clear();
    Update::Parts waited;
    DecodeError error;
    const bool decoded = decode_v1(bytes, {static_cast<std::size_t>(-1)}, waited, error);
    assert(decoded);
    again = decoded && integrate(waited, applied.dropped);
  }
  finish();
  applied.changed = !change_.touched.empty() || !change_.deleted.empty();
  applied.pending = !pending_.empty();
  if (news && applied.changed) {
    if (alone && !parts.apart && says_it_all(parts, change_, store_)) {
      news->assign(parts.bytes.begin(), parts.bytes.end());
    } else {
      Writer writer(std::move(*news));
      write_change(writer);
      *news = writer.take();
    }
  }
  return applied;
}

Bytes Document::Impl::with_pending(Bytes bytes, const StateVector& since) const {
  std::vector<Bytes> all;
  all.push_back(std::move(bytes));
  if (!pending_.deletes.empty()) {
    Writer writer;
    writer.varint(0);
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < pending_.deletes.size(); ++i) {
      if (i == 0 || pending_.deletes[i].first != pending_.deletes[i - 1].first) starts.push_back(i);
    }
    writer.varint(starts.size());
    for (std::size_t n = 0; n < starts.size(); ++n) {
      const std::size_t end = n + 1 < starts.size() ? starts[n + 1] : pending_.deletes.size();
      writer.varint(pending_.deletes[starts[n]].first);
      writer.varint(end - starts[n]);
      for (std::size_t i = starts[n]; i < end; ++i) {
        writer.varint(pending_.deletes[i].second.clock);
        writer.varint(pending_.deletes[i].second.length);
      }
    }
    all.push_back(writer.take());
  }
  if (!pending_.structs.empty()) all.push_back(diff_trusted(pending_.structs, since));
  return merge_trusted(all);
}

}  // namespace assay::crdt
