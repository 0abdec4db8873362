// Everything that this part of the server reads from a stranger or from the disk: JSON bodies, headers,
// names, records.
#include <cstdint>
#include <cstdlib>

#include "server/accounts/account_records.h"
#include "server/api/json_body.h"
#include "server/api/origin.h"
#include "server/registry/row_json.h"

using namespace assay::server;

namespace {

void read_body(std::string_view text) {
  const auto body = api::parse_object(text, 64u << 10);
  if (!body) return;
  api::Members members(*body);
  members.string("user");
  members.optional_boolean("disabled");
  members.object("roles");
  if (const auto refused = members.refused(); refused && !api::Json::accept(refused->body)) std::abort();
}

void read_headers(const std::string& text) {
  HttpRequest request;
  request.headers = {{"cookie", text}, {"origin", text}, {"host", text}, {"content-type", text}};
  request.cookie("assay_session");
  api::own_origin(request, {"https://friend.example"});
  api::media_type(text);
  api::charset(text);
}

template <class Read>
void read_record(const Read& read) {
  try {
    read();
  } catch (const assay::storage::StorageError&) {
    // What cannot be read is named, and nothing worse.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  read_body(text);
  read_headers(text);
  parse_document_name(text);
  read_record([&] { read_report_record("id", text); });
  read_record([&] {
    ReportRow row;
    read_index_record(text, row);
  });
  read_record([&] { read_user_record({"user", "id", text}); });
  read_record([&] { read_session_record({"session", "id", text}); });
  return 0;
}
