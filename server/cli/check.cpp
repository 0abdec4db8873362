// assay check: runs the checking plugins on files, each in its own process, as the server does. No server, no
// data folder needed.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "server/checks/file_view.h"
#include "server/checks/utf.h"
#include "server/cli/commands.h"
#include "server/cli/program_folders.h"
#include "server/cli/progress.h"
#include "server/cli/transfer.h"
#include "server/config.h"

namespace assay::server::cli {
namespace {

namespace fs = std::filesystem;
using checks::Answer;
using checks::Finding;
using checks::Outcome;
using checks::Severity;
using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds start_time{30}, check_time{60};

struct CheckOptions {
  std::vector<std::string> files, plugins, packs;
  std::string fail_on = "error", data;
  bool json = false, sarif = false;
};

const char* to_string(Severity severity) {
  if (severity == Severity::error) return "error";
  return severity == Severity::warning ? "warning" : "hint";
}

// A file's text with its lines, by code points.
class FileText {
 public:
  explicit FileText(std::string bytes) : bytes_(std::move(bytes)) {
    std::size_t point = 0;
    for (std::size_t at = 0; at < bytes_.size(); ++at) {
      if (checks::is_continuation(bytes_[at])) continue;
      if (point % stride == 0) marks_.push_back(at);
      ++point;
      const bool ends = bytes_[at] == '\n' || (bytes_[at] == '\r' && bytes_.compare(at + 1, 1, "\n") != 0);
      if (ends) lines_.push_back(point);
    }
  }
  const std::string& bytes() const { return bytes_; }
  std::string_view cut(reports::Range range) const {
    const std::size_t from = byte_of(range.start), to = byte_of(range.end);
    return std::string_view(bytes_).substr(from, to - from);
  }
  // Both from 1.
  struct Spot {
    std::size_t line = 1, column = 1;
  };
  Spot spot(std::size_t point) const {
    const auto after = std::upper_bound(lines_.begin(), lines_.end(), point);
    const std::size_t start = after == lines_.begin() ? 0 : *std::prev(after);
    return {static_cast<std::size_t>(after - lines_.begin()) + 1, point - start + 1};
  }

 private:
  static constexpr std::size_t stride = 64;
  std::size_t byte_of(std::size_t point) const {
    if (point / stride >= marks_.size()) return bytes_.size();
    std::size_t at = marks_[point / stride];
    for (std::size_t left = point % stride; left > 0 && at < bytes_.size(); --left)
      for (++at; at < bytes_.size() && checks::is_continuation(bytes_[at]); ++at) {
      }
    return at;
  }
  std::string bytes_;
  std::vector<std::size_t> marks_;  // bytes at which every so manyth character begins
  std::vector<std::size_t> lines_;  // characters at which lines after the first begin
};

struct PlacedEdit {
  reports::Range range;
  std::string replacement;
};
struct PlacedFinding {
  std::string plugin;
  Finding said;
  reports::Range range;
  std::string text;
};
struct CheckedFile {
  std::string name;
  std::unique_ptr<FileText> text;
  std::unique_ptr<checks::FileView> view;
  std::vector<PlacedFinding> findings;
};

// ---- Running

// A folder of this run: the packs of the data folder, and those named, which win by their file's name.
class PackFolder {
 public:
  PackFolder(const fs::path& installed, const std::vector<std::string>& named) {
    std::string path = (fs::temp_directory_path() / "assay-packs-XXXXXX").string();
    if (!mkdtemp(path.data())) throw CommandError(exit_machine, path + ": cannot make this folder");
    path_ = path;
    std::error_code error;
    if (!installed.empty())
      for (const auto& entry : fs::directory_iterator(installed, error))
        if (entry.path().extension() == ".toml")
          fs::copy_file(entry.path(), path_ / entry.path().filename(), error);
    for (const fs::path file : named) {
      const auto text = read_input(file.string());
      write_output((path_ / name_of(file)).string(), text);
    }
  }
  ~PackFolder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  PackFolder(const PackFolder&) = delete;
  PackFolder& operator=(const PackFolder&) = delete;
  const fs::path& path() const { return path_; }
  static std::string name_of(const fs::path& file) { return file.stem().string() + ".toml"; }

