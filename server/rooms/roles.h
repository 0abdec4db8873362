// Roles: may this peer write all of this update? Judged on what the update would touch, before it is applied.
// The answer is for the whole update: dropping a part would leave holes that later updates stand on.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "crdt/document.h"
#include "server/access.h"

namespace assay::server {

// The user that each client id of one document belongs to.
using Bindings = std::unordered_map<std::uint64_t, std::string>;

struct Writer {
  const std::string& user;
  const std::string& name;  // as the account shows it
  Role role = Role::none;
};

// Looks at an update as deep as the rules of this part need.
crdt::Inspection inspect_for_roles(const crdt::Document& document, const crdt::Update& update,
                                   DocumentPart part);

// Whether a role may write anything at all in a document. Reviewers write comments, not the text.
bool may_write(Role role, DocumentPart part);

// The reason, where a client id is not the writer's.
std::string belongs_to_another(crdt::ClientId client);

// A reason when the update says of clocks that are here something else than what another user wrote there. To
// the document that is a repeat, and nothing would be kept of it: who wrote it must not be told that it was.
// To repeat what others wrote as it stands is fine, as a replica does that says all it has.
std::optional<std::string> contradicts_another(const crdt::Document& document, const crdt::Update& update,
                                               const std::string& user, const Bindings& bindings);

// A reason, in words for people, when the update must be refused. `inspection` is complete (nothing missing)
// and was made by the function above; it belongs to `document` as it is before the update.
std::optional<std::string> refusal(const crdt::Document& document, const crdt::Inspection& inspection,
                                   DocumentPart part, const Writer& writer, const Bindings& bindings);

}  // namespace assay::server
