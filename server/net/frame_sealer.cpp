#include "server/net/frame_sealer.h"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <cassert>
#include <cstring>
#include <string_view>

namespace assay::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using beast::error_code;

// A stream without a peer: hands Beast a client's handshake, then keeps what Beast writes.
class MemoryStream {
 public:
  using executor_type = asio::io_context::executor_type;
  explicit MemoryStream(asio::io_context& io) : io_(io) {}
  executor_type get_executor() noexcept { return io_.get_executor(); }

  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& error) {
    const std::size_t size = asio::buffer_copy(buffers, asio::buffer(handshake_));
    handshake_.remove_prefix(size);
    error = size ? error_code{} : error_code(asio::error::eof);
    return size;
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    error_code error;
    return read_some(buffers, error);
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& error) {
    error = {};
    std::size_t size = 0;
    for (const auto buffer : beast::buffers_range_ref(buffers)) {
      const auto* data = static_cast<const std::uint8_t*>(buffer.data());
      written_.insert(written_.end(), data, data + buffer.size());
      size += buffer.size();
    }
    return size;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    error_code error;
    return write_some(buffers, error);
  }
  Bytes& written() { return written_; }

 private:
  asio::io_context& io_;
  std::string_view handshake_ =
      "GET / HTTP/1.1\r\nHost: memory\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  Bytes written_;
};

class Sealer {
 public:
  Sealer() : stream_(io_) {
    error_code error;
    stream_.accept(error);
    assert(!error);
    stream_.binary(true);
    stream_.auto_fragment(false);
  }
  Frame message(const Bytes& message) {
    begin(message.size() + 10);
    error_code error;
    stream_.write(asio::buffer(message), error);
    return end();
  }
  Frame ping() {
    begin(2);
    error_code error;
    stream_.ping({}, error);
    return end();
  }

 private:
  void begin(std::size_t size) {
    stream_.next_layer().written() = Bytes();
    stream_.next_layer().written().reserve(size);
  }
  Frame end() { return std::make_shared<const Bytes>(std::move(stream_.next_layer().written())); }

  asio::io_context io_;
  websocket::stream<MemoryStream, false> stream_;
};

Sealer& sealer() {
  thread_local Sealer sealer;
  return sealer;
}

}  // namespace

Frame seal_frame(Bytes message) {
  static const Frame nothing = std::make_shared<const Bytes>();
  return message.empty() ? nothing : sealer().message(message);
}

Frame ping_frame() {
  static const Frame ping = sealer().ping();
  return ping;
}

}  // namespace assay::server
