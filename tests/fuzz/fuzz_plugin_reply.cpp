// What a plugin's process sends: frames, descriptors, outcomes, answers. Whatever is taken for an answer
// about a view fits that view, and is written again as the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plugins/host/messages.h"
#include "server/checks/pool/answer_reader.h"

namespace {

using namespace assay;

const checks::View& view() {
  static const checks::View made = [] {
    checks::View view;
    view.text = "A title\nWörds, and mörè wörds.\n";
    view.blocks.push_back({1, {0, 7}, 2, 1, "head/title"});
    view.blocks.push_back({2, {8, static_cast<std::uint32_t>(view.text.size() - 1)}, 1, 0, ""});
    return view;
  }();
  return made;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void read_answer(std::string_view payload) {
  auto message = host::decode_answer(payload);
  if (!message) return;
  require(host::encode_answer(*message) == payload);
  if (checks::judge_answer(view(), message->answer)) return;
  const std::string& text = view().text;
  const auto on_code_point = [&](std::size_t at) {
    return at == text.size() || (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80);
  };
  for (const auto& finding : message->answer.findings) {
    require(finding.span.begin <= finding.span.end && on_code_point(finding.span.begin) &&
            on_code_point(finding.span.end));
    require(checks::is_utf8(finding.message) && !finding.rule.empty());
    for (const auto& fix : finding.fixes) {
      std::uint32_t from = 0;
      for (const auto& edit : fix.edits) {
        require(edit.span.begin >= from && edit.span.end <= text.size());
        from = edit.span.end;
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_answer(bytes);
  if (const auto descriptor = host::decode_descriptor(bytes))
    require(host::encode_descriptor(*descriptor) == bytes);
  if (const auto outcome = host::decode_outcome(bytes)) require(host::encode_outcome(*outcome) == bytes);
  host::decode_check(bytes);
  host::decode_lesson(bytes);
  require(checks::is_utf8(checks::as_utf8(bytes, 100)));
  host::FrameReader frames(1u << 16);
  const std::size_t cut = size == 0 ? 0 : data[0] % (size + 1);
  frames.feed(bytes.substr(0, cut));
  while (const auto frame = frames.next()) read_answer(frame->payload);
  frames.feed(bytes.substr(cut));
  while (const auto frame = frames.next()) read_answer(frame->payload);
  return 0;
}