 private:
  fs::path path_;
};

// Why a pack was refused, `name.toml:4: why`, with the path that the user gave in place of the name.
std::string where_given(const std::string& path, const std::string& reason) {
  const std::string name = PackFolder::name_of(path);
  return path + (reason.starts_with(name + ":") ? reason.substr(name.size()) : ": " + reason);
}

class Runner {
 public:
  explicit Runner(const CheckOptions& options)
      : packs_(options.packs.empty()
                   ? nullptr
                   : std::make_unique<PackFolder>(places(options, nullptr).packs_folder, options.packs)),
        pool_(places(options, packs_.get()), nullptr, nullptr, {}) {
    if (!pool_.wait_until_started(start_time))
      throw CommandError(exit_machine, "the plugins did not start within 30 seconds; see assay plugin list");
    for (const auto& status : pool_.plugins()) {
      const bool asked =
          std::find(options.plugins.begin(), options.plugins.end(), status.id) != options.plugins.end();
      if (!asked && !options.plugins.empty()) continue;
      if (status.state != checks::PluginState::running)
        throw CommandError(exit_machine, "plugin " + status.id + " does not run: " + status.reason);
      for (const auto& pack : options.packs)
        if (const auto refused = status.refused_packs.find(PackFolder::name_of(pack));
            refused != status.refused_packs.end())
          throw CommandError(exit_input, where_given(pack, refused->second));
      for (const auto& [file, reason] : status.refused_packs)
        std::fprintf(stderr, "assay: rule pack %s is not used: %s\n", file.c_str(), reason.c_str());
      ids_.push_back(status.id);
    }
    for (const auto& id : options.plugins)
      if (std::find(ids_.begin(), ids_.end(), id) == ids_.end())
        throw CommandError(exit_usage,
                           "there is no plugin '" + id + "'; assay plugin list names those there are");
    if (ids_.empty())
      throw CommandError(exit_machine,
                         "there are no plugins; they belong into ../lib/assay/plugins beside the program");
  }

  void check(CheckedFile& file) {
    std::vector<std::pair<std::string, std::future<Answer>>> asked;
    for (const auto& id : ids_) {
      auto promise = std::make_shared<std::promise<Answer>>();
      asked.emplace_back(id, promise->get_future());
      pool_.check(id, file.name, file.view->view(), {},
                  [promise](Answer answer) { promise->set_value(std::move(answer)); });
    }
    for (auto& [id, future] : asked) take(file, id, future.get());
    pool_.close(file.name);
    std::stable_sort(file.findings.begin(), file.findings.end(), [](const auto& a, const auto& b) {
      return std::tuple(a.range.start, a.range.end) < std::tuple(b.range.start, b.range.end);
    });
  }

 private:
  static checks::PoolOptions places(const CheckOptions& options, const PackFolder* packs) {
    std::error_code error;
    std::filesystem::path data = options.data.empty() ? default_data_directory() : options.data;
    if (!std::filesystem::is_directory(data, error)) data.clear();
    auto places = plugin_places(data);
    places.budget = check_time;  // nobody types meanwhile
    if (packs) places.packs_folder = packs->path();
    return places;
  }

  // A plugin that gave up must not look like a clean file.
  static void take(CheckedFile& file, const std::string& id, Answer answer) {
    if (answer.outcome == Outcome::unsupported) return;
    if (answer.outcome != Outcome::complete)
      throw CommandError(exit_machine, file.name + ": plugin " + id + " could not check it: " +
                                           (answer.message.empty() ? "its process ended" : answer.message));
    for (auto& finding : answer.findings) {
      const auto range = file.view->in_file(finding.span);
      std::string text(file.text->cut(range));
      file.findings.push_back({id, std::move(finding), range, std::move(text)});
    }
  }

