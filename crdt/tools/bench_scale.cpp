#include "crdt/tools/bench_scale.h"

#include <time.h>

#include <algorithm>
#include <limits>

#include "crdt/document.h"
#include "crdt/tools/files.h"
#include "crdt/tools/tool_error.h"
#include "crdt/tools/trace.h"

namespace assay::crdt::tools {
namespace {

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

template <class Work>
double timed(const Work& work) {
  const double before = cpu_ms();
  work();
  return cpu_ms() - before;
}

Document open() {
  DocumentOptions options;
  options.pending_bytes_max = std::numeric_limits<std::size_t>::max();
  return Document(options);
}

// Types the trace behind what is there; `emit` gets the update of each edit.
template <class Emit>
void type_once(Document& document, TypeRef text, const Trace& trace, const Emit& emit) {
  const std::uint64_t shift = document.length(text);
  for (const TraceStep& step : trace.steps) {
    for (const Patch& patch : step.patches) {
      const std::uint64_t length = document.length(text) - shift;
      if (patch.position > length || patch.removed > length - patch.position)
        throw ToolError(exit_input, "an edit past the end of the text");
      Transaction transaction(document, ClientId{1});
      if (patch.removed) transaction.remove(text, shift + patch.position, patch.removed);
      if (!patch.inserted.empty()) transaction.insert_text(text, shift + patch.position, patch.inserted);
      emit(transaction);
    }
  }
}

// Many updates, one behind the other.
struct UpdateLog {
  Bytes bytes;
  std::vector<std::uint8_t> sizes;  // 255: the size follows in `long_sizes`
  std::vector<std::size_t> long_sizes;

  void add(const Bytes& update) {
    bytes.insert(bytes.end(), update.begin(), update.end());
    sizes.push_back(static_cast<std::uint8_t>(std::min<std::size_t>(update.size(), 255)));
    if (update.size() >= 255) long_sizes.push_back(update.size());
  }
  template <class Visit>
  void visit(const Visit& visit) const {
    std::size_t at = 0, next_long = 0;
    for (const std::uint8_t small : sizes) {
      const std::size_t size = small < 255 ? small : long_sizes[next_long++];
      visit(ByteView(bytes).subspan(at, size));
      at += size;
    }
  }
};

}  // namespace

nlohmann::ordered_json run_scale(const std::string& path, std::uint32_t times) {
  const Trace trace = parse_trace(read_file(path), path);
  if (trace.documents != 1 || !trace.start.empty())
    throw ToolError(exit_input, path + ": bench scale wants a sequential trace that begins empty");
  Document typed = open(), applied = open(), loaded = open();
  const TypeRef text = typed.root("text", TypeKind::text);
  const double replay = timed([&] {
    for (std::uint32_t i = 0; i < times; ++i) type_once(typed, text, trace, [](Transaction&) {});
  });
  UpdateLog log;
  {
    Document again = open();
    const TypeRef in_again = again.root("text", TypeKind::text);
    for (std::uint32_t i = 0; i < times; ++i)
      type_once(again, in_again, trace, [&](Transaction& transaction) { log.add(transaction.commit()); });
  }
  const double apply = timed([&] {
    log.visit([&](ByteView bytes) { applied.apply(decode_or_throw(bytes, UpdateFormat::v1, path)); });
  });
  Bytes whole;
  const double encode = timed([&] { whole = applied.encode_since(); });
  std::string words;
  const double load = timed([&] {
    loaded.apply(decode_or_throw(whole, UpdateFormat::v1, path));
    words = loaded.text(loaded.root("text", TypeKind::text));
  });
  std::string expected;
  for (std::uint32_t i = 0; i < times; ++i) expected += trace.end;
  if (words != expected || typed.text(text) != expected)
    throw ToolError(exit_no, path + ": the text is not the trace's endContent, so many times over");
  return {{"what", "scale"},       {"file", path},
          {"times", times},        {"edits", trace.patch_count() * times},
          {"replay_ms", replay},   {"apply_ms", apply},
          {"encode_ms", encode},   {"load_ms", load},
          {"bytes", whole.size()}, {"items_kib", loaded.memory_bytes() / 1024}};
}

}  // namespace assay::crdt::tools
