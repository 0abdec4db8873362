#include "server/api/checked_report.h"

namespace assay::server::api {

checks::CheckerOptions hostile_plugin() {
  checks::CheckerOptions options;
  options.pool.host_program = ASSAY_HOST_PROGRAM;
  options.pool.folders = {ASSAY_HOSTILE_FOLDER};
  options.times.pause = std::chrono::milliseconds(10);
  return options;
}

}  // namespace assay::server::api
