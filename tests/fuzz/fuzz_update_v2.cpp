#include <cstdlib>

#include "crdt/document.h"

using namespace assay::crdt;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto update = Update::decode({data, size}, UpdateFormat::v2);
  if (!update) return 0;
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
