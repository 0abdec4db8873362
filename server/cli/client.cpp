#include "server/cli/client.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/url.hpp>
#include <nlohmann/json.hpp>
#include <variant>

#include "server/cli/commands.h"
#include "server/config.h"

namespace assay::server::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace urls = boost::urls;
using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;
using boost::system::system_error;

constexpr std::uint64_t answer_bytes_max = 1ull << 30;

std::string encoded_target(const HttpRequest& request) {
  urls::url target;
  target.set_path(request.path);
  for (const auto& [name, value] : request.query) target.params().append({name, value});
  return target.buffer();
}

http::request<http::string_body> encode(const HttpRequest& request, const std::string& host,
                                        const std::string& token) {
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(encoded_target(request));
  message.version(11);
  message.set(http::field::host, host);
  message.set(http::field::connection, "close");
  if (!token.empty()) message.set(http::field::authorization, "Bearer " + token);
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

template <class Stream>
HttpResponse converse(Stream& stream, const http::request<http::string_body>& message) {
  http::write(stream, message);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(answer_bytes_max);
  http::read(stream, buffer, parser);
  auto answer = parser.release();
  HttpResponse response;
  response.status = answer.result_int();
  response.content_type = std::string(answer[http::field::content_type]);
  for (const auto& field : answer) {
    std::string name(field.name_string());
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    response.headers.emplace_back(std::move(name), field.value());
  }
  response.body = std::move(answer.body());
  return response;
}

struct ControlSocket {
  std::string path;
};
struct Remote {
  std::string scheme, host, port, authority, token;
};

// The server's own sentence, if the answer is one of ours.
std::string reason(const HttpResponse& response) {
  const auto parsed = nlohmann::json::parse(response.body, nullptr, false);
  if (parsed.is_object() && parsed.contains("error") && parsed["error"].is_object()) {
    const auto message = parsed["error"].find("message");
    if (message != parsed["error"].end() && message->is_string()) return message->get<std::string>();
  }
  return "the server answered " + std::to_string(response.status);
}

}  // namespace

struct Client::Impl {
  HttpResponse send(const HttpRequest& request) const {
    if (const auto* local = std::get_if<ControlSocket>(&to)) return send_local(*local, request);
    const auto& remote = std::get<Remote>(to);
    return remote.scheme == "https" ? send_tls(remote, request) : send_plain(remote, request);
  }

  static HttpResponse send_local(const ControlSocket& local, const HttpRequest& request) {
    asio::io_context io;
    Local::socket socket(io);
    socket.connect(Local::endpoint(local.path));
    return converse(socket, encode(request, "localhost", ""));
  }

  static HttpResponse send_plain(const Remote& remote, const HttpRequest& request) {
    asio::io_context io;
    Tcp::socket socket(io);
    asio::connect(socket, Tcp::resolver(io).resolve(remote.host, remote.port));
    return converse(socket, encode(request, remote.authority, remote.token));
  }

  static HttpResponse send_tls(const Remote& remote, const HttpRequest& request) {
    asio::io_context io;
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_default_verify_paths();
    tls.set_verify_mode(asio::ssl::verify_peer);
    tls.set_verify_callback(asio::ssl::host_name_verification(remote.host));
    asio::ssl::stream<Tcp::socket> stream(io, tls);
    // The name that a server with several certificates chooses by. (The macro of the same purpose casts in
    // C.)
    auto name = remote.host;
    SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    asio::connect(stream.next_layer(), Tcp::resolver(io).resolve(remote.host, remote.port));
    stream.handshake(asio::ssl::stream_base::client);
    return converse(stream, encode(request, remote.authority, remote.token));
  }

  std::string place() const {
    if (const auto* local = std::get_if<ControlSocket>(&to)) return "the server at " + local->path;
    return std::get<Remote>(to).scheme + "://" + std::get<Remote>(to).authority;
  }

  std::variant<ControlSocket, Remote> to;
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

std::optional<Client> Client::control(const std::filesystem::path& data_directory) {
  const auto path = (data_directory / "control.sock").string();
  asio::io_context io;
  Local::socket socket(io);
  try {
    socket.connect(Local::endpoint(path));
  } catch (const system_error& trouble) {
    if (trouble.code() == boost::system::errc::permission_denied)
      throw CommandError(exit_machine,
                         path + ": a server runs here, but not for this user: permission denied");
    // No socket, one that a killed server left, or a path too long for one: nobody is there.
    return std::nullopt;
  }
  return Client(std::make_unique<Impl>(Impl{ControlSocket{path}}));
}

Client Client::remote(const std::string& url, const std::string& token) {
  const auto parsed = urls::parse_uri(url);
  const bool usable =
      parsed && (parsed->scheme() == "http" || parsed->scheme() == "https") && !parsed->host().empty();
  if (!usable)
    throw CommandError(exit_usage,
                       url + " is not the URL of a server: write http://HOST:PORT or https://HOST:PORT");
  if (parsed->encoded_path().size() > 1)
    throw CommandError(exit_usage, url + ": a server's URL has no path: write " +
                                       std::string(parsed->scheme()) + "://" +
                                       std::string(parsed->encoded_host_and_port()));
  Remote remote;
  remote.scheme = parsed->scheme();
  remote.host = parsed->host_address();
  remote.port = parsed->has_port() ? std::string(parsed->port()) : remote.scheme;
  remote.authority = parsed->encoded_host_and_port();
  remote.token = token;
  return Client(std::make_unique<Impl>(Impl{std::move(remote)}));
}

HttpResponse Client::send(const HttpRequest& request) try {
  return impl_->send(request);
} catch (const system_error& trouble) {
  throw CommandError(exit_machine, impl_->place() + " cannot be reached: " + trouble.code().message());
}

HttpResponse Client::send_or_fail(const HttpRequest& request) { return take_or_fail(send(request)); }

HttpResponse Client::take_or_fail(HttpResponse response) const {
  if (response.status >= 400) throw CommandError(exit_input, impl_->place() + ": " + reason(response));
  return response;
}

std::filesystem::path data_directory(const std::string& option) {
  if (!option.empty()) return option;
  const auto directory = default_data_directory();
  if (directory.empty())
    throw CommandError(exit_usage,
                       "where is the data folder? Neither HOME nor XDG_DATA_HOME is set: give --data DIR");
  return directory;
}

}  // namespace assay::server::cli
