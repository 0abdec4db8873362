// The program `assay`: picks the subcommand, turns what went wrong into one line and an exit code.
#include <cstdio>
#include <exception>

#include "server/cli/commands.h"
#include "storage/room_store.h"

int main(int argc, char** argv) {
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
    std::fprintf(stderr, "assay: %s (see assay --help)\n", error.what());
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
