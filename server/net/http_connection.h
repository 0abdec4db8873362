// HttpConnection: a socket until it becomes a WebSocket or ends. Answers REST, the web client's files and the
// probes.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>

#include "server/config.h"
#include "server/http.h"
#include "server/net/address_counter.h"
#include "server/net/net_shard.h"
#include "server/net/static_files.h"
#include "server/net/wire_stream.h"

namespace assay::server {

// What all connections of a server share. Set before the first, and then read on every thread; what may
// change at run time is behind a shared_ptr that is replaced whole.
struct HttpSurroundings {
  const Config& config;
  const Access& access;
  Metrics& metrics;
  HttpHandler api;
  boost::asio::thread_pool& api_pool;
  std::function<std::string()> metrics_text;
  std::function<bool()> ready;
  std::shared_ptr<AddressCounter> addresses;
  std::vector<NetShard*> shards;
  std::shared_ptr<const StaticFiles> files;  // by std::atomic_load and atomic_store
};

struct Arrival {
  Socket socket;
  std::string address;  // the peer's own; empty on the control socket
  bool control = false;
  AddressCounter::Ticket ticket;
};

// [the shard's thread] Serves until the peer leaves. `shard` runs it; an upgrade may move to another.
void serve_http(NetShard& shard, HttpSurroundings& around, Arrival arrival);

}  // namespace assay::server
