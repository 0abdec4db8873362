#include <spdlog/fmt/fmt.h>

#include "server/api/json_body.h"
#include "server/api/origin.h"
#include "server/api/route.h"

namespace assay::server::api {
namespace {

constexpr long long cookie_seconds = 30LL * 24 * 60 * 60;

void set_cookie(HttpResponse& response, const HttpRequest& request, std::string_view token) {
  auto cookie = fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax", Accounts::cookie_name, token,
                            token.empty() ? 0 : cookie_seconds);
  if (behind_tls(request)) cookie += "; Secure";
  response.headers.emplace_back("set-cookie", std::move(cookie));
}

Json describe(const Accounts& accounts, const std::optional<Identity>& who) {
  Json session{{"auth", accounts.mode() == Access::Mode::none ? "none" : "accounts"}, {"user", nullptr}};
  if (who) session["user"] = {{"id", who->user}, {"name", who->name}, {"admin", who->admin}};
  if (accounts.setup_needed()) session["setup"] = true;
  return session;
}

HttpResponse signed_in(const Call& call, const AccountResult<SignedIn>& result) {
  if (!result) return refusal(result.error());
  // The browser forgets the cookie that it had; its session must not live on without anybody who could end
  // it.
  if (call.who && !call.who->session.empty()) call.parts.accounts.sign_out(*call.who);
  auto response = answer(describe(call.parts.accounts, result->who));
  set_cookie(response, call.request, result->token);
  return response;
}

HttpResponse no_accounts() {
  return error(409, "no-accounts", "This takes an account: without one there is nobody to sign in as.");
}

HttpResponse get_session(const Call& call) {
  auto response = answer(describe(call.parts.accounts, call.who));
  const auto cookie = call.request.cookie(Accounts::cookie_name);
  if (call.who && cookie && !call.request.header("authorization") &&
      call.parts.accounts.cookie_due(*call.who))
    set_cookie(response, call.request, *cookie);
  return response;
}

HttpResponse post_session(const Call& call) {
  Members members(call.body);
  const auto user = members.string("user"), password = members.string("password");
  if (auto refused = members.refused()) return *refused;
  if (call.parts.accounts.mode() == Access::Mode::none) return no_accounts();
  return signed_in(call, call.parts.accounts.sign_in(user, password, call.request.address));
}

HttpResponse patch_session(const Call& call) {
  Members members(call.body);
  const auto password = members.string("password"), new_password = members.string("newPassword");
  if (auto refused = members.refused()) return *refused;
  if (call.who->session.empty()) return no_accounts();
  const auto result =
      call.parts.accounts.change_password(*call.who, password, new_password, call.request.address);
  return signed_in(call, result);
}

HttpResponse delete_session(const Call& call) {
  auto response = nothing();
  set_cookie(response, call.request, "");
  if (call.who && !call.who->session.empty()) call.parts.accounts.sign_out(*call.who);
  return response;
}

HttpResponse post_setup(const Call& call) {
  Members members(call.body);
  const auto token = members.string("token");
  NewUser user{members.string("user"), members.string("name"), members.string("password"), true};
  if (auto refused = members.refused()) return *refused;
  if (call.parts.accounts.mode() == Access::Mode::none) return no_accounts();
  return signed_in(call, call.parts.accounts.set_up(token, std::move(user)));
}

}  // namespace

std::vector<Route> session_routes() {
  return {
      {"GET",
       "/api/session",
       "getSession",
       "Who this browser is",
       Right::open,
       Body::none,
       "",
       {},
       {{200, "Who is signed in, if anybody", "Session"}},
       get_session},
      {"POST",
       "/api/session",
       "signIn",
       "Signs in with user and password",
       Right::open,
       Body::json,
       "SignIn",
       {},
       {{200, "Signed in; the cookie is set", "Session"},
        {401, "User or password is wrong", "Error"},
        {409, "The server has no accounts", "Error"},
        {429, "Ten failures in a minute, of this user or from this address", "Error"}},
       post_session},
      {"PATCH",
       "/api/session",
       "changePassword",
       "Changes one's own password; all other sessions end",
       Right::signed_in,
       Body::json,
       "PasswordChange",
       {},
       {{200, "Changed; the cookie is set anew", "Session"},
        {401, "Not signed in, or the password is wrong", "Error"},
        {409, "This user has no password", "Error"},
        {422, "The new password is not acceptable", "Error"},
        {429, "Ten failures in a minute, of this user or from this address", "Error"}},
       patch_session},
      {"DELETE",
       "/api/session",
       "signOut",
       "Signs out; sockets of the session close",
       Right::open,
       Body::none,
       "",
       {},
       {{204, "Signed out", ""}},
       delete_session},
      {"POST",
       "/api/setup",
       "setUp",
       "Makes the first administrator and signs in",
       Right::open,
       Body::json,
       "SetUp",
       {},
       {{200, "Signed in; the cookie is set", "Session"},
        {401, "The token is wrong, or has served", "Error"},
        {409, "The server has no accounts", "Error"},
        {422, "An id, name or password that is not acceptable", "Error"}},
       post_setup},
  };
}

}  // namespace assay::server::api
