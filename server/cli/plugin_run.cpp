#include "server/cli/plugin_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "server/checks/file_view.h"
#include "server/checks/utf.h"
#include "server/cli/commands.h"
#include "server/cli/plugin_runner.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

namespace fs = std::filesystem;
using checks::Answer;
using checks::Finding;
using checks::Outcome;
using Json = nlohmann::ordered_json;

struct RunOptions {
  std::string library, settings_file, tests;
  std::vector<std::string> files;
  bool isolated = false, bench = false, json = false, accept = false;
  std::size_t random = 0;
  std::uint64_t seed = 0;
};

const char* severity_word(checks::Severity severity) {
  if (severity == checks::Severity::error) return "error";
  return severity == checks::Severity::warning ? "warning" : "hint";
}

checks::FileView read_view(const std::string& file, const std::string& bytes) {
  auto view = checks::FileView::read(bytes);
  if (!view) throw CommandError(exit_input, file + ": " + view.error().message);
  return std::move(*view);
}

// Line and column of a character, both from 1. A line ends with LF, CR or CR LF.
std::pair<std::size_t, std::size_t> spot(std::string_view bytes, std::size_t point) {
  std::size_t line = 1, column = 1, seen = 0;
  for (std::size_t at = 0; at < bytes.size() && seen < point; ++at) {
    if (checks::is_continuation(bytes[at])) continue;
    ++seen;
    ++column;
    const bool ends =
        bytes[at] == '\n' || (bytes[at] == '\r' && (at + 1 == bytes.size() || bytes[at + 1] != '\n'));
    if (!ends) continue;
    ++line;
    column = 1;
  }
  return {line, column};
}

Answer check_or_fail(PluginRunner& plugin, const checks::FileView& view, const std::string& file) {
  Answer answer = plugin.check(view.view());
  switch (answer.outcome) {
    case Outcome::complete:
      return answer;
    case Outcome::unsupported: {
      std::fprintf(stderr, "assay: %s: not for this plugin. %s\n", file.c_str(),
                   printable(answer.message).c_str());
      return answer;
    }
    default:
      throw CommandError(exit_input, file + ": the plugin failed: " + printable(answer.message, 500));
  }
}

