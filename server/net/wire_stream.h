// WireStream: a socket below Beast's WebSocket. Reads go straight through; all that is written, Beast's own
// control frames and the frames that rooms share, waits in one queue and leaves in as few writes as the
// kernel takes.
#pragma once

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <deque>
#include <functional>
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
  struct Written {
    std::size_t bytes = 0, frames = 0, calls = 0;
    bool blocked = false;  // the kernel takes no more for now
    boost::beast::error_code error;
  };
  // Writes what the kernel takes without waiting.
  Written flush();

  template <class Buffers, class Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return socket_.async_read_some(buffers, std::forward<Handler>(handler));
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
          push(std::make_shared<const Bytes>(std::move(bytes)));
          if (on_queued) on_queued(size);
          boost::asio::post(get_executor(), boost::beast::bind_front_handler(
                                                std::move(completion), boost::beast::error_code{}, size));
        },
        handler, buffers);
  }

 private:
  static constexpr std::size_t gather_max = 64;
  Socket socket_;
  std::deque<Frame> queue_;
  std::size_t offset_ = 0;  // of the first frame, written already
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
