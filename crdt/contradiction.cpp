// Whether an update says of clocks that are here what stands here: whoever repeats somebody else's writing
// says the same, and two who write under one client id do not.
#include <algorithm>

#include "crdt/document_impl.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

// Bytes were checked when the update was decoded.
constexpr std::size_t any_depth = static_cast<std::size_t>(-1);

// As `==`, but members may come in any order: JavaScript moves those that look like numbers to the front.
bool alike(const Any& a, const Any& b) {
  if (const auto* in_a = a.get_if<AnyArray>(), *in_b = b.get_if<AnyArray>(); in_a && in_b)
    return std::equal(in_a->begin(), in_a->end(), in_b->begin(), in_b->end(), alike);
  const auto *in_a = a.get_if<AnyObject>(), *in_b = b.get_if<AnyObject>();
  if (!in_a || !in_b) return a == b;
  const auto sorted = [](const AnyObject& object) {
    std::vector<const AnyObject::value_type*> members;
    members.reserve(object.size());
    for (const auto& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(),
              [](const auto* x, const auto* y) { return x->first < y->first; });
    return members;
  };
  const auto left = sorted(*in_a), right = sorted(*in_b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const auto* x, const auto* y) {
    return x->first == y->first && alike(x->second, y->second);
  });
}

bool alike_json(std::string_view a, std::string_view b) {
  return a == b || alike(parse_json(a), parse_json(b));
}

class Comparison {
 public:
  Comparison(const Document::Impl& impl, const Update::Parts& parts)
      : impl_(impl), store_(impl.store_), parts_(parts) {}

  std::optional<ItemId> first(const std::function<bool(ClientId)>& asked) {
    for (const auto& block : parts_.blocks) {
      const ClientId client{parts_.clients[block.client]};
      const std::uint32_t known = store_.find_client(client.value);
      if (known == no_client || block.clock >= impl_.state(known) || !asked(client)) continue;
      if (const auto clock = first(block, known)) return ItemId{client, {*clock}};
    }
    return std::nullopt;
  }

 private:
  std::optional<std::uint64_t> first(const Update::Parts::Block& block, std::uint32_t known) {
    if (known_.empty()) {
      for (const std::uint64_t id : parts_.clients) known_.push_back(store_.find_client(id));
    }
    const std::uint64_t here = impl_.state(known);
    const StructList& structs = store_.clients[known].structs;
    auto place = structs.find(block.clock);
    for (const RawStruct& s : parts_.of(block)) {
      if (s.clock >= here) break;
      if (s.kind == ContentKind::skip || s.kind == ContentKind::gc) continue;
      while (store_.items[structs.at(place)].end() <= s.clock) structs.next(place);
      const std::uint64_t end = std::min(s.end(), here);
      for (std::uint64_t clock = s.clock; clock < end;) {
        const Item& item = store_.items[structs.at(place)];
        const std::uint64_t until = std::min(end, item.end());
        if (!same(s, item, clock, until)) return clock;
        clock = until;
        if (clock < end) structs.next(place);
      }
    }
    return std::nullopt;
  }

  // Of what was collected nothing is left to compare; of what is deleted, where it stood.
  bool same(const RawStruct& s, const Item& item, std::uint64_t from, std::uint64_t until) {
    if (item.is_gc() || !item.slot) return true;
    if (!same_place(s, item, from)) return false;
    if (item.deleted || s.kind == ContentKind::deleted) return true;
    return s.kind == item.kind() && same_content(s, item, from, until - from);
  }

  // An id of the update as one of this document; what is not here is like no other.
  PackedId id(std::uint32_t client, std::uint64_t clock) const {
    if (client == no_client) return no_id;
    const bool here = known_[client] != no_client && clock <= clock_mask;
    return here ? pack(known_[client], clock) : no_id - 1;
  }

  bool same_place(const RawStruct& s, const Item& item, std::uint64_t from) const {
    const PackedId said = from > s.clock ? id(s.client, from - 1) : id(s.origin_client, s.origin_clock);
    const PackedId origin = from > item.clock() ? item.id + (from - item.clock()) - 1 : item.origin;
    if (said != origin || id(s.right_client, s.right_clock) != item.right_origin) return false;
    if (origin != no_id || item.right_origin != no_id) return true;  // those say where
    const Slot& slot = store_.slots[item.slot];
    const TypeState& type = store_.types[slot.type];
    if ((slot.key != no_key) != s.has_key) return false;
    if (s.has_key && store_.names[slot.key] != parts_.key(s)) return false;
    if (s.parent == RawStruct::root) return !type.item && store_.names[type.name] == parts_.name(s);
    return type.item && store_.items[type.item].id == id(s.parent_client, s.origin_clock);
  }

