// Metrics: what this server counts, one page to read them. Adding is lock-free and may be done on any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace assay::server {

class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

struct Metrics {
  Gauge connections, rooms_open, rooms_read_only;
  Counter connections_total, connections_refused, http_requests;
  Counter messages_received, bytes_received, messages_sent, bytes_sent, socket_writes;
  Counter updates_applied, updates_repeated, updates_refused, updates_held;
  Counter awareness_accepted, awareness_dropped;
  Counter peers_behind, reads_paused;
  Counter closed_malformed, closed_too_big, closed_timeout, closed_unauthorized, closed_storage;
  Counter checkpoints, rooms_loaded, storage_failures;
};

// In the text format of Prometheus, without what the store counts.
std::string prometheus_text(const Metrics& metrics);
// One more line with its type, in the same format.
std::string prometheus_line(const char* name, const char* type, const char* help, double value);

}  // namespace assay::server
