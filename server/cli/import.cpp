// assay import: files into a running server, or straight into a data folder.
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/cli/commands.h"
#include "server/cli/data_folder.h"
#include "server/cli/progress.h"
#include "server/cli/transfer.h"
#include "server/registry/registry.h"
#include "server/reports/new_id.h"
#include "server/reports/report.h"

namespace assay::server::cli {
namespace {

using Json = nlohmann::ordered_json;

struct ImportOptions {
  std::vector<std::string> files;
  PlaceOptions place;
  bool json = false;
};

// ---- The two ways in

class ImportDoor {
 public:
  virtual ~ImportDoor() = default;
  // Answers {id, file, title, unrecognised}. Throws CommandError (exit_input) for what is no report.
  virtual Json import(const std::string& name, const std::string& bytes) = 0;
};

class ServerDoor final : public ImportDoor {
 public:
  explicit ServerDoor(Client client) : client_(std::move(client)) {}
  Json import(const std::string& name, const std::string& bytes) override {
    HttpRequest request;
    request.method = "POST";
    request.path = "/api/reports";
    request.query = {{"name", name}};
    request.headers = {{"content-type", "text/plain; charset=utf-8"}};
    request.body = bytes;
    const auto answer = Json::parse(client_.send_or_fail(request).body, nullptr, false);
    if (!answer.is_object() || !answer.contains("id") || !answer.contains("unrecognised"))
      throw CommandError(exit_machine, "the server's answer cannot be read; is it of another version?");
    return answer;
  }

 private:
  Client client_;
};

class FolderDoor final : public ImportDoor {
 public:
  explicit FolderDoor(const std::filesystem::path& directory)
      : store_(open_folder(directory)), registry_(*store_) {}
  Json import(const std::string& name, const std::string& bytes) override {
    const auto report = reports::parse_report(bytes);
    if (!report) throw CommandError(exit_input, report.error().message);
    const auto summary = reports::summarise(*report);
    NewReport made;
    made.id = reports::new_id();
    made.title = summary.title;
    made.tags = summary.tags;
    made.client = new_client_id();
    made.update = reports::first_update(*report, made.client, {"", wall_clock_ms(), {}});
    const auto row = registry_.create(std::move(made));
    Json unrecognised = Json::array();
    for (const auto& [range, text] : report->unrecognised)
      unrecognised.push_back({{"start", range.start}, {"end", range.end}, {"text", text}});
    return {{"id", row.id}, {"file", name}, {"title", row.title}, {"unrecognised", std::move(unrecognised)}};
  }

 private:
  std::unique_ptr<storage::RoomStore> store_;
  Registry registry_;
};

std::unique_ptr<ImportDoor> open_door(const PlaceOptions& options) {
  auto place = find_place(options);
  if (auto* client = std::get_if<Client>(&place)) return std::make_unique<ServerDoor>(std::move(*client));
  return std::make_unique<FolderDoor>(std::get<std::filesystem::path>(place));
}

// ---- The command

void check_format(const std::string& file) {
  std::string ending = std::filesystem::path(file).extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const char* other :
       {".md", ".markdown", ".html", ".htm", ".docx", ".doc", ".odt", ".rtf", ".json", ".pdf"})
    if (ending == other)
      throw CommandError(exit_input, "import reads plain text (.txt) so far, not " + ending +
                                         "; save it as text and import that");
}

void print(const Json& report) {
  const auto text = [&](const char* key) { return report.value(key, std::string()); };
  std::printf("%s\t%s\t%s\n", text("id").c_str(), printable(text("file")).c_str(),
              printable(text("title")).c_str());
  for (const auto& stretch : report.at("unrecognised"))
    std::printf("  not recognised, kept as it is: characters %zu to %zu: %s\n",
                stretch.value("start", std::size_t{0}), stretch.value("end", std::size_t{0}),
                printable(stretch.value("text", std::string()), 80).c_str());
}

int import(const ImportOptions& options) {
  const auto door = open_door(options.place);
  Json all = Json::array();
  int worst = exit_fine;
  Progress progress("Importing");
  for (std::size_t i = 0; i < options.files.size(); ++i) {
    const std::string& file = options.files[i];
    progress.at(i, options.files.size());
    try {
      check_format(file);
      Json report = door->import(std::filesystem::path(file).filename().string(), read_input(file));
      report["file"] = file;
      if (!options.json) print(report);
      all.push_back(std::move(report));
    } catch (const CommandError& error) {
      // One file that is no report does not keep the others out; what would stop them all does.
      if (error.code != exit_input) throw;
      const std::string line = error.what();
      const std::string name = printable(file);
      std::fprintf(stderr, "assay: %s\n",
                   line.starts_with(name) ? line.c_str() : (name + ": " + line).c_str());
      worst = exit_input;
    }
  }
  if (options.json)
    std::printf(
        "%s\n",
        Json{{"reports", std::move(all)}}.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  return worst;
}

}  // namespace

void add_import(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand(
      "import",
      "Makes reports from plain text files; prints each one's id and what was not recognised.\n"
      "Example: assay import report.txt --into https://assay.example");
  const auto options = std::make_shared<ImportOptions>();
  command->add_option("files", options->files, "Text files, - for standard input")
      ->required()
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  add_place_options(*command, options->place, "--into");
  command->callback([options, &exit_code] { exit_code = import(*options); });
}

}  // namespace assay::server::cli
