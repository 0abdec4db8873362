// Roots as people and programs want to read them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "crdt/document.h"

namespace assay::crdt::tools {

// What JSON cannot hold is written as a string: a bigint its digits, bytes base64. Undefined, NaN and the
// infinities are null. A number without a fraction is written without one.
nlohmann::ordered_json to_json(const Any& value);

// An update does not say what kind its roots are; the first reader does. This is what a user would expect
// from the first thing in there: words, a format or an embed make a text; an XML node makes XML; anything
// else in sequence an array; keys and no sequence a map. `undefined` when nothing is left to tell by. A kind
// that the document knows stays.
TypeKind infer_kind(const Document& document, TypeRef root);

// The root as JSON, of the kind asked for or inferred; null when there is no such root, or nothing in it to
// tell by.
nlohmann::ordered_json root_to_json(Document& document, std::string_view name,
                                    TypeKind kind = TypeKind::undefined);

// The root read as a text or as XML, whatever it is; empty when there is none.
std::string root_to_text(Document& document, std::string_view name);
std::string root_to_xml(Document& document, std::string_view name);

// One line of JSON; strings that are no UTF-8 are mended with U+FFFD.
std::string dump(const nlohmann::ordered_json& json, int indent = -1);
const char* to_string(TypeKind kind);
std::string to_hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);  // none when it is no hex

}  // namespace assay::crdt::tools
