#include <cstdlib>

#include "crdt/document.h"

using namespace assay::crdt;

namespace {

void check_equal(bool equal) {
  if (!equal) std::abort();
}

void read_all(const Document& document, const Document& other) {
  for (const std::string& name : document.root_names()) {
    const TypeRef root = *document.find_root(name);
    document.to_any(root);
    document.xml_string(root);
    check_equal(document.delta(root).size() <= document.authored_delta(root).size());
    document.elements(root);
    const auto same = other.find_root(name);
    check_equal(document.text(root) == (same ? other.text(*same) : std::string()));
    for (const TypeRef child : document.changed_children(root).children)
      check_equal(!document.deleted(child) && document.parent(child) == root);
  }
}

}  // namespace

// Whatever can be read can be applied, written, read again and applied elsewhere, with the same result, also
// when part of it waits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto update = Update::decode({data, size});
  if (!update) return 0;
  Document document;
  const Inspection before = document.inspect(*update, InspectDepth::paths);
  Bytes news;
  const Applied applied = document.apply(*update, news);
  if (!before.missing && !applied.pending && applied.changed != before.news) std::abort();
  const Bytes bytes = document.encode_since();
  const auto again = Update::decode(bytes, UpdateFormat::v1, {100'000});
  if (!again) std::abort();
  Document other;
  other.apply(*again);
  check_equal(other.state_vector() == document.state_vector());
  // A struct may claim a neighbour in another type, which no writer does. When that is collected, whoever
  // reads it later collects the struct as well, as Yjs does: then the two write different bytes and may say
  // different things.
  if (other.encode_since() == bytes) read_all(document, other);
  if (!news.empty() && !Update::decode(news, UpdateFormat::v1, {100'000})) std::abort();
  if (applied.changed && document.apply(*update).changed) std::abort();
  return 0;
}
