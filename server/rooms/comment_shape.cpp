#include "server/rooms/comment_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "crdt/bytes.h"

namespace assay::server {
namespace {

using crdt::Any;
using crdt::Touch;
using crdt::TypeKind;
using Reason = std::optional<std::string>;

// In UTF-16 units, as a browser counts. The page has the same (web/src/comments/threads.ts).
constexpr std::uint64_t body_max = 10'000, quote_max = 100'000, anchor_max = 1'000, word_max = 1'000;
// The last moment that JavaScript's Date can name, in Unix ms.
constexpr double time_max = 8.64e15;
// In bytes: an id, and a user's id with what the user says.
constexpr std::size_t id_max = 256, reaction_max = 512;

bool is_text(const Any* value, std::uint64_t units_max) {
  const auto* text = value ? value->get_if<std::string>() : nullptr;
  // No text has more units than bytes, and none more than three bytes a unit: most are not counted.
  if (!text || text->size() > 3 * units_max) return false;
  return text->size() <= units_max || crdt::measure_utf8(crdt::as_bytes(*text)).units <= units_max;
}

bool is_time(const Any* value) {
  const auto* time = value ? value->get_if<double>() : nullptr;
  return time && *time >= 0 && *time <= time_max && *time == std::trunc(*time);
}

bool is_state(const Any* value) {
  const auto* state = value ? value->get_if<std::string>() : nullptr;
  return state && (*state == "open" || *state == "resolved");
}

bool is_anchor(const Any* value) {
  constexpr std::array<std::string_view, 6> members = {"start", "end", "before", "after", "block", "section"};
  const auto* anchor = value ? value->get_if<crdt::AnyObject>() : nullptr;
  return anchor && std::ranges::all_of(*anchor, [&](const auto& member) {
           return std::ranges::find(members, member.first) != members.end() &&
                  (member.second.template get_if<crdt::Null>() || is_text(&member.second, anchor_max));
         });
}

class CommentShape {
 public:
  explicit CommentShape(const crdt::Inspection& inspection) : inspection_(inspection) {
    for (const auto& touch : inspection.touched) {
      if (touch.kind == Touch::Kind::remove) gone_[touch.id] = touch.length;
    }
    for (const auto& touch : inspection.touched) {
      const bool says_by =
          touch.kind == Touch::Kind::insert && touch.path.size() == 2 && touch.path[1].key == "by";
      if (says_by && !is_gone(touch)) begun_.insert(touch.path[0].item);
    }
  }

  Reason judge() const {
    for (const auto& touch : inspection_.touched) {
      if (touch.kind != Touch::Kind::insert || touch.root != "threads" || is_gone(touch)) continue;
      if (auto reason = judge(touch)) return reason;
    }
    return std::nullopt;
  }

 private:
  // Made and deleted again before it was sent: nobody sees it, and what it was may be forgotten.
  bool is_gone(const Touch& touch) const {
    const auto found = gone_.find(touch.id);
    return found != gone_.end() && found->second >= touch.length;
  }

  Reason judge(const Touch& touch) const {
    const auto& path = touch.path;
    switch (path.size()) {
      case 1:
        return judge_thread(touch);
      case 2:
        return judge_member(touch, path[1].key);
      case 3:
        if (path[1].key == "messages") return judge_message(touch);
        if (path[1].key == "reactions") return judge_reaction(touch);
        return "not the shape of a thread";
      case 4:
        if (path[1].key == "messages" && path[2].key.empty()) return judge_message_member(touch, path[3].key);
        return "not the shape of a thread";
      default:
        return "not the shape of a thread";
    }
  }

  Reason judge_thread(const Touch& touch) const {
    const auto& thread = touch.path[0];
    if (touch.type != TypeKind::map || thread.key.empty() || thread.key.size() > id_max)
      return "not the shape of a thread";
    return begun_.contains(thread.item) ? Reason{} : Reason{"a thread says who began it"};
  }

  static Reason judge_member(const Touch& touch, std::string_view member) {
    if (member == "messages" || member == "reactions") {
      const auto kind = member == "messages" ? TypeKind::array : TypeKind::map;
      return touch.type == kind ? Reason{} : Reason{"not the shape of a thread"};
    }
    if (member == "state") return is_state(touch.value) ? Reason{} : Reason{"a thread is open or resolved"};
    if (member == "by")
      return is_text(touch.value, word_max) ? Reason{} : Reason{"a thread says who began it"};
    if (member == "at") return is_time(touch.value) ? Reason{} : no_time();
    if (member == "anchor") return is_anchor(touch.value) ? Reason{} : Reason{"not the shape of an anchor"};
    if (member == "quote" || member == "suggestion")
      return is_text(touch.value, quote_max)
                 ? Reason{}
                 : Reason{"the words of a thread are text of at most 100,000 characters"};
    return "not the shape of a thread";
  }

  static Reason judge_message(const Touch& touch) {
    if (touch.type != TypeKind::map || !touch.path[2].key.empty()) return "not the shape of a message";
    return std::nullopt;
  }

  static Reason judge_reaction(const Touch& touch) {
    const auto key = touch.path[2].key;
    const bool fits = !key.empty() && key.size() <= reaction_max && is_time(touch.value);
    return fits ? Reason{} : Reason{"not the shape of a reaction"};
  }

  static Reason judge_message_member(const Touch& touch, std::string_view member) {
    if (member == "at") return is_time(touch.value) ? Reason{} : no_time();
    if (member == "body")
      return is_text(touch.value, body_max) ? Reason{}
                                            : Reason{"a message is text of at most 10,000 characters"};
    if (member == "id" || member == "author" || member == "name")
      return is_text(touch.value, word_max) ? Reason{} : Reason{"not the shape of a message"};
    return "not the shape of a message";
  }

  static Reason no_time() { return "a time is in whole milliseconds since 1970"; }

  const crdt::Inspection& inspection_;
  std::map<crdt::ItemId, std::uint64_t> gone_;  // what this update deletes, and how many clocks from there
  std::set<crdt::ItemId> begun_;                // threads that it says a beginner of
};

}  // namespace

Reason misshapen_comment(const crdt::Inspection& inspection) { return CommentShape(inspection).judge(); }

}  // namespace assay::server
