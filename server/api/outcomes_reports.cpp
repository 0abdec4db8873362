#include "server/api/checked_report.h"
#include "server/api/outcomes_for_tests.h"
#include "server/reports/report.h"

namespace assay::server::api {

std::vector<OutcomeCase> report_cases() {
  const auto get = [](const char* target, const char* as) {
    return [=](World& w) { return w.server.send(ask("GET", target, w.cookies[as])); };
  };
  // On the report, or on the one in the trash, with what follows the id.
  const auto on = [](const char* method, const char* rest, const char* as) {
    return [=](World& w) {
      return w.server.send(ask(method, "/api/reports/" + w.report + rest, w.cookies[as]));
    };
  };
  const auto restore = [](const char* as) {
    return [=](World& w) {
      return w.server.send(ask("POST", "/api/reports/" + w.gone + "/restore", w.cookies[as]));
    };
  };
  const auto share = [](const Json& roles, const char* as) {
    return [=](World& w) {
      return w.server.send(ask_json("PATCH", "/api/reports/" + w.report, {{"roles", roles}}, w.cookies[as]));
    };
  };
  return {
      {"listReports", 200, get("/api/reports", "eli")},
      {"listReports", 200, get("/api/reports?trash=1", "dana")},
      {"listReports", 401, get("/api/reports", "")},
      {"getReport", 200, on("GET", "", "eli")},
      {"getReport", 401, on("GET", "", "")},
      {"getReport", 404, on("GET", "", "finn")},
      {"changeRoles", 200, share({{"eli", "viewer"}}, "dana")},
      {"changeRoles", 401, share({{"eli", "viewer"}}, "")},
      {"changeRoles", 403, share({{"eli", "owner"}}, "eli")},
      {"changeRoles", 404, share({{"eli", "viewer"}}, "finn")},
      {"changeRoles", 409, share({{"dana", nullptr}}, "dana")},
      {"changeRoles", 422, share({{"nobody", "viewer"}}, "dana")},
      {"changeRoles", 503,
       [](World& w) {
         return on_broken_disk(w, ask_json("PATCH", "/api/reports/" + w.report,
                                           {{"roles", {{"finn", "viewer"}}}}, w.cookies["dana"]));
       }},
      {"deleteReport", 204, on("DELETE", "", "dana")},
      {"deleteReport", 401, on("DELETE", "", "")},
      {"deleteReport", 403, on("DELETE", "", "eli")},
      {"deleteReport", 404, on("DELETE", "", "finn")},
      {"deleteReport", 503,
       [](World& w) {
         return on_broken_disk(w, ask("DELETE", "/api/reports/" + w.report, w.cookies["dana"]));
       }},
      {"restoreReport", 200, restore("dana")},
      {"restoreReport", 401, restore("")},
      {"restoreReport", 403,
       [](World& w) {
         return w.server.send(
             from_elsewhere(ask("POST", "/api/reports/" + w.gone + "/restore", w.cookies["dana"])));
       }},
      {"restoreReport", 404, restore("finn")},
      {"restoreReport", 503,
       [](World& w) {
         return on_broken_disk(w, ask("POST", "/api/reports/" + w.gone + "/restore", w.cookies["dana"]));
       }},
  };
}

std::vector<OutcomeCase> transfer_cases() {
  const auto import = [](const char* target, const std::string& text, const char* as) {
    return [=](World& w) { return w.server.send(ask_text(target, text, w.cookies[as])); };
  };
  const auto get_export = [](const char* query, const char* as) {
    return [=](World& w) {
      return w.server.send(ask("GET", "/api/reports/" + w.report + "/export" + query, w.cookies[as]));
    };
  };
  const std::string sample(reports::sample_text());
  return {
      {"createReport", 200, import("/api/reports?preview=1", sample, "finn")},
      {"createReport", 201, import("/api/reports?name=a.txt", sample, "finn")},
      {"createReport", 201,
       [](World& w) {
         return w.server.send(ask_json("POST", "/api/reports", {{"title", "T"}}, w.cookies["finn"]));
       }},
      {"createReport", 401, import("/api/reports", "x", "")},
      {"createReport", 413, import("/api/reports", std::string(100'001, 'x'), "finn")},
      {"createReport", 422, import("/api/reports", "\xff", "finn")},
      {"createReport", 503,
       [](World& w) { return on_broken_disk(w, ask_text("/api/reports", "x", w.cookies["finn"])); }},
      {"exportReport", 200, get_export("?format=json", "eli")},
      {"exportReport", 401, get_export("", "")},
      {"exportReport", 404, get_export("", "finn")},
      {"exportReport", 415, get_export("?format=pdf", "eli")},
  };
}

// ---- Findings and plugins

std::vector<OutcomeCase> finding_cases() {
  const auto get = [](const char* rest, const char* as) {
    return
        [=](World& w) { return w.server.send(ask("GET", "/api/reports/" + w.report + rest, w.cookies[as])); };
  };
  const auto post = [](const char* rest, const Json& body, const char* as) {
    return [=](World& w) {
      return w.server.send(ask_json("POST", "/api/reports/" + w.report + rest, body, w.cookies[as]));
    };
  };
  // On a report in which a plugin finds something; `body` gets the finding's id.
  const auto ignore = [](Json body, bool break_disk) {
    return [=](World&) {
      CheckedReport checked;
      auto asked = body;
      asked["finding"] = checked.findings()["findings"].at(0)["id"];
      if (break_disk) checked.server.store.break_disk();
      return checked.ask_json("POST", "/ignores", asked);
    };
  };
  const Json refusal{{"kind", "tag"}, {"value", "ports"}};
  const Json unknown{{"finding", "none"}};
  return {
      {"getFindings", 200, get("/findings", "eli")},
      {"getFindings", 200, [](World&) { return CheckedReport().ask("GET", "/findings"); }},
      {"getFindings", 401, get("/findings", "")},
      {"getFindings", 404, get("/findings", "finn")},
      {"getEvents", 200, get("/events", "eli")},
      {"getEvents", 401, get("/events", "")},
      {"getEvents", 404, get("/events", "finn")},
      {"getIgnores", 200,
       [](World&) {
         CheckedReport checked;
         checked.ask_json("POST", "/ignores", {{"finding", checked.findings()["findings"].at(0)["id"]}});
         return checked.ask("GET", "/ignores");
       }},
      {"getIgnores", 401, get("/ignores", "")},
      {"getIgnores", 404, get("/ignores", "finn")},
      {"ignoreFinding", 201, ignore({{"scope", "report"}, {"reason", "agreed"}}, false)},
      {"ignoreFinding", 401, post("/ignores", unknown, "")},
      {"ignoreFinding", 403,
       [](World& w) {
         w.server.registry.change_roles(w.report, {{"finn", Role::viewer}});
         return w.server.send(ask_json("POST", "/api/reports/" + w.report + "/ignores", {{"finding", "x"}},
                                       w.cookies["finn"]));
       }},
      {"ignoreFinding", 404, post("/ignores", unknown, "eli")},
      {"ignoreFinding", 422, ignore({{"reason", std::string(1'001, 'x')}}, false)},
      {"ignoreFinding", 503, ignore(Json::object(), true)},
      {"stopIgnoring", 204,
       [](World&) {
         CheckedReport checked;
         const auto made = body_of(
             checked.ask_json("POST", "/ignores", {{"finding", checked.findings()["findings"].at(0)["id"]}}));
         return checked.ask("DELETE", "/ignores?ignore=" + made["id"].get<std::string>());
       }},
      {"stopIgnoring", 401,
       [](World& w) {
         return w.server.send(ask("DELETE", "/api/reports/" + w.report + "/ignores?ignore=x"));
       }},
      {"stopIgnoring", 403,
       [](World& w) {
         return w.server.send(from_elsewhere(
             ask("DELETE", "/api/reports/" + w.report + "/ignores?ignore=x", w.cookies["dana"])));
       }},
      {"stopIgnoring", 404,
       [](World& w) {
         return w.server.send(
             ask("DELETE", "/api/reports/" + w.report + "/ignores?ignore=x", w.cookies["dana"]));
       }},
      {"stopIgnoring", 503,
       [](World&) {
         CheckedReport checked;
         const auto made = body_of(
             checked.ask_json("POST", "/ignores", {{"finding", checked.findings()["findings"].at(0)["id"]}}));
         checked.server.store.break_disk();
         return checked.ask("DELETE", "/ignores?ignore=" + made["id"].get<std::string>());
       }},
      {"refuseSuggestion", 204, post("/suggestions/refuse", refusal, "dana")},
      {"refuseSuggestion", 401, post("/suggestions/refuse", refusal, "")},
      {"refuseSuggestion", 403, post("/suggestions/refuse", refusal, "eli")},
      {"refuseSuggestion", 404, post("/suggestions/refuse", refusal, "finn")},
      {"refuseSuggestion", 422, post("/suggestions/refuse", {{"kind", ""}, {"value", "x"}}, "dana")},
      {"refuseSuggestion", 503,
       [=](World& w) {
         return on_broken_disk(w, ask_json("POST", "/api/reports/" + w.report + "/suggestions/refuse",
                                           refusal, w.cookies["dana"]));
       }},
  };
}

}  // namespace assay::server::api
