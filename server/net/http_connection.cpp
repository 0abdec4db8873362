#include "server/net/http_connection.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <mutex>
#include <optional>
#include <utility>

#include "server/net/http_checks.h"
#include "server/net/websocket_connection.h"
#include "server/sync/hocuspocus_session.h"
#include "server/sync/y_websocket_session.h"

namespace assay::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Stream = beast::basic_stream<asio::generic::stream_protocol, asio::any_io_executor>;
using Request = http::request<http::string_body>;
using Parser = http::request_parser<http::string_body>;
using beast::error_code;

constexpr std::size_t plain_body_bytes_max = 64u << 10;  // of a request that nobody reads the body of

// An answer, and what it borrows its body from.
struct Answer {
  std::shared_ptr<const EventStream> events;  // instead of a body
  http::response<http::span_body<const char>> head;
  std::string owned;
  std::shared_ptr<const StaticFiles> files;
};

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

std::optional<std::string_view> field(const Request& request, http::field name) {
  const auto found = request.find(name);
  if (found == request.end()) return std::nullopt;
  return view(found->value());
}

class HttpConnection {
 public:
  HttpConnection(NetShard& shard, HttpSurroundings& around, Arrival arrival)
      : shard_(shard),
        around_(around),
        stream_(asio::basic_stream_socket<asio::generic::stream_protocol, asio::any_io_executor>(
            std::move(arrival.socket))),
        address_(std::move(arrival.address)),
        control_(arrival.control),
        ticket_(std::move(arrival.ticket)) {}

  asio::awaitable<void> run() {
    const auto& limits = around_.config.limits;
    bool first = true;
    for (;;) {
      Parser parser;
      parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
      parser.body_limit(limits.body_bytes_max);
      stream_.expires_after(first ? limits.handshake_time : limits.keep_alive_time);
      first = false;
      error_code error;
      co_await http::async_read_header(stream_, buffer_, parser,
                                       asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return co_await refuse_malformed(error);
      if (const auto status = ambiguous(parser.get().base(), parser.get().version())) {
        co_return co_await refuse_fields(status);
      }
      if (beast::websocket::is_upgrade(parser.get())) co_return co_await upgrade(parser.release());
      if (!co_await read_body(parser)) co_return;
      auto request = parser.release();
      const bool keep_alive = request.keep_alive();
      Answer answer = co_await this->answer(request);
      answer.head.keep_alive(keep_alive);
      if (answer.events) {
        co_await stream_events(answer);
        break;
      }
      if (!co_await send(answer, request.method() == http::verb::head) || !keep_alive) break;
    }
    stream_.socket().shutdown(Socket::shutdown_send, ignored_);
  }

 private:
  // ---- Reading
  asio::awaitable<bool> read_body(Parser& parser) {
    const auto& limits = around_.config.limits;
    const bool api = view(parser.get().target()).starts_with("/api/");
    parser.body_limit(api && may_send_files(parser.get()) ? limits.body_bytes_max : plain_body_bytes_max);
    const bool expects = beast::iequals(parser.get()[http::field::expect], "100-continue");
    if (!parser.is_done() && expects) {
      http::response<http::empty_body> go_on(http::status::continue_, 11);
      co_await http::async_write(stream_, go_on, asio::redirect_error(asio::use_awaitable, ignored_));
    }
    stream_.expires_after(limits.body_time);
    error_code error;
    co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(asio::use_awaitable, error));
    if (!error) co_return true;
    co_await refuse_malformed(error);
    co_return false;
  }

  // A stranger may sign in, which takes little; only who is known may make us hold a whole file.
  template <class Head>
  bool may_send_files(const Head& head) const {
    if (control_ || around_.access.mode() == Access::Mode::none) return true;
    HttpRequest asked;  // for its cookies
    asked.headers.emplace_back("cookie", std::string(view(head[http::field::cookie])));
    std::string_view bearer = view(head[http::field::authorization]);
    constexpr std::string_view scheme = "bearer ";
    bearer = beast::iequals(bearer.substr(0, scheme.size()), scheme) ? bearer.substr(scheme.size()) : "";
    return around_.access.authenticate(bearer, asked.cookie("assay_session").value_or("")).has_value();
  }

  asio::awaitable<void> refuse_malformed(error_code error) {
    const bool too_large = error == http::error::body_limit || error == http::error::header_limit;
    if (error == http::error::end_of_stream || error == beast::error::timeout ||
        (error.category() != http::make_error_code(http::error::bad_method).category())) {
      co_return;
    }
    Answer answer = too_large ? failure(error == http::error::body_limit ? 413 : 431, "too-large",
                                        "The request is too large.")
                              : failure(400, "malformed", "The request is not HTTP as we know it.");
    answer.head.keep_alive(false);
    co_await send(answer, false);
    stream_.socket().shutdown(Socket::shutdown_send, ignored_);
  }

