// The structs of a decoded update in the order of their dependencies; what cannot go in yet waits.
#include <algorithm>

#include "crdt/document_impl.h"
#include "crdt/plain_placing.h"
#include "crdt/struct_scan.h"
#include "crdt/update_merge.h"

namespace assay::crdt {

// One pass over one update. Structs are taken client by client, the highest id first; one that rests on a
// struct of another client waits on a stack while that client's structs are taken.
struct Document::Impl::Integration {
  Integration(Impl& impl, const Update::Parts& parts) : impl_(impl), store_(impl.store_), parts_(parts) {
    rest_.clear();
    known_.resize(parts.clients.size());
    for (std::uint32_t i = 0; i < parts.clients.size(); ++i) known_[i] = store_.find_client(parts.clients[i]);
  }
  Integration(const Integration&) = delete;
  Integration& operator=(const Integration&) = delete;
  ~Integration() {
    queues_.clear();
    if (queues_.capacity() > queues_kept_max) queues_ = {};
  }

  void run() {
    if (only_one()) return;
    queue_all();
    std::uint32_t block = next_target();
    while (block != no_client) {
      placer_.forget();
      if (head(block).kind != ContentKind::skip && !step(block)) continue;
      if (!stack_.empty()) {
        block = stack_.back();
        stack_.pop_back();
        queues_[block].waits = false;
      } else {
        block = next_target();
      }
    }
  }

  bool complete() const { return rest_.empty(); }
  // Every struct of the update went in, and whole.
  bool took_all() const { return taken_whole_ == parts_.struct_count; }

  // What could not go in, as an update without deletions.
  Bytes rest() {
    std::sort(rest_.begin(), rest_.end(), [&](const auto& a, const auto& b) {
      return parts_.clients[parts_.blocks[a.first].client] > parts_.clients[parts_.blocks[b.first].client];
    });
    Writer writer;
    writer.varint(rest_.size());
    for (const auto& [block, from] : rest_) {
      StructStream stream(parts_, parts_.blocks[block]);
      RawStruct s;
      for (std::uint32_t i = 0; i <= from; ++i) stream.next(s);
      writer.varint(parts_.blocks[block].count - from);
      writer.varint(parts_.clients[parts_.blocks[block].client]);
      writer.varint(s.clock);
      for (;;) {
        write_struct(writer, parts_.clients, parts_.bytes, s, 0);
        if (stream.done()) break;
        stream.next(s);
      }
    }
    writer.varint(0);
    return writer.take();
  }

  std::map<std::uint64_t, std::uint64_t> missing;  // as in Pending

  std::uint32_t known(std::uint32_t client) const { return known_[client]; }

 private:
  // What comes with each key: one struct, which can go in.
  bool only_one() {
    if (parts_.struct_count != 1) return parts_.struct_count == 0;
    const RawStruct& s = parts_.structs().front();
    if (quick(s)) return true;
    const std::uint64_t state = state_of(s.client);
    if (s.kind == ContentKind::skip || s.clock > state || missing_client(s) != no_client) return false;
    if (s.end() > state) {
      integrate(s, state - s.clock);
    } else {
      cut_pairs(s);
    }
    return true;
  }

  // Takes plain structs as long as they are next in the block and can be placed.
  void quick_run(std::uint32_t block) {
    Queue& queue = queues_[block];
    const std::uint32_t client = known_[parts_.blocks[block].client];
    if (client == no_client) return;
    queue.places.cover(parts_.blocks[block]);
    const std::uint32_t placed = placer_.run(client, queue.stream, queue.places);
    queue.taken += placed;
    taken_whole_ += placed;
  }

