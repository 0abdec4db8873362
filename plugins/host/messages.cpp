#include "plugins/host/messages.h"

namespace assay::host {
namespace {

using checks::Answer;
using checks::Edit;
using checks::Finding;
using checks::Fix;
using checks::Related;
using checks::Score;
using checks::Span;
using checks::Suggestion;
using checks::View;
using checks::ViewBlock;

void write(Writer& out, Span span) {
  out.u32(span.begin);
  out.u32(span.end);
}
Span read_span(Reader& in) {
  const std::uint32_t begin = in.u32();
  return {begin, in.u32()};
}
std::string read_string(Reader& in) { return std::string(in.text()); }

// A list as its count and its parts, and back. `bytes_each` is the least that one part takes.
template <class T, class Write>
void write_list(Writer& out, const std::vector<T>& list, Write write_one) {
  out.u32(static_cast<std::uint32_t>(list.size()));
  for (const T& one : list) write_one(one);
}
template <class Read>
auto read_list(Reader& in, std::size_t bytes_each, Read read_one) {
  std::vector<decltype(read_one())> list;
  const std::uint32_t count = in.count(bytes_each);
  list.reserve(count);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) list.push_back(read_one());
  return list;
}

void write_view(Writer& out, const View& view, bool with_data) {
  out.u64(view.revision);
  out.text(view.language);
  out.text(view.text);
  write_list(out, view.blocks, [&](const ViewBlock& block) {
    out.u64(block.id);
    write(out, block.span);
    out.u32(block.kind);
    out.u32(block.level);
    out.text(block.section);
  });
  out.text(with_data ? std::string_view(view.data) : std::string_view());
}

View read_view(Reader& in) {
  View view;
  view.revision = in.u64();
  view.language = read_string(in);
  view.text = read_string(in);
  view.blocks = read_list(in, 28, [&] {
    ViewBlock block;
    block.id = in.u64();
    block.span = read_span(in);
    block.kind = in.u32();
    block.level = in.u32();
    block.section = read_string(in);
    return block;
  });
  view.data = read_string(in);
  return view;
}

// Spans of the view lie in its text, so that a plugin never sees one that does not.
bool fits(const View& view) {
  std::uint32_t from = 0;
  for (const ViewBlock& block : view.blocks) {
    if (block.span.begin < from || block.span.end < block.span.begin || block.span.end > view.text.size())
      return false;
    from = block.span.end;
  }
  return true;
}

void write(Writer& out, const Finding& finding) {
  out.u8(static_cast<std::uint8_t>(finding.severity));
  write(out, finding.span);
  out.text(finding.rule);
  out.text(finding.message);
  out.text(finding.hint);
  out.text(finding.help_url);
  out.f32(finding.confidence);
  write_list(out, finding.fixes, [&](const Fix& fix) {
    out.text(fix.title);
    write_list(out, fix.edits, [&](const Edit& edit) {
      write(out, edit.span);
      out.text(edit.replacement);
    });
  });
  write_list(out, finding.related, [&](const Related& related) {
    write(out, related.span);
    out.text(related.message);
  });
}

Finding read_finding(Reader& in) {
  Finding finding;
  const std::uint8_t severity = in.u8();
  if (severity < 1 || severity > 3) in.fail();
  finding.severity = static_cast<checks::Severity>(severity);
  finding.span = read_span(in);
  finding.rule = read_string(in);
  finding.message = read_string(in);
  finding.hint = read_string(in);
  finding.help_url = read_string(in);
  finding.confidence = in.f32();
  finding.fixes = read_list(in, 8, [&] {
    Fix fix;
    fix.title = read_string(in);
    fix.edits = read_list(in, 12, [&] {
      Edit edit;
      edit.span = read_span(in);
      edit.replacement = read_string(in);
      return edit;
    });
    return fix;
  });
  finding.related = read_list(in, 12, [&] {
    Related related;
    related.span = read_span(in);
    related.message = read_string(in);
    return related;
  });
  return finding;
}

void write(Writer& out, const Score& score) {
  out.f32(score.value);
  out.f32(score.low);
  out.f32(score.high);
  out.text(score.name);
  out.text(score.label);
  write(out, score.span);
}
Score read_score(Reader& in) {
  Score score;
  score.value = in.f32();
  score.low = in.f32();
  score.high = in.f32();
  score.name = read_string(in);
  score.label = read_string(in);
  score.span = read_span(in);
  return score;
}

void write(Writer& out, const Suggestion& suggestion) {
  out.f32(suggestion.confidence);
  out.text(suggestion.kind);
  out.text(suggestion.value);
  out.text(suggestion.label);
}
Suggestion read_suggestion(Reader& in) {
  Suggestion suggestion;
  suggestion.confidence = in.f32();
  suggestion.kind = read_string(in);
  suggestion.value = read_string(in);
  suggestion.label = read_string(in);
  return suggestion;
}

template <class T>
std::optional<T> whole(const Reader& in, T value) {
  if (!in.done()) return std::nullopt;
  return value;
}

}  // namespace

