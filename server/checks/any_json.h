// Yjs's values as JSON: what JSON has no word for becomes a string (a bigint its digits) or null.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "crdt/any.h"

namespace assay::checks {

nlohmann::ordered_json any_to_json(const crdt::Any& value);

}  // namespace assay::checks
