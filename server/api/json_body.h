// A request's JSON, read once with bounds, and its members taken one by one: of the right type, none left
// over.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "crdt/result.h"
#include "server/api/answer.h"

namespace assay::server::api {

inline constexpr std::size_t json_nesting_max = 16;

// An object of at most `bytes_max` bytes, or the answer that says why not: 413, 400.
crdt::Result<Json, HttpResponse> parse_object(std::string_view text, std::size_t bytes_max);

// Takes members out of an object. The first mistake is kept; ask `refused` when all are taken.
class Members {
 public:
  explicit Members(const Json& object) : object_(object) {}

  std::string string(const char* name);
  std::optional<std::string> optional_string(const char* name);
  bool boolean(const char* name, bool otherwise);
  std::optional<bool> optional_boolean(const char* name);
  const Json& object(const char* name);

  // Also for a member that nobody took: a misspelt one must not look as if it had been heard.
  std::optional<HttpResponse> refused() const;

 private:
  const Json* take(const char* name);
  void expect(const char* name, const char* type);

  const Json& object_;
  std::set<std::string, std::less<>> taken_;
  std::string mistake_;
};

}  // namespace assay::server::api
