// ydoc: reads, prints and measures Yjs documents from update files. Picks the subcommand, turns what went
// wrong into one line and an exit code.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>

#include "crdt/tools/bench.h"
#include "crdt/tools/bench_micro.h"
#include "crdt/tools/bench_scale.h"
#include "crdt/tools/files.h"
#include "crdt/tools/print.h"
#include "crdt/tools/tool_error.h"

namespace assay::crdt::tools {
namespace {

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    throw ToolError(exit_machine, "standard output cannot be written");
}
void print(const Bytes& bytes) { print({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }

// What the subcommands that read files have in common.
struct Input {
  std::vector<std::string> files;
  bool v2 = false;
  UpdateFormat format() const { return v2 ? UpdateFormat::v2 : UpdateFormat::v1; }
  Document load() const {
    Document document = load_document(files, format());
    if (document.has_pending())
      std::fprintf(stderr, "ydoc: part of the input waits for updates that are not among the files\n");
    return document;
  }
  // The document, and a word on standard error when it has no such root: an update says only what was
  // written.
  Document load_with(const std::string& root) const {
    Document document = load();
    const auto names = document.root_names();
    if (std::find(names.begin(), names.end(), root) != names.end()) return document;
    std::string list;
    for (const auto& name : names) list += (list.empty() ? "" : ", ") + dump(name);
    std::fprintf(stderr, "ydoc: there is no root %s; %s\n", dump(root).c_str(),
                 list.empty() ? "there is none at all" : ("there are: " + list).c_str());
    return document;
  }
  void add_to(CLI::App& command) {
    command.add_option("FILE", files, "update files, applied in order; - is standard input")->required();
    command.add_flag("--v2", v2, "the files are in update format 2");
  }
};

struct Options {
  Input input;
  std::string root, as = "infer", to = "v1", what, sv;
  bool json = false;
  BenchOptions bench;
  std::uint32_t times = 1;  // bench scale
  int exit_code = exit_fine;
};

const std::map<std::string, TypeKind> kinds_by_name = {{"infer", TypeKind::undefined},
                                                       {"map", TypeKind::map},
                                                       {"array", TypeKind::array},
                                                       {"text", TypeKind::text},
                                                       {"xml", TypeKind::xml_fragment}};

void add_readers(CLI::App& app, Options& options) {
  const auto add = [&](const char* name, const char* about) {
    CLI::App* command = app.add_subcommand(name, about);
    command->add_option("ROOT", options.root, "name of the root type")->required();
    options.input.add_to(*command);
    return command;
  };
  add("text", "a root as plain text, without formatting\nExample: ydoc text body a.update b.update")
      ->callback([&options] {
        Document document = options.input.load_with(options.root);
        print(root_to_text(document, options.root));
      });
  add("xml", "a root as Yjs prints XML\nExample: ydoc xml default report.update")->callback([&options] {
    Document document = options.input.load_with(options.root);
    print(root_to_xml(document, options.root));
  });
  CLI::App* json =
      add("json",
          "a root as JSON. An update does not say whether a root is a map, an array, a text or XML: words "
          "first make a text, an XML node makes XML, anything else in sequence an array, keys a map, and "
          "null stands for nothing to tell by\nExample: ydoc json meta report.update");
  json->add_option("--as", options.as, "read the root as map, array, text or xml instead")
      ->check(CLI::IsMember({"infer", "map", "array", "text", "xml"}));
  json->callback([&options] {
    Document document = options.input.load_with(options.root);
    print(dump(root_to_json(document, options.root, kinds_by_name.at(options.as))) + "\n");
  });
}

// The files as one update, without a document.
Bytes merge_files(const Input& input) {
  std::vector<Bytes> contents;
  const auto updates = read_updates(input.files, contents);
  std::vector<ByteView> views;
  for (const NamedUpdate& update : updates) {
    decode_or_throw(update.bytes, input.format(), update.name);  // for an error that names the file
    views.push_back(update.bytes);
  }
  auto merged = merge_updates(views, input.format());
  if (!merged)
    throw ToolError(exit_input, std::string("the files cannot be merged: ") + to_string(merged.error()));
  return *std::move(merged);
}

Bytes diff_files(const Input& input, const std::string& sv_hex) {
  const auto sv_bytes = from_hex(sv_hex);
  const auto since = sv_bytes ? decode_state_vector(*sv_bytes) : Result<StateVector>(DecodeError::bad_tag);
  if (!since) throw ToolError(exit_usage, "--sv: not a state vector in hex, as ydoc sv prints one");
  auto diff = diff_update(merge_files(input), *since, input.format());
  if (!diff) throw ToolError(exit_input, std::string("the files cannot be cut: ") + to_string(diff.error()));
  return *std::move(diff);
}

void add_without_document(CLI::App& app, Options& options) {
  CLI::App* merge = app.add_subcommand(
      "merge",
      "all files as one update, without a document; nothing is collected\nExample: ydoc merge a b >both");
  options.input.add_to(*merge);
  merge->callback([&options] { print(merge_files(options.input)); });

  CLI::App* diff = app.add_subcommand("diff",
                                      "what a replica with that state vector lacks of the files, without a "
                                      "document; ends with 1 when it lacks "
                                      "something\nExample: ydoc diff --sv 0101ab900b new.update >missing");
  options.input.add_to(*diff);
  diff->add_option("--sv", options.sv, "the state vector, in hex, as ydoc sv prints it")->required();
  diff->callback([&options] {
    const Bytes missing = diff_files(options.input, options.sv);
    print(missing);
    if (!decode_or_throw(missing, options.input.format(), "diff").empty()) options.exit_code = exit_no;
  });
}

nlohmann::ordered_json stat_of(const Document& document) {
  nlohmann::ordered_json roots = nlohmann::ordered_json::array();
  for (const std::string& name : document.root_names()) {
    const TypeRef root = *document.find_root(name);
    const TypeKind kind = infer_kind(document, root);
    const std::uint64_t length =
        kind == TypeKind::map ? document.entries(root).size() : document.length(root);
    roots.push_back({{"name", name}, {"kind", to_string(kind)}, {"length", length}});
  }
  const StateVector vector = document.state_vector();
  std::uint64_t clocks = 0;
  for (const auto& [client, clock] : vector) clocks += clock.value;
  return {{"roots", std::move(roots)},
          {"clients", vector.size()},
          {"clocks", clocks},
          {"encoded_bytes", document.encode_since().size()},
          {"memory_bytes", document.memory_bytes()},
          {"pending", document.has_pending()}};
}

void print_stat(const nlohmann::ordered_json& stat) {
  for (const auto& [key, value] : stat.items()) {
    if (key == "roots") continue;
    print(key + std::string(15 - key.size(), ' ') + dump(value) + "\n");
  }
  for (const auto& root : stat.at("roots"))
    print("root           " + dump(root.at("name")) + ", " + root.at("kind").get<std::string>() +
          ", length " + dump(root.at("length")) + "\n");
}

void add_whole_document(CLI::App& app, Options& options) {
  CLI::App* encode = app.add_subcommand(
      "encode",
      "all files as one update, through a document, on standard output\nExample: ydoc encode a b >both");
  options.input.add_to(*encode);
  encode->add_option("--to", options.to, "format: v1 or v2")->check(CLI::IsMember({"v1", "v2"}));
  encode->callback([&options] {
    const UpdateFormat to = options.to == "v2" ? UpdateFormat::v2 : UpdateFormat::v1;
    print(options.input.load().encode_since({}, to));
  });

  CLI::App* sv = app.add_subcommand("sv", "the state vector, as hex\nExample: ydoc sv a.update");
  options.input.add_to(*sv);
  sv->callback(
      [&options] { print(to_hex(encode_state_vector(options.input.load().state_vector())) + "\n"); });

  CLI::App* stat =
      app.add_subcommand("stat", "what is in it, and how much\nExample: ydoc stat --json a.update");
  options.input.add_to(*stat);
  stat->add_flag("--json", options.json, "one JSON object");
  stat->callback([&options] {
    const auto result = stat_of(options.input.load());
    if (options.json) return print(dump(result) + "\n");
    print_stat(result);
  });
}

void add_bench(CLI::App& app, Options& options) {
  CLI::App* bench =
      app.add_subcommand("bench",
                         "CPU and wall time, medians. load: an encoded document into a fresh "
                         "one, and its first root read. encode: that "
                         "document as one update. apply: a file of [u32 little-endian "
                         "length][update] repeated, one at a time. replay: an "
                         "editing trace (JSON, also gzipped), one local transaction a "
                         "patch. micro: a workload of "
                         "crdt-benchmarks as tests/bench writes it down. scale: a trace many times "
                         "over; these two print JSON"
                         "\nExample: ydoc bench replay --emit --json trace.json.gz");
  bench->add_option("WHAT", options.what, "load, encode, apply, replay, merge, micro or scale")
      ->required()
      ->check(CLI::IsMember({"load", "encode", "apply", "replay", "merge", "micro", "scale"}));
  bench->add_option("FILE", options.input.files, "input; with several, a line of output each")->required();
  bench->add_flag("--emit", options.bench.emit, "replay: also encode an update for each transaction");
  bench->add_flag("--listen", options.bench.listen, "apply: hand each applied update to a listener");
  bench->add_flag("--v2", options.bench.v2,
                  "load, encode: the file is in update format 2 (as if named *.v2)");
  bench->add_option("--batch", options.bench.batch,
                    "merge: so many updates a call, and then the results (0: all at once)");
  bench->add_option("--nesting", options.bench.nesting, "apply: how deep types may lie in types");
  bench->add_option("--runs", options.bench.runs, "how often")->check(CLI::Range(1, 1'000'000));
  bench->add_option("--times", options.times, "scale: how often the trace is typed")
      ->check(CLI::Range(1, 1'000));
  bench->add_flag("--json", options.json, "one JSON object a file");
  bench->callback([&options] {
    for (const std::string& file : options.input.files) {
      if (options.what == "micro") {
        print(dump(run_micro(file)) + "\n");
        continue;
      }
      if (options.what == "scale") {
        print(dump(run_scale(file, options.times)) + "\n");
        continue;
      }
      const auto row = run_bench(options.what, file, options.bench);
      if (options.json) {
        print(dump(row) + "\n");
        continue;
      }
      char line[160];
      std::snprintf(line, sizeof line,
                    "%-7s %9.3f ms CPU  %9.3f ms wall  %7llu KiB peak  %llu ops  %llu bytes  ",
                    options.what.c_str(), row["cpu_ms"].get<double>(), row["wall_ms"].get<double>(),
                    row["peak_rss_kib"].get<unsigned long long>(), row["ops"].get<unsigned long long>(),
                    row["bytes"].get<unsigned long long>());
      print(line + file + "\n");
    }
  });
}

// What is wrong with the words of a command line, and whose --help says more.
std::string usage_line(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  const auto left = app.remaining();
  if (!chosen.empty())
    return std::string(error.what()) + " (see ydoc " + chosen.front()->get_name() + " --help)";
  if (left.empty() || left.front().starts_with('-')) return std::string(error.what()) + " (see ydoc --help)";
  return "there is no command '" + left.front() + "' (see ydoc --help)";
}

int run(int argc, char** argv) {
  CLI::App app{"ydoc: Yjs documents from update files.\nExample: ydoc text body doc.update", "ydoc"};
  app.require_subcommand(1);
  Options options;
  add_readers(app, options);
  add_whole_document(app, options);
  add_without_document(app, options);
  add_bench(app, options);
  try {
    app.parse(argc, argv);
    if (std::fflush(stdout) != 0) throw ToolError(exit_machine, "standard output cannot be written");
    return options.exit_code;
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "ydoc: %s\n", usage_line(app, error).c_str());
    return exit_usage;
  } catch (const ToolError& error) {
    std::fprintf(stderr, "ydoc: %s\n", error.what());
    return error.code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ydoc: %s\n", error.what());
    return exit_machine;
  }
}

}  // namespace
}  // namespace assay::crdt::tools

int main(int argc, char** argv) { return assay::crdt::tools::run(argc, argv); }
