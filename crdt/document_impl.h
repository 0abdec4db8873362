// The inside of a document: its store, the change under way, and what waits. Each group of members has its
// own file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "crdt/document.h"
#include "crdt/item_store.h"
#include "crdt/sequence_index.h"

namespace assay::crdt {

// What one transaction did so far.
struct Change {
  struct Deleted {
    std::uint32_t client = 0;
    std::uint64_t clock = 0, length = 0;
    std::uint64_t end() const { return clock + length; }
  };
  std::uint32_t number = 1;            // marks the clients it touched
  std::vector<std::uint32_t> touched;  // clients with new structs
  bool told = true;        // somebody wants to know what was new, not only what changed of what was there
  bool unsettled = false;  // something was deleted that may merge with its neighbours now
  std::vector<PackedId> joints;  // what is new and may be one with the struct before it
  std::vector<Deleted> deleted;  // without `told` not all that came deleted
  std::vector<PackedId> split;   // where items were cut, to be merged again if nothing came between

  std::vector<Index> erased;  // items whose content can be forgotten at the end
  // What was placed last in a sequence, while nothing went in between its origin and it; and an item known to
  // stand behind it. See `place`.
  Index run_head = 0, run_tail = 0;

  void begin();
  // `place` found where the item goes, between these two; `same`: in the sequence of run_head.
  void was_placed(Index placed, Index left, Index right, bool same) {
    if (same && right == run_head) {
      if (run_tail == 0) run_tail = run_head;
      run_head = placed;
    } else if (same && (left == run_head || left == run_tail)) {
      run_tail = placed;
    } else {
      run_head = placed;
      run_tail = 0;
    }
  }
  // An item went in behind `left`, or `left` itself grew.
  void went_behind(Index left, Index added) {
    if (run_head == 0) return;
    if (left == run_head || left == run_tail) {
      run_tail = added;
    } else {
      run_head = 0;
    }
  }
  void add_deleted(std::uint32_t client, std::uint64_t clock, std::uint64_t length) {
    if (!deleted.empty() && deleted.back().client == client && deleted.back().end() == clock) {
      deleted.back().length += length;
    } else {
      deleted.push_back({client, clock, length});
    }
  }
  void sort_deleted();
};

// Structs and deletions that rest on what is not here yet.
struct Pending {
  Bytes structs;  // a version 1 update without deletions; empty if none
  std::map<std::uint64_t, std::uint64_t>
      missing;  // by client, the clock that has to be passed before a new try
  std::vector<std::pair<std::uint64_t, Change::Deleted>>
      deletes;  // by client id; the client index inside is not used
  bool empty() const { return structs.empty() && deletes.empty(); }
  std::size_t memory_bytes() const {
    return structs.capacity() + deletes.capacity() * 32 + missing.size() * 48;
  }
};

// A gap between two items of a sequence.
struct Gap {
  Index left = 0, right = 0;
};

struct Document::Impl {
  explicit Impl(DocumentOptions options) : options_(options) {}

  DocumentOptions options_;
  ItemStore store_;
  SequenceIndex index_{store_};
  Change change_;
  Pending pending_;
  bool in_transaction_ = false;

  // ---- integrate.cpp: where an item goes
  Index clean_start(PackedId id);  // the item that begins there, cut if need be; a collected one is not cut
  Index clean_end(PackedId id);    // the item that ends there
  Index split(Index item, std::uint32_t offset);
  void place(Index item);  // links it among its neighbours and adds it to its client's structs
  void add_collected(std::uint32_t client, std::uint64_t clock, std::uint64_t length);
  void touch(std::uint32_t client) {
    ClientStructs& of = store_.clients[client];
    if (of.change == change_.number) return;
    of.change = change_.number;
    of.before = of.state;
    change_.touched.push_back(client);
  }
  std::uint64_t state(std::uint32_t client) const {
    return client == no_client ? 0 : store_.clients[client].state;
  }
  std::uint64_t state_before(std::uint32_t client) const {
    const ClientStructs& of = store_.clients[client];
    return of.change == change_.number ? of.before : of.state;
  }

