#include "server/metrics.h"

#include <cmath>
#include <cstdio>

namespace assay::server {

std::string prometheus_line(const char* name, const char* type, const char* help, double value) {
  char number[64];
  if (value == std::floor(value) && std::abs(value) < 1e15) {
    std::snprintf(number, sizeof number, "%.0f", value);
  } else {
    std::snprintf(number, sizeof number, "%.6g", value);
  }
  return std::string("# HELP ") + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name + " " +
         number + "\n";
}

std::string prometheus_text(const Metrics& m) {
  struct Line {
    const char* name;
    const char* help;
    const Counter* counter;
    const Gauge* gauge;
  };
  const Line lines[] = {
      {"assay_connections", "WebSockets open now.", nullptr, &m.connections},
      {"assay_rooms", "Documents loaded now.", nullptr, &m.rooms_open},
      {"assay_rooms_read_only", "Documents whose log cannot be written now.", nullptr, &m.rooms_read_only},
      {"assay_connections_total", "WebSockets opened.", &m.connections_total, nullptr},
      {"assay_connections_refused_total", "Connections turned away before they opened.",
       &m.connections_refused, nullptr},
      {"assay_http_requests_total", "HTTP requests answered.", &m.http_requests, nullptr},
      {"assay_messages_received_total", "WebSocket messages received.", &m.messages_received, nullptr},
      {"assay_received_bytes_total", "Bytes in WebSocket messages received.", &m.bytes_received, nullptr},
      {"assay_messages_sent_total", "WebSocket messages sent.", &m.messages_sent, nullptr},
      {"assay_sent_bytes_total", "Bytes in WebSocket messages sent.", &m.bytes_sent, nullptr},
      {"assay_socket_writes_total", "Writes to sockets; many messages share one.", &m.socket_writes, nullptr},
      {"assay_updates_applied_total", "Updates with something new in them.", &m.updates_applied, nullptr},
      {"assay_updates_repeated_total", "Updates that said nothing new.", &m.updates_repeated, nullptr},
      {"assay_updates_refused_total", "Updates refused whole.", &m.updates_refused, nullptr},
      {"assay_updates_held_total", "Updates that waited for what they rest on.", &m.updates_held, nullptr},
      {"assay_awareness_accepted_total", "Awareness entries passed on.", &m.awareness_accepted, nullptr},
      {"assay_awareness_dropped_total", "Awareness entries dropped.", &m.awareness_dropped, nullptr},
      {"assay_peers_behind_total", "Times that a slow reader was marked behind.", &m.peers_behind, nullptr},
      {"assay_reads_paused_total", "Times that a socket was not read for a while.", &m.reads_paused, nullptr},
      {"assay_closed_malformed_total", "Connections closed for a malformed message.", &m.closed_malformed,
       nullptr},
      {"assay_closed_too_big_total", "Connections closed for a message over its bound.", &m.closed_too_big,
       nullptr},
      {"assay_closed_timeout_total", "Connections closed for silence or lateness.", &m.closed_timeout,
       nullptr},
      {"assay_closed_unauthorized_total", "Connections closed for want of rights.", &m.closed_unauthorized,
       nullptr},
      {"assay_closed_storage_total", "Connections closed to start afresh after a storage failure.",
       &m.closed_storage, nullptr},
      {"assay_checkpoints_total", "Checkpoints written.", &m.checkpoints, nullptr},
      {"assay_rooms_loaded_total", "Documents loaded.", &m.rooms_loaded, nullptr},
      {"assay_storage_failures_total", "Failed writes, as the rooms met them.", &m.storage_failures, nullptr},
  };
  std::string text;
  for (const auto& line : lines) {
    const bool gauge = line.gauge != nullptr;
    const double value =
        gauge ? static_cast<double>(line.gauge->value()) : static_cast<double>(line.counter->value());
    text += prometheus_line(line.name, gauge ? "gauge" : "counter", line.help, value);
  }
  return text;
}

}  // namespace assay::server
