#include <cstdlib>

#include "crdt/document.h"

using namespace assay::crdt;

// Whatever can be read can be applied, written, read again and applied elsewhere, with the same result.
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
  // Structs over the engine's bounds wait for ever, and merged with good ones keep those waiting elsewhere.
  if (applied.pending) return 0;
  if (other.state_vector() != document.state_vector()) std::abort();
  for (const std::string& name : document.root_names()) {
    const TypeRef root = *document.find_root(name);
    document.to_any(root);
    document.xml_string(root);
    document.delta(root);
    document.elements(root);
    if (document.text(root) != other.text(other.root(name))) std::abort();
  }
  if (!news.empty() && !Update::decode(news, UpdateFormat::v1, {100'000})) std::abort();
  if (applied.changed && document.apply(*update).changed) std::abort();
  return 0;
}