std::string encode_descriptor(const Descriptor& descriptor) {
  Writer out;
  for (const auto* text : {&descriptor.id, &descriptor.name, &descriptor.version, &descriptor.settings_schema,
                           &descriptor.panel_schema})
    out.text(*text);
  out.u32(descriptor.abi_minor);
  out.u32(descriptor.capabilities);
  return out.take();
}

std::optional<Descriptor> decode_descriptor(std::string_view payload) {
  Reader in(payload);
  Descriptor descriptor;
  for (auto* text : {&descriptor.id, &descriptor.name, &descriptor.version, &descriptor.settings_schema,
                     &descriptor.panel_schema})
    *text = read_string(in);
  descriptor.abi_minor = in.u32();
  descriptor.capabilities = in.u32();
  return whole(in, std::move(descriptor));
}

std::string encode_check(std::uint64_t check, std::uint32_t instance, std::uint64_t budget_ns,
                         const View& view, const std::vector<std::uint32_t>& changed, bool with_data) {
  Writer out;
  out.u64(check);
  out.u32(instance);
  out.u64(budget_ns);
  write_view(out, view, with_data);
  write_list(out, changed, [&](std::uint32_t index) { out.u32(index); });
  return out.take();
}

std::optional<CheckCommand> decode_check(std::string_view payload) {
  Reader in(payload);
  CheckCommand command;
  command.check = in.u64();
  command.instance = in.u32();
  command.budget_ns = in.u64();
  command.view = read_view(in);
  command.changed = read_list(in, 4, [&] { return in.u32(); });
  for (const std::uint32_t index : command.changed)
    if (index >= command.view.blocks.size()) in.fail();
  if (!fits(command.view)) in.fail();
  return whole(in, std::move(command));
}

std::string encode_lesson(const LessonCommand& lesson) {
  Writer out;
  out.text(lesson.report);
  out.text(lesson.title);
  out.text(lesson.text);
  for (const auto* list : {&lesson.kept, &lesson.refused})
    write_list(out, *list, [&](const std::string& tag) { out.text(tag); });
  return out.take();
}

std::optional<LessonCommand> decode_lesson(std::string_view payload) {
  Reader in(payload);
  LessonCommand lesson;
  lesson.report = read_string(in);
  lesson.title = read_string(in);
  lesson.text = read_string(in);
  for (auto* list : {&lesson.kept, &lesson.refused})
    *list = read_list(in, 4, [&] { return read_string(in); });
  return whole(in, std::move(lesson));
}

std::string encode_answer(const AnswerMessage& message) {
  Writer out;
  out.u64(message.check);
  out.u32(static_cast<std::uint32_t>(message.status));
  out.text(message.answer.message);
  write_list(out, message.answer.findings, [&](const Finding& finding) { write(out, finding); });
  write_list(out, message.answer.scores, [&](const Score& score) { write(out, score); });
  write_list(out, message.answer.suggestions, [&](const Suggestion& suggestion) { write(out, suggestion); });
  out.text(message.answer.panel);
  return out.take();
}

std::optional<AnswerMessage> decode_answer(std::string_view payload) {
  Reader in(payload);
  AnswerMessage message;
  message.check = in.u64();
  message.status = static_cast<std::int32_t>(in.u32());
  message.answer.message = read_string(in);
  message.answer.findings = read_list(in, 37, [&] { return read_finding(in); });
  message.answer.scores = read_list(in, 28, [&] { return read_score(in); });
  message.answer.suggestions = read_list(in, 16, [&] { return read_suggestion(in); });
  message.answer.panel = read_string(in);
  return whole(in, std::move(message));
}

std::string encode_outcome(const Outcome& outcome) {
  Writer out;
  out.u32(outcome.instance);
  out.u32(static_cast<std::uint32_t>(outcome.status));
  out.text(outcome.message);
  return out.take();
}

std::optional<Outcome> decode_outcome(std::string_view payload) {
  Reader in(payload);
  Outcome outcome;
  outcome.instance = in.u32();
  outcome.status = static_cast<std::int32_t>(in.u32());
  outcome.message = read_string(in);
  return whole(in, std::move(outcome));
}

}  // namespace assay::host
