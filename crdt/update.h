// Update: one decoded Yjs update, versions 1 and 2. Only decode makes one, so whoever holds it need not check
// it again.
#pragma once

#include <cstddef>
#include <memory>

#include "crdt/ids.h"
#include "crdt/result.h"

namespace assay::crdt {

enum class UpdateFormat { v1, v2 };

struct DecodeLimits {
  std::size_t value_nesting_max = 100;  // arrays and objects inside one value, and JSON
};

class Update {
 public:
  // Reads the whole of `bytes`. The result borrows from them: they must outlive it. Counts are bounded by the
  // bytes left and never preallocated. Costs one pass.
  static Result<Update> decode(ByteView bytes, UpdateFormat format = UpdateFormat::v1,
                               const DecodeLimits& = {});
  static Result<Update> decode(Bytes&&, UpdateFormat = UpdateFormat::v1, const DecodeLimits& = {}) = delete;
  Update(Update&&) noexcept;
  Update& operator=(Update&&) noexcept;
  ~Update();

  bool empty() const;  // says nothing: no structs and no deletions
  // Inside the library: the structs and deletions as decoded.
  struct Parts;
  const Parts& parts() const { return *parts_; }

 private:
  explicit Update(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// The state vector as Yjs encodes it (encodeStateVector), and back; more than `entries_max` entries is
// too_large.
Bytes encode_state_vector(const StateVector& vector);
Result<StateVector> decode_state_vector(ByteView bytes, std::size_t entries_max = 100'000);

// Without a document, as Yjs's functions of these names. Updates in and out are of one format.
// Merging keeps gaps as skips; it does not collect what is deleted.
Result<Bytes> merge_updates(std::span<const ByteView> updates, UpdateFormat format = UpdateFormat::v1);
// What a replica with this state vector lacks of the update, with all its deletions.
Result<Bytes> diff_update(ByteView update, const StateVector& since, UpdateFormat format = UpdateFormat::v1);
// What a replica knows that has applied the update: per client the end of what follows clock 0 without a gap.
Result<StateVector> state_vector_of(ByteView update, UpdateFormat format = UpdateFormat::v1);
Result<Bytes> convert_update(ByteView update, UpdateFormat from, UpdateFormat to);

}  // namespace assay::crdt