  // The short way for a struct that was decoded as a whole.
  bool quick(const RawStruct& s) {
    if (s.kind != ContentKind::string && s.kind != ContentKind::deleted) return false;
    if (s.origin_client != s.client || known_[s.client] == no_client || !s.ascii) return false;
    if (s.right_client != no_client && s.right_client != s.client) return false;
    PlainStruct plain;
    plain.clock = s.clock;
    plain.length = s.length;
    plain.origin_clock = s.origin_clock;
    plain.right_clock = s.right_clock;
    plain.has_right = s.right_client != no_client;
    plain.kind = s.kind;
    if (s.kind == ContentKind::string) plain.text = parts_.content(s);
    return placer_.place(known_[s.client], plain);
  }

  // One allocation for all of a long update, as long as what it takes.
  void make_room() {
    store_.items.reserve(parts_.struct_count);
    TextArena& text = store_.narrow;
    const std::size_t size = text.size() + parts_.ascii_bytes;
    if (size > text.capacity()) text.reserve(std::max(size, text.capacity() + text.capacity() / 2));
  }

  void queue_all() {
    if (parts_.struct_count > slab_of_its_own) make_room();
    stack_.clear();
    order_.clear();
    queues_.clear();
    block_of_.assign(parts_.clients.size(), no_client);
    for (std::uint32_t b = 0; b < parts_.blocks.size(); ++b) {
      block_of_[parts_.blocks[b].client] = b;
      order_.push_back(b);
      queues_.emplace_back(parts_, parts_.blocks[b]);
    }
    std::sort(order_.begin(), order_.end(), [&](auto a, auto b) {
      return parts_.clients[parts_.blocks[a].client] < parts_.clients[parts_.blocks[b].client];
    });
  }

  // The structs of one block, taken one after the other. The one taken last is the head.
  struct Queue {
    Queue(const Update::Parts& parts, const Update::Parts::Block& block) : stream(parts, block) {}
    StructStream stream;
    RawStruct head;
    Places places;
    std::uint32_t taken = 0;
    bool waits = false;  // the head is on the stack
  };

  const RawStruct& head(std::uint32_t block) const { return queues_[block].head; }
  bool exhausted(std::uint32_t block) const { return queues_[block].taken == parts_.blocks[block].count; }
  void take(std::uint32_t block) {
    Queue& queue = queues_[block];
    ++queue.taken;
    queue.stream.next(queue.head);
  }
  void wait(std::uint32_t block) {
    queues_[block].waits = true;
    stack_.push_back(block);
  }

  // Integrates the block's head if it can be; otherwise it waits, or goes to the rest with all that waits for
  // it. False when `block` now is another one, whose head has to go first.
  bool step(std::uint32_t& block) {
    const RawStruct& s = head(block);
    const std::uint64_t state = state_of(s.client);
    if (s.clock > state) {
      wait(block);
      need(parts_.clients[s.client], s.clock - 1);
      give_up();
      return true;
    }
    const std::uint32_t lacking = missing_client(s);
    if (lacking == impossible) {
      wait(block);
      need(parts_.clients[s.client], number_max);
      give_up();
      return true;
    }
    if (lacking != no_client) {
      wait(block);
      const std::uint32_t other = block_of_[lacking];
      if (other == no_client || exhausted(other)) {
        need(parts_.clients[lacking], state_of(lacking));
        give_up();
        return true;
      }
      // Two that wait for each other: what follows the one below on the stack can never go in before it.
      if (queues_[other].waits) {
        need(parts_.clients[lacking], queues_[other].stream.clock() - 1);
        give_up();
        return true;
      }
      take(block = other);
      return false;
    }
    if (s.end() > state) {
      if (!quick(s)) integrate(s, state - s.clock);
      taken_whole_ += state == s.clock;
    } else {
      cut_pairs(s);
    }
    return true;
  }

