#include "server/accounts/accounts.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "server/accounts/credentials.h"
#include "server/http.h"
#include "server/reports/new_id.h"
#include "storage/memory_store.h"

using namespace assay::server;
using assay::storage::MemoryDisk;
using assay::storage::MemoryStore;
using assay::storage::StorageError;
using Kind = AccountError::Kind;

namespace {

constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
const std::string password = "a good password";

struct Fixture {
  explicit Fixture(Access::Mode how = Access::Mode::accounts) : mode(how) { start(); }
  void start() {
    store = std::make_unique<MemoryStore>(disk);
    registry = std::make_unique<Registry>(*store, RegistryOptions{[this] { return now; }});
    AccountsOptions options;
    options.now = [this] { return now; };
    options.weak_hashing = true;
    options.password_checked = [this] {
      if (const auto call = std::exchange(meanwhile, nullptr)) call();
    };
    options.open_prefixes = {"open/"};
    accounts = std::make_unique<Accounts>(*store, *registry, mode, options);
  }
  void restart() {
    accounts.reset();
    registry.reset();
    store.reset();
    start();
  }
  void add(const std::string& id, bool admin = false) {
    REQUIRE(accounts->add({id, "Name of " + id, password, admin}));
  }
  SignedIn sign_in(const std::string& id) {
    auto in = accounts->sign_in(id, password, "192.0.2.1");
    REQUIRE(in);
    return *in;
  }
  std::string make_report(const std::string& owner) {
    return registry->create({reports::new_id(), owner, "T", {}, false, {7}, {0, 0}}).id;
  }
  Role role(const std::string& user, const std::string& name) {
    return accounts->role({user, user, false, {}}, *parse_document_name(name));
  }

  Access::Mode mode;
  std::int64_t now = 1'000'000;
  std::function<void()> meanwhile;  // once, when a password was checked and nothing done about it yet
  std::shared_ptr<MemoryDisk> disk = std::make_shared<MemoryDisk>();
  std::unique_ptr<MemoryStore> store;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<Accounts> accounts;
};

template <class T>
std::optional<Kind> failure(const AccountResult<T>& result) {
  return result ? std::nullopt : std::optional(result.error().kind);
}

}  // namespace

