#include "server/cli/report_index.h"

#include <cassert>

#include "crdt/document.h"
#include "server/cli/sample_thread.h"
#include "server/reports/new_id.h"
#include "server/reports/report.h"

namespace assay::server::cli {
namespace {

std::uint32_t open_threads(const crdt::Document& comments) {
  const auto threads = comments.find_root("threads");
  if (!threads) return 0;
  std::uint32_t open = 0;
  for (const auto& [id, element] : comments.entries(*threads)) {
    const auto* thread = std::get_if<crdt::TypeRef>(&element);
    if (!thread) continue;
    const auto state = comments.get(*thread, "state");
    const auto* value = state ? std::get_if<crdt::Any>(&*state) : nullptr;
    const auto* text = value ? value->get_if<std::string>() : nullptr;
    if (!text || *text != "resolved") ++open;
  }
  return open;
}

crdt::Document document_of(const crdt::Bytes& update) {
  const auto read = crdt::Update::decode(update);
  assert(read);
  crdt::Document document;
  document.apply(*read);
  return document;
}

// A write of its own, after the report's: a crash between the two leaves a sample without a thread, which is
// a report like any other. The row is on disk before anybody can ask for it.
void add_sample_thread(storage::RoomStore& store, Registry& registry, const std::string& report,
                       const crdt::Document& text, std::int64_t now_ms) {
  const std::string room = report + "~comments";
  const crdt::Bytes update = sample_thread(text, new_client_id(), now_ms);
  store.append_and_wait({room, {{1, now_ms, "", update}}, {}});
  report_index(registry)(room, document_of(update), "", now_ms);
  registry.flush();
}

}  // namespace

ChangedHook report_index(Registry& registry) {
  return [&registry](const std::string& name, const crdt::Document& document, const std::string& user,
                     std::int64_t time_ms) {
    const auto parsed = parse_document_name(name);
    if (!parsed || registry.state(parsed->report) != ReportState::live) return;
    IndexChange change{time_ms, user, {}, {}, {}};
    if (parsed->part == DocumentPart::comments) {
      change.open_threads = open_threads(document);
    } else {
      const auto summary = reports::summarise(reports::read_report(document));
      change.title = summary.title;
      change.tags = summary.tags;
    }
    registry.note_change(parsed->report, std::move(change));
  };
}

void make_sample_report(storage::RoomStore& store, Registry& registry) {
  if (registry.size() > 0 || !store.list().empty()) return;
  const auto sample = reports::sample_report();
  NewReport report;
  report.id = reports::new_id();
  report.title = sample.title;
  report.tags = sample.tags;
  report.sample = true;
  report.client = new_client_id();
  const std::int64_t now_ms = wall_clock_ms();
  report.update = reports::sample_update(report.client, {"", now_ms, {}});
  const auto text = document_of(report.update);
  const auto made = registry.create(std::move(report));
  add_sample_thread(store, registry, made.id, text, now_ms);
}

}  // namespace assay::server::cli
