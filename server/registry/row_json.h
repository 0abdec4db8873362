// How a report's two records are written: JSON, with a version, so that a later release can read them.
#pragma once

#include <string>

#include "server/registry/registry.h"

namespace assay::server {

struct StoredReport {
  ReportRow row;  // without what the index holds
  bool erased = false;
  bool rooms_remain = false;  // erased, but its rooms may still be in the store
};

std::string report_record(const StoredReport& report);
std::string index_record(const ReportRow& row);

// Throw storage::StorageError (corrupt) that names the record.
StoredReport read_report_record(const std::string& id, const std::string& value);
void read_index_record(const std::string& value, ReportRow& row);

}  // namespace assay::server
