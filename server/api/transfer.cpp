#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include "server/api/json_body.h"
#include "server/api/origin.h"
#include "server/api/report_row.h"
#include "server/api/route.h"
#include "server/reports/new_id.h"
#include "server/reports/report.h"

namespace assay::server::api {
namespace {

constexpr std::size_t title_length_max = 300;
constexpr std::size_t file_name_length_max = 255;

// Makes the report's documents and rows, durably, with the caller as owner.
ReportRow create(const Call& call, const reports::Report& report) {
  const auto client = new_client_id();
  const auto summary = reports::summarise(report);
  auto update = reports::first_update(report, client, {call.who->user, wall_clock_ms(), {}});
  return call.parts.registry.create(
      {reports::new_id(), call.who->user, summary.title, summary.tags, false, client, std::move(update)});
}

HttpResponse created(const ReportRow& row, Json body) {
  auto response = answer(body, 201);
  response.headers.emplace_back("location", "/api/reports/" + row.id);
  return response;
}

HttpResponse post_template(const Call& call) {
  const auto body = parse_object(call.request.body, call.parts.options.json_bytes_max);
  if (!body) return body.error();
  Members members(*body);
  const auto title = members.optional_string("title").value_or("");
  if (auto refused = members.refused()) return *refused;
  if (title.size() > title_length_max || title.find_first_of("\r\n") != std::string::npos)
    return error(422, "not-acceptable", "A title is one line of at most 300 bytes.");
  const auto row = create(call, reports::template_report(title));
  return created(row, {{"id", row.id}, {"title", row.title}});
}

Json describe_unrecognised(const reports::Report& report) {
  Json all = Json::array();
  for (const auto& [range, text] : report.unrecognised)
    all.push_back({{"start", range.start}, {"end", range.end}, {"text", text}});
  return all;
}

HttpResponse post_file(const Call& call) {
  const auto& request = call.request;
  const auto type = request.header("content-type").value_or("");
  const auto encoding = charset(type);
  if (media_type(type) != "text/plain" ||
      !(encoding.empty() || encoding == "utf-8" || encoding == "us-ascii"))
    return error(415, "unknown-format", "This release imports text/plain in UTF-8.");
  if (request.body.size() > call.parts.options.import_bytes_max)
    return error(413, "too-large",
                 "The file is over " + std::to_string(call.parts.options.import_bytes_max) + " bytes.");
  const auto report = reports::parse_report(request.body, {call.parts.options.import_bytes_max});
  if (!report) return error(422, "not-text", "The file cannot be read: " + report.error().message + ".");
  if (request.parameter("preview") == "1") return answer(reports::preview(*report));
  const auto row = create(call, *report);
  const auto file = request.parameter("name").value_or("").substr(0, file_name_length_max);
  return created(row, {{"id", row.id},
                       {"file", file},
                       {"title", row.title},
                       {"unrecognised", describe_unrecognised(*report)}});
}

HttpResponse post_reports(const Call& call) {
  const bool json = media_type(call.request.header("content-type").value_or("")) == "application/json";
  return json ? post_template(call) : post_file(call);
}

// RFC 6266: the name as it is for those who read UTF-8, and what is left of it in ASCII for the others.
std::string disposition(const std::string& name) {
  std::string ascii;
  for (const char c : name) {
    const bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%';
    if (plain)
      ascii += c;
    else if ((static_cast<unsigned char>(c) & 0xc0u) != 0x80u)
      ascii += '_';
  }
  return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" +
         boost::urls::encode(name, boost::urls::unreserved_chars);
}

HttpResponse get_export(const Call& call) {
  const auto opened = open_report(call);
  if (!opened) return not_found();
  const std::string format(call.request.parameter("format").value_or("txt"));
  if (format != "txt" && format != "json")
    return error(415, "unknown-format", "This release exports txt and json.");
  reports::Report report;
  call.parts.rooms.read(call.id,
                        [&](const crdt::Document& document) { report = reports::read_report(document); });
  HttpResponse response;
  const bool text = format == "txt";
  response.content_type = text ? "text/plain; charset=utf-8" : "application/json";
  response.body = text ? reports::to_text(report) : reports::to_json(report);
  response.headers.emplace_back("content-disposition",
                                disposition(reports::file_name(report) + "." + format));
  return response;
}

}  // namespace

std::vector<Route> transfer_routes() {
  return {
      {"POST",
       "/api/reports",
       "createReport",
       "A new report from the template (JSON), or from a file (text/plain)",
       Right::signed_in,
       Body::json_or_file,
       "NewReport",
       {{"name", "Name of the file", {}},
        {"preview", "1: says what an import would make, and makes nothing", {"1"}}},
       {{200, "What an import would make", "Preview"},
        {201, "Made; the caller is the owner", "Created"},
        {422, "The file is no text, or the title is not acceptable", "Error"}},
       post_reports},
      {"GET",
       "/api/reports/{id}/export",
       "exportReport",
       "The report as a file",
       Right::signed_in,
       Body::none,
       "",
       {{"format", "txt by default; an unedited import comes out byte for byte", {"txt", "json"}}},
       {{200, "The file", ""},
        {415, "Unknown format", "Error"},
        {503, "The report cannot be read now", "Error"}},
       get_export},
  };
}

}  // namespace assay::server::api
