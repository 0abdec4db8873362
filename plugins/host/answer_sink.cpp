#include "plugins/host/answer_sink.h"

#include <cstddef>
#include <string>

#include "plugins/host/messages.h"

namespace assay::host {
namespace {

std::string copy(assay_str s) { return s.size == 0 ? std::string() : std::string(s.data, s.size); }
checks::Span span_of(assay_span span) { return {span.begin, span.end}; }

// A struct that is smaller than that of minor version 0 was never released.
template <class Struct>
bool is_whole(const Struct* given) {
  return given != nullptr && given->size >= sizeof(Struct);
}

std::size_t bytes_of(const assay_finding& finding) {
  std::size_t bytes =
      64 + finding.rule.size + finding.message.size + finding.hint.size + finding.help_url.size;
  for (std::uint32_t i = 0; i < finding.fix_count; ++i) {
    bytes += 16 + finding.fixes[i].title.size;
    for (std::size_t j = 0; j < finding.fixes[i].edit_count; ++j)
      bytes += 16 + finding.fixes[i].edits[j].replacement.size;
  }
  for (std::size_t i = 0; i < finding.related_count; ++i) bytes += 16 + finding.related[i].message.size;
  return bytes;
}

}  // namespace

AnswerSink::AnswerSink(checks::Answer& answer, const std::function<bool()>& cancelled)
    : answer_(answer), cancelled_(cancelled) {
  table_.size = sizeof table_;
  table_.host_data = this;
  table_.finding = [](const assay_sink* sink, const assay_finding* finding) -> assay_status {
    return is_whole(finding) ? of(sink).take(*finding) : ASSAY_FAILED;
  };
  table_.score = [](const assay_sink* sink, const assay_score* score) -> assay_status {
    return is_whole(score) ? of(sink).take(*score) : ASSAY_FAILED;
  };
  table_.suggestion = [](const assay_sink* sink, const assay_suggestion* suggestion) -> assay_status {
    return is_whole(suggestion) ? of(sink).take(*suggestion) : ASSAY_FAILED;
  };
  table_.panel = [](const assay_sink* sink, assay_str json) -> assay_status {
    return of(sink).take_panel(json);
  };
}

bool AnswerSink::room_for(std::size_t bytes) {
  // Half a message for the list, and a quarter for the panel, so that framing and panel always fit beside it.
  if (bytes > from_host_bytes_max / 2 || bytes_ > from_host_bytes_max / 2 - bytes) {
    overflowed_ = true;
    return false;
  }
  bytes_ += bytes;
  return true;
}

assay_status AnswerSink::take(const assay_finding& given) {
  if (cancelled_()) return ASSAY_CANCELLED;
  if (answer_.findings.size() == findings_max || !room_for(bytes_of(given))) {
    overflowed_ = true;
    return ASSAY_CANCELLED;
  }
  checks::Finding finding;
  finding.severity = static_cast<checks::Severity>(given.severity);
  finding.span = span_of(given.span);
  finding.rule = copy(given.rule);
  finding.message = copy(given.message);
  finding.hint = copy(given.hint);
  finding.help_url = copy(given.help_url);
  finding.confidence = given.confidence;
  for (std::uint32_t i = 0; i < given.fix_count; ++i) {
    checks::Fix fix{copy(given.fixes[i].title), {}};
    for (std::size_t j = 0; j < given.fixes[i].edit_count; ++j)
      fix.edits.push_back({span_of(given.fixes[i].edits[j].span), copy(given.fixes[i].edits[j].replacement)});
    finding.fixes.push_back(std::move(fix));
  }
  for (std::size_t i = 0; i < given.related_count; ++i)
    finding.related.push_back({span_of(given.related[i].span), copy(given.related[i].message)});
  answer_.findings.push_back(std::move(finding));
  return ASSAY_OK;
}

assay_status AnswerSink::take(const assay_score& given) {
  if (cancelled_()) return ASSAY_CANCELLED;
  if (answer_.scores.size() == scores_max || !room_for(64 + given.name.size + given.label.size)) {
    overflowed_ = true;
    return ASSAY_CANCELLED;
  }
  answer_.scores.push_back(
      {given.value, given.low, given.high, copy(given.name), copy(given.label), span_of(given.span)});
  return ASSAY_OK;
}

assay_status AnswerSink::take(const assay_suggestion& given) {
  if (cancelled_()) return ASSAY_CANCELLED;
  if (answer_.suggestions.size() == suggestions_max ||
      !room_for(64 + given.kind.size + given.value.size + given.label.size)) {
    overflowed_ = true;
    return ASSAY_CANCELLED;
  }
  answer_.suggestions.push_back({given.confidence, copy(given.kind), copy(given.value), copy(given.label)});
  return ASSAY_OK;
}

assay_status AnswerSink::take_panel(assay_str json) {
  if (cancelled_()) return ASSAY_CANCELLED;
  if (json.size > panel_bytes_max) {
    overflowed_ = true;
    return ASSAY_FAILED;
  }
  answer_.panel = copy(json);
  return ASSAY_OK;
}

}  // namespace assay::host