  // Nothing behind it is read: what would be the next request may be this one's body.
  asio::awaitable<void> refuse_fields(unsigned status) {
    Answer answer = status == 501 ? failure(501, "not-implemented", "Of transfer codings, chunked is known.")
                                  : failure(status, "malformed", "The request's fields are ambiguous.");
    answer.head.keep_alive(false);
    co_await send(answer, false);
    stream_.socket().shutdown(Socket::shutdown_send, ignored_);
  }

  // ---- Answering
  asio::awaitable<Answer> answer(Request& request) {
    around_.metrics.http_requests.add();
    const auto host = field(request, http::field::host).value_or("");
    if (!control_ && !host_allowed(host, around_.config)) {
      co_return failure(403, "forbidden", "This server answers to its own name only.");
    }
    auto target = parse_target(view(request.target()));
    if (!target) co_return failure(400, "malformed", "The request's target is malformed.");
    if (target->path.starts_with("/api/")) co_return co_await ask_api(request, *std::move(target));
    const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
    if (!reads) {
      Answer answer = failure(405, "method-not-allowed", "Only GET and HEAD are answered here.");
      answer.head.set(http::field::allow, "GET, HEAD");
      co_return answer;
    }
    if (target->path == "/healthz") co_return text(200, "text/plain; charset=utf-8", "ok\n");
    if (target->path == "/readyz") {
      const bool ready = around_.ready();
      co_return text(ready ? 200 : 503, "text/plain; charset=utf-8", ready ? "ready\n" : "not ready\n");
    }
    if (target->path == "/metrics") {
      co_return text(200, "text/plain; version=0.0.4; charset=utf-8", around_.metrics_text());
    }
    if (target->path == "/collab" || target->path.starts_with("/yjs/")) {
      Answer answer = failure(426, "upgrade-required", "This is a WebSocket.");
      answer.head.set(http::field::upgrade, "websocket");
      answer.head.set(http::field::connection, "Upgrade");
      co_return answer;
    }
    co_return file(request, target->path, host);
  }

