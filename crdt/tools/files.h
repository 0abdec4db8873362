// Files in: whole, gunzipped when they are gzip, and as Yjs updates.
#pragma once

#include <string>
#include <vector>

#include "crdt/document.h"

namespace assay::crdt::tools {

// The whole file; "-" is standard input. A file that begins as gzip does is decompressed. Throws ToolError.
Bytes read_file(const std::string& path);

// The updates of a file that holds `[u32 little-endian length][update]` repeated. The views point into
// `file`. Throws ToolError that names `path`.
std::vector<ByteView> split_updates(ByteView file, const std::string& path);

bool is_update_sequence(const std::string& path);  // named *.updates, also with .gz behind

// Applies the files in order, each one update or, when named so, a sequence of them. Throws ToolError.
Document load_document(const std::vector<std::string>& paths, UpdateFormat format);

// All updates of the files in order, read as load_document reads them. Views point into `contents`, which is
// filled.
struct NamedUpdate {
  ByteView bytes;
  std::string name;  // the file, and which of its updates
};
std::vector<NamedUpdate> read_updates(const std::vector<std::string>& paths, std::vector<Bytes>& contents);

// Decodes or throws a ToolError that says which file and where in it.
Update decode_or_throw(ByteView bytes, UpdateFormat format, const std::string& what);

}  // namespace assay::crdt::tools
