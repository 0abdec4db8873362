// Report -> document: every node as an element, words as XML text with marks, the rest in the maps of
// docs/schema.md.
#include <cassert>
#include <utility>

#include "server/reports/new_id.h"
#include "server/reports/report.h"
#include "server/reports/words.h"

namespace assay::server::reports {
namespace {

using crdt::Any;
using crdt::AnyArray;
using crdt::AnyObject;
using crdt::Attributes;
using crdt::TypeRef;

constexpr int schema_version = 1;

class DocumentWriter {
 public:
  DocumentWriter(crdt::Transaction& to, std::function<std::string()> make_id)
      : to_(to), make_id_(std::move(make_id)) {}

  void children(TypeRef parent, const std::vector<Block>& blocks) {
    std::uint64_t at = 0;
    for (const auto& block : blocks) node(parent, at++, block);
  }
  AnyArray kept() { return std::move(kept_); }

 private:
  void node(TypeRef parent, std::uint64_t at, const Block& block) {
    const std::string name(block.kind == NodeKind::unknown ? std::string_view(block.name)
                                                           : to_string(block.kind));
    const TypeRef element = to_.insert_element(parent, at, name);
    attributes(element, block);
    std::uint64_t index = 0;
    words(element, index, block.words);
    for (const auto& child : block.blocks) node(element, index++, child);
  }

  void attributes(TypeRef element, const Block& block) {
    const std::string id = block.id.empty() ? make_id_() : block.id;
    to_.set(element, "id", id);
    if (block.number_kept) kept_.emplace_back(id);
    if (!block.lead.empty()) to_.set(element, "lead", block.lead);
    optional(element, "eol", block.eol);
    optional(element, "marker", block.marker);
    optional(element, "form", block.form);
    optional(element, "label", block.label);
    optional(element, "source", block.source);
    switch (block.kind) {
      case NodeKind::section:
        to_.set(element, "role", std::string(to_string(block.role)));
        break;
      case NodeKind::heading:
        to_.set(element, "level", block.level);
        break;
      case NodeKind::ordered_list:
        if (block.start != 1) to_.set(element, "start", block.start);
        break;
      case NodeKind::assumption_list:
        to_.set(element, "kind", std::string(to_string(block.assumption)));
        break;
      case NodeKind::scenario:
        to_.set(element, "case", std::string(to_string(block.scenario)));
        if (!block.likelihood.empty()) to_.set(element, "likelihood", block.likelihood);
        break;
      default:
        break;
    }
  }

  void optional(TypeRef element, const char* key, const std::optional<std::string>& value) {
    if (value) to_.set(element, key, *value);
  }

  // Words in a row are one text, as the editor's binding keeps them; atoms stand between texts.
  void words(TypeRef element, std::uint64_t& index, const std::vector<Inline>& parts) {
    for (std::size_t at = 0; at < parts.size();) {
      if (parts[at].kind != Inline::Kind::words) {
        atom(element, index++, parts[at++]);
        continue;
      }
      std::size_t end = at;
      while (end < parts.size() && parts[end].kind == Inline::Kind::words) ++end;
      text(to_.insert_xml_text(element, index++), parts, at, end);
      at = end;
    }
  }

  // The last run first, each before those that follow it: to insert formatted text further on, the formats
  // before it would have to be gone through again for each run.
  void text(TypeRef text, const std::vector<Inline>& parts, std::size_t from, std::size_t to) {
    for (std::size_t i = to; i-- > from;)
      if (!parts[i].text.empty()) to_.insert_text(text, 0, parts[i].text, marks(parts[i]));
  }

  static Attributes marks(const Inline& part) {
    Attributes marks;
    if (part.bold) marks.emplace_back("bold", AnyObject{});
    if (!part.href.empty()) marks.emplace_back("link", AnyObject{{"href", Any(part.href)}});
    for (const auto& mark : part.marks) marks.emplace_back(mark, AnyObject{});
    return marks;
  }

  void atom(TypeRef parent, std::uint64_t at, const Inline& part) {
    switch (part.kind) {
      case Inline::Kind::hard_break:
        to_.insert_element(parent, at, "hardBreak");
        break;
      case Inline::Kind::confidence: {
        const TypeRef element = to_.insert_element(parent, at, "confidence");
        to_.set(element, "level", std::string(to_string(part.level)));
        if (part.text != default_label(part.level)) to_.set(element, "label", part.text);
        break;
      }
      case Inline::Kind::entity_mention: {
        const TypeRef element = to_.insert_element(parent, at, "entityMention");
        to_.set(element, "id", part.entity);
        to_.set(element, "label", part.text);
        break;
      }
      default:
        to_.insert_text(to_.insert_xml_text(parent, at), 0, part.text, {});
        break;
    }
  }

  crdt::Transaction& to_;
  std::function<std::string()> make_id_;
  AnyArray kept_;
};

AnyObject source_object(const Source& source, AnyArray kept) {
  AnyObject object{{"format", source.format},
                   {"eol", source.eol},
                   {"finalNewline", source.final_newline},
                   {"bom", source.bom},
                   {"header", source.header}};
  if (!source.tail.empty()) object.emplace_back("tail", source.tail);
  if (!kept.empty()) object.emplace_back("kept", std::move(kept));
  return object;
}

}  // namespace

void write_report(const Report& report, crdt::Document& document, crdt::Transaction& transaction,
                  const Author& author) {
  using crdt::TypeKind;
  const auto make_id = author.make_id ? author.make_id : std::function<std::string()>(new_id);
  DocumentWriter writer(transaction, make_id);
  const TypeRef text = document.root("default", TypeKind::xml_fragment);
  assert(document.length(text) == 0);
  writer.children(text, report.blocks);

  const TypeRef meta = document.root("meta", TypeKind::map);
  transaction.set(meta, "schema", schema_version);
  transaction.set(meta, "title", report.title);
  if (!report.outlet.empty()) transaction.set(meta, "outlet", report.outlet);
  if (!report.published.empty()) transaction.set(meta, "published", report.published);
  if (!report.report_title.empty()) transaction.set(meta, "reportTitle", report.report_title);
  transaction.set(meta, "source", Any(source_object(report.source, writer.kept())));

  const TypeRef tags = document.root("tags", TypeKind::map);
  for (std::size_t i = 0; i < report.tags.size(); ++i) {
    const TypeRef tag = transaction.set_type(tags, report.tags[i], TypeKind::map);
    transaction.set(tag, "by", author.user);
    transaction.set(tag, "at", static_cast<double>(author.now_ms));
    transaction.set(tag, "order", static_cast<double>(i));
  }
  const TypeRef entities = document.root("entities", TypeKind::map);
  for (const auto& entity : report.entities) {
    const TypeRef entry =
        transaction.set_type(entities, entity.id.empty() ? make_id() : entity.id, TypeKind::map);
    transaction.set(entry, "name", entity.name);
    transaction.set(entry, "type", entity.type);
  }
}

crdt::Bytes first_update(const Report& report, crdt::ClientId as, const Author& author) {
  crdt::Document document;
  crdt::Transaction transaction(document, as);
  write_report(report, document, transaction, author);
  return transaction.commit();
}

}  // namespace assay::server::reports
