// TestServer: all parts behind the API as in the program, over a store without a disk, and requests handed to
// the handler.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/api/answer.h"
#include "server/api/api.h"
#include "server/metrics.h"
#include "server/rooms/rooms_on_shards.h"
#include "storage/memory_store.h"

namespace assay::server::api {

class ThreadLoop;

class TestServer {
 public:
  explicit TestServer(Access::Mode mode = Access::Mode::accounts, checks::CheckerOptions checks = {});
  ~TestServer();

  HttpResponse send(const HttpRequest& request) { return handler_(request); }
  void add_user(const std::string& id, const std::string& name = "Somebody", bool admin = false);
  // With accounts: adds the user and signs in. The answer is the cookie header.
  std::string sign_in_as(const std::string& user, bool admin = false);

  std::int64_t now = 1'790'000'000'000;
  storage::MemoryStore store;
  Registry registry;
  Accounts accounts;

  Rooms& rooms() { return *rooms_; }
  // Where uploaded plugins and packs go.
  const std::filesystem::path& folder() const { return folder_.path; }

 private:
  // A folder of this server's own, gone with it.
  struct Folder {
    Folder();
    ~Folder();
    std::filesystem::path path;
  };
  Folder folder_;
  std::vector<std::unique_ptr<ThreadLoop>> loops_;  // outlive the plugins' pool, which posts to them
  checks::Checker checker_;
  Limits limits_;
  RoomBounds bounds_;
  Metrics metrics_;
  std::unique_ptr<RoomsOnShards> rooms_;
  HttpHandler handler_;
};

inline const std::string test_password = "a good password";

// A request in few words: HttpRequest r = ask("GET", "/api/reports?trash=1", cookie).
HttpRequest ask(const std::string& method, const std::string& target, const std::string& cookie = {});
HttpRequest ask_json(const std::string& method, const std::string& target, const Json& body,
                     const std::string& cookie = {});
HttpRequest ask_text(const std::string& target, const std::string& text, const std::string& cookie = {});

Json body_of(const HttpResponse& response);
std::string header_of(const HttpResponse& response, const std::string& name);
// "404 not-found", or "200".
std::string outcome_of(const HttpResponse& response);

}  // namespace assay::server::api
