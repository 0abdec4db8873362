#include "server/cli/sample_thread.h"

#include <sodium.h>

#include <cassert>
#include <string_view>

#include "server/checks/report_view.h"
#include "server/reports/new_id.h"
#include "server/reports/report.h"

namespace assay::server::cli {
namespace {

using checks::Edge;
using checks::ReportView;
using crdt::Any;
using crdt::AnyObject;
using crdt::Transaction;
using crdt::TypeKind;
using crdt::TypeRef;

constexpr std::size_t context_units = 32;

// In the first paragraph, so that whoever opens the sample sees the card without scrolling.
constexpr std::string_view quote = "A deliberate act under cover of the weather is unlikely";
constexpr const char* question =
    "Have we earned \"unlikely\"? 38 km at 6.8 knots take three hours, two of them before the first fault. "
    "So "
    "the second leg came an hour later, and for one hour in a gale nobody raises an anchor, whatever the "
    "intent.";
constexpr const char* answer =
    "Agreed. What remains are the 25 km before the first leg: whoever means to cut a cable lowers the anchor "
    "just short of it. So \"unlikely\" stands, but section 2 should argue from there. Open until we have the "
    "recorder.";

std::string base64(const crdt::Bytes& bytes) {
  constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
  text.pop_back();  // the zero at its end
  return text;
}

std::string position(const crdt::Document& sample, const ReportView& view, std::uint32_t byte, Edge edge) {
  const auto found = checks::position_at(sample, view, byte, edge);
  assert(found);
  return base64(crdt::encode_relative_position(*found));
}

Any anchor_of_quote(const crdt::Document& sample) {
  const ReportView view = checks::make_report_view(sample, 0);
  const auto begin = static_cast<std::uint32_t>(view.view->text.find(quote));
  const auto end = static_cast<std::uint32_t>(begin + quote.size());
  const auto block = view.block_at(begin);
  assert(block);
  const auto& place = view.places[*block];
  return Any(Any::Value(AnyObject{{"start", position(sample, view, begin, Edge::start)},
                                  {"end", position(sample, view, end, Edge::end)},
                                  {"before", checks::words_before(view, begin, context_units)},
                                  {"after", checks::words_after(view, end, context_units)},
                                  {"block", place.id},
                                  {"section", place.section}}));
}

void add_message(Transaction& to, TypeRef messages, std::uint64_t at, const reports::SampleAnalyst& author,
                 const char* body, double now) {
  const TypeRef message = to.insert_type(messages, at, TypeKind::map);
  to.set(message, "id", reports::new_id());
  to.set(message, "author", author.id);
  to.set(message, "name", author.name);
  to.set(message, "at", now);
  to.set(message, "body", body);
}

}  // namespace

crdt::Bytes sample_thread(const crdt::Document& sample, crdt::ClientId as, std::int64_t now_ms) {
  const auto now = static_cast<double>(now_ms);
  crdt::Document comments;
  Transaction transaction(comments, as);
  const TypeRef threads = comments.root("threads", TypeKind::map);
  const TypeRef thread = transaction.set_type(threads, reports::new_id(), TypeKind::map);
  transaction.set(thread, "anchor", anchor_of_quote(sample));
  transaction.set(thread, "quote", std::string(quote));
  transaction.set(thread, "state", "open");
  transaction.set(thread, "by", reports::sample_jonas.id);
  transaction.set(thread, "at", now);
  const TypeRef messages = transaction.set_type(thread, "messages", TypeKind::array);
  add_message(transaction, messages, 0, reports::sample_jonas, question, now);
  add_message(transaction, messages, 1, reports::sample_mara, answer, now);
  transaction.set_type(thread, "reactions", TypeKind::map);
  return transaction.commit();
}

}  // namespace assay::server::cli
