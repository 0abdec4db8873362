#include "server/accounts/credentials.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <boost/locale/utf.hpp>
#include <cstdlib>
#include <new>

namespace assay::server {
namespace {

constexpr std::size_t user_id_length_max = 64;
constexpr std::size_t name_length_max = 100;
constexpr std::size_t password_length_min = 8;
constexpr std::size_t password_bytes_max = 1024;
constexpr std::size_t secret_bytes = 32;
constexpr int url_safe = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

void start_sodium() {
  if (sodium_init() < 0) std::abort();
}

using Secret = std::array<unsigned char, secret_bytes>;

std::string base64(const Secret& bytes) {
  std::array<char, sodium_base64_ENCODED_LEN(secret_bytes, url_safe)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), url_safe);
  return text.data();
}

Secret hash(std::string_view text) {
  start_sodium();
  Secret out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return out;
}

// Code points; none when it is not UTF-8 or holds control characters.
std::optional<std::size_t> printable_length(std::string_view text) {
  std::size_t length = 0;
  for (auto at = text.begin(); at != text.end(); ++length) {
    const auto point = boost::locale::utf::utf_traits<char>::decode(at, text.end());
    if (point == boost::locale::utf::illegal || point == boost::locale::utf::incomplete) return std::nullopt;
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return std::nullopt;
  }
  return length;
}

}  // namespace

std::string hash_password(const std::string& password, HashCost cost) {
  start_sodium();
  const bool least = cost == HashCost::least;
  const auto operations = least ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE;
  const auto memory = least ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE;
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), operations, memory) != 0)
    throw std::bad_alloc();
  return out.data();
}

bool verify_password(const std::optional<std::string>& hash, const std::string& password, HashCost cost) {
  start_sodium();
  if (!hash) {
    // The work of a verification is the work of one hash.
    hash_password(password, cost);
    return false;
  }
  return crypto_pwhash_str_verify(hash->c_str(), password.data(), password.size()) == 0;
}

std::string new_token() {
  start_sodium();
  Secret random{};
  randombytes_buf(random.data(), random.size());
  return base64(random);
}

std::string token_hash(std::string_view token) { return base64(hash(token)); }

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  const auto left = hash(a), right = hash(b);
  return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool acceptable_user_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= user_id_length_max && std::all_of(id.begin(), id.end(), allowed) &&
         id != "anonymous";
}

bool acceptable_name(std::string_view name) {
  const auto length = printable_length(name);
  return length && *length > 0 && *length <= name_length_max &&
         name.find_first_not_of(' ') != std::string_view::npos;
}

bool acceptable_password(std::string_view password) {
  const auto length = printable_length(password);
  return length && *length >= password_length_min && password.size() <= password_bytes_max;
}

}  // namespace assay::server