  asio::awaitable<Answer> ask_api(Request& request, Target target) {
    HttpRequest asked;
    asked.method = std::string(view(request.method_string()));
    asked.path = std::move(target.path);
    asked.query = std::move(target.query);
    for (const auto& header : request) {
      std::string name(view(header.name_string()));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      asked.headers.emplace_back(std::move(name), std::string(view(header.value())));
    }
    asked.address = client_address(address_, asked.header("x-forwarded-for"), around_.config);
    asked.control = control_;
    asked.body = std::move(request.body());
    stream_.expires_never();
    HttpResponse said = co_await asio::co_spawn(around_.api_pool, ask(asked), asio::use_awaitable);
    Answer answer = text(said.status, said.content_type, std::move(said.body));
    answer.head.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : said.headers) answer.head.insert(name, value);
    answer.events = std::move(said.events);
    co_return answer;
  }

  // ---- Server-sent events
  // Filled on any thread, emptied here.
  struct Mailbox {
    explicit Mailbox(const asio::any_io_executor& executor) : timer(executor) {}
    static constexpr std::size_t bytes_max = 8u << 20;  // of what a slow reader has not taken
    std::mutex mutex;
    std::vector<std::shared_ptr<const std::string>> waiting;
    std::size_t bytes = 0;
    bool ended = false;
    asio::steady_timer timer;  // touched by the connection's thread alone
  };

  static bool put(const std::shared_ptr<Mailbox>& mailbox, const std::shared_ptr<const std::string>& event) {
    const std::lock_guard lock(mailbox->mutex);
    if (mailbox->ended) return false;
    if (event) mailbox->bytes += event->size();
    mailbox->ended = !event || mailbox->bytes > Mailbox::bytes_max;
    if (event) mailbox->waiting.push_back(event);
    asio::post(mailbox->timer.get_executor(), [mailbox] { mailbox->timer.cancel(); });
    return !mailbox->ended;
  }

  asio::awaitable<void> stream_events(const Answer& answer) {
    constexpr auto look = std::chrono::seconds(1);
    constexpr int comment_every = 15;  // looks
    const auto mailbox = std::make_shared<Mailbox>(stream_.get_executor());
    answer.events->subscribe([mailbox](const auto& event) { return put(mailbox, event); });
    std::string out =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "Connection: close\r\nX-Accel-Buffering: no\r\n\r\n";
    int looks = 0;
    bool ended = false;
    for (;;) {
      if (!out.empty()) {
        stream_.expires_after(around_.config.limits.body_time);
        error_code error;
        co_await asio::async_write(stream_, asio::buffer(out),
                                   asio::redirect_error(asio::use_awaitable, error));
        if (error) break;
        out.clear();
      }
      if (ended || !answer.events->allowed()) break;
      {
        const std::lock_guard lock(mailbox->mutex);
        for (const auto& event : std::exchange(mailbox->waiting, {})) out += "data: " + *event + "\n\n";
        mailbox->bytes = 0;
        ended = mailbox->ended;
      }
      if (!out.empty() || ended) continue;
      stream_.expires_never();
      mailbox->timer.expires_after(look);
      error_code woken;
      co_await mailbox->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      if (woken) continue;
      if (++looks % comment_every == 0) out = ":\n\n";
    }
    const std::lock_guard lock(mailbox->mutex);
    mailbox->ended = true;
  }

  // On the API's pool, where it may block. `asked` outlives the call: whoever made it waits.
  asio::awaitable<HttpResponse> ask(const HttpRequest& asked) const {
    HttpResponse said;
    try {
      said = around_.api(asked);
    } catch (const std::exception& error) {
      spdlog::error("{} {}: {}", asked.method, asked.path, error.what());
      said.status = 500;
      said.body = R"({"error":{"code":"internal","message":"Something went wrong here."}})";
    }
    co_return said;
  }

  Answer file(const Request& request, const std::string& path, std::string_view host) const {
    const auto files = std::atomic_load(&around_.files);
    const auto* found = files ? files->find(path) : nullptr;
    if (!found) {
      return files && !files->empty()
                 ? text(404, "text/plain; charset=utf-8", "Not found.\n")
                 : text(404, "text/plain; charset=utf-8", "The web client is not built.\n");
    }
    Answer answer = text(200, found->content_type, {});
    answer.files = files;
    const auto accepted = field(request, http::field::accept_encoding).value_or("");
    const std::string* body = &found->plain;
    if (!found->brotli.empty() && accepts(accepted, "br")) {
      body = &found->brotli;
      answer.head.set(http::field::content_encoding, "br");
    } else if (!found->gzip.empty() && accepts(accepted, "gzip")) {
      body = &found->gzip;
      answer.head.set(http::field::content_encoding, "gzip");
    }
    answer.head.body() = {body->data(), body->size()};
    answer.head.set(http::field::vary, "Accept-Encoding");
    answer.head.set(http::field::cache_control,
                    found->immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (found->content_type.starts_with("text/html")) {
      answer.head.set("Content-Security-Policy", content_security_policy(host));
      answer.head.set("Cross-Origin-Opener-Policy", "same-origin");
    }
    return answer;
  }

  static bool accepts(std::string_view list, std::string_view coding) {
    return http::token_list(beast::string_view(list.data(), list.size()))
        .exists({coding.data(), coding.size()});
  }

  // Inline styles are the carets of colleagues and the editor's own; scripts come from here alone.
  static std::string content_security_policy(std::string_view host) {
    std::string sockets;
    const bool plain = host.find_first_of(" ;,'\"\\") == std::string_view::npos;
    if (plain && !host.empty()) sockets = " ws://" + std::string(host) + " wss://" + std::string(host);
    return "default-src 'self'; connect-src 'self'" + sockets +
           "; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
           "worker-src 'self' "
           "blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
  }

  static Answer text(unsigned status, const std::string& type, std::string body) {
    Answer answer;
    answer.head.result(status);
    answer.head.set(http::field::server, "assay");
    if (status != 204) answer.head.set(http::field::content_type, type);
    answer.head.set("X-Content-Type-Options", "nosniff");
    answer.head.set("Referrer-Policy", "same-origin");
    answer.head.set("X-Frame-Options", "DENY");
    answer.owned = std::move(body);
    return answer;
  }
  static Answer failure(unsigned status, const char* code, const char* message) {
    return text(status, "application/json",
                std::string(R"({"error":{"code":")") + code + R"(","message":")" + message + "\"}}");
  }

  asio::awaitable<bool> send(Answer& answer, bool head_only) {
    if (!answer.files) answer.head.body() = {answer.owned.data(), answer.owned.size()};
    if (answer.head.result_int() != 204) answer.head.content_length(answer.head.body().size());
    http::response_serializer<http::span_body<const char>> serializer(answer.head);
    stream_.expires_after(around_.config.limits.body_time);
    error_code error;
    if (head_only) {
      co_await http::async_write_header(stream_, serializer,
                                        asio::redirect_error(asio::use_awaitable, error));
    } else {
      co_await http::async_write(stream_, serializer, asio::redirect_error(asio::use_awaitable, error));
    }
    co_return !error;
  }

  // ---- Becoming a WebSocket
  asio::awaitable<void> refuse_upgrade(unsigned status, const char* code, const char* message) {
    around_.metrics.connections_refused.add();
    Answer answer = failure(status, code, message);
    answer.head.keep_alive(false);
    co_await send(answer, false);
    stream_.socket().shutdown(Socket::shutdown_send, ignored_);
  }

  asio::awaitable<void> upgrade(Request request) {
    const auto& config = around_.config;
    const auto host = field(request, http::field::host).value_or("");
    if (control_) co_return co_await refuse_upgrade(404, "not-found", "There are no WebSockets here.");
    if (!host_allowed(host, config) || !origin_allowed(field(request, http::field::origin), host, config)) {
      co_return co_await refuse_upgrade(403, "forbidden", "This origin may not connect.");
    }
    const auto raw = view(request.target());
    const auto target = parse_target(raw);
    if (!target) co_return co_await refuse_upgrade(400, "malformed", "The request's target is malformed.");
    if (!around_.ready()) co_return co_await refuse_upgrade(503, "going-away", "The server is going away.");
    if (!ticket_ && !is_loopback(address_)) {
      const auto forwarded = header(request, "X-Forwarded-For");
      ticket_ = around_.addresses->take(client_address(address_, forwarded, config));
      if (!ticket_)
        co_return co_await refuse_upgrade(429, "too-many", "Too many connections from this address.");
    }
    HttpRequest asked;  // for its cookies and parameters
    asked.query = target->query;
    if (const auto cookie = field(request, http::field::cookie))
      asked.headers.emplace_back("cookie", *cookie);
    const std::string session_cookie(asked.cookie("assay_session").value_or(""));
    const std::string token(asked.parameter("token").value_or(""));
    if (raw.starts_with("/yjs/")) {
      const auto name = yjs_document(raw);
      const auto document = name ? parse_document_name(*name) : std::nullopt;
      if (!document) co_return co_await refuse_upgrade(400, "malformed", "This is not a document's name.");
      // One document: its socket lives where its room lives.
      const auto& home = shard_.rooms.home_of(document->name);
      NetShard* there = &shard_;
      for (auto* shard : around_.shards) {
        if (&shard->rooms == &home) there = shard;
      }
      hand_over(*there, std::move(request),
                [there, document = *document, token, session_cookie](SessionHost& host_of) {
                  return std::make_unique<YWebsocketSession>(host_of, there->around, document, token,
                                                             session_cookie);
                });
    } else if (target->path == "/collab") {
      hand_over(shard_, std::move(request), [&shard = shard_, session_cookie](SessionHost& host_of) {
        return std::make_unique<HocuspocusSession>(host_of, shard.around, session_cookie);
      });
    } else {
      co_await refuse_upgrade(404, "not-found", "There is no WebSocket at this path.");
    }
  }

  static std::optional<std::string_view> header(const Request& request, const char* name) {
    const auto found = request.find(name);
    if (found == request.end()) return std::nullopt;
    return view(found->value());
  }

  void hand_over(NetShard& to, Request request, WebSocketConnection::MakeSession make_session) {
    error_code error;
    auto& socket = stream_.socket();
    const auto protocol = socket.local_endpoint(error).protocol();
    const auto handle = socket.release(error);
    if (error) return;
    auto arrived = std::make_shared<Request>(std::move(request));
    to.loop.post([&to, protocol, handle, arrived, ticket = std::move(ticket_),
                  make_session = std::move(make_session)] {
      Socket moved(to.loop.io(), asio::generic::stream_protocol(protocol.family(), protocol.protocol()),
                   handle);
      std::make_shared<WebSocketConnection>(to, std::move(moved), ticket)
          ->start(std::move(*arrived), make_session);
    });
  }

  NetShard& shard_;
  HttpSurroundings& around_;
  Stream stream_;
  const std::string address_;
  const bool control_;
  AddressCounter::Ticket ticket_;
  beast::flat_buffer buffer_;
  error_code ignored_;
};

asio::awaitable<void> run(std::shared_ptr<HttpConnection> connection) { co_await connection->run(); }

}  // namespace

void serve_http(NetShard& shard, HttpSurroundings& around, Arrival arrival) {
  asio::co_spawn(shard.loop.io(), run(std::make_shared<HttpConnection>(shard, around, std::move(arrival))),
                 [](std::exception_ptr error) {
                   try {
                     if (error) std::rethrow_exception(error);
                   } catch (const std::exception& what) {
                     spdlog::debug("an HTTP connection ended: {}", what.what());
                   }
                 });
}

}  // namespace assay::server