struct NewUserCase {
  const char* name;
  NewUser user;
  std::optional<Kind> error;
};
const NewUserCase new_user_cases[] = {
    {"plain", {"eli", "Eli", password}, std::nullopt},
    {"all kinds of characters", {"a.b_c-9", "Ann-Sophie Öberg 李", password}, std::nullopt},
    {"id of 64", {std::string(64, 'x'), "X", password}, std::nullopt},
    {"id of 65", {std::string(65, 'x'), "X", password}, Kind::malformed},
    {"no id", {"", "X", password}, Kind::malformed},
    {"capital", {"Eli", "Eli", password}, Kind::malformed},
    {"slash would split a rating's key", {"e/li", "Eli", password}, Kind::malformed},
    {"the user of --auth none", {"anonymous", "A", password}, Kind::malformed},
    {"taken", {"dana", "Another Dana", password}, Kind::taken},
    {"no name", {"eli", "", password}, Kind::malformed},
    {"blank name", {"eli", "   ", password}, Kind::malformed},
    {"name with a line end", {"eli", "E\nli", password}, Kind::malformed},
    {"name not UTF-8", {"eli", "E\xff", password}, Kind::malformed},
    {"name too long", {"eli", std::string(101, 'n'), password}, Kind::malformed},
    {"short password", {"eli", "Eli", "1234567"}, Kind::malformed},
    {"eight characters, not bytes", {"eli", "Eli", "äöüäöüä"}, Kind::malformed},
    {"long password", {"eli", "Eli", std::string(1'025, 'p')}, Kind::malformed},
};

TEST_CASE("Accounts: who may be added") {
  for (const auto& c : new_user_cases) {
    INFO(c.name);
    Fixture f;
    f.add("dana");
    CHECK(failure(f.accounts->add(c.user)) == c.error);
    f.restart();
    CHECK(f.accounts->users().size() == (c.error ? 1u : 2u));
    if (!c.error) CHECK(f.accounts->sign_in(c.user.id, c.user.password, ""));
  }
}

TEST_CASE("Accounts: the first user is an administrator, however added") {
  Fixture f;
  CHECK(f.accounts->setup_needed());
  f.add("dana");
  f.add("eli");
  CHECK(f.accounts->find("dana")->admin);
  CHECK_FALSE(f.accounts->find("eli")->admin);
  CHECK_FALSE(f.accounts->setup_needed());
}

TEST_CASE("Accounts: set up once, with the token of this process") {
  Fixture f;
  const NewUser dana{"dana", "Dana", password};
  CHECK(failure(f.accounts->set_up("guess", dana)) == Kind::wrong);
  CHECK(failure(f.accounts->set_up("", dana)) == Kind::wrong);
  const auto token = f.accounts->setup_token();
  CHECK(failure(f.accounts->set_up(token, {"Dana", "Dana", password})) == Kind::malformed);
  const auto in = f.accounts->set_up(token, dana);
  REQUIRE(in);
  CHECK(in->who.admin);
  CHECK(f.accounts->authenticate({}, in->token)->user == "dana");
  CHECK(failure(f.accounts->set_up(token, {"eli", "Eli", password})) == Kind::wrong);
  f.restart();
  CHECK(f.accounts->setup_token() != token);
  CHECK_FALSE(f.accounts->setup_needed());
}

TEST_CASE("Accounts: a session lasts thirty days from its last use, and a restart") {
  Fixture f;
  f.add("dana");
  const auto in = f.sign_in("dana");
  for (int i = 0; i < 5; ++i) {
    f.now += 29 * day_ms;
    REQUIRE(f.accounts->authenticate({}, in.token));
    f.restart();
  }
  CHECK(f.accounts->valid(in.who));
  f.now += 30 * day_ms;
  CHECK_FALSE(f.accounts->valid(in.who));
  CHECK_FALSE(f.accounts->authenticate({}, in.token));
  f.restart();
  f.store->append_and_wait({{}, {}, {}});
  CHECK(f.store->records("session", {}).empty());
}

TEST_CASE("Accounts: by token or cookie, and the token counts") {
  Fixture f;
  f.add("dana");
  f.add("eli");
  const auto dana = f.sign_in("dana"), eli = f.sign_in("eli");
  CHECK(f.accounts->authenticate(dana.token, {})->user == "dana");
  CHECK(f.accounts->authenticate(dana.token, eli.token)->user == "dana");
  CHECK_FALSE(f.accounts->authenticate("wrong", eli.token));
  CHECK_FALSE(f.accounts->authenticate({}, {}));
  // The name of the session opens nothing.
  CHECK_FALSE(f.accounts->authenticate(dana.who.session, {}));
}

TEST_CASE("Accounts: the disk holds no token and no password") {
  Fixture f;
  f.add("dana");
  const auto in = f.sign_in("dana");
  for (const auto& [key, value] : f.disk->records) {
    CHECK((key.second + value).find(in.token) == std::string::npos);
    CHECK((key.second + value).find(password) == std::string::npos);
  }
}

TEST_CASE("Accounts: signed out, password changed, disabled: the session ends and listeners hear of it") {
  Fixture f;
  f.add("dana", true);
  f.add("eli");
  std::atomic<int> heard = 0;
  f.accounts->on_change([&](const std::string& report) { heard += report.empty(); });

  auto in = f.sign_in("eli");
  f.accounts->sign_out(in.who);
  CHECK_FALSE(f.accounts->valid(in.who));
  CHECK(heard == 1);
  f.accounts->sign_out(in.who);
  CHECK(heard == 1);

  in = f.sign_in("eli");
  CHECK(f.accounts->change("eli", {"another password", std::nullopt}));
  CHECK_FALSE(f.accounts->valid(in.who));
  CHECK(heard == 2);
  CHECK(failure(f.accounts->sign_in("eli", password, "")) == Kind::wrong);
  const auto again = f.accounts->sign_in("eli", "another password", "");
  REQUIRE(again);

  CHECK(f.accounts->change("eli", {std::nullopt, true}));
  CHECK_FALSE(f.accounts->valid(again->who));
  CHECK(failure(f.accounts->sign_in("eli", "another password", "")) == Kind::wrong);
  CHECK(heard == 3);
  f.restart();
  CHECK(f.accounts->find("eli")->disabled);
  CHECK_FALSE(f.accounts->authenticate({}, again->token));
  CHECK(f.accounts->change("eli", {std::nullopt, false}));
  CHECK(f.accounts->sign_in("eli", "another password", ""));

  CHECK(failure(f.accounts->change("nobody", {password, std::nullopt})) == Kind::unknown);
  CHECK(failure(f.accounts->change("eli", {"short", std::nullopt})) == Kind::malformed);
  CHECK(failure(f.accounts->change("nobody", {std::nullopt, true})) == Kind::unknown);
  CHECK(failure(f.accounts->change("dana", {std::nullopt, true})) == Kind::last_admin);
}

TEST_CASE("Accounts: a change is made whole or not at all") {
  Fixture f;
  f.add("dana", true);
  CHECK(failure(f.accounts->change("dana", {"another password", true})) == Kind::last_admin);
  f.sign_in("dana");
  f.add("eli");
  CHECK(failure(f.accounts->change("eli", {"short", true})) == Kind::malformed);
  f.sign_in("eli");
}

TEST_CASE("Accounts: one's own password, by the one before") {
  Fixture f;
  f.add("dana");
  const auto here = f.sign_in("dana"), there = f.sign_in("dana");
  CHECK(failure(f.accounts->change_password(here.who, "wrong", "another password", "")) == Kind::wrong);
  CHECK(failure(f.accounts->change_password(here.who, password, "short", "")) == Kind::malformed);
  CHECK(f.accounts->valid(there.who));
  const auto changed = f.accounts->change_password(here.who, password, "another password", "");
  REQUIRE(changed);
  CHECK_FALSE(f.accounts->valid(here.who));
  CHECK_FALSE(f.accounts->valid(there.who));
  CHECK(f.accounts->valid(changed->who));
  for (int i = 0; i < 10; ++i)
    CHECK(failure(f.accounts->change_password(changed->who, "guess", "a third password", "")) == Kind::wrong);
  CHECK(failure(f.accounts->change_password(changed->who, "another password", "a third password", "")) ==
        Kind::throttled);
}

TEST_CASE("Accounts: who was let in by what no longer holds is not in") {
  const std::string next = "another password";
  struct Case {
    const char* name;
    std::function<void(Fixture&)> meanwhile;
    std::string holds;  // the password that opens the door at the end, if any
  };
  const Case cases[] = {
      {"the administrator set another password",
       [&](Fixture& f) {
         CHECK(f.accounts->change("eli", {next, std::nullopt}));
       },
       next},
      {"the user set another password",
       [&](Fixture& f) {
         CHECK(f.accounts->change_password({"eli", "Name of eli", false, {}}, password, next, ""));
       },
       next},
      {"the same password was set again",
       [](Fixture& f) {
         CHECK(f.accounts->change("eli", {password, std::nullopt}));
       },
       password},
      {"the administrator shut the account",
       [](Fixture& f) {
         CHECK(f.accounts->change("eli", {std::nullopt, true}));
       },
       ""},
  };
  for (const auto& c : cases) {
    for (const bool signs_in : {true, false}) {
      INFO(c.name << (signs_in ? ", then a sign-in ends" : ", then a change of password ends"));
      Fixture f;
      f.add("dana"), f.add("eli");
      f.meanwhile = [&] { c.meanwhile(f); };
      const auto in = signs_in ? f.accounts->sign_in("eli", password, "")
                               : f.accounts->change_password({"eli", "Name of eli", false, {}}, password,
                                                             "a third password", "");
      CHECK(failure(in) == Kind::wrong);
      for (const bool restarted : {false, true}) {
        if (restarted) f.restart();
        for (const auto& tried : {password, next, std::string("a third password")})
          CHECK(bool(f.accounts->sign_in("eli", tried, "")) == (tried == c.holds));
      }
    }
  }
}

TEST_CASE("Accounts: ten failures in a minute, then nobody gets in from there or as that user") {
  Fixture f;
  f.add("dana");
  f.add("eli");
  for (int i = 0; i < 10; ++i)
    CHECK(failure(f.accounts->sign_in("dana", "wrong", "192.0.2.1")) == Kind::wrong);
  CHECK(failure(f.accounts->sign_in("dana", password, "192.0.2.2")) == Kind::throttled);
  CHECK(failure(f.accounts->sign_in("eli", password, "192.0.2.1")) == Kind::throttled);
  CHECK(f.accounts->sign_in("eli", password, "192.0.2.2"));
  f.now += 60'000;
  CHECK(f.accounts->sign_in("dana", password, "192.0.2.1"));
  for (int i = 0; i < 10; ++i) CHECK_FALSE(f.accounts->sign_in("no such user", "wrong", "192.0.2.3"));
  CHECK(failure(f.accounts->sign_in("dana", password, "192.0.2.3")) == Kind::throttled);
}

TEST_CASE("Accounts: an unknown user costs what a known one does") {
  // The cost is in the string that the hash starts with; both paths hash once with it.
  CHECK(verify_password(hash_password("right", HashCost::least), "right", HashCost::least));
  CHECK_FALSE(verify_password(hash_password("right", HashCost::least), "wrong", HashCost::least));
  CHECK_FALSE(verify_password(std::nullopt, "right", HashCost::least));
  CHECK(hash_password("right", HashCost::interactive).starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
}

TEST_CASE("Accounts: the cookie is renewed once a day") {
  Fixture f;
  f.add("dana");
  const auto in = f.sign_in("dana");
  CHECK_FALSE(f.accounts->cookie_due(in.who));
  f.now += day_ms;
  CHECK(f.accounts->cookie_due(in.who));
  CHECK_FALSE(f.accounts->cookie_due(in.who));
}

TEST_CASE("Accounts: many threads at once") {
  Fixture f;
  for (const auto* id : {"admin", "a", "b", "c"}) f.add(id);
  const auto id = f.make_report("a");
  std::atomic<int> wrong = 0;
  f.accounts->on_change([&](const std::string&) { f.accounts->users(); });  // listeners may ask
  std::vector<std::thread> threads;
  for (const std::string user : {"a", "b", "c"})
    threads.emplace_back([&, user] {
      for (int i = 0; i < 30; ++i) {
        const auto in = f.accounts->sign_in(user, password, "");
        if (!in || f.accounts->authenticate({}, in->token)->user != user) ++wrong;
        f.role(user, id);
        f.registry->change_roles(id, {{user == "a" ? "b" : user, Role::viewer}});
        if (i % 10 == 9 && !f.accounts->change(user, {password, std::nullopt})) ++wrong;
        if (i % 3 == 0) f.accounts->sign_out(in->who);
        if (i % 3 == 0 && f.accounts->valid(in->who)) ++wrong;
      }
    });
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("Access with accounts: roles on both documents of a report") {
  Fixture f;
  for (const auto* id : {"admin", "dana", "eli", "finn"}) f.add(id);
  const auto id = f.make_report("dana");
  f.registry->change_roles(id, {{"eli", Role::reviewer}});
  const struct {
    std::string user, name;
    Role role;
  } cases[] = {
      {"dana", id, Role::owner},        {"dana", id + "~comments", Role::owner},
      {"eli", id, Role::reviewer},      {"eli", id + "~comments", Role::reviewer},
      {"finn", id, Role::none},         {"finn", id + "~comments", Role::none},
      {"admin", id, Role::owner},       {"admin", id + "~comments", Role::owner},
      {"admin", "plain", Role::none},   {"dana", "plain", Role::none},
      {"dana", "open/x", Role::editor}, {"dana", "open/x~comments", Role::none},
      {"nobody", id, Role::none},       {"dana", reports::new_id(), Role::none},
  };
  for (const auto& c : cases) {
    INFO(c.user << " on " << c.name);
    CHECK(f.role(c.user, c.name) == c.role);
  }
  CHECK(f.accounts->role({"", "", true, ""}, *parse_document_name(id)) == Role::owner);

  std::vector<std::string> heard;
  f.accounts->on_change([&](const std::string& report) { heard.push_back(report); });
  f.registry->change_roles(id, {{"eli", Role::viewer}});
  CHECK(f.role("eli", id) == Role::viewer);
  f.registry->trash(id, "dana");
  CHECK(f.role("dana", id) == Role::none);
  CHECK(f.role("admin", id + "~comments") == Role::none);
  CHECK(heard == std::vector<std::string>{id, id});
}

TEST_CASE("Access without accounts: everybody edits everything that is not gone") {
  Fixture f(Access::Mode::none);
  const auto who = f.accounts->authenticate("whatever", {});
  REQUIRE(who);
  CHECK(who->user == "anonymous");
  CHECK(f.accounts->valid(*who));
  CHECK_FALSE(f.accounts->setup_needed());
  const auto id = f.make_report("anonymous");
  CHECK(f.role("anonymous", id) == Role::editor);
  CHECK(f.role("anonymous", id + "~comments") == Role::editor);
  CHECK(f.role("anonymous", "plain/name") == Role::editor);
  CHECK(f.role("anonymous", "plain~comments") == Role::none);
  f.registry->trash(id, "anonymous");
  CHECK(f.role("anonymous", id) == Role::none);
  CHECK(f.role("anonymous", id + "~comments") == Role::none);
}

struct NameCase {
  const char* name;
  std::string spelled;
  std::optional<DocumentPart> part;
};
const NameCase name_cases[] = {
    {"plain", "notes/today", DocumentPart::other},
    {"a report's", "abcdefghijklmnopqrstu_", DocumentPart::report},
    {"starts with a dash", "-bcdefghijklmnopqrstuv", DocumentPart::other},
    {"its comments", "abcdefghijklmnopqrstu_~comments", DocumentPart::comments},
    {"nothing", "", std::nullopt},
    {"only the ending", "~comments", std::nullopt},
    {"another tilde", "a~b", std::nullopt},
    {"two endings", "a~comments~comments", std::nullopt},
    {"256 bytes", std::string(256, 'a'), DocumentPart::other},
    {"257 bytes", std::string(257, 'a'), std::nullopt},
    {"control character", "a\tb", std::nullopt},
    {"NUL", std::string("a\0b", 3), std::nullopt},
    {"delete", "a\x7f", std::nullopt},
    {"C1 control", "a\xc2\x85", std::nullopt},
    {"UTF-8", "Straße 北京", DocumentPart::other},
    {"cut off", "a\xe4\xb8", std::nullopt},
    {"surrogate", "a\xed\xa0\x80", std::nullopt},
    {"overlong", "a\xc0\xaf", std::nullopt},
};

TEST_CASE("parse_document_name") {
  for (const auto& c : name_cases) {
    INFO(c.name);
    const auto parsed = parse_document_name(c.spelled);
    CHECK((parsed ? std::optional(parsed->part) : std::nullopt) == c.part);
    if (parsed) CHECK(parsed->name == c.spelled);
  }
  CHECK(parse_document_name("x~comments")->report == "x");
}

TEST_CASE("Roles have names") {
  for (const auto role : {Role::none, Role::viewer, Role::reviewer, Role::editor, Role::owner})
    CHECK(parse_role(to_string(role)) == role);
  CHECK_FALSE(parse_role("boss"));
}

TEST_CASE("HttpRequest: cookies") {
  HttpRequest request;
  request.headers = {{"cookie", "a=1; assay_session=xyz ;b=2"}, {"cookie", "c==3;;d"}};
  CHECK(request.cookie("a") == "1");
  CHECK(request.cookie("assay_session") == "xyz");
  CHECK(request.cookie("b") == "2");
  CHECK(request.cookie("c") == "=3");
  CHECK_FALSE(request.cookie("d"));
  CHECK_FALSE(request.cookie("session"));
}
