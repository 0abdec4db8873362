#include "crdt/tools/bench_micro.h"

#include <time.h>

#include <algorithm>
#include <array>
#include <limits>

#include "crdt/document.h"
#include "crdt/tools/bench.h"
#include "crdt/tools/files.h"
#include "crdt/tools/print.h"
#include "crdt/tools/tool_error.h"

namespace assay::crdt::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Edit {
  std::uint64_t index = 0, removed = 0;
  std::string text;
  std::vector<Any> values;
};

struct Workload {
  std::string kind;  // edit: one transaction an edit; together: two clients, a transaction each; merge
  std::string of;    // root and kind: text, array, map
  std::string start;
  std::vector<std::vector<Edit>> edits;  // of each client
  Bytes file;                            // merge: the updates, and their views
  std::vector<ByteView> updates;
};

Edit parse_edit(const Json& json) {
  Edit edit;
  edit.index = json.at(0);
  edit.removed = json.at(1);
  if (json.at(2).is_string()) edit.text = json.at(2);
  if (json.at(2).is_array()) {
    for (const Json& value : json.at(2)) edit.values.emplace_back(value.get<double>());
  }
  return edit;
}

Workload parse_workload(const std::string& path) {
  Workload workload;
  try {
    const Json json = Json::parse(read_file(path));
    workload.kind = json.at("kind");
    workload.of = json.at("of");
    workload.start = json.value("start", "");
    for (const Json& client : json.value("edits", Json::array())) {
      auto& edits = workload.edits.emplace_back();
      for (const Json& edit : client) edits.push_back(parse_edit(edit));
    }
    const std::size_t clients = workload.kind == "edit" ? 1 : workload.kind == "together" ? 2 : 0;
    if (workload.edits.size() != clients || (clients == 0 && workload.kind != "merge"))
      throw ToolError(exit_input, path + ": kind \"" + workload.kind + "\" with " +
                                      std::to_string(workload.edits.size()) + " lists of edits");
  } catch (const Json::exception& error) {
    throw ToolError(exit_input, path + ": not a workload: " + error.what());
  }
  if (workload.kind == "merge") {
    workload.file = read_file(path + ".updates");
    workload.updates = split_updates(workload.file, path + ".updates");
  }
  return workload;
}

TypeKind kind_of(const std::string& root) {
  if (root == "array") return TypeKind::array;
  return root == "map" ? TypeKind::map : TypeKind::text;
}

DocumentOptions unbounded() {
  DocumentOptions options;
  options.pending_bytes_max = std::numeric_limits<std::size_t>::max();
  return options;
}

void write(Transaction& transaction, const Document& document, TypeRef root, const Edit& edit) {
  if (edit.index > document.length(root) || edit.removed > document.length(root) - edit.index)
    throw ToolError(exit_input, "an edit past the end");
  if (edit.removed) transaction.remove(root, edit.index, edit.removed);
  if (!edit.text.empty()) transaction.insert_text(root, edit.index, edit.text);
  if (!edit.values.empty()) transaction.insert(root, edit.index, edit.values);
}

// What both sides of a comparison are asked for: a text, or the values of an array or a map.
Any read(const Document& document, TypeRef root) { return document.to_any(root); }

// One run of a workload: made outside the clock, run inside.
class Run {
 public:
  explicit Run(const Workload& workload) : workload_(workload) {
    for (int i = 0; i < 2; ++i) {
      documents_.emplace_back(unbounded());
      roots_.push_back(documents_.back().root(workload.of, kind_of(workload.of)));
    }
    if (workload.start.empty()) return;
    Transaction transaction(documents_[0], ClientId{1});
    transaction.insert_text(roots_[0], 0, workload.start);
    apply(1, transaction.commit());
  }

  void run() {
    if (workload_.kind == "edit") {
      edit();
    } else if (workload_.kind == "together") {
      together(0);
      together(1);
    } else {
      for (const ByteView update : workload_.updates) apply(0, update);
    }
    for (std::size_t i = 0; i < said_.size(); ++i) said_[i] = read(documents_[i], roots_[i]);
  }

