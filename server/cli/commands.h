// The subcommands of `assay`, one file each. A command adds itself to the app; when it was chosen it sets the
// exit code.
#pragma once

#include <CLI/CLI.hpp>

namespace assay::server::cli {

// What every command may end with.
enum Exit : int {
  exit_fine = 0,
  exit_no = 1,       // the question's answer is no
  exit_usage = 2,    // wrong usage
  exit_input = 3,    // input that cannot be read
  exit_machine = 4,  // the machine's trouble: disk, port, permission
};

// An error that ends a command: one line on standard error (what, where, what to do) and the exit code.
class CommandError : public std::runtime_error {
 public:
  CommandError(Exit exit_code, const std::string& line) : std::runtime_error(line), code(exit_code) {}
  Exit code;
};

void add_serve(CLI::App& app, int& exit_code);
void add_import(CLI::App& app, int& exit_code);
void add_export(CLI::App& app, int& exit_code);
void add_check(CLI::App& app, int& exit_code);
void add_ach(CLI::App& app, int& exit_code);
void add_tags(CLI::App& app, int& exit_code);
void add_plugin(CLI::App& app, int& exit_code);
void add_verify(CLI::App& app, int& exit_code);
void add_user(CLI::App& app, int& exit_code);

}  // namespace assay::server::cli
