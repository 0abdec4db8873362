#include "crdt/tools/bench.h"

#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <optional>

#include "crdt/document.h"
#include "crdt/tools/files.h"
#include "crdt/tools/print.h"
#include "crdt/tools/tool_error.h"
#include "crdt/tools/trace.h"

namespace assay::crdt::tools {

// The C library gives large pieces of memory back to the system at once, and each comes anew page by page;
// what is measured beside us keeps what it freed. So does a server that has been up for a while.
void keep_freed_memory() {
#ifdef __GLIBC__
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);  // the most it takes
  ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

namespace {

double clock_ms(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// The runs of one row. What a run builds is handed out of `work`, so that its destruction is not timed.
class Stopwatch {
 public:
  template <class Work>
  auto time(Work work) {
    const double wall = clock_ms(CLOCK_MONOTONIC), cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
    auto result = work();
    cpu_.push_back(clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    wall_.push_back(clock_ms(CLOCK_MONOTONIC) - wall);
    return result;
  }
  double wall_median() { return median(wall_); }
  double cpu_median() { return median(cpu_); }

 private:
  static double median(std::vector<double>& values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
  std::vector<double> wall_, cpu_;
};

// The kernel's high-water mark of this program. Not getrusage: that one also remembers what ran in this
// process before exec, such as the script that started us.
std::uint64_t peak_rss_kib() {
  std::uint64_t kib = 0;
  if (std::FILE* status = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, status)) {
      unsigned long long value = 0;
      if (std::sscanf(line, "VmHWM: %llu", &value) == 1) kib = value;
    }
    std::fclose(status);
  }
  return kib;
}

bool named_v2(const std::string& path) { return path.ends_with(".v2") || path.ends_with(".v2.gz"); }

DocumentOptions own_files() {
  DocumentOptions options;
  options.pending_bytes_max = std::numeric_limits<std::size_t>::max();
  return options;
}

std::string read_first_root(Document& document) {
  const auto names = document.root_names();
  if (names.empty()) return {};
  const TypeRef root = *document.find_root(names.front());
  switch (infer_kind(document, root)) {
    case TypeKind::text:
      return document.text(document.root(names.front(), TypeKind::text));
    case TypeKind::xml_fragment:
      return document.xml_string(document.root(names.front(), TypeKind::xml_fragment));
    default:
      return dump(root_to_json(document, names.front()));
  }
}

struct Loaded {
  Document document;
  std::string text;
};

Loaded load_and_read(ByteView bytes, UpdateFormat format, const std::string& path) {
  Loaded loaded{Document(own_files()), {}};
  loaded.document.apply(decode_or_throw(bytes, format, path));
  loaded.text = read_first_root(loaded.document);
  return loaded;
}

// ---- The rows

std::uint64_t bench_load(const Bytes& bytes, UpdateFormat format, const std::string& path, std::uint32_t runs,
                         Stopwatch& watch) {
  for (std::uint32_t run = 0; run < runs; ++run)
    watch.time([&] { return load_and_read(bytes, format, path); });
  return 1;
}

std::uint64_t bench_encode(const Bytes& bytes, UpdateFormat format, const std::string& path,
                           std::uint32_t runs, Stopwatch& watch) {
  Document document(own_files());
  document.apply(decode_or_throw(bytes, format, path));
  for (std::uint32_t run = 0; run < runs; ++run)
    watch.time([&] { return document.encode_since({}, format); });
  return 1;
}

std::uint64_t bench_apply(const Bytes& bytes, const std::string& path, const BenchOptions& options,
                          Stopwatch& watch) {
  const auto updates = split_updates(bytes, path);
  std::uint64_t heard = 0;
  const std::function<void(ByteView)> listener = [&](ByteView update) { heard += update.size(); };
  for (std::uint32_t run = 0; run < options.runs; ++run) {
    watch.time([&] {
      DocumentOptions limits = own_files();
      limits.type_nesting_max = options.nesting;
      Document document(limits);
      Bytes news;
      for (const ByteView bytes_of_one : updates) {
        const Update update = decode_or_throw(bytes_of_one, UpdateFormat::v1, path);
        if (!options.listen) {
          document.apply(update);
        } else if (document.apply(update, news); !news.empty()) {
          listener(news);
        }
      }
      return document;
    });
  }
  return updates.size();
}

Bytes merge_or_throw(const std::vector<ByteView>& updates, const std::string& path) {
  auto merged = merge_updates(updates);
  if (!merged) throw ToolError(exit_input, path + ": " + to_string(merged.error()));
  return *std::move(merged);
}

std::uint64_t bench_merge(const Bytes& bytes, const std::string& path, const BenchOptions& options,
                          Stopwatch& watch) {
  const auto updates = split_updates(bytes, path);
  const std::size_t batch = options.batch ? options.batch : std::max<std::size_t>(updates.size(), 1);
  for (std::uint32_t run = 0; run < options.runs; ++run) {
    watch.time([&] {
      std::vector<Bytes> parts;
      for (std::size_t at = 0; at < updates.size(); at += batch) {
        const auto from = updates.begin() + static_cast<std::ptrdiff_t>(at);
        const auto length = static_cast<std::ptrdiff_t>(std::min(batch, updates.size() - at));
        parts.push_back(merge_or_throw({from, from + length}, path));
      }
      return parts.size() == 1 ? parts.front() : merge_or_throw({parts.begin(), parts.end()}, path);
    });
  }
  return updates.size();
}

// Replays one trace through as many documents as it needs.
class Replay {
 public:
  Replay(const Trace& trace, bool emit) : trace_(trace), emit_(emit || trace.documents > 1) {
    for (std::uint32_t i = 0; i < trace.documents; ++i) documents_.emplace_back(own_files());
    for (Document& document : documents_) texts_.push_back(document.root("text", TypeKind::text));
    if (trace.documents > 1) updates_.resize(trace.steps.size());
    if (trace.start.empty()) return;
    Transaction transaction(documents_[0], ClientId{1});
    transaction.insert_text(texts_[0], 0, trace.start);
    const Bytes update = transaction.commit();
    for (std::uint32_t i = 1; i < trace.documents; ++i) apply(i, update);
  }

  void run() {
    for (std::uint32_t number = 0; number < trace_.steps.size(); ++number) {
      const TraceStep& step = trace_.steps[number];
      for (const std::uint32_t need : step.needs)
        for (const Bytes& update : updates_[need]) apply(step.document, update);
      for (const Patch& patch : step.patches) write(step.document, number, patch);
    }
  }

  // Brings the first document level with all others; what it then says must be the trace's end.
  std::string final_text() {
    for (const auto& of_step : updates_)
      for (const Bytes& update : of_step) apply(0, update);
    return documents_[0].text(texts_[0]);
  }

 private:
  void apply(std::uint32_t document, const Bytes& update) {
    documents_[document].apply(decode_or_throw(update, UpdateFormat::v1, "replay"));
  }

  void write(std::uint32_t document, std::uint32_t step, const Patch& patch) {
    const TypeRef text = texts_[document];
    const std::uint64_t length = documents_[document].length(text);
    if (patch.position > length || patch.removed > length - patch.position)
      throw ToolError(exit_input,
                      "transaction " + std::to_string(step) + ": an edit past the end of the text");
    Transaction transaction(documents_[document], ClientId{document + 1});
    if (patch.removed) transaction.remove(text, patch.position, patch.removed);
    if (!patch.inserted.empty()) transaction.insert_text(text, patch.position, patch.inserted);
    if (!emit_) return;
    Bytes update = transaction.commit();
    if (!updates_.empty()) updates_[step].push_back(std::move(update));
  }

  const Trace& trace_;
  bool emit_;
  std::vector<Document> documents_;
  std::vector<TypeRef> texts_;
  std::vector<std::vector<Bytes>> updates_;  // of each step; empty when one document does it all
};

std::uint64_t bench_replay(const Bytes& bytes, const std::string& path, const BenchOptions& options,
                           Stopwatch& watch) {
  const Trace trace = parse_trace(bytes, path);
  try {
    for (std::uint32_t run = 0; run < options.runs; ++run) {
      Replay replay(trace, options.emit);
      watch.time([&] { return replay.run(), 0; });
      if (run == 0 && replay.final_text() != trace.end)
        throw ToolError(exit_no, "the replayed text is not the trace's endContent");
    }
  } catch (const ToolError& error) {
    throw ToolError(error.code, path + ": " + error.what());
  }
  return trace.patch_count();
}

}  // namespace

nlohmann::ordered_json run_bench(const std::string& what, const std::string& path,
                                 const BenchOptions& options) {
  if (options.runs > 1) keep_freed_memory();  // one run is for its memory
  const Bytes bytes = read_file(path);
  const UpdateFormat format = options.v2 || named_v2(path) ? UpdateFormat::v2 : UpdateFormat::v1;
  Stopwatch watch;
  std::uint64_t ops = 0;
  if (what == "load") ops = bench_load(bytes, format, path, options.runs, watch);
  if (what == "encode") ops = bench_encode(bytes, format, path, options.runs, watch);
  if (what == "apply") ops = bench_apply(bytes, path, options, watch);
  if (what == "merge") ops = bench_merge(bytes, path, options, watch);
  if (what == "replay") ops = bench_replay(bytes, path, options, watch);
  return {{"what", what},
          {"file", path},
          {"runs", options.runs},
          {"wall_ms", watch.wall_median()},
          {"cpu_ms", watch.cpu_median()},
          {"peak_rss_kib", peak_rss_kib()},
          {"bytes", bytes.size()},
          {"ops", ops}};
}

}  // namespace assay::crdt::tools