  std::unique_ptr<PackFolder> packs_;
  checks::PluginPool pool_;
  std::vector<std::string> ids_;
};

// ---- Saying it

Json fixes_of(const CheckedFile& file, const Finding& finding) {
  Json fixes = Json::array();
  for (const auto& fix : finding.fixes) {
    Json edits = Json::array();
    for (const auto& edit : fix.edits) {
      const auto range = file.view->in_file(edit.span);
      edits.push_back({{"start", range.start}, {"end", range.end}, {"replacement", edit.replacement}});
    }
    fixes.push_back({{"title", fix.title}, {"edits", std::move(edits)}});
  }
  return fixes;
}

Json as_json(const std::vector<CheckedFile>& files) {
  Json all = Json::array();
  for (const auto& file : files) {
    Json findings = Json::array();
    for (const auto& [plugin, said, range, text] : file.findings) {
      Json related = Json::array();
      for (const auto& other : said.related) {
        const auto where = file.view->in_file(other.span);
        related.push_back({{"start", where.start}, {"end", where.end}, {"message", other.message}});
      }
      findings.push_back({{"plugin", plugin},
                          {"rule", said.rule},
                          {"severity", to_string(said.severity)},
                          {"start", range.start},
                          {"end", range.end},
                          {"text", text},
                          {"message", said.message},
                          {"hint", said.hint},
                          {"fixes", fixes_of(file, said)},
                          {"related", std::move(related)}});
    }
    all.push_back({{"file", file.name}, {"findings", std::move(findings)}});
  }
  return {{"files", std::move(all)}};
}

Json region(const CheckedFile& file, reports::Range range) {
  const auto from = file.text->spot(range.start), to = file.text->spot(range.end);
  return {{"startLine", from.line}, {"startColumn", from.column}, {"endLine", to.line},
          {"endColumn", to.column}, {"charOffset", range.start},  {"charLength", range.end - range.start}};
}

// A path as the URI reference that SARIF asks for: a file "a b.txt" is "a%20b.txt".
std::string as_uri(std::string_view path) {
  constexpr std::string_view hex = "0123456789ABCDEF", plain = "-._~/";
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != plain.npos)
      uri += c;
    else
      ((uri += '%') += hex[byte >> 4]) += hex[byte & 15];
  }
  return uri;
}

// SARIF 2.1.0, one run.
Json as_sarif(const std::vector<CheckedFile>& files) {
  Json results = Json::array(), rules = Json::array();
  std::set<std::string> known;
  for (const auto& file : files) {
    const Json artifact{{"uri", as_uri(file.name)}};
    for (const auto& [plugin, said, range, text] : file.findings) {
      if (known.insert(said.rule).second) {
        Json rule{{"id", said.rule}, {"properties", {{"plugin", plugin}}}};
        if (!said.help_url.empty()) rule["helpUri"] = said.help_url;
        rules.push_back(std::move(rule));
      }
      Json result{
          {"ruleId", said.rule},
          {"level", said.severity == Severity::hint ? "note" : to_string(said.severity)},
          {"message", {{"text", said.hint.empty() ? said.message : said.message + " " + said.hint}}},
          {"locations",
           {{{"physicalLocation", {{"artifactLocation", artifact}, {"region", region(file, range)}}}}}}};
      for (const auto& other : said.related)
        result["relatedLocations"].push_back(
            {{"message", {{"text", other.message}}},
             {"physicalLocation",
              {{"artifactLocation", artifact}, {"region", region(file, file.view->in_file(other.span))}}}});
      for (const auto& fix : said.fixes) {
        Json replacements = Json::array();
        for (const auto& edit : fix.edits)
          replacements.push_back({{"deletedRegion", region(file, file.view->in_file(edit.span))},
                                  {"insertedContent", {{"text", edit.replacement}}}});
        result["fixes"].push_back(
            {{"description", {{"text", fix.title}}},
             {"artifactChanges",
              {{{"artifactLocation", artifact}, {"replacements", std::move(replacements)}}}}});
      }
      results.push_back(std::move(result));
    }
  }
  const Json driver{{"name", "assay"}, {"version", "0.1.0"}, {"rules", std::move(rules)}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs",
           {{{"tool", {{"driver", driver}}},
             {"columnKind", "unicodeCodePoints"},
             {"results", std::move(results)}}}}};
}