// `file:line:column: severity: message [rule]`, one line a finding, suggestion and score.
std::string as_text(const std::string& file, const std::string& bytes, const checks::FileView& view,
                    const Answer& answer) {
  std::string out;
  for (const Finding& finding : answer.findings) {
    const auto [line, column] = spot(bytes, view.in_file(finding.span).start);
    out += file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
           severity_word(finding.severity) + ": " + printable(finding.message, 4'000) + " [" +
           printable(finding.rule) + "]\n";
  }
  for (const auto& suggestion : answer.suggestions)
    out += file + ": suggestion: " + printable(suggestion.value) + " [" + printable(suggestion.kind) + "]\n";
  for (const auto& score : answer.scores) {
    char number[32];
    std::snprintf(number, sizeof number, "%g", static_cast<double>(score.value));
    out += file + ": score: " + number + " [" + printable(score.name) + "]\n";
  }
  return out;
}

Json as_json(const checks::FileView& view, const Answer& answer, const std::string& file) {
  Json findings = Json::array();
  const auto range = [&](checks::Span span) { return view.in_file(span); };
  for (const Finding& finding : answer.findings) {
    Json fixes = Json::array(), related = Json::array();
    for (const auto& fix : finding.fixes) {
      Json edits = Json::array();
      for (const auto& edit : fix.edits)
        edits.push_back({{"start", range(edit.span).start},
                         {"end", range(edit.span).end},
                         {"replacement", edit.replacement}});
      fixes.push_back({{"title", fix.title}, {"edits", edits}});
    }
    for (const auto& place : finding.related)
      related.push_back(
          {{"start", range(place.span).start}, {"end", range(place.span).end}, {"message", place.message}});
    findings.push_back(
        {{"rule", finding.rule},
         {"severity", severity_word(finding.severity)},
         {"start", range(finding.span).start},
         {"end", range(finding.span).end},
         {"text", view.view()->text.substr(finding.span.begin, finding.span.end - finding.span.begin)},
         {"message", finding.message},
         {"hint", finding.hint},
         {"fixes", fixes},
         {"related", related}});
  }
  Json suggestions = Json::array(), scores = Json::array();
  for (const auto& one : answer.suggestions)
    suggestions.push_back(
        {{"kind", one.kind}, {"value", one.value}, {"label", one.label}, {"confidence", one.confidence}});
  for (const auto& one : answer.scores) scores.push_back({{"name", one.name}, {"value", one.value}});
  Json whole{{"file", file}, {"findings", findings}, {"suggestions", suggestions}, {"scores", scores}};
  if (!answer.panel.empty()) whole["panel"] = Json::parse(answer.panel);
  return whole;
}

void run_files(PluginRunner& plugin, const RunOptions& options) {
  Json files = Json::array();
  for (const auto& file : options.files) {
    const std::string bytes = read_input(file);
    const auto view = read_view(file, bytes);
    const Answer answer = check_or_fail(plugin, view, file);
    if (options.json)
      files.push_back(as_json(view, answer, file));
    else
      std::fputs(as_text(file, bytes, view, answer).c_str(), stdout);
  }
  if (options.json) std::printf("%s\n", Json({{"files", files}}).dump().c_str());
}

// Every FILE of the folder that has FILE.expected; with --accept every file, and what comes out is what is
// expected.
int run_tests(PluginRunner& plugin, const RunOptions& options) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(options.tests, error)) {
    const auto& path = entry.path();
    if (!entry.is_regular_file() || path.extension() == ".expected" ||
        path.filename().string().starts_with('.'))
      continue;
    if (options.accept || fs::exists(path.string() + ".expected")) files.push_back(path);
  }
  if (files.empty())
    throw CommandError(exit_input, options.tests + ": there is no file with a FILE.expected beside it");
  std::sort(files.begin(), files.end());
  std::size_t wrong = 0;
  for (const auto& file : files) {
    const std::string bytes = read_input(file.string()), name = file.filename().string();
    const auto view = read_view(name, bytes);
    const std::string got = as_text(name, bytes, view, check_or_fail(plugin, view, name));
    const std::string expected_file = file.string() + ".expected";
    if (options.accept) {
      write_output(expected_file, got);
      continue;
    }
    const std::string expected = read_input(expected_file);
    if (got == expected) continue;
    ++wrong;
    std::printf("%s: not as expected\n--- expected\n%s--- found\n%s", file.c_str(), expected.c_str(),
                got.c_str());
  }
  std::printf("%s, %zu not as expected\n", counted(files.size(), "file").c_str(), wrong);
  return wrong == 0 ? exit_fine : exit_no;
}

// Words, line ends, marks and letters of several scripts, in blocks of every kind.
std::shared_ptr<const checks::View> random_view(std::mt19937_64& random) {
  static constexpr const char* pieces[] = {"a",  "very ", "likely ", "the ", " ", ".",     ". ", "\n",
                                           "ö",  "€",     "𝕏",       "\"",   "(", "1990 ", "%",  "\t",
                                           "- ", "́",      "مرحبا ",  "漢字", ",", "A"};
  auto view = std::make_shared<checks::View>();
  view->revision = random();
  if (random() % 2 == 0) view->language = "en";
  view->data = "{}";
  const std::size_t blocks = random() % 12;
  for (std::size_t i = 0; i < blocks; ++i) {
    if (i > 0) view->text += '\n';
    const auto begin = static_cast<std::uint32_t>(view->text.size());
    for (std::size_t n = random() % 60; n > 0; --n) view->text += pieces[random() % std::size(pieces)];
    view->blocks.push_back({random(),
                            {begin, static_cast<std::uint32_t>(view->text.size())},
                            static_cast<std::uint32_t>(random() % 8),
                            static_cast<std::uint32_t>(random() % 4),
                            random() % 2 == 0 ? "bluf" : ""});
  }
  return view;
}

