// assay verify: reads everything in a data folder and says what is wrong with it. Changes nothing.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "server/cli/commands.h"
#include "server/cli/data_folder.h"
#include "server/cli/progress.h"
#include "server/cli/running_servers.h"
#include "server/cli/stored_document.h"
#include "server/cli/transfer.h"
#include "server/registry/registry.h"
#include "server/reports/report.h"

namespace assay::server::cli {
namespace {

using Json = nlohmann::ordered_json;

struct VerifyOptions {
  std::string data;
  bool json = false;
};

struct Findings {
  std::uint64_t rooms = 0, entries = 0;
  std::size_t reports = 0;
  std::vector<storage::RoomStore::Problem> problems;
  std::vector<std::string> notes;  // what is no damage and still has to be said
};

class Verification {
 public:
  explicit Verification(storage::RoomStore& store) : store_(store) {}

  Findings run() {
    check_storage();
    check_documents();
    check_registry();
    return std::move(findings_);
  }

 private:
  void problem(const std::string& room, const std::string& what) {
    findings_.problems.push_back({room, what});
  }

  // Checksums, keys and gaps.
  void check_storage() {
    Progress progress("Reading the log   ");
    auto problems = store_.verify([&](std::uint64_t done, std::uint64_t of) { progress.at(done, of); });
    for (auto& found : problems) findings_.problems.push_back(std::move(found));
  }

  // Every entry decodes and applies, and a checkpoint says what its log says.
  void check_documents() {
    const auto rooms = store_.list();
    std::uint64_t done = 0, of = 0;
    for (const auto& room : rooms) of += room.last_sequence;
    Progress progress("Applying documents");
    for (const auto& room : rooms) {
      ++findings_.rooms;
      findings_.entries += room.last_sequence;
      rooms_.insert(room.name);
      if (!parse_document_name(room.name)) problem(room.name, "its name is none that a document may have");
      try {
        check_document(room);
      } catch (const storage::StorageError& error) {
        problem(room.name, std::string("cannot be read: ") + error.what());
      }
      progress.at(done += room.last_sequence, of);
    }
  }

  void check_document(const storage::RoomInfo& room) {
    const auto loaded = load_document(store_, room.name);
    if (!loaded) return problem(room.name, loaded.error().what);
    reports::to_text(reports::read_report(*loaded));
    const auto first = store_.history(room.name, 1, 1);
    if (first.empty()) return;  // its beginning was thinned: there is nothing to compare with
    const auto replayed = replay_document(store_, room.name, room.last_sequence);
    if (!replayed) return problem(room.name, replayed.error().what);
    if (replayed->state_vector() != loaded->state_vector())
      return problem(room.name, "its checkpoint does not hold what its log holds");
    if (reports::to_json(reports::read_report(*replayed)) != reports::to_json(reports::read_report(*loaded)))
      problem(room.name, "its checkpoint gives another text than its log");
  }

  // Each report has its document, and no comments lie without a report.
  void check_registry() {
    const Registry registry(store_);
    for (const auto state : {ReportState::live, ReportState::trashed}) {
      for (const auto& row : registry.list(state)) {
        ++findings_.reports;
        if (!rooms_.contains(row.id)) problem(row.id, "the report has no document");
      }
    }
    for (const auto& name : rooms_) {
      const auto parsed = parse_document_name(name);
      if (!parsed) continue;
      const auto state = registry.state(parsed->report);
      if (state == ReportState::erased) problem(name, "the report was erased, its document is still here");
      if (parsed->part == DocumentPart::comments && state == ReportState::unknown)
        problem(name, "comments without a report");
    }
  }

