// assay tags: suggests tags for files, or answers JSON lines and learns. No server, no data folder; starts
// untrained.
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "plugins/tags/tagger.h"
#include "server/cli/commands.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

using nlohmann::json;
using tagging::Suggestion;
using tagging::Tagger;

constexpr std::size_t line_bytes_max = 16 << 20;
constexpr std::size_t suggestions_max = 1000;

// What is wrong with a line: the answer says so and the next line is read.
class LineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string text_of(const json& object, const char* key, bool required) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) {
    if (required) throw LineError(std::string("\"") + key + "\" is missing");
    return {};
  }
  if (found->is_string()) return found->get<std::string>();
  if (found->is_number_integer()) return found->dump();  // ids that are numbers
  throw LineError(std::string("\"") + key + "\" must be a string");
}

std::vector<std::string> list_of(const json& object, const char* key, bool required) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) {
    if (required) throw LineError(std::string("\"") + key + "\" is missing");
    return {};
  }
  std::vector<std::string> list;
  if (!found->is_array()) throw LineError(std::string("\"") + key + "\" must be an array of strings");
  for (const json& item : *found) {
    if (!item.is_string()) throw LineError(std::string("\"") + key + "\" must be an array of strings");
    list.push_back(item.get<std::string>());
  }
  return list;
}

json parse_object(const std::string& line) {
  json object = json::parse(line, nullptr, false);
  if (object.is_discarded()) throw LineError("this line is no JSON");
  if (!object.is_object()) throw LineError("a line must be one JSON object");
  return object;
}

json as_json(const std::vector<Suggestion>& suggestions) {
  json tags = json::array();
  for (const Suggestion& suggestion : suggestions)
    tags.push_back({{"tag", suggestion.tag}, {"score", suggestion.score}, {"why", suggestion.why}});
  return tags;
}

json suggest(Tagger& tagger, const json& request) {
  const json& id = request.contains("id") ? request["id"] : json();
  std::size_t most = 15;
  if (const auto n = request.find("n"); n != request.end() && !n->is_null()) {
    if (!n->is_number_integer() || n->get<std::int64_t>() < 0)
      throw LineError("\"n\" must be a number from 0");
    most = std::min<std::size_t>(static_cast<std::size_t>(n->get<std::int64_t>()), suggestions_max);
  }
  const std::vector<std::string> already = list_of(request, "tags", false);
  const auto suggestions =
      tagger.suggest(text_of(request, "title", false), text_of(request, "text", true), most, already);
  return {{"id", id}, {"tags", as_json(suggestions)}};
}

json answer(Tagger& tagger, const json& request) {
  const std::string op = text_of(request, "op", true);
  if (op == "suggest") return suggest(tagger, request);
  if (op == "learn") {
    tagger.learn(text_of(request, "id", true), text_of(request, "title", false),
                 text_of(request, "text", true), list_of(request, "tags", true),
                 list_of(request, "refused", false));
    return {{"ok", true}};
  }
  if (op == "forget") {
    // Undoing what never was done leaves what was asked for.
    const bool known = tagger.forget(text_of(request, "id", true));
    return {{"ok", true}, {"known", known}};
  }
  throw LineError("\"op\" must be suggest, learn or forget, not \"" + op + "\"");
}

// Text that is not UTF-8 is written with replacement characters: an answer is always JSON.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void serve_lines(Tagger& tagger) {
  std::ios::sync_with_stdio(false);
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    json reply;
    json id;
    try {
      if (line.size() > line_bytes_max) throw LineError("this line is longer than 16 MiB");
      const json request = parse_object(line);
      if (request.contains("id")) id = request["id"];
      reply = answer(tagger, request);
    } catch (const LineError& error) {
      reply = {{"error", error.what()}};
      if (!id.is_null()) reply["id"] = id;
    }
    std::cout << dump(reply) << '\n' << std::flush;
    if (!std::cout) throw CommandError(exit_machine, "standard output is closed");
  }
}

void read_taxonomy(Tagger& tagger, const std::string& file) {
  const std::string bytes = read_input(file);
  std::size_t begin = 0, number = 0;
  while (begin < bytes.size()) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    const std::string line = bytes.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    try {
      const json object = parse_object(line);
      tagging::TaxonomyEntry entry;
      entry.tag = text_of(object, "tag", true);
      entry.label = text_of(object, "label", false);
      entry.alt = list_of(object, "alt", false);
      if (entry.tag.empty()) throw LineError("\"tag\" is empty");
      tagger.add_taxonomy(entry);
    } catch (const LineError& error) {
      throw CommandError(exit_input, file + ":" + std::to_string(number) + ": " + error.what() +
                                         "; a line is {\"tag\", \"label\", \"alt\": [...]}");
    }
  }
}

// A report's first line is its title.
void suggest_for_files(Tagger& tagger, const std::vector<std::string>& files, std::size_t most,
                       bool as_lines) {
  for (const std::string& file : files) {
    const std::string text = read_input(file);
    const std::string title = text.substr(0, std::min(text.find('\n'), text.size()));
    const auto suggestions = tagger.suggest(title.size() <= 200 ? title : std::string(), text, most);
    if (as_lines) {
      std::printf("%s\n", dump({{"file", file}, {"tags", as_json(suggestions)}}).c_str());
      continue;
    }
    if (files.size() > 1) std::printf("%s\n", file.c_str());
    for (const Suggestion& suggestion : suggestions)
      std::printf("%3.0f%%  %-32s %s\n", 100 * static_cast<double>(suggestion.score), suggestion.tag.c_str(),
                  suggestion.why.c_str());
  }
}

}  // namespace

void add_tags(CLI::App& app, int&) {
  struct Options {
    std::vector<std::string> files;
    std::size_t top = 10;
    bool stdio = false, as_json = false;
    std::string taxonomy;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "tags",
      "Suggests tags: for files, or with --stdio for JSON lines, from which it also learns.\n"
      "Example: assay tags report.txt --top 5\n"
      "Example: echo '{\"op\":\"suggest\",\"id\":\"1\",\"title\":\"\",\"text\":\"...\",\"n\":5}' | assay "
      "tags --stdio");
  command->add_option("FILE", options->files, "reports as text; - for standard input");
  command->add_option("--top", options->top, "how many")->check(CLI::Range(1, 1000));
  command->add_flag("--json", options->as_json, "one JSON object a file");
  command->add_flag("--stdio", options->stdio, "answer JSON lines: suggest, learn, forget");
  command->add_option("--taxonomy", options->taxonomy,
                      "tags to choose from: JSON lines {\"tag\", \"label\", \"alt\": [...]}");
  command->callback([options] {
    if (options->stdio == !options->files.empty())
      throw CommandError(exit_usage, "assay tags: name files, or use --stdio; see assay tags --help");
    Tagger tagger;
    if (!options->taxonomy.empty()) read_taxonomy(tagger, options->taxonomy);
    if (options->stdio)
      serve_lines(tagger);
    else
      suggest_for_files(tagger, options->files, options->top, options->as_json);
  });
}

}  // namespace assay::server::cli
