// How users and sessions are written: JSON, with a version.
#pragma once

#include <string>

#include "server/accounts/accounts.h"

namespace assay::server {

struct StoredUser {
  User user;
  std::string password_hash;
};

struct Session {
  std::string user;
  std::int64_t created_ms = 0;
  std::int64_t seen_ms = 0;         // last used
  std::int64_t cookie_ms = 0;       // when the browser last got its cookie
  std::int64_t stored_seen_ms = 0;  // `seen_ms` as on disk
};

storage::Record user_record(const StoredUser& stored);
storage::Record session_record(const std::string& id, const Session& session);

// Throw storage::StorageError (corrupt, newer_format) that names the record.
StoredUser read_user_record(const storage::Record& record);
Session read_session_record(const storage::Record& record);

}  // namespace assay::server
