// A seed for a random test: a new one each run, or the one that is to be replayed.
#pragma once

#include <cstdlib>
#include <random>

namespace assay::tests {

inline unsigned random_seed() {
  if (const char* given = std::getenv("ASSAY_SEED"))
    return static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  return std::random_device{}();
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  // At least 0, at most `largest`.
  std::uint64_t upto(std::uint64_t largest) {
    return std::uniform_int_distribution<std::uint64_t>(0, largest)(engine_);
  }
  bool chance(unsigned percent) { return upto(99) < percent; }
  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

}  // namespace assay::tests
