#include <cstdlib>

#include "crdt/awareness.h"
#include "crdt/relative_position.h"
#include "crdt/snapshot.h"

using namespace assay::crdt;

// What is read is written back and read as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  if (const auto vector = decode_state_vector(bytes)) {
    if (*decode_state_vector(encode_state_vector(*vector)) != *vector) std::abort();
  }
  if (const auto entries = decode_awareness(bytes)) {
    const Bytes again = encode_awareness(*entries);
    if (!decode_awareness(again)) std::abort();
  }
  if (const auto position = decode_relative_position(bytes)) {
    if (*decode_relative_position(encode_relative_position(*position)) != *position) std::abort();
    if (relative_position_from_any(relative_position_to_any(*position)) != *position) std::abort();
    resolve(Document(), *position);
  }
  if (const auto snapshot = decode_snapshot(bytes)) {
    if (*decode_snapshot(encode_snapshot(*snapshot)) != *snapshot) std::abort();
  }
  return 0;
}
