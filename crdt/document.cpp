// The face of the library: each call goes on to the part that does it.
#include "crdt/document.h"

#include <algorithm>

#include "crdt/document_impl.h"
#include "crdt/update_merge.h"

namespace assay::crdt {

Document::Document(DocumentOptions options) : impl_(std::make_unique<Impl>(options)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Applied Document::apply(const Update& update) { return impl_->apply(update.parts(), nullptr); }

Applied Document::apply(const Update& update, Bytes& news) {
  news.clear();
  return impl_->apply(update.parts(), &news);
}

bool Document::has_pending() const { return !impl_->pending_.empty(); }
void Document::drop_pending() { impl_->pending_ = Pending(); }

StateVector Document::state_vector() const {
  StateVector vector;
  for (const ClientStructs& client : impl_->store_.clients) {
    if (client.state) vector[ClientId{client.id}] = Clock{client.state};
  }
  return vector;
}

Bytes Document::encode_since(const StateVector& since, UpdateFormat format) const {
  Bytes bytes = impl_->encode_since(since);
  return format == UpdateFormat::v1 ? bytes : own_as_v2(bytes);
}

std::size_t Document::memory_bytes() const {
  return sizeof(Impl) + impl_->store_.memory_bytes() + impl_->index_.memory_bytes() +
         impl_->pending_.memory_bytes();
}

std::vector<std::string> Document::root_names() const {
  std::vector<std::string> names;
  for (const Index type : impl_->store_.roots)
    names.emplace_back(impl_->store_.names[impl_->store_.types[type].name]);
  return names;
}

std::optional<TypeRef> Document::find_root(std::string_view name) const {
  const Index key = impl_->store_.names.find(name);
  if (!key) return std::nullopt;
  const auto root = impl_->store_.root_by_name.find(key);
  if (root == impl_->store_.root_by_name.end()) return std::nullopt;
  return TypeRef{root->second};
}

TypeRef Document::root(std::string_view name, TypeKind kind) { return {impl_->store_.root(name, kind)}; }

TypeKind Document::kind(TypeRef type) const { return impl_->store_.types[type.index].kind; }

TypeKind Document::apparent_kind(TypeRef type) const { return impl_->apparent_kind(type.index); }

std::optional<ItemId> Document::item_of(TypeRef type) const {
  const Index item = impl_->store_.types[type.index].item;
  if (!item) return std::nullopt;
  return impl_->store_.unpack(impl_->store_.items[item].id);
}

std::optional<TypeRef> Document::type_of(ItemId id) const {
  const std::uint32_t client = impl_->store_.find_client(id.client.value);
  if (id.clock.value >= impl_->state(client)) return std::nullopt;
  const Item& item = impl_->store_.items[impl_->store_.find(pack(client, id.clock.value))];
  if (item.kind() != ContentKind::type || item.deleted) return std::nullopt;
  return TypeRef{item.content};
}

std::optional<TypeRef> Document::parent(TypeRef type) const {
  const Index item = impl_->store_.types[type.index].item;
  if (!item || !impl_->store_.items[item].slot) return std::nullopt;
  return TypeRef{impl_->store_.slot_of(impl_->store_.items[item]).type};
}

bool Document::deleted(TypeRef type) const { return impl_->deleted(type.index); }

std::uint64_t Document::length(TypeRef sequence) const { return impl_->store_.types[sequence.index].length; }
std::string Document::text(TypeRef text) const { return impl_->text(text.index); }
std::vector<DeltaRun> Document::delta(TypeRef text) const { return impl_->delta(text.index); }
void Document::visit_delta(TypeRef text, const std::function<void(const DeltaRun&)>& visit) const {
  impl_->visit_delta(text.index, visit);
}
std::vector<AuthoredRun> Document::authored_delta(TypeRef text) const {
  return impl_->authored_delta(text.index);
}

std::vector<Element> Document::elements(TypeRef sequence) const {
  std::vector<Element> out;
  const ItemStore& store = impl_->store_;
  if (!impl_->alive(sequence.index)) return out;
  for (Index i = store.slots[store.types[sequence.index].sequence].first; i; i = store.items[i].right) {
    if (store.items[i].visible()) impl_->append_elements(store.items[i], out);
  }
  return out;
}

std::optional<Element> Document::get(TypeRef map, std::string_view key) const {
  const ItemStore& store = impl_->store_;
  const Index name = store.names.find(key);
  const Index slot = name ? store.find_entry(map.index, name) : 0;
  if (!slot || !store.slots[slot].last || store.items[store.slots[slot].last].deleted) return std::nullopt;
  std::vector<Element> elements;
  impl_->append_elements(store.items[store.slots[slot].last], elements);
  if (elements.empty()) return std::nullopt;
  return std::move(elements.back());
}

std::vector<std::pair<std::string, Element>> Document::entries(TypeRef map) const {
  const ItemStore& store = impl_->store_;
  std::vector<std::pair<std::string, Element>> out;
  if (!impl_->alive(map.index)) return out;
  for (Index entry = store.types[map.index].first_entry; entry; entry = store.slots[entry].next_entry) {
    const Slot& slot = store.slots[entry];
    if (!slot.last || store.items[slot.last].deleted) continue;
    std::vector<Element> elements;
    impl_->append_elements(store.items[slot.last], elements);
    if (!elements.empty()) out.emplace_back(std::string(store.names[slot.key]), std::move(elements.back()));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

std::string Document::node_name(TypeRef element) const {
  const TypeState& state = impl_->store_.types[element.index];
  const bool named = state.kind == TypeKind::xml_element || state.kind == TypeKind::xml_hook;
  return named && state.name ? std::string(impl_->store_.names[state.name]) : std::string();
}

std::string Document::xml_string(TypeRef xml) const { return impl_->xml_string(xml.index); }
Any Document::to_any(TypeRef type) const { return impl_->to_any(type.index); }

std::optional<ItemId> Document::item_at(TypeRef sequence, std::uint64_t index) const {
  if (!impl_->alive(sequence.index) || index >= length(sequence)) return std::nullopt;
  std::uint64_t offset = 0;
  const Index i = impl_->item_at(sequence.index, index, offset);
  if (!i) return std::nullopt;
  return impl_->store_.unpack(impl_->store_.items[i].id + offset);
}

}  // namespace assay::crdt
