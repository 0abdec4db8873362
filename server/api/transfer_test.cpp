#include "server/api/test_server.h"
#include "server/reports/report.h"

using namespace assay::server;
using namespace assay::server::api;

namespace {

const std::string odd_text =
    "\xef\xbb\xbfTitle – Ünï 李\r\n\r\n  * one\n\t* two  \r\nlast line without an end";

}  // namespace

TEST_CASE("Import and export: byte for byte") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  for (const auto& text :
       {std::string(reports::sample_text()), odd_text, std::string("x"), std::string("\n\n")}) {
    const auto made = server.send(ask_text("/api/reports?name=a%20file.txt", text, dana));
    REQUIRE(made.status == 201);
    const auto body = body_of(made);
    CHECK(body["file"] == "a%20file.txt");
    const auto path = "/api/reports/" + body["id"].get<std::string>() + "/export";
    const auto file = server.send(ask("GET", path + "?format=txt", dana));
    CHECK(file.status == 200);
    CHECK(file.content_type == "text/plain; charset=utf-8");
    CHECK(file.body == text);
    CHECK(server.send(ask("GET", path, dana)).body == text);
    const auto json = server.send(ask("GET", path + "?format=json", dana));
    CHECK(json.content_type == "application/json");
    CHECK(Json::parse(json.body).is_object());
    CHECK(outcome_of(server.send(ask("GET", path + "?format=docx", dana))) == "415 unknown-format");
  }
}

TEST_CASE("Export: the name of the file, for all browsers") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  const auto made = server.send(ask_json("POST", "/api/reports", {{"title", "Öl \"2026\""}}, dana));
  const std::string id = body_of(made)["id"];
  const auto header =
      header_of(server.send(ask("GET", "/api/reports/" + id + "/export", dana)), "content-disposition");
  CHECK(header.starts_with("attachment; filename=\"_l"));
  CHECK(header.find("filename*=UTF-8''%C3%96l") != std::string::npos);
  CHECK(header.ends_with(".txt"));
}

TEST_CASE("Preview: says what an import would make, and makes nothing") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  const auto preview =
      server.send(ask_text("/api/reports?preview=1&name=x.txt", std::string(reports::sample_text()), dana));
  REQUIRE(preview.status == 200);
  const auto body = body_of(preview);
  CHECK_FALSE(body["title"].get<std::string>().empty());
  CHECK(body["sections"].size() >= 5);
  CHECK(body["hypotheses"].size() >= 2);
  CHECK(server.registry.size() == 0);
}

struct ImportCase {
  const char* name;
  const char* type;
  std::string body;
  const char* outcome;
};
const ImportCase import_cases[] = {
    {"no text", "text/plain", "\xff\xfe\x00", "422 not-text"},
    {"UTF-16", "text/plain",
     std::string("\xff\xfe"
                 "A\0",
                 4),
     "422 not-text"},
    {"Latin-1 by its name", "text/plain; charset=ISO-8859-1", "x", "415 unknown-format"},
    {"UTF-8 by its name", "Text/Plain; Charset=\"UTF-8\"", "x", "201"},
    {"Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "PK",
     "415 unknown-format"},
    {"no type", "", "x", "415 unknown-format"},
    {"too large", "text/plain", std::string(100'001, 'x'), "413 too-large"},
    {"empty", "text/plain", "", "201"},
};

TEST_CASE("Import: what is not read here is refused, and nothing is made") {
  for (const auto& c : import_cases) {
    INFO(c.name);
    TestServer server;
    auto request = ask("POST", "/api/reports?name=x", server.sign_in_as("dana"));
    request.headers.emplace_back("content-type", c.type);
    request.body = c.body;
    const auto response = server.send(request);
    CHECK(outcome_of(response) == c.outcome);
    CHECK(server.registry.size() == (response.status == 201 ? 1 : 0));
  }
}

TEST_CASE("Import: the row says what the text says, and the text is bound to who imported it") {
  TestServer server;
  const auto dana = server.sign_in_as("dana");
  const auto made = body_of(server.send(ask_text("/api/reports", std::string(reports::sample_text()), dana)));
  const std::string id = made["id"];
  const auto row = body_of(server.send(ask("GET", "/api/reports/" + id, dana)));
  CHECK(row["title"] == made["title"]);
  CHECK(row["tags"].size() == reports::summarise(*reports::parse_report(reports::sample_text())).tags.size());
  CHECK(row["changedBy"] == "Name of dana");
  const auto bindings = server.store.records("binding", binding_prefix(id));
  REQUIRE(bindings.size() == 1);
  CHECK(bindings[0].value == "dana");
}
