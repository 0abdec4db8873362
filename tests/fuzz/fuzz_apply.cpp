#include <cstdlib>

#include "crdt/document.h"
#include "crdt/relative_position.h"

using namespace assay::crdt;

namespace {

// A little editing of our own between the strangers' updates, chosen by one byte.
void edit(Document& document, std::uint8_t choice) {
  const TypeRef text = document.root("text", TypeKind::text);
  Transaction transaction(document, ClientId{1000});
  const std::uint64_t length = document.length(text), at = length ? choice % length : 0;
  switch (choice & 3) {
    case 0:
      transaction.insert_text(text, at, "ab");
      break;
    case 1:
      transaction.insert_text(text, at, "\xf0\x9d\x92\xb3");
      break;
    case 2:
      transaction.remove(text, at, length ? 1 : 0);
      break;
    default:
      transaction.format(text, at, length ? 1 : 0, {{"b", Any(true)}});
  }
}

}  // namespace

// Updates with a length byte in front of each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Document document;
  std::vector<ByteView> good;
  const ByteView all(data, size);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t length = std::min<std::size_t>(all[at], all.size() - at - 1);
    const ByteView one = all.subspan(at + 1, length);
    at += 1 + length;
    const auto update = Update::decode(one);
    if (!update) {
      edit(document, all[at - 1]);
      continue;
    }
    document.inspect(*update, InspectDepth::roots);
    document.contradiction(*update, [](ClientId) { return true; });
    document.apply(*update);
    good.push_back(one);
  }
  for (const std::string& name : document.root_names()) {
    const TypeRef root = *document.find_root(name);
    for (std::uint64_t i = 0; i <= std::min<std::uint64_t>(document.length(root), 50); ++i) {
      const auto place = resolve(document, relative_position(document, root, i));
      if (place && place->index != i) std::abort();
    }
  }
  // What a document says of itself contradicts nothing in it.
  document.drop_pending();
  const Bytes whole = document.encode_since({});
  const auto own = Update::decode(whole, UpdateFormat::v1, {100'000});
  if (!own || document.contradiction(*own, [](ClientId) { return true; })) std::abort();
  if (good.empty()) return 0;
  const auto merged = merge_updates(good);
  if (!merged) std::abort();
  const auto update = Update::decode(*merged, UpdateFormat::v1, {100'000});
  if (!update) std::abort();
  Document other;
  other.apply(*update);
  return 0;
}
