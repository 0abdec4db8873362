#include "server/api/report_row.h"

namespace assay::server::api {
namespace {

std::string name_of(const Accounts& accounts, const std::string& user) {
  const auto found = accounts.find(user);
  return found ? found->name : user;
}

Json describe_person(const Accounts& accounts, const std::string& user) {
  return {{"id", user}, {"name", name_of(accounts, user)}};
}

Json describe_findings(const ReportRow& row) {
  if (!row.findings) return nullptr;
  return {
      {"errors", row.findings->errors}, {"warnings", row.findings->warnings}, {"hints", row.findings->hints}};
}

bool nobody(const std::string& user) { return user.empty() || user == Accounts::anonymous; }

// Who made it, while they own it; else the first who does.
Json describe_owner(const Accounts& accounts, const ReportRow& row) {
  const auto owns = [&](const auto& entry) { return entry.second == Role::owner && !nobody(entry.first); };
  auto owner = row.roles.find(row.owner);
  if (owner == row.roles.end() || !owns(*owner))
    owner = std::find_if(row.roles.begin(), row.roles.end(), owns);
  return owner == row.roles.end() ? Json(nullptr) : describe_person(accounts, owner->first);
}

}  // namespace

Role role_of(const Call& call, const std::string& report) {
  const auto name = parse_document_name(report);
  if (!name || name->part == DocumentPart::comments) return Role::none;
  if (call.parts.registry.state(report) != ReportState::live) return Role::none;
  return call.request.control ? Role::owner : call.parts.accounts.role(*call.who, *name);
}

Json describe_row(const Call& call, const ReportRow& row, Role role) {
  const auto& accounts = call.parts.accounts;
  Json people = Json::array();
  if (!row.trash)
    for (const auto& present : call.parts.rooms.present(row.id))
      people.push_back({{"id", present.user}, {"name", present.name}});
  return {{"id", row.id},
          {"title", row.title},
          {"status", "draft"},
          {"sample", row.sample},
          {"role", to_string(role)},
          {"owner", describe_owner(accounts, row)},
          {"people", std::move(people)},
          {"threads", row.open_threads},
          {"findings", describe_findings(row)},
          {"tags", row.tags},
          {"created", iso_time(row.created_ms)},
          {"changed", iso_time(row.changed_ms)},
          {"changedBy", nobody(row.changed_by) ? Json(nullptr) : Json(name_of(accounts, row.changed_by))}};
}

Json describe_report(const Call& call, const ReportRow& row, Role role) {
  auto report = describe_row(call, row, role);
  report["roles"] = Json::array();
  for (const auto& [user, given] : row.roles)
    if (!nobody(user))
      report["roles"].push_back(
          {{"user", user}, {"name", name_of(call.parts.accounts, user)}, {"role", to_string(given)}});
  report["me"] = to_string(role);
  return report;
}

std::optional<Opened> open_report(const Call& call) {
  const auto role = role_of(call, call.id);
  if (role == Role::none) return std::nullopt;
  auto row = call.parts.registry.find(call.id);
  if (!row) return std::nullopt;
  return Opened{std::move(*row), role};
}

}  // namespace assay::server::api
