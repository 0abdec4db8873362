// WireStream: a socket below Beast's WebSocket. Reads go straight through, or wait for a while; all that is
// written, Beast's own control frames and the frames that rooms share, waits in one queue and leaves in as
// few writes as the kernel takes. A write of Beast's ends when its bytes have left. Beast reads nothing
// meanwhile, so whoever is not read has one answer to a ping waiting, however many they send.
#pragma once

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "server/rooms/peer.h"

namespace assay::server {

using Socket = boost::asio::generic::stream_protocol::socket;

class WireStream {
 public:
  using executor_type = Socket::executor_type;
  explicit WireStream(Socket socket) : socket_(std::move(socket)) {}
  executor_type get_executor() noexcept { return socket_.get_executor(); }
  Socket& socket() { return socket_; }

  // Called when something was queued by Beast itself: the owner is to flush soon.
  std::function<void(std::size_t bytes)> on_queued;

  void push(Frame frame) { queue_.push_back(std::move(frame)); }
  bool empty() const { return queue_.empty(); }
  std::size_t frames() const { return queue_.size(); }
  // Beast waits for something of its own to leave.
  bool answering() const { return answered_ != nullptr; }
  // The next read begins when this has passed. Beast may handle what it has read already: two kilobytes.
  void read_after(std::chrono::milliseconds wait);
  // Ends all that waits here; the socket is closed next.
  void let_go();
  struct Written {
    std::size_t bytes = 0, frames = 0, calls = 0;
    bool blocked = false;  // the kernel takes no more for now
    boost::beast::error_code error;
  };
  // Writes what the kernel takes without waiting.
  Written flush();

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(boost::beast::error_code, std::size_t)>(
        [this](auto completion, const Buffers& said) {
          if (!held()) return socket_.async_read_some(said, std::move(completion));
          hold_->async_wait(
              [this, said, completion = std::move(completion)](boost::beast::error_code) mutable {
                socket_.async_read_some(said, std::move(completion));
              });
        },
        handler, buffers);
  }

  template <class Buffers, class Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return boost::asio::async_initiate<Handler, void(boost::beast::error_code, std::size_t)>(
        [this](auto completion, const Buffers& said) {
          Bytes bytes;
          for (const auto buffer : boost::beast::buffers_range_ref(said)) {
            const auto* data = static_cast<const std::uint8_t*>(buffer.data());
            bytes.insert(bytes.end(), data, data + buffer.size());
          }
          const std::size_t size = bytes.size();
          if (!socket_.is_open()) {
            boost::asio::post(get_executor(),
                              boost::beast::bind_front_handler(
                                  std::move(completion),
                                  boost::beast::error_code(boost::asio::error::operation_aborted), size));
            return;
          }
          push(std::make_shared<const Bytes>(std::move(bytes)));
          // Beast writes one thing at a time. A function is copied, a completion only moved.
          answer_at_ = queue_.size();
          auto kept = std::make_shared<decltype(completion)>(std::move(completion));
          answered_ = [this, kept, size](boost::beast::error_code error) {
            boost::asio::post(get_executor(),
                              boost::beast::bind_front_handler(std::move(*kept), error, size));
          };
          if (on_queued) on_queued(size);
        },
        handler, buffers);
  }

 private:
  static constexpr std::size_t gather_max = 64;
  bool held() const { return hold_ && hold_->expiry() > std::chrono::steady_clock::now(); }
  void answered(boost::beast::error_code error);
  Socket socket_;
  std::deque<Frame> queue_;
  std::size_t offset_ = 0;                                  // of the first frame, written already
  std::function<void(boost::beast::error_code)> answered_;  // what Beast writes has left
  std::size_t answer_at_ = 0;                        // how many frames from the front that is, 1 the first
  std::unique_ptr<boost::asio::steady_timer> hold_;  // made when first needed
};

// What Beast does at the end of a WebSocket.
void teardown(boost::beast::role_type role, WireStream& stream, boost::beast::error_code& error);
void beast_close_socket(WireStream& stream);
template <class Handler>
void async_teardown(boost::beast::role_type role, WireStream& stream, Handler&& handler) {
  boost::beast::error_code error;
  teardown(role, stream, error);
  boost::asio::post(stream.get_executor(),
                    boost::beast::bind_front_handler(std::forward<Handler>(handler), error));
}

}  // namespace assay::server
