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

// What is read into rows must say the same as what is read as version 1.
static void check_same_structs(const Update::Parts& parts, const Update::Parts& whole) {
  if (parts.struct_count != whole.struct_count || parts.deletes.size() != whole.deletes.size()) std::abort();
  for (std::size_t i = 0; i < parts.struct_count; ++i) {
    const RawStruct &a = parts.structs()[i], &b = whole.structs()[i];
    if (a.clock != b.clock || a.length != b.length || a.kind != b.kind || a.client != b.client ||
        a.origin_client != b.origin_client || a.origin_clock != b.origin_clock ||
        a.right_client != b.right_client || a.right_clock != b.right_clock ||
        parts.content(a) != whole.content(b))
      std::abort();
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto update = Update::decode({data, size}, UpdateFormat::v2);
  Update::Parts whole;
  DecodeError error;
  if (decode_v2({data, size}, {}, whole, error) != static_cast<bool>(update)) std::abort();
  if (!update) return 0;
  check_same_as_v1(whole);
  check_same_structs(update->parts(), whole);
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
