// new_id: the name of a report, block, entity or thread: 128 random bits, base64url, 22 characters, the first
// a letter or digit. Any thread. Aborts if the system has no randomness.
#pragma once

#include <string>

namespace assay::server::reports {

std::string new_id();

}  // namespace assay::server::reports
