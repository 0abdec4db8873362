// Progress: a bar on standard error, for people who wait. Shows only on a terminal, and only once the work
// has taken a second.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace assay::server::cli {

class Progress {
 public:
  explicit Progress(std::string what);
  ~Progress();  // wipes the bar away
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::uint64_t done, std::uint64_t of);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  bool terminal_;
  bool shown_ = false;
  Clock::time_point begun_, drawn_;
};

}  // namespace assay::server::cli
