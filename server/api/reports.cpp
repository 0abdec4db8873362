#include "server/api/json_body.h"
#include "server/api/report_row.h"
#include "server/api/route.h"

namespace assay::server::api {
namespace {

constexpr std::size_t role_changes_max = 1'000;

// Trash and back. Without accounts there is nobody else to ask, and the server listens on this machine alone.
bool may_delete(const Call& call, Role role) {
  return role == Role::owner || call.parts.accounts.mode() == Access::Mode::none;
}

// Of a report in the trash no role holds; what counts is who owned it.
bool owned(const Call& call, const ReportRow& row) {
  if (call.administrator() || call.parts.accounts.mode() == Access::Mode::none) return true;
  const auto role = row.roles.find(call.who->user);
  return role != row.roles.end() && role->second == Role::owner;
}

HttpResponse get_trash(const Call& call) {
  Json reports = Json::array();
  for (const auto& row : call.parts.registry.list(ReportState::trashed))
    if (owned(call, row)) reports.push_back(describe_row(call, row, Role::owner));
  return answer({{"reports", std::move(reports)}});
}

HttpResponse get_reports(const Call& call) {
  if (call.request.parameter("trash") == "1") return get_trash(call);
  Json reports = Json::array();
  for (const auto& row : call.parts.registry.list(ReportState::live))
    if (const auto role = role_of(call, row.id); role != Role::none)
      reports.push_back(describe_row(call, row, role));
  return answer({{"reports", std::move(reports)}});
}

HttpResponse get_report(const Call& call) {
  const auto opened = open_report(call);
  return opened ? answer(describe_report(call, opened->row, opened->role)) : not_found();
}

crdt::Result<std::map<std::string, Role>, HttpResponse> parse_role_changes(const Call& call,
                                                                           const Json& asked,
                                                                           const ReportRow& row) {
  if (asked.size() > role_changes_max)
    return error(422, "not-acceptable", "These are too many changes for one call.");
  std::map<std::string, Role> changes;
  for (const auto& [user, value] : asked.items()) {
    const auto role = value.is_string() ? parse_role(value.get<std::string>()) : std::nullopt;
    if (!value.is_null() && (!role || *role == Role::none))
      return malformed("A role is owner, editor, reviewer, viewer or null.");
    // Somebody who was given a role once can always lose it.
    if (!call.parts.accounts.find(user) && !row.roles.contains(user))
      return error(422, "unknown-user", "There is no user " + user.substr(0, 64) + ".");
    changes[user] = role.value_or(Role::none);
  }
  return changes;
}

HttpResponse patch_report(const Call& call) {
  const auto opened = open_report(call);
  if (!opened) return not_found();
  if (opened->role != Role::owner) return not_allowed("Only an owner shares a report.");
  Members members(call.body);
  const auto& asked = members.object("roles");
  if (auto refused = members.refused()) return *refused;
  const auto changes = parse_role_changes(call, asked, opened->row);
  if (!changes) return changes.error();
  const auto refused_by_registry = call.parts.registry.change_roles(call.id, *changes);
  if (refused_by_registry == RegistryError::last_owner)
    return error(409, "last-owner", "A report keeps at least one owner.");
  if (refused_by_registry) return not_found();
  // Whoever gave away their own role sees what they have left of it.
  const auto row = call.parts.registry.find(call.id);
  return row ? answer(describe_report(call, *row, role_of(call, call.id))) : not_found();
}

// Before its thirty days are over, and for good.
HttpResponse erase_report(const Call& call) {
  if (!call.administrator()) return not_allowed("Only an administrator empties the trash before time.");
  return call.parts.registry.erase(call.id) ? not_found() : nothing();
}

HttpResponse delete_report(const Call& call) {
  if (call.request.parameter("erase") == "1") return erase_report(call);
  const auto opened = open_report(call);
  if (!opened) return not_found();
  if (!may_delete(call, opened->role)) return not_allowed("Only an owner deletes a report.");
  if (call.parts.registry.trash(call.id, call.who->user)) return not_found();
  // Nobody can open them any more; those who are in are told.
  for (const auto& name : {call.id, call.id + "~comments"})
    call.parts.rooms.close(name, "The report was deleted", [] {});
  return nothing();
}

HttpResponse restore_report(const Call& call) {
  const auto row = call.parts.registry.find(call.id);
  if (!row || !row->trash || !owned(call, *row)) return not_found();
  if (call.parts.registry.restore(call.id)) return not_found();
  const auto opened = open_report(call);
  if (!opened) return not_found();
  // Plugins forgot what it taught; opening it teaches them again.
  call.parts.rooms.read(call.id, [](const crdt::Document&) {});
  return answer(describe_report(call, opened->row, opened->role));
}

}  // namespace

std::vector<Route> report_routes() {
  return {
      {"GET",
       "/api/reports",
       "listReports",
       "All reports that this user may open, newest change first",
       Right::signed_in,
       Body::none,
       "",
       {{"trash", "1: instead those in the trash that this user owns", {"1"}}},
       {{200, "The reports", "Reports"}},
       get_reports},
      {"GET",
       "/api/reports/{id}",
       "getReport",
       "One report with its roles",
       Right::signed_in,
       Body::none,
       "",
       {},
       {{200, "The report", "Report"}},
       get_report},
      {"PATCH",
       "/api/reports/{id}",
       "changeRoles",
       "Owners: gives and takes roles",
       Right::signed_in,
       Body::json,
       "RoleChanges",
       {},
       {{200, "Changed", "Report"},
        {409, "The report would be left without an owner", "Error"},
        {422, "No such user", "Error"}},
       patch_report},
      {"DELETE",
       "/api/reports/{id}",
       "deleteReport",
       "Owners: moves the report to the trash, for 30 days",
       Right::signed_in,
       Body::none,
       "",
       {{"erase", "1: administrators: a report in the trash, at once and for good", {"1"}}},
       {{204, "Deleted", ""}},
       delete_report},
      {"POST",
       "/api/reports/{id}/restore",
       "restoreReport",
       "Owners: takes the report out of the trash",
       Right::signed_in,
       Body::none,
       "",
       {},
       {{200, "Back", "Report"}},
       restore_report},
  };
}

}  // namespace assay::server::api
