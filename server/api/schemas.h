// The shapes of what the API takes and gives: JSON Schema, for the OpenAPI document and the tests.
#pragma once

namespace assay::server::api {

extern const char* const schemas;

}  // namespace assay::server::api