int run_random(PluginRunner& plugin, const RunOptions& options) {
  const std::uint64_t seed = options.seed != 0 ? options.seed : std::random_device{}();
  std::fprintf(stderr, "seed %llu\n", static_cast<unsigned long long>(seed));
  for (std::size_t i = 0; i < options.random; ++i) {
    std::mt19937_64 random(seed + i);
    const auto view = random_view(random);
    const Answer answer = plugin.check(view);
    if (answer.outcome == Outcome::complete || answer.outcome == Outcome::unsupported) continue;
    std::printf("document %zu (--random 1 --seed %llu): %s\n%s\n", i,
                static_cast<unsigned long long>(seed + i), printable(answer.message, 500).c_str(),
                view->text.c_str());
    return exit_no;
  }
  std::printf("%s, all answered\n", counted(options.random, "random document").c_str());
  return exit_fine;
}

void run_bench(PluginRunner& plugin, const RunOptions& options) {
  for (const auto& file : options.files) {
    const std::string bytes = read_input(file);
    const auto view = read_view(file, bytes);
    check_or_fail(plugin, view, file);
    std::vector<double> took;
    const auto start = std::chrono::steady_clock::now();
    while (took.size() < 5 ||
           (took.size() < 1'000 && std::chrono::steady_clock::now() - start < std::chrono::seconds(1))) {
      const auto before = std::chrono::steady_clock::now();
      check_or_fail(plugin, view, file);
      took.push_back(
          std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - before).count());
    }
    std::sort(took.begin(), took.end());
    const double median = took[took.size() / 2];
    const auto blocks = static_cast<double>(std::max<std::size_t>(1, view.view()->blocks.size()));
    std::printf("%s: %.1f us a check (median of %zu, p95 %.1f), %.2f us a block, %zu bytes\n", file.c_str(),
                median, took.size(), took[took.size() * 95 / 100], median / blocks, view.view()->text.size());
  }
}

std::string settings_of(const RunOptions& options) {
  if (options.settings_file.empty()) return "{}";
  const auto parsed = nlohmann::json::parse(read_input(options.settings_file), nullptr, false);
  if (!parsed.is_object())
    throw CommandError(exit_input, options.settings_file + ": it holds no JSON object");
  return parsed.dump();
}

int run(const RunOptions& options) {
  if (options.files.empty() && options.tests.empty() && options.random == 0)
    throw CommandError(exit_usage, "name files to check, or --tests FOLDER, or --random N");
  spdlog::set_level(spdlog::level::warn);
  const auto plugin = options.isolated ? run_isolated(options.library, settings_of(options))
                                       : run_in_process(options.library, settings_of(options));
  if (!options.tests.empty()) return run_tests(*plugin, options);
  if (options.random != 0) return run_random(*plugin, options);
  if (options.bench)
    run_bench(*plugin, options);
  else
    run_files(*plugin, options);
  return exit_fine;
}

}  // namespace

void add_plugin_run(CLI::App& plugin, int& exit_code) {
  auto* command = plugin.add_subcommand("run",
                                        "Runs a plugin on files, in this process unless --isolated.\n"
                                        "Example: assay plugin run build/very_words.so draft.md");
  const auto options = std::make_shared<RunOptions>();
  command->add_option("LIBRARY", options->library, "the plugin's .so")->required();
  command->add_option("FILE", options->files, "reports as text");
  command->add_flag("--isolated", options->isolated, "in a process of its own, as the server does");
  command->add_flag("--json", options->json, "one JSON value");
  command->add_flag("--bench", options->bench, "how long a check takes");
  command->add_option("--settings", options->settings_file, "a JSON object with the plugin's settings")
      ->type_name("FILE");
  auto* tests =
      command->add_option("--tests", options->tests, "every file of a folder against its FILE.expected")
          ->type_name("FOLDER");
  command->add_flag("--accept", options->accept, "with --tests: writes what is found into FILE.expected")
      ->needs(tests);
  auto* random = command->add_option("--random", options->random, "so many random documents")->type_name("N");
  command->add_option("--seed", options->seed, "with --random: repeats a run")->type_name("N")->needs(random);
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace assay::server::cli
