// What plugins found in a report, for those who are not in its room; and what people say to it: ignores,
// refusals.
#include <atomic>

#include "server/api/json_body.h"
#include "server/api/report_row.h"
#include "server/api/route.h"

namespace assay::server::api {
namespace {

using checks::Checker;
using checks::Ignore;
using checks::ReportFeed;

constexpr std::size_t reason_bytes_max = 1'000, suggestion_bytes_max = 300;
constexpr std::chrono::milliseconds longest_wait{3'000};

// Opens the room if need be: its checks begin with it.
std::shared_ptr<ReportFeed> open_feed(const Call& call) {
  call.parts.rooms.read(call.id, [](const crdt::Document&) {});
  return call.parts.checker.feed(call.id);
}

// Waits for checks under way, but never with more than one thread of the API's pool.
bool wait_until_settled(const Call& call, const ReportFeed& feed) {
  static std::atomic_flag waiting;
  auto& checker = call.parts.checker;
  if (checker.settled(feed, std::chrono::milliseconds(0))) return true;
  if (waiting.test_and_set()) return false;
  const bool settled = checker.settled(feed, longest_wait);
  waiting.clear();
  return settled;
}

HttpResponse get_findings(const Call& call) {
  if (!open_report(call)) return not_found();
  const auto feed = open_feed(call);
  if (!feed) return not_found();
  const bool settled = wait_until_settled(call, *feed);
  // A list that is short because a plugin did not finish must not look like that of a clean report.
  Json unfinished = Json::array();
  for (const auto& one : feed->unfinished())
    unfinished.push_back({{"plugin", one.plugin}, {"reason", one.reason}});
  Json said{{"revision", feed->revision()}, {"final", settled},        {"unfinished", std::move(unfinished)},
            {"findings", Json::array()},    {"panels", Json::array()}, {"suggestions", Json::array()},
            {"plugins", Json::array()}};
  for (const auto& message : feed->all()) {
    auto one = Json::parse(*message);
    const auto type = one["type"].get<std::string>();
    one.erase("type");
    if (type == "findings") {
      for (auto& finding : one["findings"]) {
        finding["plugin"] = one["plugin"];
        if (one.contains("stale")) finding["stale"] = true;
        said["findings"].push_back(std::move(finding));
      }
    } else if (type == "panel") {
      said["panels"].push_back(std::move(one));
    } else {
      said[type == "plugin" ? "plugins" : "suggestions"].push_back(std::move(one));
    }
  }
  return answer(said);
}

HttpResponse get_events(const Call& call) {
  if (!open_report(call)) return not_found();
  const auto feed = open_feed(call);
  if (!feed) return not_found();
  auto events = std::make_shared<EventStream>();
  events->subscribe = [feed](EventStream::Hear hear) { feed->listen(std::move(hear)); };
  events->allowed = [&accounts = call.parts.accounts, &registry = call.parts.registry, who = *call.who,
                     id = call.id, control = call.request.control] {
    if (registry.state(id) != ReportState::live) return false;
    const auto name = parse_document_name(id);
    return control || (name && accounts.valid(who) && accounts.role(who, *name) != Role::none);
  };
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.events = std::move(events);
  return response;
}

// ---- Ignores

Json describe(const Call& call, const Ignore& ignore) {
  const auto user = call.parts.accounts.find(ignore.by);
  return {{"id", ignore.id},
          {"plugin", ignore.plugin},
          {"rule", ignore.rule},
          {"scope", ignore.whole_report ? "report" : "here"},
          {"quote", ignore.quote},
          {"block", ignore.block},
          {"reason", ignore.reason},
          {"by", {{"id", ignore.by}, {"name", user ? user->name : ignore.by}}},
          {"at", iso_time(ignore.at_ms)}};
}

HttpResponse get_ignores(const Call& call) {
  if (!open_report(call)) return not_found();
  Json all = Json::array();
  for (const auto& ignore : call.parts.checker.ignores().of(call.id)->ignores)
    all.push_back(describe(call, ignore));
  return answer({{"ignores", std::move(all)}});
}

HttpResponse post_ignore(const Call& call) {
  const auto opened = open_report(call);
  if (!opened) return not_found();
  if (opened->role < Role::reviewer) return not_allowed("Ignoring a finding takes a reviewer.");
  Members members(call.body);
  const auto finding = members.string("finding");
  const auto scope = members.optional_string("scope").value_or("here");
  const auto reason = members.optional_string("reason").value_or("");
  if (auto refused = members.refused()) return *refused;
  if (scope != "here" && scope != "report") return malformed("A scope is here or report.");
  if (reason.size() > reason_bytes_max)
    return error(422, "not-acceptable", "A reason has at most 1,000 bytes.");
  const auto feed = open_feed(call);
  auto known = feed ? feed->find(finding) : std::nullopt;
  if (feed && !known) {
    wait_until_settled(call, *feed);
    known = feed->find(finding);
  }
  if (!known) return not_found();
  Ignore ignore;
  ignore.plugin = known->plugin;
  ignore.rule = known->rule;
  ignore.whole_report = scope == "report";
  ignore.quote = known->quote;
  ignore.block = known->block;
  ignore.reason = reason;
  ignore.by = call.who->user;
  ignore.at_ms = wall_clock_ms();
  try {
    return answer(describe(call, call.parts.checker.ignore(call.id, std::move(ignore))), 201);
  } catch (const std::length_error&) {
    return error(422, "not-acceptable", "This report has as many ignores as a report may have.");
  }
}

HttpResponse delete_ignore(const Call& call) {
  const auto opened = open_report(call);
  if (!opened) return not_found();
  if (opened->role < Role::reviewer) return not_allowed("Taking back an ignore takes a reviewer.");
  const auto ignore = call.request.parameter("ignore").value_or("");
  return call.parts.checker.stop_ignoring(call.id, std::string(ignore)) ? nothing() : not_found();
}

HttpResponse refuse_suggestion(const Call& call) {
  const auto opened = open_report(call);
  if (!opened) return not_found();
  if (opened->role < Role::editor) return not_allowed("Refusing a suggestion takes an editor.");
  Members members(call.body);
  const auto kind = members.string("kind"), value = members.string("value");
  if (auto refused = members.refused()) return *refused;
  const bool fits = !kind.empty() && !value.empty() && kind.find('/') == std::string::npos &&
                    kind.size() + value.size() <= suggestion_bytes_max;
  if (!fits)
    return error(422, "not-acceptable", "A suggestion has a kind and a value, of at most 300 bytes.");
  try {
    call.parts.checker.refuse(call.id, {kind, value});
  } catch (const std::length_error&) {
    return error(422, "not-acceptable", "This report has as many refusals as a report may have.");
  }
  return nothing();
}

}  // namespace

std::vector<Route> finding_routes() {
  return {
      {"GET",
       "/api/reports/{id}/findings",
       "getFindings",
       "What plugins found in a report, what their panels show and what they suggest",
       Right::signed_in,
       Body::none,
       "",
       {},
       {{200, "All that is known; `final` when it is of the newest words", "Findings"}},
       get_findings},
      {"GET",
       "/api/reports/{id}/events",
       "getEvents",
       "The same as server-sent events: what is known, then what changes",
       Right::signed_in,
       Body::none,
       "",
       {},
       {{200, "text/event-stream, one JSON message an event", ""}},
       get_events},
      {"GET",
       "/api/reports/{id}/ignores",
       "getIgnores",
       "What people ignore in a report",
       Right::signed_in,
       Body::none,
       "",
       {},
       {{200, "Oldest first", "Ignores"}},
       get_ignores},
      {"POST",
       "/api/reports/{id}/ignores",
       "ignoreFinding",
       "Ignores a finding, or its rule in this report",
       Right::signed_in,
       Body::json,
       "NewIgnore",
       {},
       {{201, "Ignored", "Ignore"}, {422, "The reason is too long, or there are too many", "Error"}},
       post_ignore},
      {"DELETE",
       "/api/reports/{id}/ignores",
       "stopIgnoring",
       "Takes an ignore back",
       Right::signed_in,
       Body::none,
       "",
       {{"ignore", "Its id", {}}},
       {{204, "Taken back", ""}},
       delete_ignore},
      {"POST",
       "/api/reports/{id}/suggestions/refuse",
       "refuseSuggestion",
       "A suggestion that is not wanted in this report",
       Right::signed_in,
       Body::json,
       "Refusal",
       {},
       {{204, "Refused", ""}, {422, "No kind or no value, or there are too many", "Error"}},
       refuse_suggestion},
  };
}

}  // namespace assay::server::api
