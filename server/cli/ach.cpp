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

// What people see of who leads by the default method. A column that nobody rated has nothing against it, and
// therefore leads by the figures: that is no answer, so it gets no star.
const char* lead_mark(bool leads, double coverage) {
  if (coverage == 0) return "not rated";
  return leads ? "*" : "";
}

// While unrated cells could still change who leads, the table says so (the bounds of the default method).
void print_rivals(const ach::Matrix& matrix, const nlohmann::ordered_json& decidable) {
  if (decidable["decidable"].get<bool>()) return;
  std::string names;
  for (const auto& rival : decidable["rivals"])
    names += (names.empty() ? "" : ", ") + printable(matrix.hypotheses[rival.get<std::size_t>()]);
  std::printf("Not decidable yet: with what is not rated, these could still come before a leader: %s\n",
              names.c_str());
}

// One line a hypothesis, leaders of the default method marked.
void print_table(const ach::Matrix& matrix, const nlohmann::ordered_json& scores) {
  if (!scores.contains("weighted_inconsistency"))
    throw CommandError(exit_input, "--table needs ratings, not analyst_ratings alone");
  const auto& weighted = scores["weighted_inconsistency"];
  std::printf("%-9s %9s %9s %8s %9s %9s  %s\n", "leads", "weighted", "worst", "count", "bayes", "coverage",
              "hypothesis");
  for (std::size_t j = 0; j < matrix.hypotheses.size(); ++j) {
    const auto& leaders = weighted["leaders"];
    const bool leads = std::find(leaders.begin(), leaders.end(), j) != leaders.end();
    const double coverage = scores["coverage"]["per_hypothesis"][j].get<double>();
    std::printf("%-9s %9.3f %9.3f %8.0f %8.0f%% %8.0f%%  %s\n", lead_mark(leads, coverage),
                weighted["scores"][j].get<double>(), weighted["bounds"][j][0].get<double>(),
                scores["inconsistency_count"]["scores"][j].get<double>(),
                100 * scores["bayes"]["posterior"][j].get<double>(), 100 * coverage,
                printable(matrix.hypotheses[j]).c_str());
  }
  print_rivals(matrix, scores["decidable"]);
}

// By its content; a file that calls itself JSON is held to it.
ach::Matrix read_file(const std::string& name) {
  const std::string bytes = read_input(name);
  if (name.ends_with(".json")) return ach::parse_matrix(bytes);
  std::vector<std::string> notes;
  auto matrix = ach::read_matrix(bytes, &notes);
  constexpr std::size_t shown_max = 5;
  for (std::size_t i = 0; i < std::min(notes.size(), shown_max); ++i)
    std::fprintf(stderr, "assay: %s: %s\n", printable(name).c_str(), notes[i].c_str());
  if (notes.size() > shown_max)
    std::fprintf(stderr, "assay: %s: and %zu more such lines\n", printable(name).c_str(),
                 notes.size() - shown_max);
  return matrix;
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