  bool same_content(const RawStruct& s, const Item& item, std::uint64_t from, std::uint64_t length) {
    const std::string_view said = parts_.content(s);
    const std::uint64_t in_s = from - s.clock, in_item = from - item.clock();
    switch (s.kind) {
      case ContentKind::string:
        return same_text(s, item, in_s, in_item, length);
      case ContentKind::json:
      case ContentKind::any:
        return same_values(s, item, in_s, in_item, length);
      case ContentKind::type:
        return same_type(said, store_.types[item.content]);
      case ContentKind::embed:
        return alike_json(said, store_.payload(item));
      case ContentKind::format:
      case ContentKind::document:
        return said == store_.payload(item) || same_pair(s.kind, said, store_.payload(item));
      default:
        return said == store_.payload(item);
    }
  }

  bool same_text(const RawStruct& s, const Item& item, std::uint64_t in_s, std::uint64_t in_item,
                 std::uint64_t length) {
    if (s.ascii && !item.wide)
      return parts_.content(s).substr(in_s, length) == store_.narrow_text(item).substr(in_item, length);
    if (!s.ascii && units_of_ != &s) {
      units_.clear();
      utf8_to_utf16(parts_.content(s), units_);
      units_of_ = &s;
    }
    const auto unit = [](std::string_view narrow, std::u16string_view wide, bool is_wide, std::uint64_t i) {
      return is_wide ? wide[i] : static_cast<char16_t>(static_cast<unsigned char>(narrow[i]));
    };
    const std::string_view narrow_s = parts_.content(s);
    const std::string_view narrow_item = item.wide ? std::string_view() : store_.narrow_text(item);
    const std::u16string_view wide_item = item.wide ? store_.wide_text(item) : std::u16string_view();
    for (std::uint64_t i = 0; i < length; ++i) {
      const char16_t a = unit(narrow_s, units_, !s.ascii, in_s + i);
      const char16_t b = unit(narrow_item, wide_item, item.wide, in_item + i);
      // Of a pair that somebody cut, only replacement characters are left.
      const auto torn = [](char16_t c, char16_t d) { return c == 0xfffd && d >= 0xd800 && d < 0xe000; };
      if (a != b && !torn(a, b) && !torn(b, a)) return false;
    }
    return true;
  }

  // A place among the values of one struct or item. Asked for from front to back, it reads each value once.
  struct Values {
    const void* of = nullptr;
    std::uint64_t index = 0;
    Reader reader{{}};
  };
  template <class Begin>
  static Reader& go_to(Values& values, const void* of, std::uint64_t index, ContentKind kind,
                       const Begin& begin) {
    if (values.of != of || values.index > index) values = {of, 0, Reader(as_bytes(begin()))};
    skip(values.reader, kind, index - values.index);
    values.index = index;
    return values.reader;
  }
  static void skip(Reader& reader, ContentKind kind, std::uint64_t count) {
    if (kind == ContentKind::any) return skip_values(reader, count, any_depth);
    for (; count; --count) reader.buffer();
  }

  bool same_values(const RawStruct& s, const Item& item, std::uint64_t in_s, std::uint64_t in_item,
                   std::uint64_t length) {
    Reader& a = go_to(said_, &s, in_s, s.kind, [&] { return parts_.content(s); });
    Reader& b = go_to(here_, &item, in_item, s.kind, [&] { return store_.payload(item); });
    said_.index += length;
    here_.index += length;
    for (; length; --length) {
      const std::string_view rest_a = as_text(a.peek()), rest_b = as_text(b.peek());
      skip(a, s.kind, 1);
      skip(b, s.kind, 1);
      const auto one = rest_a.substr(0, rest_a.size() - a.left()),
                 two = rest_b.substr(0, rest_b.size() - b.left());
      if (one == two) continue;
      Reader again_a(as_bytes(one)), again_b(as_bytes(two));
      const bool alike_here = s.kind == ContentKind::any
                                  ? alike(read_any(again_a, any_depth), read_any(again_b, any_depth))
                                  : alike_json(again_a.string(), again_b.string());
      if (!alike_here) return false;
    }
    return true;
  }

  bool same_type(std::string_view said, const TypeState& type) const {
    Reader reader(as_bytes(said));
    if (type_kind_of(reader.varint()) != type.kind) return false;
    const bool named = type.kind == TypeKind::xml_element || type.kind == TypeKind::xml_hook;
    return !named || reader.string() == store_.names[type.name];
  }

  // A format's key and value, a document's name and options.
  static bool same_pair(ContentKind kind, std::string_view said, std::string_view here) {
    Reader a(as_bytes(said)), b(as_bytes(here));
    if (a.string() != b.string()) return false;
    if (kind == ContentKind::format) return alike_json(a.string(), b.string());
    return alike(read_any(a, any_depth), read_any(b, any_depth));
  }

  const Document::Impl& impl_;
  const ItemStore& store_;
  const Update::Parts& parts_;
  std::vector<std::uint32_t> known_;  // the update's clients, as numbers of this document
  std::u16string units_;              // of the text of
  const RawStruct* units_of_ = nullptr;
  Values said_, here_;
};

}  // namespace

std::optional<ItemId> Document::contradiction(const Update& update,
                                              const std::function<bool(ClientId)>& asked) const {
  return Comparison(*impl_, update.parts()).first(asked);
}

}  // namespace assay::crdt
