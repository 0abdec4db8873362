// What the server and a plugin's process say to each other. Commands are done one at a time, in their order.
// The server sends the next only after the answer to the last, but for `close`, which has none and may come
// at any time, and a document's first check, which goes right behind its `open`. During any of them the
// process may ask for values and counts, one at a time; commands that come before the answer it keeps for
// later.
//
// encode_* makes a payload, decode_* reads one and gives nothing when it is not exactly that. Decoding checks
// the shape only; whether an answer fits the text it is about is the server's to check
// (server/checks/pool/answer_reader.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/host/check_values.h"
#include "plugins/host/wire.h"

namespace assay::host {

enum class ToHost : std::uint8_t {
  open = 1,  // [u32 instance][settings]; instance 0 is the sample, which every process needs before it serves
  close = 2,       // [u32 instance]; no answer
  check = 3,       // CheckCommand
  learn = 4,       // LessonCommand
  forget = 5,      // [report]
  value = 6,       // [u8 found][bytes], to get
  stored = 7,      // [u8 fine], to put
  term_count = 8,  // [u64 documents with the term][u64 documents], to term
  begin = 9,       // nothing: the sample instance stands; narrow the sandbox and serve
};

enum class FromHost : std::uint8_t {
  loaded = 101,   // Descriptor
  refused = 102,  // [reason]; the process ends
  opened = 103,   // [u32 instance][i32 status][message]
  ready = 104,    // [u8 learns]
  answer = 105,   // AnswerMessage
  learned = 106,  // [i32 status][message], to learn and forget
  log = 107,      // [u32 level][text]
  get = 108,      // [key]
  put = 109,      // [key][value]
  term = 110,     // [language][term]
};

inline constexpr std::size_t to_host_bytes_max = 128u << 20;
inline constexpr std::size_t from_host_bytes_max = 16u << 20;
inline constexpr std::size_t findings_max = 10'000;
inline constexpr std::size_t scores_max = 256;
inline constexpr std::size_t suggestions_max = 1'000;
inline constexpr std::size_t panel_bytes_max = 4u << 20;
inline constexpr std::size_t key_bytes_max = 512;
inline constexpr std::size_t value_bytes_max = 4u << 20;
inline constexpr std::size_t schema_bytes_max = 256u << 10;
inline constexpr std::size_t log_line_bytes_max = 1'000;

struct Descriptor {
  std::string id, name, version, settings_schema, panel_schema;
  std::uint32_t abi_minor = 0;
  std::uint32_t capabilities = 0;
};

struct CheckCommand {
  std::uint64_t check = 0;  // from 1; the shared word names the check that is no longer wanted
  std::uint32_t instance = 0;
  std::uint64_t budget_ns = 0;
  checks::View view;
  std::vector<std::uint32_t> changed;
};

struct LessonCommand {
  std::string report, title, text;
  std::vector<std::string> kept, refused;
};

struct AnswerMessage {
  std::uint64_t check = 0;
  std::int32_t status = 0;  // assay_status
  checks::Answer answer;    // findings, scores, suggestions, panel and message
};

std::string encode_descriptor(const Descriptor& descriptor);
std::optional<Descriptor> decode_descriptor(std::string_view payload);

// `data` goes along only when asked for: it may be large.
std::string encode_check(std::uint64_t check, std::uint32_t instance, std::uint64_t budget_ns,
                         const checks::View& view, const std::vector<std::uint32_t>& changed, bool with_data);
std::optional<CheckCommand> decode_check(std::string_view payload);

std::string encode_lesson(const LessonCommand& lesson);
std::optional<LessonCommand> decode_lesson(std::string_view payload);

std::string encode_answer(const AnswerMessage& message);
std::optional<AnswerMessage> decode_answer(std::string_view payload);

// [u32 instance][text], [i32 status][text] and the like, which need no type of their own.
struct Outcome {
  std::uint32_t instance = 0;
  std::int32_t status = 0;
  std::string message;
};
std::string encode_outcome(const Outcome& outcome);
std::optional<Outcome> decode_outcome(std::string_view payload);

}  // namespace assay::host
