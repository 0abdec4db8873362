// assay user: accounts, by the control socket of a running server, else in the data folder itself.
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "server/accounts/accounts.h"
#include "server/cli/client.h"
#include "server/cli/commands.h"
#include "server/cli/data_folder.h"
#include "server/cli/running_servers.h"

namespace assay::server::cli {
namespace {

using Json = nlohmann::ordered_json;

struct UserOptions {
  std::string data, id, name;
  bool admin = false, password_stdin = false, json = false, undo = false;
};

// ---- The two ways to the accounts ----

class AccountsDoor {
 public:
  virtual ~AccountsDoor() = default;
  virtual User add(const NewUser& user) = 0;
  virtual std::vector<User> list() = 0;
  virtual void set_password(const std::string& id, const std::string& password) = 0;
  virtual void set_disabled(const std::string& id, bool disabled) = 0;
};

class ServerDoor final : public AccountsDoor {
 public:
  explicit ServerDoor(Client client) : client_(std::move(client)) {}

  User add(const NewUser& user) override {
    return read(
        ask("POST", "/api/users",
            {{"id", user.id}, {"name", user.name}, {"password", user.password}, {"admin", user.admin}}));
  }
  std::vector<User> list() override {
    std::vector<User> users;
    const auto answer = ask("GET", "/api/users", nullptr);
    for (const auto& user : answer.at("users")) users.push_back(read(user));
    return users;
  }
  void set_password(const std::string& id, const std::string& password) override {
    ask("PATCH", "/api/users/" + id, {{"password", password}});
  }
  void set_disabled(const std::string& id, bool disabled) override {
    ask("PATCH", "/api/users/" + id, {{"disabled", disabled}});
  }

 private:
  Json ask(const std::string& method, const std::string& path, const Json& body) {
    HttpRequest request;
    request.method = method;
    request.path = path;
    if (!body.is_null()) {
      request.headers = {{"content-type", "application/json"}};
      request.body = body.dump();
    }
    return Json::parse(client_.send_or_fail(request).body);
  }
  static User read(const Json& user) {
    return {user.at("id"), user.at("name"), user.value("admin", false), user.value("disabled", false), 0};
  }
  Client client_;
};

class DataFolder final : public AccountsDoor {
 public:
  explicit DataFolder(const std::filesystem::path& directory)
      : store_(open_folder(directory)),
        registry_(*store_),
        accounts_(*store_, registry_, Access::Mode::accounts) {}

  User add(const NewUser& user) override { return take(accounts_.add(user)); }
  std::vector<User> list() override { return accounts_.users(); }
  void set_password(const std::string& id, const std::string& password) override {
    take(accounts_.change(id, {password, std::nullopt}));
  }
  void set_disabled(const std::string& id, bool disabled) override {
    take(accounts_.change(id, {std::nullopt, disabled}));
  }

 private:
  template <class T>
  static T take(const AccountResult<T>& result) {
    if (!result) throw CommandError(exit_input, result.error().message);
    return *result;
  }
  std::unique_ptr<storage::RoomStore> store_;
  Registry registry_;
  Accounts accounts_;
};

std::unique_ptr<AccountsDoor> open_door(const UserOptions& options, bool may_make_folder = false) {
  const auto directory = find_data_folder(options.data);
  if (auto client = Client::control(directory)) return std::make_unique<ServerDoor>(std::move(*client));
  if (!may_make_folder) require_data_folder(directory, "there are no users");
  return std::make_unique<DataFolder>(directory);
}

// ---- Passwords ----

std::string read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) throw CommandError(exit_input, "no password came on standard input");
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

// Turns the terminal's echo off while it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string ask_silently(const std::string& prompt) {
  const SilentTerminal silent;
  std::fprintf(stderr, "%s", prompt.c_str());
  auto line = read_line();
  std::fputc('\n', stderr);
  return line;
}

