// Reading: text, deltas, elements, map entries, values.
#include <algorithm>
#include <cstring>

#include "crdt/document_impl.h"
#include "crdt/value_codec.h"

namespace assay::crdt {

bool Document::Impl::deleted(Index type) const {
  const TypeState& state = store_.types[type];
  return !state.live || (state.item && store_.items[state.item].deleted);
}

namespace {

// The text of a sequence in which all of it is ASCII. Where it ends.
template <class Items>
char* copy_text(const Items& items, Index first, const char* letters, char* at) {
  for (Index i = first; i;) {
    const Item& item = items[i];
    i = item.right;
    const std::uint32_t shown =
        (item.deleted | std::uint32_t{item.kind() != ContentKind::string}) - 1u;  // all bits or none
    const std::size_t size = item.length & shown;
    copy_near(at, letters + (item.content & shown), size);
    at += size;
  }
  return at;
}

}  // namespace

std::string Document::Impl::text(Index type) const {
  std::string out;
  if (!alive(type)) return out;
  const Index first = store_.slots[store_.types[type].sequence].first;
  if (store_.wide.empty() && store_.narrow.size() > 0) {
    // All text is in one arena, where sixteen bytes can be copied for fewer, deleted ones too: whether the
    // next is deleted, and how long it is, nobody can foresee.
    out.resize(store_.types[type].length + TextArena::slack);
    const char* const end = store_.items.visit_flat(
        [&](const auto& items) { return copy_text(items, first, store_.narrow.data(), out.data()); });
    out.resize(static_cast<std::size_t>(end - out.data()));
    return out;
  }
  out.reserve(store_.types[type].length);
  for (Index i = first; i;) {
    const Item& item = store_.items[i];
    i = item.right;
    if (item.deleted || item.kind() != ContentKind::string) continue;
    if (item.wide) {
      utf16_to_utf8(store_.wide_text(item), out);
    } else {
      out.append(store_.narrow_text(item));
    }
  }
  return out;
}

Any Document::Impl::format_value(const Item& item) const {
  Reader reader(as_bytes(store_.payload(item)));
  reader.string();
  return parse_json(reader.string());
}

void Document::Impl::append_elements(const Item& item, std::vector<Element>& out) const {
  switch (item.kind()) {
    case ContentKind::string: {
      // One element a UTF-16 unit, as Yjs's getContent; halves of a pair become replacement characters.
      for (std::uint32_t i = 0; i < item.length; ++i) {
        std::string unit;
        store_.append_text(unit, item, i, 1);
        out.emplace_back(Any(std::move(unit)));
      }
      return;
    }
    case ContentKind::type:
      out.emplace_back(TypeRef{item.content});
      return;
    case ContentKind::binary: {
      const std::string_view bytes = store_.payload(item);
      out.emplace_back(Any(Any::Value(Bytes(bytes.begin(), bytes.end()))));
      return;
    }
    case ContentKind::embed:
      out.emplace_back(parse_json(store_.payload(item)));
      return;
    case ContentKind::json:
    case ContentKind::any: {
      Reader reader(as_bytes(store_.payload(item)));
      for (std::uint32_t i = 0; i < item.length; ++i) {
        if (item.kind() == ContentKind::json) {
          out.emplace_back(parse_json(reader.string()));
        } else {
          out.emplace_back(read_any(reader, static_cast<std::size_t>(-1)));
        }
      }
      return;
    }
    case ContentKind::document: {
      Reader reader(as_bytes(store_.payload(item)));
      Subdocument document;
      document.guid = reader.string();
      document.options = read_any(reader, static_cast<std::size_t>(-1));
      out.emplace_back(std::move(document));
      return;
    }
    default:
      return;
  }
}

namespace {

// Key and value of a format item take effect: Null ends a format. Sorted by key.
void set_attribute(Attributes& current, std::string_view key, Any value, std::size_t formats_max) {
  const auto place =
      std::lower_bound(current.begin(), current.end(), key,
                       [](const auto& attribute, std::string_view k) { return attribute.first < k; });
  const bool there = place != current.end() && place->first == key;
  if (value.get_if<Null>()) {
    if (there) current.erase(place);
  } else if (there) {
    place->second = std::move(value);
  } else if (current.size() < formats_max) {
    current.emplace(place, std::string(key), std::move(value));
  }
}

// Calls `emit(run, first item)` for each run of the text, which is good for the call; a run ends where
// formatting does, and with `by_author` also where another client's item begins.
template <bool by_author, class Emit>
void visit_runs(const Document::Impl& document, Index type, const Emit& emit) {
  const ItemStore& store = document.store_;
  if (!document.alive(type)) return;
  DeltaRun run;
  std::string words;
  Index first = 0;  // item of `words`
  const auto tell = [&](auto insert, const Item& item) {
    run.insert = std::move(insert);
    emit(std::as_const(run), item);
  };
  const auto flush = [&] {
    if (words.empty()) return;
    tell(std::move(words), store.items[first]);
    words.clear();
  };
  for (Index i = store.slots[store.types[type].sequence].first; i; i = store.items[i].right) {
    const Item& item = store.items[i];
    if (item.deleted) continue;
    switch (item.kind()) {
      case ContentKind::string:
        if (by_author && !words.empty() && client_of(store.items[first].id) != client_of(item.id)) flush();
        if (words.empty()) first = i;
        store.append_text(words, item);
        break;
      case ContentKind::embed:
        flush();
        tell(parse_json(store.payload(item)), item);
        break;
      case ContentKind::type:
        flush();
        tell(TypeRef{item.content}, item);
        break;
      case ContentKind::format:
        flush();
        set_attribute(run.attributes, store.names[store.payloads[item.content].name],
                      document.format_value(item), document.options_.formats_max);
        break;
      default:
        break;
    }
  }
  flush();
}

}  // namespace

std::vector<DeltaRun> Document::Impl::delta(Index type) const {
  std::vector<DeltaRun> runs;
  visit_runs<false>(*this, type, [&](const DeltaRun& run, const Item&) { runs.push_back(run); });
  return runs;
}

void Document::Impl::visit_delta(Index type, const std::function<void(const DeltaRun&)>& visit) const {
  visit_runs<false>(*this, type, [&](const DeltaRun& run, const Item&) { visit(run); });
}

std::vector<AuthoredRun> Document::Impl::authored_delta(Index type) const {
  std::vector<AuthoredRun> runs;
  visit_runs<true>(*this, type, [&](const DeltaRun& run, const Item& first) {
    runs.push_back({run, store_.unpack(first.id)});
  });
  return runs;
}

// ---- values

namespace {

bool is_map(TypeKind kind) { return kind == TypeKind::map; }
bool is_xml(TypeKind kind) {
  return kind == TypeKind::xml_element || kind == TypeKind::xml_fragment || kind == TypeKind::xml_text;
}

}  // namespace

Any Document::Impl::to_any(const Element& element) const {
  if (const auto* value = std::get_if<Any>(&element)) return *value;
  if (const auto* type = std::get_if<TypeRef>(&element)) return to_any(type->index);
  return Any(Any::Value(AnyObject{}));  // what Yjs's Doc.toJSON says of a document that is not loaded
}

TypeKind Document::Impl::apparent_kind(Index type) const {
  const TypeState& state = store_.types[type];
  if (state.kind != TypeKind::undefined) return state.kind;
  const Index first = store_.slots[state.sequence].first;
  if (!first) return state.first_entry ? TypeKind::map : TypeKind::undefined;
  for (Index i = first; i; i = store_.items[i].right) {
    switch (store_.items[i].kind()) {
      case ContentKind::deleted:
        continue;
      case ContentKind::string:
      case ContentKind::embed:
      case ContentKind::format:
        return TypeKind::text;
      case ContentKind::type: {
        const TypeKind inner = store_.types[store_.items[i].content].kind;
        return inner == TypeKind::xml_element || inner == TypeKind::xml_text ? TypeKind::xml_fragment
                                                                             : TypeKind::array;
      }
      default:
        return TypeKind::array;
    }
  }
  return TypeKind::undefined;
}

Any Document::Impl::to_any(Index type) const {
  if (!alive(type)) return {};
  const TypeState& state = store_.types[type];
  const TypeKind kind = apparent_kind(type);
  if (kind == TypeKind::text) return Any(text(type));
  if (is_xml(kind)) return Any(xml_string(type));
  if (is_map(kind) || kind == TypeKind::xml_hook) {
    AnyObject object;
    for (Index entry = state.first_entry; entry; entry = store_.slots[entry].next_entry) {
      const Slot& slot = store_.slots[entry];
      if (!slot.last || store_.items[slot.last].deleted) continue;
      std::vector<Element> elements;
      append_elements(store_.items[slot.last], elements);
      if (!elements.empty())
        object.emplace_back(std::string(store_.names[slot.key]), to_any(elements.back()));
    }
    return Any(Any::Value(std::move(object)));
  }
  if (kind != TypeKind::array) return {};
  AnyArray array;
  array.reserve(state.length);
  std::vector<Element> elements;
  for (Index i = store_.slots[state.sequence].first; i; i = store_.items[i].right) {
    const Item& item = store_.items[i];
    if (!item.visible()) continue;
    if (item.kind() == ContentKind::any) {
      Reader reader(as_bytes(store_.payload(item)));
      read_values(reader, item.length, array);
      continue;
    }
    elements.clear();
    append_elements(item, elements);
    for (const Element& element : elements) array.push_back(to_any(element));
  }
  return Any(Any::Value(std::move(array)));
}

// ---- XML

namespace {

// As a JavaScript template literal shows a value.
void append_display(std::string& out, const Any& value) {
  struct Show {
    std::string& out;
    void operator()(Undefined) const { out += "undefined"; }
    void operator()(Null) const { out += "null"; }
    void operator()(bool v) const { out += v ? "true" : "false"; }
    void operator()(double v) const { append_number(out, v); }
    void operator()(BigInt v) const { out += std::to_string(v.value); }
    void operator()(const std::string& v) const { out += v; }
    void operator()(const Bytes& v) const {
      for (std::size_t i = 0; i < v.size(); ++i) out += (i ? "," : "") + std::to_string(v[i]);
    }
    void operator()(const AnyArray& v) const {
      for (std::size_t i = 0; i < v.size(); ++i) {
        if (i) out.push_back(',');
        if (!v[i].get_if<Null>() && !v[i].get_if<Undefined>()) append_display(out, v[i]);
      }
    }
    void operator()(const AnyObject&) const { out += "[object Object]"; }
  };
  std::visit(Show{out}, value.value());
}

// What a JavaScript `for in` finds in a value, sorted by key: a text counts as an array of its units.
AnyObject members_of(const Any& value) {
  AnyObject members;
  if (const auto* object = value.get_if<AnyObject>()) members = *object;
  if (const auto* array = value.get_if<AnyArray>()) {
    for (std::size_t i = 0; i < array->size(); ++i) members.emplace_back(std::to_string(i), (*array)[i]);
  }
  if (const auto* text = value.get_if<std::string>()) {
    std::u16string units;
    utf8_to_utf16(*text, units);
    for (std::size_t i = 0; i < units.size(); ++i) {
      std::string unit;
      utf16_to_utf8(std::u16string_view(units).substr(i, 1), unit);
      members.emplace_back(std::to_string(i), Any(std::move(unit)));
    }
  }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return members;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string Document::Impl::element_string(const Element& element) const {
  std::string out;
  if (const auto* type = std::get_if<TypeRef>(&element)) {
    const TypeKind kind = alive(type->index) ? store_.types[type->index].kind : TypeKind::undefined;
    if (kind == TypeKind::text) return text(type->index);
    if (is_xml(kind)) return xml_string(type->index);
    return "[object Object]";
  }
  if (const auto* value = std::get_if<Any>(&element)) append_display(out, *value);
  if (std::holds_alternative<Subdocument>(element)) out = "[object Object]";
  return out;
}

std::string Document::Impl::xml_string(Index type) const {
  std::string out;
  if (!alive(type)) return out;
  const TypeState& state = store_.types[type];
  if (state.kind == TypeKind::xml_text) {
    visit_delta(type, [&](const DeltaRun& run) {
      for (const auto& [name, value] : run.attributes) {
        out += '<' + name;
        for (const auto& [key, member] : members_of(value)) {
          out += ' ' + key + "=\"";
          append_display(out, member);
          out.push_back('"');
        }
        out.push_back('>');
      }
      if (const auto* words = std::get_if<std::string>(&run.insert)) {
        out += *words;
      } else if (const auto* embed = std::get_if<Any>(&run.insert)) {
        append_display(out, *embed);
      } else {
        out += element_string(std::get<TypeRef>(run.insert));
      }
      for (auto attribute = run.attributes.rbegin(); attribute != run.attributes.rend(); ++attribute) {
        out += "</" + attribute->first + '>';
      }
    });
    return out;
  }
  std::string name;
  if (state.kind == TypeKind::xml_element) {
    name = lower(store_.names[state.name]);
    out += '<' + name;
    std::vector<std::pair<std::string_view, Index>> attributes;
    for (Index entry = state.first_entry; entry; entry = store_.slots[entry].next_entry) {
      const Slot& slot = store_.slots[entry];
      if (slot.last && !store_.items[slot.last].deleted)
        attributes.emplace_back(store_.names[slot.key], slot.last);
    }
    std::sort(attributes.begin(), attributes.end());
    for (const auto& [key, item] : attributes) {
      std::vector<Element> elements;
      append_elements(store_.items[item], elements);
      out += ' ' + std::string(key) + "=\"";
      if (!elements.empty()) out += element_string(elements.back());
      out.push_back('"');
    }
    out.push_back('>');
  }
  std::vector<Element> children;
  for (Index i = store_.slots[state.sequence].first; i; i = store_.items[i].right) {
    const Item& item = store_.items[i];
    if (!item.visible()) continue;
    if (item.kind() == ContentKind::string) {  // words right in an element, as Yjs 14 writes them
      store_.append_text(out, item);
      continue;
    }
    children.clear();
    append_elements(item, children);
    for (const Element& child : children) out += element_string(child);
  }
  if (state.kind == TypeKind::xml_element) out += "</" + name + '>';
  return out;
}

}  // namespace assay::crdt
