// Client: the API of a running server, for the commands. On this machine by the control socket, else by URL.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "server/http.h"

namespace assay::server::cli {

class Client {
 public:
  // Of the server that holds this data folder; none if no server runs there.
  static std::optional<Client> control(const std::filesystem::path& data_directory);
  // `url` is http:// or https:// with host and port; `token` may be empty. Connects with the first request.
  // Throws CommandError when the URL is not one.
  static Client remote(const std::string& url, const std::string& token);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // Uses method, path, query, headers and body; the path is encoded here. One connection a request. Throws
  // CommandError (exit_machine) when the server cannot be reached or breaks off; an HTTP error status is an
  // answer like any other.
  HttpResponse send(const HttpRequest& request);
  // The same, and an error status becomes a CommandError (exit_input) with the server's own sentence.
  HttpResponse send_or_fail(const HttpRequest& request);
  HttpResponse take_or_fail(HttpResponse response) const;

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// --data, or $XDG_DATA_HOME/assay, or ~/.local/share/assay. Throws CommandError when none of them can be
// told.
std::filesystem::path data_directory(const std::string& option);

}  // namespace assay::server::cli
