// What an update would touch, told without applying it: rights are judged on this.
#include <algorithm>

#include "crdt/document_impl.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

// Where a struct stands or would stand. Everything below one collected struct is collected.
struct Where {
  enum State : std::uint8_t { unvisited, visiting, missing, collected, known };
  State state = unvisited;
  Index type = 0;  // of the document, or
  const RawStruct* holder =
      nullptr;            // the struct of the update that holds the type, or neither: a root that is
  std::string_view root;  // not here yet
  std::string_view key;
};

class Inspector {
 public:
  Inspector(const Document::Impl& impl, const Update::Parts& parts, InspectDepth depth)
      : impl_(impl), store_(impl.store_), parts_(parts), paths_(depth == InspectDepth::paths) {
    for (const std::uint64_t id : parts.clients) known_.push_back(store_.find_client(id));
    block_of_.assign(parts.clients.size(), no_client);
    for (std::uint32_t b = 0; b < parts.blocks.size(); ++b) block_of_[parts.blocks[b].client] = b;
    where_.resize(parts.structs().size());
  }

  Inspection run() {
    for (const auto& block : parts_.blocks) inserts(block);
    for (const RawDelete& range : parts_.deletes) removes(range);
    return std::move(result_);
  }

 private:
  std::uint64_t state(std::uint32_t client) const { return impl_.state(known_[client]); }
  PackedId id(std::uint32_t client, std::uint64_t clock) const { return pack(known_[client], clock); }
  std::size_t index(const RawStruct& s) const {
    return static_cast<std::size_t>(&s - parts_.structs().data());
  }

  const RawStruct* in_update(std::uint32_t client, std::uint64_t clock) const {
    if (block_of_[client] == no_client) return nullptr;
    const auto structs = parts_.of(parts_.blocks[block_of_[client]]);
    const auto after =
        std::upper_bound(structs.begin(), structs.end(), clock,
                         [](std::uint64_t value, const RawStruct& s) { return value < s.clock; });
    if (after == structs.begin()) return nullptr;
    const RawStruct& s = *(after - 1);
    return clock < s.end() && s.kind != ContentKind::skip ? &s : nullptr;
  }

  Where at_item(Index i) const {
    Where where;
    const Item& item = store_.items[i];
    where.state = item.slot ? Where::known : Where::collected;
    if (item.slot) {
      const Slot& slot = store_.slots[item.slot];
      where.type = slot.type;
      if (slot.key != no_key) where.key = store_.names[slot.key];
    }
    return where;
  }

  Where in_holder(const RawStruct& s) const {
    Where where;
    where.state = Where::known;
    if (s.has_key) where.key = parts_.key(s);
    if (s.parent == RawStruct::root) {
      where.root = parts_.name(s);
      return where;
    }
    if (s.origin_clock < state(s.parent_client)) {
      const Item& parent = store_.items[store_.find(id(s.parent_client, s.origin_clock))];
      if (parent.kind() != ContentKind::type) {
        where.state = Where::collected;
      } else {
        where.type = parent.content;
      }
    } else {
      where.holder = in_update(s.parent_client, s.origin_clock);
      if (!where.holder) {
        where.state = Where::missing;
      } else if (where.holder->kind != ContentKind::type) {
        where.state = Where::collected;
      }
    }
    return where;
  }

  // Follows origins until one is here or says its parent. What was passed on the way shares the answer, so
  // that a long chain is walked once.
  const Where& where_of(const RawStruct& of) {
    const RawStruct* s = &of;
    Where found;
    chain_.clear();
    for (;;) {
      Where& memo = where_[index(*s)];
      if (memo.state != Where::unvisited) {
        found = memo;
        if (memo.state == Where::visiting) found.state = Where::missing;  // a circle
        break;
      }
      memo.state = Where::visiting;
      chain_.push_back(s);
      const bool by_origin = s->origin_client != no_client;
      if (s->kind == ContentKind::gc) {
        found.state = Where::collected;
        break;
      }
      if (!by_origin && s->right_client == no_client) {
        found = in_holder(*s);
        break;
      }
      const std::uint32_t client = by_origin ? s->origin_client : s->right_client;
      const std::uint64_t clock = by_origin ? s->origin_clock : s->right_clock;
      if (clock < state(client)) {
        found = at_item(store_.find(id(client, clock)));
        break;
      }
      s = in_update(client, clock);
      if (!s) {
        found.state = Where::missing;
        break;
      }
    }
    for (const RawStruct* passed : chain_) where_[index(*passed)] = found;
    return where_[index(of)];
  }

  bool rest_is_here(const RawStruct& s) const {
    const auto here = [&](std::uint32_t client, std::uint64_t clock) {
      if (client == no_client) return true;
      if (client == s.client && clock >= s.clock) return false;
      return clock < state(client) || in_update(client, clock) != nullptr;
    };
    return here(s.origin_client, s.origin_clock) && here(s.right_client, s.right_clock);
  }

