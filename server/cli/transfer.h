// What import and export share: where the reports are, and how a file is read and written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

#include "server/cli/client.h"
#include "server/cli/commands.h"

namespace assay::server::cli {

// Where to: a URL, or a data folder, or neither: then as find_data_folder says. `token` is for a URL; the
// environment's ASSAY_TOKEN stands in for it.
struct PlaceOptions {
  std::string url, data, token;
};
// A running server, or the folder itself where none runs.
using Place = std::variant<Client, std::filesystem::path>;
Place find_place(const PlaceOptions& options);

// Adds `url_option` ("--into", "--from"), --data and --token.
void add_place_options(CLI::App& command, PlaceOptions& options, const char* url_option);

// The whole file, "-" for standard input. Throws CommandError (exit_input).
std::string read_input(const std::string& file);
// Whole or not at all: a file with this name is replaced only once the new one is complete. Throws
// CommandError (exit_machine).
void write_output(const std::string& file, const std::string& bytes);

// Ends with "No such file or directory" or the like.
std::string system_reason(int error_number);

// "1 file", "2 files".
std::string counted(std::uint64_t number, const std::string& what);

// Control characters of a stranger's words must not reach the terminal.
std::string printable(const std::string& text, std::size_t bytes_max = 200);

}  // namespace assay::server::cli
