// 2026-11-23T20:15:30.123Z
#pragma once

#include <cstdint>
#include <string>

namespace assay::checks {

std::string iso_time(std::int64_t unix_ms);

}  // namespace assay::checks