  void inserts(const Update::Parts::Block& block) {
    std::uint64_t next = state(block.client);
    for (const RawStruct& s : parts_.of(block)) {
      if (s.kind == ContentKind::skip || s.end() <= next) continue;
      result_.news = true;
      if (s.clock > next || s.end() > clock_mask || s.length > item_length_max || !rest_is_here(s))
        result_.missing = true;
      const std::uint64_t offset = s.clock < next ? next - s.clock : 0;
      next = s.end();
      const Where& where = where_of(s);
      if (where.state == Where::missing) {
        result_.missing = true;
        continue;
      }
      touch(Touch::Kind::insert, s.client, s.clock + offset, s.length - offset, where, &s);
    }
  }

  void removes(const RawDelete& range) {
    const std::uint64_t end = range.clock + range.length, here = state(range.client);
    std::uint64_t clock = range.clock;
    if (clock < here) {
      const StructList& structs = store_.clients[known_[range.client]].structs;
      auto place = structs.find(clock);
      do {
        const Index i = structs.at(place);
        const Item& item = store_.items[i];
        if (item.clock() >= end) break;
        if (item.deleted) continue;
        result_.news = true;
        const std::uint64_t from = std::max(clock, item.clock());
        touch(Touch::Kind::remove, range.client, from, std::min(end, item.end()) - from, at_item(i), nullptr);
      } while (structs.next(place));
    }
    clock = std::max(clock, here);
    while (clock < end) {
      result_.news = true;
      const RawStruct* s = in_update(range.client, clock);
      if (!s) {
        result_.missing = true;
        return;
      }
      const Where& where = where_of(*s);
      const std::uint64_t until = std::min(end, s->end());
      if (where.state != Where::missing)
        touch(Touch::Kind::remove, range.client, clock, until - clock, where, s);
      clock = until;
    }
  }

  void touch(Touch::Kind kind, std::uint32_t client, std::uint64_t clock, std::uint64_t length,
             const Where& where, const RawStruct* s) {
    Touch touched;
    touched.kind = kind;
    touched.id = {{parts_.clients[client]}, {clock}};
    touched.length = length;
    if (!climb(touched, where)) return;
    if (!paths_) {
      if (!result_.touched.empty()) {
        Touch& last = result_.touched.back();
        if (last.kind == kind && last.root == touched.root && last.id.client == touched.id.client &&
            last.id.clock.value + last.length == clock) {
          last.length += length;
          return;
        }
      }
    } else {
      std::reverse(touched.path.begin(), touched.path.end());
      if (kind == Touch::Kind::insert && s) describe(touched, *s);
    }
    result_.touched.push_back(std::move(touched));
  }

  // From the struct up to its root. False when that is not known yet.
  bool climb(Touch& touched, const Where& from) {
    Where where = from;
    ItemId self = touched.id;
    std::size_t steps = 0;
    for (;;) {
      if (where.state == Where::missing || ++steps > impl_.options_.type_nesting_max) {
        result_.missing = true;
        return false;
      }
      if (where.state == Where::collected) {
        touched.path.clear();
        return true;
      }
      if (paths_) touched.path.push_back({self, where.key});
      if (where.type) {
        const TypeState& type = store_.types[where.type];
        if (!type.item) {
          touched.root = store_.names[type.name];
          return true;
        }
        self = store_.unpack(store_.items[type.item].id);
        where = at_item(type.item);
      } else if (where.holder) {
        self = {{parts_.clients[where.holder->client]}, {where.holder->clock}};
        where = where_of(*where.holder);
      } else {
        touched.root = where.root;
        return true;
      }
    }
  }

  // Of several values under one key the last is what is read there.
  static bool one_value(const Touch& touched, const RawStruct& s) {
    return s.length == 1 || (!touched.path.empty() && !touched.path.back().key.empty());
  }
  void describe(Touch& touched, const RawStruct& s) {
    Reader reader(as_bytes(parts_.content(s)));
    const auto keep = [&](Any value) { touched.value = &parts_.values.emplace_back(std::move(value)); };
    switch (s.kind) {
      case ContentKind::type:
        touched.type = type_kind_of(reader.varint());
        return;
      case ContentKind::any:
        if (!one_value(touched, s)) return;
        skip_values(reader, s.length - 1, static_cast<std::size_t>(-1));
        return keep(read_any(reader, static_cast<std::size_t>(-1)));
      case ContentKind::json:
        if (!one_value(touched, s)) return;
        for (auto n = s.length; n > 1; --n) reader.buffer();
        return keep(parse_json(reader.string()));
      case ContentKind::embed:
        keep(parse_json(parts_.content(s)));
        return;
      case ContentKind::binary: {
        const std::string_view bytes = parts_.content(s);
        keep(Any(Any::Value(Bytes(bytes.begin(), bytes.end()))));
        return;
      }
      default:
        return;
    }
  }

  const Document::Impl& impl_;
  const ItemStore& store_;
  const Update::Parts& parts_;
  const bool paths_;
  std::vector<std::uint32_t> known_, block_of_;
  std::vector<Where> where_;
  std::vector<const RawStruct*> chain_;
  Inspection result_;
};

}  // namespace

Inspection Document::inspect(const Update& update, InspectDepth depth) const {
  return Inspector(*impl_, update.parts(), depth).run();
}

}  // namespace assay::crdt
