// assay export: a report as a file, from a running server or straight from a data folder.
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "server/cli/commands.h"
#include "server/cli/data_folder.h"
#include "server/cli/stored_document.h"
#include "server/cli/transfer.h"
#include "server/registry/registry.h"
#include "server/reports/report.h"

namespace assay::server::cli {
namespace {

struct ExportOptions {
  std::string id, format = "txt", output;
  PlaceOptions place;
};

CommandError no_such_report(const std::string& id) {
  return {exit_input, "there is no report " + printable(id) + "; the list of reports shows their ids"};
}

std::string from_server(Client& client, const ExportOptions& options) {
  HttpRequest request;
  request.method = "GET";
  request.path = "/api/reports/" + options.id + "/export";
  request.query = {{"format", options.format}};
  const auto response = client.send(request);
  if (response.status == 404) throw no_such_report(options.id);
  return client.take_or_fail(response).body;
}

std::string from_folder(const std::filesystem::path& directory, const ExportOptions& options) {
  const auto store = open_folder_to_read(directory, "no report to export");
  const Registry registry(*store);
  if (registry.state(options.id) != ReportState::live) throw no_such_report(options.id);
  const auto document = load_document(*store, options.id);
  if (!document)
    throw CommandError(
        exit_input, "report " + printable(options.id) + ": " + document.error().what + "; run assay verify");
  const auto report = reports::read_report(*document);
  return options.format == "txt" ? reports::to_text(report) : reports::to_json(report);
}

void export_report(const ExportOptions& options) {
  if (options.format != "txt" && options.format != "json")
    throw CommandError(exit_usage, "--format takes txt or json so far, not " + printable(options.format));
  auto place = find_place(options.place);
  auto* client = std::get_if<Client>(&place);
  const std::string bytes =
      client ? from_server(*client, options) : from_folder(std::get<std::filesystem::path>(place), options);
  if (!options.output.empty() && options.output != "-") return write_output(options.output, bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() || std::fflush(stdout) != 0)
    throw CommandError(exit_machine, "standard output cannot be written: " + system_reason(errno));
}

}  // namespace

void add_export(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("export",
                         "Writes a report to a file; an unedited import comes out byte for byte.\n"
                         "Example: assay export ID --format txt -o report.txt");
  const auto options = std::make_shared<ExportOptions>();
  command->add_option("id", options->id, "The report's id")->required()->type_name("ID");
  command->add_option("--format", options->format, "txt or json (default: txt)");
  command->add_option("-o,--output", options->output, "Where to (default: standard output)")
      ->type_name("FILE");
  add_place_options(*command, options->place, "--from");
  command->callback([options, &exit_code] {
    export_report(*options);
    exit_code = exit_fine;
  });
}

}  // namespace assay::server::cli
