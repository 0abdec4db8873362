// The program `assay`: picks the subcommand, turns what went wrong into one line and an exit code.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include "server/cli/commands.h"
#include "server/cli/transfer.h"
#include "storage/room_store.h"

namespace {

// What is wrong with the words of a command line, and whose --help says more.
std::string usage_line(const CLI::App& app, const CLI::ParseError& error) {
  using assay::server::cli::printable;
  const CLI::App* command = &app;
  std::string name = "assay";
  for (auto chosen = command->get_subcommands(); !chosen.empty(); chosen = command->get_subcommands()) {
    command = chosen.front();
    name += " " + command->get_name();
  }
  const auto left = command->remaining();
  const bool has_commands = command->get_require_subcommand_min() > 0;
  std::string what = error.what();
  if (has_commands && left.empty()) {
    what = "which command? There are several";
  } else if (has_commands && left.front().starts_with('-')) {
    what = "there is no option '" + printable(left.front()) + "' before a command";
  } else if (has_commands) {
    const std::string group = command == &app ? "" : command->get_name() + " ";
    what = "there is no command '" + group + printable(left.front()) + "'";
  }
  return what + " (see " + name + " --help)";
}

// Runs one command; its exit code.
int run(int argc, char** argv) {
  using namespace assay::server::cli;
  CLI::App app{"Assay: intelligence reports, written together.\nExample: assay serve --auth none --data data",
               "assay"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "assay 0.1.0");
  int exit_code = exit_fine;
  for (const auto add :
       {add_serve, add_import, add_export, add_check, add_ach, add_tags, add_plugin, add_verify, add_user})
    add(app, exit_code);
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "assay: %s\n", usage_line(app, error).c_str());
    return exit_usage;
  } catch (const CommandError& error) {
    std::fprintf(stderr, "assay: %s\n", error.what());
    return error.code;
  } catch (const assay::storage::StorageError& error) {
    std::fprintf(stderr, "assay: %s\n", error.what());
    return exit_machine;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "assay: %s\n", error.what());
    return exit_machine;
  }
}

// What a command said has to have arrived: where it was lost, that is the machine's trouble, whatever was
// said.
int when_written(int code) {
  const bool lost = std::ferror(stdout) != 0;
  if (std::fflush(stdout) == 0 && !lost) return code;
  std::fprintf(stderr, "assay: standard output cannot be written: %s\n", std::strerror(errno));
  return assay::server::cli::exit_machine;
}

}  // namespace

int main(int argc, char** argv) { return when_written(run(argc, argv)); }
