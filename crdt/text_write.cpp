// Writing formatted text: where Yjs puts the beginnings and ends of formats, and which of them it takes away
// again.
#include "crdt/text_cursor.h"
#include "crdt/value_codec.h"

namespace assay::crdt {
namespace {

bool equal_flat(const Any& a, const Any& b) {
  if (a.get_if<AnyObject>() || a.get_if<AnyArray>()) return false;
  return a == b;
}

const Any null_value{Any::Value(Null{})};

}  // namespace

bool equal_formats(const Any* a, const Any* b) {
  const Any& x = a ? *a : null_value;
  const Any& y = b ? *b : null_value;
  if (const auto* left = x.get_if<AnyObject>()) {
    const auto* right = y.get_if<AnyObject>();
    if (!right || left->size() != right->size()) return false;
    for (const auto& [key, value] : *left) {
      const Any* other = y.member(key);
      if (!other || !equal_flat(value, *other)) return false;
    }
    return true;
  }
  if (const auto* left = x.get_if<AnyArray>()) {
    const auto* right = y.get_if<AnyArray>();
    if (!right || left->size() != right->size()) return false;
    for (std::size_t i = 0; i < left->size(); ++i) {
      if (!equal_flat((*left)[i], (*right)[i])) return false;
    }
    return true;
  }
  return x == y;
}

Index next_item(Document::Impl& document, std::uint32_t client, Gap gap, Index slot) {
  ItemStore& store = document.store_;
  const Index added = store.items.add();
  Item& item = store.items[added];
  item.id = pack(client, store.clients[client].state);
  item.origin = gap.left ? store.items[gap.left].last_id() : no_id;
  item.right_origin = gap.right ? store.items[gap.right].id : no_id;
  item.left = gap.left;
  item.right = gap.right;
  item.slot = slot;
  item.length = 1;
  return added;
}

TextWriter::TextWriter(Document::Impl& document, std::uint32_t client, Index type, std::uint64_t index)
    : document_(document), client_(client), slot_(document.store_.types[type].sequence) {
  const TypeState& state = document_.store_.types[type];
  assert(index <= state.length);
  if (!state.has_formatting) {
    const Gap gap = document_.gap_at(type, index);
    left_ = gap.left;
    right_ = gap.right;
    return;
  }
  right_ = document_.store_.slots[slot_].first;
  while (right_ && index) {
    const Item& item = items()[right_];
    if (item.visible()) {
      if (index < item.length) cut(right_, index);
      index -= items()[right_].length;
    }
    forward();
  }
}

void TextWriter::forward() {
  const Item& item = items()[right_];
  if (!item.deleted && item.kind() == ContentKind::format) current_.update(key(right_), value(right_));
  left_ = right_;
  right_ = item.right;
}

void TextWriter::cut(Index item, std::uint64_t length) {
  document_.split(item, static_cast<std::uint32_t>(length));
}

template <class Fill>
void TextWriter::insert(const Fill& fill) {
  const Index added = next_item(document_, client_, {left_, right_}, slot_);
  fill(items()[added]);
  document_.place(added);
  right_ = added;
  forward();
}

void TextWriter::insert_format(Index key, const Any& value) {
  insert([&](Item& item) {
    Writer content;
    content.string(document_.store_.names[key]);
    content.string(to_json(value));
    item.set_kind(ContentKind::format);
    item.content = document_.store_.add_payload(as_text(content.view()), key);
  });
}

Formats TextWriter::formats_of(const Attributes& attributes) {
  Formats formats;
  for (const auto& [name, value] : attributes) formats.set(document_.store_.names.intern(name), value);
  return formats;
}

// Goes right over what is deleted and over formats that say what is wanted anyway.
void TextWriter::skip_redundant(const Formats& wanted) {
  while (right_) {
    if (!items()[right_].deleted) {
      if (!is_format(right_)) return;
      const Any there = value(right_);
      if (!equal_formats(wanted.get(key(right_)), &there)) return;
    }
    forward();
  }
}

// Begins what is wanted and not yet so. Returns what has to be set again behind.
Formats TextWriter::begin_formats(const Formats& wanted) {
  Formats negated;
  for (const auto& [key, value] : wanted) {
    const Any* now = current_.get(key);
    if (equal_formats(now, &value)) continue;
    negated.set(key, now ? *now : null_value);
    insert_format(key, value);
  }
  return negated;
}

void TextWriter::end_formats(Formats& negated) {
  while (right_) {
    if (!items()[right_].deleted) {
      if (!is_format(right_)) break;
      const Any there = value(right_);
      const Any* wanted = negated.get(key(right_));
      if (!wanted || !equal_formats(wanted, &there)) break;
      negated.remove(key(right_));
    }
    forward();
  }
  for (const auto& [key, value] : negated) insert_format(key, value);
}

template <class Fill>
void TextWriter::insert_formatted(Formats wanted, const Fill& fill) {
  for (const auto& [key, value] : current_) {
    if (!wanted.get(key)) wanted.set(key, null_value);
  }
  skip_redundant(wanted);
  Formats negated = begin_formats(wanted);
  insert(fill);
  end_formats(negated);
}

void TextWriter::insert_text(std::string_view utf8, const Attributes* attributes) {
  const TextMeasure measure = measure_utf8(as_bytes(utf8));
  assert(measure.valid);
  if (!measure.units) return;
  insert_formatted(attributes ? formats_of(*attributes) : current_,
                   [&](Item& item) { document_.store_.set_text(item, utf8, measure.ascii, measure.units); });
}

void TextWriter::insert_embed(const Any& embed, const Attributes& attributes) {
  insert_formatted(formats_of(attributes), [&](Item& item) {
    item.set_kind(ContentKind::embed);
    item.content = document_.store_.add_payload(to_json(embed));
  });
}

void TextWriter::format(std::uint64_t length, const Attributes& attributes) {
  const Formats wanted = formats_of(attributes);
  skip_redundant(wanted);
  Formats negated = begin_formats(wanted);
  while (right_ && (length || (!negated.empty() && (items()[right_].deleted || is_format(right_))))) {
    if (!items()[right_].deleted) {
      if (is_format(right_)) {
        const Index name = key(right_);
        const Any there = value(right_);
        if (const Any* set = wanted.get(name)) {
          if (equal_formats(set, &there)) {
            negated.remove(name);
          } else {
            if (!length) break;
            negated.set(name, there);
          }
          document_.erase(right_);
        } else {
          current_.set(name, there);
        }
      } else {
        if (length < items()[right_].length) cut(right_, length);
        length -= items()[right_].length;
      }
    }
    forward();
  }
  end_formats(negated);
}

void TextWriter::remove(std::uint64_t length) {
  const Formats start_formats = current_;
  const Index start = right_;
  while (length && right_) {
    if (items()[right_].visible()) {
      if (length < items()[right_].length) cut(right_, length);
      length -= items()[right_].length;
      document_.erase(right_);
    }
    forward();
  }
  assert(length == 0);
  if (start && document_.store_.types[document_.store_.slots[slot_].type].has_formatting) {
    clean_gap(start, right_, start_formats);
  }
}

// What was between the formats here is gone: those that are overwritten before the next visible element, or
// that say what held before, go too.
void TextWriter::clean_gap(Index start, Index end_of_removed, const Formats& start_formats) {
  Index end = start;
  std::vector<std::pair<Index, Index>> last;  // by key, the last format item of the gap
  while (end && !items()[end].visible()) {
    if (!items()[end].deleted && is_format(end)) {
      const Index name = key(end);
      bool found = false;
      for (auto& [k, item] : last) {
        if (k == name) {
          item = end;
          found = true;
        }
      }
      if (!found) last.emplace_back(name, end);
    }
    end = items()[end].right;
  }
  bool reached = false;
  for (; start != end; start = items()[start].right) {
    if (start == end_of_removed) reached = true;
    if (items()[start].deleted || !is_format(start)) continue;
    const Index name = key(start);
    const Any there = value(start);
    const Any* before = start_formats.get(name);
    bool is_last = false;
    for (const auto& [k, item] : last) is_last = is_last || item == start;
    const bool same =
        equal_formats(before, &there) && !there.get_if<AnyObject>() && !there.get_if<AnyArray>();
    if (!is_last || same) {
      document_.erase(start);
      if (!reached && equal_formats(current_.get(name), &there) && !same) {
        if (before) {
          current_.set(name, *before);
        } else {
          current_.remove(name);
        }
      }
    } else if (!reached) {
      current_.update(name, there);
    }
  }
}

}  // namespace assay::crdt
