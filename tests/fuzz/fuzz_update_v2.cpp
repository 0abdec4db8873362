#include <cstdlib>

#include "crdt/document.h"
#include "crdt/update_parts.h"

using namespace assay::crdt;

// The columns are read straight into parts: they must be what reading the version 1 bytes gives.
static void check_same_as_v1(const Update::Parts& parts) {
  Update::Parts again;
  DecodeError error;
  if (!decode_v1(parts.bytes, {}, again, error)) std::abort();
  if (again.struct_count != parts.struct_count || again.ascii_bytes != parts.ascii_bytes ||
      again.all_ascii != parts.all_ascii || again.deletes.size() != parts.deletes.size() ||
      again.blocks.size() != parts.blocks.size())
    std::abort();
  for (std::size_t i = 0; i < parts.blocks.size(); ++i) {
    const auto &a = parts.blocks[i], &b = again.blocks[i];
    if (parts.clients[a.client] != again.clients[b.client] || a.count != b.count || a.at != b.at ||
        a.clock != b.clock || a.end != b.end || a.skips != b.skips)
      std::abort();
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto update = Update::decode({data, size}, UpdateFormat::v2);
  if (!update) return 0;
  check_same_as_v1(update->parts());
  const auto as_v1 = convert_update({data, size}, UpdateFormat::v2, UpdateFormat::v1);
  if (!as_v1) std::abort();
  Document document, other;
  document.apply(*update);
  const Bytes bytes = document.encode_since({}, UpdateFormat::v2);
  const auto again = Update::decode(bytes, UpdateFormat::v2, {100'000});
  if (!again) std::abort();
  other.apply(*again);
  if (other.state_vector() != document.state_vector()) std::abort();
  return 0;
}
