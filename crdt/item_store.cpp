#include "crdt/item_store.h"

#include <algorithm>

#include "crdt/value_codec.h"

namespace assay::crdt {

// ---- Names

Index Names::intern(std::string_view text) {
  if (const auto known = index_.find(text); known != index_.end()) return known->second;
  texts_.push_back(std::make_unique<std::string>(text));
  const auto i = static_cast<Index>(texts_.size() - 1);
  index_.emplace(*texts_.back(), i);
  memory_ += sizeof(std::string) + text.size() + 64;
  return i;
}

Index Names::find(std::string_view text) const {
  const auto known = index_.find(text);
  return known == index_.end() ? 0 : known->second;
}

// ---- clients

std::uint32_t ItemStore::client(std::uint64_t id) {
  const std::uint32_t known = find_client(id);
  if (known != no_client) return known;
  last_client = static_cast<std::uint32_t>(clients.size());
  client_index.emplace(id, last_client);
  clients.emplace_back();
  clients.back().id = id;
  return last_client;
}

std::uint32_t ItemStore::find_client(std::uint64_t id) const {
  if (last_client < clients.size() && clients[last_client].id == id) return last_client;
  const auto place = client_index.find(id);
  if (place == client_index.end()) return no_client;
  return last_client = place->second;
}

const std::vector<std::uint32_t>& ItemStore::clients_by_id() const {
  if (by_id.size() == clients.size()) return by_id;
  for (auto c = static_cast<std::uint32_t>(by_id.size()); c < clients.size(); ++c) by_id.push_back(c);
  std::sort(by_id.begin(), by_id.end(),
            [this](std::uint32_t a, std::uint32_t b) { return clients[a].id > clients[b].id; });
  return by_id;
}

// ---- types and slots

Index ItemStore::add_type(TypeKind kind, Index item, Index name, std::uint32_t depth) {
  const auto type = static_cast<Index>(types.size());
  TypeState state;
  state.kind = kind;
  state.item = item;
  state.name = name;
  state.depth = depth;
  state.sequence = static_cast<Index>(slots.size());
  types.push_back(state);
  Slot slot;
  slot.type = type;
  slots.push_back(slot);
  return type;
}

Index ItemStore::root(std::string_view name, TypeKind kind) {
  const Index key = names.intern(name);
  const auto [place, fresh] = root_by_name.try_emplace(key, 0);
  if (fresh) {
    place->second = add_type(kind, 0, key, 0);
    roots.push_back(place->second);
  } else if (types[place->second].kind == TypeKind::undefined) {
    types[place->second].kind = kind;
  }
  return place->second;
}

Index ItemStore::find_entry(Index type, Index key) const {
  const auto place = entries.find(std::uint64_t{type} << 32 | key);
  return place == entries.end() ? 0 : place->second;
}

Index ItemStore::entry(Index type, Index key) {
  const auto [place, fresh] =
      entries.try_emplace(std::uint64_t{type} << 32 | key, static_cast<Index>(slots.size()));
  if (fresh) {
    Slot slot;
    slot.type = type;
    slot.key = key;
    slots.push_back(slot);
    TypeState& state = types[type];
    if (state.last_entry) {
      slots[state.last_entry].next_entry = place->second;
    } else {
      state.first_entry = place->second;
    }
    state.last_entry = place->second;
  }
  return place->second;
}

// ---- contents

Index ItemStore::add_payload(std::string_view bytes, Index name) {
  const Payload payload{static_cast<std::uint32_t>(narrow.size()), static_cast<std::uint32_t>(bytes.size()),
                        name, 0, 0};
  narrow.append(bytes);
  if (!free_payloads.empty()) {
    const Index i = free_payloads.back();
    free_payloads.pop_back();
    payloads[i] = payload;
    return i;
  }
  payloads.push_back(payload);
  return static_cast<Index>(payloads.size() - 1);
}

void ItemStore::release_payload(Index payload) {
  narrow_waste += payloads[payload].size;
  payloads[payload] = {};
  free_payloads.push_back(payload);
}

void ItemStore::set_wide_text(Item& item, std::string_view utf8, std::uint64_t units) {
  item.set_kind(ContentKind::string);
  item.length = static_cast<std::uint32_t>(units);
  item.wide = true;
  item.content = static_cast<std::uint32_t>(wide.size());
  utf8_to_utf16(utf8, wide);
}

void ItemStore::grow_text(ClientStructs& of, Item& item, std::string_view ascii) {
  const std::size_t end = std::size_t{item.content} + item.length;
  if (end == narrow.size()) {
    narrow.append(ascii);
    return;
  }
  if (item.content >= of.room_begin && end + ascii.size() <= of.room_end) {
    ascii.copy(narrow.data() + end, ascii.size());
    narrow_waste -= ascii.size();
    return;
  }
  const std::size_t room = std::max<std::size_t>(32, item.length + ascii.size());
  const auto begin = static_cast<std::uint32_t>(narrow.size());
  narrow.append_own(item.content, item.length);
  narrow.append(ascii);
  narrow.append_zeros(room);
  narrow_waste += item.length + room;
  item.content = begin;
  of.room_begin = begin;
  of.room_end = static_cast<std::uint32_t>(narrow.size());
}

void ItemStore::append_text(std::string& out, const Item& item, std::uint32_t offset,
                            std::uint32_t length) const {
  if (item.wide) {
    utf16_to_utf8(wide_text(item).substr(offset, length), out);
  } else {
    out.append(narrow_text(item).substr(offset, length));
  }
}

void ItemStore::drop_content(Item& item) {
  switch (item.kind()) {
    case ContentKind::string:
      (item.wide ? wide_waste : narrow_waste) += item.length;
      break;
    case ContentKind::json:
    case ContentKind::binary:
    case ContentKind::embed:
    case ContentKind::format:
    case ContentKind::any:
    case ContentKind::document:
      release_payload(item.content);
      break;
    default:
      break;
  }
  item.content = 0;
  item.wide = 0;
}

bool ItemStore::merge_content(Item& left, Item& right) {
  switch (left.kind()) {
    case ContentKind::gc:
    case ContentKind::deleted:
      return true;
    case ContentKind::string:
      break;
    case ContentKind::json:
    case ContentKind::any: {
      Payload& a = payloads[left.content];
      const Payload b = payloads[right.content];
      a.mark = left.length;
      a.mark_offset = a.size;
      if (a.offset + a.size != b.offset) {
        // Not side by side: both are written again at the end, where the next merge finds room.
        narrow_waste += a.size;
        const auto offset = static_cast<std::uint32_t>(narrow.size());
        if (a.offset + a.size != narrow.size()) {
          narrow.append_own(a.offset, a.size);
          a.offset = offset;
        } else {
          narrow_waste -= a.size;
        }
        narrow.append_own(b.offset, b.size);
        narrow_waste += b.size;
      }
      a.size += b.size;
      payloads[right.content] = {};
      free_payloads.push_back(right.content);
      right.set_kind(ContentKind::deleted);
      return true;
    }
    default:
      return false;
  }
  if (!left.wide && !right.wide && left.content + left.length == right.content) return true;
  if (left.wide && right.wide && left.content + left.length == right.content) return true;
  if (left.wide || right.wide) {
    const auto offset = static_cast<std::uint32_t>(wide.size());
    const bool at_end = left.wide && left.content + left.length == wide.size();
    const auto append = [this](const Item& item) {
      if (item.wide) {
        wide.append(wide, item.content, item.length);
        wide_waste += item.length;
      } else {
        const std::string_view ascii = narrow_text(item);
        wide.append(ascii.begin(), ascii.end());
        narrow_waste += item.length;
      }
    };
    if (!at_end) append(left);
    append(right);
    if (!at_end) left.content = offset;
    left.wide = 1;
    return true;
  }
  const auto offset = static_cast<std::uint32_t>(narrow.size());
  if (left.content + left.length != narrow.size()) {
    narrow.append_own(left.content, left.length);
    narrow_waste += left.length;
    left.content = offset;
  }
  narrow.append_own(right.content, right.length);
  narrow_waste += right.length;
  return true;
}

std::uint32_t ItemStore::value_offset(const Item& item, std::uint32_t index) const {
  const Payload& whole = payloads[item.content];
  const std::uint32_t from = whole.mark <= index ? whole.mark_offset : 0;
  if (from) index -= whole.mark;
  Reader reader(as_bytes(payload(item).substr(from)));
  if (item.kind() == ContentKind::any) {
    skip_values(reader, index, static_cast<std::size_t>(-1));
  } else {
    for (; index; --index) reader.buffer();
  }
  return from + static_cast<std::uint32_t>(reader.offset());
}

void ItemStore::split_content(Item& left, Item& right, std::uint32_t offset) {
  right.kind_ = left.kind_;
  right.wide = left.wide;
  switch (left.kind()) {
    case ContentKind::string:
      right.content = left.content + offset;
      if (left.wide) {
        // A pair that is cut leaves two replacement characters, as Yjs does.
        char16_t& before = wide[right.content - 1];
        if (before >= 0xd800 && before < 0xdc00) {
          before = 0xfffd;
          wide[right.content] = 0xfffd;
        }
      }
      break;
    case ContentKind::json:
    case ContentKind::any: {
      const std::uint32_t cut = value_offset(left, offset);
      Payload tail = payloads[left.content];
      tail.offset += cut;
      tail.size -= cut;
      tail.mark = tail.mark_offset = 0;
      Payload& head = payloads[left.content];
      head.size = cut;
      if (head.mark > offset) head.mark = head.mark_offset = 0;
      payloads.push_back(tail);
      right.content = static_cast<std::uint32_t>(payloads.size() - 1);
      break;
    }
    default:
      break;
  }
}

void ItemStore::compact_if_wasteful() {
  constexpr std::size_t waste_min = 16 * 1024;
  if (narrow_waste > waste_min && narrow_waste > narrow.size() / 2) {
    TextArena kept;
    kept.reserve(narrow.size() - narrow_waste + narrow_waste / 4);
    for (Index i = 1; i < items.end(); ++i) {
      Item& item = items[i];
      if (item.kind() != ContentKind::string || item.wide) continue;
      const auto offset = static_cast<std::uint32_t>(kept.size());
      kept.append(narrow_text(item));
      item.content = offset;
    }
    for (Payload& payload : payloads) {
      const auto offset = static_cast<std::uint32_t>(kept.size());
      kept.append(narrow.view(payload.offset, payload.size));
      payload.offset = offset;
    }
    narrow = std::move(kept);
    narrow_waste = 0;
    for (ClientStructs& of : clients) of.room_begin = of.room_end = 0;
  }
  if (wide_waste > waste_min && wide_waste > wide.size() / 2) {
    std::u16string kept;
    for (Index i = 1; i < items.end(); ++i) {
      Item& item = items[i];
      if (item.kind() != ContentKind::string || !item.wide) continue;
      const auto offset = static_cast<std::uint32_t>(kept.size());
      kept.append(wide_text(item));
      item.content = offset;
    }
    wide = std::move(kept);
    wide_waste = 0;
  }
}

std::size_t ItemStore::memory_bytes() const {
  std::size_t sum = items.memory_bytes() + clients.capacity() * sizeof(ClientStructs) +
                    client_index.size() * 48 + slots.capacity() * sizeof(Slot) +
                    types.capacity() * sizeof(TypeState) + entries.size() * 40 +
                    payloads.capacity() * sizeof(Payload) + free_payloads.capacity() * sizeof(Index) +
                    by_id.capacity() * sizeof(std::uint32_t) + narrow.capacity() +
                    wide.capacity() * sizeof(char16_t) + names.memory_bytes();
  for (const ClientStructs& of : clients) sum += of.structs.memory_bytes();
  return sum;
}

}  // namespace assay::crdt
