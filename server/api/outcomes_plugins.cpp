#include <fstream>

#include "server/api/checked_report.h"
#include "server/api/outcomes_for_tests.h"

namespace assay::server::api {

std::vector<OutcomeCase> plugin_cases() {
  const std::string library(
      "\x7f"
      "ELF");
  const auto send = [](const char* method, const char* target, const char* as) {
    return [=](World& w) { return w.server.send(ask(method, target, w.cookies[as])); };
  };
  const auto put = [](const char* target, const char* type, const std::string& bytes, const char* as) {
    return [=](World& w) { return w.server.send(with_type(ask("PUT", target, w.cookies[as]), type, bytes)); };
  };
  const auto turn = [](const char* id, const char* as) {
    return [=](World& w) {
      return w.server.send(
          ask_json("POST", std::string("/api/plugins/") + id, {{"on", false}}, w.cookies[as]));
    };
  };
  const auto without_folder = [=](const char* target, const std::string& bytes) {
    return [=](World& w) {
      for (const char* name : {"plugins", "packs"}) {
        std::ofstream(w.server.folder() / name) << "a file where a folder should be";
      }
      return put(target, "application/octet-stream", bytes, "admin")(w);
    };
  };
  const std::string big(100'001, 'x');
  const char* const bytes = "application/octet-stream";
  return {
      {"listPlugins", 200, send("GET", "/api/plugins", "admin")},
      {"listPlugins", 401, send("GET", "/api/plugins", "")},
      {"listPlugins", 403, send("GET", "/api/plugins", "dana")},
      {"reloadPlugins", 200, send("POST", "/api/plugins/reload", "admin")},
      {"reloadPlugins", 401, send("POST", "/api/plugins/reload", "")},
      {"reloadPlugins", 403, send("POST", "/api/plugins/reload", "dana")},
      {"switchPlugin", 200,
       [](World&) {
         CheckedReport checked;
         checked.findings();
         return checked.server.send(
             as_administrator(ask_json("POST", "/api/plugins/org.example.hostile", {{"on", false}})));
       }},
      {"switchPlugin", 401, turn("x", "")},
      {"switchPlugin", 403, turn("x", "dana")},
      {"switchPlugin", 404, turn("x", "admin")},
      {"installPlugin", 202, put("/api/plugins/mine.so", bytes, library, "admin")},
      {"installPlugin", 401, put("/api/plugins/mine.so", bytes, library, "")},
      {"installPlugin", 403, put("/api/plugins/mine.so", bytes, library, "dana")},
      {"installPlugin", 404, put("/api/plugins/.hidden.so", bytes, library, "admin")},
      {"installPlugin", 413, put("/api/plugins/mine.so", bytes, big, "admin")},
      {"installPlugin", 415, put("/api/plugins/mine.so", "application/xml", library, "admin")},
      {"installPlugin", 422, put("/api/plugins/mine.so", bytes, "no library", "admin")},
      {"installPlugin", 503, without_folder("/api/plugins/mine.so", library)},
      {"removePlugin", 204,
       [=](World& w) {
         put("/api/plugins/mine.so", bytes, library, "admin")(w);
         return send("DELETE", "/api/plugins/mine.so", "admin")(w);
       }},
      {"removePlugin", 401, send("DELETE", "/api/plugins/mine.so", "")},
      {"removePlugin", 403, send("DELETE", "/api/plugins/mine.so", "dana")},
      {"removePlugin", 404, send("DELETE", "/api/plugins/mine.so", "admin")},
      {"putPack", 202, put("/api/packs/mine.toml", "application/toml", "[pack]", "admin")},
      {"putPack", 401, put("/api/packs/mine.toml", bytes, "x", "")},
      {"putPack", 403, put("/api/packs/mine.toml", bytes, "x", "dana")},
      {"putPack", 404, put("/api/packs/mine.txt", bytes, "x", "admin")},
      {"putPack", 413, put("/api/packs/mine.toml", bytes, big, "admin")},
      {"putPack", 415, put("/api/packs/mine.toml", "application/xml", "x", "admin")},
      {"putPack", 422, put("/api/packs/mine.toml", bytes, std::string("\xff"), "admin")},
      {"putPack", 503, without_folder("/api/packs/mine.toml", "x")},
      {"removePack", 204,
       [=](World& w) {
         put("/api/packs/mine.toml", bytes, "x", "admin")(w);
         return send("DELETE", "/api/packs/mine.toml", "admin")(w);
       }},
      {"removePack", 401, send("DELETE", "/api/packs/mine.toml", "")},
      {"removePack", 403, send("DELETE", "/api/packs/mine.toml", "dana")},
      {"removePack", 404, send("DELETE", "/api/packs/mine.toml", "admin")},
  };
}

}  // namespace assay::server::api
