#include "crdt/relative_position.h"

#include <cmath>

#include "crdt/document_impl.h"

namespace assay::crdt {
namespace {

// The sequence alone, or together with an element of it. The written form names only the element then; Yjs
// keeps both in the JSON form.
RelativePosition at_type(const ItemStore& store, Index type, std::int64_t side) {
  RelativePosition position;
  position.side = side;
  const TypeState& state = store.types[type];
  if (state.item) {
    position.type = store.unpack(store.items[state.item].id);
  } else {
    position.root = std::string(store.names[state.name]);
  }
  return position;
}

std::optional<std::uint64_t> whole(const Any* value) {
  const double* number = value ? value->get_if<double>() : nullptr;
  if (!number || *number < 0 || *number > static_cast<double>(number_max) || std::trunc(*number) != *number)
    return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::optional<ItemId> id_from(const Any& value) {
  const auto client = whole(value.member("client")), clock = whole(value.member("clock"));
  if (!client || !clock) return std::nullopt;
  return ItemId{{*client}, {*clock}};
}

Any id_to_any(ItemId id) {
  AnyObject object;
  object.emplace_back("client", Any(static_cast<double>(id.client.value)));
  object.emplace_back("clock", Any(static_cast<double>(id.clock.value)));
  return Any(Any::Value(std::move(object)));
}

bool present(const Any* value) { return value && !value->get_if<Null>() && !value->get_if<Undefined>(); }

}  // namespace

RelativePosition relative_position(const Document& document, TypeRef sequence, std::uint64_t index,
                                   std::int64_t side) {
  Document::Impl& impl = document.impl();
  const ItemStore& store = impl.store_;
  RelativePosition position = at_type(store, sequence.index, side);
  if (!impl.alive(sequence.index)) return position;
  if (side < 0) {
    if (index == 0) return position;
    --index;
  }
  std::uint64_t offset = 0;
  if (const Index item = impl.item_at(sequence.index, index, offset)) {
    position.item = store.unpack(store.items[item].id + offset);
  } else if (side < 0) {
    const Index last = store.slots[store.types[sequence.index].sequence].last;
    if (last) position.item = store.unpack(store.items[last].last_id());
  }
  return position;
}

std::optional<AbsolutePosition> resolve(const Document& document, const RelativePosition& position) {
  Document::Impl& impl = document.impl();
  const ItemStore& store = impl.store_;
  const auto find = [&](ItemId id) -> Index {
    const std::uint32_t client = store.find_client(id.client.value);
    return id.clock.value < impl.state(client) ? store.find(pack(client, id.clock.value)) : 0;
  };
  AbsolutePosition found;
  found.side = position.side;
  if (position.item) {
    const Index at = find(*position.item);
    if (!at || store.items[at].is_gc()) return std::nullopt;
    const Item& item = store.items[at];
    found.type.index = store.slot_of(item).type;
    if (impl.deleted(found.type.index)) return found;
    if (item.visible())
      found.index = position.item->clock.value - item.clock() + (position.side >= 0 ? 0 : 1);
    if (store.slot_of(item).key == no_key) found.index += impl.visible_before(at);
    return found;
  }
  if (position.root) {
    const auto root = document.find_root(*position.root);
    if (!root) return std::nullopt;
    found.type = *root;
  } else if (position.type) {
    const Index at = find(*position.type);
    if (!at || store.items[at].kind() != ContentKind::type) return std::nullopt;
    found.type.index = store.items[at].content;
  } else {
    return std::nullopt;
  }
  if (position.side >= 0) found.index = store.types[found.type.index].length;
  return found;
}

Bytes encode_relative_position(const RelativePosition& position) {
  Writer writer;
  const auto id = [&writer](ItemId value) {
    writer.varint(value.client.value);
    writer.varint(value.clock.value);
  };
  if (position.item) {
    writer.varint(0);
    id(*position.item);
  } else if (position.root) {
    writer.varint(1);
    writer.string(*position.root);
  } else {
    assert(position.type);
    writer.varint(2);
    id(*position.type);
  }
  writer.signed_number(static_cast<double>(position.side));
  return writer.take();
}

Result<RelativePosition> decode_relative_position(ByteView bytes) {
  Reader reader(bytes);
  RelativePosition position;
  const auto id = [&reader] {
    ItemId value;
    value.client.value = reader.varint();
    value.clock.value = reader.varint();
    return value;
  };
  switch (reader.varint()) {
    case 0:
      position.item = id();
      break;
    case 1:
      position.root = std::string(reader.string());
      break;
    case 2:
      position.type = id();
      break;
    default:
      reader.fail(DecodeError::bad_tag);
  }
  // Old versions of Yjs wrote no side.
  if (reader.ok() && !reader.at_end()) position.side = static_cast<std::int64_t>(reader.signed_number());
  if (!reader.ok()) return reader.error();
  if (!reader.at_end()) return DecodeError::trailing_bytes;
  return position;
}

Any relative_position_to_any(const RelativePosition& position) {
  AnyObject object;
  if (position.type) object.emplace_back("type", id_to_any(*position.type));
  if (position.root) object.emplace_back("tname", *position.root);
  if (position.item) object.emplace_back("item", id_to_any(*position.item));
  object.emplace_back("assoc", Any(static_cast<double>(position.side)));
  return Any(Any::Value(std::move(object)));
}

std::optional<RelativePosition> relative_position_from_any(const Any& value) {
  RelativePosition position;
  if (const Any* type = value.member("type"); present(type) && !(position.type = id_from(*type)))
    return std::nullopt;
  if (const Any* item = value.member("item"); present(item) && !(position.item = id_from(*item)))
    return std::nullopt;
  if (const Any* name = value.member("tname"); present(name)) {
    const auto* text = name->get_if<std::string>();
    if (!text) return std::nullopt;
    position.root = *text;
  }
  if (const Any* side = value.member("assoc"); present(side)) {
    const double* number = side->get_if<double>();
    if (!number || std::fabs(*number) > static_cast<double>(number_max)) return std::nullopt;
    position.side = static_cast<std::int64_t>(*number);
  }
  if (!position.item && !position.type && !position.root) return std::nullopt;
  return position;
}

}  // namespace assay::crdt
