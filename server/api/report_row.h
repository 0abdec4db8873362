// A report as a list row and in detail, with the names of its people; and who may do what with it by REST.
#pragma once

#include <optional>
#include <string>

#include "server/api/answer.h"
#include "server/api/route.h"

namespace assay::server::api {

// Role::none of everything that is not live, or not this user's to see.
Role role_of(const Call& call, const std::string& report);

Json describe_row(const Call& call, const ReportRow& row, Role role);
Json describe_report(const Call& call, const ReportRow& row, Role role);

// The row, if the report is live and the caller may open it.
struct Opened {
  ReportRow row;
  Role role;
};
std::optional<Opened> open_report(const Call& call);

}  // namespace assay::server::api
