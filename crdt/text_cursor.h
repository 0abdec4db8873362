// A place in a text while it is written to: between two items, with the formatting that holds there.
#pragma once

#include "crdt/document_impl.h"

namespace assay::crdt {

// By interned key, in the order in which they were set, as a JavaScript Map keeps them.
class Formats {
 public:
  const Any* get(Index key) const {
    for (const auto& [name, value] : entries_) {
      if (name == key) return &value;
    }
    return nullptr;
  }
  void set(Index key, Any value) {
    for (auto& [name, old] : entries_) {
      if (name == key) {
        old = std::move(value);
        return;
      }
    }
    entries_.emplace_back(key, std::move(value));
  }
  void remove(Index key) {
    std::erase_if(entries_, [key](const auto& entry) { return entry.first == key; });
  }
  // Null ends a format.
  void update(Index key, Any value) {
    if (value.get_if<Null>()) {
      remove(key);
    } else {
      set(key, std::move(value));
    }
  }
  bool empty() const { return entries_.empty(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<std::pair<Index, Any>> entries_;
};

// As Yjs compares the values of a format: by value, objects one level deep; none is Null.
bool equal_formats(const Any* a, const Any* b);

class TextWriter {
 public:
  // Index counts what is visible.
  TextWriter(Document::Impl& document, std::uint32_t client, Index type, std::uint64_t index);

  void insert_text(std::string_view utf8, const Attributes* attributes);
  void insert_embed(const Any& embed, const Attributes& attributes);
  void format(std::uint64_t length, const Attributes& attributes);
  void remove(std::uint64_t length);

 private:
  Formats formats_of(const Attributes& attributes);
  bool is_format(Index item) const { return items()[item].kind() == ContentKind::format; }
  Index key(Index item) const { return document_.store_.payloads[items()[item].content].name; }
  Any value(Index item) const { return document_.format_value(items()[item]); }
  ItemSlabs& items() const { return document_.store_.items; }
  void forward();
  void cut(Index item, std::uint64_t length);
  template <class Fill>
  void insert(const Fill& fill);
  void insert_format(Index key, const Any& value);
  void skip_redundant(const Formats& wanted);
  Formats begin_formats(const Formats& wanted);
  void end_formats(Formats& negated);
  void clean_gap(Index start, Index end_of_removed, const Formats& start_formats);
  template <class Fill>
  void insert_formatted(Formats wanted, const Fill& fill);

  Document::Impl& document_;
  std::uint32_t client_;
  Index slot_;
  Index left_ = 0, right_ = 0;
  Formats current_;
};

// The next item that this client writes, linked to its neighbours-to-be but not placed.
Index next_item(Document::Impl& document, std::uint32_t client, Gap gap, Index slot);

}  // namespace assay::crdt
