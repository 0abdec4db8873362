// Passwords and tokens: what libsodium is asked for, and what is acceptable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay::server {

enum class HashCost {
  interactive,  // 64 MiB, tens of milliseconds
  least,        // what libsodium allows at least: for tests
};

// argon2id, with its salt and cost in the string. Throws std::bad_alloc when there is no memory for it.
std::string hash_password(const std::string& password, HashCost cost);
// Takes as long for no hash as for one that does not fit.
bool verify_password(const std::optional<std::string>& hash, const std::string& password, HashCost cost);

// 256 random bits, base64url.
std::string new_token();
// What is stored of a token, and names the session it opens: nobody gets from here to the token.
std::string token_hash(std::string_view token);
bool equal_in_constant_time(std::string_view a, std::string_view b);

// 1 to 64 of a-z 0-9 . _ -, and not "anonymous".
bool acceptable_user_id(std::string_view id);
// 1 to 100 characters of UTF-8, none of them a control character, not blank.
bool acceptable_name(std::string_view name);
// 8 characters to 1,024 bytes of UTF-8.
bool acceptable_password(std::string_view password);

}  // namespace assay::server
