#include "server/registry/row_json.h"

#include <array>
#include <nlohmann/json.hpp>

namespace assay::server {
namespace {

using nlohmann::json;
using storage::StorageError;

constexpr int version = 1;

json parse(const std::string& what, const std::string& id, const std::string& value) {
  auto parsed = json::parse(value, nullptr, false);
  if (!parsed.is_object())
    throw StorageError(StorageError::Kind::corrupt, what + " " + id + " cannot be read");
  if (parsed.value("v", version) > version)
    throw StorageError(StorageError::Kind::newer_format, what + " " + id + " was written by a newer release");
  return parsed;
}

// Titles come from documents, which hold whatever UTF-8 people type; a replaced byte is better than no list.
std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

std::string report_record(const StoredReport& report) {
  const auto& row = report.row;
  json value{{"v", version}, {"created", row.created_ms}};
  if (report.erased) {
    value["erased"] = true;
    value["roomsRemain"] = report.rooms_remain;
    return dump(value);
  }
  value["owner"] = row.owner;
  value["sample"] = row.sample;
  value["roles"] = json::object();
  for (const auto& [user, role] : row.roles) value["roles"][user] = to_string(role);
  if (row.trash) value["trash"] = {{"by", row.trash->by}, {"at", row.trash->at_ms}};
  return dump(value);
}

std::string index_record(const ReportRow& row) {
  json value{{"v", version},
             {"title", row.title},
             {"tags", row.tags},
             {"threads", row.open_threads},
             {"changed", row.changed_ms},
             {"changedBy", row.changed_by}};
  if (row.findings) value["findings"] = {row.findings->errors, row.findings->warnings, row.findings->hints};
  return dump(value);
}

StoredReport read_report_record(const std::string& id, const std::string& value) try {
  const auto parsed = parse("report record", id, value);
  StoredReport report;
  report.row.id = id;
  report.row.created_ms = parsed.at("created").get<std::int64_t>();
  report.row.changed_ms = report.row.created_ms;
  report.erased = parsed.value("erased", false);
  if (report.erased) {
    report.rooms_remain = parsed.value("roomsRemain", false);
    return report;
  }
  report.row.owner = parsed.at("owner").get<std::string>();
  report.row.sample = parsed.value("sample", false);
  for (const auto& [user, name] : parsed.at("roles").items()) {
    const auto role = parse_role(name.get<std::string>());
    if (role && *role != Role::none) report.row.roles.emplace(user, *role);
  }
  if (const auto trash = parsed.find("trash"); trash != parsed.end())
    report.row.trash = Trash{trash->at("by").get<std::string>(), trash->at("at").get<std::int64_t>()};
  return report;
} catch (const json::exception&) {
  throw StorageError(StorageError::Kind::corrupt, "report record " + id + " cannot be read");
}

void read_index_record(const std::string& value, ReportRow& row) try {
  const auto parsed = parse("index record of report", row.id, value);
  row.title = parsed.at("title").get<std::string>();
  row.tags = parsed.at("tags").get<std::vector<std::string>>();
  row.open_threads = parsed.at("threads").get<std::uint32_t>();
  row.changed_ms = parsed.at("changed").get<std::int64_t>();
  row.changed_by = parsed.at("changedBy").get<std::string>();
  if (const auto found = parsed.find("findings"); found != parsed.end()) {
    const auto counts = found->get<std::array<std::uint32_t, 3>>();
    row.findings = FindingTally{counts[0], counts[1], counts[2]};
  }
} catch (const json::exception&) {
  throw StorageError(StorageError::Kind::corrupt, "index record of report " + row.id + " cannot be read");
}

}  // namespace assay::server
