// Any in its two written forms: lib0's binary one, and the JSON text that Yjs puts into embeds, formats and
// old arrays.
#pragma once

#include <string>
#include <string_view>

#include "crdt/any.h"
#include "crdt/bytes.h"

namespace assay::crdt {

// Reads over one binary value and checks it; no allocation.
void skip_any(Reader& reader, std::size_t nesting_max);
Any read_any(Reader& reader, std::size_t nesting_max);
// So many values, one behind the other, as an array's item holds them.
void skip_values(Reader& reader, std::uint64_t count, std::size_t nesting_max);
void read_values(Reader& reader, std::uint64_t count, AnyArray& out);
// Numbers as lib0 writes them: integer, float32 or float64, the first that loses nothing.
void write_any(Writer& writer, const Any& value);

// Makes keys unique, as they are in an object of JavaScript's: the last value, at the place of the first. n
// log n.
void settle_members(AnyObject& members);

// True if the text is one JSON value, not deeper than nesting_max. too_deep tells the two reasons apart.
bool check_json(std::string_view text, std::size_t nesting_max, bool& too_deep);
// The text was checked. `undefined`, which is no JSON, reads as Undefined: Yjs writes it so in old arrays.
Any parse_json(std::string_view text);
// As JSON.stringify: undefined members are left out, undefined elements are null, numbers are JavaScript's.
void append_json(std::string& out, const Any& value);
std::string to_json(const Any& value);
// As JavaScript's String(number).
void append_number(std::string& out, double value);

}  // namespace assay::crdt
