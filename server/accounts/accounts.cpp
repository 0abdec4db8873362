#include "server/accounts/accounts.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "server/accounts/account_records.h"
#include "server/accounts/credentials.h"
#include "server/accounts/sign_in_throttle.h"

namespace assay::server {
namespace {

using Kind = AccountError::Kind;
using storage::Record;

constexpr std::int64_t hour_ms = 60 * 60 * 1000;
constexpr std::int64_t day_ms = 24 * hour_ms;

// Outlives the accounts: the registry keeps a listener for good.
struct Listeners {
  void call(const std::string& report) {
    std::vector<std::function<void(const std::string&)>> called;
    {
      const std::lock_guard lock(mutex);
      called = all;
    }
    for (const auto& listener : called) listener(report);
  }
  std::mutex mutex;
  std::vector<std::function<void(const std::string&)>> all;
};

std::optional<AccountError> refuse(const NewUser& user) {
  if (!acceptable_user_id(user.id))
    return AccountError{Kind::malformed, "A user id has 1 to 64 of a-z 0-9 . _ - and is not \"anonymous\"."};
  if (!acceptable_name(user.name)) return AccountError{Kind::malformed, "A name has 1 to 100 characters."};
  return std::nullopt;
}

std::optional<AccountError> refuse_password(std::string_view password) {
  if (acceptable_password(password)) return std::nullopt;
  return AccountError{Kind::malformed, "A password has 8 characters at least and 1,024 bytes at most."};
}

AccountError wrong_password() { return {Kind::wrong, "User or password is wrong."}; }

}  // namespace

struct Accounts::Impl {
  Impl(storage::RoomStore& in, Registry& reports, Mode how, AccountsOptions with)
      : store(in),
        registry(reports),
        mode(how),
        options(std::move(with)),
        cost(options.weak_hashing ? HashCost::least : HashCost::interactive),
        throttle(options.failures_max, options.failures_window_ms),
        listeners(std::make_shared<Listeners>()) {
    for (const auto& record : store.records("user")) users.emplace(record.key, read_user_record(record));
    std::vector<Record> expired;
    for (const auto& record : store.records("session")) {
      auto session = read_session_record(record);
      if (holds(session))
        sessions.emplace(record.key, std::move(session));
      else
        expired.push_back({record.kind, record.key, std::nullopt});
    }
    if (!expired.empty()) store.append({{}, {}, std::move(expired)}, [](auto, const auto&) {});
    registry.on_change([all = listeners](const std::string& report) { all->call(report); });
  }

  // ---- Questions; under `mutex` ----

  bool holds(const Session& session) const {
    const auto user = users.find(session.user);
    return user != users.end() && !user->second.user.disabled &&
           options.now() - session.seen_ms < options.session_ms;
  }

  const Session* find_session(const std::string& id) const {
    const auto found = sessions.find(id);
    return found != sessions.end() && holds(found->second) ? &found->second : nullptr;
  }

  bool is_admin(const Identity& who) const {
    if (who.user.empty()) return who.admin;  // by the control socket
    const auto user = users.find(who.user);
    return user != users.end() && user->second.user.admin && !user->second.user.disabled;
  }

  bool opens_to_everyone(const std::string& name) const {
    return std::any_of(options.open_prefixes.begin(), options.open_prefixes.end(),
                       [&](const auto& prefix) { return name.starts_with(prefix); });
  }

  bool last_admin(const User& user) const {
    return user.admin && !user.disabled && std::none_of(users.begin(), users.end(), [&](const auto& entry) {
             return entry.first != user.id && entry.second.user.admin && !entry.second.user.disabled;
           });
  }

  // ---- Changes ----

  // Reading marks a session as used; the disk hears of it once an hour.
  void touch(const std::string& id, Session& session) {
    session.seen_ms = options.now();
    if (session.seen_ms - session.stored_seen_ms < hour_ms) return;
    session.stored_seen_ms = session.seen_ms;
    store.append({{}, {}, {session_record(id, session)}}, [](auto, const auto&) {});
  }

  // Under `write_mutex`: between the look at the user that allowed it and the session nothing may change, or
  // it would outlive a password that was changed meanwhile.
  SignedIn open_session(const User& user) {
    SignedIn in{{user.id, user.name, user.admin, {}}, new_token()};
    in.who.session = token_hash(in.token);
    const auto now = options.now();
    const Session session{user.id, now, now, now, now};
    store.append_and_wait({{}, {}, {session_record(in.who.session, session)}});
    const std::unique_lock lock(mutex);
    sessions.emplace(in.who.session, session);
    return in;
  }

  // Stores the changed user, ends the user's sessions, and tells everybody. Under `write_mutex`.
  void replace_and_sign_out(const StoredUser& stored) {
    std::vector<Record> records{user_record(stored)};
    {
      const std::shared_lock lock(mutex);
      for (const auto& [id, session] : sessions)
        if (session.user == stored.user.id) records.push_back({"session", id, std::nullopt});
    }
    store.append_and_wait({{}, {}, std::move(records)});
    {
      const std::unique_lock lock(mutex);
      users.at(stored.user.id) = stored;
      std::erase_if(sessions, [&](const auto& entry) { return entry.second.user == stored.user.id; });
    }
    listeners->call({});
  }