  void check() const {
    if (workload_.kind != "merge" && said_[0] != said_[1])
      throw ToolError(exit_no, "both documents should say the same");
  }
  const Any& said() const { return said_[0]; }
  const Document& document() const { return documents_[0]; }

 private:
  void apply(std::size_t to, ByteView bytes) {
    documents_[to].apply(decode_or_throw(bytes, UpdateFormat::v1, "bench micro"));
  }

  void edit() {
    std::vector<Bytes> updates;
    for (const Edit& edit : workload_.edits[0]) {
      // Each call of its own transaction, as crdt-benchmarks makes them.
      Transaction transaction(documents_[0], ClientId{1});
      write(transaction, documents_[0], roots_[0], edit);
      updates.push_back(transaction.commit());
    }
    for (const Bytes& update : updates) apply(1, update);
  }

  void together(std::size_t who) {
    Transaction transaction(documents_[who], ClientId{who + 1});
    for (const Edit& edit : workload_.edits[who]) write(transaction, documents_[who], roots_[who], edit);
    apply(1 - who, transaction.commit());
  }

  const Workload& workload_;
  std::vector<Document> documents_;
  std::vector<TypeRef> roots_;
  std::array<Any, 2> said_;
};

double cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

// The median of five batches of runs; `batch(n)` makes n and says how long they took.
template <class Batch>
double median_of(const Batch& batch) {
  std::size_t size = 1;
  std::vector<double> times;
  while (times.size() < 5) {
    const double spent = batch(size);
    if (spent < 20 && size < 65536) {
      size *= 2;
    } else {
      times.push_back(spent / static_cast<double>(size));
    }
  }
  std::sort(times.begin(), times.end());
  return times[2];
}

// What a run needs is made, and what it built destroyed, outside the clock. To read the clock takes half a
// microsecond, so it is read once for some runs, of which no more lie about at once than a cache holds of
// small ones.
template <class Prepare, class Work>
double median_ms(const Prepare& prepare, const Work& work) {
  constexpr std::size_t at_once = 16;
  return median_of([&](std::size_t size) {
    double spent = 0;
    std::vector<decltype(prepare())> states;
    states.reserve(at_once);
    for (std::size_t i = 0; i < size; i += at_once) {
      states.clear();
      while (states.size() < std::min(at_once, size - i)) states.push_back(prepare());
      const double before = cpu_ms();
      for (auto& state : states) work(state);
      spent += cpu_ms() - before;
    }
    return spent;
  });
}

// Of what needs nothing and leaves nothing: the clock is read once a batch.
template <class Work>
double median_ms(const Work& work) {
  return median_of([&](std::size_t size) {
    const double before = cpu_ms();
    for (std::size_t i = 0; i < size; ++i) work();
    return cpu_ms() - before;
  });
}

}  // namespace

nlohmann::ordered_json run_micro(const std::string& path) {
  keep_freed_memory();
  const Workload workload = parse_workload(path);
  try {
    const double time = median_ms([&] { return Run(workload); }, [](Run& run) { run.run(); });
    Run done(workload);
    done.run();
    done.check();
    const Bytes bytes = done.document().encode_since();
    Bytes encoded;
    const double encode = median_ms([&] { encoded = done.document().encode_since(); });
    struct Loaded {
      Document document{unbounded()};
      Any said;
    };
    const auto load_into = [&](Loaded& loaded) {
      loaded.document.apply(decode_or_throw(bytes, UpdateFormat::v1, path));
      loaded.said = read(loaded.document, loaded.document.root(workload.of, kind_of(workload.of)));
    };
    const double load = median_ms([] { return Loaded(); }, load_into);
    Loaded loaded;
    load_into(loaded);
    if (loaded.said != done.said()) throw ToolError(exit_no, "the loaded document says something else");
    return {{"what", "micro"},
            {"file", path},
            {"time_ms", time},
            {"encode_ms", encode},
            {"load_ms", load},
            {"bytes", bytes.size()},
            {"said", to_json(done.said())}};
  } catch (const ToolError& error) {
    throw ToolError(error.code, path + ": " + error.what());
  }
}

}  // namespace assay::crdt::tools