  storage::RoomStore& store_;
  Findings findings_;
  std::set<std::string> rooms_;
};

Findings verify_folder(const std::filesystem::path& directory) {
  std::vector<std::string> notes;
  const auto note = [&](const std::string& text) { notes.push_back(text); };
  const auto aside = directory / "log.damaged";
  std::error_code ignored;
  if (std::filesystem::exists(aside, ignored))
    note(aside.string() +
         " holds the log as it was found when a torn end was left out of it; remove it when "
         "nothing is missed");
  try {
    const auto store = open_folder_to_read(directory, "nothing to verify", note);
    auto findings = Verification(*store).run();
    findings.notes = std::move(notes);
    return findings;
  } catch (const storage::StorageError& error) {
    // A folder that cannot even be opened for being damaged is an answer, too.
    if (error.kind != storage::StorageError::Kind::corrupt) throw;
    Findings findings;
    findings.problems.push_back({"", error.what()});
    findings.notes = std::move(notes);
    return findings;
  }
}

void print_json(const Findings& findings) {
  Json problems = Json::array();
  for (const auto& [room, what] : findings.problems) problems.push_back({{"room", room}, {"what", what}});
  Json answer{{"ok", findings.problems.empty()},
              {"rooms", findings.rooms},
              {"entries", findings.entries},
              {"reports", findings.reports},
              {"problems", std::move(problems)}};
  if (!findings.notes.empty()) answer["notes"] = findings.notes;
  std::printf("%s\n", answer.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

// What the storage engine says of damage, wherever in a sentence; empty when it is none of its sentences.
std::string damage_in(const std::string& what) {
  const auto at = what.find("Corruption: ");
  if (at == what.npos) return {};
  return what.substr(at, what.find(");", at) - at);
}

// One damaged block is met by everything that reads over it. For people: the damage once, then a line for
// each document that cannot be read for it, and not what follows from that.
std::vector<storage::RoomStore::Problem> for_people(const Findings& findings) {
  std::set<std::string> unreadable, told;
  for (const auto& [room, what] : findings.problems)
    if (!room.empty() && !damage_in(what).empty()) unreadable.insert(room);
  std::vector<storage::RoomStore::Problem> shown;
  std::set<std::string> named;
  for (const auto& [room, what] : findings.problems) {
    const auto damage = damage_in(what);
    if (damage.empty()) {
      if (!unreadable.contains(room)) shown.push_back({room, what});
      continue;
    }
    if (told.insert(damage).second) shown.push_back({"", "damage: " + damage.substr(damage.find(' ') + 1)});
    if (!room.empty() && named.insert(room).second)
      shown.push_back({room, "cannot be read, for this damage"});
  }
  return shown;
}

void print(const Findings& findings) {
  const auto problems = for_people(findings);
  for (const auto& [room, what] : problems)
    std::printf("%s%s%s\n", printable(room).c_str(), room.empty() ? "" : ": ", printable(what, 400).c_str());
  for (const auto& note : findings.notes) std::printf("%s\n", printable(note, 800).c_str());
  std::printf(
      "%s, %s, %s: ", counted(findings.reports, "report").c_str(),
      counted(findings.rooms, "document").c_str(),
      (std::to_string(findings.entries) + (findings.entries == 1 ? " log entry" : " log entries")).c_str());
  if (problems.empty())
    std::printf(findings.notes.empty() ? "all is well.\n" : "no problem but for what is said above.\n");
  else
    std::printf("%s. Put the folder back from a copy, or export what can still be read.\n",
                counted(problems.size(), "problem").c_str());
}

}  // namespace

void add_verify(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("verify",
                         "Checks every document, log and index of a data folder; no server may run on it.\n"
                         "Example: assay verify --data /var/lib/assay --json");
  const auto options = std::make_shared<VerifyOptions>();
  command->add_option("--data", options->data, data_option_help)->type_name("DIR");
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options, &exit_code] {
    const auto findings = verify_folder(find_data_folder(options->data));
    if (options->json)
      print_json(findings);
    else
      print(findings);
    exit_code = findings.problems.empty() ? exit_fine : exit_no;
  });
}

}  // namespace assay::server::cli
