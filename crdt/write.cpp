// Transaction: writing as one client.
#include "crdt/text_cursor.h"
#include "crdt/value_codec.h"

namespace assay::crdt {

namespace {
constexpr std::size_t writer_kept_max = 64 * 1024;
}

// What the calls of a transaction share.
struct Transaction::Impl {
  Document::Impl& document;
  std::uint32_t client;

  ItemStore& store() { return document.store_; }

  // Text without formatting, which is most of what is typed: no formats to look at, and the letters after
  // one's own last ones only make that item longer.
  bool insert_plain(TypeRef text, std::uint64_t index, std::string_view utf8) {
    if (store().types[text.index].has_formatting || !index) return false;
    const TextMeasure measure = measure_utf8(as_bytes(utf8));
    assert(measure.valid);
    Gap gap = document.gap_at(text.index, index);
    // Yjs writes into a text behind what is deleted there.
    while (gap.right && store().items[gap.right].deleted) gap = {gap.right, store().items[gap.right].right};
    const Item& left = store().items[gap.left];
    const PackedId right_origin = gap.right ? store().items[gap.right].id : no_id;
    if (measure.ascii && left.end() == document.state(client) && client_of(left.id) == client &&
        left.right_origin == right_origin && document.extend(gap.left, utf8)) {
      return true;
    }
    append(gap, left.slot,
           [&](Item& item, Index) { store().set_text(item, utf8, measure.ascii, measure.units); });
    return true;
  }

  void remove_elements(TypeRef sequence, std::uint64_t index, std::uint64_t length) {
    auto& items = store().items;
    std::uint64_t offset = 0;
    const Index first = document.item_at(sequence.index, index, offset);
    if (length < items[first].length - offset + 1 &&
        document.erase_edge(first, static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)))
      return;
    for (Index i = document.gap_at(sequence.index, index).right; length && i; i = items[i].right) {
      if (!items[i].visible()) continue;
      if (length < items[i].length) document.split(i, static_cast<std::uint32_t>(length));
      length -= items[i].length;
      document.erase(i);
    }
  }

  template <class Fill>
  Index append(Gap gap, Index slot, const Fill& fill) {
    const Index added = next_item(document, client, gap, slot);
    fill(store().items[added], added);
    document.place(added);
    return added;
  }

  Index append_value(Gap gap, Index slot, const Any& value) {
    return append(gap, slot, [&](Item& item, Index) {
      if (const auto* bytes = value.get_if<Bytes>()) {
        item.set_kind(ContentKind::binary);
        item.content = store().add_payload(as_text(*bytes));
      } else {
        item.set_kind(ContentKind::any);
        Writer content;
        write_any(content, value);
        item.content = store().add_payload(as_text(content.view()));
      }
    });
  }

  TypeRef append_type(Gap gap, Index slot, TypeKind kind, std::string_view name = {}) {
    TypeRef made;
    append(gap, slot, [&](Item& item, Index index) {
      item.set_kind(ContentKind::type);
      const std::uint32_t depth = store().type_of(item).depth + 1;
      const bool named = kind == TypeKind::xml_element || kind == TypeKind::xml_hook;
      made.index = store().add_type(kind, index, named ? store().names.intern(name) : 0, depth);
      item.content = made.index;
    });
    return made;
  }

  Index sequence(TypeRef type) { return store().types[type.index].sequence; }

  Gap entry_gap(Index slot) { return {store().slots[slot].last, 0}; }
};

Transaction::Transaction(Document& document, ClientId as)
    : document_(document.impl_.get()), client_(document_->store_.client(as.value)) {
  assert(!document_->in_transaction_);
  document_->change_.begin();
  document_->in_transaction_ = true;
}

void Transaction::finish() {
  assert(!over_);
  over_ = true;
  document_->finish();
  document_->in_transaction_ = false;
}

Transaction::~Transaction() {
  if (!over_) finish();
}

Transaction::Impl Transaction::impl(TypeRef checked) const {
  assert(!over_);
  assert(document_->alive(checked.index) && !document_->deleted(checked.index));
  static_cast<void>(checked);
  return {*document_, client_};
}

