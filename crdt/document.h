// Document: one replica of one Yjs document. The library's face.
//
// No I/O, no clock, no threads: a document belongs to whoever holds it, and only one thread may touch it at a
// time. Lengths and indexes of text are UTF-16 units, as Yjs counts them; strings are UTF-8.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crdt/any.h"
#include "crdt/ids.h"
#include "crdt/update.h"

namespace assay::crdt {

class Transaction;

enum class TypeKind { array, map, text, xml_element, xml_fragment, xml_hook, xml_text, undefined };

// A shared type of one document, by its place in the document's store. Good while the document lives; a type
// that was deleted reads as empty. Copies freely.
struct TypeRef {
  std::uint32_t index = 0;
  bool operator==(const TypeRef&) const = default;
};

struct Subdocument {
  std::string guid;
  Any options;
};
// What stands at one place of a map or an array.
using Element = std::variant<Any, TypeRef, Subdocument>;
using Attributes = std::vector<std::pair<std::string, Any>>;
// One run of a text's delta: words, an embed or a nested type, with the formatting that holds there (sorted
// by key).
struct DeltaRun {
  std::variant<std::string, Any, TypeRef> insert;
  Attributes attributes;
};

// The same, cut also where another client's writing begins: who wrote these words. Formatting has authors of
// its own, which are not told.
struct AuthoredRun {
  DeltaRun run;
  ItemId from;  // the client, and the clock of the run's first element
};

// ---- What the last change did under one type, such as which blocks of a text it touched

struct ChangedChildren {
  // Something directly in the type itself: children inserted or removed, an attribute or map entry set.
  bool own = false;
  // The types that are its children in a sequence or a map, are not deleted, and are new or had something
  // changed in them, however deep. By index; each once.
  std::vector<TypeRef> children;
};

// ---- What an update would touch, asked before it is applied (rights are judged on this)

struct TouchStep {
  ItemId item;           // the struct that stands here
  std::string_view key;  // its key, in a map or as an attribute; empty in a sequence
};
struct Touch {
  enum class Kind { insert, remove };
  Kind kind = Kind::insert;
  // Neighbouring structs of one kind under one root are told together with InspectDepth::roots.
  ItemId id;                 // first clock touched
  std::uint64_t length = 0;  // how many clocks
  std::string_view
      root;  // name of the root type it lies under; empty if that was collected (nothing can change there)
  std::vector<TouchStep> path;  // from below the root to the struct itself; only with InspectDepth::paths
  // Insert of a single value, or of several under one key: the (last) value; only with paths. Points into the
  // update.
  const Any* value = nullptr;
  std::optional<TypeKind> type;  // insert of a type: which; only with paths
};
enum class InspectDepth { roots, paths };
struct Inspection {
  bool missing =
      false;  // rests on structs that are neither here nor in the update; `touched` is then incomplete
  bool news = false;  // something in it is not here yet
  std::vector<Touch>
      touched;  // the new structs and new deletions only. Views live as long as update and document
};

struct Applied {
  bool changed = false;  // something was new and is now part of the document
  bool pending = false;  // something waits for what it depends on
  bool dropped = false;  // what would have had to wait was over pending_bytes_max, and is forgotten
};

struct DocumentOptions {
  bool gc = true;                        // forget the content of what is deleted, as Yjs does by default
  std::size_t type_nesting_max = 1'000;  // deeper types are refused by inspect and apply as `missing`
  std::size_t pending_bytes_max =
      1u << 20;  // what waits for its dependencies; over it apply drops the update and says so
  std::size_t formats_max = 32;  // at one place of a text; of more, those that begin later are not told
};

class Document {
 public:
  struct Impl;  // inside the library
  Impl& impl() const { return *impl_; }
  explicit Document(DocumentOptions options = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  // ---- Replication
  Inspection inspect(const Update& update, InspectDepth depth) const;
  // The first clock of an asked-for client that is here already and of which the update says something else:
  // `apply` would take that for a repeat and leave it out. Of what was deleted or collected since, only what
  // is left is compared. One pass over what the update says of clocks that are here; else a few steps a
  // client.
  std::optional<ItemId> contradiction(const Update& update, const std::function<bool(ClientId)>& asked) const;
  // Integrates, in the order of Yjs. Repeats do nothing. What depends on what is not here waits inside.
  Applied apply(const Update& update);
  // The same; `news` gets one v1 update that says exactly what was new, including pending structs that became
  // integrable; empty when nothing was.
  Applied apply(const Update& update, Bytes& news);
  bool has_pending() const;
  // Forgets what waits for what is not here, for those to whom the document is what their log says.
  void drop_pending();
  // What the last `apply`, or the last transaction, changed in and under the type: what was pending and went
  // in with it included; nothing when it changed nothing. Costs a few steps a struct of that change, whatever
  // the size of the document. Ask before the next change.
  ChangedChildren changed_children(TypeRef of) const;

  StateVector state_vector() const;
  // What a replica with this state vector lacks, with the whole delete set, byte for byte as Yjs's
  // encodeStateAsUpdate.
  Bytes encode_since(const StateVector& since = {}, UpdateFormat format = UpdateFormat::v1) const;
  std::size_t memory_bytes() const;  // estimate of what this document holds, within a fifth

  // ---- Reading
  // ------------------------------------------------------------------------------------------------ Names of
  // roots that anybody wrote to or asked for, in order of first sight.
  std::vector<std::string> root_names() const;
  std::optional<TypeRef> find_root(std::string_view name) const;
  // The root of that name; made (locally, nothing is sent) when absent. The first kind other than undefined
  // stays.
  TypeRef root(std::string_view name, TypeKind kind = TypeKind::undefined);
  TypeKind kind(TypeRef type) const;
  // What a root of undefined kind seems to be, by the first thing in it; the kind itself when it has one.
  TypeKind apparent_kind(TypeRef type) const;
  std::optional<ItemId> item_of(TypeRef type) const;  // none for a root
  std::optional<TypeRef> type_of(ItemId item) const;  // the live type that this item holds
  std::optional<TypeRef> parent(TypeRef type) const;  // none for a root
  bool deleted(TypeRef type) const;

  std::uint64_t length(TypeRef sequence) const;  // UTF-16 units of a text, children of the others
  std::string text(TypeRef text) const;          // without formatting and embeds
  std::vector<DeltaRun> delta(TypeRef text) const;
  // The same a run at a time, and no copy of it: a format's value may be long, and the runs under it many.
  void visit_delta(TypeRef text, const std::function<void(const DeltaRun&)>& visit) const;
  std::vector<AuthoredRun> authored_delta(TypeRef text) const;
  std::vector<Element> elements(TypeRef sequence) const;                // of an array; of XML its children
  std::optional<Element> get(TypeRef map, std::string_view key) const;  // also an XML element's attribute
  std::vector<std::pair<std::string, Element>> entries(TypeRef map) const;  // sorted by key
  std::string node_name(TypeRef element) const;
  std::string xml_string(TypeRef xml) const;  // as Yjs's toString
  // As Yjs's toJSON for that kind; `undefined` members are kept as Undefined.
  Any to_any(TypeRef type) const;

  // The client and clock that wrote the element at `index` of a sequence; none past the end.
  std::optional<ItemId> item_at(TypeRef sequence, std::uint64_t index) const;

 private:
  friend class Transaction;
  std::unique_ptr<Impl> impl_;
};

// Writes as one client. Everything between construction and `commit` is one Yjs transaction: one update,
// merged and collected at its end. Destroying an uncommitted one commits it. At most one lives per document.
// An index past the end, a type of the wrong kind or a deleted one is a mistake of ours: assert.
class Transaction {
 public:
  Transaction(Document& document, ClientId as);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void insert_text(TypeRef text, std::uint64_t index,
                   std::string_view utf8);  // takes on the formatting to its left
  void insert_text(TypeRef text, std::uint64_t index, std::string_view utf8, const Attributes& attributes);
  void insert_embed(TypeRef text, std::uint64_t index, Any embed, const Attributes& attributes = {});
  void format(TypeRef text, std::uint64_t index, std::uint64_t length,
              const Attributes& attributes);  // Null ends a format

  void insert(TypeRef array, std::uint64_t index, const std::vector<Any>& values);
  TypeRef insert_type(TypeRef array, std::uint64_t index, TypeKind kind);
  // XML children: an element with a node name, or a text.
  TypeRef insert_element(TypeRef parent, std::uint64_t index, std::string_view node_name);
  TypeRef insert_xml_text(TypeRef parent, std::uint64_t index);
  void remove(TypeRef sequence, std::uint64_t index, std::uint64_t length);  // of text, array or XML children

  void set(TypeRef map, std::string_view key, Any value);  // also an XML element's attribute
  TypeRef set_type(TypeRef map, std::string_view key, TypeKind kind);
  void unset(TypeRef map, std::string_view key);

  // The update that says what was done, v1; empty when nothing was. The transaction is over.
  Bytes commit();

 private:
  struct Impl;
  Impl impl(TypeRef checked) const;
  void finish();

  Document::Impl* document_;
  std::uint32_t client_;
  bool over_ = false;
};

}  // namespace assay::crdt
