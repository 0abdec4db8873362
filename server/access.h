// Access: who is there, and what may they do with a document. Asked by sessions and rooms, answered by
// accounts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay::server {

enum class Role { none, viewer, reviewer, editor, owner };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

struct Identity {
  std::string user;  // user id; "anonymous" under --auth none
  std::string name;  // as shown
  bool admin = false;
  std::string session;  // id of the session or token that signed in; ends with it. Empty under --auth none
};

// Which part of a report a document is.
enum class DocumentPart { report, comments, other };
struct DocumentName {
  std::string name;    // whole, as on the wire
  std::string report;  // the report's id: name without "~comments"
  DocumentPart part = DocumentPart::other;
};
// 1 to 256 bytes of UTF-8 without control characters; `~` only as the ending "~comments". None when
// malformed. `report` and `comments` say only how it is spelled; whether the report exists is Access's to
// know.
std::optional<DocumentName> parse_document_name(std::string_view name);

// Thread-safe; answers come from memory and never block on the disk.
class Access {
 public:
  virtual ~Access() = default;
  enum class Mode { none, accounts };
  virtual Mode mode() const = 0;
  // `token` from the query or the Auth message, else the session cookie's value. None: not signed in, or no
  // longer.
  virtual std::optional<Identity> authenticate(std::string_view token, std::string_view cookie) const = 0;
  // What this user may do with this document now. `none`: denied or unknown, which look the same. Under
  // Mode::none: editor for every plain name that is not in the trash or erased, and for `{id}~comments` only
  // if `{id}` is a report.
  virtual Role role(const Identity& who, const DocumentName& document) const = 0;
  // Whether the session or token that `who` came with still holds.
  virtual bool valid(const Identity& who) const = 0;
  // Called, on any thread, whenever an answer above may have changed: for one report's documents, or for all
  // (empty).
  virtual void on_change(std::function<void(const std::string& report)> listener) = 0;
};

}  // namespace assay::server
