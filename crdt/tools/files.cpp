#include "crdt/tools/files.h"

#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>

#include "crdt/tools/tool_error.h"

namespace assay::crdt::tools {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

[[noreturn]] void fail_machine_or_input(const std::string& path, int error) {
  const bool input = error == ENOENT || error == ENOTDIR || error == EISDIR;
  throw ToolError(input ? exit_input : exit_machine, path + ": " + std::strerror(error));
}

bool ends_with(const std::string& text, const char* end) {
  const std::size_t length = std::strlen(end);
  return text.size() >= length && text.compare(text.size() - length, length, end) == 0;
}

// A few bytes of gzip can stand for any number: what is larger must be decompressed by hand, and is then
// read.
constexpr std::size_t gunzipped_max = 512u << 20;

Bytes gunzip(const Bytes& packed, const std::string& path) {
  z_stream stream{};
  constexpr int window_bits_gzip = 15 + 16;
  if (inflateInit2(&stream, window_bits_gzip) != Z_OK)
    throw ToolError(exit_machine, path + ": out of memory");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> closing(&stream, &inflateEnd);
  if (packed.size() > std::numeric_limits<uInt>::max())
    throw ToolError(exit_input, path + ": over 4 GiB of gzip; decompress it first");
  Bytes input = packed;  // zlib's interface wants it writable
  stream.next_in = input.data();
  stream.avail_in = static_cast<uInt>(input.size());
  Bytes plain;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    const std::size_t done = plain.size();
    plain.resize(std::max<std::size_t>(done * 2, 1u << 16));
    const std::size_t room = std::min<std::size_t>(plain.size() - done, 1u << 30);
    stream.next_out = plain.data() + done;
    stream.avail_out = static_cast<uInt>(room);
    state = inflate(&stream, Z_NO_FLUSH);
    plain.resize(done + room - stream.avail_out);
    if (plain.size() > gunzipped_max)
      throw ToolError(exit_input, path + ": over 512 MiB once decompressed; decompress it first");
    const bool stuck = state == Z_OK && stream.avail_in == 0 && stream.avail_out != 0;
    if (stuck || (state != Z_OK && state != Z_STREAM_END))
      throw ToolError(exit_input, path + ": damaged or cut gzip");
  }
  plain.shrink_to_fit();
  return plain;
}

}  // namespace

Bytes read_file(const std::string& path) {
  errno = 0;
  const std::unique_ptr<std::FILE, CloseFile> file(path == "-" ? stdin : std::fopen(path.c_str(), "rb"));
  if (!file) fail_machine_or_input(path, errno);
  Bytes bytes;
  for (;;) {
    constexpr std::size_t step = 1u << 16;
    const std::size_t done = bytes.size();
    if (bytes.capacity() < done + step) bytes.reserve(std::max(done * 2, step));
    bytes.resize(done + step);
    const std::size_t got = std::fread(bytes.data() + done, 1, step, file.get());
    bytes.resize(done + got);
    if (got < step) break;
  }
  if (std::ferror(file.get())) fail_machine_or_input(path, errno);
  const bool gzip = bytes.size() > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
  if (gzip) return gunzip(bytes, path);
  bytes.shrink_to_fit();
  return bytes;
}

std::vector<ByteView> split_updates(ByteView file, const std::string& path) {
  std::vector<ByteView> updates;
  for (std::size_t at = 0; at < file.size();) {
    const auto cut = [&] {
      return ToolError(exit_input, path + ": cut short in update " + std::to_string(updates.size() + 1) +
                                       " (expected [u32 little-endian length][update] repeated)");
    };
    if (file.size() - at < 4) throw cut();
    const std::size_t length = std::size_t{file[at]} | std::size_t{file[at + 1]} << 8 |
                               std::size_t{file[at + 2]} << 16 | std::size_t{file[at + 3]} << 24;
    at += 4;
    if (file.size() - at < length) throw cut();
    updates.push_back(file.subspan(at, length));
    at += length;
  }
  return updates;
}

bool is_update_sequence(const std::string& path) {
  return ends_with(path, ".updates") || ends_with(path, ".updates.gz");
}

Update decode_or_throw(ByteView bytes, UpdateFormat format, const std::string& what) {
  auto update = Update::decode(bytes, format);
  if (!update) {
    const bool first = format == UpdateFormat::v1;
    const bool other(Update::decode(bytes, first ? UpdateFormat::v2 : UpdateFormat::v1));
    const std::string advice = !other  ? ""
                               : first ? "; it is one in format 2: give --v2"
                                       : "; it is one in format 1: leave out --v2";
    throw ToolError(exit_input, what + ": not a Yjs update in format " + (first ? "1" : "2") + " (" +
                                    to_string(update.error()) + ")" + advice);
  }
  return *std::move(update);
}

std::vector<NamedUpdate> read_updates(const std::vector<std::string>& paths, std::vector<Bytes>& contents) {
  std::vector<NamedUpdate> updates;
  for (const std::string& path : paths) contents.push_back(read_file(path));
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (!is_update_sequence(paths[i])) {
      updates.push_back({contents[i], paths[i]});
      continue;
    }
    std::size_t number = 0;
    for (const ByteView update : split_updates(contents[i], paths[i]))
      updates.push_back({update, paths[i] + ", update " + std::to_string(++number)});
  }
  return updates;
}

Document load_document(const std::vector<std::string>& paths, UpdateFormat format) {
  DocumentOptions options;
  options.pending_bytes_max = std::numeric_limits<std::size_t>::max();  // files are the user's own
  Document document(options);
  std::vector<Bytes> contents;
  for (const NamedUpdate& update : read_updates(paths, contents))
    document.apply(decode_or_throw(update.bytes, format, update.name));
  return document;
}

}  // namespace assay::crdt::tools
