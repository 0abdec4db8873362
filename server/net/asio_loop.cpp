#include "server/net/asio_loop.h"

#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace assay::server {

namespace asio = boost::asio;
namespace chrono = std::chrono;

AsioLoop::AsioLoop(asio::thread_pool& pool) : pool_(pool), work_(io_.get_executor()), timer_(io_) {}

AsioLoop::~AsioLoop() { stop(); }

void AsioLoop::start(std::function<void()> on_tick) {
  on_tick_ = std::move(on_tick);
  schedule_tick();
  thread_ = std::thread([this] { io_.run(); });
}

void AsioLoop::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
}

void AsioLoop::schedule_tick() {
  timer_.expires_after(chrono::milliseconds(200));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    on_tick_();
    schedule_tick();
  });
}

void AsioLoop::post(std::function<void()> work) { asio::post(io_, std::move(work)); }
void AsioLoop::background(std::function<void()> work) { asio::post(pool_, std::move(work)); }

void AsioLoop::after(chrono::milliseconds wait, std::function<void()> work) {
  auto timer = std::make_shared<asio::steady_timer>(io_, wait);
  timer->async_wait([timer, work = std::move(work)](const boost::system::error_code& error) {
    if (!error) work();
  });
}

std::int64_t AsioLoop::now_ms() const {
  return chrono::duration_cast<chrono::milliseconds>(chrono::steady_clock::now().time_since_epoch()).count();
}
std::int64_t AsioLoop::wall_ms() const {
  return chrono::duration_cast<chrono::milliseconds>(chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace assay::server
