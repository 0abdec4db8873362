// One check as values: what a plugin is shown and what it said. The seam between those who decide when to
// check (server/checks) and those who run plugins (server/checks/pool). Everything in an answer was parsed
// and bounded: spans lie in the view's text, on code points, in order; text is valid UTF-8. Offsets are bytes
// of UTF-8.
#pragma once

#include "plugins/host/check_values.h"