  // Of a struct that is here already Yjs still looks up the neighbours, and cuts what they are part of. That
  // is undone at the end of the change, except where the cut goes through a surrogate pair: its sender has
  // two replacement characters there, and now so do we.
  void cut_pairs(const RawStruct& s) {
    if (store_.wide.empty() || s.kind == ContentKind::gc) return;
    if (s.origin_client != no_client && cuts_pair(id(s.origin_client, s.origin_clock + 1)))
      impl_.clean_end(id(s.origin_client, s.origin_clock));
    if (s.right_client != no_client && cuts_pair(id(s.right_client, s.right_clock)))
      impl_.clean_start(id(s.right_client, s.right_clock));
  }

  // Whether a cut in front of the element would go through a pair.
  bool cuts_pair(PackedId id) const {
    if (clock_of(id) == 0 || clock_of(id) >= impl_.state(client_of(id))) return false;
    const Item& item = store_.items[store_.find(id)];
    if (item.id == id || item.kind() != ContentKind::string || !item.wide) return false;
    const char16_t before = store_.wide_text(item)[id - item.id - 1];
    return before >= 0xd800 && before < 0xdc00;
  }

  std::uint64_t state_of(std::uint32_t client) const { return impl_.state(known_[client]); }

  std::uint32_t next_target() {
    for (; !order_.empty(); order_.pop_back()) {
      const std::uint32_t block = order_.back();
      // What was given up goes in with a later update, even where the next of it could go in now.
      if (exhausted(block)) continue;
      quick_run(block);
      if (exhausted(block)) continue;
      take(block);
      return block;
    }
    return no_client;
  }

  void need(std::uint64_t client, std::uint64_t clock) {
    const auto [place, fresh] = missing.try_emplace(client, clock);
    if (!fresh) place->second = std::min(place->second, clock);
  }

  // Yjs notes only what the last of the stack waits for, and can then wait for ever: the others may be
  // waiting for structs that come in another update, without which the last one never goes in.
  void need_all(const RawStruct& s) {
    const auto note = [&](std::uint32_t client, std::uint64_t clock) {
      if (client != no_client && client != s.client && clock >= state_of(client))
        need(parts_.clients[client], clock);
    };
    note(s.origin_client, s.origin_clock);
    note(s.right_client, s.right_clock);
    if (s.parent == RawStruct::item) note(s.parent_client, s.origin_clock);
  }

  void give_up() {
    for (const std::uint32_t block : stack_) {
      Queue& queue = queues_[block];
      need_all(queue.head);
      rest_.emplace_back(block, queue.taken - 1);
      queue.taken = parts_.blocks[block].count;
      queue.waits = false;
    }
    stack_.clear();
  }

  static constexpr std::uint32_t slab_of_its_own = 128;
  static constexpr std::uint32_t impossible = no_client - 1;

  // The client that some struct is missing of; no_client when all is here; impossible when this can never go
  // in.
  std::uint32_t missing_client(const RawStruct& s) const {
    if (s.end() > clock_mask || s.length > item_length_max) return impossible;
    const auto lacks = [&](std::uint32_t client, std::uint64_t clock) -> std::uint32_t {
      if (client == no_client) return no_client;
      if (client == s.client) return clock >= s.clock ? impossible : no_client;
      return clock >= state_of(client) ? client : no_client;
    };
    std::uint32_t lacking = lacks(s.origin_client, s.origin_clock);
    if (lacking == no_client) lacking = lacks(s.right_client, s.right_clock);
    if (lacking == no_client && s.parent == RawStruct::item) lacking = lacks(s.parent_client, s.origin_clock);
    if (lacking == no_client && s.kind == ContentKind::type &&
        parent_depth(s) >= impl_.options_.type_nesting_max)
      return impossible;
    return lacking;
  }

  std::uint32_t parent_depth(const RawStruct& s) const {
    const auto of_item = [&](Index i) -> std::uint32_t {
      const Item& item = store_.items[i];
      return item.slot ? store_.types[store_.slots[item.slot].type].depth : 0;
    };
    if (s.origin_client != no_client) return of_item(store_.find(id(s.origin_client, s.origin_clock)));
    if (s.right_client != no_client) return of_item(store_.find(id(s.right_client, s.right_clock)));
    if (s.parent != RawStruct::item) return 0;
    const Item& parent = store_.items[store_.find(id(s.parent_client, s.origin_clock))];
    return parent.kind() == ContentKind::type ? store_.types[parent.content].depth : 0;
  }