  // The user, if the password fits and they may come in. Counts failures. It takes long: see `still_holds`.
  AccountResult<StoredUser> check_password(const std::string& user, const std::string& password,
                                           const std::string& address) {
    const auto now = options.now();
    std::vector<std::string> keys;
    if (!address.empty()) keys.push_back("address " + address);
    if (acceptable_user_id(user)) keys.push_back("user " + user);
    {
      const std::lock_guard lock(throttle_mutex);
      for (const auto& key : keys)
        if (throttle.blocked(key, now))
          return AccountError{Kind::throttled, "Too many attempts. Try again in a minute."};
    }
    const auto stored = copy(user);
    const bool fits =
        verify_password(stored ? std::optional(stored->password_hash) : std::nullopt, password, cost);
    if (options.password_checked) options.password_checked();
    const std::lock_guard lock(throttle_mutex);
    if (!fits || stored->user.disabled) {
      for (const auto& key : keys) throttle.failed(key, now);
      return wrong_password();
    }
    // Not the address: who owns one account must not buy guesses at others with it.
    throttle.forget("user " + user);
    return *stored;
  }

  // Whether the password that was checked is the user's still, and they may come in. Under `write_mutex`.
  bool still_holds(const StoredUser& checked) const {
    const auto stored = copy(checked.user.id);
    return stored && !stored->user.disabled && stored->password_hash == checked.password_hash;
  }

  std::optional<StoredUser> copy(const std::string& id) const {
    const std::shared_lock lock(mutex);
    const auto found = users.find(id);
    return found == users.end() ? std::nullopt : std::optional(found->second);
  }

  storage::RoomStore& store;
  Registry& registry;
  const Mode mode;
  const AccountsOptions options;
  const HashCost cost;
  const std::string setup = new_token();

  std::mutex write_mutex;  // one change of a user, or new session, at a time; held while it becomes durable
  mutable std::shared_mutex mutex;
  std::map<std::string, StoredUser, std::less<>> users;
  std::unordered_map<std::string, Session> sessions;  // by token_hash of their token