Bytes Transaction::commit() {
  finish();
  Document::Impl& document = *document_;
  if (document.change_.touched.empty() && document.change_.deleted.empty()) return {};
  thread_local Writer writer;  // kept for its memory
  writer.clear();
  document.write_change(writer);
  const ByteView update = writer.view();
  Bytes bytes(update.begin(), update.end());
  if (update.size() > writer_kept_max) writer = Writer();
  return bytes;
}

void Transaction::insert_text(TypeRef text, std::uint64_t index, std::string_view utf8) {
  Impl in = impl(text);
  if (utf8.empty() || in.insert_plain(text, index, utf8)) return;
  TextWriter(in.document, in.client, text.index, index).insert_text(utf8, nullptr);
}

void Transaction::insert_text(TypeRef text, std::uint64_t index, std::string_view utf8,
                              const Attributes& attributes) {
  Impl in = impl(text);
  if (utf8.empty()) return;
  TextWriter(in.document, in.client, text.index, index).insert_text(utf8, &attributes);
}

void Transaction::insert_embed(TypeRef text, std::uint64_t index, Any embed, const Attributes& attributes) {
  Impl in = impl(text);
  TextWriter(in.document, in.client, text.index, index).insert_embed(embed, attributes);
}

void Transaction::format(TypeRef text, std::uint64_t index, std::uint64_t length,
                         const Attributes& attributes) {
  Impl in = impl(text);
  if (!length) return;
  assert(index + length <= in.store().types[text.index].length);
  TextWriter(in.document, in.client, text.index, index).format(length, attributes);
}

void Transaction::insert(TypeRef array, std::uint64_t index, const std::vector<Any>& values) {
  Impl in = impl(array);
  Gap gap = in.document.gap_at(array.index, index);
  const Index slot = in.sequence(array);
  const auto behind = [&](Index item) { gap = {item, in.store().items[item].right}; };
  for (std::size_t i = 0; i < values.size();) {
    if (values[i].get_if<Bytes>()) {
      behind(in.append_value(gap, slot, values[i++]));
      continue;
    }
    Writer content;
    std::uint32_t count = 0;
    for (; i < values.size() && !values[i].get_if<Bytes>(); ++i, ++count) write_any(content, values[i]);
    behind(in.append(gap, slot, [&](Item& item, Index) {
      item.set_kind(ContentKind::any);
      item.length = count;
      item.content = in.store().add_payload(as_text(content.view()));
    }));
  }
}

TypeRef Transaction::insert_type(TypeRef array, std::uint64_t index, TypeKind kind) {
  Impl in = impl(array);
  return in.append_type(in.document.gap_at(array.index, index), in.sequence(array), kind);
}

TypeRef Transaction::insert_element(TypeRef parent, std::uint64_t index, std::string_view node_name) {
  Impl in = impl(parent);
  return in.append_type(in.document.gap_at(parent.index, index), in.sequence(parent), TypeKind::xml_element,
                        node_name);
}

TypeRef Transaction::insert_xml_text(TypeRef parent, std::uint64_t index) {
  return insert_type(parent, index, TypeKind::xml_text);
}

void Transaction::remove(TypeRef sequence, std::uint64_t index, std::uint64_t length) {
  Impl in = impl(sequence);
  if (!length) return;
  const TypeState& state = in.store().types[sequence.index];
  assert(index + length <= state.length);
  const bool text = state.kind == TypeKind::text || state.kind == TypeKind::xml_text;
  if (text && state.has_formatting) {
    TextWriter(in.document, in.client, sequence.index, index).remove(length);
  } else {
    in.remove_elements(sequence, index, length);
  }
}

void Transaction::set(TypeRef map, std::string_view key, Any value) {
  Impl in = impl(map);
  const Index slot = in.store().entry(map.index, in.store().names.intern(key));
  in.append_value(in.entry_gap(slot), slot, value);
}

TypeRef Transaction::set_type(TypeRef map, std::string_view key, TypeKind kind) {
  Impl in = impl(map);
  const Index slot = in.store().entry(map.index, in.store().names.intern(key));
  return in.append_type(in.entry_gap(slot), slot, kind);
}

void Transaction::unset(TypeRef map, std::string_view key) {
  Impl in = impl(map);
  const Index name = in.store().names.find(key);
  const Index slot = name ? in.store().find_entry(map.index, name) : 0;
  if (slot && in.store().slots[slot].last) in.document.erase(in.store().slots[slot].last);
}

}  // namespace assay::crdt