  PackedId id(std::uint32_t client, std::uint64_t clock) const { return pack(known_[client], clock); }

  Index slot_for(const RawStruct& s, Index left, Index right) {
    if ((left && store_.items[left].is_gc()) || (right && store_.items[right].is_gc())) return 0;
    if (s.parent == RawStruct::unknown) return left ? store_.items[left].slot : store_.items[right].slot;
    Index type = 0;
    if (s.parent == RawStruct::root) {
      type = store_.root(parts_.name(s), TypeKind::undefined);
    } else {
      const Item& parent = store_.items[store_.find(id(s.parent_client, s.origin_clock))];
      if (parent.kind() != ContentKind::type) return 0;
      type = parent.content;
    }
    return s.has_key ? store_.entry(type, store_.names.intern(parts_.key(s))) : store_.types[type].sequence;
  }

  // The item that begins at `id`: as a rule the one behind `left`, where nobody else has typed since.
  Index right_of(Index left, PackedId id) const {
    if (left) {
      const Index next = store_.items[left].right;
      if (next && store_.items[next].id == id) return next;
    }
    return impl_.clean_start(id);
  }

  void integrate(const RawStruct& s, std::uint64_t offset) {
    std::uint32_t& client = known_[s.client];
    if (client == no_client) client = store_.client(parts_.clients[s.client]);
    if (s.kind == ContentKind::gc) return impl_.add_collected(client, s.clock + offset, s.length - offset);
    PackedId origin = s.origin_client == no_client ? no_id : id(s.origin_client, s.origin_clock);
    const PackedId right_origin = s.right_client == no_client ? no_id : id(s.right_client, s.right_clock);
    Index left = origin == no_id ? 0 : impl_.clean_end(origin);
    const Index right = right_origin == no_id ? 0 : right_of(left, right_origin);
    // Where both lie in one item, which nobody honest says, the second cut may go through what the first
    // left.
    if (left && store_.items[left].last_id() != origin && !store_.items[left].is_gc())
      left = impl_.clean_end(origin);
    Index slot = slot_for(s, left, right);
    if (offset) {
      origin = pack(client, s.clock + offset - 1);
      left = impl_.clean_end(origin);
      // What is here of it may stand elsewhere than this update says.
      slot = store_.items[left].is_gc() ? 0 : store_.items[left].slot;
    }
    if (!slot) return impl_.add_collected(client, s.clock + offset, s.length - offset);
    const Index added = store_.items.add();
    Item& item = store_.items[added];
    item.id = pack(client, s.clock + offset);
    item.origin = origin;
    item.right_origin = right_origin;
    item.left = left;
    item.right = right;
    item.slot = slot;
    item.length = static_cast<std::uint32_t>(s.length - offset);
    fill(added, s, offset);
    impl_.place(added);
  }

