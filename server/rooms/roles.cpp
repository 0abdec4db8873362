#include "server/rooms/roles.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace assay::server {
namespace {

using crdt::Touch;
using Reason = std::optional<std::string>;

bool begins_with_user(std::string_view key, const std::string& user) {
  return key.size() > user.size() && key.starts_with(user) && key[user.size()] == '/';
}

// A new struct must come under a client id that is the writer's or nobody's yet.
Reason foreign_client(const crdt::Inspection& inspection, const Writer& writer, const Bindings& bindings) {
  for (const auto& touch : inspection.touched) {
    if (touch.kind != Touch::Kind::insert) continue;
    const auto bound = bindings.find(touch.id.client.value);
    if (bound != bindings.end() && bound->second != writer.user) {
      return belongs_to_another(touch.id.client);
    }
  }
  return std::nullopt;
}

// Of a rating, an object under its key or a map there: that it shows a name, and not the writer's.
bool names_another(const Touch& touch, const Writer& writer) {
  if (!touch.value) return false;
  const crdt::Any own(writer.name);
  if (touch.path.size() == 2 && touch.path[1].key == "name") return *touch.value != own;
  const auto* members = touch.path.size() == 1 ? touch.value->get_if<crdt::AnyObject>() : nullptr;
  return members && std::any_of(members->begin(), members->end(), [&](const auto& member) {
           return member.first == "name" && member.second != own;
         });
}

Reason foreign_rating(const crdt::Inspection& inspection, const Writer& writer) {
  for (const auto& touch : inspection.touched) {
    if (touch.root != "ratings") continue;
    if (touch.path.empty() || !begins_with_user(touch.path.front().key, writer.user)) {
      return "a rating is written by its own user only";
    }
    if (touch.kind == Touch::Kind::insert && names_another(touch, writer))
      return "a rating shows its writer's own name";
  }
  return std::nullopt;
}

// The rules of `{id}~comments`, docs/schema.md "Threads": threads[thread][member]..., where a message is
// threads[thread].messages[i] and its members one below.
class CommentRules {
 public:
  CommentRules(const crdt::Document& document, const crdt::Inspection& inspection, const Writer& writer,
               const Bindings& bindings)
      : document_(document), inspection_(inspection), writer_(writer), bindings_(bindings) {
    for (const auto& touch : inspection.touched) {
      const bool inserted = touch.kind == Touch::Kind::insert;
      const bool whole = touch.path.size() == 1 || touch.path.size() == 3;
      if (whole) (inserted ? new_ : removed_).insert(touch.path.back().item);
      if (inserted && touch.path.size() == 4 && touch.path[3].key == "author")
        authored_.insert(touch.path[2].item);
    }
  }

  Reason judge() const {
    for (const auto& touch : inspection_.touched) {
      if (const auto reason = judge(touch)) return reason;
    }
    return std::nullopt;
  }

 private:
  bool editor() const { return writer_.role >= Role::editor; }
  bool is_new(const crdt::TouchStep& step) const { return new_.contains(step.item); }
  bool mine(const crdt::TouchStep& step) const {
    const auto bound = bindings_.find(step.item.client.value);
    return is_new(step) || (bound != bindings_.end() && bound->second == writer_.user);
  }

  Reason judge(const Touch& touch) const {
    if (touch.root.empty()) return std::nullopt;  // collected: nothing can change there
    if (touch.root != "threads") return editor() ? Reason{} : Reason{"reviewers write comments only"};
    if (touch.path.empty() || touch.path.front().key.empty()) return "not the shape of a thread";
    if (removed_.contains(touch.path.front().item) && touch.kind == Touch::Kind::remove)
      return judge_thread(touch);
    if (touch.path.size() == 1) return judge_thread(touch);
    const auto member = touch.path[1].key;
    if (touch.path.size() == 2) return judge_member(touch, member);
    if (member == "messages") return judge_message(touch);
    if (member == "reactions") {
      return begins_with_user(touch.path[2].key, writer_.user) ? Reason{}
                                                               : Reason{"a reaction is its own user's"};
    }
    return editor() || mine(touch.path.front()) ? Reason{} : Reason{"the thread is another user's"};
  }