  std::mutex throttle_mutex;
  SignInThrottle throttle;
  std::shared_ptr<Listeners> listeners;
};

Accounts::Accounts(storage::RoomStore& store, Registry& registry, Mode mode, AccountsOptions options)
    : impl_(std::make_unique<Impl>(store, registry, mode, std::move(options))) {}
Accounts::~Accounts() = default;

Access::Mode Accounts::mode() const { return impl_->mode; }

std::optional<Identity> Accounts::authenticate(std::string_view token, std::string_view cookie) const {
  if (impl_->mode == Mode::none) return Identity{std::string(anonymous), "Anonymous", false, {}};
  const auto secret = token.empty() ? cookie : token;
  if (secret.empty()) return std::nullopt;
  const auto id = token_hash(secret);
  const std::unique_lock lock(impl_->mutex);
  const auto found = impl_->sessions.find(id);
  if (found == impl_->sessions.end() || !impl_->holds(found->second)) return std::nullopt;
  impl_->touch(id, found->second);
  const auto& user = impl_->users.at(found->second.user).user;
  return Identity{user.id, user.name, user.admin, id};
}

Role Accounts::role(const Identity& who, const DocumentName& document) const {
  const auto state = impl_->registry.state(document.report);
  const bool comments = document.part == DocumentPart::comments;
  if (state == ReportState::trashed || state == ReportState::erased) return Role::none;
  if (comments && state == ReportState::unknown) return Role::none;
  if (impl_->mode == Mode::none) return Role::editor;

  if (state == ReportState::unknown)
    return impl_->opens_to_everyone(document.name) ? Role::editor : Role::none;
  {
    const std::shared_lock lock(impl_->mutex);
    if (impl_->is_admin(who)) return Role::owner;
  }
  return impl_->registry.role(document.report, who.user);
}

bool Accounts::valid(const Identity& who) const {
  if (impl_->mode == Mode::none) return true;
  if (who.user.empty()) return who.admin;
  const std::shared_lock lock(impl_->mutex);
  return impl_->find_session(who.session) != nullptr;
}

void Accounts::on_change(std::function<void(const std::string& report)> listener) {
  const std::lock_guard lock(impl_->listeners->mutex);
  impl_->listeners->all.push_back(std::move(listener));
}

bool Accounts::setup_needed() const {
  if (impl_->mode == Mode::none) return false;
  const std::shared_lock lock(impl_->mutex);
  return impl_->users.empty();
}

std::string Accounts::setup_token() const { return impl_->setup; }

AccountResult<SignedIn> Accounts::set_up(std::string_view token, NewUser user) {
  // The same answer for a wrong token and for one that has served.
  if (!setup_needed() || !equal_in_constant_time(token, impl_->setup))
    return AccountError{Kind::wrong, "This link does not hold, or no longer."};
  user.admin = true;
  if (const auto error = refuse(user)) return *error;
  if (const auto error = refuse_password(user.password)) return *error;
  const auto hash = hash_password(user.password, impl_->cost);
  const StoredUser stored{{user.id, user.name, true, false, impl_->options.now()}, hash};
  const std::lock_guard writing(impl_->write_mutex);
  if (!setup_needed()) return AccountError{Kind::wrong, "This link does not hold, or no longer."};
  impl_->store.append_and_wait({{}, {}, {user_record(stored)}});
  {
    const std::unique_lock lock(impl_->mutex);
    impl_->users.emplace(user.id, stored);
  }
  return impl_->open_session(stored.user);
}

AccountResult<SignedIn> Accounts::sign_in(const std::string& user, const std::string& password,
                                          const std::string& address) {
  const auto checked = impl_->check_password(user, password, address);
  if (!checked) return checked.error();
  const std::lock_guard writing(impl_->write_mutex);
  if (!impl_->still_holds(*checked)) return wrong_password();
  return impl_->open_session(checked->user);
}

AccountResult<SignedIn> Accounts::change_password(const Identity& who, const std::string& password,
                                                  const std::string& new_password,
                                                  const std::string& address) {
  if (const auto error = refuse_password(new_password)) return *error;
  const auto checked = impl_->check_password(who.user, password, address);
  if (!checked) return checked.error();
  const auto hash = hash_password(new_password, impl_->cost);
  const std::lock_guard writing(impl_->write_mutex);
  if (!impl_->still_holds(*checked)) return wrong_password();
  auto stored = *impl_->copy(who.user);
  stored.password_hash = hash;
  impl_->replace_and_sign_out(stored);
  return impl_->open_session(stored.user);
}

void Accounts::sign_out(const Identity& who) {
  {
    const std::unique_lock lock(impl_->mutex);
    if (impl_->sessions.erase(who.session) == 0) return;
  }
  impl_->listeners->call({});
  impl_->store.append_and_wait({{}, {}, {{"session", who.session, std::nullopt}}});
}

bool Accounts::cookie_due(const Identity& who) const {
  const std::unique_lock lock(impl_->mutex);
  const auto found = impl_->sessions.find(who.session);
  if (found == impl_->sessions.end()) return false;
  auto& session = found->second;
  if (impl_->options.now() - session.cookie_ms < day_ms) return false;
  session.cookie_ms = impl_->options.now();
  session.stored_seen_ms = session.seen_ms;
  impl_->store.append({{}, {}, {session_record(found->first, session)}}, [](auto, const auto&) {});
  return true;
}

std::vector<User> Accounts::users() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<User> all;
  for (const auto& [id, stored] : impl_->users) all.push_back(stored.user);
  return all;
}

std::optional<User> Accounts::find(std::string_view id) const {
  const std::shared_lock lock(impl_->mutex);
  const auto found = impl_->users.find(id);
  return found == impl_->users.end() ? std::nullopt : std::optional(found->second.user);
}

AccountResult<User> Accounts::add(NewUser user) {
  if (const auto error = refuse(user)) return *error;
  if (const auto error = refuse_password(user.password)) return *error;
  const AccountError taken{Kind::taken, "There is a user " + user.id + " already."};
  if (find(user.id)) return taken;
  StoredUser stored{{user.id, user.name, user.admin, false, impl_->options.now()},
                    hash_password(user.password, impl_->cost)};
  const std::lock_guard writing(impl_->write_mutex);
  if (find(user.id)) return taken;
  // Somebody must be able to add the next one.
  if (users().empty()) stored.user.admin = true;
  impl_->store.append_and_wait({{}, {}, {user_record(stored)}});
  const std::unique_lock lock(impl_->mutex);
  impl_->users.emplace(user.id, stored);
  return stored.user;
}

AccountResult<User> Accounts::change(const std::string& id, const UserChange& change) {
  if (change.password)
    if (const auto error = refuse_password(*change.password)) return *error;
  if (!find(id)) return AccountError{Kind::unknown, "There is no user " + id + "."};
  const auto hash = change.password ? hash_password(*change.password, impl_->cost) : std::string();

  const std::lock_guard writing(impl_->write_mutex);
  auto stored = *impl_->copy(id);  // users are never removed
  {
    const std::shared_lock lock(impl_->mutex);
    if (change.disabled.value_or(false) && impl_->last_admin(stored.user))
      return AccountError{Kind::last_admin, "This is the last administrator."};
  }
  if (change.password) stored.password_hash = hash;
  if (change.disabled) stored.user.disabled = *change.disabled;
  impl_->replace_and_sign_out(stored);
  return stored.user;
}

}  // namespace assay::server
