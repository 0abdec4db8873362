#include "server/net/wire_stream.h"

#include <boost/asio/buffer.hpp>
#include <boost/container/static_vector.hpp>

namespace assay::server {

namespace asio = boost::asio;

WireStream::Written WireStream::flush() {
  Written written;
  while (!queue_.empty()) {
    boost::container::static_vector<asio::const_buffer, gather_max> buffers;
    for (const auto& frame : queue_) {
      buffers.push_back(asio::buffer(*frame));
      if (buffers.size() == gather_max) break;
    }
    buffers.front() += offset_;
    const std::size_t size = socket_.write_some(buffers, written.error);
    ++written.calls;
    if (written.error == asio::error::would_block || written.error == asio::error::try_again) {
      written.error = {};
      written.blocked = true;
      return written;
    }
    if (written.error) return written;
    written.bytes += size;
    offset_ += size;
    while (!queue_.empty() && offset_ >= queue_.front()->size()) {
      offset_ -= queue_.front()->size();
      queue_.pop_front();
      ++written.frames;
      if (answer_at_ && --answer_at_ == 0) answered({});
    }
  }
  return written;
}

void WireStream::answered(boost::beast::error_code error) {
  if (const auto call = std::exchange(answered_, nullptr)) call(error);
}

void WireStream::read_after(std::chrono::milliseconds wait) {
  if (!hold_) hold_ = std::make_unique<asio::steady_timer>(get_executor());
  hold_->expires_after(wait);
}

void WireStream::let_go() {
  answer_at_ = 0;
  answered(asio::error::operation_aborted);
  if (hold_) hold_->expires_after({});  // whoever waits for it goes on, to a closed socket
}

void teardown(boost::beast::role_type, WireStream& stream, boost::beast::error_code& error) {
  // The last frame may still be queued behind a blocked socket; it is not worth waiting for.
  stream.flush();
  stream.socket().shutdown(Socket::shutdown_both, error);
}

void beast_close_socket(WireStream& stream) {
  boost::beast::error_code ignored;
  stream.socket().close(ignored);
}

}  // namespace assay::server
