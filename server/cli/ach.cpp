// assay ach: scores a matrix of evidence against hypotheses from a file. No server, no data folder.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "plugins/ach/matrix_files.h"
#include "plugins/ach/matrix_json.h"
#include "server/cli/commands.h"
#include "server/cli/transfer.h"

namespace assay::server::cli {
namespace {

// One line a hypothesis, leaders of the default method marked.
void print_table(const ach::Matrix& matrix, const nlohmann::ordered_json& scores) {
  if (!scores.contains("weighted_inconsistency"))
    throw CommandError(exit_input, "--table needs ratings, not analyst_ratings alone");
  const auto& weighted = scores["weighted_inconsistency"];
  std::printf("%-6s %9s %9s %8s %9s %9s  %s\n", "leads", "weighted", "worst", "count", "bayes", "coverage",
              "hypothesis");
  for (std::size_t j = 0; j < matrix.hypotheses.size(); ++j) {
    const auto& leaders = weighted["leaders"];
    const bool leads = std::find(leaders.begin(), leaders.end(), j) != leaders.end();
    std::printf("%-6s %9.3f %9.3f %8.0f %8.0f%% %8.0f%%  %s\n", leads ? "*" : "",
                weighted["scores"][j].get<double>(), weighted["bounds"][j][0].get<double>(),
                scores["inconsistency_count"]["scores"][j].get<double>(),
                100 * scores["bayes"]["posterior"][j].get<double>(),
                100 * scores["coverage"]["per_hypothesis"][j].get<double>(), matrix.hypotheses[j].c_str());
  }
}

// By its content; a file that calls itself JSON is held to it.
ach::Matrix read_file(const std::string& name) {
  const std::string bytes = read_input(name);
  return name.ends_with(".json") ? ach::parse_matrix(bytes) : ach::read_matrix(bytes);
}

}  // namespace

void add_ach(CLI::App& app, int&) {
  struct Options {
    std::string file, to;
    bool table = false;
  };
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("ach",
                         "Scores a matrix (Analysis of Competing Hypotheses) and prints JSON.\n"
                         "Example: assay ach matrix.json --table");
  command
      ->add_option("FILE", options->file,
                   "hypotheses, evidence and ratings: JSON, CSV, or a file of PARC ACH")
      ->required();
  auto* table = command->add_flag("--table", options->table, "for people instead of programs");
  command->add_option("--to", options->to, "prints the matrix itself instead, as csv or json")
      ->check(CLI::IsMember({"csv", "json"}))
      ->excludes(table);
  command->callback([options] {
    try {
      const ach::Matrix matrix = read_file(options->file);
      if (options->to == "csv") {
        std::fputs(ach::to_csv(matrix).c_str(), stdout);
        return;
      }
      if (options->to == "json") {
        std::printf("%s\n", ach::to_json(matrix).dump(1).c_str());
        return;
      }
      const auto scores = ach::scores(matrix);
      if (options->table)
        print_table(matrix, scores);
      else
        std::printf("%s\n", scores.dump().c_str());
    } catch (const ach::MatrixError& error) {
      throw CommandError(exit_input, options->file + ": " + error.what());
    }
  });
}

}  // namespace assay::server::cli
