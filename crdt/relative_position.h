// A place in a sequence that stays with its words while others write: Yjs's relative position.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "crdt/any.h"
#include "crdt/document.h"

namespace assay::crdt {

// Names the element it stands at; or, at an end, only the sequence. Exactly one of the three is set.
struct RelativePosition {
  std::optional<ItemId> item;  // the element to its right; with a negative side, the one to its left
  std::optional<ItemId> type;  // the item that holds the sequence
  std::optional<std::string> root;
  std::int64_t side = 0;  // `assoc`: 0 or more clings to what is right of it, less to what is left
  bool operator==(const RelativePosition&) const = default;
};

struct AbsolutePosition {
  TypeRef type;
  std::uint64_t index = 0;
  std::int64_t side = 0;
};

// `index` may be the sequence's length. Log n.
RelativePosition relative_position(const Document& document, TypeRef sequence, std::uint64_t index,
                                   std::int64_t side = 0);
// Where it is now; none when what it names is not here, or was collected. What was deleted resolves to where
// it was.
std::optional<AbsolutePosition> resolve(const Document& document, const RelativePosition& position);

// As Yjs's encodeRelativePosition.
Bytes encode_relative_position(const RelativePosition& position);
Result<RelativePosition> decode_relative_position(ByteView bytes);
// As Yjs's relativePositionToJSON; a value of any other shape gives none.
Any relative_position_to_any(const RelativePosition& position);
std::optional<RelativePosition> relative_position_from_any(const Any& value);

}  // namespace assay::crdt
