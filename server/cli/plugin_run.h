// assay plugin run: a plugin around files, as a test, as a benchmark, and around random documents.
#pragma once

#include <CLI/CLI.hpp>

namespace assay::server::cli {

void add_plugin_run(CLI::App& plugin, int& exit_code);
// Of rule packs; in plugin_test.cpp.
void add_plugin_test(CLI::App& plugin, int& exit_code);

}  // namespace assay::server::cli