std::string read_password(const UserOptions& options) {
  if (options.password_stdin) return read_line();
  if (isatty(STDIN_FILENO) == 0)
    throw CommandError(exit_usage, "there is no terminal to ask for a password: use --password-stdin");
  auto password = ask_silently("Password for " + options.id + ": ");
  if (ask_silently("Once more: ") != password)
    throw CommandError(exit_input, "the two passwords are not the same");
  return password;
}

// ---- The commands ----

Json describe(const User& user) {
  return {{"id", user.id}, {"name", user.name}, {"admin", user.admin}, {"disabled", user.disabled}};
}

void add(const UserOptions& options) {
  const auto door = open_door(options, true);
  const auto user = door->add(
      {options.id, options.name.empty() ? options.id : options.name, read_password(options), options.admin});
  if (options.json)
    std::printf("%s\n", describe(user).dump().c_str());
  else
    std::printf("Added %s%s.\n", user.id.c_str(), user.admin ? ", an administrator" : "");
}

void list(const UserOptions& options) {
  const auto users = open_door(options)->list();
  if (options.json) {
    Json all = Json::array();
    for (const auto& user : users) all.push_back(describe(user));
    std::printf("%s\n", Json{{"users", all}}.dump().c_str());
    return;
  }
  if (users.empty()) std::printf("There are no users yet.\n");
  for (const auto& user : users)
    std::printf("%s\t%s%s%s\n", user.id.c_str(), user.name.c_str(), user.admin ? "\tadministrator" : "",
                user.disabled ? "\tdisabled" : "");
}

void set_password(const UserOptions& options) {
  const auto door = open_door(options);
  door->set_password(options.id, read_password(options));
  std::printf("The password of %s is changed, and %s is signed out everywhere.\n", options.id.c_str(),
              options.id.c_str());
}

void disable(const UserOptions& options) {
  open_door(options)->set_disabled(options.id, !options.undo);
  std::printf(options.undo ? "%s may sign in again.\n" : "%s is signed out and may not sign in.\n",
              options.id.c_str());
}

}  // namespace

void add_user(CLI::App& app, int& exit_code) {
  auto* user = app.add_subcommand("user", "Accounts.\nExample: assay user add dana --name \"Dana Weiss\"");
  user->require_subcommand(1);
  const auto options = std::make_shared<UserOptions>();
  const auto verb = [&](const char* name, const char* description, void (*run)(const UserOptions&)) {
    auto* command = user->add_subcommand(name, description);
    command->add_option("--data", options->data, data_option_help)->type_name("DIR");
    command->callback([options, run, &exit_code] {
      run(*options);
      exit_code = exit_fine;
    });
    return command;
  };
  const auto with_id = [&](CLI::App* command) {
    command->add_option("id", options->id, "The user's id: 1 to 64 of a-z 0-9 . _ -")->required();
  };
  const auto with_password = [&](CLI::App* command) {
    command->add_flag("--password-stdin", options->password_stdin, "Read the password from standard input");
  };

  auto* added =
      verb("add", "Adds a user; the very first becomes an administrator.\nExample: assay user add dana", add);
  with_id(added);
  added->add_option("--name", options->name, "As shown to others (default: the id)");
  added->add_flag("--admin", options->admin, "May manage accounts, and owns every report");
  added->add_flag("--json", options->json, "Print JSON");
  with_password(added);

  auto* listed = verb("list", "Lists the users.\nExample: assay user list --json", list);
  listed->add_flag("--json", options->json, "Print JSON");

  auto* changed = verb("passwd", "Sets a user's password.\nExample: assay user passwd dana", set_password);
  with_id(changed);
  with_password(changed);

  auto* disabled = verb("disable", "Locks a user out, at once.\nExample: assay user disable dana", disable);
  with_id(disabled);
  disabled->add_flag("--undo", options->undo, "Let the user in again");
}

}  // namespace assay::server::cli