  // ---- change.cpp: deleting, collecting, merging; the end of a transaction
  void erase(Index item);
  bool erase_edge(Index item, std::uint32_t from, std::uint32_t length);
  void collect(Index item, bool with_parent);
  void finish();
  bool merge(Index left, Index right);
  // Of an item that is new, and the struct before it of its client: they may be one at the end of the change.
  void note_neighbour(const Item& before, const Item& item) {
    if (before.kind_ == item.kind_ && before.right_origin == item.right_origin &&
        (item.origin == before.last_id() || item.is_gc()))
      change_.joints.push_back(item.id);
  }
  void append_struct(std::uint32_t client, Index added);
  void merge_deleted(const Change::Deleted& range);
  void merge_new(std::uint32_t client);
  void merge_split(PackedId cut);
  std::size_t merge_left(StructList& structs, StructList::Place& place);
  void write_change(Writer& writer);  // the update event of the change
  void write_last(Writer& writer, const ClientStructs& of) const;

  // ---- apply.cpp
  Applied apply(const Update::Parts& parts, Bytes* news);
  bool continues(const Update::Parts& parts);  // took it in, if it only goes on with its client's last item
  bool extend(Index item, std::string_view ascii);
  bool integrate(const Update::Parts& parts, bool& dropped);  // true: something pending may go in now
  void keep_waiting(std::vector<std::pair<std::uint64_t, Change::Deleted>>& waiting);
  struct Integration;
  void apply_deletes(std::uint32_t client, std::uint64_t client_id, std::uint64_t clock, std::uint64_t length,
                     std::vector<std::pair<std::uint64_t, Change::Deleted>>& rest);

  // ---- encode.cpp
  void write_item(Writer& writer, const Item& item, std::uint64_t offset) const;
  void write_parent(Writer& writer, const Slot& slot) const;
  void write_item_content(Writer& writer, const Item& item, std::uint64_t offset) const;
  void write_structs(
      Writer& writer, std::span<std::pair<std::uint32_t, std::uint64_t>> clients,
      std::vector<Change::Deleted>* deleted) const;  // adds what is deleted of clients written whole
  static void add_run(std::vector<Change::Deleted>& runs, std::uint32_t client, const Item& item);
  void write_deleted(Writer& writer, const std::vector<Change::Deleted>& deleted) const;
  Bytes encode_since(const StateVector& since) const;
  Bytes with_pending(Bytes bytes, const StateVector& since) const;

  // ---- positions.cpp
  Gap gap_at(Index type, std::uint64_t index);  // right behind the element index - 1; cuts an item if need be
  Index item_at(Index type, std::uint64_t index, std::uint64_t& offset);  // none past the end
  std::uint64_t visible_before(Index item);                               // of an item in a sequence
  static constexpr std::size_t walk_max = 32;

  // ---- read.cpp, xml.cpp
  bool alive(Index type) const { return type && type < store_.types.size() && store_.types[type].live; }
  bool deleted(Index type) const;
  TypeKind apparent_kind(Index type) const;
  Any format_value(const Item& item) const;
  std::vector<DeltaRun> delta(Index type) const;
  void visit_delta(Index type, const std::function<void(const DeltaRun&)>& visit) const;
  std::vector<AuthoredRun> authored_delta(Index type) const;
  void append_elements(const Item& item, std::vector<Element>& out) const;
  Any to_any(Index type) const;
  Any to_any(const Element& element) const;
  std::string text(Index type) const;
  std::string xml_string(Index type) const;
  std::string element_string(const Element& element) const;
};

TypeKind type_kind_of(std::uint64_t ref);
std::uint8_t type_ref_of(TypeKind kind);

}  // namespace assay::crdt