  Reason judge_thread(const Touch& touch) const {
    if (touch.kind == Touch::Kind::remove) {
      return editor() ? Reason{} : Reason{"deleting a thread takes an editor"};
    }
    // A second value under a key deletes the first one, whether the update says so or not.
    const auto threads = document_.find_root("threads");
    const bool taken = threads && document_.get(*threads, touch.path.front().key);
    if (taken && !editor()) return "the thread is there already";
    return std::nullopt;
  }

  Reason judge_member(const Touch& touch, std::string_view member) const {
    const auto& thread = touch.path.front();
    if (member == "by" && touch.kind == Touch::Kind::insert && !says_user(touch))
      return "a thread is begun in one's own name";
    if (is_new(thread)) return std::nullopt;
    if (member == "state") return std::nullopt;
    if (member == "anchor")
      return editor() || mine(thread) ? Reason{} : Reason{"the anchor is another user's"};
    if ((member == "quote" || member == "suggestion") && mine(thread)) return std::nullopt;
    return "this part of a thread does not change";
  }

  Reason judge_message(const Touch& touch) const {
    const auto& message = touch.path[2];
    if (touch.path.size() == 3 && touch.kind == Touch::Kind::insert) return judge_new_message(touch);
    if (!mine(message)) return "the message is another user's";
    if (removed_.contains(message.item) && touch.kind == Touch::Kind::remove) return std::nullopt;
    if (touch.path.size() > 3 && touch.path[3].key == "author") {
      if (!is_new(message)) return "the author of a message does not change";
      if (!says_user(touch)) return "a message is written in one's own name";
    }
    const bool name = touch.path.size() > 3 && touch.path[3].key == "name";
    if (name && touch.kind == Touch::Kind::insert && !says(touch, writer_.name))
      return "a message shows its writer's own name";
    return std::nullopt;
  }

  // One written and deleted before it was sent has lost its members, and says nothing.
  Reason judge_new_message(const Touch& touch) const {
    const auto& message = touch.path[2].item;
    if (removed_.contains(message)) return std::nullopt;
    if (touch.type != crdt::TypeKind::map) return "not the shape of a message";
    return authored_.contains(message) ? Reason{} : Reason{"a message says who wrote it"};
  }

  static bool says(const Touch& touch, const std::string& words) {
    const auto* said = touch.value ? touch.value->get_if<std::string>() : nullptr;
    return said && *said == words;
  }
  bool says_user(const Touch& touch) const { return says(touch, writer_.user); }

  const crdt::Document& document_;
  const crdt::Inspection& inspection_;
  const Writer& writer_;
  const Bindings& bindings_;
  std::set<crdt::ItemId> new_, removed_;  // threads and messages that this update makes or deletes
  std::set<crdt::ItemId> authored_;       // messages that it gives an author
};

}  // namespace

crdt::Inspection inspect_for_roles(const crdt::Document& document, const crdt::Update& update,
                                   DocumentPart part) {
  if (part == DocumentPart::comments) return document.inspect(update, crdt::InspectDepth::paths);
  auto inspection = document.inspect(update, crdt::InspectDepth::roots);
  const bool ratings = part == DocumentPart::report &&
                       std::any_of(inspection.touched.begin(), inspection.touched.end(),
                                   [](const crdt::Touch& touch) { return touch.root == "ratings"; });
  return ratings ? document.inspect(update, crdt::InspectDepth::paths) : std::move(inspection);
}

Reason contradicts_another(const crdt::Document& document, const crdt::Update& update,
                           const std::string& user, const Bindings& bindings) {
  const auto found = document.contradiction(update, [&](crdt::ClientId client) {
    const auto bound = bindings.find(client.value);
    return bound != bindings.end() && bound->second != user;
  });
  return found ? Reason(belongs_to_another(found->client)) : std::nullopt;
}

std::string belongs_to_another(crdt::ClientId client) {
  return "client id " + std::to_string(client.value) + " belongs to another user";
}

bool may_write(Role role, DocumentPart part) {
  if (role >= Role::editor) return true;
  return role == Role::reviewer && part == DocumentPart::comments;
}

Reason refusal(const crdt::Document& document, const crdt::Inspection& inspection, DocumentPart part,
               const Writer& writer, const Bindings& bindings) {
  if (!may_write(writer.role, part)) return "you may not change this document";
  if (auto reason = foreign_client(inspection, writer, bindings)) return reason;
  if (part == DocumentPart::report) return foreign_rating(inspection, writer);
  if (part == DocumentPart::comments) return CommentRules(document, inspection, writer, bindings).judge();
  return std::nullopt;
}

}  // namespace assay::server
