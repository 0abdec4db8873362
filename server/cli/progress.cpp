#include "server/cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace assay::server::cli {

Progress::Progress(std::string what)
    : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1), begun_(Clock::now()), drawn_(begun_) {}

Progress::~Progress() {
  if (shown_) std::fprintf(stderr, "\r\x1b[K");
}

void Progress::at(std::uint64_t done, std::uint64_t of) {
  using namespace std::chrono_literals;
  constexpr int width = 30;
  const auto now = Clock::now();
  if (!terminal_ || of == 0 || now - begun_ < 1s || now - drawn_ < 100ms) return;
  drawn_ = now;
  shown_ = true;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(of));
  const int full = static_cast<int>(share * width);
  std::fprintf(
      stderr, "\r%s [%s%s] %3d %%", what_.c_str(), std::string(static_cast<std::size_t>(full), '#').c_str(),
      std::string(static_cast<std::size_t>(width - full), '.').c_str(), static_cast<int>(share * 100));
}

}  // namespace assay::server::cli
