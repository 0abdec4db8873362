// Accounts: who may come in. Users with passwords, sessions, and the rights of each on every document.
//
// Everything is in memory and written through the RoomStore: records "user" (by id) and "session" (by the
// hash of its token; the token itself is only in the cookie). Questions never wait for a disk. Calls that
// hash a password take tens of milliseconds and 64 MiB. [any thread]
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crdt/result.h"
#include "server/access.h"
#include "server/registry/registry.h"
#include "storage/room_store.h"

namespace assay::server {

struct User {
  std::string id;    // 1 to 64 of a-z 0-9 . _ -; never changes. "anonymous" is taken
  std::string name;  // as shown, 1 to 100 characters
  bool admin = false;
  bool disabled = false;
  std::int64_t created_ms = 0;
};

struct AccountError {
  enum class Kind {
    malformed,   // an id, name or password that is not acceptable
    taken,       // the id is in use
    unknown,     // no such user
    wrong,       // user or password, or the setup token; which one is not said
    throttled,   // too many failures
    last_admin,  // nobody would be left to manage accounts
  };
  Kind kind;
  std::string message;  // one sentence, for people
};
template <class T>
using AccountResult = crdt::Result<T, AccountError>;

struct SignedIn {
  Identity who;
  std::string token;  // the cookie's value: 256 random bits, base64url
};

struct NewUser {
  std::string id, name, password;
  bool admin = false;
};

struct UserChange {
  std::optional<std::string> password;
  std::optional<bool> disabled;
};

struct AccountsOptions {
  WallClock now = wall_clock_ms;
  std::int64_t session_ms = std::int64_t{30} * 24 * 60 * 60 * 1000;  // since it was last used
  unsigned failures_max = 10;  // of sign-in, for one user or from one address, in
  std::int64_t failures_window_ms = 60'000;
  std::vector<std::string> open_prefixes;  // names of documents that every signed-in user may write
  bool weak_hashing = false;               // tests only: the least argon2id that libsodium allows
  std::function<void()> password_checked;  // tests only: called between a check and what it opens
};

class Accounts final : public Access {
 public:
  static constexpr std::string_view cookie_name = "assay_session";
  static constexpr std::string_view anonymous = "anonymous";

  // Store and registry must outlive this. Throws StorageError.
  Accounts(storage::RoomStore& store, Registry& registry, Mode mode, AccountsOptions options = {});
  ~Accounts() override;

  Mode mode() const override;
  std::optional<Identity> authenticate(std::string_view token, std::string_view cookie) const override;
  Role role(const Identity& who, const DocumentName& document) const override;
  bool valid(const Identity& who) const override;
  void on_change(std::function<void(const std::string& report)> listener) override;

  // ---- The first administrator ----
  bool setup_needed() const;  // accounts, and no user yet
  // For the link that `serve` prints (/setup?token=...). Of this process alone; ends with the first user.
  std::string setup_token() const;
  AccountResult<SignedIn> set_up(std::string_view token, NewUser user);

  // ---- Sessions ----
  AccountResult<SignedIn> sign_in(const std::string& user, const std::string& password,
                                  const std::string& address);
  void sign_out(const Identity& who);
  // By the user's own hand. Ends all sessions of the user and opens a new one.
  AccountResult<SignedIn> change_password(const Identity& who, const std::string& password,
                                          const std::string& new_password, const std::string& address);
  // True once a day for each session: the browser is to get the cookie again, so that its 30 days start anew.
  bool cookie_due(const Identity& who) const;

  // ---- Users ----
  std::vector<User> users() const;  // by id
  std::optional<User> find(std::string_view id) const;
  AccountResult<User> add(NewUser user);
  // All of it or nothing; ends the user's sessions.
  AccountResult<User> change(const std::string& id, const UserChange& change);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace assay::server
