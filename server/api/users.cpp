#include <unicode/unistr.h>

#include "server/api/json_body.h"
#include "server/api/route.h"

namespace assay::server::api {
namespace {

constexpr std::size_t found_max = 50;

// Upper and lower case alike, in every script.
icu::UnicodeString folded(std::string_view text) {
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  return icu::UnicodeString::fromUTF8(piece).foldCase();
}

bool contains(std::string_view text, const icu::UnicodeString& words) {
  return words.isEmpty() || folded(text).indexOf(words) >= 0;
}

Json describe(const User& user, bool to_administrator) {
  Json row{{"id", user.id}, {"name", user.name}};
  if (to_administrator) {
    row["admin"] = user.admin;
    row["disabled"] = user.disabled;
  }
  return row;
}

HttpResponse get_users(const Call& call) {
  const auto words = folded(call.request.parameter("q").value_or("").substr(0, 256));
  Json users = Json::array();
  for (const auto& user : call.parts.accounts.users()) {
    if (!call.administrator() && (user.disabled || users.size() == found_max)) continue;
    if (!contains(user.id, words) && !contains(user.name, words)) continue;
    users.push_back(describe(user, call.administrator()));
  }
  return answer({{"users", std::move(users)}});
}

HttpResponse post_user(const Call& call) {
  Members members(call.body);
  NewUser user{members.string("id"), members.string("name"), members.string("password"),
               members.boolean("admin", false)};
  if (auto refused = members.refused()) return *refused;
  const auto added = call.parts.accounts.add(std::move(user));
  if (!added) return refusal(added.error());
  return answer(describe(*added, true), 201);
}

HttpResponse patch_user(const Call& call) {
  Members members(call.body);
  const UserChange change{members.optional_string("password"), members.optional_boolean("disabled")};
  if (auto refused = members.refused()) return *refused;
  const auto changed = call.parts.accounts.change(call.id, change);
  return changed ? answer(describe(*changed, true)) : refusal(changed.error());
}

}  // namespace

std::vector<Route> user_routes() {
  return {
      {"GET",
       "/api/users",
       "findUsers",
       "Users to share with; administrators see all, and more of each",
       Right::signed_in,
       Body::none,
       "",
       {{"q", "Part of an id or a name", {}}},
       {{200, "By id", "Users"}},
       get_users},
      {"POST",
       "/api/users",
       "addUser",
       "Adds a user; the very first becomes an administrator",
       Right::administrator,
       Body::json,
       "NewUser",
       {},
       {{201, "Added", "User"}, {409, "The id is taken", "Error"}, {422, "Not acceptable", "Error"}},
       post_user},
      {"PATCH",
       "/api/users/{id}",
       "changeUser",
       "Sets the password or disables; both end the user's sessions",
       Right::administrator,
       Body::json,
       "UserChange",
       {},
       {{200, "Changed", "User"},
        {409, "This is the last administrator", "Error"},
        {422, "Not acceptable", "Error"}},
       patch_user},
  };
}

}  // namespace assay::server::api