void print_for_people(const std::vector<CheckedFile>& files) {
  std::array<std::size_t, 3> counts{};
  for (const auto& file : files) {
    for (const auto& [plugin, said, range, text] : file.findings) {
      ++counts[static_cast<std::size_t>(said.severity) - 1];
      const auto [line, column] = file.text->spot(range.start);
      std::printf("%s:%zu:%zu: %s: %s [%s]\n", file.name.c_str(), line, column, to_string(said.severity),
                  said.message.c_str(), said.rule.c_str());
      if (!said.hint.empty()) std::printf("    %s\n", said.hint.c_str());
    }
  }
  std::printf("%s, %s, %s in %s\n", counted(counts[2], "error").c_str(),
              counted(counts[1], "warning").c_str(), counted(counts[0], "hint").c_str(),
              counted(files.size(), "file").c_str());
}

bool fails(const std::vector<CheckedFile>& files, const std::string& fail_on) {
  if (fail_on == "never") return false;
  const Severity least = fail_on == "error"     ? Severity::error
                         : fail_on == "warning" ? Severity::warning
                                                : Severity::hint;
  return std::any_of(files.begin(), files.end(), [&](const CheckedFile& file) {
    return std::any_of(file.findings.begin(), file.findings.end(),
                       [&](const PlacedFinding& finding) { return finding.said.severity >= least; });
  });
}

CheckedFile read(const std::string& name) {
  CheckedFile file;
  file.name = name;
  file.text = std::make_unique<FileText>(read_input(name));
  auto view = checks::FileView::read(file.text->bytes());
  if (!view) throw CommandError(exit_input, name + ": " + view.error().message);
  file.view = std::make_unique<checks::FileView>(*std::move(view));
  return file;
}

int check(const CheckOptions& options) {
  // Standard output is the answer's.
  spdlog::set_default_logger(spdlog::stderr_color_mt("assay check"));
  spdlog::set_level(spdlog::level::err);  // of a refused pack it speaks itself
  std::vector<CheckedFile> files;
  for (const auto& name : options.files) files.push_back(read(name));
  {
    Progress progress("checking");
    Runner runner(options);
    for (std::size_t i = 0; i < files.size(); ++i) {
      progress.at(i, files.size());
      runner.check(files[i]);
    }
  }
  constexpr auto replace = Json::error_handler_t::replace;
  if (options.sarif)
    std::printf("%s\n", as_sarif(files).dump(2, ' ', false, replace).c_str());
  else if (options.json)
    std::printf("%s\n", as_json(files).dump(-1, ' ', false, replace).c_str());
  else
    print_for_people(files);
  return fails(files, options.fail_on) ? exit_no : exit_fine;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("check",
                                     "Runs the checking plugins on reports in files.\n"
                                     "Example: assay check report.txt --fail-on warning");
  auto options = std::make_shared<CheckOptions>();
  command->add_option("FILE", options->files, "Reports as plain text")->required();
  command->add_option("--plugin", options->plugins, "Only this plugin; may be given again")
      ->type_name("ID")
      ->take_all()
      ->expected(1);
  command->add_option("--pack", options->packs, "This rule pack as well; may be given again")
      ->type_name("FILE")
      ->take_all()
      ->expected(1);
  auto* json = command->add_flag("--json", options->json, "One JSON object, for programs");
  command->add_flag("--sarif", options->sarif, "SARIF 2.1.0, for code hosts")->excludes(json);
  command->add_option("--fail-on", options->fail_on, "Exit with 1 from this severity on (default: error)")
      ->check(CLI::IsMember({"error", "warning", "hint", "never"}));
  command
      ->add_option("--data", options->data,
                   "Where installed plugins and rule packs lie (default: $XDG_DATA_HOME/assay)")
      ->type_name("DIR");
  command->callback([options, &exit_code] { exit_code = check(*options); });
}

}  // namespace assay::server::cli