  void fill(Index added, const RawStruct& s, std::uint64_t offset) {
    Item& item = store_.items[added];
    item.set_kind(s.kind);
    const std::string_view content = parts_.content(s);
    switch (s.kind) {
      case ContentKind::string:
        if (s.ascii) {
          store_.set_text(item, content.substr(offset), true, s.length - offset);
        } else {
          store_.set_text(item, content, false, s.length);
          if (offset) {
            item.content += static_cast<std::uint32_t>(offset);
            item.length -= static_cast<std::uint32_t>(offset);
            const char16_t before = store_.wide[item.content - 1];
            if (before >= 0xd800 && before < 0xdc00) store_.wide[item.content] = 0xfffd;
          }
        }
        return;
      case ContentKind::json:
      case ContentKind::any:
        item.content = store_.add_payload(content);
        if (offset) {
          Payload& payload = store_.payloads[item.content];
          const std::uint32_t cut = store_.value_offset(item, static_cast<std::uint32_t>(offset));
          payload.offset += cut;
          payload.size -= cut;
        }
        return;
      case ContentKind::binary:
      case ContentKind::embed:
      case ContentKind::document:
        item.content = store_.add_payload(content);
        return;
      case ContentKind::format: {
        Reader reader(as_bytes(content));
        item.content = store_.add_payload(content, store_.names.intern(reader.string()));
        return;
      }
      case ContentKind::type: {
        Reader reader(as_bytes(content));
        const TypeKind kind = type_kind_of(reader.varint());
        const bool named = kind == TypeKind::xml_element || kind == TypeKind::xml_hook;
        const Index name = named ? store_.names.intern(reader.string()) : 0;
        const std::uint32_t depth = store_.type_of(item).depth + 1;
        item.content = store_.add_type(kind, added, name, depth);
        return;
      }
      default:
        return;
    }
  }

  Impl& impl_;
  ItemStore& store_;
  const Update::Parts& parts_;
  std::uint32_t taken_whole_ = 0;  // structs
  PlainPlacer placer_{impl_};
  // Kept from one update to the next for their memory; only one pass runs at a time on a thread.
  struct Scratch {
    std::vector<std::uint32_t> known, block_of, order, stack;
    std::vector<Queue> queues;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rest;
  };
  static thread_local Scratch scratch_;
  std::vector<std::uint32_t>& known_ = scratch_.known;  // the update's clients in this document, or no_client
  std::vector<std::uint32_t>& block_of_ = scratch_.block_of;  // the update's clients' blocks
  std::vector<std::uint32_t>& order_ = scratch_.order;  // blocks by client id; the last one is being taken
  std::vector<Queue>& queues_ = scratch_.queues;        // of each block
  static constexpr std::size_t queues_kept_max = 1024;
  std::vector<std::uint32_t>& stack_ = scratch_.stack;  // blocks whose heads wait for another's
  std::vector<std::pair<std::uint32_t, std::uint32_t>>& rest_ =
      scratch_.rest;  // block, its first struct left out
};

thread_local Document::Impl::Integration::Scratch Document::Impl::Integration::scratch_;

bool Document::Impl::integrate(const Update::Parts& parts, bool& dropped) {
  Integration pass(*this, parts);
  pass.run();
  bool again = false;
  for (const auto& [client, clock] : pending_.missing) {
    again = again || clock < state(store_.find_client(client));
  }
  if (!pass.complete()) {
    Bytes rest = pass.rest();
    if (rest.size() + pending_.memory_bytes() > options_.pending_bytes_max) {
      dropped = true;
    } else {
      for (const auto& [client, clock] : pass.missing) {
        const auto [place, fresh] = pending_.missing.try_emplace(client, clock);
        if (!fresh) place->second = std::min(place->second, clock);
      }
      pending_.structs = pending_.structs.empty() ? std::move(rest) : merge_trusted({pending_.structs, rest});
    }
  }
  std::vector<std::pair<std::uint64_t, Change::Deleted>> waiting;
  if (!parts.deletes_in_rows || !pass.took_all()) {
    for (const RawDelete& range : parts.deletes)
      apply_deletes(pass.known(range.client), parts.clients[range.client], range.clock, range.length,
                    waiting);
  }
  if (!pending_.deletes.empty()) {
    const auto old = std::move(pending_.deletes);
    pending_.deletes.clear();
    for (const auto& [id, range] : old)
      apply_deletes(store_.find_client(id), id, range.clock, range.length, waiting);
  }
  if (!waiting.empty()) {
    keep_waiting(waiting);
    if (pending_.memory_bytes() > options_.pending_bytes_max) {
      pending_.deletes.clear();
      dropped = true;
    }
  }
  return again;
}

}  // namespace assay::crdt
