#include "server/accounts/account_records.h"

#include <nlohmann/json.hpp>

namespace assay::server {
namespace {

using nlohmann::json;
using storage::Record;
using storage::StorageError;

constexpr int version = 1;

[[noreturn]] void unreadable(const Record& record) {
  // A session's key says nothing to anybody, and a user's is the id.
  throw StorageError(StorageError::Kind::corrupt, record.kind + " record " + record.key + " cannot be read");
}

json parse(const Record& record) {
  auto parsed = json::parse(record.value.value_or(""), nullptr, false);
  if (!parsed.is_object()) unreadable(record);
  if (const auto written = parsed.find("v"); written != parsed.end() && *written != version)
    throw StorageError(StorageError::Kind::newer_format,
                       record.kind + " record " + record.key + " was written by a newer release");
  return parsed;
}

}  // namespace

Record user_record(const StoredUser& stored) {
  const auto& user = stored.user;
  const json value{{"v", version},
                   {"name", user.name},
                   {"admin", user.admin},
                   {"disabled", user.disabled},
                   {"created", user.created_ms},
                   {"hash", stored.password_hash}};
  return {"user", user.id, value.dump()};
}

Record session_record(const std::string& id, const Session& session) {
  const json value{{"v", version},
                   {"user", session.user},
                   {"created", session.created_ms},
                   {"seen", session.seen_ms},
                   {"cookie", session.cookie_ms}};
  return {"session", id, value.dump()};
}

StoredUser read_user_record(const Record& record) try {
  const auto parsed = parse(record);
  return {{record.key, parsed.at("name").get<std::string>(), parsed.at("admin").get<bool>(),
           parsed.at("disabled").get<bool>(), parsed.at("created").get<std::int64_t>()},
          parsed.at("hash").get<std::string>()};
} catch (const json::exception&) {
  unreadable(record);
}

Session read_session_record(const Record& record) try {
  const auto parsed = parse(record);
  const auto seen = parsed.at("seen").get<std::int64_t>();
  return {parsed.at("user").get<std::string>(), parsed.at("created").get<std::int64_t>(), seen,
          parsed.at("cookie").get<std::int64_t>(), seen};
} catch (const json::exception&) {
  unreadable(record);
}

}  // namespace assay::server
